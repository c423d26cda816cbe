/* Rounds, judgments that can be taken back after a restart, blind-first, disagreements, agreement, stale codes. */
#include "unit/store_fixture.h"

#include <math.h>

#include "dove/agreement_report.h"
#include "dove/annotation_disputes.h"
#include "unit/annotated_project.h"

#define PRESENT DOVE_QUESTION_PRESENT

static int project_setup(void **state) {
  if (store_folder_setup(state) != 0) return -1;
  store_fixture *fixture = *state;
  fixture->store = make_annotated_project(fixture->path);
  return 0;
}

static dove_store_item_list read_items(dove_store *store, int64_t round) {
  dove_error error = {0};
  dove_store_item_list list;
  const dove_store_item_query query = {.round = round, .limit = INT64_MAX};
  assert_fine(dove_store_item_page(store, &query, &list, &error));
  return list;
}

static void reopen(store_fixture *fixture) {
  dove_store_close(fixture->store);
  assert_done(fixture, dove_store_open(fixture->path, &fixture->store, &fixture->error));
}

/* ---- Drawing ---- */

/* 20 documents: 8 by people, 8 by m-one, 4 by m-two. Of 10, 4, 4 and 2 are drawn, each with its two codes. */
static void test_strata(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "sample:10:source", DOVE_JUDGE_DOCUMENTS);
  dove_store_item_list list = read_items(fixture->store, round);
  size_t people = 0, one = 0, two = 0;
  assert_int_equal(list.count, 20);
  for (size_t i = 0; i < list.count; i++) {
    const char writer = list.rows[i].external_id[0];
    people += writer == 'k' || writer == 'u' ? 1 : 0;
    one += writer == 'm' || writer == 'r' ? 1 : 0;
    two += writer == 'n' ? 1 : 0;
    /* The codes of a document stay together, and each comes once. */
    if (i % 2 == 1) {
      assert_int_equal(list.rows[i].document, list.rows[i - 1].document);
      assert_int_not_equal(list.rows[i].code, list.rows[i - 1].code);
    }
  }
  assert_int_equal(people, 8);
  assert_int_equal(one, 8);
  assert_int_equal(two, 4);
  dove_store_item_list_free(&list);
}

static void test_a_seed_draws_the_same(void **state) {
  store_fixture *fixture = *state;
  const int64_t a = start_round(fixture->store, "sample:6", DOVE_JUDGE_DOCUMENTS);
  const int64_t b = start_round(fixture->store, "sample:6", DOVE_JUDGE_DOCUMENTS);
  dove_store_item_list first = read_items(fixture->store, a), second = read_items(fixture->store, b);
  assert_int_equal(first.count, 12);
  for (size_t i = 0; i < 12; i++) {
    assert_int_equal(first.rows[i].document, second.rows[i].document);
    assert_int_equal(first.rows[i].code, second.rows[i].code);
  }
  dove_store_item_list_free(&first);
  dove_store_item_list_free(&second);
}

static void test_rules_that_are_none(void **state) {
  store_fixture *fixture = *state;
  static const char *const rules[] = {
      "", "some", "sample:0", "sample:3:", "sample:3:age", "sample:3:source,", "disagreements"};
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    const dove_annotation_plan plan = {.rule = rules[i], .seed = 1};
    int64_t round;
    assert_int_equal(dove_annotation_round_start(fixture->store, &plan, &round, &fixture->error), DOVE_USAGE);
  }
}

/* ---- Judging ---- */

static void test_steps_are_taken_back_after_a_restart(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "all", DOVE_JUDGE_DOCUMENTS);
  dove_annotation ann = take_up(fixture->store, round, "ann");
  answer(&ann, 0, PRESENT, DOVE_ANSWER_YES);
  answer(&ann, 1, PRESENT, DOVE_ANSWER_NO);
  answer(&ann, 0, PRESENT, DOVE_ANSWER_NO); /* changes her mind */
  reopen(fixture);
  ann = take_up(fixture->store, round, "ann");
  bool done;
  int64_t item;
  assert_done(fixture, dove_annotation_undo(&ann, &done, &item, &fixture->error));
  assert_true(done);
  assert_int_equal(item, item_at(fixture->store, round, 0));
  assert_int_equal(answer_at(&ann, 0, PRESENT), DOVE_ANSWER_YES);
  assert_done(fixture, dove_annotation_undo(&ann, &done, &item, &fixture->error));
  assert_int_equal(answer_at(&ann, 1, PRESENT), DOVE_ANSWER_WITHDRAWN);
  assert_done(fixture, dove_annotation_undo(&ann, &done, &item, &fixture->error));
  assert_int_equal(answer_at(&ann, 0, PRESENT), DOVE_ANSWER_WITHDRAWN);
  assert_done(fixture, dove_annotation_undo(&ann, &done, &item, &fixture->error));
  assert_false(done);
  for (int i = 0; i < 3; i++) assert_done(fixture, dove_annotation_redo(&ann, &done, &item, &fixture->error));
  assert_true(done);
  assert_int_equal(answer_at(&ann, 0, PRESENT), DOVE_ANSWER_NO);
  assert_int_equal(answer_at(&ann, 1, PRESENT), DOVE_ANSWER_NO);
  assert_done(fixture, dove_annotation_redo(&ann, &done, &item, &fixture->error));
  assert_false(done);
  /* 3 answers, 3 steps back, 3 again: all are kept. */
  dove_store_judgment_list list;
  assert_done(fixture, dove_annotation_recent(&ann, 100, &list, &fixture->error));
  assert_int_equal(list.count, 9);
  dove_store_judgment_list_free(&list);
  assert_clean(fixture);
}

static void test_a_new_step_ends_what_can_be_done_again(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "all", DOVE_JUDGE_DOCUMENTS);
  const dove_annotation ann = take_up(fixture->store, round, "ann"), bob = take_up(fixture->store, round, "bob");
  bool done;
  int64_t item;
  answer(&bob, 0, PRESENT, DOVE_ANSWER_YES);
  answer(&ann, 0, PRESENT, DOVE_ANSWER_YES);
  assert_done(fixture, dove_annotation_undo(&ann, &done, &item, &fixture->error));
  answer(&ann, 1, PRESENT, DOVE_ANSWER_YES);
  assert_done(fixture, dove_annotation_redo(&ann, &done, &item, &fixture->error));
  assert_false(done);
  assert_int_equal(answer_at(&bob, 0, PRESENT), DOVE_ANSWER_YES); /* others' steps are theirs */
}

static void test_next_and_progress(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "sample:2", DOVE_JUDGE_DOCUMENTS);
  const dove_annotation ann = take_up(fixture->store, round, "ann");
  dove_annotation_progress progress;
  dove_store_item_list next;
  bool own;
  answer(&ann, 0, PRESENT, DOVE_ANSWER_YES);
  answer(&ann, 1, PRESENT, DOVE_ANSWER_SKIP);
  answer(&ann, 3, PRESENT, DOVE_ANSWER_FLAG);
  assert_done(fixture, dove_annotation_next(&ann, 0, &next, &own, &fixture->error));
  assert_int_equal(next.count, 1);
  assert_int_equal(next.rows[0].position, 2);
  assert_false(own);
  dove_store_item_list_free(&next);
  assert_done(fixture, dove_annotation_progress_read(&ann, &progress, &fixture->error));
  assert_int_equal(progress.items, 4);
  assert_int_equal(progress.done, 3);
  assert_int_equal(progress.skipped, 1);
  assert_int_equal(progress.flagged, 1);
  assert_true(progress.seconds_per_item >= 0.0);
  answer(&ann, 2, PRESENT, DOVE_ANSWER_NO);
  assert_done(fixture, dove_annotation_next(&ann, 0, &next, &own, &fixture->error));
  assert_int_equal(next.count, 0);
  dove_store_item_list_free(&next);
}

static void test_what_is_refused(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "all", DOVE_JUDGE_DOCUMENTS);
  const int64_t other = start_round(fixture->store, "all", DOVE_JUDGE_CODES);
  dove_annotation ann = take_up(fixture->store, round, "ann");
  const int64_t item = item_at(fixture->store, round, 0), foreign = item_at(fixture->store, other, 0);
  dove_store_judgment_list list;
  assert_int_equal(
      dove_annotation_judge(&ann, item, DOVE_QUESTION_REDUNDANT, DOVE_ANSWER_YES, 0, NULL, &fixture->error),
      DOVE_INPUT);
  assert_int_equal(dove_annotation_judge(&ann, foreign, PRESENT, DOVE_ANSWER_YES, 0, NULL, &fixture->error),
                   DOVE_USAGE);
  assert_int_equal(dove_annotation_judge(&ann, item, PRESENT, DOVE_ANSWER_YES, 1, NULL, &fixture->error), DOVE_USAGE);
  assert_int_equal(dove_annotation_others(&ann, item, &list, &fixture->error), DOVE_USAGE); /* blind */
  assert_int_equal(dove_annotation_add_code(&ann, 1, "calm", 3, 3000, NULL, &fixture->error), DOVE_INPUT);
  assert_done(fixture, dove_store_round_close(fixture->store, round, &fixture->error));
  ann = take_up(fixture->store, round, "ann");
  assert_int_equal(dove_annotation_judge(&ann, item, PRESENT, DOVE_ANSWER_YES, 0, NULL, &fixture->error), DOVE_USAGE);
  assert_done(fixture, dove_annotation_others(&ann, item, &list, &fixture->error));
  dove_store_judgment_list_free(&list);
}

/* ---- Blind first ---- */

static void test_blind_first(void **state) {
  store_fixture *fixture = *state;
  const dove_annotation_plan plan = {.rule = "sample:1", .seed = 5, .blind_first = true};
  int64_t round;
  assert_done(fixture, dove_annotation_round_start(fixture->store, &plan, &round, &fixture->error));
  const dove_annotation ann = take_up(fixture->store, round, "ann");
  dove_store_item_list next;
  bool own, done;
  int64_t item;
  assert_done(fixture, dove_annotation_next(&ann, 0, &next, &own, &fixture->error));
  assert_true(own);
  const int64_t document = next.rows[0].document, first = next.rows[0].id;
  dove_store_item_list_free(&next);
  assert_int_equal(dove_annotation_judge(&ann, first, PRESENT, DOVE_ANSWER_YES, 0, NULL, &fixture->error), DOVE_USAGE);
  assert_done(fixture, dove_annotation_add_code(&ann, document, "CARE", 0, 4, NULL, &fixture->error));
  assert_done(fixture, dove_annotation_add_code(&ann, document, "freedom", -1, -1, NULL, &fixture->error));
  assert_done(fixture, dove_annotation_undo(&ann, &done, &item, &fixture->error)); /* not freedom after all */
  assert_done(fixture, dove_annotation_reveal(&ann, document, &fixture->error));
  answer(&ann, 0, PRESENT, DOVE_ANSWER_YES);
  answer(&ann, 1, PRESENT, DOVE_ANSWER_YES);
  /* "care" was her own and stays; "freedom" she takes over from the model: half of the answers shift. */
  dove_shift_list shifts;
  assert_done(fixture, dove_annotation_shifts(fixture->store, round, &shifts, &fixture->error));
  assert_int_equal(shifts.count, 1);
  assert_int_equal(shifts.rows[0].kept, 1);
  assert_int_equal(shifts.rows[0].adopted, 1);
  assert_true(fabs(shifts.rows[0].shift - 0.5) < 1e-12);
  dove_shift_list_free(&shifts);
}

/* ---- Rounds after rounds ---- */

static void test_disagreements_ties_and_consensus(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "sample:2", DOVE_JUDGE_DOCUMENTS);
  const dove_annotation ann = take_up(fixture->store, round, "ann"), bob = take_up(fixture->store, round, "bob");
  static const dove_answer hers[] = {DOVE_ANSWER_YES, DOVE_ANSWER_YES, DOVE_ANSWER_SKIP, DOVE_ANSWER_NO};
  static const dove_answer his[] = {DOVE_ANSWER_YES, DOVE_ANSWER_NO, DOVE_ANSWER_NO, DOVE_ANSWER_FLAG};
  for (int64_t i = 0; i < 4; i++) {
    answer(&ann, i, PRESENT, hers[i]);
    answer(&bob, i, PRESENT, his[i]);
  }
  const dove_annotation_plan again = {.rule = "disagreements", .parent = round, .instruction = "Judge. Look twice."};
  int64_t second;
  assert_done(fixture, dove_annotation_round_start(fixture->store, &again, &second, &fixture->error));
  dove_store_item_list list = read_items(fixture->store, second), all = read_items(fixture->store, round);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.rows[0].document, all.rows[1].document);
  assert_int_equal(list.rows[0].code, all.rows[1].code);
  dove_store_item_list_free(&list);
  dove_store_item_list_free(&all);
  /* To be discussed in the first round: the tie and what he flagged. */
  dove_dispute_list disputes;
  assert_done(fixture, dove_annotation_disputes(fixture->store, round, DOVE_DISPUTE_TALK, &disputes, &fixture->error));
  assert_int_equal(disputes.count, 2);
  const int64_t tie = disputes.rows[0].item;
  dove_dispute_list_free(&disputes);
  assert_done(fixture, dove_store_consensus_set(fixture->store, tie, PRESENT, DOVE_ANSWER_YES, "talked", "ann",
                                                &fixture->error));
  assert_done(fixture, dove_annotation_disputes(fixture->store, round, DOVE_DISPUTE_TALK, &disputes, &fixture->error));
  assert_int_equal(disputes.count, 1);
  dove_dispute_list_free(&disputes);
  assert_int_equal(answer_at(&bob, 1, PRESENT), DOVE_ANSWER_NO); /* earlier answers are kept */
  /* Taken back, it is to be discussed again; what was said before stays on record. */
  assert_done(fixture, dove_store_consensus_set(fixture->store, tie, PRESENT, DOVE_ANSWER_WITHDRAWN, "", "ann",
                                                &fixture->error));
  assert_done(fixture, dove_annotation_disputes(fixture->store, round, DOVE_DISPUTE_TALK, &disputes, &fixture->error));
  assert_int_equal(disputes.count, 2);
  dove_dispute_list_free(&disputes);
  dove_store_consensus_list said;
  assert_done(fixture, dove_store_consensus_read(fixture->store, tie, &said, &fixture->error));
  assert_int_equal(said.count, 2);
  dove_store_consensus_list_free(&said);
}

/* ---- Agreement ---- */

/* Two documents with two codes each. Labels: yes yes, yes no, skip no, no no: of three compared items two agree. Chance
 * of Cohen: 2/3 · 1/3 + 1/3 · 2/3 = 4/9, κ = (6/9 − 4/9) / (5/9) = 2/5. Majorities: yes, tied, no (his alone), no. */
static void test_agreement_report(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "sample:2", DOVE_JUDGE_DOCUMENTS);
  const dove_annotation ann = take_up(fixture->store, round, "ann"), bob = take_up(fixture->store, round, "bob");
  static const dove_answer hers[] = {DOVE_ANSWER_YES, DOVE_ANSWER_YES, DOVE_ANSWER_SKIP, DOVE_ANSWER_NO};
  static const dove_answer his[] = {DOVE_ANSWER_YES, DOVE_ANSWER_NO, DOVE_ANSWER_NO, DOVE_ANSWER_NO};
  for (int64_t i = 0; i < 4; i++) {
    answer(&ann, i, PRESENT, hers[i]);
    answer(&bob, i, PRESENT, his[i]);
  }
  const dove_agreement_options options = {.round = round, .seed = 1, .level = 0.95, .groups = true};
  dove_agreement_report report;
  assert_done(fixture, dove_agreement_report_make(fixture->store, &options, &report, NULL, &fixture->error));
  assert_int_equal(report.skips, 1);
  assert_int_equal(report.stale, 0);
  assert_int_equal(report.pair_count, 1);
  assert_string_equal(report.pairs[0].first, "ann");
  assert_true(fabs(report.pairs[0].pair.kappa - 0.4) < 1e-12);
  assert_int_equal(report.rows[0].agreement.items, 3);
  assert_true(fabs(report.rows[0].agreement.values[DOVE_PERCENT_AGREEMENT] - 2.0 / 3.0) < 1e-12);
  const dove_codebook_quality *mapping = &report.quality[PRESENT];
  assert_int_equal(mapping->decided, 3);
  assert_int_equal(mapping->tied, 1);
  assert_true(fabs(mapping->value - 1.0 / 3.0) < 1e-12);
  size_t codes = 0, documents = 0;
  for (size_t i = 0; i < report.row_count; i++) {
    codes += report.rows[i].group == DOVE_GROUP_CODE ? 1 : 0;
    documents += report.rows[i].group == DOVE_GROUP_DOCUMENT ? 1 : 0;
  }
  assert_int_equal(codes, 2);
  assert_int_equal(documents, 2);
  dove_agreement_report_free(&report);
}

/* A later round's label takes the place of an earlier one where all rounds are looked at; a consensus decides. */
static void test_agreement_over_rounds(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "all", DOVE_JUDGE_CODES);
  const dove_annotation ann = take_up(fixture->store, round, "ann"), bob = take_up(fixture->store, round, "bob");
  for (int64_t i = 0; i < 3; i++) {
    answer(&ann, i, DOVE_QUESTION_MEANINGFUL, DOVE_ANSWER_YES);
    answer(&bob, i, DOVE_QUESTION_MEANINGFUL, i == 2 ? DOVE_ANSWER_NO : DOVE_ANSWER_YES);
    answer(&ann, i, DOVE_QUESTION_REDUNDANT, i == 0 ? DOVE_ANSWER_YES : DOVE_ANSWER_NO);
  }
  const dove_annotation_plan again = {.target = DOVE_JUDGE_CODES, .rule = "disagreements", .parent = round};
  int64_t second;
  assert_done(fixture, dove_annotation_round_start(fixture->store, &again, &second, &fixture->error));
  const dove_annotation later = take_up(fixture->store, second, "bob");
  answer(&later, 0, DOVE_QUESTION_MEANINGFUL, DOVE_ANSWER_YES);
  assert_done(fixture, dove_store_consensus_set(fixture->store, item_at(fixture->store, round, 0),
                                                DOVE_QUESTION_REDUNDANT, DOVE_ANSWER_NO, "", "ann", &fixture->error));
  const dove_agreement_options options = {.seed = 1, .level = 0.95};
  dove_agreement_report report;
  assert_done(fixture, dove_agreement_report_make(fixture->store, &options, &report, NULL, &fixture->error));
  assert_true(fabs(report.quality[DOVE_QUESTION_MEANINGFUL].value - 1.0) < 1e-12);
  assert_int_equal(report.quality[DOVE_QUESTION_MEANINGFUL].decided, 3);
  assert_true(fabs(report.quality[DOVE_QUESTION_REDUNDANT].value - 1.0) < 1e-12); /* conciseness */
  assert_int_equal(report.quality[PRESENT].decided, 0);
  assert_true(isnan(report.quality[PRESENT].value));
  dove_agreement_report_free(&report);
}

/* The axes are orthogonal: cosine 0 to both others. */
static void test_nearest(void **state) {
  store_fixture *fixture = *state;
  const int64_t round = start_round(fixture->store, "all", DOVE_JUDGE_CODES);
  const dove_annotation ann = take_up(fixture->store, round, "ann");
  int64_t codes[2];
  float cosines[2];
  size_t count;
  dove_store_codebook book;
  assert_done(fixture, dove_store_codebook_read(fixture->store, ann.iteration, &book, &fixture->error));
  assert_done(fixture, dove_annotation_nearest(&book, 2, 2, codes, cosines, &count, &fixture->error));
  assert_int_equal(count, 2);
  assert_int_equal(codes[0] + codes[1], 1 + 3);
  assert_true(fabs((double)cosines[0]) < 1e-6);
  assert_done(fixture, dove_annotation_nearest(&book, 2, 1, codes, cosines, &count, &fixture->error));
  assert_int_equal(count, 1);
  assert_int_equal(dove_annotation_nearest(&book, 99, 1, codes, cosines, &count, &fixture->error), DOVE_NOT_FOUND);
  dove_store_codebook_free(&book);
}

/* ---- Stale codes ---- */

static int64_t add_iteration(dove_store *store, int64_t run, int64_t t, const int64_t *codes, const int64_t *members,
                             const size_t *sizes) {
  dove_error error = {0};
  dove_store_iteration iteration = {.t = t, .codes = 3, .M = 2, .S = (double)t, .sigma2 = 0.25};
  dove_store_usage usage[3];
  int64_t id;
  strcpy(iteration.sigma_rule, "mle");
  assert_fine(dove_store_iteration_add(store, run, &iteration, &id, &error));
  for (size_t k = 0; k < 3; k++) usage[k] = (dove_store_usage){.code = codes[k], .n = 1, .members = (int64_t)sizes[k]};
  assert_fine(dove_store_usage_add(store, id, usage, 3, &error));
  for (size_t k = 0; k < 3; k++) {
    static const float cosines[4] = {1, 1, 1, 1};
    assert_fine(dove_store_members_add(store, id, k, members, cosines, sizes[k], &error));
    members += sizes[k];
  }
  return id;
}

/* t 0: care {1, 2}, freedom {3}, order {4}. t 1: freedom {3}, order {4, 5}, and kindness {2, 1}, which was care. */
static void test_codes_are_followed_by_their_members(void **state) {
  store_fixture *fixture = *state;
  static const float axes[4][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}};
  static const char *const names[] = {"care", "freedom", "order", "kindness"};
  const dove_store_new_run new_run = {.settings = "{}", .seed = 1, .embedder = 1, .initial = "by hand", .parent_t = -1};
  int64_t run, codes[4];
  assert_done(fixture, dove_store_begin(fixture->store, &fixture->error));
  assert_done(fixture, dove_store_run_add(fixture->store, &new_run, &run, &fixture->error));
  for (size_t k = 0; k < 4; k++) {
    const dove_store_new_code code = {.name = names[k],
                                      .centroid = axes[k],
                                      .dimension = 3,
                                      .origin = k == 3 ? DOVE_STORE_CODE_RENAME : DOVE_STORE_CODE_INITIAL,
                                      .parents = codes,
                                      .parent_count = k == 3 ? 1 : 0};
    assert_done(fixture, dove_store_code_add(fixture->store, run, k == 3 ? 1 : 0, &code, &codes[k], &fixture->error));
  }
  const int64_t from =
      add_iteration(fixture->store, run, 0, codes, (const int64_t[]){1, 2, 3, 4}, (const size_t[]){2, 1, 1});
  assert_done(fixture, dove_store_code_end(fixture->store, run, codes[0], 1, &fixture->error));
  const int64_t to =
      add_iteration(fixture->store, run, 1, codes + 1, (const int64_t[]){3, 5, 4, 2, 1}, (const size_t[]){1, 2, 2});
  assert_done(fixture, dove_store_commit(fixture->store, &fixture->error));
  dove_standing_row *rows;
  size_t count;
  assert_done(fixture, dove_annotation_standing(fixture->store, from, to, &rows, &count, &fixture->error));
  assert_int_equal(count, 3);
  assert_int_equal(rows[0].standing, DOVE_STANDING_MOVED);
  assert_int_equal(rows[0].now, codes[3]);
  assert_int_equal(rows[1].standing, DOVE_STANDING_KEPT);
  assert_int_equal(rows[2].standing, DOVE_STANDING_STALE);
  assert_int_equal(rows[2].now, 0);
  free(rows);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, project_setup, store_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_strata),
      TEST(test_a_seed_draws_the_same),
      TEST(test_rules_that_are_none),
      TEST(test_steps_are_taken_back_after_a_restart),
      TEST(test_a_new_step_ends_what_can_be_done_again),
      TEST(test_next_and_progress),
      TEST(test_what_is_refused),
      TEST(test_blind_first),
      TEST(test_disagreements_ties_and_consensus),
      TEST(test_agreement_report),
      TEST(test_agreement_over_rounds),
      TEST(test_nearest),
      TEST(test_codes_are_followed_by_their_members),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
