/* What reviewers enter: kept, withdrawn, undone and done again after a restart; checked against the codebook; the name
 * of the person; and the plane that members are drawn on. */
#include "store_fixture.h"

#include <math.h>
#include <sys/stat.h>

#include "dove/background.h"
#include "dove/controller.h"
#include "dove/overrides.h"
#include "dove/person.h"
#include "dove/principal_plane.h"
#include "dove/review.h"
#include "dove/store_codes.h"
#include "dove/store_runs.h"
#include "dove/store_vectors.h"

/* Run 1 with C⁰ of Honesty (1), Thrift (2) and Kindness (3). */
static void write_codebook(store_fixture *f) {
  static const char *const names[] = {"Honesty", "Thrift", "Kindness"};
  static const float centroid[2] = {1, 0};
  int64_t run = 0, embedder = 0, id = 0;
  dove_store_usage usage[3] = {0};
  assert_done(f, dove_store_embedder_add(f->store, "e", 2, NULL, 0, &embedder, &f->error));
  const dove_store_new_run row = {.settings = "{}", .embedder = embedder, .initial = "by hand", .parent_t = -1};
  assert_done(f, dove_store_run_add(f->store, &row, &run, &f->error));
  for (size_t i = 0; i < 3; i++) {
    const dove_store_new_code code = {.name = names[i], .centroid = centroid, .dimension = 2};
    assert_done(f, dove_store_code_add(f->store, run, 0, &code, &usage[i].code, &f->error));
  }
  const dove_store_iteration iteration = {.t = 0, .codes = 3, .M = 5, .S = 1};
  assert_done(f, dove_store_iteration_add(f->store, run, &iteration, &id, &f->error));
  assert_done(f, dove_store_usage_add(f->store, id, usage, 3, &f->error));
}

static dove_store_new_override renaming(const char *name, const char *author) {
  return (dove_store_new_override){
      .kind = DOVE_REVIEW_RENAME, .run = 1, .t = 1, .code = 1, .name = name, .author = author};
}

static size_t count(dove_store *store, bool standing) {
  const dove_store_override_query query = {.t = -1, .standing = standing};
  dove_store_override_list list = {0};
  dove_error error;
  assert_int_equal(dove_store_override_list_read(store, &query, &list, &error), DOVE_OK);
  const size_t found = list.count;
  dove_store_override_list_free(&list);
  return found;
}

static void entries_are_kept_and_withdrawn(void **state) {
  store_fixture *f = *state;
  int64_t id = 0;
  write_codebook(f);
  const dove_store_new_override merge = {
      .kind = DOVE_REVIEW_MERGE, .run = 1, .t = 1, .code = 3, .other = 1, .note = "같은 뜻", .author = "Ada"};
  assert_done(f, dove_store_override_add(f->store, &merge, &id, &f->error));
  const dove_store_override_query query = {.run = 1, .t = 1, .standing = true, .acting = true};
  dove_store_override_list list = {0};
  assert_done(f, dove_store_override_list_read(f->store, &query, &list, &f->error));
  assert_int_equal(list.count, 1);
  assert_string_equal(list.rows[0].code_name, "Kindness");
  assert_string_equal(list.rows[0].other_name, "Honesty");
  assert_string_equal(list.rows[0].note, "같은 뜻");
  assert_int_equal(list.rows[0].uses, 0);
  dove_store_override_list_free(&list);
  assert_done(f, dove_store_override_withdraw(f->store, id, true, "Bo", &f->error));
  assert_int_equal(count(f->store, true), 0);
  assert_int_equal(count(f->store, false), 1); /* it stays in the history */
  assert_int_equal(dove_store_override_withdraw(f->store, id, true, "Bo", &f->error), DOVE_INPUT);
  assert_int_equal(dove_store_override_withdraw(f->store, 77, true, "Bo", &f->error), DOVE_NOT_FOUND);
  assert_done(f, dove_store_override_withdraw(f->store, id, false, "Ada", &f->error));
  assert_int_equal(count(f->store, true), 1);
  assert_clean(f);
}

static void what_is_missing_is_said(void **state) {
  store_fixture *f = *state;
  write_codebook(f);
  const dove_store_new_override wrong[] = {
      {.kind = DOVE_REVIEW_AGREE, .run = 1, .author = "Ada"},                                 /* which decision? */
      {.kind = DOVE_REVIEW_SPLIT, .run = 1, .t = 1, .author = "Ada"},                         /* which code? */
      {.kind = DOVE_REVIEW_MERGE, .run = 1, .t = 1, .code = 1, .other = 1, .author = "Ada"},  /* into itself */
      {.kind = DOVE_REVIEW_RENAME, .run = 1, .t = 1, .code = 1, .name = "", .author = "Ada"}, /* no name */
      {.kind = DOVE_REVIEW_COMMENT, .run = 1, .decision = 1, .note = "", .author = "Ada"},    /* no words */
      {.kind = DOVE_REVIEW_SPLIT, .run = 1, .t = 1, .code = 1, .author = ""},                 /* nobody */
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(dove_store_override_add(f->store, &wrong[i], NULL, &f->error), DOVE_INPUT);
  assert_int_equal(count(f->store, false), 0);
}

static void entries_fit_the_codebook(void **state) {
  store_fixture *f = *state;
  int64_t code = 0;
  write_codebook(f);
  dove_store_new_override entry = renaming("thrift", "Ada"); /* Thrift is code 2 */
  assert_int_equal(dove_override_check(f->store, &entry, &f->error), DOVE_INPUT);
  entry.name = "HONESTY"; /* its own name otherwise written */
  assert_done(f, dove_override_check(f->store, &entry, &f->error));
  entry.name = "Two\nlines";
  assert_int_equal(dove_override_check(f->store, &entry, &f->error), DOVE_INPUT);
  entry = (dove_store_new_override){.kind = DOVE_REVIEW_SPLIT, .run = 1, .t = 1, .code = 9, .author = "Ada"};
  assert_int_equal(dove_override_check(f->store, &entry, &f->error), DOVE_NOT_FOUND);
  entry.t = 3; /* there is no C² */
  assert_int_equal(dove_override_check(f->store, &entry, &f->error), DOVE_NOT_FOUND);
  assert_done(f, dove_override_find_code(f->store, 1, 0, "kind", &code, &f->error));
  assert_int_equal(code, 3);
  assert_done(f, dove_override_find_code(f->store, 1, 0, "2", &code, &f->error));
  assert_int_equal(code, 2);
  assert_int_equal(dove_override_find_code(f->store, 1, 0, "Courage", &code, &f->error), DOVE_NOT_FOUND);
}

static void decisions_become_entries(void **state) {
  store_fixture *f = *state;
  const dove_store_decision_code before = {.code = 7, .name = "Order"};
  dove_store_decision decision = {
      .id = 5, .t = 2, .kind = DOVE_STORE_SPLIT, .done = true, .before = &before, .before_count = 1};
  dove_store_new_override entry;
  assert_done(f, dove_review_of_decision(&decision, 1, DOVE_REVIEW_VETO, &entry, &f->error));
  assert_int_equal(entry.code, 7);
  assert_int_equal(entry.t, 2);
  assert_int_equal(entry.decision, 5);
  decision.done = false;
  assert_int_equal(dove_review_of_decision(&decision, 1, DOVE_REVIEW_VETO, &entry, &f->error), DOVE_USAGE);
  assert_done(f, dove_review_of_decision(&decision, 1, DOVE_REVIEW_DISAGREE, &entry, &f->error));
  assert_int_equal(entry.code, 0);
  decision.kind = DOVE_STORE_RECREATE;
  decision.done = true;
  assert_int_equal(dove_review_of_decision(&decision, 1, DOVE_REVIEW_VETO, &entry, &f->error), DOVE_USAGE);
}

/* ---- Undoing ---- */

static void wake(void *unused) { (void)unused; }

static dove_controller *open_controller(store_fixture *f) {
  dove_controller *controller = NULL;
  assert_done(f, dove_controller_open(f->path, wake, NULL, &controller, &f->error));
  return controller;
}

static void undone_after_a_restart(void **state) {
  store_fixture *f = *state;
  write_codebook(f);
  setenv("DOVE_NAME", "Ada", 1);
  dove_controller *controller = open_controller(f);
  assert_null(dove_controller_undoable(controller));
  const dove_store_new_override first = renaming("Truth", "Ada"), second = renaming("Candour", "Ada");
  assert_done(f, dove_controller_review(controller, &first, NULL, &f->error));
  assert_done(f, dove_controller_review(controller, &second, NULL, &f->error));
  assert_string_equal(dove_controller_undoable(controller), "the rename of Honesty");
  assert_done(f, dove_controller_undo(controller, &f->error));
  assert_int_equal(count(f->store, true), 1);
  dove_controller_close(controller);

  controller = open_controller(f);
  assert_string_equal(dove_controller_redoable(controller), "the rename of Honesty");
  assert_done(f, dove_controller_redo(controller, &f->error));
  assert_int_equal(count(f->store, true), 2);
  assert_done(f, dove_controller_undo(controller, &f->error));
  assert_done(f, dove_controller_undo(controller, &f->error));
  assert_null(dove_controller_undoable(controller));
  assert_int_equal(count(f->store, true), 0);
  dove_controller_close(controller);

  /* What one person entered another one cannot undo. */
  setenv("DOVE_NAME", "Bo", 1);
  controller = open_controller(f);
  assert_null(dove_controller_undoable(controller));
  assert_null(dove_controller_redoable(controller));
  dove_controller_close(controller);
  assert_clean(f);
}

static void a_new_entry_ends_redoing(void **state) {
  store_fixture *f = *state;
  write_codebook(f);
  setenv("DOVE_NAME", "Ada", 1);
  dove_controller *controller = open_controller(f);
  const dove_store_new_override first = renaming("Truth", "Ada"), second = renaming("Candour", "Ada");
  assert_done(f, dove_controller_review(controller, &first, NULL, &f->error));
  assert_done(f, dove_controller_undo(controller, &f->error));
  assert_done(f, dove_controller_review(controller, &second, NULL, &f->error));
  assert_null(dove_controller_redoable(controller));
  dove_controller_close(controller);
  controller = open_controller(f);
  assert_null(dove_controller_redoable(controller));
  assert_string_equal(dove_controller_undoable(controller), "the rename of Honesty");
  dove_controller_close(controller);
}

static void plans_of_a_run(void **state) {
  store_fixture *f = *state;
  dove_review_plan plan;
  write_codebook(f);
  setenv("DOVE_NAME", "Ada", 1);
  dove_controller *controller = open_controller(f);
  assert_done(f, dove_review_plan_read(controller, 1, -1, &plan, &f->error));
  assert_int_equal(plan.count, 0);
  assert_int_equal(plan.t, -1);
  const dove_store_new_override entry = renaming("Truth", "Ada");
  assert_done(f, dove_controller_review(controller, &entry, NULL, &f->error));
  assert_done(f, dove_review_plan_read(controller, 1, -1, &plan, &f->error));
  assert_int_equal(plan.t, 0); /* the step to C¹ begins at C⁰ */
  assert_true(plan.count == 1 && plan.alone);
  assert_done(f, dove_review_plan_read(controller, 1, 1, &plan, &f->error));
  assert_int_equal(plan.count, 0);
  dove_controller_close(controller);
}

/* ---- In the background ---- */

static dove_status wait_for_cancel(void *user, dove_store *store, const dove_progress *progress, dove_error *error) {
  int *reports = user;
  (void)store;
  while (!dove_progress_cancelled(progress)) dove_progress_report(progress, "waiting", (*reports)++, 0);
  return dove_fail(error, DOVE_CANCELLED, "stopped");
}

static dove_status read_codes(void *user, dove_store *store, const dove_progress *progress, dove_error *error) {
  (void)progress;
  return dove_override_find_code(store, 1, 0, "Thrift", user, error);
}

static void background_works_and_stops(void **state) {
  store_fixture *f = *state;
  int reports = 0;
  int64_t code = 0;
  dove_background *background = NULL;
  write_codebook(f);
  dove_controller *controller = open_controller(f);
  assert_done(f, dove_background_start(controller, wait_for_cancel, &reports, &background, &f->error));
  assert_true(dove_controller_is_busy(controller));
  dove_background_stop(background);
  assert_false(dove_controller_is_busy(controller));
  assert_done(f, dove_background_start(controller, read_codes, &code, &background, &f->error));
  dove_status status = DOVE_FAILED;
  while (!dove_background_done(background, &status, &f->error)) usleep(1000);
  assert_int_equal(status, DOVE_OK);
  assert_int_equal(code, 2);
  dove_background_stop(background);
  dove_controller_close(controller);
}

/* ---- The person ---- */

static void a_name_is_remembered(void **state) {
  store_fixture *f = *state;
  char folder[64];
  unsetenv("DOVE_NAME");
  snprintf(folder, sizeof folder, "%s/config", f->folder);
  setenv("XDG_CONFIG_HOME", folder, 1);
  assert_null(dove_person_name());
  assert_done(f, dove_person_remember("  김 하나 \n", &f->error));
  char *name = dove_person_name();
  assert_string_equal(name, "김 하나");
  free(name);
  setenv("DOVE_NAME", "Ada", 1);
  name = dove_person_name();
  assert_string_equal(name, "Ada");
  free(name);
  unsetenv("DOVE_NAME");
  assert_int_equal(dove_person_remember(" ", &f->error), DOVE_INPUT);
  assert_int_equal(dove_person_remember("a\033[2Jb", &f->error), DOVE_INPUT);
  unsetenv("XDG_CONFIG_HOME");
}

/* ---- The plane ---- */

/* Four points on two axes of their own: x = ±3 along (0.6, 0.8, 0), y = ±1 along (0, 0, 1), about the mean (1, 1, 1).
 * Sums of squares 18 and 2: all of the variance. The largest entry of the first component, 0.8, is positive. */
static void a_plane_of_two_axes(void **state) {
  static const float points[] = {2.8f, 3.4f, 1, -0.8f, -1.4f, 1, 1, 1, 2, 1, 1, 0};
  static const float xs[] = {3, -3, 0, 0}, ys[] = {0, 0, 1, -1};
  float x[4], y[4];
  double share;
  dove_error error;
  (void)state;
  assert_int_equal(dove_principal_plane((dove_matrix_view){points, 4, 3}, x, y, &share, &error), DOVE_OK);
  assert_true(fabs(share - 1) < 1e-9);
  for (size_t i = 0; i < 4; i++) {
    assert_true(fabs((double)(x[i] - xs[i])) < 1e-4);
    assert_true(fabs((double)(y[i] - ys[i])) < 1e-4);
  }
}

static void a_plane_of_equal_points(void **state) {
  static const float points[] = {1, 2, 1, 2, 1, 2};
  float x[3], y[3];
  double share;
  dove_error error;
  (void)state;
  assert_int_equal(dove_principal_plane((dove_matrix_view){points, 3, 2}, x, y, &share, &error), DOVE_OK);
  assert_true(share == 0);
  for (size_t i = 0; i < 3; i++) assert_true(x[i] == 0 && y[i] == 0);
  assert_int_equal(dove_principal_plane((dove_matrix_view){points, 0, 2}, x, y, &share, &error), DOVE_USAGE);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
  const struct CMUnitTest tests[] = {
      TEST(entries_are_kept_and_withdrawn),
      TEST(what_is_missing_is_said),
      TEST(entries_fit_the_codebook),
      TEST(decisions_become_entries),
      TEST(undone_after_a_restart),
      TEST(a_new_entry_ends_redoing),
      TEST(plans_of_a_run),
      TEST(background_works_and_stops),
      TEST(a_name_is_remembered),
      cmocka_unit_test(a_plane_of_two_axes),
      cmocka_unit_test(a_plane_of_equal_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
