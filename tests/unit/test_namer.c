#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dove/namer.h"

static dove_namer namer;

static int set_up(void **state) {
  (void)state;
  return dove_namer_open_frequent(&namer, NULL) == DOVE_OK ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  dove_namer_close(&namer);
  return 0;
}

static void expect_name(const char *const *members, size_t count, const char *const *taken, size_t taken_count,
                        const char *expected) {
  const dove_namer_request request = {.code_names = members, .count = count};
  char *name = NULL;
  dove_error error = {0};
  assert_int_equal(dove_namer_name(&namer, &request, 1, taken, taken_count, &name, NULL, &error), DOVE_OK);
  assert_string_equal(name, expected);
  free(name);
}

#define NAMES(...) (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static void most_frequent_wins(void **state) {
  (void)state;
  expect_name(NAMES("honesty", "trust", "trust"), NULL, 0, "Trust");
  /* Case and a plural's s do not count: individual freedom(s) 2, honesty 1. */
  expect_name(NAMES("honesty", "Individual Freedom", "individual  freedoms"), NULL, 0, "Individual Freedom");
  /* A tie goes to the more central. */
  expect_name(NAMES("mutual trust", "honesty", "honesty", "mutual trust"), NULL, 0, "Mutual Trust");
  /* An -s that is no plural stays. */
  expect_name(NAMES("kindness", "ethics"), NULL, 0, "Kindness");
}

/* Twenty members count: one "care" and nineteen others, each alone, then many more "care" that are too far out. */
static void only_central_members_count(void **state) {
  (void)state;
  char names[40][16];
  const char *members[40];
  for (int i = 0; i < 40; i++) {
    snprintf(names[i], sizeof names[i], i < 20 ? "value %d" : "care", i);
    members[i] = names[i];
  }
  const dove_namer_request request = {.code_names = members, .count = 40};
  char *name;
  assert_int_equal(dove_namer_name(&namer, &request, 1, NULL, 0, &name, NULL, NULL), DOVE_OK);
  assert_string_equal(name, "Value 0");
  free(name);
}

static void names_are_unique(void **state) {
  (void)state;
  const char *const trust[] = {"trust", "trust", "honesty"};
  const dove_namer_request requests[] = {{.code_names = trust, .count = 3},
                                         {.code_names = trust, .count = 3},
                                         {.code_names = trust, .count = 3},
                                         {.code_names = trust, .count = 3}};
  const char *const taken[] = {"TRUST (2)"};
  char *names[4];
  assert_int_equal(dove_namer_name(&namer, requests, 4, taken, 1, names, NULL, NULL), DOVE_OK);
  assert_string_equal(names[0], "Trust");
  assert_string_equal(names[1], "Honesty");
  assert_string_equal(names[2], "Trust (3)");
  assert_string_equal(names[3], "Trust (4)");
  for (int i = 0; i < 4; i++) free(names[i]);
}

static void writes_title_case(void **state) {
  (void)state;
  expect_name(NAMES("respect for elders"), NULL, 0, "Respect for Elders");
  expect_name(NAMES("self-respect"), NULL, 0, "Self-Respect");
  expect_name(NAMES("  the USA way "), NULL, 0, "The USA Way");
  expect_name(NAMES("éthique"), NULL, 0, "Éthique");
  expect_name(NAMES("효도"), NULL, 0, "효도");
}

static void survives_empty_names(void **state) {
  (void)state;
  expect_name(NAMES("", "  "), NULL, 0, "Unnamed Code");
  expect_name(NULL, 0, NAMES("unnamed code"), "Unnamed Code (2)");
}

static bool always(void *user) {
  (void)user;
  return true;
}

static void can_be_stopped(void **state) {
  (void)state;
  const char *const members[] = {"trust"};
  const dove_namer_request request = {.code_names = members, .count = 1};
  const dove_progress progress = {.cancelled = always};
  char *name;
  assert_int_equal(dove_namer_name(&namer, &request, 1, NULL, 0, &name, &progress, NULL), DOVE_CANCELLED);
  assert_null(name);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(most_frequent_wins),   cmocka_unit_test(only_central_members_count),
      cmocka_unit_test(names_are_unique),     cmocka_unit_test(writes_title_case),
      cmocka_unit_test(survives_empty_names), cmocka_unit_test(can_be_stopped),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
