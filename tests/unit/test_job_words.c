/* The record of a job in words, and failures in groups. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dove/failure_words.h"
#include "dove/job.h"
#include "dove/job_words.h"

static void assert_words(const char *arguments, const char *wanted) {
  dove_buffer out = {0};
  dove_job_words_add(arguments, &out);
  assert_string_equal(dove_buffer_text(&out), wanted);
  dove_buffer_free(&out);
}

static void test_what_was_asked_for(void **state) {
  (void)state;
  assert_words("{}", "");
  assert_words("{\"limit\":0,\"budget\":0}", "");
  assert_words("{\"limit\":20,\"budget\":2.5,\"failed_only\":true}",
               "at most 20 documents\nonly what failed before\nbudget 2.5\n");
  assert_words("{\"models\":[\"a\",\"b\"],\"roles\":[\"\",\"c\"],\"iteration\":-1,\"seed\":7}",
               "models: a, b\nroles: none, c\nseed 7\n");
  assert_words("{\"question\":\"topic\",\"models\":true}", "question: topic\ndocuments of models, too\n");
  assert_words("{\"resume_run\":0,\"resume_iteration\":3,\"iterations\":4}", "at most 4 iterations\n");
  assert_words("{\"resume_run\":2,\"resume_iteration\":0}", "on from run 2\nfrom iteration 0\n");
  assert_words("no JSON", "");
  assert_words("{\"limit\":\"20\",\"models\":7,\"role\":[]}", "");
}

/* Every request says the same after it went through its record. */
static void test_a_plan_goes_through_the_record(void **state) {
  const dove_ledger_row plan = {.role = "judge",
                                .endpoint = "http://127.0.0.1/v1",
                                .model = "모델",
                                .requests = 12,
                                .cached = 3,
                                .plan_in = {10, 20, 30},
                                .plan_out = {0, 40, -1},
                                .plan_about = 0.5,
                                .plan_most = (double)NAN,
                                .priced = true};
  dove_job_request request = dove_job_request_of(DOVE_JOB_JUDGE), copy;
  dove_ledger_row rows[2];
  (void)state;
  request.plan = &plan;
  request.plan_count = 1;
  char *json = dove_job_request_to_json(&request);
  assert_non_null(json);
  assert_int_equal(dove_job_request_from_json("judge", json, &copy, NULL), DOVE_OK);
  assert_int_equal(copy.plan_count, 1);
  assert_string_equal(copy.plan[0].model, "모델");
  assert_int_equal(dove_job_words_plan(json, rows, 2), 1);
  assert_int_equal(rows[0].requests, 12);
  assert_int_equal(rows[0].plan_in.about, 20);
  assert_int_equal(rows[0].plan_out.most, -1);
  assert_float_equal(rows[0].plan_about, 0.5, 0);
  assert_true(isnan(rows[0].plan_most) && rows[0].priced);
  dove_job_request_free(&copy);
  free(json);
}

static dove_store_request_failure failure(const char *role, const char *reason, int64_t requests) {
  return (dove_store_request_failure){.role = role, .model = "m", .reason = reason, .requests = requests};
}

static void test_failures_that_are_alike_stand_together(void **state) {
  dove_store_request_failure rows[] = {
      failure("recognizer", "the \"code_name\" of value 2, \"on the one hand\", has more than 3 words", 1),
      failure("recognizer", "the \"code_name\" of value 11, \"all that is\", has more than 3 words", 2),
      failure("recognizer", "the model refuses: I would rather not.", 1),
      failure("recognizer", "the model refuses: No.", 1),
      failure("recognizer", "the server answers 503: it broke", 2),
      failure("recognizer", "the server answers 500: it broke", 1),
      failure("judge", "the server answers 500: it broke", 9),
  };
  const dove_store_request_failures failures = {.rows = rows, .count = sizeof rows / sizeof rows[0]};
  dove_failure_group groups[8];
  (void)state;
  assert_int_equal(dove_failure_groups(&failures, groups, 8), 5);
  assert_string_equal(groups[0].role, "judge");
  assert_int_equal(groups[0].requests, 9);
  assert_int_equal(groups[1].requests, 3);
  assert_string_equal(groups[1].reason, "the \"code_name\" of value …, …, has more than … words");
  assert_non_null(strstr(groups[1].advice, "recognizer.model"));
  assert_string_equal(groups[2].reason, "the model refuses");
  assert_int_equal(groups[2].requests, 2);
  assert_string_equal(groups[3].reason, "the server answers 503: it broke"); /* not the same as 500 */
  assert_non_null(strstr(groups[3].advice, "F later"));
  assert_int_equal(dove_failure_groups(&failures, groups, 2), 2);
  int64_t all = 0;
  for (size_t i = 0; i < 2; i++) all += groups[i].requests;
  assert_int_equal(all, 17); /* none is lost for want of room */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_was_asked_for),
      cmocka_unit_test(test_a_plan_goes_through_the_record),
      cmocka_unit_test(test_failures_that_are_alike_stand_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
