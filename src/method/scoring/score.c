#include "dove/score.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/distribution.h"
#include "dove/explanation.h"
#include "dove/memory.h"
#include "dove/project_settings.h"
#include "dove/uncertainty.h"
#include "dove/uot.h"
#include "method/scoring/score_plan.h"

/* Flows that are kept with a score. */
enum { FLOW_LIMIT = 200 };

/* How far back an unfinished run is looked for, and how many scores one can have. */
enum { RECENT_RUNS = 50, SCORES_LIMIT = 1000000 };

/* Progress over all pairs, made of the progress within one. */
typedef struct pair_progress {
  const dove_progress *outer;
  double done;
  double total;
} pair_progress;

static void report_within(void *user, const char *stage, double done, double total) {
  const pair_progress *of = user;
  (void)stage;
  dove_progress_report(of->outer, "scoring", of->done + (total > 0 ? fmin(1.0, done / total) : 0.0), of->total);
}

static bool cancelled_within(void *user) { return dove_progress_cancelled(((const pair_progress *)user)->outer); }

/* One scoring under way. */
typedef struct scoring {
  dove_store *store;
  const score_plan *plan;
  const dove_settings *settings;
  dove_uot_options transport;
  int64_t score_run;
  dove_store_score_list done; /* what an interrupted run has already */
  /* Of the culture at hand: */
  const score_side *culture;
  double *cost;           /* K × K */
  double half_divergence; /* NAN: no ceiling */
  /* Scratch of one pair, K each: */
  double *a;
  double *b;
  dove_explained_code *explained;
  dove_store_score_code *codes;
  dove_uot_flow *flows; /* FLOW_LIMIT */
  dove_store_score_flow *stored_flows;
} scoring;

static void scoring_free(scoring *state) {
  dove_store_score_list_free(&state->done);
  free(state->cost);
  free(state->a);
  free(state->b);
  free(state->explained);
  free(state->codes);
  free(state->flows);
  free(state->stored_flows);
}

static dove_status scoring_allocate(scoring *state, dove_error *error) {
  const size_t codes = state->plan->codebook.count;
  state->cost = codes <= SIZE_MAX / (codes + 1) ? dove_alloc(codes * codes, sizeof *state->cost) : NULL;
  state->a = dove_alloc(codes, sizeof *state->a);
  state->b = dove_alloc(codes, sizeof *state->b);
  state->explained = dove_alloc(codes, sizeof *state->explained);
  state->codes = dove_alloc(codes, sizeof *state->codes);
  state->flows = dove_alloc(FLOW_LIMIT, sizeof *state->flows);
  state->stored_flows = dove_alloc(FLOW_LIMIT, sizeof *state->stored_flows);
  const bool good = state->cost != NULL && state->a != NULL && state->b != NULL && state->explained != NULL &&
                    state->codes != NULL && state->flows != NULL && state->stored_flows != NULL;
  return good ? DOVE_OK : dove_fail_memory(error, "scoring");
}

static dove_score_sides sides_of(const scoring *state, const score_side *model) {
  return (dove_score_sides){&state->plan->coding.q, state->cost, state->plan->topic, state->culture->rows_set,
                            model != NULL ? model->rows_set : (dove_document_set){NULL, 0}};
}

static bool is_done(const scoring *state, const score_side *culture, const score_side *model) {
  for (size_t i = 0; i < state->done.count; i++) {
    const dove_store_score *row = &state->done.rows[i];
    if (strcmp(row->culture, culture->name) == 0 && strcmp(row->model, model->name) == 0 &&
        strcmp(row->role, model->role) == 0)
      return true;
  }
  return false;
}

/* The cost matrix and the halves behind the ceiling are the culture's: made once for all models. */
static dove_status enter_culture(scoring *state, const score_side *culture, const dove_progress *progress,
                                 dove_error *error) {
  const score_plan *plan = state->plan;
  state->culture = culture;
  dove_status status =
      dove_value_cost(&plan->coding.q, culture->rows_set, dove_matrix_as_view(&plan->codebook.centroids),
                      state->settings->epsilon2, state->cost, error);
  state->half_divergence = NAN;
  if (status != DOVE_OK || culture->rows_set.count < 2) return status;
  const dove_score_sides sides = sides_of(state, NULL);
  return dove_half_divergence(&sides, &state->transport, (size_t)state->settings->ceiling_splits,
                              (uint64_t)state->settings->seed, &state->half_divergence, progress, error);
}

static dove_status measure_uncertainty(const scoring *state, const score_side *model, dove_store_score *score,
                                       const dove_progress *progress, dove_error *error) {
  const dove_score_sides sides = sides_of(state, model);
  score->low = score->high = score->ceiling = NAN;
  if (!isnan(state->half_divergence))
    score->ceiling =
        dove_uot_score(dove_ceiling_divergence(state->half_divergence, sides.human.count, sides.model.count));
  if (state->settings->bootstrap == 0) return DOVE_OK;
  dove_score_interval interval;
  const dove_status status = dove_score_bootstrap(&sides, &state->transport, (size_t)state->settings->bootstrap,
                                                  (uint64_t)state->settings->seed, &interval, NULL, progress, error);
  if (status != DOVE_OK) return status;
  score->low = interval.low;
  score->high = interval.high;
  return DOVE_OK;
}

static dove_status save_pair(const scoring *state, const dove_store_score *score, size_t flow_count,
                             dove_error *error) {
  const dove_codebook *codebook = &state->plan->codebook;
  for (size_t k = 0; k < codebook->count; k++) {
    const dove_explained_code *code = &state->explained[k];
    state->codes[k] = (dove_store_score_code){.code = codebook->codes[k].id,
                                              .human = code->human,
                                              .model = code->model,
                                              .transported_from = code->transported_from,
                                              .transported_to = code->transported_to};
  }
  for (size_t f = 0; f < flow_count; f++) {
    const dove_uot_flow *flow = &state->flows[f];
    state->stored_flows[f] = (dove_store_score_flow){.from = codebook->codes[flow->from].id,
                                                     .to = codebook->codes[flow->to].id,
                                                     .mass = flow->mass,
                                                     .cost = flow->cost};
  }
  int64_t id = 0;
  return dove_store_score_add(state->store, state->score_run, score, state->codes, codebook->count, state->stored_flows,
                              flow_count, &id, error);
}

/* SPEC 6 for one model beside the culture at hand. */
static dove_status score_pair(const scoring *state, const score_side *model, const dove_progress *progress,
                              dove_error *error) {
  const size_t codes = state->plan->codebook.count;
  dove_distribution_mean(&state->plan->coding.q, state->culture->rows_set, NULL, state->a);
  dove_distribution_mean(&state->plan->coding.q, model->rows_set, NULL, state->b);
  dove_uot_divergence divergence;
  dove_uot_solution between = {0};
  dove_status status = dove_uot_divergence_solve(state->cost, codes, state->a, state->b, &state->transport, progress,
                                                 &divergence, &between, error);
  if (status != DOVE_OK) return status;
  const dove_uot_problem problem = {state->cost, codes, codes, state->a, state->b, .symmetric = true};
  size_t flow_count = 0;
  dove_explain(&problem, &state->transport, &between, state->explained, state->flows, FLOW_LIMIT, &flow_count);
  dove_uot_solution_free(&between);
  dove_store_score score = {
      .model = model->name,
      .culture = state->culture->name,
      .role = model->role,
      .divergence = divergence.divergence,
      .score = divergence.score,
      .percent = 100.0 * divergence.score,
      .documents_human = (int64_t)state->culture->rows_set.count,
      .documents_model = (int64_t)model->rows_set.count,
      .value_ab = divergence.value_ab,
      .value_aa = divergence.value_aa,
      .value_bb = divergence.value_bb,
      .mass = divergence.mass,
      .gap = divergence.gap,
      .iterations = divergence.iterations,
      .converged = divergence.converged,
  };
  status = measure_uncertainty(state, model, &score, progress, error);
  return status == DOVE_OK ? save_pair(state, &score, flow_count, error) : status;
}

static size_t pairs_left(const scoring *state, const score_side *culture) {
  size_t left = 0;
  for (size_t m = 0; m < state->plan->model_count; m++) left += !is_done(state, culture, &state->plan->models[m]);
  return left;
}

static dove_status score_culture(scoring *state, const score_side *culture, pair_progress *within, dove_error *error) {
  const dove_progress progress = {.report = report_within, .cancelled = cancelled_within, .user = within};
  const size_t left = pairs_left(state, culture);
  within->done += (double)(state->plan->model_count - left);
  if (left == 0) return DOVE_OK;
  const dove_progress quiet = {.cancelled = cancelled_within, .user = within};
  dove_status status = enter_culture(state, culture, &quiet, error);
  for (size_t m = 0; m < state->plan->model_count && status == DOVE_OK; m++) {
    if (is_done(state, culture, &state->plan->models[m])) continue;
    if (dove_progress_cancelled(within->outer)) return dove_fail(error, DOVE_CANCELLED, "scoring was stopped");
    dove_progress_report(within->outer, "scoring", within->done, within->total);
    status = score_pair(state, &state->plan->models[m], &progress, error);
    within->done++;
  }
  return status;
}

static dove_status score_all(scoring *state, const dove_progress *progress, dove_error *error) {
  const score_plan *plan = state->plan;
  pair_progress within = {progress, 0, (double)plan->culture_count * (double)plan->model_count};
  dove_status status = scoring_allocate(state, error);
  for (size_t c = 0; c < plan->culture_count && status == DOVE_OK; c++)
    status = score_culture(state, &plan->cultures[c], &within, error);
  if (status == DOVE_OK) dove_progress_report(progress, "scoring", within.total, within.total);
  return status;
}

static void add_names(cJSON *object, const char *key, const char *const *names, size_t count) {
  cJSON *array = cJSON_AddArrayToObject(object, key);
  for (size_t i = 0; i < count; i++) cJSON_AddItemToArray(array, cJSON_CreateString(names[i]));
}

/* What was asked, with what, on which data: a run with the same request can be gone on with. Freed with free(). */
static char *describe_request(const dove_score_options *options, const dove_settings *settings,
                              const score_plan *plan) {
  char data[24];
  snprintf(data, sizeof data, "%016" PRIx64, score_plan_fingerprint(plan));
  char *setting = dove_settings_to_json(settings);
  cJSON *object = cJSON_CreateObject();
  if (setting != NULL) cJSON_AddRawToObject(object, "settings", setting);
  add_names(object, "models", options->models, options->model_count);
  add_names(object, "cultures", options->cultures, options->culture_count);
  add_names(object, "roles", options->roles, options->role_count);
  cJSON_AddStringToObject(object, "data", data);
  char *text = setting != NULL ? cJSON_PrintUnformatted(object) : NULL;
  cJSON_Delete(object);
  free(setting);
  return text;
}

static dove_status find_unfinished(const scoring *state, const char *request, int64_t *score_run, dove_error *error) {
  dove_store_score_run_list list = {0};
  const dove_status status = dove_store_score_run_page(state->store, 0, RECENT_RUNS, &list, error);
  *score_run = 0;
  for (size_t i = 0; status == DOVE_OK && i < list.count && *score_run == 0; i++) {
    const dove_store_score_run *row = &list.rows[i];
    if (row->status != DOVE_STORE_FINISHED && row->iteration == state->plan->at.iteration &&
        strcmp(row->settings, request) == 0)
      *score_run = row->id;
  }
  dove_store_score_run_list_free(&list);
  return status;
}

/* A new run, or the unfinished one that was asked the same, with what it has. */
static dove_status open_run(scoring *state, const char *request, bool anew, dove_error *error) {
  dove_status status = anew ? DOVE_OK : find_unfinished(state, request, &state->score_run, error);
  if (status != DOVE_OK) return status;
  if (state->score_run == 0)
    return dove_store_score_run_add(state->store, &state->plan->at, request, (uint64_t)state->settings->seed,
                                    &state->score_run, error);
  status = dove_store_score_run_end(state->store, state->score_run, DOVE_STORE_RUNNING, error);
  if (status != DOVE_OK) return status;
  return dove_store_score_page(state->store, state->score_run, 0, SCORES_LIMIT, &state->done, error);
}

static dove_status close_run(const scoring *state, dove_status status, dove_error *error) {
  if (state->score_run == 0) return status;
  const dove_store_run_status ended = status == DOVE_OK          ? DOVE_STORE_FINISHED
                                      : status == DOVE_CANCELLED ? DOVE_STORE_RUN_CANCELLED
                                                                 : DOVE_STORE_RUN_FAILED;
  dove_error second;
  const dove_status closed = dove_store_score_run_end(state->store, state->score_run, ended, &second);
  if (status != DOVE_OK || closed == DOVE_OK) return status;
  if (error != NULL) *error = second;
  return closed;
}

static dove_status run_plan(dove_store *store, const dove_score_options *options, const dove_settings *settings,
                            const score_plan *plan, int64_t *score_run, const dove_progress *progress,
                            dove_error *error) {
  scoring state = {.store = store, .plan = plan, .settings = settings, .transport = score_transport(settings)};
  char *request = describe_request(options, settings, plan);
  dove_status status =
      request != NULL ? open_run(&state, request, options->anew, error) : dove_fail_memory(error, "scoring");
  free(request);
  if (status == DOVE_OK) status = score_all(&state, progress, error);
  status = close_run(&state, status, error);
  *score_run = state.score_run;
  scoring_free(&state);
  return status;
}

dove_status dove_score(dove_store *store, const dove_score_options *options, int64_t *score_run,
                       const dove_progress *progress, dove_error *error) {
  dove_settings stored;
  const dove_settings *settings = options->settings;
  dove_status status = DOVE_OK;
  *score_run = 0;
  if (settings == NULL) {
    status = dove_project_settings_load(store, &stored, error);
    settings = &stored;
  }
  if (status != DOVE_OK) return status;
  score_plan plan;
  status = score_plan_make(store, options, &plan, progress, error);
  if (status == DOVE_OK) status = run_plan(store, options, settings, &plan, score_run, progress, error);
  score_plan_free(&plan);
  return status;
}
