/* What a judge says: the answers that are taken, and why others are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#include "dove/judge_reply.h"
#include "method/languages.h"

static void takes(dove_judge_question question, const char *content, const char *wanted, const char *wanted_label) {
  char *json = NULL;
  const char *label = NULL;
  dove_error error = {0};
  if (dove_judge_reply_read(question, content, &json, &label, &error) != DOVE_OK)
    fail_msg("%s: %s", content, error.message);
  assert_string_equal(json, wanted);
  assert_string_equal(label, wanted_label);
  free(json);
}

static void refuses(dove_judge_question question, const char *content, const char *says) {
  char *json = NULL;
  const char *label = NULL;
  dove_error error = {0};
  assert_int_equal(dove_judge_reply_read(question, content, &json, &label, &error), DOVE_INPUT);
  assert_null(json);
  if (strstr(error.message, says) == NULL) fail_msg("%s: %s", content, error.message);
}

static void test_takes(void **state) {
  (void)state;
  takes(DOVE_JUDGE_SUBJECTIVITY,
        "{\"subjectivity\": \"Mixed\", \"value_related\": true, \"reason\": \"r\", \"more\": 1}",
        "{\"subjectivity\":\"mixed\",\"value_related\":true,\"reason\":\"r\"}", "mixed");
  takes(DOVE_JUDGE_SUBJECTIVITY, "```python\n{'subjectivity': 'objective', 'value_related': False,}\n```",
        "{\"subjectivity\":\"objective\",\"value_related\":false}", "objective");
  takes(DOVE_JUDGE_PLAUSIBILITY, "Well: [{\"verdict\": \"IMPOSSIBLE\", \"reason\": \"a poem from elsewhere\"}]",
        "{\"verdict\":\"impossible\",\"reason\":\"a poem from elsewhere\"}", "impossible");
  takes(DOVE_JUDGE_TOPIC, "{\"specificity\": \"general\", \"topic\": \"Write on money.\"}",
        "{\"specificity\":\"general\",\"topic\":\"Write on money.\"}", "general");
}

static void test_refuses(void **state) {
  (void)state;
  refuses(DOVE_JUDGE_SUBJECTIVITY, "subjective", "no JSON");
  refuses(DOVE_JUDGE_SUBJECTIVITY, "{\"subjectivity\": \"very\", \"value_related\": true}", "mixed");
  refuses(DOVE_JUDGE_SUBJECTIVITY, "{\"subjectivity\": \"mixed\"}", "value_related");
  refuses(DOVE_JUDGE_SUBJECTIVITY, "{\"subjectivity\": \"mixed\", \"value_related\": \"yes\"}", "value_related");
  refuses(DOVE_JUDGE_PLAUSIBILITY, "{\"verdict\": true}", "impossible");
  refuses(DOVE_JUDGE_TOPIC, "{\"specificity\": \"general\"}", "topic");
  refuses(DOVE_JUDGE_TOPIC, "{\"specificity\": \"general\", \"topic\": \" \"}", "topic");
  refuses(DOVE_JUDGE_TOPIC, "{\"specificity\": \"general\", \"topic\": \"cut of", "cut off");
}

static void test_names(void **state) {
  (void)state;
  dove_error error = {0};
  for (int i = 0; i < DOVE_JUDGE_QUESTIONS; i++) {
    dove_judge_question question = DOVE_JUDGE_QUESTIONS;
    const char *name = dove_judge_question_name((dove_judge_question)i);
    assert_int_equal(dove_judge_question_parse(name, &question, &error), DOVE_OK);
    assert_int_equal(question, i);
  }
  dove_judge_question question;
  assert_int_equal(dove_judge_question_parse("beauty", &question, &error), DOVE_USAGE);
}

/* The scripts of the texts: Hangul, Han with kana, Han alone, Latin, with words of others in between. */
static void test_languages(void **state) {
  (void)state;
  assert_string_equal(dove_language_of("좋은 배우자란 무엇인가"), "ko");
  assert_string_equal(dove_language_of("豆腐屋を五十年やって"), "ja");
  assert_string_equal(dove_language_of("我在纺织厂挡了二十八年车"), "zh");
  assert_string_equal(dove_language_of("What does 孝 (hyo) mean to you?"), "en");
  assert_string_equal(dove_language_of("Was ist ein gutes Leben?"), "en");
  assert_string_equal(dove_language_of(""), "en");
  assert_string_equal(dove_language_name("ko-KR"), "Korean");
  assert_string_equal(dove_language_name("EN"), "English");
  assert_string_equal(dove_language_name("x-klingon"), "x-klingon");
  assert_true(dove_language_same("zh-Hant", "zh"));
  assert_false(dove_language_same("zh", "z"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_takes), cmocka_unit_test(test_refuses),
                                     cmocka_unit_test(test_names), cmocka_unit_test(test_languages)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
