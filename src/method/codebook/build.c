#include "dove/build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/decoding.h"
#include "dove/initialise.h"
#include "dove/ledger.h"
#include "dove/memory.h"
#include "dove/roles.h"
#include "dove/store_codes.h"
#include "dove/store_overrides.h"
#include "dove/store_runs.h"
#include "method/codebook/build_history.h"
#include "method/codebook/build_run.h"
#include "method/codebook/build_save.h"

static const char doing[] = "building a codebook";

dove_build_options dove_build_defaults(void) {
  return (dove_build_options){.resume_iteration = -1, .iterations = -1, .seed = -1};
}

/* The loop's state: C^t, measured and stored. */
typedef struct building {
  dove_store *store;
  const dove_build_options *options;
  const dove_progress *progress;
  dove_build_report *report;
  dove_build_run run;
  dove_decoder decoder;
  dove_namer namer;
  int64_t t;
  dove_codebook codebook;
  dove_measurement measurement;
  double *previous;         /* d(c_k) of each code of C^t at t-1; NaN without history */
  dove_store_iteration row; /* of t */
  int64_t best_t;
  double best_score;
  size_t best_codes;
  dove_refinement_override *overrides; /* borrowed */
  size_t override_count;
} building;

static void building_close(building *b) {
  dove_build_run_close(&b->run);
  dove_decoder_close(&b->decoder);
  dove_namer_close(&b->namer);
  dove_codebook_free(&b->codebook);
  dove_measurement_free(&b->measurement);
  free(b->previous);
}

dove_status dove_build_decoder_open(dove_store *store, const dove_settings *settings, dove_expression_set *set,
                                    dove_decoder *decoder, const dove_progress *progress, dove_error *error) {
  const dove_status status = dove_project_decoder(store, settings, decoder, error);
  return status == DOVE_OK ? dove_decoding_prepare(store, settings, set, progress, error) : status;
}

static void note_best(building *b) {
  const double score = b->measurement.objective.score;
  if (b->best_t >= 0 && score <= b->best_score) return;
  b->best_t = b->t;
  b->best_score = score;
  b->best_codes = b->codebook.count;
}

/* The best of the iterations before t that the run has already. */
static dove_status read_best(building *b, dove_error *error) {
  dove_store_iteration *rows = NULL;
  size_t count = 0;
  const dove_status status = dove_store_iteration_list(b->store, b->run.run, &rows, &count, error);
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    if (rows[i].t > b->t || (b->best_t >= 0 && rows[i].S <= b->best_score)) continue;
    b->best_t = rows[i].t;
    b->best_score = rows[i].S;
    b->best_codes = (size_t)rows[i].codes;
  }
  free(rows);
  return status;
}

static dove_status measure(building *b, const dove_codebook *codebook, int64_t t, dove_measurement *measurement,
                           dove_error *error) {
  return dove_measure(codebook, &b->run.set, &b->run.settings, (uint64_t)t, &b->decoder, measurement, b->progress,
                      error);
}

static dove_status save(building *b, dove_refinement *refinement, const dove_codebook *before, double start,
                        dove_error *error) {
  const dove_store_iteration previous = b->row;
  const dove_build_result result = {.run = b->run.run,
                                    .t = b->t,
                                    .codebook = &b->codebook,
                                    .set = &b->run.set,
                                    .settings = &b->run.settings,
                                    .measurement = &b->measurement,
                                    .refinement = refinement,
                                    .before = before,
                                    .previous = before != NULL ? &previous : NULL,
                                    .seconds = dove_clock_seconds() - start};
  dove_progress_report(b->progress, "saving", 0, 1);
  const dove_status status = dove_build_save(b->store, &result, &b->row, b->progress, error);
  if (status == DOVE_OK) note_best(b);
  return status;
}

/* C⁰, from the expressions. */
static dove_status begin(building *b, dove_error *error) {
  dove_initialisation made;
  const double start = dove_clock_seconds();
  b->t = 0;
  dove_status status =
      dove_initialise(&b->run.set, &b->run.settings, &b->namer, &b->codebook, &made, b->progress, error);
  if (status == DOVE_OK) status = measure(b, &b->codebook, 0, &b->measurement, error);
  if (status != DOVE_OK) return status;
  b->report->fallback = made.fallback;
  b->previous = dove_build_history_none(b->codebook.count);
  if (b->previous == NULL) return dove_fail_memory(error, doing);
  if (made.fallback) status = dove_store_run_initial_set(b->store, b->run.run, "k-means", error);
  return status == DOVE_OK ? save(b, NULL, NULL, start, error) : status;
}

/* C^t as it was stored, measured again: that takes less than to keep all that a measurement holds. */
static dove_status take_up(building *b, dove_error *error) {
  b->t = b->run.last;
  dove_status status = dove_codebook_load(b->store, b->run.run, b->t, &b->codebook, error);
  if (status == DOVE_OK) status = dove_store_iteration_read(b->store, b->run.run, b->t, &b->row, error);
  if (status == DOVE_OK) status = measure(b, &b->codebook, b->t, &b->measurement, error);
  if (status == DOVE_OK && !(fabs(b->measurement.objective.score - b->row.S) <= 1e-6 * (1 + fabs(b->row.S))))
    status =
        dove_fail(error, DOVE_INPUT,
                  "iteration %lld of run %lld now has S = %.9g and was stored with %.9g: its vectors have changed; "
                  "begin a new run",
                  (long long)b->t, (long long)b->run.run, b->measurement.objective.score, b->row.S);
  if (status == DOVE_OK)
    status = dove_build_history_read(b->store, b->run.run, b->t, &b->codebook, &b->previous, error);
  return status == DOVE_OK ? read_best(b, error) : status;
}

static bool has_overrides(const building *b, int64_t t) {
  for (size_t i = 0; i < b->override_count; i++) {
    if (b->overrides[i].t == t) return true;
  }
  return false;
}

/* Why the run ends before another refinement is tried; NULL when it goes on (SPEC 5). What a reviewer asked for is done
 * in any case. */
static const char *reason_to_stop(const building *b) {
  const dove_settings *settings = &b->run.settings;
  if (b->run.alone_t > 0 && b->t >= b->run.alone_t) return "overrides alone";
  if (has_overrides(b, b->t + 1)) return NULL;
  if (settings->has_tau1 && b->measurement.objective.score > settings->tau1) return "tau1";
  if (b->t >= settings->iterations) return "iterations";
  if (b->t - b->best_t >= settings->patience) return "patience";
  return NULL;
}

/* Counts what came of the overrides for step t, and notes it with those of the store. */
static dove_status count_overrides(building *b, int64_t t, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < b->override_count && status == DOVE_OK; i++) {
    const dove_refinement_override *o = &b->overrides[i];
    if (o->t != t) continue;
    if (o->applied) {
      b->report->overrides_applied++;
    } else {
      b->report->overrides_impossible++;
    }
    if (o->id != 0) status = dove_store_override_use(b->store, b->run.run, o->id, o->applied, error);
  }
  return status;
}

/* Makes C^(t+1) the codebook of the loop, and stores it. */
static dove_status step_to(building *b, dove_refinement *refinement, double start, dove_error *error) {
  dove_measurement measurement = {0};
  double *history = NULL;
  dove_status status = dove_build_history_make(&b->codebook, &b->measurement, &refinement->codebook, &history, error);
  if (status == DOVE_OK) status = measure(b, &refinement->codebook, b->t + 1, &measurement, error);
  if (status != DOVE_OK) {
    free(history);
    return status;
  }
  dove_codebook before = b->codebook;
  b->codebook = refinement->codebook;
  refinement->codebook = (dove_codebook){0};
  dove_measurement_free(&b->measurement);
  b->measurement = measurement;
  free(b->previous);
  b->previous = history;
  b->t++;
  status = save(b, refinement, &before, start, error);
  dove_codebook_free(&before);
  return status;
}

/* One refinement; *stopped_by is set when there was nothing to refine. */
static dove_status step(building *b, const char **stopped_by, dove_error *error) {
  dove_refinement refinement = {0};
  const double start = dove_clock_seconds();
  const dove_refinement_review review = {
      .overrides = b->overrides, .count = b->override_count, .alone = b->t + 1 == b->run.alone_t};
  dove_status status = dove_refine(&b->codebook, &b->measurement, &b->run.set, &b->run.settings, b->t + 1, b->previous,
                                   &b->namer, &review, &refinement, b->progress, error);
  if (status != DOVE_OK) return status;
  status = count_overrides(b, b->t + 1, error);
  if (status == DOVE_OK && refinement.changed) {
    status = step_to(b, &refinement, start, error);
  } else if (status == DOVE_OK) {
    *stopped_by = "nothing to refine";
    if (b->row.run == b->run.run) status = dove_build_save_decisions(b->store, b->row.id, b->t + 1, &refinement, error);
  }
  dove_refinement_free(&refinement);
  return status;
}

/* A person's choice of an iteration stays; otherwise the newest finished run is the one to use. */
static dove_status make_current(building *b, dove_error *error) {
  dove_store_run_list list = {0};
  bool chosen = b->override_count > 0 && b->row.run != b->run.run; /* they came to nothing */
  dove_status status = DOVE_OK;
  for (int64_t at = 0; status == DOVE_OK && !chosen; at += 64) {
    status = dove_store_run_list_read(b->store, at, 64, &list, error);
    const size_t count = list.count;
    for (size_t i = 0; i < count && status == DOVE_OK; i++)
      chosen = chosen || (list.rows[i].current && list.rows[i].chosen_t >= 0 && list.rows[i].id != b->run.run);
    dove_store_run_list_free(&list);
    if (count < 64) break;
  }
  const int64_t used = b->run.alone_t > 0 ? b->run.alone_t : -1;
  return status == DOVE_OK && !chosen ? dove_store_run_choose(b->store, b->run.run, used, error) : status;
}

static dove_status finish(building *b, const char *stopped_by, dove_error *error) {
  dove_status status = dove_store_begin(b->store, error);
  if (status != DOVE_OK) return status;
  if (b->row.run == b->run.run) status = dove_store_iteration_stopped(b->store, b->row.id, stopped_by, error);
  if (status == DOVE_OK) status = dove_store_run_end(b->store, b->run.run, DOVE_STORE_FINISHED, stopped_by, error);
  if (status == DOVE_OK) status = make_current(b, error);
  if (status == DOVE_OK) return dove_store_commit(b->store, error);
  dove_store_rollback(b->store);
  return status;
}

static void report_iteration(building *b, dove_build_iteration *each, void *user) {
  dove_build_report *report = b->report;
  report->last_iteration = b->t;
  report->best_iteration = b->best_t;
  report->score = b->best_score;
  report->codes = b->best_codes;
  if (each != NULL) each(user, b->run.run, b->t, b->codebook.count, &b->measurement.objective);
}

/* Algorithm 1. */
static dove_status loop(building *b, dove_build_iteration *each, void *user, const char **stopped_by,
                        dove_error *error) {
  dove_status status = b->run.last < 0 ? begin(b, error) : take_up(b, error);
  if (status != DOVE_OK) return status;
  report_iteration(b, b->run.last < 0 ? each : NULL, user);
  for (*stopped_by = reason_to_stop(b); *stopped_by == NULL;) {
    if (dove_progress_cancelled(b->progress)) return dove_fail(error, DOVE_CANCELLED, "stopped while %s", doing);
    status = step(b, stopped_by, error);
    if (status != DOVE_OK) return status;
    if (*stopped_by != NULL) break;
    report_iteration(b, each, user);
    *stopped_by = reason_to_stop(b);
  }
  return finish(b, *stopped_by, error);
}

static void describe(const building *b) {
  const dove_expression_set *set = &b->run.set;
  *b->report = (dove_build_report){.run = b->run.run,
                                   .resumed = b->run.resumed,
                                   .first_iteration = b->run.last + 1,
                                   .last_iteration = b->run.last,
                                   .best_iteration = -1,
                                   .documents = set->documents,
                                   .documents_without = set->documents_without,
                                   .expressions = set->expressions,
                                   .expressions_without = set->expressions_without};
}

/* Notes in the store how a run that did not finish was left; what made it stop is the error that counts. */
static void leave_unfinished(const building *b, dove_status status) {
  const bool cancelled = status == DOVE_CANCELLED;
  dove_store_run_end(b->store, b->run.run, cancelled ? DOVE_STORE_RUN_CANCELLED : DOVE_STORE_RUN_FAILED,
                     cancelled ? "cancelled" : "failed", NULL);
}

static dove_status run_loop(building *b, dove_build_iteration *each, void *user, const char **stopped_by,
                            dove_error *error) {
  dove_status status = dove_build_run_start(b->store, &b->run, error);
  if (status != DOVE_OK) return status;
  b->report->run = b->run.run;
  status = loop(b, each, user, stopped_by, error);
  if (status != DOVE_OK) leave_unfinished(b, status);
  return status;
}

/* A dry run opens them too, to tell what is missing, but asks nobody. */
static dove_status open_models(building *b, bool dry_run, dove_error *error) {
  const dove_settings *settings = &b->run.settings;
  const dove_status status = dove_project_namer(b->store, settings, &b->namer, error);
  if (status != DOVE_OK) return status;
  const bool open_alone = dry_run && !dove_ledger_plans(b->progress);
  return open_alone ? dove_project_decoder(b->store, settings, &b->decoder, error)
                    : dove_build_decoder_open(b->store, settings, &b->run.set, &b->decoder, b->progress, error);
}

/* Counts what the models would be asked at the first iteration that is to be computed; the later ones depend on the
 * answers. Where a run goes on, that is what its last iteration still lacks. */
static dove_status plan(building *b, dove_error *error) {
  const dove_settings *settings = &b->run.settings;
  const bool asks = dove_role_is_set(settings, DOVE_ROLE_NAMER) || settings->distortion != DOVE_DISTORTION_CENTROID;
  dove_initialisation made;
  if (!asks || !dove_ledger_plans(b->progress)) return DOVE_OK;
  dove_status status = b->run.last < 0
                           ? dove_initialise(&b->run.set, settings, &b->namer, &b->codebook, &made, b->progress, error)
                           : dove_codebook_load(b->store, b->run.run != 0 ? b->run.run : b->run.parent, b->run.last,
                                                &b->codebook, error);
  const int64_t t = b->run.last < 0 ? 0 : b->run.last;
  if (status == DOVE_OK) status = measure(b, &b->codebook, t, &b->measurement, error);
  return status;
}

dove_status dove_build(dove_store *store, const dove_build_options *options, dove_build_iteration *each, void *user,
                       dove_build_report *report, const dove_progress *progress, dove_error *error) {
  building b = {.store = store, .options = options, .progress = progress, .report = report, .best_t = -1};
  const char *stopped_by = "";
  *report = (dove_build_report){.best_iteration = -1};
  dove_status status = dove_build_run_open(store, options, &b.run, progress, error);
  if (status == DOVE_OK) {
    const bool stored = b.run.overrides.count > 0;
    b.overrides = stored ? b.run.overrides.rows : options->overrides;
    b.override_count = stored ? b.run.overrides.count : options->override_count;
    describe(&b);
    status = open_models(&b, options->dry_run, error);
    if (status == DOVE_OK) status = options->dry_run ? plan(&b, error) : run_loop(&b, each, user, &stopped_by, error);
    snprintf(report->stopped_by, sizeof report->stopped_by, "%s", status == DOVE_CANCELLED ? "cancelled" : stopped_by);
  }
  building_close(&b);
  return status;
}
