#include "method/codebook/build_run.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/project_prompts.h"
#include "dove/project_settings.h"
#include "dove/roles.h"
#include "dove/store_runs.h"
#include "dove/store_vectors.h"

/* What a run was begun with: its expressions are those with an id up to `last` whose documents are in its sources. */
typedef struct training {
  int64_t expressions, documents, last;
} training;

static const char key_expressions[] = "training_expressions";
static const char key_documents[] = "training_documents";
static const char key_last[] = "training_last_expression";
/* Present in the record of a run whose first own step overrides alone make. */
static const char key_alone[] = "overrides_alone";

/* Hashes of the prompts that the run's models are asked with; "" where none is asked. */
typedef struct run_prompts {
  char namer[17], decoder[17];
} run_prompts;

static const char key_namer[] = "namer_prompt";
static const char key_decoder[] = "decoder_prompt";

static dove_status hash_prompt(dove_store *store, dove_role role, char hash[17], dove_error *error) {
  char *text = NULL;
  dove_status status = dove_project_prompt(store, dove_role_name(role), &text, NULL, error);
  if (status == DOVE_OK) status = dove_prompt_hash(text, hash, error);
  free(text);
  return status;
}

static dove_status prompts_of(dove_store *store, const dove_settings *settings, run_prompts *prompts,
                              dove_error *error) {
  dove_status status = DOVE_OK;
  *prompts = (run_prompts){0};
  if (dove_role_is_set(settings, DOVE_ROLE_NAMER)) status = hash_prompt(store, DOVE_ROLE_NAMER, prompts->namer, error);
  if (status == DOVE_OK && settings->distortion != DOVE_DISTORTION_CENTROID)
    status = hash_prompt(store, DOVE_ROLE_DECODER, prompts->decoder, error);
  return status;
}

static training training_of(const dove_expression_set *set) {
  return (training){.expressions = (int64_t)set->expressions,
                    .documents = (int64_t)set->documents,
                    .last = set->expressions > 0 ? set->expression_ids[set->expressions - 1] : 0};
}

static bool same_training(training a, training b) {
  return a.expressions == b.expressions && a.documents == b.documents && a.last == b.last;
}

/* The settings of a run with what it was begun with; freed with free(). */
static char *run_to_json(const dove_settings *settings, training begun, const run_prompts *prompts, bool alone) {
  char *plain = dove_settings_to_json(settings), *text = NULL;
  cJSON *object = plain != NULL ? cJSON_Parse(plain) : NULL;
  const bool added = object != NULL &&
                     cJSON_AddNumberToObject(object, key_expressions, (double)begun.expressions) != NULL &&
                     cJSON_AddNumberToObject(object, key_documents, (double)begun.documents) != NULL &&
                     cJSON_AddNumberToObject(object, key_last, (double)begun.last) != NULL &&
                     cJSON_AddStringToObject(object, key_namer, prompts->namer) != NULL &&
                     cJSON_AddStringToObject(object, key_decoder, prompts->decoder) != NULL &&
                     (!alone || cJSON_AddBoolToObject(object, key_alone, true) != NULL);
  if (added) text = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  free(plain);
  return text;
}

static int64_t number_of(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : -1;
}

static training training_from_json(const char *json) {
  cJSON *object = cJSON_Parse(json);
  const training begun = {.expressions = number_of(object, key_expressions),
                          .documents = number_of(object, key_documents),
                          .last = number_of(object, key_last)};
  cJSON_Delete(object);
  return begun;
}

static bool says(const cJSON *object, const char *key, const char *text) {
  const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
  return said != NULL && strcmp(said, text) == 0;
}

static bool same_prompts(const char *json, const run_prompts *prompts) {
  cJSON *object = cJSON_Parse(json);
  const bool same = says(object, key_namer, prompts->namer) && says(object, key_decoder, prompts->decoder);
  cJSON_Delete(object);
  return same;
}

static bool is_alone(const char *json) {
  cJSON *object = cJSON_Parse(json);
  const bool alone = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key_alone));
  cJSON_Delete(object);
  return alone;
}

/* Of a role, what the answers depend on; not where and at what price they are asked for. */
static bool shapes_answers(const char *key) {
  static const char *const shaping[] = {"namer.model",   "namer.temperature",   "namer.max_tokens",
                                        "decoder.model", "decoder.temperature", "decoder.max_tokens"};
  for (size_t i = 0; i < sizeof shaping / sizeof shaping[0]; i++) {
    if (strcmp(key, shaping[i]) == 0) return true;
  }
  return false;
}

/* Settings that shape scores or annotation, not codebooks; those of roles, mostly; and T, which may grow. */
static bool shapes_codebook(const char *key) {
  static const char *const others[] = {"epsilon",        "tau",       "epsilon2",       "entropic",   "tolerance",
                                       "max_iterations", "bootstrap", "ceiling_splits", "annotators", "T"};
  if (strchr(key, '.') != NULL) return shapes_answers(key);
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    if (strcmp(key, others[i]) == 0) return false;
  }
  return true;
}

static bool same_settings(const dove_settings *a, const dove_settings *b) {
  char x[512], y[512];
  for (size_t i = 0; i < dove_setting_count(); i++) {
    const char *key = dove_setting_at(i).key;
    if (!shapes_codebook(key)) continue;
    if (dove_settings_get(a, key, x, sizeof x, NULL) != DOVE_OK) return false;
    if (dove_settings_get(b, key, y, sizeof y, NULL) != DOVE_OK || strcmp(x, y) != 0) return false;
  }
  return true;
}

/* 0 when there is none. */
static dove_status active_embedder(dove_store *store, int64_t *id, dove_error *error) {
  dove_store_embedder embedder = {0};
  const dove_status status = dove_store_embedder_active(store, &embedder, error);
  *id = status == DOVE_OK ? embedder.id : 0;
  dove_store_embedder_free(&embedder);
  return status == DOVE_NOT_FOUND ? DOVE_OK : status;
}

static dove_status load_set(dove_store *store, const dove_settings *settings, int64_t last, dove_expression_set *set,
                            const dove_progress *progress, dove_error *error) {
  const dove_expression_selection selection = {
      .sources = settings->train_sources, .last_expression = last, .with_names = true};
  dove_expression_set_free(set);
  const dove_status status = dove_expression_set_load(store, &selection, set, progress, error);
  if (status != DOVE_OK || set->expressions > 0) return status;
  if (set->expressions_without > 0)
    return dove_fail(error, DOVE_INPUT, "none of the %zu value expressions has a vector: embed them first",
                     set->expressions_without);
  return dove_fail(error, DOVE_INPUT, "the documents have no value expressions: extract or import them first");
}

static bool unfinished(const dove_store_run *run) { return run->status != DOVE_STORE_FINISHED; }

/* A run that is gone on with asks its models where the project says now: servers move. */
static void take_addresses(const dove_settings *now, dove_settings *run) {
  const dove_settings begun = *run;
  memcpy(run->endpoint_url, now->endpoint_url, sizeof run->endpoint_url);
  memcpy(run->endpoint_key, now->endpoint_key, sizeof run->endpoint_key);
  run->embedder = now->embedder;
  run->namer = now->namer;
  run->decoder = now->decoder;
  memcpy(run->namer.model, begun.namer.model, sizeof run->namer.model);
  memcpy(run->decoder.model, begun.decoder.model, sizeof run->decoder.model);
  run->namer.temperature = begun.namer.temperature;
  run->namer.max_tokens = begun.namer.max_tokens;
  run->decoder.temperature = begun.decoder.temperature;
  run->decoder.max_tokens = begun.decoder.max_tokens;
}

/* Reads what a named run was begun with. */
static dove_status load_named(dove_store *store, const dove_store_run *row, dove_build_run *run,
                              const dove_progress *progress, dove_error *error) {
  const training begun = training_from_json(row->settings);
  const dove_settings now = run->settings;
  dove_status status = dove_settings_from_json(row->settings, &run->settings, error);
  if (status != DOVE_OK) return status;
  take_addresses(&now, &run->settings);
  if (row->embedder != run->embedder)
    return dove_fail(error, DOVE_INPUT, "the expressions were embedded anew since run %lld was built; begin a new run",
                     (long long)row->id);
  status = load_set(store, &run->settings, begun.last, &run->set, progress, error);
  if (status != DOVE_OK || same_training(begun, training_of(&run->set))) return status;
  return dove_fail(error, DOVE_INPUT,
                   "run %lld was begun with %lld expressions of %lld documents, of which %zu of %zu are left; begin a "
                   "new run",
                   (long long)row->id, (long long)begun.expressions, (long long)begun.documents, run->set.expressions,
                   run->set.documents);
}

/* A new run that shares the iterations of `row` up to t. T is the project's. */
static dove_status branch(dove_store *store, const dove_build_options *options, const dove_store_run *row,
                          dove_build_run *run, const dove_progress *progress, dove_error *error) {
  const int64_t t = options->resume_iteration, iterations = run->settings.iterations;
  if (t >= row->iterations)
    return dove_fail(error, DOVE_NOT_FOUND, "run %lld has no iteration %lld: its last is %lld", (long long)row->id,
                     (long long)t, (long long)(row->iterations - 1));
  const dove_status status = load_named(store, row, run, progress, error);
  if (status != DOVE_OK) return status;
  run->settings.iterations = iterations;
  run->parent = row->id;
  run->last = t;
  run->resumed = true;
  run->alone_t = options->overrides_alone ? t + 1 : 0;
  snprintf(run->initial, sizeof run->initial, "%s", row->initial);
  return options->with_overrides ? dove_overrides_load(store, row->id, t, &run->overrides, error) : DOVE_OK;
}

/* Goes on with a run, and with the overrides that it was begun with. */
static dove_status go_on(dove_store *store, const dove_store_run *row, dove_build_run *run, dove_error *error) {
  run->run = row->id;
  run->last = row->iterations - 1;
  run->resumed = row->iterations > 0;
  run->alone_t = is_alone(row->settings) ? row->parent_t + 1 : 0;
  return dove_overrides_load_used(store, row->id, run->last, &run->overrides, error);
}

static dove_status open_named(dove_store *store, const dove_build_options *options, int64_t id, dove_build_run *run,
                              const dove_progress *progress, dove_error *error) {
  dove_store_run_list list = {0};
  dove_status status = dove_store_run_read(store, id, &list, error);
  if (status == DOVE_OK && options->resume_iteration >= 0) {
    status = branch(store, options, &list.rows[0], run, progress, error);
  } else if (status == DOVE_OK && !unfinished(&list.rows[0])) {
    status = dove_fail(error, DOVE_USAGE, "run %lld is finished; name the iteration to resume from", (long long)id);
  } else if (status == DOVE_OK) {
    status = load_named(store, &list.rows[0], run, progress, error);
    if (status == DOVE_OK) status = go_on(store, &list.rows[0], run, error);
  }
  dove_store_run_list_free(&list);
  return status;
}

/* Whether the newest run was left unfinished and would still be built the same way. Reads the set when it has to look
 * at it. */
static dove_status can_go_on(dove_store *store, const dove_store_run *row, dove_build_run *run, bool *can,
                             const dove_progress *progress, dove_error *error) {
  dove_settings begun_with;
  *can = false;
  if (!unfinished(row) || row->embedder != run->embedder) return DOVE_OK;
  if (dove_settings_from_json(row->settings, &begun_with, NULL) != DOVE_OK) return DOVE_OK;
  if (!same_settings(&begun_with, &run->settings)) return DOVE_OK;
  run_prompts prompts;
  dove_status status = prompts_of(store, &run->settings, &prompts, error);
  if (status != DOVE_OK || !same_prompts(row->settings, &prompts)) return status;
  status = load_set(store, &run->settings, 0, &run->set, progress, error);
  if (status == DOVE_OK) *can = same_training(training_from_json(row->settings), training_of(&run->set));
  return status;
}

static dove_status open_newest(dove_store *store, const dove_build_options *options, dove_build_run *run,
                               const dove_progress *progress, dove_error *error) {
  dove_store_run_list list = {0};
  bool can = false;
  dove_status status = options->fresh ? DOVE_OK : dove_store_run_list_read(store, 0, 1, &list, error);
  if (status == DOVE_OK && list.count > 0) status = can_go_on(store, &list.rows[0], run, &can, progress, error);
  if (can) status = go_on(store, &list.rows[0], run, error);
  /* The set may have been read already, to compare it. */
  if (status == DOVE_OK && run->set.expressions == 0)
    status = load_set(store, &run->settings, 0, &run->set, progress, error);
  dove_store_run_list_free(&list);
  return status;
}

/* The run that the options mean, and the iteration to resume from: that of the overrides, where they say so. */
static dove_status find_start(dove_store *store, dove_build_options *options, dove_error *error) {
  dove_status status = DOVE_OK;
  if (options->resume_run == 0 && (options->resume_iteration >= 0 || options->with_overrides)) {
    dove_store_current current = {0};
    status = dove_store_current_codebook(store, &current, error);
    options->resume_run = current.run;
  }
  if (status != DOVE_OK || !options->with_overrides || options->resume_iteration >= 0) return status;
  return dove_overrides_first(store, options->resume_run, &options->resume_iteration, error);
}

dove_status dove_build_run_open(dove_store *store, const dove_build_options *given, dove_build_run *run,
                                const dove_progress *progress, dove_error *error) {
  *run = (dove_build_run){.last = -1, .initial = "umap+hdbscan"};
  dove_build_options start = *given;
  const dove_build_options *options = &start;
  dove_status status = dove_project_settings_load(store, &run->settings, error);
  if (status == DOVE_OK) status = active_embedder(store, &run->embedder, error);
  if (status != DOVE_OK) return status;
  if (options->seed >= 0) run->settings.seed = options->seed;
  if (options->iterations >= 0) run->settings.iterations = options->iterations;
  status = find_start(store, &start, error);
  if (status != DOVE_OK) return status;
  status = start.resume_run != 0 ? open_named(store, options, start.resume_run, run, progress, error)
                                 : open_newest(store, options, run, progress, error);
  if (options->iterations >= 0) run->settings.iterations = options->iterations;
  return status;
}

static dove_status add_run(dove_store *store, dove_build_run *run, dove_error *error) {
  run_prompts prompts;
  dove_status status = prompts_of(store, &run->settings, &prompts, error);
  if (status != DOVE_OK) return status;
  char *json = run_to_json(&run->settings, training_of(&run->set), &prompts, run->alone_t > 0);
  if (json == NULL) return dove_fail_memory(error, "beginning a codebook run");
  const dove_store_new_run row = {.settings = json,
                                  .seed = (uint64_t)run->settings.seed,
                                  .embedder = run->embedder,
                                  .initial = run->initial,
                                  .parent = run->parent,
                                  .parent_t = run->parent != 0 ? run->last : -1};
  status = dove_store_begin(store, error);
  if (status == DOVE_OK) {
    status = dove_store_run_add(store, &row, &run->run, error);
    for (size_t i = 0; i < run->overrides.count && status == DOVE_OK; i++)
      status = dove_store_override_use(store, run->run, run->overrides.rows[i].id, false, error);
    if (status == DOVE_OK) {
      status = dove_store_commit(store, error);
    } else {
      dove_store_rollback(store);
    }
  }
  free(json);
  return status;
}

dove_status dove_build_run_start(dove_store *store, dove_build_run *run, dove_error *error) {
  return run->run != 0 ? dove_store_run_reopen(store, run->run, error) : add_run(store, run, error);
}

void dove_build_run_close(dove_build_run *run) {
  dove_expression_set_free(&run->set);
  dove_overrides_free(&run->overrides);
}
