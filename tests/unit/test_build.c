/* A build as a job: the same result for any number of threads, after a cancel and after a kill; resuming from an
 * earlier iteration; overrides; stop rules; and coding of documents that came later. */
#include "store_fixture.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>

#include "dove/build.h"
#include "dove/coding.h"
#include "dove/parallel.h"
#include "dove/store_codes.h"
#include "dove/store_coding.h"
#include "dove/store_decisions.h"
#include "dove/store_project.h"
#include "dove/store_runs.h"
#include "dove/store_vectors.h"
#include "synthetic_project.h"

static const synthetic_options small = SYNTHETIC_SMALL;

static void set(store_fixture *f, const char *key, const char *value) {
  assert_done(f, dove_store_setting_set(f->store, key, value, &f->error));
}

static void fill(store_fixture *f) { assert_true(synthetic_fill(f->store, &small, &f->error)); }

static dove_build_report build(store_fixture *f, const dove_build_options *options) {
  dove_build_report report;
  assert_done(f, dove_build(f->store, options, NULL, NULL, &report, NULL, &f->error));
  return report;
}

/* All that a run found, as bytes: the terms of each iteration, and its codes with names, centroids and usage. */
static void describe_run(store_fixture *f, int64_t run, dove_buffer *text) {
  dove_store_iteration *rows = NULL;
  size_t count = 0;
  assert_done(f, dove_store_iteration_list(f->store, run, &rows, &count, &f->error));
  assert_true(count > 1);
  for (size_t t = 0; t < count; t++) {
    dove_store_codebook codebook = {0};
    assert_done(f, dove_store_codebook_read(f->store, rows[t].id, &codebook, &f->error));
    dove_buffer_printf(text, "%zu %zu %a %a %a %a %a\n", t, codebook.codes, rows[t].S, rows[t].distortion,
                       rows[t].conditional_entropy, rows[t].marginal_entropy, rows[t].sigma2);
    for (size_t k = 0; k < codebook.codes; k++)
      dove_buffer_printf(text, "%s %a %a %a %lld\n", codebook.names[k], codebook.usage[k].n, codebook.usage[k].z,
                         codebook.usage[k].d, (long long)codebook.usage[k].members);
    dove_buffer_add(text, (const char *)codebook.centroids,
                    codebook.codes * (size_t)codebook.dimension * sizeof *codebook.centroids);
    dove_store_codebook_free(&codebook);
  }
  free(rows);
}

static void assert_same_runs(store_fixture *a, int64_t run_a, store_fixture *b, int64_t run_b) {
  dove_buffer x = {0}, y = {0};
  describe_run(a, run_a, &x);
  describe_run(b, run_b, &y);
  assert_int_equal(x.length, y.length);
  assert_memory_equal(x.data, y.data, x.length);
  dove_buffer_free(&x);
  dove_buffer_free(&y);
}

/* A second project with the same content; closed with close_twin(). */
static store_fixture *open_twin(void) {
  void *state = NULL;
  assert_int_equal(store_setup(&state), 0);
  fill(state);
  return state;
}

static void close_twin(store_fixture *twin) {
  void *state = twin;
  assert_int_equal(store_teardown(&state), 0);
}

static void test_threads(void **state) {
  store_fixture *f = *state;
  static const int threads[] = {2, 4};
  const dove_build_options options = dove_build_defaults();
  fill(f);
  dove_threads_set(1);
  const int64_t run = build(f, &options).run;
  for (size_t i = 0; i < 2; i++) {
    store_fixture *twin = open_twin();
    dove_threads_set(threads[i]);
    assert_same_runs(f, run, twin, build(twin, &options).run);
    close_twin(twin);
  }
  dove_threads_set(0);
  assert_clean(f);
}

/* Stops after so many iterations. */
typedef struct stopper {
  int64_t at;
  bool stop, kill;
} stopper;

static void count_iterations(void *user, int64_t run, int64_t iteration, size_t codes,
                             const dove_objective *objective) {
  stopper *s = user;
  (void)run;
  (void)codes;
  (void)objective;
  if (iteration < s->at) return;
  if (s->kill) raise(SIGKILL);
  s->stop = true;
}

static bool is_stopped(void *user) { return ((stopper *)user)->stop; }

static void test_cancel_and_go_on(void **state) {
  store_fixture *f = *state;
  const dove_build_options options = dove_build_defaults();
  dove_build_report report;
  stopper s = {.at = 1};
  const dove_progress progress = {.cancelled = is_stopped, .user = &s};
  fill(f);
  assert_int_equal(dove_build(f->store, &options, count_iterations, &s, &report, &progress, &f->error), DOVE_CANCELLED);
  assert_int_equal(report.last_iteration, 1);
  assert_string_equal(report.stopped_by, "cancelled");
  const int64_t run = report.run;
  report = build(f, &options);
  assert_true(report.resumed);
  assert_int_equal(report.run, run);
  assert_int_equal(report.first_iteration, 2);
  store_fixture *twin = open_twin();
  assert_same_runs(f, run, twin, build(twin, &options).run);
  close_twin(twin);
  assert_clean(f);
}

/* Builds in a child that is killed after iteration `at` was committed. */
static void build_and_die(store_fixture *f, int64_t at) {
  dove_store_close(f->store);
  f->store = NULL;
  dove_threads_set(1);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    const dove_build_options options = dove_build_defaults();
    dove_build_report report;
    stopper s = {.at = at, .kill = true};
    if (dove_store_open(f->path, &f->store, &f->error) == DOVE_OK)
      dove_build(f->store, &options, count_iterations, &s, &report, NULL, &f->error);
    _exit(1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  dove_threads_set(0);
  assert_done(f, dove_store_open(f->path, &f->store, &f->error));
}

static void test_kill_and_go_on(void **state) {
  store_fixture *f = *state;
  const dove_build_options options = dove_build_defaults();
  fill(f);
  build_and_die(f, 0);
  assert_clean(f);
  build_and_die(f, 2);
  const dove_build_report report = build(f, &options);
  assert_int_equal(report.first_iteration, 3);
  store_fixture *twin = open_twin();
  assert_same_runs(f, report.run, twin, build(twin, &options).run);
  close_twin(twin);
  assert_clean(f);
}

static void test_resume_from_an_iteration(void **state) {
  store_fixture *f = *state;
  dove_build_options options = dove_build_defaults();
  fill(f);
  const dove_build_report first = build(f, &options);
  options.resume_iteration = 1;
  const dove_build_report second = build(f, &options);
  assert_true(second.run != first.run && second.resumed);
  assert_int_equal(second.first_iteration, 2);
  assert_same_runs(f, first.run, f, second.run); /* nothing was asked to be otherwise */
  options.resume_iteration = 99;
  dove_build_report report;
  assert_int_equal(dove_build(f->store, &options, NULL, NULL, &report, NULL, &f->error), DOVE_NOT_FOUND);
  assert_clean(f);
}

static void test_overrides_make_another_history(void **state) {
  store_fixture *f = *state;
  dove_build_options options = dove_build_defaults();
  dove_store_current current;
  dove_store_codebook codebook = {0};
  fill(f);
  const dove_build_report first = build(f, &options);
  dove_buffer before = {0}, after = {0};
  describe_run(f, first.run, &before);
  assert_done(f, dove_store_codebook_of_run(f->store, first.run, 0, &current, &f->error));
  assert_done(f, dove_store_codebook_read(f->store, current.iteration, &codebook, &f->error));
  dove_refinement_override overrides[] = {
      {.kind = DOVE_OVERRIDE_MERGE, .t = 1, .codes = {codebook.ids[0], codebook.ids[1]}, .reviewer = "Ada"},
      {.kind = DOVE_OVERRIDE_RENAME, .t = 1, .codes = {codebook.ids[2]}, .name = "A Better Name", .reviewer = "Ada"},
      {.kind = DOVE_OVERRIDE_SPLIT, .t = 1, .codes = {1 << 30}, .reviewer = "Ada"}};
  options.resume_iteration = 0;
  options.overrides = overrides;
  options.override_count = 3;
  const dove_build_report second = build(f, &options);
  assert_int_equal(second.overrides_applied, 2);
  assert_int_equal(second.overrides_impossible, 1);
  const dove_store_decision_query query = {.run = second.run, .t = 1, .kind = DOVE_STORE_MERGE, .limit = 1};
  dove_store_decision_list decisions = {0};
  assert_done(f, dove_store_decision_page(f->store, &query, &decisions, &f->error));
  assert_string_equal(decisions.rows[0].reviewer, "Ada");
  assert_int_equal(decisions.rows[0].before[0].code, codebook.ids[0]);
  assert_int_equal(decisions.rows[0].after_count, 1);
  dove_store_decision_list_free(&decisions);
  /* The first run is what it was. */
  describe_run(f, first.run, &after);
  assert_int_equal(before.length, after.length);
  assert_memory_equal(before.data, after.data, before.length);
  dove_buffer_free(&before);
  dove_buffer_free(&after);
  dove_store_codebook_free(&codebook);
  assert_clean(f);
}

static void test_stop_rules(void **state) {
  store_fixture *f = *state;
  dove_build_options options = dove_build_defaults();
  fill(f);
  options.iterations = 0;
  assert_string_equal(build(f, &options).stopped_by, "iterations");
  options.iterations = 1;
  dove_build_report report = build(f, &options);
  assert_string_equal(report.stopped_by, "iterations");
  assert_int_equal(report.last_iteration, 1);
  options.iterations = -1;
  set(f, "tau1", "-100");
  report = build(f, &options);
  assert_string_equal(report.stopped_by, "tau1");
  assert_int_equal(report.last_iteration, 0);
  set(f, "tau1", "off");
  set(f, "split_z", "100");
  set(f, "merge_z", "-100");
  report = build(f, &options);
  assert_string_equal(report.stopped_by, "nothing to refine");
  set(f, "split_z", NULL);
  set(f, "merge_z", "10"); /* everything merges: one code, and S is not what it was */
  set(f, "patience", "1");
  set(f, "beta1", "3"); /* dear entropy: fewer codes are worse */
  report = build(f, &options);
  assert_string_equal(report.stopped_by, "patience");
  assert_int_equal(report.last_iteration, report.best_iteration + 1);
}

/* Every stored C^t has S, K in agreement with its parts, and q that sums to 1. */
static void test_what_is_stored(void **state) {
  store_fixture *f = *state;
  const dove_build_options options = dove_build_defaults();
  fill(f);
  const dove_build_report report = build(f, &options);
  dove_store_iteration *rows = NULL;
  size_t count = 0;
  double best = -INFINITY;
  assert_done(f, dove_store_iteration_list(f->store, report.run, &rows, &count, &f->error));
  assert_int_equal(count, report.last_iteration + 1);
  for (size_t t = 0; t < count; t++) {
    const double m = (double)rows[t].M;
    const double score = -(rows[t].distortion - rows[t].beta1 * m * rows[t].conditional_entropy +
                           rows[t].beta2 * m * rows[t].marginal_entropy);
    assert_true(fabs(rows[t].S - score) < 1e-12);
    best = fmax(best, rows[t].S);
    if (t > 0) assert_int_equal(rows[t].codes, rows[t - 1].codes + rows[t].splits - rows[t].merges);
    dove_store_coding coding = {0};
    assert_done(f, dove_store_coding_read(f->store, rows[t].id, NULL, &coding, &f->error));
    assert_int_equal(coding.documents_count, small.documents);
    for (size_t i = 0; i < coding.documents_count; i++) {
      double sum = 0;
      for (size_t j = coding.offsets[i]; j < coding.offsets[i + 1]; j++) sum += (double)coding.q[j];
      assert_true(fabs(sum - 1) < 1e-5);
    }
    dove_store_coding_free(&coding);
  }
  assert_true(report.score == best);
  dove_store_current current;
  assert_done(f, dove_store_current_codebook(f->store, &current, &f->error));
  assert_int_equal(current.run, report.run);
  assert_int_equal(current.t, report.best_iteration);
  free(rows);
}

static void test_other_widths(void **state) {
  store_fixture *f = *state;
  const dove_build_options options = dove_build_defaults();
  dove_store_iteration *rows = NULL;
  size_t count = 0;
  fill(f);
  set(f, "sigma", "perplexity:3");
  dove_build_report report = build(f, &options);
  assert_done(f, dove_store_iteration_list(f->store, report.run, &rows, &count, &f->error));
  for (size_t t = 0; t < count; t++) {
    assert_true(fabs(rows[t].perplexity - 3) < 0.01);
    assert_true(rows[t].codes > 3);
    assert_string_equal(rows[t].sigma_rule, "perplexity:3");
  }
  free(rows);
  set(f, "sigma", "fixed:0.3");
  report = build(f, &options);
  assert_done(f, dove_store_iteration_list(f->store, report.run, &rows, &count, &f->error));
  for (size_t t = 0; t < count; t++) assert_true(fabs(rows[t].sigma2 - 0.09) < 1e-12);
  free(rows);
  assert_clean(f);
}

static void test_train_sources(void **state) {
  store_fixture *f = *state;
  dove_build_options options = dove_build_defaults();
  dove_build_report report;
  options.iterations = 0;
  fill(f);
  set(f, "train_sources", "human, model-1");
  report = build(f, &options);
  assert_int_equal(report.documents, 100); /* five authors of six */
  set(f, "train_sources", "nobody");
  assert_int_equal(dove_build(f->store, &options, NULL, NULL, &report, NULL, &f->error), DOVE_INPUT);
  assert_non_null(strstr(f->error.message, "nobody"));
}

static void test_nothing_to_build_from(void **state) {
  store_fixture *f = *state;
  const dove_build_options options = dove_build_defaults();
  dove_build_report report;
  assert_int_equal(dove_build(f->store, &options, NULL, NULL, &report, NULL, &f->error), DOVE_INPUT);
  const dove_store_new_document row = {.external_id = "a", .culture = "US", .source = "human", .text = "Be kind."};
  const dove_store_new_expression expression = {
      .code_name = "kindness", .description = "The author values kindness.", .evidence_start = -1, .evidence_end = -1};
  int64_t id = 0;
  assert_done(f, dove_store_document_add(f->store, &row, &id, &f->error));
  assert_done(f, dove_store_expression_add(f->store, id, DOVE_STORE_ORIGIN_IMPORTED, &expression, 1, NULL, &f->error));
  assert_int_equal(dove_build(f->store, &options, NULL, NULL, &report, NULL, &f->error), DOVE_INPUT);
  assert_non_null(strstr(f->error.message, "embed"));
  dove_store_run_list runs = {0};
  assert_done(f, dove_store_run_list_read(f->store, 0, 9, &runs, &f->error));
  assert_int_equal(runs.count, 0);
  dove_store_run_list_free(&runs);
}

static void test_one_document(void **state) {
  store_fixture *f = *state;
  const dove_build_options options = dove_build_defaults();
  synthetic_options one = small;
  one.documents = one.expressions = 1;
  assert_true(synthetic_fill(f->store, &one, &f->error));
  const dove_build_report report = build(f, &options);
  assert_int_equal(report.codes, 1);
  assert_string_equal(report.stopped_by, "nothing to refine");
}

/* A document that comes after the build is coded by the fixed codebook, to the number. */
static void test_later_documents(void **state) {
  store_fixture *f = *state;
  dove_build_options options = dove_build_defaults();
  dove_coding coding = {0};
  fill(f);
  const dove_build_report report = build(f, &options);
  assert_done(f, dove_code_documents(f->store, report.run, report.best_iteration, NULL, 0, &coding, NULL, &f->error));
  assert_int_equal(coding.documents, small.documents);
  assert_int_equal(coding.coded_now, 0);
  dove_coding_free(&coding);

  const dove_store_new_document row = {.external_id = "late", .culture = "US", .source = "human", .text = "Later."};
  const dove_store_new_expression two[] = {
      {.code_name = "a", .description = "A.", .evidence_start = -1, .evidence_end = -1},
      {.code_name = "b", .description = "B.", .evidence_start = -1, .evidence_end = -1}};
  int64_t id = 0, ids[2];
  assert_done(f, dove_store_document_add(f->store, &row, &id, &f->error));
  assert_done(f, dove_store_expression_add(f->store, id, DOVE_STORE_ORIGIN_IMPORTED, two, 2, ids, &f->error));
  assert_done(f, dove_code_documents(f->store, report.run, report.best_iteration, &id, 1, &coding, NULL, &f->error));
  assert_int_equal(coding.documents, 0);
  assert_int_equal(coding.uncoded, 1);
  dove_coding_free(&coding);

  dove_codebook codebook = {0};
  assert_done(f, dove_codebook_load(f->store, report.run, report.best_iteration, &codebook, &f->error));
  float vectors[2 * 24];
  memcpy(vectors, codebook.centroids.data, 24 * sizeof *vectors);
  for (size_t j = 0; j < 24; j++) vectors[24 + j] = codebook.centroids.data[j] + codebook.centroids.data[24 + j];
  assert_done(f, dove_embed_import(f->store, "synthetic", 24, ids, vectors, 2, &f->error));
  assert_done(f, dove_code_documents(f->store, report.run, report.best_iteration, &id, 1, &coding, NULL, &f->error));
  assert_int_equal(coding.documents, 1);
  assert_int_equal(coding.coded_now, 1);
  double expected[2][64] = {{0}};
  float read[2 * 24];
  dove_store_embedder embedder = {0};
  assert_done(f, dove_store_embedder_active(f->store, &embedder, &f->error));
  assert_done(f, dove_store_vectors_read(f->store, embedder.id, DOVE_STORE_EXPRESSION_VECTOR, ids, 2, read, &f->error));
  assert_true(codebook.count <= 64);
  for (size_t v = 0; v < 2; v++) {
    double sum = 0;
    for (size_t k = 0; k < codebook.count; k++) {
      double cosine = 0;
      for (size_t j = 0; j < 24; j++) cosine += (double)read[v * 24 + j] * (double)codebook.centroids.data[k * 24 + j];
      sum += expected[v][k] = exp((cosine - 1) / codebook.sigma2);
    }
    for (size_t k = 0; k < codebook.count; k++) expected[v][k] /= sum;
  }
  for (size_t k = 0; k < codebook.count; k++)
    assert_true(fabs(dove_sparse_at(&coding.q, 0, (uint32_t)k) - (expected[0][k] + expected[1][k]) / 2) < 1e-6);
  dove_coding_free(&coding);
  dove_store_embedder_free(&embedder);
  dove_codebook_free(&codebook);

  /* A run in progress is not changed by what came later: the new expression is not in the resumed one. */
  options.resume_iteration = 0;
  assert_int_equal(build(f, &options).expressions, small.expressions);
  assert_clean(f);
}

int main(void) {
#define build_test(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
  const struct CMUnitTest tests[] = {
      build_test(test_threads),
      build_test(test_cancel_and_go_on),
      build_test(test_kill_and_go_on),
      build_test(test_resume_from_an_iteration),
      build_test(test_overrides_make_another_history),
      build_test(test_stop_rules),
      build_test(test_what_is_stored),
      build_test(test_other_widths),
      build_test(test_train_sources),
      build_test(test_nothing_to_build_from),
      build_test(test_one_document),
      build_test(test_later_documents),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
