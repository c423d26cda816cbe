/* Codebook runs, codes, coding, decisions, scores and jobs. */
#include <math.h>
#include <sys/wait.h>

#include "dove/store_codes.h"
#include "dove/store_coding.h"
#include "dove/store_decisions.h"
#include "dove/store_expressions.h"
#include "dove/store_jobs.h"
#include "dove/store_runs.h"
#include "dove/store_scores.h"
#include "dove/store_vectors.h"
#include "store/internal.h"
#include "unit/store_fixture.h"

/* Two documents with two expressions each, an embedder, and a run with C⁰ = {1 "Trust", 2 "Care", 3 "Order"}.
 * At t = 1 code 2 is split into 4 and 5: C¹ = {1, 3, 4, 5}. */
static int64_t add_run(store_fixture *fixture, int64_t parent, int64_t parent_t) {
  int64_t run = 0;
  const dove_store_new_run new_run = {.settings = "{\"M\":5}",
                                      .seed = UINT64_C(0xfedcba9876543210),
                                      .embedder = 1,
                                      .initial = "umap+hdbscan",
                                      .parent = parent,
                                      .parent_t = parent_t};
  assert_done(fixture, dove_store_run_add(fixture->store, &new_run, &run, &fixture->error));
  return run;
}

static int64_t add_code(store_fixture *fixture, int64_t run, int64_t t, const char *name, int64_t parent) {
  const float centroid[2] = {0.6F, (float)t};
  int64_t id = 0;
  const dove_store_new_code code = {.name = name,
                                    .centroid = centroid,
                                    .dimension = 2,
                                    .origin = parent == 0 ? DOVE_STORE_CODE_INITIAL : DOVE_STORE_CODE_SPLIT,
                                    .parents = &parent,
                                    .parent_count = parent == 0 ? 0 : 1};
  assert_done(fixture, dove_store_code_add(fixture->store, run, t, &code, &id, &fixture->error));
  return id;
}

static int64_t add_iteration(store_fixture *fixture, int64_t run, int64_t t, double S, const int64_t *codes,
                             size_t count) {
  int64_t id = 0;
  dove_store_usage usage[8];
  const dove_store_iteration iteration = {.t = t,
                                          .codes = (int64_t)count,
                                          .M = 5,
                                          .S = S,
                                          .distortion = -0.8,
                                          .sigma2 = 0.01,
                                          .perplexity = NAN,
                                          .sigma_rule = "mle",
                                          .splits = t};
  assert_done(fixture, dove_store_iteration_add(fixture->store, run, &iteration, &id, &fixture->error));
  for (size_t k = 0; k < count; k++) {
    usage[k] = (dove_store_usage){.code = codes[k], .n = 1.0 + (double)k, .z = (double)k - 1, .d = NAN};
  }
  assert_done(fixture, dove_store_usage_add(fixture->store, id, usage, count, &fixture->error));
  return id;
}

static int64_t fill(store_fixture *fixture) {
  int64_t embedder = 0;
  const dove_store_new_expression two[] = {{"trust", "The author values trust.", NULL, -1, -1},
                                           {"care", "The author values care.", NULL, -1, -1}};
  for (int i = 0; i < 2; i++) {
    const int64_t document = i == 0 ? add_document(fixture, "kr", "KR", "human", "t", "one")
                                    : add_document(fixture, "m", "", "aster", "t", "two");
    assert_done(fixture, dove_store_expression_add(fixture->store, document, DOVE_STORE_ORIGIN_IMPORTED, two, 2, NULL,
                                                   &fixture->error));
  }
  assert_done(fixture, dove_store_embedder_add(fixture->store, "e", 2, NULL, 0, &embedder, &fixture->error));
  const int64_t run = add_run(fixture, 0, 0);
  add_code(fixture, run, 0, "Trust", 0);
  add_code(fixture, run, 0, "Care", 0);
  add_code(fixture, run, 0, "Order", 0);
  add_iteration(fixture, run, 0, 1.5, (int64_t[]){1, 2, 3}, 3);
  add_code(fixture, run, 1, "Care for Kin", 2);
  add_code(fixture, run, 1, "Care for All", 2);
  assert_done(fixture, dove_store_code_end(fixture->store, run, 2, 1, &fixture->error));
  add_iteration(fixture, run, 1, 1.25, (int64_t[]){1, 3, 4, 5}, 4);
  return run;
}

static void the_best_iteration_is_used_unless_another_is_chosen(void **state) {
  store_fixture *fixture = *state;
  dove_store_current current;
  assert_int_equal(dove_store_current_codebook(fixture->store, &current, &fixture->error), DOVE_NOT_FOUND);
  assert_non_null(strstr(fixture->error.message, "build one"));
  const int64_t run = fill(fixture);
  assert_done(fixture, dove_store_current_codebook(fixture->store, &current, &fixture->error));
  assert_int_equal(current.run, run);
  assert_int_equal(current.t, 0); /* S 1.5 > 1.25 */
  assert_done(fixture, dove_store_run_choose(fixture->store, run, 1, &fixture->error));
  assert_done(fixture, dove_store_current_codebook(fixture->store, &current, &fixture->error));
  assert_int_equal(current.t, 1);
  assert_int_equal(current.iteration, 2);
  assert_int_equal(dove_store_run_choose(fixture->store, run, 2, &fixture->error), DOVE_NOT_FOUND);
  assert_int_equal(dove_store_codebook_of_run(fixture->store, run, 7, &current, &fixture->error), DOVE_NOT_FOUND);
  assert_done(fixture, dove_store_codebook_of_run(fixture->store, run, -1, &current, &fixture->error));
  assert_int_equal(current.t, 1);
  assert_clean(fixture);
}

static void runs_and_iterations_come_back(void **state) {
  store_fixture *fixture = *state;
  const int64_t run = fill(fixture);
  dove_store_run_list runs;
  dove_store_iteration *rows = NULL;
  size_t count = 0;
  assert_done(fixture, dove_store_run_end(fixture->store, run, DOVE_STORE_FINISHED, "T reached", &fixture->error));
  assert_done(fixture, dove_store_run_read(fixture->store, run, &runs, &fixture->error));
  assert_true(runs.rows[0].seed == UINT64_C(0xfedcba9876543210));
  assert_int_equal(runs.rows[0].status, DOVE_STORE_FINISHED);
  assert_int_equal(runs.rows[0].iterations, 2);
  assert_int_equal(runs.rows[0].best_t, 0);
  assert_int_equal(runs.rows[0].chosen_t, -1);
  assert_string_equal(runs.rows[0].settings, "{\"M\":5}");
  assert_string_equal(runs.rows[0].stopped_by, "T reached");
  dove_store_run_list_free(&runs);
  assert_done(fixture, dove_store_iteration_list(fixture->store, run, &rows, &count, &fixture->error));
  assert_int_equal(count, 2);
  assert_true(rows[1].S == 1.25 && rows[1].distortion == -0.8);
  assert_true(isnan(rows[1].perplexity));
  assert_string_equal(rows[1].sigma_rule, "mle");
  free(rows);
  const dove_store_iteration gap = {.t = 3, .codes = 1, .M = 5};
  int64_t id = 0;
  assert_int_equal(dove_store_iteration_add(fixture->store, run, &gap, &id, &fixture->error), DOVE_FAILED);
}

static void a_codebook_is_ordered_by_code(void **state) {
  store_fixture *fixture = *state;
  dove_store_codebook codebook;
  fill(fixture);
  assert_done(fixture, dove_store_codebook_read(fixture->store, 2, &codebook, &fixture->error));
  assert_int_equal(codebook.codes, 4);
  assert_int_equal(codebook.dimension, 2);
  const int64_t expected[] = {1, 3, 4, 5};
  assert_memory_equal(codebook.ids, expected, sizeof expected);
  assert_string_equal(codebook.names[2], "Care for Kin");
  assert_true(codebook.centroids[4] == 0.6F && codebook.centroids[5] == 1.0F);
  assert_true(codebook.usage[3].n == 4.0 && isnan(codebook.usage[3].d));
  dove_store_codebook_free(&codebook);
  assert_int_equal(dove_store_codebook_read(fixture->store, 9, &codebook, &fixture->error), DOVE_NOT_FOUND);
  const dove_store_usage wrong[] = {{.code = 3}, {.code = 1}};
  assert_int_equal(dove_store_usage_add(fixture->store, 1, wrong, 2, &fixture->error), DOVE_FAILED);
}

static void a_resumed_run_shares_its_past_and_changes_nothing(void **state) {
  store_fixture *fixture = *state;
  const int64_t run = fill(fixture);
  const int64_t resumed = add_run(fixture, run, 0);
  dove_store_current current;
  /* It starts at C⁰ of its parent, with code 2 alive again, and goes its own way: code 3 is split. */
  assert_done(fixture, dove_store_codebook_of_run(fixture->store, resumed, 0, &current, &fixture->error));
  assert_int_equal(current.iteration, 1);
  const int64_t child = add_code(fixture, resumed, 1, "Order at Home", 3);
  assert_done(fixture, dove_store_code_end(fixture->store, resumed, 3, 1, &fixture->error));
  add_iteration(fixture, resumed, 1, 1.75, (int64_t[]){1, 2, child}, 3);
  assert_clean(fixture);
  dove_store_lineage lineage;
  assert_done(fixture, dove_store_lineage_read(fixture->store, resumed, 0, &lineage, &fixture->error));
  assert_int_equal(lineage.count, 4); /* 1, 2, 3, child */
  assert_int_equal(lineage.rows[1].died_t, -1);
  assert_int_equal(lineage.rows[2].died_t, 1);
  assert_int_equal(lineage.rows[3].parent, 3);
  dove_store_lineage_free(&lineage);
  assert_done(fixture, dove_store_lineage_read(fixture->store, run, 2, &lineage, &fixture->error));
  assert_int_equal(lineage.count, 3); /* 2, 4, 5 */
  assert_int_equal(lineage.rows[0].died_t, 1);
  dove_store_lineage_free(&lineage);
  const dove_store_new_run beyond = {.embedder = 1, .parent = run, .parent_t = 5};
  int64_t id = 0;
  assert_int_equal(dove_store_run_add(fixture->store, &beyond, &id, &fixture->error), DOVE_NOT_FOUND);
}

static void members_are_paged_by_centrality(void **state) {
  store_fixture *fixture = *state;
  const int64_t ids[] = {4, 1, 3};
  const float cosines[] = {0.9F, 0.8F, 0.7F};
  int64_t page[5];
  float page_cosines[5];
  size_t count = 0;
  dove_store_members members;
  fill(fixture);
  assert_done(fixture, dove_store_members_add(fixture->store, 1, 1, ids, cosines, 3, &fixture->error));
  assert_done(fixture,
              dove_store_members_page(fixture->store, 1, 2, 1, 5, page, page_cosines, &count, &fixture->error));
  assert_int_equal(count, 2);
  assert_int_equal(page[0], 1);
  assert_true(page_cosines[1] == 0.7F);
  assert_done(fixture, dove_store_members_page(fixture->store, 1, 2, 9, 5, page, NULL, &count, &fixture->error));
  assert_int_equal(count, 0);
  int64_t total = -1;
  assert_done(fixture, dove_store_members_count(fixture->store, 1, 2, &total, &fixture->error));
  assert_int_equal(total, 3);
  assert_done(fixture, dove_store_members_count(fixture->store, 1, 3, &total, &fixture->error));
  assert_int_equal(total, 0);
  assert_done(fixture, dove_store_members_read(fixture->store, 1, &members, &fixture->error));
  const size_t offsets[] = {0, 0, 3, 3};
  assert_int_equal(members.codes, 3);
  assert_memory_equal(members.offsets, offsets, sizeof offsets);
  assert_memory_equal(members.expressions, ids, sizeof ids);
  dove_store_members_free(&members);
  assert_int_equal(dove_store_members_add(fixture->store, 1, 9, ids, cosines, 3, &fixture->error), DOVE_INPUT);
}

/* Document 1: q = {Trust .25, Order .75}, both recognised; its expressions 1 and 2 belong to Trust and Order. */
static void code_documents(store_fixture *fixture) {
  const dove_store_new_coding first = {.document = 1,
                                       .ordinals = (uint32_t[]){0, 2},
                                       .q = (float[]){0.25F, 0.75F},
                                       .count = 2,
                                       .recognised = (uint32_t[]){2, 0},
                                       .recognised_count = 2,
                                       .expressions = (int64_t[]){1, 2},
                                       .assigned = (uint32_t[]){0, 2},
                                       .cosines = (float[]){0.5F, 0.625F},
                                       .expression_count = 2};
  const dove_store_new_coding second = {.document = 2,
                                        .ordinals = (uint32_t[]){0, 1, 2},
                                        .q = (float[]){0.875F, 0.0625F, 0.0625F},
                                        .count = 3,
                                        .recognised = (uint32_t[]){0},
                                        .recognised_count = 1};
  assert_done(fixture, dove_store_coding_add(fixture->store, 1, &second, &fixture->error));
  assert_done(fixture, dove_store_coding_add(fixture->store, 1, &first, &fixture->error));
}

static void coding_is_read_by_document_and_by_code(void **state) {
  store_fixture *fixture = *state;
  fill(fixture);
  int64_t ids[4], total = 0;
  size_t count = 0;
  assert_done(fixture, dove_store_coding_missing(fixture->store, 1, 0, 4, ids, &count, &fixture->error));
  assert_int_equal(count, 2);
  code_documents(fixture);
  code_documents(fixture); /* writing again replaces */
  assert_done(fixture, dove_store_coding_count(fixture->store, 1, &total, &fixture->error));
  assert_int_equal(total, 2);
  dove_store_coding coding;
  assert_done(fixture, dove_store_coding_read(fixture->store, 1, NULL, &coding, &fixture->error));
  assert_int_equal(coding.documents_count, 2);
  const size_t offsets[] = {0, 2, 5};
  assert_memory_equal(coding.offsets, offsets, sizeof offsets);
  assert_int_equal(coding.ordinals[1], 2);
  assert_true(coding.q[1] == 0.75F && coding.q[2] == 0.875F);
  dove_store_coding_free(&coding);
  const dove_store_document_filter model = {.side = DOVE_STORE_MODEL};
  assert_done(fixture, dove_store_coding_read(fixture->store, 1, &model, &coding, &fixture->error));
  assert_int_equal(coding.documents_count, 1);
  assert_int_equal(coding.documents[0], 2);
  dove_store_coding_free(&coding);
  dove_store_document_coding one;
  assert_done(fixture, dove_store_document_coding_read(fixture->store, 1, 1, &one, &fixture->error));
  assert_int_equal(one.recognised_count, 2);
  assert_string_equal(one.codes[0].name, "Order");
  assert_int_equal(one.codes[0].rank, 0);
  assert_int_equal(one.expressions[1].code, 3);
  assert_true(one.expressions[1].cosine == 0.625);
  dove_store_document_coding_free(&one);
  dove_store_code_document_list list;
  assert_done(fixture, dove_store_code_documents(fixture->store, 1, 1, NULL, 0, 10, &list, &fixture->error));
  assert_int_equal(list.count, 2);
  assert_string_equal(list.rows[0].document.external_id, "m"); /* .875 before .25 */
  assert_true(list.rows[1].q == 0.25);
  assert_int_equal(list.rows[1].rank, 1);
  dove_store_code_document_list_free(&list);
  assert_done(fixture, dove_store_code_document_count(fixture->store, 1, 1, &model, &total, &fixture->error));
  assert_int_equal(total, 1);
  const dove_store_document_filter with_order = {.code = 3, .iteration = 1};
  assert_done(fixture, dove_store_document_count(fixture->store, &with_order, &total, &fixture->error));
  assert_int_equal(total, 1);
  assert_clean(fixture);
}

static void a_coding_outside_the_codebook_is_refused(void **state) {
  store_fixture *fixture = *state;
  fill(fixture);
  const dove_store_new_coding wrong = {.document = 1,
                                       .ordinals = (uint32_t[]){7},
                                       .q = (float[]){1.0F},
                                       .count = 1,
                                       .recognised = (uint32_t[]){7},
                                       .recognised_count = 1};
  assert_int_equal(dove_store_coding_add(fixture->store, 1, &wrong, &fixture->error), DOVE_INPUT);
  int64_t total = -1;
  assert_done(fixture, dove_store_coding_count(fixture->store, 1, &total, &fixture->error));
  assert_int_equal(total, 0);
}

static void codes_are_listed_with_their_past(void **state) {
  store_fixture *fixture = *state;
  const int64_t run = fill(fixture);
  dove_store_code_list list;
  int64_t place = 0, count = 0;
  dove_store_code_query page = {.run = run, .t = 1, .sort = DOVE_STORE_CODE_BY_USAGE, .descending = true, .limit = 2};
  assert_done(fixture, dove_store_code_page(fixture->store, &page, &list, &fixture->error));
  assert_int_equal(list.count, 2);
  assert_int_equal(list.rows[0].id, 5);
  assert_int_equal(list.rows[0].born_t, 1);
  assert_true(isnan(list.rows[0].n_before));
  dove_store_code_list_free(&list);
  assert_done(fixture, dove_store_code_place(fixture->store, &page, 3, &place, &fixture->error));
  assert_int_equal(place, 2); /* usage 4, 3, 2, 1 for the codes 5, 4, 3, 1 */
  page.sort = DOVE_STORE_CODE_BY_CHANGE;
  assert_done(fixture, dove_store_code_page(fixture->store, &page, &list, &fixture->error));
  assert_int_equal(list.rows[1].id, 4); /* +4, +3 for the new codes 5 and 4; 0 for 1, −1 for 3 */
  dove_store_code_list_free(&list);
  assert_done(fixture, dove_store_code_place(fixture->store, &page, 1, &place, &fixture->error));
  assert_int_equal(place, 2);
  page = (dove_store_code_query){.run = run, .t = 1, .search = "order", .limit = 10};
  assert_done(fixture, dove_store_code_page(fixture->store, &page, &list, &fixture->error));
  assert_int_equal(list.count, 1);
  assert_true(list.rows[0].n_before == 3.0);
  dove_store_code_list_free(&list);
  page.search = "care";
  assert_done(fixture, dove_store_code_count(fixture->store, &page, &count, &fixture->error));
  assert_int_equal(count, 2);
  page.t = 0;
  assert_done(fixture, dove_store_code_page(fixture->store, &page, &list, &fixture->error));
  assert_int_equal(list.rows[0].died_t, 1);
  dove_store_code_list_free(&list);
}

/* Trust is recognised in both documents, Order in the first. */
static void the_documents_of_codes_are_counted_unless_left_out(void **state) {
  store_fixture *fixture = *state;
  const int64_t run = fill(fixture);
  code_documents(fixture);
  dove_store_code_list list;
  dove_store_code_query page = {
      .run = run, .t = 0, .sort = DOVE_STORE_CODE_BY_DOCUMENTS, .descending = true, .offset = 1, .limit = 1};
  assert_done(fixture, dove_store_code_page(fixture->store, &page, &list, &fixture->error));
  assert_int_equal(list.count, 1);
  assert_string_equal(list.rows[0].name, "Order");
  assert_int_equal(list.rows[0].documents, 1);
  dove_store_code_list_free(&list);
  page.uncounted = true;
  assert_done(fixture, dove_store_code_page(fixture->store, &page, &list, &fixture->error));
  assert_string_equal(list.rows[0].name, "Order");
  assert_int_equal(list.rows[0].documents, 0);
  dove_store_code_list_free(&list);
}

static void decisions_keep_their_evidence(void **state) {
  store_fixture *fixture = *state;
  const int64_t run = fill(fixture);
  const dove_store_decision_code before = {2, "Care", 40};
  const dove_store_decision_code after[] = {{4, "Care for Kin", 25}, {5, "Care for All", 15}};
  const dove_store_decision split = {.t = 1,
                                     .kind = DOVE_STORE_SPLIT,
                                     .done = true,
                                     .rule = "z > 1",
                                     .n = 7.5,
                                     .z = 1.5,
                                     .d = -0.5,
                                     .d_previous = NAN,
                                     .neighbour_cosine = NAN,
                                     .before = &before,
                                     .before_count = 1,
                                     .after = after,
                                     .after_count = 2};
  const dove_store_decision_code small = {3, "Order", 4};
  const dove_store_decision left = {.t = 2,
                                    .kind = DOVE_STORE_MERGE,
                                    .rule = "z < -0.5",
                                    .reason = "the run ended",
                                    .neighbour = 1,
                                    .neighbour_cosine = 0.75,
                                    .before = &small,
                                    .before_count = 1};
  dove_store_decision_list list;
  dove_store_decision_query page = {.run = run, .t = -1, .kind = -1, .show = DOVE_STORE_DONE_AND_LEFT, .limit = 10};
  int64_t place = 0, count = 0, id = 0;
  assert_done(fixture, dove_store_decision_add(fixture->store, 2, &split, NULL, &fixture->error));
  assert_done(fixture, dove_store_decision_add(fixture->store, 2, &left, &id, &fixture->error));
  assert_done(fixture, dove_store_decision_page(fixture->store, &page, &list, &fixture->error));
  assert_int_equal(list.count, 2);
  assert_int_equal(list.rows[0].after_count, 2);
  assert_string_equal(list.rows[0].after[1].name, "Care for All");
  assert_int_equal(list.rows[0].before[0].size, 40);
  assert_true(isnan(list.rows[0].d_previous) && list.rows[0].z == 1.5);
  assert_string_equal(list.rows[1].neighbour_name, "Trust");
  assert_false(list.rows[1].done);
  assert_int_equal(list.rows[1].after_count, 0);
  dove_store_decision_list_free(&list);
  assert_done(fixture, dove_store_decision_place(fixture->store, &page, id, &place, &fixture->error));
  assert_int_equal(place, 1);
  page.code = 4;
  assert_done(fixture, dove_store_decision_count(fixture->store, &page, &count, &fixture->error));
  assert_int_equal(count, 1);
  /* A run that goes on from t = 1 shares the split, but not what the first run left when it ended. */
  page = (dove_store_decision_query){
      .run = add_run(fixture, run, 1), .t = -1, .kind = -1, .show = DOVE_STORE_DONE_AND_LEFT, .limit = 10};
  assert_done(fixture, dove_store_decision_count(fixture->store, &page, &count, &fixture->error));
  assert_int_equal(count, 1);
}

static void scores_come_back_with_what_explains_them(void **state) {
  store_fixture *fixture = *state;
  int64_t score_run = 0, id = 0;
  fill(fixture);
  dove_store_current current;
  assert_done(fixture, dove_store_current_codebook(fixture->store, &current, &fixture->error));
  assert_done(fixture, dove_store_score_run_add(fixture->store, &current, NULL, 7, &score_run, &fixture->error));
  const dove_store_score score = {.model = "aster",
                                  .culture = "KR",
                                  .divergence = 0.044889,
                                  .score = 0.55111,
                                  .percent = 55.111,
                                  .low = 0.5,
                                  .high = 0.6,
                                  .ceiling = NAN,
                                  .documents_human = 1,
                                  .documents_model = 1,
                                  .converged = true};
  const dove_store_score_code codes[] = {{.code = 1, .human = 0.25, .model = 0.875}};
  const dove_store_score_flow flows[] = {{.from = 3, .to = 1, .mass = 0.5, .cost = 0.125}, {.from = 1, .to = 1}};
  assert_done(fixture,
              dove_store_score_add(fixture->store, score_run, &score, codes, 1, flows, 2, &id, &fixture->error));
  assert_int_equal(dove_store_score_add(fixture->store, score_run, &score, codes, 1, flows, 2, &id, &fixture->error),
                   DOVE_INPUT); /* a model and a culture once a run */
  dove_store_score_run_list runs;
  assert_int_equal(dove_store_score_run_latest(fixture->store, &runs, &fixture->error), DOVE_NOT_FOUND);
  assert_done(fixture, dove_store_score_run_end(fixture->store, score_run, DOVE_STORE_FINISHED, &fixture->error));
  assert_done(fixture, dove_store_score_run_latest(fixture->store, &runs, &fixture->error));
  assert_int_equal(runs.rows[0].scores, 1);
  assert_int_equal(runs.rows[0].seed, 7);
  dove_store_score_run_list_free(&runs);
  dove_store_score_list scores;
  assert_done(fixture, dove_store_score_page(fixture->store, score_run, 0, 10, &scores, &fixture->error));
  assert_true(scores.rows[0].divergence == 0.044889 && isnan(scores.rows[0].ceiling));
  dove_store_score_flow_list back;
  assert_done(fixture, dove_store_score_flows(fixture->store, scores.rows[0].id, 0, 10, &back, &fixture->error));
  assert_int_equal(back.count, 2);
  assert_string_equal(back.rows[0].from_name, "Order");
  assert_string_equal(back.rows[0].to_name, "Trust");
  dove_store_score_flow_list_free(&back);
  dove_store_score_code_list named;
  assert_done(fixture, dove_store_score_codes(fixture->store, scores.rows[0].id, 0, 10, &named, &fixture->error));
  assert_string_equal(named.rows[0].name, "Trust");
  dove_store_score_code_list_free(&named);
  dove_store_score_list_free(&scores);
}

static dove_store_job_state state_of(store_fixture *fixture, int64_t job) {
  dove_store_job_list list;
  assert_done(fixture, dove_store_job_read(fixture->store, job, &list, &fixture->error));
  const dove_store_job_state found = list.rows[0].state;
  dove_store_job_list_free(&list);
  return found;
}

static void jobs_of_dead_processes_are_interrupted(void **state) {
  store_fixture *fixture = *state;
  int64_t mine = 0, dead = 0, interrupted = 0;
  dove_store_job_lines lines;
  assert_done(fixture, dove_store_job_add(fixture->store, "build", "{}", &mine, &fixture->error));
  assert_done(fixture, dove_store_job_add(fixture->store, "score", NULL, &dead, &fixture->error));
  assert_done(fixture, dove_store_job_start(fixture->store, mine, &fixture->error));
  assert_done(fixture, dove_store_job_progress(fixture->store, mine, "neighbours", 3, 4, &fixture->error));
  assert_done(fixture, dove_store_job_log(fixture->store, mine, 1700000000000, "hello", &fixture->error));
  dove_store_close(fixture->store);
  const pid_t child = fork();
  if (child == 0) {
    dove_store *store = NULL;
    if (dove_store_open(fixture->path, &store, NULL) != DOVE_OK) _exit(1);
    _exit(dove_store_job_start(store, dead, NULL) == DOVE_OK ? 0 : 1); /* ends with its job running */
  }
  int status = 1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_done(fixture, dove_store_open(fixture->path, &fixture->store, &fixture->error));
  assert_int_equal(state_of(fixture, dead), DOVE_STORE_JOB_RUNNING);
  assert_done(fixture, dove_store_jobs_recover(fixture->store, &interrupted, &fixture->error));
  assert_int_equal(interrupted, 1);
  assert_int_equal(state_of(fixture, dead), DOVE_STORE_JOB_INTERRUPTED);
  assert_int_equal(state_of(fixture, mine), DOVE_STORE_JOB_RUNNING);
  assert_done(fixture, dove_store_job_end(fixture->store, mine, DOVE_STORE_JOB_DONE, "K 58", &fixture->error));
  assert_int_equal(state_of(fixture, mine), DOVE_STORE_JOB_DONE);
  assert_done(fixture, dove_store_job_log_page(fixture->store, mine, 0, 5, &lines, &fixture->error));
  assert_int_equal(lines.count, 1);
  assert_string_equal(lines.rows[0].text, "hello");
  dove_store_job_lines_free(&lines);
  assert_int_equal(dove_store_job_start(fixture->store, 99, &fixture->error), DOVE_NOT_FOUND);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_best_iteration_is_used_unless_another_is_chosen, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(runs_and_iterations_come_back, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_codebook_is_ordered_by_code, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_resumed_run_shares_its_past_and_changes_nothing, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(members_are_paged_by_centrality, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(coding_is_read_by_document_and_by_code, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_coding_outside_the_codebook_is_refused, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(codes_are_listed_with_their_past, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(the_documents_of_codes_are_counted_unless_left_out, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(decisions_keep_their_evidence, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(scores_come_back_with_what_explains_them, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(jobs_of_dead_processes_are_interrupted, store_setup, store_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
