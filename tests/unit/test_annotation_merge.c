/* Copies of a project that were annotated apart come together, in whatever order. */
#include "unit/store_fixture.h"

#include "unit/merged_project.h"

#define PRESENT DOVE_QUESTION_PRESENT

enum { COPIES = 5, ORDERS = 120 };

static void merge_into(dove_store *store, const char *path, dove_merge_report *report) {
  dove_error error = {0};
  dove_store *other = open_project(path);
  assert_fine(dove_annotations_merge(store, other, report, &error));
  dove_store_close(other);
}

static void copy_path(const store_fixture *fixture, int number, char path[160]) {
  snprintf(path, 160, "%s/copy%d.dove", fixture->folder, number);
}

/* What happens in copy number c: a person of its own, and "ann", who works in all of them and contradicts herself; a
 * code that is added and in one copy withdrawn; a consensus; a round of its own; a closed round. */
static void annotate_copy(dove_store *store, int64_t round, int c) {
  dove_error error = {0};
  char name[16];
  bool done;
  int64_t item;
  snprintf(name, sizeof name, "person %d", c);
  const dove_annotation own = take_up(store, round, name), ann = take_up(store, round, "ann");
  for (int64_t i = 0; i < 6; i++) answer(&own, i, PRESENT, (c + i) % 3 == 0 ? DOVE_ANSWER_NO : DOVE_ANSWER_YES);
  answer(&ann, c, PRESENT, DOVE_ANSWER_SKIP);
  answer(&ann, 0, PRESENT, c % 2 == 0 ? DOVE_ANSWER_YES : DOVE_ANSWER_NO);
  assert_fine(dove_annotation_add_code(&own, 1, "thrift", 0, 4, "new", &error));
  if (c == 2) assert_fine(dove_annotation_undo(&own, &done, &item, &error));
  assert_fine(dove_store_consensus_set(store, item_at(store, round, 1), PRESENT,
                                       c == 1 ? DOVE_ANSWER_NO : DOVE_ANSWER_YES, "", name, &error));
  if (c == 3) start_round(store, "sample:1", DOVE_JUDGE_DOCUMENTS);
  if (c == 4) assert_fine(dove_store_round_close(store, round, &error));
}

static int copies_setup(void **state) {
  if (store_folder_setup(state) != 0) return -1;
  store_fixture *fixture = *state;
  fixture->store = make_annotated_project(fixture->path);
  const int64_t round = start_round(fixture->store, "sample:3", DOVE_JUDGE_DOCUMENTS);
  dove_store_close(fixture->store);
  fixture->store = NULL;
  for (int c = 0; c < COPIES; c++) {
    char path[160];
    copy_path(fixture, c, path);
    copy_file(fixture->path, path);
    dove_store *store = open_project(path);
    annotate_copy(store, round, c);
    dove_store_close(store);
  }
  return 0;
}

/* Order number `number` of the copies. */
static void order_of(int number, int order[COPIES]) {
  int left[COPIES] = {0, 1, 2, 3, 4};
  for (int i = 0; i < COPIES; i++) {
    int choices = 1;
    for (int k = 2; k < COPIES - i; k++) choices *= k;
    const int place = number / choices % (COPIES - i);
    order[i] = left[place];
    memmove(left + place, left + place + 1, (size_t)(COPIES - i - place - 1) * sizeof *left);
  }
}

/* Into a project in memory that holds the same documents and codes. */
static void test_all_orders_come_to_the_same(void **state) {
  store_fixture *fixture = *state;
  dove_store *copies[COPIES];
  char *expected = NULL;
  bool seen[COPIES][COPIES] = {{false}};
  for (int c = 0; c < COPIES; c++) {
    char path[160];
    copy_path(fixture, c, path);
    copies[c] = open_project(path);
  }
  for (int number = 0; number < ORDERS; number++) {
    int order[COPIES];
    size_t judgments = 0;
    order_of(number, order);
    dove_store *store = make_annotated_project(":memory:");
    for (int i = 0; i < COPIES; i++) {
      dove_merge_report report;
      seen[i][order[i]] = true;
      assert_done(fixture, dove_annotations_merge(store, copies[order[i]], &report, &fixture->error));
      judgments += report.judgments;
      assert_int_equal(report.unplaced, 0);
      dove_merge_report_free(&report);
    }
    assert_int_equal(judgments, COPIES * (6 + 2));
    char *found = export_all(store);
    if (expected == NULL) expected = found;
    assert_string_equal(found, expected);
    if (found != expected) free(found);
    dove_store_close(store);
  }
  for (int i = 0; i < COPIES * COPIES; i++) assert_true(seen[i / COPIES][i % COPIES]);
  for (int c = 0; c < COPIES; c++) dove_store_close(copies[c]);
  assert_non_null(strstr(expected, "\"person 4\""));
  if (strstr(expected, "\"withdrawn\":true") == NULL) fail_msg("%s", expected);
  free(expected);
}

static void test_merging_again_changes_nothing(void **state) {
  store_fixture *fixture = *state;
  char first[160], second[160];
  dove_merge_report report;
  copy_path(fixture, 0, first);
  copy_path(fixture, 1, second);
  dove_store *store = open_project(first);
  merge_into(store, second, &report);
  /* "ann" said yes here and no there to the first item; the consensus on the second one differs as well. */
  assert_int_equal(report.conflict_count, 2);
  assert_non_null(strstr(report.conflicts[0], "'ann' says yes here and no there"));
  dove_merge_report_free(&report);
  char *before = export_all(store);
  merge_into(store, second, &report);
  assert_int_equal(report.rounds + report.items + report.judgments + report.codes + report.consensus, 0);
  assert_int_equal(report.conflict_count, 0);
  dove_merge_report_free(&report);
  char *after = export_all(store);
  assert_string_equal(before, after);
  fixture->store = store;
  assert_clean(fixture);
  free(before);
  free(after);
}

/* ---- Files ---- */

static void import_text(store_fixture *fixture, const char *text, dove_status expected, const char *word) {
  char path[160];
  dove_merge_report report;
  snprintf(path, sizeof path, "%s/a.jsonl", fixture->folder);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
  const dove_status status = dove_annotations_import(fixture->store, path, false, &report, &fixture->error);
  if (status != expected) fail_msg("%d: %s", (int)status, fixture->error.message);
  if (word != NULL && strstr(fixture->error.message, word) == NULL) fail_msg("%s", fixture->error.message);
  dove_merge_report_free(&report);
}

static void test_a_file_brings_all_that_was_exported(void **state) {
  store_fixture *fixture = *state;
  char path[160];
  copy_path(fixture, 2, path);
  dove_store *source = open_project(path);
  char *lines = export_all(source);
  fixture->store = open_project(fixture->path);
  import_text(fixture, lines, DOVE_OK, NULL);
  char *found = export_all(fixture->store);
  assert_string_equal(found, lines);
  dove_store_close(source);
  free(found);
  free(lines);
}

/* The lines in reverse: judgments before their items, items before their round. */
static void test_lines_in_any_order(void **state) {
  store_fixture *fixture = *state;
  char path[160];
  copy_path(fixture, 3, path);
  dove_store *source = open_project(path);
  char *lines = export_all(source);
  const size_t length = strlen(lines);
  char *reversed = calloc(1, length + 1);
  assert_non_null(reversed);
  size_t end = length;
  for (size_t at = length - 1; at > 0; at--) {
    if (lines[at - 1] != '\n' && at > 1) continue;
    const size_t start = at > 1 ? at : 0;
    strncat(reversed, lines + start, end - start);
    end = start;
  }
  assert_int_equal(strlen(reversed), length);
  fixture->store = open_project(fixture->path);
  import_text(fixture, reversed, DOVE_OK, NULL);
  char *found = export_all(fixture->store);
  assert_string_equal(found, lines);
  dove_store_close(source);
  free(found);
  free(reversed);
  free(lines);
}

static void test_bad_lines(void **state) {
  store_fixture *fixture = *state;
  fixture->store = open_project(fixture->path);
  char *before = export_all(fixture->store);
  import_text(fixture, "{\"type\":\"annotator\",\"name\":\"eve\",\"created\":1}\n{\"type\":\"wheat\"}\n", DOVE_INPUT,
              "a.jsonl:2");
  import_text(fixture,
              "{\"type\":\"judgment\",\"uuid\":\"u\",\"item\":\"i\",\"annotator\":\"a\",\"question\":\"present\","
              "\"answer\":\"perhaps\",\"time\":1}\n",
              DOVE_INPUT, "perhaps");
  import_text(fixture, "{\"type\":\"round\",\"uuid\":\"u\"}\n", DOVE_INPUT, "a.jsonl:1");
  import_text(fixture, "{\"type\":\"annotator\",\"name\":\"eve\",\"created\":1.5}\n", DOVE_INPUT, "created");
  import_text(fixture, "not json\n", DOVE_INPUT, "a.jsonl:1");
  char *after = export_all(fixture->store);
  assert_string_equal(before, after);
  free(before);
  free(after);
}

/* A project of other documents: nothing can be placed, nothing is made up. */
static void test_another_project_takes_nothing_it_cannot_place(void **state) {
  store_fixture *fixture = *state;
  char path[160];
  dove_merge_report report;
  copy_path(fixture, 0, path);
  assert_done(fixture, dove_store_create(":memory:", &fixture->store, &fixture->error));
  merge_into(fixture->store, path, &report);
  assert_int_equal(report.items + report.judgments + report.codes + report.consensus, 0);
  assert_int_equal(report.unplaced, 6 + 8 + 1 + 1);
  dove_merge_report_free(&report);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, copies_setup, store_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_all_orders_come_to_the_same),
      TEST(test_merging_again_changes_nothing),
      TEST(test_a_file_brings_all_that_was_exported),
      TEST(test_lines_in_any_order),
      TEST(test_bad_lines),
      TEST(test_another_project_takes_nothing_it_cannot_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
