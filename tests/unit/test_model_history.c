/* What became of codes between two iterations, on a run written down by hand:
 *   C⁰: 1 Honesty (n 4), 2 Thrift (n 2), 3 Kindness (n 2), 4 Order (n 1), 5 Calm (n 3)
 *   C¹: 1 split into 6 Truth and 7 Candour; 3 and 4 merged into 8 Kindness; 2 renamed to 9 Saving; 5 stays, n 3 → 3.01
 *   C²: 6 split into 10 Facts and 11 Oaths; 7, 8, 9 stay; 5 stays, n 4.5 */
#include "store_fixture.h"

#include "dove/model_history.h"
#include "dove/store_vectors.h"

static int64_t add_code(store_fixture *f, int64_t run, int64_t t, const char *name, dove_store_code_origin origin,
                        const int64_t *parents, size_t parent_count) {
  const float centroid[2] = {1, 0};
  const dove_store_new_code code = {.name = name,
                                    .centroid = centroid,
                                    .dimension = 2,
                                    .origin = origin,
                                    .parents = parents,
                                    .parent_count = parent_count};
  int64_t id = 0;
  assert_done(f, dove_store_code_add(f->store, run, t, &code, &id, &f->error));
  return id;
}

static void end_code(store_fixture *f, int64_t run, int64_t t, int64_t code) {
  assert_done(f, dove_store_code_end(f->store, run, code, t, &f->error));
}

static void add_iteration(store_fixture *f, int64_t run, int64_t t, const int64_t *codes, const double *n,
                          size_t count) {
  dove_store_usage usage[8] = {0};
  const dove_store_iteration iteration = {.t = t, .codes = (int64_t)count, .M = 5, .S = 1.0 + (double)t};
  int64_t id = 0;
  assert_done(f, dove_store_iteration_add(f->store, run, &iteration, &id, &f->error));
  for (size_t i = 0; i < count; i++) usage[i] = (dove_store_usage){.code = codes[i], .n = n[i]};
  assert_done(f, dove_store_usage_add(f->store, id, usage, count, &f->error));
}

static void write_run(store_fixture *f) {
  int64_t run = 0;
  int64_t embedder = 0;
  assert_done(f, dove_store_embedder_add(f->store, "e", 2, NULL, 0, &embedder, &f->error));
  const dove_store_new_run settings = {.settings = "{}", .embedder = embedder, .initial = "by hand", .parent_t = -1};
  assert_done(f, dove_store_run_add(f->store, &settings, &run, &f->error));
  static const char *const names[] = {"Honesty", "Thrift", "Kindness", "Order", "Calm"};
  for (size_t i = 0; i < 5; i++) add_code(f, run, 0, names[i], DOVE_STORE_CODE_INITIAL, NULL, 0);
  add_iteration(f, run, 0, (int64_t[]){1, 2, 3, 4, 5}, (double[]){4, 2, 2, 1, 3}, 5);

  for (int64_t code = 1; code <= 4; code++) end_code(f, run, 1, code);
  add_code(f, run, 1, "Truth", DOVE_STORE_CODE_SPLIT, (int64_t[]){1}, 1);
  add_code(f, run, 1, "Candour", DOVE_STORE_CODE_SPLIT, (int64_t[]){1}, 1);
  add_code(f, run, 1, "Kindness", DOVE_STORE_CODE_MERGE, (int64_t[]){3, 4}, 2);
  assert_int_equal(add_code(f, run, 1, "Saving", DOVE_STORE_CODE_RENAME, (int64_t[]){2}, 1), 9);
  add_iteration(f, run, 1, (int64_t[]){5, 6, 7, 8, 9}, (double[]){3.01, 2, 2, 3, 2}, 5);

  end_code(f, run, 2, 6);
  add_code(f, run, 2, "Facts", DOVE_STORE_CODE_SPLIT, (int64_t[]){6}, 1);
  add_code(f, run, 2, "Oaths", DOVE_STORE_CODE_SPLIT, (int64_t[]){6}, 1);
  add_iteration(f, run, 2, (int64_t[]){5, 7, 8, 9, 10, 11}, (double[]){4.5, 1, 3, 2, 1, 0.5}, 6);
}

static const dove_code_change *row_of(const dove_difference *difference, int64_t code) {
  for (size_t i = 0; i < difference->count; i++) {
    if (difference->rows[i].code == code) return &difference->rows[i];
  }
  fail_msg("code %lld is not in the difference", (long long)code);
  return NULL;
}

static void assert_change(const dove_difference *difference, int64_t code, dove_code_change_kind kind,
                          const char *relatives) {
  const dove_code_change *row = row_of(difference, code);
  assert_string_equal(dove_code_change_name(row->kind), dove_code_change_name(kind));
  assert_string_equal(row->relatives, relatives);
}

/* An iteration of the only run. */
static dove_iteration_at at(int64_t t) { return (dove_iteration_at){.run = 1, .t = t}; }

static dove_model *open_run(store_fixture *f) {
  dove_model *model = NULL;
  write_run(f);
  assert_done(f, dove_model_open(f->path, &model, &f->error));
  return model;
}

static void test_one_step(void **state) {
  store_fixture *f = *state;
  dove_difference difference;
  dove_model *model = open_run(f);
  assert_done(f, dove_model_difference(model, at(0), at(1), &difference, &f->error));
  assert_int_equal(difference.count, 8);
  assert_change(&difference, 1, DOVE_CHANGE_GONE, "Truth, Candour");
  assert_change(&difference, 3, DOVE_CHANGE_GONE, "Kindness");
  assert_change(&difference, 4, DOVE_CHANGE_GONE, "Kindness");
  assert_change(&difference, 6, DOVE_CHANGE_NEW, "Honesty");
  assert_change(&difference, 8, DOVE_CHANGE_NEW, "Kindness, Order");
  assert_change(&difference, 9, DOVE_CHANGE_RENAMED, "Thrift");
  assert_true(row_of(&difference, 9)->n_before == 2);  /* that of Thrift */
  assert_change(&difference, 5, DOVE_CHANGE_SAME, ""); /* 3 → 3.01 is a third of a percent */
  assert_int_equal(difference.counts[DOVE_CHANGE_NEW], 3);
  assert_int_equal(difference.counts[DOVE_CHANGE_GONE], 3);
  assert_int_equal(difference.counts[DOVE_CHANGE_RENAMED], 1);
  /* Within a kind the largest change comes first: Kindness with n 3 before Truth and Candour with 2. */
  assert_int_equal(difference.rows[0].code, 8);
  dove_difference_free(&difference);
  dove_model_close(model);
}

static void test_two_steps_in_any_order(void **state) {
  store_fixture *f = *state;
  dove_difference difference;
  dove_model *model = open_run(f);
  assert_done(f, dove_model_difference(model, at(2), at(0), &difference, &f->error));
  assert_int_equal(difference.from_at.t, 0);
  assert_int_equal(difference.to_at.t, 2);
  assert_change(&difference, 1, DOVE_CHANGE_GONE, "Candour, Facts, Oaths");
  assert_change(&difference, 10, DOVE_CHANGE_NEW, "Honesty");
  assert_change(&difference, 5, DOVE_CHANGE_GROWN, "");
  assert_change(&difference, 9, DOVE_CHANGE_RENAMED, "Thrift");
  dove_difference_free(&difference);
  assert_done(f, dove_model_difference(model, at(1), at(2), &difference, &f->error));
  assert_change(&difference, 7, DOVE_CHANGE_SHRUNK, ""); /* 2 → 1 */
  assert_change(&difference, 9, DOVE_CHANGE_SAME, "");
  dove_difference_free(&difference);
  dove_model_close(model);
}

static void test_no_such_iteration(void **state) {
  store_fixture *f = *state;
  dove_difference difference;
  dove_model *model = open_run(f);
  assert_int_equal(dove_model_difference(model, at(0), at(7), &difference, &f->error), DOVE_NOT_FOUND);
  assert_int_equal(difference.count, 0);
  dove_model_close(model);
}

static void test_used_and_lineage(void **state) {
  store_fixture *f = *state;
  dove_store_lineage lineage = {0};
  dove_model *model = open_run(f);
  assert_done(f, dove_model_view_set(model, 1, 0, &f->error));
  assert_int_equal(dove_model_used(model).t, 2); /* of highest S, whatever is looked at */
  assert_done(f, dove_model_lineage(model, 6, &lineage, &f->error));
  /* Truth, what it came from and what it became: 1, 6, 10, 11. */
  assert_int_equal(lineage.count, 4);
  assert_int_equal(lineage.rows[0].code, 1);
  assert_int_equal(lineage.rows[3].code, 11);
  dove_model_lineage_free(&lineage);
  dove_model_close(model);
}

/* Run 2 goes on from C¹ of run 1: Calm is called Peace now, Saving stays, and Kindness was lost to nobody. Run 3 was
 * made by itself: KINDNESS has that name by chance. */
static void test_two_runs(void **state) {
  store_fixture *f = *state;
  dove_difference difference;
  dove_model *model = open_run(f);
  int64_t run = 0;
  const dove_store_new_run branch = {.settings = "{}", .embedder = 1, .initial = "by hand", .parent = 1, .parent_t = 1};
  assert_done(f, dove_store_run_add(f->store, &branch, &run, &f->error));
  end_code(f, run, 2, 5);
  end_code(f, run, 2, 8);
  const int64_t peace = add_code(f, run, 2, "Peace", DOVE_STORE_CODE_RENAME, (int64_t[]){5}, 1);
  add_iteration(f, run, 2, (int64_t[]){6, 7, 9, peace}, (double[]){2, 2, 2, 3.01}, 4);
  const dove_iteration_at mine = {.run = run, .t = 2};
  assert_done(f, dove_model_difference(model, at(1), mine, &difference, &f->error));
  assert_int_equal(difference.from_at.run, 1);
  assert_int_equal(difference.to_at.run, run);
  assert_true(difference.from.S == 2.0 && difference.to.S == 3.0);
  assert_change(&difference, peace, DOVE_CHANGE_RENAMED, "Calm");
  assert_change(&difference, 8, DOVE_CHANGE_GONE, "");
  assert_change(&difference, 9, DOVE_CHANGE_SAME, "");
  assert_int_equal(difference.count, 5);
  dove_difference_free(&difference);

  const dove_store_new_run alone = {.settings = "{}", .embedder = 1, .initial = "by hand", .parent_t = -1};
  assert_done(f, dove_store_run_add(f->store, &alone, &run, &f->error));
  const int64_t kindness = add_code(f, run, 0, "KINDNESS", DOVE_STORE_CODE_INITIAL, NULL, 0);
  const int64_t valour = add_code(f, run, 0, "Valour", DOVE_STORE_CODE_INITIAL, NULL, 0);
  add_iteration(f, run, 0, (int64_t[]){kindness, valour}, (double[]){4, 1}, 2);
  const dove_iteration_at other = {.run = run, .t = 0};
  assert_done(f, dove_model_difference(model, at(1), other, &difference, &f->error));
  assert_change(&difference, kindness, DOVE_CHANGE_GROWN, ""); /* 3 of code 8 → 4 */
  assert_true(row_of(&difference, kindness)->n_before == 3);
  assert_change(&difference, valour, DOVE_CHANGE_NEW, "");
  assert_int_equal(difference.counts[DOVE_CHANGE_GONE], 4);
  dove_difference_free(&difference);
  assert_int_equal(dove_model_difference(model, at(1), (dove_iteration_at){.run = 9, .t = 0}, &difference, &f->error),
                   DOVE_NOT_FOUND);
  dove_model_close(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_one_step, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_two_steps_in_any_order, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_no_such_iteration, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_used_and_lineage, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_two_runs, store_setup, store_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
