/* Prompts: fields are filled in, nothing else is touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#include "dove/project_prompts.h"
#include "dove/prompts.h"

static const dove_prompt_field fields[] = {{"document", "a {topic} {document} %s"}, {"topic", "T"}};

static void gives(const char *prompt, const char *wanted) {
  char *text = NULL;
  dove_error error = {0};
  if (dove_prompt_render(prompt, fields, 2, &text, &error) != DOVE_OK) fail_msg("%s", error.message);
  assert_string_equal(text, wanted);
  free(text);
}

static void refuses(const char *prompt, const char *says) {
  char *text = NULL;
  dove_error error = {0};
  assert_int_equal(dove_prompt_render(prompt, fields, 2, &text, &error), DOVE_INPUT);
  assert_null(text);
  if (strstr(error.message, says) == NULL) fail_msg("%s", error.message);
}

static void test_render(void **state) {
  (void)state;
  gives("{topic}: {document}.", "T: a {topic} {document} %s.");
  gives("{\"a\": {}, { topic } {T}}{topic}{document}{", "{\"a\": {}, { topic } {T}}Ta {topic} {document} %s{");
  refuses("{topic} only", "{document}");
  refuses("{topic} {document} {role}", "{role}");
}

static dove_store *open_project(void) {
  dove_store *store = NULL;
  dove_error error = {0};
  if (dove_store_create(":memory:", &store, &error) != DOVE_OK) fail_msg("%s", error.message);
  return store;
}

/* The program's own prompts have the fields of their names: a project takes each as its own. */
static void test_own(void **state) {
  (void)state;
  dove_store *store = open_project();
  for (size_t i = 0; i < dove_prompt_count(); i++) {
    char *prompt = NULL;
    bool own = true;
    dove_error error = {0};
    const char *name = dove_prompt_at(i).name;
    if (dove_project_prompt(store, name, &prompt, &own, &error) != DOVE_OK) fail_msg("%s", error.message);
    assert_false(own);
    if (dove_project_prompt_set(store, name, prompt, &error) != DOVE_OK) fail_msg("%s: %s", name, error.message);
    free(prompt);
  }
  dove_store_close(store);
  char *prompt = NULL;
  dove_error error = {0};
  assert_int_equal(dove_prompt_read("recognizer", "/nowhere/prompt", &prompt, &error), DOVE_IO);
  assert_int_equal(dove_prompt_read("recognizer", "/dev/null", &prompt, &error), DOVE_INPUT);
}

static void assert_prompt(dove_store *store, const char *wanted, bool wanted_own) {
  char *prompt = NULL;
  bool own = !wanted_own;
  dove_error error = {0};
  if (dove_project_prompt(store, "namer", &prompt, &own, &error) != DOVE_OK) fail_msg("%s", error.message);
  assert_int_equal(own, wanted_own);
  if (wanted != NULL) assert_string_equal(prompt, wanted);
  free(prompt);
}

static void test_project(void **state) {
  (void)state;
  dove_store *store = open_project();
  dove_error error = {0};
  assert_prompt(store, NULL, false);
  assert_int_equal(dove_project_prompt_set(store, "namer", "Name {descriptions}", &error), DOVE_OK);
  assert_prompt(store, "Name {descriptions}", true);
  assert_int_equal(dove_project_prompt_set(store, "namer", "Name it", &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "{descriptions}"));
  assert_int_equal(dove_project_prompt_set(store, "namer", "Name {descriptions} {topic}", &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "{topic}"));
  assert_int_equal(dove_project_prompt_set(store, "painter", "{descriptions}", &error), DOVE_USAGE);
  assert_non_null(strstr(error.message, "examinee_role"));
  assert_prompt(store, "Name {descriptions}", true);
  assert_int_equal(dove_project_prompt_set(store, "namer", NULL, &error), DOVE_OK);
  assert_prompt(store, NULL, false);
  dove_store_close(store);
}

/* printf %s abc | sha256sum: ba7816bf 8f01cfea … (FIPS 180-2, appendix B.1) */
static void test_hash(void **state) {
  (void)state;
  char hash[17];
  assert_int_equal(dove_prompt_hash("abc", hash, NULL), DOVE_OK);
  assert_string_equal(hash, "ba7816bf8f01cfea");
}

int main(void) {
  setenv("DOVE_SHARE", ".", 1); /* tests run in the project's folder */
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_render), cmocka_unit_test(test_own),
                                     cmocka_unit_test(test_project), cmocka_unit_test(test_hash)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
