/* What models write for JSON: the strict form that each text must give was written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#include "dove/reply.h"

static void gives(const char *text, const char *wanted) {
  char *json = NULL;
  dove_error error = {0};
  if (dove_reply_json(text, strlen(text), &json, &error) != DOVE_OK) fail_msg("%s: %s", text, error.message);
  assert_string_equal(json, wanted);
  free(json);
}

static void refuses(const char *text, const char *says) {
  char *json = NULL;
  dove_error error = {0};
  assert_int_equal(dove_reply_json(text, strlen(text), &json, &error), DOVE_INPUT);
  assert_null(json);
  if (strstr(error.message, says) == NULL) fail_msg("%s: '%s' does not say '%s'", text, error.message, says);
}

static void test_strict(void **state) {
  (void)state;
  gives("{\"code_name\": \"fairness\"}", "{\"code_name\":\"fairness\"}");
  gives(" \n [ {\"a\" : [1, -2.5e3, true, null]} ] ", "[{\"a\":[1,-2.5e3,true,null]}]");
  gives("[]", "[]");
  gives("{\"a\":\"\\u00e9\\n\\\"\"}", "{\"a\":\"\\u00e9\\n\\\"\"}");
}

static void test_python(void **state) {
  (void)state;
  gives("[{'code_name': 'honesty', 'known': True, 'other': None,},]",
        "[{\"code_name\":\"honesty\",\"known\":true,\"other\":null}]");
  gives("[{'description': 'The author\\'s family and others\\' wishes'}]",
        "[{\"description\":\"The author's family and others' wishes\"}]");
  gives("[{'description': 'The author's \"own\" family'}]", "[{\"description\":\"The author's \\\"own\\\" family\"}]");
}

static void test_surroundings(void **state) {
  (void)state;
  gives("Stance [1]: he approves.\n```python\n[{'a': 'b'}]\n```\nThat is all.", "[{\"a\":\"b\"}]");
  gives("```json\n{\"a\": \"one\ntwo\"}\n```", "{\"a\":\"one\\u000atwo\"}");
  gives("{\"a\":1} and once more { \"a\" : 1 }", "{\"a\":1}");
  gives("No values [sic] here: []", "[]");
}

static void test_refused(void **state) {
  (void)state;
  refuses("", "no JSON");
  refuses("I am sorry, I cannot do that.", "no JSON");
  refuses("[{\"code_name\": \"honesty\", \"descr", "cut off");
  refuses("[{\"code_name\": \"honesty\"}, ", "cut off");
  refuses("{\"a\":1} or {\"a\":2}", "more than one");
  refuses("[{'a': 'the elders', and others'}]", "no JSON");
  refuses("{\"a\": 01}", "no JSON");
  refuses("{a: 1}", "no JSON");
  refuses("{\"a\": \"\xff\"}", "UTF-8");
}

/* Deeper than anything that is meant, and many brackets that begin nothing: an end in good time. */
static void test_hostile(void **state) {
  (void)state;
  enum { SIZE = 1 << 20 };
  char *text = malloc(SIZE + 1);
  assert_non_null(text);
  memset(text, '[', SIZE);
  text[SIZE] = '\0';
  refuses(text, "no JSON");
  for (size_t i = 1; i < SIZE; i += 2) text[i] = '"';
  refuses(text, "no JSON");
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_strict), cmocka_unit_test(test_python),
                                     cmocka_unit_test(test_surroundings), cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_hostile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
