#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/parallel.h"
#include "dove/project_settings.h"
#include "dove/score.h"
#include "dove/score_compare.h"
#include "near.h"
#include "unit/scored_project.h"

static int64_t score_with(dove_store *store, double epsilon, bool anew) {
  dove_settings settings;
  dove_error error = {0};
  dove_settings_defaults(&settings);
  settings.bootstrap = 0;
  settings.epsilon = epsilon;
  const dove_score_options options = {.settings = &settings, .anew = anew};
  int64_t run = 0;
  if (dove_score(store, &options, &run, NULL, &error) != DOVE_OK) fail_msg("%s", error.message);
  return run;
}

static dove_score_compare_report compare(dove_store *store, const dove_score_against *against) {
  dove_score_compare_report report;
  dove_error error = {0};
  if (dove_score_compare(store, against, 60, 3, &report, NULL, &error) != DOVE_OK) fail_msg("%s", error.message);
  return report;
}

static dove_store_score_list scores_of(dove_store *store, int64_t run) {
  dove_store_score_list list = {0};
  assert_int_equal(dove_store_score_page(store, run, 0, 100, &list, NULL), DOVE_OK);
  return list;
}

static dove_store_score_difference_list differences_of(dove_store *store, int64_t run, int64_t against) {
  dove_store_score_difference_list list = {0};
  assert_int_equal(dove_store_score_difference_list_read(store, run, against, &list, NULL), DOVE_OK);
  return list;
}

static const dove_store_score *find(const dove_store_score_list *list, int64_t id) {
  for (size_t i = 0; i < list->count; i++) {
    if (list->rows[i].id == id) return &list->rows[i];
  }
  fail_msg("no score %lld", (long long)id);
  return NULL;
}

/* Every score of the run beside that of m-two: m-one and m-one as a Korean, in two cultures; m-two has no other. */
static void models_of_one_run(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  const int64_t run = score_with(store, 0.05, false);
  const dove_score_against against = {.score_run = run, .against_run = run, .model = "m-two", .role = ""};
  dove_score_compare_report report = compare(store, &against);
  assert_int_equal(report.pairs, 4);
  assert_int_equal(report.computed, 4);
  dove_store_score_list scores = scores_of(store, run);
  dove_store_score_difference_list found = differences_of(store, run, run);
  assert_int_equal(found.count, 4);
  for (size_t i = 0; i < found.count; i++) {
    const dove_store_score_difference *row = &found.rows[i];
    const dove_store_score *score = find(&scores, row->score), *other = find(&scores, row->against);
    assert_string_equal(score->culture, other->culture);
    assert_string_equal(score->model, "m-one");
    assert_string_equal(other->model, "m-two");
    assert_near(row->difference, score->score - other->score, 1e-15);
    assert_true(row->low < row->high);
    assert_int_equal(row->replicates, 60);
  }
  dove_store_score_difference_list_free(&found);
  dove_store_score_list_free(&scores);
  report = compare(store, &against);
  assert_int_equal(report.pairs, 4);
  assert_int_equal(report.computed, 0);
  dove_store_close(store);
}

/* The same settings: no draw tells a score from itself. Another ε: every score moves, and so does every draw. */
static void runs_beside_each_other(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  const int64_t first = score_with(store, 0.05, false), same = score_with(store, 0.05, true);
  const int64_t other = score_with(store, 0.2, false);
  assert_int_not_equal(first, same);
  const dove_score_against with_same = {.score_run = first, .against_run = same};
  const dove_score_against with_other = {.score_run = first, .against_run = other};
  assert_int_equal(compare(store, &with_same).computed, 6);
  assert_int_equal(compare(store, &with_other).computed, 6);
  dove_store_score_difference_list zero = differences_of(store, first, same);
  dove_store_score_difference_list moved = differences_of(store, first, other);
  assert_int_equal(zero.count, 6);
  assert_int_equal(moved.count, 6);
  for (size_t i = 0; i < 6; i++) {
    assert_near(zero.rows[i].low, 0, 0);
    assert_near(zero.rows[i].high, 0, 0);
    assert_true(moved.rows[i].difference != 0 && moved.rows[i].low < moved.rows[i].high);
  }
  dove_store_score_difference_list_free(&zero);
  dove_store_score_difference_list_free(&moved);
  dove_store_close(store);
}

static void threads_do_not_matter(void **state) {
  (void)state;
  double low[2];
  for (int threads = 1; threads <= 2; threads++) {
    dove_threads_set(threads == 1 ? 1 : 4);
    dove_store *store = make_scored_project(":memory:");
    const int64_t run = score_with(store, 0.05, false);
    const dove_score_against against = {.score_run = run, .against_run = run, .model = "m-one", .role = ""};
    compare(store, &against);
    dove_store_score_difference_list found = differences_of(store, run, run);
    low[threads - 1] = found.rows[0].low;
    dove_store_score_difference_list_free(&found);
    dove_store_close(store);
  }
  dove_threads_set(0);
  assert_near(low[0], low[1], 0);
}

static void what_cannot_be_compared(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  dove_error error = {0};
  dove_score_compare_report report;
  const int64_t run = score_with(store, 0.05, false);
  const dove_score_against itself = {.score_run = run, .against_run = run},
                           gone = {.score_run = run, .against_run = 99};
  const dove_score_against one = {.score_run = run, .against_run = run, .model = "m-one", .role = ""};
  assert_int_equal(dove_score_compare(store, &itself, 60, 3, &report, NULL, &error), DOVE_NOT_FOUND);
  assert_int_equal(dove_score_compare(store, &gone, 60, 3, &report, NULL, &error), DOVE_NOT_FOUND);
  assert_non_null(strstr(error.message, "no score run 99"));
  import_good(store, "{\"id\":\"new\",\"culture\":\"KR\",\"source\":\"human\",\"topic\":\"t1\",\"text\":\"x\"}\n");
  import_good(store, "{\"document_id\":\"new\",\"code_name\":\"c\",\"description\":\"d\",\"vector\":[0.1,0.2,0.9]}\n");
  assert_int_equal(dove_score_compare(store, &one, 60, 3, &report, NULL, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "score again"));
  dove_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(models_of_one_run),
      cmocka_unit_test(runs_beside_each_other),
      cmocka_unit_test(threads_do_not_matter),
      cmocka_unit_test(what_cannot_be_compared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
