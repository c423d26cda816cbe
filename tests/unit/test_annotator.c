/* An annotator at work: what comes next, counts, steps back over rounds, added codes. On 20 documents, 2 codes each. */
#include "unit/store_fixture.h"

#include "dove/annotator.h"
#include "unit/annotated_project.h"

static int project_setup(void **state) {
  if (store_folder_setup(state) != 0) return -1;
  store_fixture *fixture = *state;
  fixture->store = make_annotated_project(fixture->path);
  return 0;
}

static dove_annotator open_annotator(dove_store *store, int64_t round, const char *name) {
  dove_error error = {0};
  dove_annotator annotator = {0};
  assert_fine(dove_annotator_open(&annotator, store, round, name, &error));
  return annotator;
}

static int64_t place_of(const dove_annotator *annotator) {
  const dove_store_item *item = dove_annotator_item(annotator);
  return item != NULL ? item->position : -1;
}

static void give(dove_annotator *annotator, dove_answer given) {
  dove_error error = {0};
  assert_fine(dove_annotator_answer(annotator, given, 0, &error));
}

static void go_to(dove_annotator *annotator, int64_t position) {
  dove_error error = {0};
  assert_fine(dove_annotator_go(annotator, position, &error));
}

static dove_annotator_undone take_back(dove_annotator *annotator, bool again) {
  dove_error error = {0};
  dove_annotator_undone undone;
  assert_fine(dove_annotator_undo(annotator, again, &undone, &error));
  return undone;
}

/* What is counted step by step is what is counted from the project. */
static void assert_counts(const dove_annotator *annotator, int64_t done, int64_t skipped, int64_t flagged) {
  dove_error error = {0};
  dove_annotation_progress counted;
  assert_fine(dove_annotation_progress_read(&annotator->annotation, &counted, &error));
  assert_int_equal(counted.done, done);
  assert_int_equal(counted.skipped, skipped);
  assert_int_equal(counted.flagged, flagged);
  assert_int_equal(annotator->progress.items, counted.items);
  assert_int_equal(annotator->progress.done, done);
  assert_int_equal(annotator->progress.skipped, skipped);
  assert_int_equal(annotator->progress.flagged, flagged);
}

static void test_the_next_comes_by_itself(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "sample:3", DOVE_JUDGE_DOCUMENTS);
  dove_annotator annotator = open_annotator(fixture->store, round, "ann");
  assert_int_equal(annotator.items.count, 2);
  give(&annotator, DOVE_ANSWER_YES);
  give(&annotator, DOVE_ANSWER_SKIP);
  assert_int_equal(place_of(&annotator), 2);
  go_to(&annotator, 4);
  give(&annotator, DOVE_ANSWER_FLAG);
  assert_int_equal(place_of(&annotator), 5);
  assert_counts(&annotator, 3, 1, 1);
  /* Round the end, to what was passed by. */
  give(&annotator, DOVE_ANSWER_NO);
  assert_int_equal(place_of(&annotator), 2);
  /* Another answer to an earlier item counts once. */
  go_to(&annotator, 1);
  give(&annotator, DOVE_ANSWER_NO);
  assert_int_equal(place_of(&annotator), 2);
  assert_counts(&annotator, 4, 0, 1);
  give(&annotator, DOVE_ANSWER_YES);
  give(&annotator, DOVE_ANSWER_YES);
  assert_null(dove_annotator_item(&annotator));
  assert_counts(&annotator, 6, 0, 1);
  dove_error error = {0};
  assert_int_equal(dove_annotator_answer(&annotator, DOVE_ANSWER_YES, 0, &error), DOVE_NOT_FOUND);
  bool moved = false;
  assert_fine(dove_annotator_step(&annotator, -1, &moved, &error));
  assert_true(moved);
  assert_int_equal(place_of(&annotator), 5);
  dove_annotator_close(&annotator);
}

/* A code by itself is asked two questions; steps go by questions. */
static void test_questions_of_a_code(void **state) {
  store_fixture *fixture = *state;
  dove_error error = {0};
  const int64_t round = start_round(fixture->store, "all", DOVE_JUDGE_CODES);
  dove_annotator annotator = open_annotator(fixture->store, round, "ann");
  dove_nearest_code near[DOVE_NEAREST_CODES];
  size_t count = 0;
  bool moved = false;
  assert_int_equal(annotator.question, DOVE_QUESTION_MEANINGFUL);
  assert_fine(dove_annotator_note(&annotator, "odd", &error));
  give(&annotator, DOVE_ANSWER_YES);
  assert_int_equal(place_of(&annotator), 0);
  assert_int_equal(annotator.question, DOVE_QUESTION_REDUNDANT);
  assert_counts(&annotator, 0, 0, 0);
  assert_fine(dove_annotator_nearest(&annotator, near, &count, &error));
  assert_int_equal(count, 2); /* the codebook has 3 codes */
  assert_fine(dove_annotator_answer(&annotator, DOVE_ANSWER_YES, near[1].code, &error));
  assert_int_equal(place_of(&annotator), 1);
  assert_counts(&annotator, 1, 0, 0);
  assert_fine(dove_annotator_step(&annotator, -1, &moved, &error));
  assert_int_equal(place_of(&annotator), 0);
  assert_int_equal(annotator.question, DOVE_QUESTION_REDUNDANT);
  const dove_store_item *item = dove_annotator_item(&annotator);
  assert_int_equal(item->other_code, near[1].code);
  /* A note belongs to the question on which it was made. */
  assert_string_equal(item->notes[DOVE_QUESTION_MEANINGFUL], "odd");
  assert_string_equal(item->notes[DOVE_QUESTION_REDUNDANT], "");
  assert_fine(dove_annotator_step(&annotator, -1, &moved, &error));
  assert_int_equal(annotator.question, DOVE_QUESTION_MEANINGFUL);
  assert_fine(dove_annotator_step(&annotator, -1, &moved, &error));
  assert_false(moved);
  dove_annotator_close(&annotator);
}

static void test_steps_back_lead_into_other_rounds(void **state) {
  store_fixture *fixture = *state;
  dove_error error = {0};
  const int64_t first = start_round(fixture->store, "sample:2", DOVE_JUDGE_DOCUMENTS);
  const int64_t second = start_round(fixture->store, "sample:3", DOVE_JUDGE_DOCUMENTS);
  dove_annotator annotator = open_annotator(fixture->store, first, "ann");
  give(&annotator, DOVE_ANSWER_YES);
  give(&annotator, DOVE_ANSWER_NO);
  dove_annotator_close(&annotator);
  annotator = open_annotator(fixture->store, second, "ann");
  give(&annotator, DOVE_ANSWER_SKIP);
  assert_fine(dove_annotator_add(&annotator, "play", 2, 4, &error));
  assert_int_equal(annotator.added.count, 1);
  assert_int_equal(take_back(&annotator, false), DOVE_UNDONE_CODE);
  assert_true(annotator.added.rows[0].withdrawn);
  assert_int_equal(take_back(&annotator, false), DOVE_UNDONE_ANSWER);
  assert_int_equal(place_of(&annotator), 0);
  assert_counts(&annotator, 0, 0, 0);
  assert_int_equal(take_back(&annotator, false), DOVE_UNDONE_ANSWER);
  assert_int_equal(annotator.annotation.round, first);
  assert_int_equal(place_of(&annotator), 1);
  assert_counts(&annotator, 1, 0, 0);
  assert_int_equal(take_back(&annotator, true), DOVE_UNDONE_ANSWER);
  assert_int_equal(take_back(&annotator, true), DOVE_UNDONE_ANSWER);
  assert_int_equal(annotator.annotation.round, second);
  assert_counts(&annotator, 1, 1, 0);
  dove_annotator_close(&annotator);
}

/* What was answered in a round that is closed by now cannot be taken back any more. */
static void test_a_closed_round_stays(void **state) {
  store_fixture *fixture = *state;
  dove_error error = {0};
  dove_annotator_undone undone;
  const int64_t first = start_round(fixture->store, "sample:2", DOVE_JUDGE_DOCUMENTS);
  dove_annotator annotator = open_annotator(fixture->store, first, "ann");
  give(&annotator, DOVE_ANSWER_YES);
  assert_fine(dove_store_round_close(fixture->store, first, &error));
  assert_int_equal(dove_annotator_undo(&annotator, false, &undone, &error), DOVE_USAGE);
  assert_int_equal(undone, DOVE_UNDONE_NOTHING);
  assert_counts(&annotator, 1, 0, 0);
  dove_annotator_close(&annotator);
}

static void test_own_codes_first(void **state) {
  store_fixture *fixture = *state;
  dove_error error = {0};
  int64_t round = 0;
  const dove_annotation_plan plan = {.rule = "sample:2", .seed = 5, .blind_first = true};
  assert_fine(dove_annotation_round_start(fixture->store, &plan, &round, &error));
  dove_annotator annotator = open_annotator(fixture->store, round, "ann");
  assert_true(annotator.own_codes_first);
  assert_int_equal(dove_annotator_answer(&annotator, DOVE_ANSWER_YES, 0, &error), DOVE_USAGE);
  assert_fine(dove_annotator_add(&annotator, "care", -1, -1, &error));
  assert_true(annotator.own_codes_first);
  assert_fine(dove_annotator_reveal(&annotator, &error));
  assert_false(annotator.own_codes_first);
  give(&annotator, DOVE_ANSWER_YES);
  give(&annotator, DOVE_ANSWER_NO);
  assert_true(annotator.own_codes_first); /* of the next document */
  dove_annotator_close(&annotator);
}

/* All items of a document are there, however many; those of its neighbours are not. */
static void test_items_of_a_long_document(void **state) {
  enum { FIRST = 60, SECOND = 5 };
  store_fixture *fixture = *state;
  dove_error error = {0};
  dove_store_new_item items[FIRST + SECOND];
  for (int i = 0; i < FIRST + SECOND; i++) {
    items[i] = (dove_store_new_item){.document = i < FIRST ? 1 : 2, .code = 1 + i % 2};
  }
  const int64_t drawn = start_round(fixture->store, "sample:1", DOVE_JUDGE_DOCUMENTS);
  const dove_annotation known = take_up(fixture->store, drawn, "ann");
  const dove_store_new_round plan = {
      .target = DOVE_JUDGE_DOCUMENTS, .iteration = known.iteration, .items = items, .item_count = FIRST + SECOND};
  int64_t round = 0;
  assert_fine(dove_store_round_add(fixture->store, &plan, &round, &error));
  dove_annotator annotator = open_annotator(fixture->store, round, "ann");
  static const int64_t places[] = {0, 11, 30, 48, 59, 60, 64};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    const bool second = places[i] >= FIRST;
    go_to(&annotator, places[i]);
    assert_int_equal(annotator.items.count, second ? SECOND : FIRST);
    assert_int_equal(annotator.current, second ? places[i] - FIRST : places[i]);
    assert_int_equal(place_of(&annotator), places[i]);
  }
  assert_int_equal(dove_annotator_go(&annotator, FIRST + SECOND, &error), DOVE_NOT_FOUND);
  dove_annotator_close(&annotator);
}

/* Answers of other rounds are seen once those are closed or where they are open, in a round that is so itself. */
static void test_earlier_answers(void **state) {
  store_fixture *fixture = *state;
  dove_error error = {0};
  const int64_t first = start_round(fixture->store, "all", DOVE_JUDGE_DOCUMENTS);
  const int64_t second = start_round(fixture->store, "all", DOVE_JUDGE_DOCUMENTS);
  dove_annotator bo = open_annotator(fixture->store, first, "bo");
  give(&bo, DOVE_ANSWER_NO);
  dove_annotator_close(&bo);
  dove_annotator annotator = open_annotator(fixture->store, second, "ann");
  const int64_t item = dove_annotator_item(&annotator)->id;
  give(&annotator, DOVE_ANSWER_YES);
  dove_store_judgment_list list = {0};
  assert_int_equal(dove_annotation_others(&annotator.annotation, item, &list, &error), DOVE_USAGE);
  dove_annotator_close(&annotator);
  assert_fine(dove_store_round_close(fixture->store, second, &error));
  annotator = open_annotator(fixture->store, second, "ann");
  assert_fine(dove_annotation_others(&annotator.annotation, item, &list, &error));
  assert_int_equal(list.count, 1); /* the first round is still blind */
  dove_store_judgment_list_free(&list);
  assert_fine(dove_store_round_close(fixture->store, first, &error));
  assert_fine(dove_annotation_others(&annotator.annotation, item, &list, &error));
  assert_int_equal(list.count, 2);
  assert_string_equal(list.rows[0].annotator, "ann");
  assert_string_equal(list.rows[0].round_name, "round 2");
  assert_string_equal(list.rows[1].annotator, "bo");
  assert_int_equal(list.rows[1].answer, DOVE_ANSWER_NO);
  assert_string_equal(list.rows[1].round_name, "round 1");
  dove_store_judgment_list_free(&list);
  dove_annotator_close(&annotator);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, project_setup, store_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_the_next_comes_by_itself), TEST(test_questions_of_a_code), TEST(test_steps_back_lead_into_other_rounds),
      TEST(test_a_closed_round_stays),     TEST(test_own_codes_first),     TEST(test_items_of_a_long_document),
      TEST(test_earlier_answers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
