#include "dove/score_compare.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/project_settings.h"
#include "dove/uncertainty.h"
#include "method/scoring/score_plan.h"

enum { SCORES_LIMIT = 1000000, LEAST_REPLICATES = 200 };

/* One of the two runs. */
typedef struct compared_run {
  dove_store_score_run_list row; /* one */
  dove_settings settings;
  dove_uot_options transport;
  dove_store_score_list scores;
  score_plan plan;
  uint32_t *topic; /* owned: per row of q, the same number for the same topic or document in both runs */
  double *cost;    /* owned: K × K, of the culture at hand */
} compared_run;

typedef struct comparison {
  dove_store *store;
  compared_run run[2];
  dove_store_score_difference_list known;
  size_t replicates;
  uint64_t seed;
} comparison;

const dove_store_score *dove_score_counterpart(const dove_score_against *against, const dove_store_score *score,
                                               const dove_store_score *others, size_t count) {
  const char *model = against->model != NULL ? against->model : score->model;
  const char *role = against->model == NULL ? score->role : against->role != NULL ? against->role : "";
  for (size_t i = 0; i < count; i++) {
    const dove_store_score *other = &others[i];
    if (other->id != score->id && strcmp(other->culture, score->culture) == 0 && strcmp(other->model, model) == 0 &&
        strcmp(other->role, role) == 0)
      return other;
  }
  return NULL;
}

/* ---- Reading ---- */

static void run_free(compared_run *run) {
  dove_store_score_run_list_free(&run->row);
  dove_store_score_list_free(&run->scores);
  score_plan_free(&run->plan);
  free(run->topic);
  free(run->cost);
}

/* The run keeps its settings and a hash of its data: see dove_score(). */
static dove_status read_request(compared_run *run, char data[24], dove_error *error) {
  const dove_store_score_run *row = run->row.rows;
  cJSON *object = cJSON_Parse(row->settings);
  const char *hash = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "data"));
  const cJSON *settings = cJSON_GetObjectItemCaseSensitive(object, "settings");
  char *text = settings != NULL ? cJSON_PrintUnformatted(settings) : NULL;
  dove_status status;
  if (hash == NULL || text == NULL) {
    status = dove_fail(error, DOVE_INPUT, "score run %lld does not say what it was made of: score again",
                       (long long)row->id);
  } else {
    status = dove_settings_from_json(text, &run->settings, error);
    snprintf(data, 24, "%s", hash);
  }
  free(text);
  cJSON_Delete(object);
  return status;
}

static dove_status check_data(const compared_run *run, const char *data, dove_error *error) {
  char now[24];
  snprintf(now, sizeof now, "%016" PRIx64, score_plan_fingerprint(&run->plan));
  if (strcmp(now, data) == 0) return DOVE_OK;
  return dove_fail(error, DOVE_INPUT,
                   "documents or their coding changed since score run %lld was made: score again to compare it",
                   (long long)run->row.rows[0].id);
}

static dove_status read_run(dove_store *store, int64_t id, compared_run *run, const dove_progress *progress,
                            dove_error *error) {
  char data[24] = "";
  dove_status status = dove_store_score_run_read(store, id, &run->row, error);
  if (status == DOVE_OK) status = read_request(run, data, error);
  if (status == DOVE_OK) status = dove_store_score_page(store, id, 0, SCORES_LIMIT, &run->scores, error);
  if (status != DOVE_OK) return status;
  const dove_store_score_run *row = run->row.rows;
  const dove_score_options options = {.codebook_run = row->run, .iteration = row->t};
  status = score_plan_make(store, &options, &run->plan, progress, error);
  if (status == DOVE_OK) status = check_data(run, data, error);
  if (status != DOVE_OK) return status;
  const size_t codes = run->plan.codebook.count;
  run->transport = score_transport(&run->settings);
  run->cost = codes <= SIZE_MAX / (codes + 1) ? dove_alloc(codes * codes, sizeof *run->cost) : NULL;
  run->topic = dove_alloc(run->plan.coding.documents, sizeof *run->topic);
  return run->cost != NULL && run->topic != NULL ? DOVE_OK : dove_fail_memory(error, "comparing scores");
}

/* Topics keep their numbers; a document without one gets one of its own, the same in both runs. */
static void number_topics(compared_run *run, uint32_t first_free) {
  for (size_t i = 0; i < run->plan.coding.documents; i++) {
    const int64_t document = run->plan.keys[i].id;
    const bool alone = run->plan.topic[i] == DOVE_NO_GROUP;
    const bool fits = document < (int64_t)(UINT32_MAX - 1 - first_free);
    run->topic[i] = !alone || !fits ? run->plan.topic[i] : first_free + (uint32_t)document;
  }
}

static uint32_t after_topics(const compared_run *run, uint32_t number) {
  for (size_t i = 0; i < run->plan.coding.documents; i++) {
    const uint32_t topic = run->plan.topic[i];
    if (topic != DOVE_NO_GROUP && topic >= number) number = topic + 1;
  }
  return number;
}

static dove_status read_both(comparison *both, const dove_score_against *against, const dove_progress *progress,
                             dove_error *error) {
  dove_status status = read_run(both->store, against->score_run, &both->run[0], progress, error);
  if (status == DOVE_OK) status = read_run(both->store, against->against_run, &both->run[1], progress, error);
  if (status == DOVE_OK)
    status = dove_store_score_difference_list_read(both->store, against->score_run, against->against_run, &both->known,
                                                   error);
  if (status != DOVE_OK) return status;
  const uint32_t first_free = after_topics(&both->run[1], after_topics(&both->run[0], 0));
  number_topics(&both->run[0], first_free);
  number_topics(&both->run[1], first_free);
  return DOVE_OK;
}

/* ---- Computing ---- */

static const score_side *side_of(const score_side *sides, size_t count, const char *name, const char *role) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(sides[i].name, name) == 0 && strcmp(sides[i].role, role) == 0) return &sides[i];
  }
  return NULL;
}

static dove_status enter_culture(compared_run *run, const char *culture, dove_error *error) {
  const score_plan *plan = &run->plan;
  const score_side *side = side_of(plan->cultures, plan->culture_count, culture, "");
  if (side == NULL) return dove_fail(error, DOVE_INPUT, "the documents of '%s' are no longer there", culture);
  return dove_value_cost(&plan->coding.q, side->rows_set, dove_matrix_as_view(&plan->codebook.centroids),
                         run->settings.epsilon2, run->cost, error);
}

static dove_status sides_of(const compared_run *run, const dove_store_score *score, dove_score_sides *sides,
                            dove_error *error) {
  const score_plan *plan = &run->plan;
  const score_side *culture = side_of(plan->cultures, plan->culture_count, score->culture, "");
  const score_side *model = side_of(plan->models, plan->model_count, score->model, score->role);
  if (culture == NULL || model == NULL)
    return dove_fail(error, DOVE_INPUT, "the documents of '%s' are no longer there", score->model);
  *sides = (dove_score_sides){&plan->coding.q, run->cost, run->topic, culture->rows_set, model->rows_set};
  return DOVE_OK;
}

static bool is_known(const comparison *both, int64_t score, int64_t against) {
  for (size_t i = 0; i < both->known.count; i++) {
    const dove_store_score_difference *row = &both->known.rows[i];
    if (row->score == score && row->against == against && row->replicates == (int64_t)both->replicates &&
        row->seed == both->seed)
      return true;
  }
  return false;
}

static dove_status compare_pair(const comparison *both, const dove_store_score *score, const dove_store_score *other,
                                const dove_progress *progress, dove_error *error) {
  dove_score_sides sides[2];
  dove_score_interval interval;
  const dove_uot_options transport[2] = {both->run[0].transport, both->run[1].transport};
  dove_status status = sides_of(&both->run[0], score, &sides[0], error);
  if (status == DOVE_OK) status = sides_of(&both->run[1], other, &sides[1], error);
  if (status == DOVE_OK)
    status =
        dove_score_difference_bootstrap(sides, transport, both->replicates, both->seed, &interval, progress, error);
  if (status != DOVE_OK) return status;
  const dove_store_score_difference row = {.score = score->id,
                                           .against = other->id,
                                           .difference = score->score - other->score,
                                           .low = interval.low,
                                           .high = interval.high,
                                           .replicates = (int64_t)both->replicates,
                                           .seed = both->seed};
  return dove_store_score_difference_put(both->store, &row, error);
}

/* All pairs of one culture, whose cost matrices are made once. */
static dove_status compare_culture(comparison *both, const dove_score_against *against, const char *culture,
                                   dove_score_compare_report *report, double *done, const dove_progress *progress,
                                   dove_error *error) {
  const dove_progress quiet = dove_progress_quiet(progress);
  dove_status status = DOVE_OK;
  bool entered = false;
  for (size_t i = 0; i < both->run[0].scores.count && status == DOVE_OK; i++) {
    const dove_store_score *score = &both->run[0].scores.rows[i];
    if (strcmp(score->culture, culture) != 0) continue;
    const dove_store_score *other =
        dove_score_counterpart(against, score, both->run[1].scores.rows, both->run[1].scores.count);
    if (other == NULL) continue;
    *done += 1;
    if (is_known(both, score->id, other->id)) continue;
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "comparing was stopped");
    if (!entered) status = enter_culture(&both->run[0], culture, error);
    if (!entered && status == DOVE_OK) status = enter_culture(&both->run[1], culture, error);
    entered = true;
    if (status == DOVE_OK) status = compare_pair(both, score, other, &quiet, error);
    if (status == DOVE_OK) report->computed++;
    dove_progress_report(progress, "comparing", *done, (double)report->pairs);
  }
  return status;
}

static size_t count_pairs(const comparison *both, const dove_score_against *against) {
  size_t pairs = 0;
  for (size_t i = 0; i < both->run[0].scores.count; i++)
    pairs += dove_score_counterpart(against, &both->run[0].scores.rows[i], both->run[1].scores.rows,
                                    both->run[1].scores.count) != NULL;
  return pairs;
}

/* Cultures in the order of the plan; scores of one that it no longer has have no documents to draw from. */
static dove_status compare_all(comparison *both, const dove_score_against *against, dove_score_compare_report *report,
                               const dove_progress *progress, dove_error *error) {
  const score_plan *plan = &both->run[0].plan;
  double done = 0;
  report->pairs = count_pairs(both, against);
  if (report->pairs == 0)
    return dove_fail(error, DOVE_NOT_FOUND,
                     "no score of run %lld has one to be compared with in run %lld: another model or another run is "
                     "needed beside the same culture",
                     (long long)against->score_run, (long long)against->against_run);
  dove_status status = DOVE_OK;
  for (size_t c = 0; c < plan->culture_count && status == DOVE_OK; c++)
    status = compare_culture(both, against, plan->cultures[c].name, report, &done, progress, error);
  return status;
}

dove_status dove_score_compare(dove_store *store, const dove_score_against *against, int64_t replicates, int64_t seed,
                               dove_score_compare_report *report, const dove_progress *progress, dove_error *error) {
  comparison both = {.store = store};
  *report = (dove_score_compare_report){0};
  dove_status status = read_both(&both, against, progress, error);
  if (status == DOVE_OK) {
    const dove_settings *settings = &both.run[0].settings;
    const int64_t wanted = replicates >= 2                          ? replicates
                           : settings->bootstrap > LEAST_REPLICATES ? settings->bootstrap
                                                                    : LEAST_REPLICATES;
    both.replicates = (size_t)wanted;
    both.seed = (uint64_t)(seed >= 0 ? seed : settings->seed);
    status = compare_all(&both, against, report, progress, error);
  }
  dove_store_score_difference_list_free(&both.known);
  run_free(&both.run[0]);
  run_free(&both.run[1]);
  return status;
}
