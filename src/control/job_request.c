#include "dove/job.h"

#include <stdlib.h>
#include <string.h>

#include "control/job_arguments.h"
#include "dove/job_words.h"
#include "dove/memory.h"

/* ---- to JSON ---- */

static bool put_list(cJSON *object, const char *key, const char *const *items, size_t count) {
  cJSON *list = cJSON_AddArrayToObject(object, key);
  for (size_t i = 0; list != NULL && i < count; i++) {
    cJSON *item = cJSON_CreateString(items[i]);
    if (item == NULL || !cJSON_AddItemToArray(list, item)) return false;
  }
  return list != NULL;
}

static bool put_text(cJSON *object, const char *key, const char *text) {
  return text == NULL || text[0] == '\0' || cJSON_AddStringToObject(object, key, text) != NULL;
}

static bool put_number(cJSON *object, const char *key, int64_t number) {
  return cJSON_AddNumberToObject(object, key, (double)number) != NULL;
}

static bool put_flag(cJSON *object, const char *key, bool flag) {
  return cJSON_AddBoolToObject(object, key, flag) != NULL;
}

static bool put_import(cJSON *object, const dove_job_request *request) {
  const dove_import_options *options = &request->import.options;
  return put_list(object, "paths", request->import.paths, request->import.path_count) &&
         put_number(object, "as", (int64_t)options->as) && put_flag(object, "skip_bad", options->skip_bad) &&
         put_text(object, "culture", options->culture) && put_text(object, "source", options->source) &&
         put_text(object, "topic", options->topic) && put_text(object, "lang", options->lang) &&
         put_text(object, "role", options->role) && put_text(object, "embedder", options->embedder);
}

static bool put_build(cJSON *object, const dove_build_options *options) {
  return put_number(object, "resume_run", options->resume_run) &&
         put_number(object, "resume_iteration", options->resume_iteration) &&
         put_flag(object, "fresh", options->fresh) && put_number(object, "iterations", options->iterations) &&
         put_number(object, "seed", options->seed) && put_flag(object, "with_overrides", options->with_overrides) &&
         put_flag(object, "overrides_alone", options->overrides_alone);
}

static bool put_score(cJSON *object, const dove_job_request *request) {
  return put_list(object, "models", request->score.models, request->score.model_count) &&
         put_list(object, "cultures", request->score.cultures, request->score.culture_count) &&
         put_list(object, "roles", request->score.roles, request->score.role_count) &&
         put_number(object, "codebook_run", request->score.codebook_run) &&
         put_number(object, "iteration", request->score.iteration) &&
         put_number(object, "bootstrap", request->score.bootstrap) && put_number(object, "seed", request->score.seed) &&
         put_flag(object, "anew", request->score.anew);
}

static bool put_compare(cJSON *object, const dove_job_request *request) {
  const dove_score_against *against = &request->compare.against;
  return put_number(object, "score_run", against->score_run) &&
         put_number(object, "against_run", against->against_run) && put_text(object, "model", against->model) &&
         put_text(object, "role", against->role) && put_number(object, "replicates", request->compare.replicates) &&
         put_number(object, "seed", request->compare.seed);
}

static bool put_generate(cJSON *object, const dove_generate_options *options) {
  return put_text(object, "model", options->model) && put_text(object, "role", options->role) &&
         put_text(object, "lang", options->lang) && put_number(object, "samples", options->samples);
}

static bool put_judge(cJSON *object, const dove_judge_options *options) {
  return put_text(object, "question", dove_judge_question_name(options->question)) &&
         put_flag(object, "models", options->models) && put_number(object, "limit", options->limit);
}

static bool put_request(cJSON *object, const dove_job_request *request) {
  switch (request->kind) {
    case DOVE_JOB_IMPORT: return put_import(object, request);
    case DOVE_JOB_EXTRACT: return put_number(object, "limit", request->extract.limit);
    case DOVE_JOB_EMBED: return put_flag(object, "again", request->embed.again);
    case DOVE_JOB_BUILD: return put_build(object, &request->build);
    case DOVE_JOB_SCORE: return put_score(object, request);
    case DOVE_JOB_MAP: return put_flag(object, "again", request->map.again);
    case DOVE_JOB_COMPARE: return put_compare(object, request);
    case DOVE_JOB_GENERATE: return put_generate(object, &request->generate);
    case DOVE_JOB_JUDGE: return put_judge(object, &request->judge);
    case DOVE_JOB_TRANSLATE:
      return put_text(object, "lang", request->translate.lang) && put_number(object, "limit", request->translate.limit);
    case DOVE_JOB_KINDS: break;
  }
  return false;
}

/* Only what was asked for: most jobs ask no model. */
static bool put_spending(cJSON *object, const dove_job_request *request) {
  if (request->budget >= 0 && cJSON_AddNumberToObject(object, "budget", request->budget) == NULL) return false;
  return !request->failed_only || put_flag(object, "failed_only", true);
}

char *dove_job_request_to_json(const dove_job_request *request) {
  cJSON *object = cJSON_CreateObject();
  char *text = object != NULL && put_request(object, request) && put_spending(object, request) &&
                       control_put_plan(object, request)
                   ? cJSON_PrintUnformatted(object)
                   : NULL;
  cJSON_Delete(object);
  return text;
}

/* ---- from JSON ---- */

static int64_t get_number(const cJSON *object, const char *key, int64_t fallback) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : fallback;
}

static bool get_flag(const cJSON *object, const char *key) {
  return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static bool get_text(const cJSON *object, const char *key, const char **text) {
  const char *found = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
  *text = dove_strdup(found);
  return found == NULL || *text != NULL;
}

/* A list of strings that dove_job_request_free() frees. */
static bool get_list(const cJSON *object, const char *key, const char *const **items, size_t *count) {
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, key);
  const int size = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
  *count = 0;
  if (size == 0) return true;
  char **copies = dove_alloc_zero((size_t)size, sizeof *copies);
  if (copies == NULL) return false;
  *items = (const char *const *)copies;
  const cJSON *item;
  cJSON_ArrayForEach(item, list) {
    if (!cJSON_IsString(item)) continue;
    copies[*count] = dove_strdup(item->valuestring);
    if (copies[*count] == NULL) return false;
    (*count)++;
  }
  return true;
}

static bool get_import(const cJSON *object, dove_job_request *request) {
  dove_import_options *options = &request->import.options;
  options->as = (dove_import_kind)get_number(object, "as", DOVE_IMPORT_BY_CONTENT);
  options->skip_bad = get_flag(object, "skip_bad");
  return get_list(object, "paths", &request->import.paths, &request->import.path_count) &&
         get_text(object, "culture", &options->culture) && get_text(object, "source", &options->source) &&
         get_text(object, "topic", &options->topic) && get_text(object, "lang", &options->lang) &&
         get_text(object, "role", &options->role) && get_text(object, "embedder", &options->embedder);
}

static bool get_build(const cJSON *object, dove_build_options *options) {
  options->resume_run = get_number(object, "resume_run", options->resume_run);
  options->resume_iteration = get_number(object, "resume_iteration", options->resume_iteration);
  options->iterations = get_number(object, "iterations", options->iterations);
  options->seed = get_number(object, "seed", options->seed);
  options->fresh = get_flag(object, "fresh");
  options->with_overrides = get_flag(object, "with_overrides");
  options->overrides_alone = get_flag(object, "overrides_alone");
  return true;
}

static bool get_score(const cJSON *object, dove_job_request *request) {
  request->score.codebook_run = get_number(object, "codebook_run", 0);
  request->score.iteration = get_number(object, "iteration", 0);
  request->score.bootstrap = get_number(object, "bootstrap", -1);
  request->score.seed = get_number(object, "seed", -1);
  request->score.anew = get_flag(object, "anew");
  return get_list(object, "models", &request->score.models, &request->score.model_count) &&
         get_list(object, "cultures", &request->score.cultures, &request->score.culture_count) &&
         get_list(object, "roles", &request->score.roles, &request->score.role_count);
}

static bool get_compare(const cJSON *object, dove_job_request *request) {
  dove_score_against *against = &request->compare.against;
  against->score_run = get_number(object, "score_run", 0);
  against->against_run = get_number(object, "against_run", 0);
  request->compare.replicates = get_number(object, "replicates", 0);
  request->compare.seed = get_number(object, "seed", -1);
  return get_text(object, "model", &against->model) && get_text(object, "role", &against->role);
}

static bool get_generate(const cJSON *object, dove_generate_options *options) {
  options->samples = get_number(object, "samples", 0);
  return get_text(object, "model", &options->model) && get_text(object, "role", &options->role) &&
         get_text(object, "lang", &options->lang);
}

static bool get_judge(const cJSON *object, dove_judge_options *options) {
  const char *question = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "question"));
  for (int i = 0; i < DOVE_JUDGE_QUESTIONS; i++) {
    if (question != NULL && strcmp(dove_judge_question_name((dove_judge_question)i), question) == 0)
      options->question = (dove_judge_question)i;
  }
  options->models = get_flag(object, "models");
  options->limit = get_number(object, "limit", 0);
  return true;
}

static bool get_request(const cJSON *object, dove_job_request *request) {
  switch (request->kind) {
    case DOVE_JOB_IMPORT: return get_import(object, request);
    case DOVE_JOB_EXTRACT: request->extract.limit = get_number(object, "limit", 0); return true;
    case DOVE_JOB_EMBED: request->embed.again = get_flag(object, "again"); return true;
    case DOVE_JOB_BUILD: return get_build(object, &request->build);
    case DOVE_JOB_SCORE: return get_score(object, request);
    case DOVE_JOB_MAP: request->map.again = get_flag(object, "again"); return true;
    case DOVE_JOB_COMPARE: return get_compare(object, request);
    case DOVE_JOB_GENERATE: return get_generate(object, &request->generate);
    case DOVE_JOB_JUDGE: return get_judge(object, &request->judge);
    case DOVE_JOB_TRANSLATE:
      request->translate.limit = get_number(object, "limit", 0);
      return get_text(object, "lang", &request->translate.lang);
    case DOVE_JOB_KINDS: break;
  }
  return false;
}

static bool get_plan(const char *json, dove_job_request *request) {
  const size_t count = dove_job_words_plan(json, NULL, 0);
  if (count == 0) return true;
  dove_ledger_row *plan = dove_alloc_zero(count, sizeof *plan);
  request->plan = plan;
  if (plan != NULL) request->plan_count = dove_job_words_plan(json, plan, count);
  return plan != NULL;
}

dove_status dove_job_request_from_json(const char *kind, const char *json, dove_job_request *request,
                                       dove_error *error) {
  dove_job_kind parsed = DOVE_JOB_IMPORT;
  *request = dove_job_request_of(parsed);
  if (!dove_job_kind_parse(kind, &parsed)) {
    return dove_fail(error, DOVE_PROJECT, "'%s' is not a kind of job that this program knows", kind);
  }
  *request = dove_job_request_of(parsed);
  cJSON *object = cJSON_Parse(json);
  if (!cJSON_IsObject(object)) {
    cJSON_Delete(object);
    return dove_fail(error, DOVE_PROJECT, "the record of a job of kind '%s' is damaged", kind);
  }
  const bool good = get_request(object, request) && get_plan(json, request);
  const cJSON *budget = cJSON_GetObjectItemCaseSensitive(object, "budget");
  if (cJSON_IsNumber(budget) && budget->valuedouble >= 0) request->budget = budget->valuedouble;
  request->failed_only = get_flag(object, "failed_only");
  cJSON_Delete(object);
  if (good) return DOVE_OK;
  dove_job_request_free(request);
  return dove_fail_memory(error, "reading a job");
}

dove_status dove_job_request_copy(const dove_job_request *request, dove_job_request *copy, dove_error *error) {
  char *json = dove_job_request_to_json(request);
  const dove_status status = json != NULL
                                 ? dove_job_request_from_json(dove_job_kind_name(request->kind), json, copy, error)
                                 : dove_fail_memory(error, "copying what a job is to do");
  free(json);
  return status;
}

static void free_list(const char *const *items, size_t count) {
  for (size_t i = 0; i < count; i++) free((void *)(uintptr_t)items[i]);
  free((void *)(uintptr_t)items);
}

static void free_text(const char *text) { free((void *)(uintptr_t)text); }

void dove_job_request_free(dove_job_request *request) {
  const dove_import_options *options = &request->import.options;
  free_list(request->import.paths, request->import.path_count);
  free_text(options->culture);
  free_text(options->source);
  free_text(options->topic);
  free_text(options->lang);
  free_text(options->role);
  free_text(options->embedder);
  free_list(request->score.models, request->score.model_count);
  free_list(request->score.cultures, request->score.culture_count);
  free_list(request->score.roles, request->score.role_count);
  free_text(request->compare.against.model);
  free_text(request->compare.against.role);
  free_text(request->generate.model);
  free_text(request->generate.role);
  free_text(request->generate.lang);
  free_text(request->translate.lang);
  free((void *)(uintptr_t)request->plan);
  *request = (dove_job_request){0};
}
