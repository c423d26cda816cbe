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
#include "dove/store_documents.h"
#include "dove/store_project.h"
#include "near.h"
#include "unit/scored_project.h"

static dove_settings quick_settings(void) {
  dove_settings settings;
  dove_settings_defaults(&settings);
  settings.bootstrap = 50;
  return settings;
}

static dove_store_score_list scores_of(dove_store *store, int64_t run) {
  dove_store_score_list list = {0};
  dove_error error;
  assert_int_equal(dove_store_score_page(store, run, 0, 1000, &list, &error), DOVE_OK);
  return list;
}

static int64_t score_all(dove_store *store, const dove_settings *settings) {
  const dove_score_options options = {.settings = settings};
  dove_error error = {0};
  int64_t run = 0;
  if (dove_score(store, &options, &run, NULL, &error) != DOVE_OK) fail_msg("%s", error.message);
  return run;
}

/* Three sides of models (one in a role) beside two cultures. The sums follow from the definitions: the distributions
 * sum to 1, the score is (0.1 − r) × 10, what is transported leaves and arrives. */
static void every_model_beside_every_culture(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  const dove_settings settings = quick_settings();
  dove_store_score_list list = scores_of(store, score_all(store, &settings));
  assert_int_equal(list.count, 6);
  for (size_t i = 0; i < list.count; i++) {
    const dove_store_score *row = &list.rows[i];
    dove_store_score_code_list codes = {0};
    dove_error error;
    double human = 0, model = 0, from = 0, to = 0;
    assert_true(row->converged);
    assert_true(row->divergence > -1e-9);
    assert_near(row->score, (0.1 - row->divergence) * 10, 1e-12);
    assert_near(row->percent, 100 * row->score, 1e-9);
    assert_near(row->divergence, row->value_ab - 0.5 * row->value_aa - 0.5 * row->value_bb, 1e-12);
    assert_true(row->low <= row->high && row->high <= 1.0 + 1e-9);
    assert_true(row->ceiling <= 1.0 + 1e-9);
    assert_int_equal(row->documents_human, 4);
    assert_int_equal(row->documents_model, 4);
    assert_int_equal(dove_store_score_codes(store, row->id, 0, 10, &codes, &error), DOVE_OK);
    assert_int_equal(codes.count, 3);
    for (size_t k = 0; k < 3; k++) {
      human += codes.rows[k].human;
      model += codes.rows[k].model;
      from += codes.rows[k].transported_from;
      to += codes.rows[k].transported_to;
    }
    assert_near(human, 1, 1e-6);
    assert_near(model, 1, 1e-6);
    assert_near(from, row->mass, 1e-9);
    assert_near(to, row->mass, 1e-9);
    dove_store_score_code_list_free(&codes);
  }
  dove_store_score_list_free(&list);
  dove_store_close(store);
}

static void flows_lead_to_documents(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  const dove_settings settings = quick_settings();
  dove_store_score_list list = scores_of(store, score_all(store, &settings));
  dove_store_score_flow_list flows = {0};
  dove_score_documents documents;
  dove_error error = {0};
  assert_int_equal(dove_store_score_flows(store, list.rows[0].id, 0, 100, &flows, &error), DOVE_OK);
  assert_true(flows.count > 3);
  for (size_t f = 1; f < flows.count; f++) assert_true(flows.rows[f - 1].cost >= flows.rows[f].cost);
  assert_int_equal(
      dove_score_flow_documents(store, &list.rows[0], flows.rows[0].from, flows.rows[0].to, 10, &documents, &error),
      DOVE_OK);
  assert_true(documents.human_count > 0 && documents.human_count <= 4);
  assert_true(documents.model_count > 0 && documents.model_count <= 4);
  double sum = 0;
  for (size_t i = 0; i < documents.human_count; i++) sum += documents.human[i].share;
  assert_true(sum > 0.1 && sum < 1.0 + 1e-6);
  for (size_t i = 1; i < documents.human_count; i++)
    assert_true(documents.human[i - 1].share >= documents.human[i].share);
  dove_score_documents_free(&documents);
  dove_store_score_flow_list_free(&flows);
  dove_store_score_list_free(&list);
  dove_store_close(store);
}

static void compare_runs(dove_store *store, int64_t left, int64_t right) {
  dove_store_score_list a = scores_of(store, left), b = scores_of(store, right);
  assert_int_equal(a.count, b.count);
  for (size_t i = 0; i < a.count; i++) {
    assert_string_equal(a.rows[i].model, b.rows[i].model);
    assert_memory_equal(&a.rows[i].divergence, &b.rows[i].divergence, sizeof(double));
    assert_memory_equal(&a.rows[i].low, &b.rows[i].low, sizeof(double));
    assert_memory_equal(&a.rows[i].high, &b.rows[i].high, sizeof(double));
    assert_memory_equal(&a.rows[i].ceiling, &b.rows[i].ceiling, sizeof(double));
  }
  dove_store_score_list_free(&a);
  dove_store_score_list_free(&b);
}

static void threads_do_not_matter(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  const dove_settings settings = quick_settings();
  dove_threads_set(1);
  const int64_t one = score_all(store, &settings);
  dove_threads_set(4);
  const int64_t four = score_all(store, &settings);
  dove_threads_set(0);
  assert_int_not_equal(one, four);
  compare_runs(store, one, four);
  dove_store_close(store);
}

/* Stops when so many pairs are stored. */
typedef struct stopper {
  dove_store *store;
  size_t after;
} stopper;

static bool enough(void *user) {
  const stopper *of = user;
  dove_store_score_run_list runs = {0};
  dove_error error;
  bool stop = false;
  if (dove_store_score_run_page(of->store, 0, 1, &runs, &error) == DOVE_OK && runs.count > 0)
    stop = (size_t)runs.rows[0].scores >= of->after;
  dove_store_score_run_list_free(&runs);
  return stop;
}

static void an_interrupted_run_goes_on(void **state) {
  (void)state;
  char path[64];
  snprintf(path, sizeof path, "/tmp/dove-score-%ld.dove", (long)getpid());
  unlink(path);
  dove_store *store = make_scored_project(path), *second = NULL;
  dove_error error = {0};
  assert_int_equal(dove_store_clone(store, &second, &error), DOVE_OK);
  dove_threads_set(1); /* the stopper asks a connection of its own, from whichever thread polls */
  stopper stop = {second, 2};
  const dove_progress progress = {.cancelled = enough, .user = &stop};
  const dove_settings settings = quick_settings();
  const dove_score_options options = {.settings = &settings};
  int64_t first = 0;
  assert_int_equal(dove_score(store, &options, &first, &progress, &error), DOVE_CANCELLED);
  dove_store_score_list part = scores_of(store, first);
  assert_int_equal(part.count, 2);
  const int64_t kept = part.rows[0].id;
  dove_store_score_list_free(&part);
  assert_int_equal(score_all(store, &settings), first);
  dove_store_score_list whole = scores_of(store, first);
  assert_int_equal(whole.count, 6);
  bool there = false;
  for (size_t i = 0; i < whole.count; i++) there = there || whole.rows[i].id == kept;
  assert_true(there);
  dove_store_score_list_free(&whole);
  const int64_t fresh = score_all(store, &settings); /* the first is finished: a new run, with the same numbers */
  assert_int_not_equal(fresh, first);
  compare_runs(store, first, fresh);
  dove_threads_set(0);
  dove_store_close(second);
  dove_store_close(store);
  unlink(path);
}

static void an_interrupted_run_of_other_data_does_not(void **state) {
  (void)state;
  char path[64];
  snprintf(path, sizeof path, "/tmp/dove-score-%ld.dove", (long)getpid());
  unlink(path);
  dove_store *store = make_scored_project(path), *second = NULL;
  dove_error error = {0};
  assert_int_equal(dove_store_clone(store, &second, &error), DOVE_OK);
  dove_threads_set(1);
  stopper stop = {second, 1};
  const dove_progress progress = {.cancelled = enough, .user = &stop};
  const dove_settings settings = quick_settings();
  const dove_score_options options = {.settings = &settings};
  int64_t first = 0;
  assert_int_equal(dove_score(store, &options, &first, &progress, &error), DOVE_CANCELLED);
  import_good(store, "{\"id\":\"new\",\"culture\":\"KR\",\"source\":\"human\",\"topic\":\"t1\",\"text\":\"x\"}\n");
  import_good(store, "{\"document_id\":\"new\",\"code_name\":\"c\",\"description\":\"d\",\"vector\":[0.1,0.2,0.9]}\n");
  const int64_t run = score_all(store, &settings);
  assert_int_not_equal(run, first);
  dove_store_score_list list = scores_of(store, run);
  assert_int_equal(list.count, 6);
  assert_int_equal(list.rows[0].documents_human + list.rows[1].documents_human, 4 + 5);
  dove_store_score_list_free(&list);
  dove_threads_set(0);
  dove_store_close(second);
  dove_store_close(store);
  unlink(path);
}

static void refuses(dove_store *store, const dove_score_options *options, const char *reason) {
  dove_error error = {0};
  int64_t run = 0;
  const dove_status status = dove_score(store, options, &run, NULL, &error);
  if (status != DOVE_NOT_FOUND || strstr(error.message, reason) == NULL)
    fail_msg("status %d, message '%s' instead of '%s'", (int)status, error.message, reason);
  assert_int_equal(run, 0);
}

static void what_is_missing_is_named(void **state) {
  (void)state;
  const dove_settings settings = quick_settings();
  const char *const names[] = {"XX"}, *const people[] = {"human"}, *const silent[] = {"FR"};
  const dove_score_options none = {.settings = &settings};
  const dove_score_options culture = {.settings = &settings, .cultures = names, .culture_count = 1};
  const dove_score_options model = {.settings = &settings, .models = names, .model_count = 1};
  const dove_score_options human = {.settings = &settings, .models = people, .model_count = 1};
  const dove_score_options role = {.settings = &settings, .roles = names, .role_count = 1};
  const dove_score_options uncoded = {.settings = &settings, .cultures = silent, .culture_count = 1};
  dove_store *store = make_scored_project(":memory:");
  refuses(store, &culture, "no human documents of the culture 'XX'; it has: 'KR', 'US'");
  refuses(store, &model, "no documents of the model 'XX'; it has: 'm-one', 'm-two'");
  refuses(store, &human, "no documents of the model 'human'");
  refuses(store, &role, "no documents in the role 'XX'; it has: 'Korean'");
  import_good(store, "{\"id\":\"fr\",\"culture\":\"FR\",\"source\":\"human\",\"text\":\"Bonjour.\"}\n");
  refuses(store, &uncoded, "no document of the culture 'FR' is coded");
  dove_store_close(store);
  dove_error error;
  assert_int_equal(dove_store_create(":memory:", &store, &error), DOVE_OK);
  refuses(store, &none, "build one first");
  dove_store_close(store);
}

static void only_what_was_asked_for(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  dove_settings settings = quick_settings();
  settings.bootstrap = 0;
  const char *const models[] = {"m-one"}, *const cultures[] = {"US"}, *const roles[] = {""};
  const dove_score_options options = {.models = models,
                                      .model_count = 1,
                                      .cultures = cultures,
                                      .culture_count = 1,
                                      .roles = roles,
                                      .role_count = 1,
                                      .settings = &settings};
  dove_error error = {0};
  int64_t run = 0;
  assert_int_equal(dove_score(store, &options, &run, NULL, &error), DOVE_OK);
  dove_store_score_list list = scores_of(store, run);
  assert_int_equal(list.count, 1);
  assert_string_equal(list.rows[0].role, "");
  assert_true(isnan(list.rows[0].low) && isnan(list.rows[0].high));
  dove_store_score_list_free(&list);
  dove_store_close(store);
}

static void settings_travel_as_json(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  dove_settings settings, back;
  dove_error error = {0};
  assert_int_equal(dove_store_setting_set(store, "epsilon", "0.125", &error), DOVE_OK);
  assert_int_equal(dove_store_setting_set(store, "vectors", "a \"b\"\\c", &error), DOVE_OK);
  assert_int_equal(dove_project_settings_load(store, &settings, &error), DOVE_OK);
  assert_near(settings.epsilon, 0.125, 0);
  char *json = dove_settings_to_json(&settings);
  assert_non_null(json);
  assert_int_equal(dove_settings_from_json(json, &back, &error), DOVE_OK);
  assert_near(back.epsilon, 0.125, 0);
  assert_string_equal(back.vectors, "a \"b\"\\c");
  assert_int_equal(back.max_iterations, settings.max_iterations);
  free(json);
  assert_int_equal(dove_settings_from_json("[1]", &back, &error), DOVE_PROJECT);
  assert_int_equal(dove_store_setting_set(store, "epsilon", "-3", &error), DOVE_OK);
  assert_int_equal(dove_project_settings_load(store, &settings, &error), DOVE_PROJECT);
  assert_non_null(strstr(error.message, "epsilon"));
  dove_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_model_beside_every_culture),
      cmocka_unit_test(flows_lead_to_documents),
      cmocka_unit_test(threads_do_not_matter),
      cmocka_unit_test(an_interrupted_run_goes_on),
      cmocka_unit_test(an_interrupted_run_of_other_data_does_not),
      cmocka_unit_test(what_is_missing_is_named),
      cmocka_unit_test(only_what_was_asked_for),
      cmocka_unit_test(settings_travel_as_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
