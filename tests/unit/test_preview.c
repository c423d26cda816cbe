/* A preview tells what a build with the same overrides then does: S and its terms, scores and stale judgments; coverage
 * and redundancy are computed here a second time. */
#include "store_fixture.h"

#include <math.h>

#include "dove/annotation.h"
#include "dove/annotation_round.h"
#include "dove/build.h"
#include "dove/overrides.h"
#include "dove/preview.h"
#include "dove/score.h"
#include "dove/store_codes.h"
#include "dove/store_project.h"
#include "dove/store_runs.h"
#include "dove/store_scores.h"
#include "dove/store_vectors.h"
#include "synthetic_project.h"

#define assert_close(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static const synthetic_options small = SYNTHETIC_SMALL;

static dove_build_report build(store_fixture *f, const dove_build_options *options) {
  dove_build_report report;
  assert_done(f, dove_build(f->store, options, NULL, NULL, &report, NULL, &f->error));
  return report;
}

/* Builds a codebook, which is run 1. */
static dove_build_report make_project(store_fixture *f) {
  const dove_build_options options = dove_build_defaults();
  assert_true(synthetic_fill(f->store, &small, &f->error));
  return build(f, &options);
}

/* The code with place `k` by usage in C^t of run 1. */
static dove_store_code code_at(store_fixture *f, int64_t t, int64_t k) {
  const dove_store_code_query query = {
      .run = 1, .t = t, .sort = DOVE_STORE_CODE_BY_USAGE, .descending = true, .offset = k, .limit = 1};
  dove_store_code_list list = {0};
  assert_done(f, dove_store_code_page(f->store, &query, &list, &f->error));
  assert_int_equal(list.count, 1);
  dove_store_code code = list.rows[0];
  code.name = NULL;
  dove_store_code_list_free(&list);
  return code;
}

static void preview(store_fixture *f, const dove_store_new_override *entries, size_t count, bool rules,
                    dove_preview *made) {
  const dove_preview_request request = {
      .run = entries[0].run, .t = entries[0].t, .rules = rules, .pending = true, .entries = entries, .count = count};
  assert_done(f, dove_preview_make(f->store, &request, made, NULL, &f->error));
}

static void assert_iteration(store_fixture *f, int64_t run, int64_t t, const dove_preview_side *side) {
  dove_store_iteration row;
  assert_done(f, dove_store_iteration_read(f->store, run, t, &row, &f->error));
  assert_int_equal(row.codes, side->codes);
  assert_close(row.S, side->objective.score, 1e-12);
  assert_close(row.distortion, side->objective.distortion, 1e-12);
  assert_close(row.conditional_entropy, side->objective.conditional_entropy, 1e-12);
  assert_close(row.marginal_entropy, side->objective.marginal_entropy, 1e-12);
  assert_close(row.sigma2, side->objective.sigma2, 1e-15);
}

/* A merge and a new name by themselves on the codebook in use. */
static void alone_as_built(void **state) {
  store_fixture *f = *state;
  const dove_build_report first = make_project(f);
  const int64_t t = first.best_iteration;
  const dove_store_new_override entries[] = {{.kind = DOVE_REVIEW_MERGE,
                                              .run = 1,
                                              .t = t + 1,
                                              .code = code_at(f, t, 2).id,
                                              .other = code_at(f, t, 0).id,
                                              .author = "Ada"},
                                             {.kind = DOVE_REVIEW_RENAME,
                                              .run = 1,
                                              .t = t + 1,
                                              .code = code_at(f, t, 1).id,
                                              .name = "A Better Name",
                                              .author = "Bo"}};
  dove_preview made;
  preview(f, entries, 2, false, &made);
  assert_true(made.entries[0].applied && made.entries[1].applied);
  assert_int_equal(made.before.codes, first.codes);
  assert_int_equal(made.after.codes, first.codes - 1);
  assert_close(made.stored_score, first.score, 1e-12);
  assert_non_null(strstr(made.names_new, "A Better Name"));
  for (size_t i = 0; i < 2; i++) assert_done(f, dove_store_override_add(f->store, &entries[i], NULL, &f->error));
  dove_build_options options = dove_build_defaults();
  options.with_overrides = options.overrides_alone = true;
  const dove_build_report second = build(f, &options);
  assert_int_equal(second.overrides_applied, 2);
  assert_int_equal(second.last_iteration, t + 1);
  assert_string_equal(second.stopped_by, "overrides alone");
  assert_iteration(f, second.run, t + 1, &made.after);
  dove_preview_free(&made);

  /* It is the codebook in use, and says whose doing it is. */
  dove_store_current current;
  assert_done(f, dove_store_current_codebook(f->store, &current, &f->error));
  assert_int_equal(current.run, second.run);
  assert_int_equal(current.t, t + 1);
  const dove_store_override_query query = {.used_by = second.run, .t = -1};
  dove_store_override_list used = {0};
  assert_done(f, dove_store_override_list_read(f->store, &query, &used, &f->error));
  assert_int_equal(used.count, 2);
  assert_true(used.rows[0].applied && used.rows[1].applied);
  dove_store_override_list_free(&used);
  const dove_store_decision_query decided = {.run = second.run, .t = t + 1, .kind = DOVE_STORE_MERGE, .limit = 5};
  dove_store_decision_list decisions = {0};
  assert_done(f, dove_store_decision_page(f->store, &decided, &decisions, &f->error));
  assert_int_equal(decisions.count, 1); /* the rules did nothing */
  assert_string_equal(decisions.rows[0].reviewer, "Ada");
  dove_store_decision_list_free(&decisions);
  dove_store_run_list runs = {0};
  assert_done(f, dove_store_run_read(f->store, second.run, &runs, &f->error));
  assert_int_equal(runs.rows[0].parent, 1);
  assert_int_equal(runs.rows[0].parent_t, t);
  dove_store_run_list_free(&runs);
  assert_clean(f);
}

/* The first split that was done. */
static dove_store_decision_list first_split(store_fixture *f) {
  const dove_store_decision_query query = {
      .run = 1, .t = -1, .kind = DOVE_STORE_SPLIT, .show = DOVE_STORE_DONE, .limit = 1};
  dove_store_decision_list list = {0};
  assert_done(f, dove_store_decision_page(f->store, &query, &list, &f->error));
  assert_int_equal(list.count, 1);
  return list;
}

/* A veto, in the step as the run made it; then another override beside it. */
static void a_veto_as_built(void **state) {
  store_fixture *f = *state;
  make_project(f);
  dove_store_decision_list list = first_split(f);
  dove_store_new_override veto;
  assert_done(f, dove_review_of_decision(&list.rows[0], 1, DOVE_REVIEW_VETO, &veto, &f->error));
  veto.author = "Ada";
  dove_preview made;
  preview(f, &veto, 1, true, &made);
  assert_iteration(f, 1, veto.t, &made.before); /* the step as it was made */
  assert_int_equal(made.after.codes, made.before.codes - 1);
  assert_done(f, dove_store_override_add(f->store, &veto, NULL, &f->error));
  dove_build_options options = dove_build_defaults();
  options.with_overrides = true;
  const dove_build_report second = build(f, &options);
  assert_iteration(f, second.run, veto.t, &made.after);
  const dove_preview_side vetoed = made.after;
  dove_preview_free(&made);

  /* What stands acts on both sides. */
  const dove_store_new_override split = {
      .kind = DOVE_REVIEW_SPLIT, .run = 1, .t = veto.t, .code = list.rows[0].before[0].code, .author = "Bo"};
  preview(f, &split, 1, true, &made);
  assert_int_equal(made.pending, 1);
  assert_close(made.before.objective.score, vetoed.objective.score, 1e-12);
  assert_true(isnan(made.stored_score));
  dove_preview_free(&made);
  dove_store_decision_list_free(&list);
  assert_clean(f);
}

static void the_impossible_is_said(void **state) {
  store_fixture *f = *state;
  const dove_build_report first = make_project(f);
  const int64_t t = first.best_iteration;
  const dove_store_new_override missing = {
      .kind = DOVE_REVIEW_SPLIT, .run = 1, .t = t + 1, .code = 1 << 30, .author = "Ada"};
  dove_preview made;
  preview(f, &missing, 1, false, &made);
  assert_false(made.entries[0].applied);
  assert_non_null(strstr(made.entries[0].reason, "not in the codebook"));
  assert_close(made.after.objective.score, made.before.objective.score, 0);
  dove_preview_free(&made);
  const dove_preview_request far = {.run = 1, .t = 50, .entries = &missing, .count = 1};
  assert_int_equal(dove_preview_make(f->store, &far, &made, NULL, &f->error), DOVE_NOT_FOUND);
  dove_preview_free(&made);
}

/* Coverage and redundancy of C^t, by loops over the stored vectors. */
static void measure_again(store_fixture *f, int64_t iteration, double *mean, double *covered, double *neighbour,
                          double *largest) {
  dove_store_codebook book = {0};
  dove_store_members members = {0};
  dove_store_embedder embedder = {0};
  assert_done(f, dove_store_codebook_read(f->store, iteration, &book, &f->error));
  assert_done(f, dove_store_members_read(f->store, iteration, &members, &f->error));
  assert_done(f, dove_store_embedder_active(f->store, &embedder, &f->error));
  const size_t d = (size_t)book.dimension, total = members.offsets[members.codes];
  float *vector = malloc(d * sizeof *vector);
  *mean = *covered = *neighbour = 0;
  *largest = -1;
  for (size_t i = 0; i < total; i++) {
    double best = -2;
    assert_done(f, dove_store_vectors_read(f->store, embedder.id, DOVE_STORE_EXPRESSION_VECTOR, &members.expressions[i],
                                           1, vector, &f->error));
    for (size_t k = 0; k < book.codes; k++) {
      double dot = 0;
      for (size_t j = 0; j < d; j++) dot += (double)vector[j] * (double)book.centroids[k * d + j];
      best = dot > best ? dot : best;
    }
    *mean += best / (double)total;
    *covered += (best >= 0.5 ? 1.0 : 0.0) / (double)total;
  }
  for (size_t k = 0; k < book.codes; k++) {
    double best = -2;
    for (size_t l = 0; l < book.codes; l++) {
      double dot = 0;
      for (size_t j = 0; j < d; j++) dot += (double)book.centroids[k * d + j] * (double)book.centroids[l * d + j];
      if (l != k && dot > best) best = dot;
    }
    *neighbour += best / (double)book.codes;
    *largest = best > *largest ? best : *largest;
  }
  free(vector);
  dove_store_embedder_free(&embedder);
  dove_store_members_free(&members);
  dove_store_codebook_free(&book);
}

static void coverage_and_redundancy(void **state) {
  store_fixture *f = *state;
  const dove_build_report first = make_project(f);
  const int64_t t = first.best_iteration;
  const dove_store_new_override entry = {
      .kind = DOVE_REVIEW_SPLIT, .run = 1, .t = t + 1, .code = code_at(f, t, 0).id, .author = "Ada"};
  dove_preview made;
  dove_store_current current;
  double mean, covered, neighbour, largest;
  preview(f, &entry, 1, false, &made);
  assert_done(f, dove_store_codebook_of_run(f->store, 1, t, &current, &f->error));
  measure_again(f, current.iteration, &mean, &covered, &neighbour, &largest);
  assert_close(made.before.mean_cosine, mean, 1e-6);
  assert_close(made.before.covered, covered, 2.0 / 900); /* an expression may stand on the limit */
  assert_close(made.before.mean_neighbour, neighbour, 1e-6);
  assert_close(made.before.largest_neighbour, largest, 1e-6);
  assert_true(made.after.mean_cosine > made.before.mean_cosine); /* two centroids lie nearer than one */
  dove_preview_free(&made);
}

/* ---- Scores ---- */

static dove_store_score_list score(store_fixture *f, int64_t run, int64_t t) {
  const dove_score_options options = {.codebook_run = run, .iteration = t};
  dove_store_score_list list = {0};
  int64_t id = 0;
  assert_done(f, dove_score(f->store, &options, &id, NULL, &f->error));
  assert_done(f, dove_store_score_page(f->store, id, 0, 100, &list, &f->error));
  return list;
}

static const dove_preview_score *find_score(const dove_preview *made, const dove_store_score *row) {
  for (size_t i = 0; i < made->score_count; i++) {
    const dove_preview_score *score_row = &made->scores[i];
    if (strcmp(score_row->model, row->model) == 0 && strcmp(score_row->culture, row->culture) == 0) return score_row;
  }
  return NULL;
}

static void scores_move_as_shown(void **state) {
  store_fixture *f = *state;
  const dove_build_report first = make_project(f);
  const int64_t t = first.best_iteration;
  assert_done(f, dove_store_setting_set(f->store, "bootstrap", "20", &f->error));
  dove_store_score_list before = score(f, 1, t);
  assert_true(before.count >= 4);
  const dove_store_new_override entry = {.kind = DOVE_REVIEW_MERGE,
                                         .run = 1,
                                         .t = t + 1,
                                         .code = code_at(f, t, 1).id,
                                         .other = code_at(f, t, 0).id,
                                         .author = "Ada"};
  dove_preview made;
  preview(f, &entry, 1, false, &made);
  assert_true(made.scored_before);
  assert_int_equal(made.score_count, before.count);
  assert_done(f, dove_store_override_add(f->store, &entry, NULL, &f->error));
  dove_build_options options = dove_build_defaults();
  options.with_overrides = options.overrides_alone = true;
  const dove_build_report second = build(f, &options);
  dove_store_score_list after = score(f, second.run, t + 1);
  double moved = 0;
  for (size_t i = 0; i < before.count; i++) {
    const dove_preview_score *row = find_score(&made, &before.rows[i]);
    assert_non_null(row);
    /* Stored coding is float32, the preview's is not. */
    assert_close(row->before, before.rows[i].percent, 1e-3);
    assert_close(row->stored, before.rows[i].percent, 0);
    assert_close(row->low, 100 * before.rows[i].low, 1e-9);
    assert_close(row->after, after.rows[i].percent, 1e-3);
    moved += fabs(row->after - row->before);
  }
  assert_true(moved > 0.1); /* percent, over all pairs: two much used codes became one */
  dove_store_score_list_free(&before);
  dove_store_score_list_free(&after);
  dove_preview_free(&made);
}

/* ---- Judgments ---- */

/* Judges every code of the codebook in use as meaningful. */
static size_t judge_all(store_fixture *f) {
  const dove_annotation_plan plan = {.target = DOVE_JUDGE_CODES, .rule = "all", .seed = 1, .instruction = ""};
  int64_t round = 0;
  dove_annotation annotation;
  dove_store_item_list items = {0};
  assert_done(f, dove_annotation_round_start(f->store, &plan, &round, &f->error));
  assert_done(f, dove_annotation_open(f->store, round, "Ada", &annotation, &f->error));
  const dove_store_item_query query = {.round = round, .limit = INT64_MAX};
  assert_done(f, dove_store_item_page(f->store, &query, &items, &f->error));
  const size_t count = items.count;
  for (size_t i = 0; i < count; i++)
    assert_done(f, dove_annotation_judge(&annotation, items.rows[i].id, DOVE_QUESTION_MEANINGFUL, DOVE_ANSWER_YES, 0,
                                         NULL, &f->error));
  dove_store_item_list_free(&items);
  return count;
}

static void stale_as_told(void **state) {
  store_fixture *f = *state;
  const dove_build_report first = make_project(f);
  const int64_t t = first.best_iteration;
  dove_store_current current;
  assert_done(f, dove_store_codebook_of_run(f->store, 1, t, &current, &f->error));
  const size_t judged = judge_all(f);
  assert_int_equal(judged, first.codes);
  dove_preview made;
  const dove_store_new_override rename = {.kind = DOVE_REVIEW_RENAME,
                                          .run = 1,
                                          .t = t + 1,
                                          .code = code_at(f, t, 0).id,
                                          .name = "Another",
                                          .author = "Ada"};
  preview(f, &rename, 1, false, &made);
  assert_int_equal(made.judgments, judged);
  assert_int_equal(made.judgments_stale, 0); /* judgments follow the members, not the name */
  dove_preview_free(&made);

  const dove_store_new_override merge = {.kind = DOVE_REVIEW_MERGE,
                                         .run = 1,
                                         .t = t + 1,
                                         .code = code_at(f, t, 1).id,
                                         .other = code_at(f, t, 0).id,
                                         .author = "Ada"};
  preview(f, &merge, 1, false, &made);
  assert_done(f, dove_store_override_add(f->store, &merge, NULL, &f->error));
  dove_build_options options = dove_build_defaults();
  options.with_overrides = options.overrides_alone = true;
  const dove_build_report second = build(f, &options);
  dove_store_current after;
  dove_standing_row *rows = NULL;
  size_t count = 0;
  int64_t stale = 0;
  assert_done(f, dove_store_codebook_of_run(f->store, second.run, t + 1, &after, &f->error));
  assert_done(f, dove_annotation_standing(f->store, current.iteration, after.iteration, &rows, &count, &f->error));
  for (size_t i = 0; i < count; i++) stale += rows[i].standing == DOVE_STANDING_STALE;
  free(rows);
  assert_true(stale >= 2); /* both that were merged */
  assert_int_equal(made.judgments_stale, stale);
  dove_preview_free(&made);
}

/* ---- After a kill ---- */

typedef struct stopper {
  bool stop;
} stopper;

/* Asks to stop as soon as the run has been begun and works on its first own step. */
static void stop_at_splitting(void *user, const char *stage, double done, double total) {
  (void)done;
  (void)total;
  if (strcmp(stage, "splitting") == 0 || strcmp(stage, "merging") == 0) ((stopper *)user)->stop = true;
}

static bool is_stopped(void *user) { return ((stopper *)user)->stop; }

static void a_stopped_run_goes_on_with_its_overrides(void **state) {
  store_fixture *f = *state;
  make_project(f);
  dove_store_decision_list list = first_split(f);
  dove_store_new_override veto;
  assert_done(f, dove_review_of_decision(&list.rows[0], 1, DOVE_REVIEW_VETO, &veto, &f->error));
  veto.author = "Ada";
  int64_t id = 0;
  assert_done(f, dove_store_override_add(f->store, &veto, &id, &f->error));
  dove_build_options options = dove_build_defaults();
  options.with_overrides = true;
  stopper s = {0};
  const dove_progress progress = {.report = stop_at_splitting, .cancelled = is_stopped, .user = &s};
  dove_build_report report;
  assert_int_equal(dove_build(f->store, &options, NULL, NULL, &report, &progress, &f->error), DOVE_CANCELLED);
  const int64_t run = report.run;
  assert_done(f, dove_store_override_withdraw(f->store, id, true, "Ada", &f->error)); /* too late for this run */
  const dove_build_options plain = dove_build_defaults();
  report = build(f, &plain);
  assert_int_equal(report.run, run);
  assert_int_equal(report.overrides_applied, 1);
  const dove_store_decision_query query = {
      .run = run, .t = veto.t, .kind = DOVE_STORE_SPLIT, .code = veto.code, .show = DOVE_STORE_LEFT, .limit = 1};
  dove_store_decision_list left = {0};
  assert_done(f, dove_store_decision_page(f->store, &query, &left, &f->error));
  assert_int_equal(left.count, 1);
  assert_string_equal(left.rows[0].reviewer, "Ada");
  dove_store_decision_list_free(&left);
  dove_store_decision_list_free(&list);
  assert_clean(f);
}

static void nothing_stands(void **state) {
  store_fixture *f = *state;
  make_project(f);
  dove_build_options options = dove_build_defaults();
  dove_build_report report;
  options.with_overrides = true;
  assert_int_equal(dove_build(f->store, &options, NULL, NULL, &report, NULL, &f->error), DOVE_NOT_FOUND);
  assert_non_null(strstr(f->error.message, "veto"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
  const struct CMUnitTest tests[] = {
      TEST(alone_as_built),
      TEST(a_veto_as_built),
      TEST(the_impossible_is_said),
      TEST(coverage_and_redundancy),
      TEST(scores_move_as_shown),
      TEST(stale_as_told),
      TEST(a_stopped_run_goes_on_with_its_overrides),
      TEST(nothing_stands),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
