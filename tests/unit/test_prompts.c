/* Prompts: fields are filled in, nothing else is touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

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

/* The program's own prompts have the fields that they are filled with. */
static void test_own(void **state) {
  (void)state;
  static const char *const own[][2] = {{"recognizer", "document"}};
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
    char *prompt = NULL, *text = NULL;
    dove_error error = {0};
    const dove_prompt_field field = {own[i][1], "VALUE"};
    if (dove_prompt_read(own[i][0], "", &prompt, &error) != DOVE_OK) fail_msg("%s", error.message);
    if (dove_prompt_render(prompt, &field, 1, &text, &error) != DOVE_OK) fail_msg("%s", error.message);
    assert_non_null(strstr(text, "VALUE"));
    free(prompt);
    free(text);
  }
  char *prompt = NULL;
  dove_error error = {0};
  assert_int_equal(dove_prompt_read("recognizer", "/nowhere/prompt", &prompt, &error), DOVE_IO);
  assert_int_equal(dove_prompt_read("recognizer", "/dev/null", &prompt, &error), DOVE_INPUT);
}

int main(void) {
  setenv("DOVE_SHARE", ".", 1); /* tests run in the project's folder */
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_render), cmocka_unit_test(test_own)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
