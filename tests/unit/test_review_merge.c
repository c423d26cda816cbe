/* Copies of a project that were reviewed apart come together, in whatever order. */
#include "unit/store_fixture.h"

#include "dove/store_overrides.h"
#include "unit/merged_project.h"

enum { COPIES = 3, ORDERS = 6 };

static dove_store *copy_of(const store_fixture *fixture, const char *from, const char *name) {
  char path[160];
  snprintf(path, sizeof path, "%s/%s.dove", fixture->folder, name);
  copy_file(from, path);
  return open_project(path);
}

static int64_t enter(dove_store *store, dove_review_kind kind, int64_t code, int64_t other, const char *author) {
  dove_error error = {0};
  int64_t id = 0;
  const dove_store_new_override entry = {
      .kind = kind, .run = 1, .t = 1, .code = code, .other = other, .name = "자유", .note = "so", .author = author};
  assert_fine(dove_store_override_add(store, &entry, &id, &error));
  return id;
}

static void stand(dove_store *store, int64_t id, bool stands, const char *author) {
  dove_error error = {0};
  assert_fine(dove_store_override_withdraw(store, id, !stands, author, &error));
}

static size_t count_of(const char *text, const char *word) {
  size_t count = 0;
  for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word)) count++;
  return count;
}

/* Two vetoes are in all copies. Bo withdraws both; Cem, later, withdraws the first and lets it stand again, so that it
 * stands in the end, and the second is withdrawn. Each enters something as well. */
static int reviewed_setup(void **state) {
  if (store_folder_setup(state) != 0) return -1;
  store_fixture *fixture = *state;
  dove_store *store = make_annotated_project(fixture->path);
  const int64_t first = enter(store, DOVE_REVIEW_VETO, 1, 0, "Ada"),
                second = enter(store, DOVE_REVIEW_VETO, 2, 0, "Ada");
  dove_store_close(store);
  dove_store *ada = copy_of(fixture, fixture->path, "0"), *bo = copy_of(fixture, fixture->path, "1"),
             *cem = copy_of(fixture, fixture->path, "2");
  enter(ada, DOVE_REVIEW_MERGE, 1, 3, "Ada");
  stand(bo, first, false, "Bo");
  stand(bo, second, false, "Bo");
  enter(bo, DOVE_REVIEW_RENAME, 2, 0, "Bo");
  stand(cem, first, false, "Cem");
  stand(cem, first, true, "Cem");
  enter(cem, DOVE_REVIEW_SPLIT, 3, 0, "Cem");
  dove_store_close(ada);
  dove_store_close(bo);
  dove_store_close(cem);
  return 0;
}

static void merge_copy(store_fixture *fixture, dove_store *store, int number, dove_merge_report *report) {
  char path[160];
  dove_store *other = NULL;
  snprintf(path, sizeof path, "%s/%d.dove", fixture->folder, number);
  assert_done(fixture, dove_store_open(path, &other, &fixture->error));
  assert_done(fixture, dove_annotations_merge(store, other, report, &fixture->error));
  dove_store_close(other);
}

static void all_orders_come_to_the_same(void **state) {
  store_fixture *fixture = *state;
  static const int orders[ORDERS][COPIES] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  char *expected = NULL;
  for (int number = 0; number < ORDERS; number++) {
    size_t added = 0;
    dove_store *store = copy_of(fixture, fixture->path, "merged");
    for (int i = 0; i < COPIES; i++) {
      dove_merge_report report;
      merge_copy(fixture, store, orders[number][i], &report);
      added += report.reviews;
      assert_int_equal(report.unplaced + report.conflict_count, 0);
      dove_merge_report_free(&report);
    }
    assert_int_equal(added, 3);
    char *found = export_all(store);
    if (expected == NULL) expected = found;
    assert_string_equal(found, expected);
    if (found != expected) free(found);
    fixture->store = store;
    assert_clean(fixture);
    fixture->store = NULL;
    dove_store_close(store);
  }
  assert_int_equal(count_of(expected, "\"type\":\"review\""), 5);
  assert_int_equal(count_of(expected, "\"withdrawn\":true"), 1); /* the second veto */
  const char *veto = strstr(expected, "\"kind\":\"veto\"");
  assert_non_null(veto);
  assert_true(strstr(veto, "withdrawn") > strchr(veto, '\n')); /* the first one stands */
  free(expected);
}

static void merging_again_changes_nothing(void **state) {
  store_fixture *fixture = *state;
  dove_merge_report report;
  dove_store *store = copy_of(fixture, fixture->path, "merged");
  merge_copy(fixture, store, 1, &report);
  assert_int_equal(report.reviews, 1);
  dove_merge_report_free(&report);
  char *before = export_all(store);
  merge_copy(fixture, store, 1, &report);
  assert_int_equal(report.reviews + report.conflict_count, 0);
  assert_int_equal(report.repeated, 3);
  dove_merge_report_free(&report);
  char *after = export_all(store);
  assert_string_equal(before, after);
  free(before);
  free(after);
  dove_store_close(store);
}

/* What came from elsewhere is no step of anybody here. */
static void undoing_does_not_reach_it(void **state) {
  store_fixture *fixture = *state;
  dove_merge_report report;
  dove_store_review_steps steps;
  dove_store *store = copy_of(fixture, fixture->path, "merged");
  merge_copy(fixture, store, 2, &report);
  dove_merge_report_free(&report);
  assert_done(fixture, dove_store_review_steps_read(store, "Cem", &steps, &fixture->error));
  assert_int_equal(steps.count, 0);
  dove_store_review_steps_free(&steps);
  dove_store_close(store);
}

static void import_line(store_fixture *fixture, const char *line, dove_status expected, const char *word,
                        dove_merge_report *report) {
  char path[160];
  snprintf(path, sizeof path, "%s/a.jsonl", fixture->folder);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(line, file);
  assert_int_equal(fclose(file), 0);
  const dove_status status = dove_annotations_import(fixture->store, path, true, report, &fixture->error);
  if (status != expected) fail_msg("%d: %s", (int)status, fixture->error.message);
  if (word != NULL && strstr(fixture->error.message, word) == NULL) fail_msg("%s", fixture->error.message);
}

#define LINE "{\"type\":\"review\",\"uuid\":\"u\",\"t\":1,\"time\":5,\"author\":"

static void what_cannot_be_is_refused(void **state) {
  store_fixture *fixture = *state;
  dove_merge_report report;
  fixture->store = copy_of(fixture, fixture->path, "merged");
  import_line(fixture, LINE "\"Eve\",\"kind\":\"praise\",\"run\":1,\"run_time\":1}\n", DOVE_INPUT, "praise", &report);
  import_line(fixture, LINE "\"Eve\",\"kind\":\"veto\",\"run\":1}\n", DOVE_INPUT, "run_time", &report);
  import_line(fixture, LINE "\"Eve\",\"kind\":\"veto\",\"run\":1,\"run_time\":1}\n", DOVE_INPUT, "name one", &report);
  import_line(fixture, LINE "\"\\u001b[31m\",\"kind\":\"agree\",\"decision\":1,\"run\":1,\"run_time\":1}\n", DOVE_INPUT,
              "1000 bytes", &report);
  /* A run of the same number that was made at another time is another one. */
  import_line(fixture, LINE "\"Eve\",\"kind\":\"agree\",\"decision\":1,\"run\":1,\"run_time\":1}\n", DOVE_OK, NULL,
              &report);
  assert_int_equal(report.unplaced, 1);
  assert_int_equal(report.reviews, 0);
  dove_merge_report_free(&report);
}

/* One uuid with two contents: what is here stays. */
static void a_forged_uuid_is_told(void **state) {
  store_fixture *fixture = *state;
  dove_merge_report report;
  fixture->store = copy_of(fixture, fixture->path, "merged");
  char *lines = export_all(fixture->store), *author = strstr(lines, "\"author\":\"Ada\"");
  assert_non_null(author);
  memcpy(author, "\"author\":\"Eve\"", 14);
  import_line(fixture, lines, DOVE_OK, NULL, &report);
  assert_int_equal(report.conflict_count, 1);
  assert_non_null(strstr(report.conflicts[0], "what is here stays"));
  dove_merge_report_free(&report);
  char *after = export_all(fixture->store);
  assert_null(strstr(after, "Eve"));
  free(lines);
  free(after);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, reviewed_setup, store_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(all_orders_come_to_the_same), TEST(merging_again_changes_nothing), TEST(undoing_does_not_reach_it),
      TEST(what_cannot_be_is_refused),   TEST(a_forged_uuid_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
