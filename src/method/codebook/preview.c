#include "dove/preview.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/ledger.h"
#include "dove/memory.h"
#include "dove/overrides.h"
#include "dove/parallel.h"
#include "dove/roles.h"
#include "dove/store_runs.h"
#include "method/codebook/build_history.h"
#include "method/codebook/preview_parts.h"
#include "method/cut_text.h"

static const char doing[] = "previewing overrides";

/* All that is worked with. */
typedef struct previewing {
  dove_store *store;
  const dove_preview_request *request;
  const dove_progress *progress;
  dove_build_run run;
  dove_decoder decoder;
  dove_namer namer;
  preview_side start; /* C^(t−1), measured as the build does before it refines */
  double *history;
  dove_overrides pending;
  dove_refinement_override *overrides; /* owned: the pending ones of this step, then those asked about */
  size_t pending_count, override_count;
  preview_side before, after;
  int64_t before_iteration; /* in the store; 0: it is none */
} previewing;

static void side_free(preview_side *side) {
  dove_codebook_free(&side->codebook);
  dove_measurement_free(&side->measurement);
}

static void close_all(previewing *p) {
  side_free(&p->start);
  side_free(&p->before);
  side_free(&p->after);
  free(p->history);
  free(p->overrides);
  dove_overrides_free(&p->pending);
  dove_namer_close(&p->namer);
  dove_decoder_close(&p->decoder);
  dove_build_run_close(&p->run);
}

static dove_status measure(previewing *p, int64_t stream, preview_side *side, dove_error *error) {
  dove_progress_report(p->progress, "measuring", 0, 0);
  return dove_measure(&side->codebook, &p->run.set, &p->run.settings, (uint64_t)stream, &p->decoder, &side->measurement,
                      p->progress, error);
}

/* ---- Beginning ---- */

static dove_status read_start(previewing *p, dove_error *error) {
  const int64_t t = p->request->t - 1;
  dove_status status = dove_codebook_load(p->store, p->request->run, t, &p->start.codebook, error);
  if (status == DOVE_OK) status = measure(p, t, &p->start, error);
  return status == DOVE_OK
             ? dove_build_history_read(p->store, p->request->run, t, &p->start.codebook, &p->history, error)
             : status;
}

static dove_status gather_overrides(previewing *p, dove_error *error) {
  const dove_preview_request *request = p->request;
  dove_status status = DOVE_OK;
  if (request->pending) status = dove_overrides_load(p->store, request->run, request->t - 1, &p->pending, error);
  if (status != DOVE_OK) return status;
  p->overrides = dove_alloc(p->pending.count + request->count, sizeof *p->overrides);
  if (p->overrides == NULL) return dove_fail_memory(error, doing);
  for (size_t i = 0; i < p->pending.count; i++) {
    if (p->pending.rows[i].t == request->t) p->overrides[p->pending_count++] = p->pending.rows[i];
  }
  p->override_count = p->pending_count;
  for (size_t i = 0; i < request->count; i++) {
    if (dove_review_acts(request->entries[i].kind))
      p->overrides[p->override_count++] = dove_override_of(&request->entries[i], request->t);
  }
  return DOVE_OK;
}

/* A decoder that is a model reads the names of codes, so they must be those of the build; else any will do, and none is
 * paid for. */
static dove_status open_namer(previewing *p, dove_error *error) {
  const dove_settings *settings = &p->run.settings;
  return settings->distortion != DOVE_DISTORTION_CENTROID ? dove_project_namer(p->store, settings, &p->namer, error)
                                                          : dove_namer_open_frequent(&p->namer, error);
}

static dove_status begin(previewing *p, dove_error *error) {
  dove_build_options options = dove_build_defaults();
  options.resume_run = p->request->run;
  options.resume_iteration = p->request->t - 1;
  if (p->request->t < 1)
    return dove_fail(error, DOVE_USAGE, "no step leads to iteration %lld", (long long)p->request->t);
  dove_status status = dove_build_run_open(p->store, &options, &p->run, p->progress, error);
  if (status == DOVE_OK)
    status = dove_build_decoder_open(p->store, &p->run.settings, &p->run.set, &p->decoder, p->progress, error);
  if (status == DOVE_OK) status = open_namer(p, error);
  if (status == DOVE_OK) status = read_start(p, error);
  return status == DOVE_OK ? gather_overrides(p, error) : status;
}

/* ---- Both sides ---- */

static dove_status copy_codebook(const dove_codebook *from, dove_codebook *to, dove_error *error) {
  dove_status status = dove_codebook_create(to, from->count, from->centroids.columns, error);
  for (size_t k = 0; k < from->count && status == DOVE_OK; k++) status = dove_codebook_copy_code(from, k, to, k, error);
  to->sigma2 = from->sigma2;
  return status;
}

/* The step from C^(t−1) with the first `count` overrides. */
static dove_status refine(previewing *p, size_t count, preview_side *side, dove_error *error) {
  const dove_refinement_review review = {.overrides = p->overrides, .count = count, .alone = !p->request->rules};
  dove_refinement refinement = {0};
  dove_status status = dove_refine(&p->start.codebook, &p->start.measurement, &p->run.set, &p->run.settings,
                                   p->request->t, p->history, &p->namer, &review, &refinement, p->progress, error);
  if (status == DOVE_OK && refinement.changed) {
    side->codebook = refinement.codebook;
    refinement.codebook = (dove_codebook){0};
  } else if (status == DOVE_OK) {
    status = copy_codebook(&p->start.codebook, &side->codebook, error);
  }
  dove_refinement_free(&refinement);
  return status == DOVE_OK ? measure(p, p->request->t, side, error) : status;
}

/* An iteration of the run as `before`; false when it has none at t. */
static dove_status take_stored(previewing *p, int64_t t, bool *found, dove_preview *preview, dove_error *error) {
  dove_store_iteration row = {0};
  dove_status status = dove_store_iteration_read(p->store, p->request->run, t, &row, error);
  *found = status == DOVE_OK;
  if (status == DOVE_NOT_FOUND) return DOVE_OK;
  if (status == DOVE_OK) status = dove_codebook_load(p->store, p->request->run, t, &p->before.codebook, error);
  if (status != DOVE_OK) return status;
  p->before_iteration = row.id;
  preview->stored_score = row.S;
  return measure(p, p->request->t, &p->before, error);
}

static dove_status make_sides(previewing *p, dove_preview *preview, dove_error *error) {
  bool stored = false;
  dove_status status = DOVE_OK;
  if (p->pending_count == 0)
    status = take_stored(p, p->request->rules ? p->request->t : p->request->t - 1, &stored, preview, error);
  if (status == DOVE_OK && !stored) status = refine(p, p->pending_count, &p->before, error);
  if (status == DOVE_OK) status = refine(p, p->override_count, &p->after, error);
  return status;
}

/* ---- What is told of a side ---- */

/* The cosine of each code to its nearest neighbour. */
static void find_neighbours(const dove_codebook *codebook, double *nearest) {
  const dove_matrix_view centroids = dove_matrix_as_view(&codebook->centroids);
#pragma omp parallel for schedule(static) num_threads(dove_threads())
  for (size_t k = 0; k < codebook->count; k++) {
    nearest[k] = -1;
    for (size_t j = 0; j < codebook->count; j++) {
      if (j == k) continue;
      const double cosine = dove_dot(dove_matrix_row(centroids, k), dove_matrix_row(centroids, j), centroids.columns);
      if (cosine > nearest[k]) nearest[k] = cosine;
    }
  }
}

static dove_status tell_redundancy(const dove_codebook *codebook, dove_preview_side *side, dove_error *error) {
  side->mean_neighbour = side->largest_neighbour = (double)NAN;
  if (codebook->count < 2) return DOVE_OK;
  double *nearest = dove_alloc(codebook->count, sizeof *nearest);
  if (nearest == NULL) return dove_fail_memory(error, doing);
  double sum = 0, largest = -1;
  find_neighbours(codebook, nearest);
  for (size_t k = 0; k < codebook->count; k++) {
    sum += nearest[k];
    largest = nearest[k] > largest ? nearest[k] : largest;
  }
  free(nearest);
  side->mean_neighbour = sum / (double)codebook->count;
  side->largest_neighbour = largest;
  return DOVE_OK;
}

static void tell_coverage(const dove_expression_set *set, const preview_side *of, dove_preview_side *side) {
  const dove_matrix_view vectors = dove_matrix_as_view(&set->vectors);
  const dove_matrix_view centroids = dove_matrix_as_view(&of->codebook.centroids);
  double sum = 0;
  size_t covered = 0;
  for (size_t i = 0; i < set->expressions; i++) {
    const float *centroid = dove_matrix_row(centroids, of->measurement.label[i]);
    const double cosine = dove_dot(dove_matrix_row(vectors, i), centroid, vectors.columns);
    sum += cosine;
    covered += cosine >= DOVE_COVERED_COSINE;
  }
  side->mean_cosine = sum / (double)set->expressions;
  side->covered = (double)covered / (double)set->expressions;
}

static dove_status tell_side(const previewing *p, const preview_side *of, dove_preview_side *side, dove_error *error) {
  side->objective = of->measurement.objective;
  side->codes = of->codebook.count;
  tell_coverage(&p->run.set, of, side);
  return tell_redundancy(&of->codebook, side, error);
}

static bool has_name(const dove_codebook *codebook, const char *name) {
  for (size_t k = 0; k < codebook->count; k++) {
    if (strcmp(codebook->codes[k].name, name) == 0) return true;
  }
  return false;
}

/* The names of the codes of `a` that `b` has not. */
static char *names_only_in(const dove_codebook *a, const dove_codebook *b) {
  dove_buffer names = {0};
  for (size_t k = 0; k < a->count; k++) {
    if (has_name(b, a->codes[k].name)) continue;
    if (names.length > 0) dove_buffer_add_text(&names, ", ");
    dove_buffer_add_text(&names, a->codes[k].name);
  }
  if (names.length == 0 && !names.failed) return dove_strdup("");
  return dove_buffer_take(&names);
}

static dove_status tell_entries(const previewing *p, dove_preview *preview, dove_error *error) {
  preview->entries = dove_alloc_zero(p->request->count, sizeof *preview->entries);
  preview->names_gone = names_only_in(&p->before.codebook, &p->after.codebook);
  preview->names_new = names_only_in(&p->after.codebook, &p->before.codebook);
  if (preview->entries == NULL || preview->names_gone == NULL || preview->names_new == NULL)
    return dove_fail_memory(error, doing);
  preview->entry_count = p->request->count;
  preview->pending = p->pending_count;
  size_t next = p->pending_count;
  for (size_t i = 0; i < p->request->count; i++) {
    if (!dove_review_acts(p->request->entries[i].kind)) continue;
    const dove_refinement_override *o = &p->overrides[next++];
    preview->entries[i].applied = o->applied;
    dove_copy_cut(preview->entries[i].reason, sizeof preview->entries[i].reason, o->reason);
  }
  return DOVE_OK;
}

static dove_status tell(previewing *p, dove_preview *preview, dove_error *error) {
  dove_status status = tell_entries(p, preview, error);
  if (status == DOVE_OK) status = tell_side(p, &p->before, &preview->before, error);
  if (status == DOVE_OK) status = tell_side(p, &p->after, &preview->after, error);
  if (status == DOVE_OK) status = preview_judgments(p->store, &p->run.set, &p->before, &p->after, preview, error);
  if (status == DOVE_OK)
    status = preview_scores(p->store, &p->run, &p->before, &p->after, p->before_iteration, preview, p->progress, error);
  return status;
}

/* A preview costs nothing: where models would have to be asked, only the build can tell. */
static dove_status refuse_asking(dove_ledger *plan, dove_error *error) {
  dove_ledger_row rows[16];
  const size_t count = dove_ledger_rows(plan, rows, sizeof rows / sizeof *rows);
  const dove_ledger_row sum = dove_ledger_sum(rows, count);
  if (sum.requests == 0) return DOVE_OK;
  return dove_fail(error, DOVE_USAGE,
                   "it takes at least %llu questions to the %s's model to tell, and a preview asks none; it can be "
                   "entered without one, and a build with it will tell",
                   (unsigned long long)sum.requests, rows[0].role);
}

dove_status dove_preview_make(dove_store *store, const dove_preview_request *request, dove_preview *preview,
                              const dove_progress *progress, dove_error *error) {
  dove_progress counted = {0};
  if (progress != NULL) counted = *progress;
  previewing p = {.store = store, .request = request, .progress = &counted};
  *preview = (dove_preview){.rules = request->rules, .t = request->t, .stored_score = (double)NAN};
  dove_status status = dove_ledger_open(&(dove_ledger_options){.mode = DOVE_LEDGER_PLAN}, &counted.ledger, error);
  if (status == DOVE_OK) status = begin(&p, error);
  if (status == DOVE_OK) status = make_sides(&p, preview, error);
  if (status == DOVE_OK) status = refuse_asking(counted.ledger, error);
  if (status == DOVE_OK) status = tell(&p, preview, error);
  close_all(&p);
  dove_ledger_close(counted.ledger);
  return status;
}

void dove_preview_free(dove_preview *preview) {
  free(preview->entries);
  free(preview->names_gone);
  free(preview->names_new);
  free(preview->scores);
  *preview = (dove_preview){0};
}
