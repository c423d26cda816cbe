#include "dove/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/job_arguments.h"
#include "control/job_record.h"
#include "dove/memory.h"
#include "dove/project_settings.h"
#include "dove/recognizer.h"
#include "dove/roles.h"
#include "dove/score.h"
#include "dove/store_jobs.h"

static const char *const kind_names[] = {
    [DOVE_JOB_IMPORT] = "import",       [DOVE_JOB_EXTRACT] = "extract",   [DOVE_JOB_EMBED] = "embed",
    [DOVE_JOB_BUILD] = "build",         [DOVE_JOB_SCORE] = "score",       [DOVE_JOB_MAP] = "map",
    [DOVE_JOB_COMPARE] = "compare",     [DOVE_JOB_GENERATE] = "generate", [DOVE_JOB_JUDGE] = "judge",
    [DOVE_JOB_TRANSLATE] = "translate",
};

const char *dove_job_kind_name(dove_job_kind kind) { return kind_names[kind]; }

bool dove_job_kind_parse(const char *name, dove_job_kind *kind) {
  for (int i = 0; i < DOVE_JOB_KINDS; i++) {
    if (strcmp(kind_names[i], name) == 0) {
      *kind = (dove_job_kind)i;
      return true;
    }
  }
  return false;
}

dove_job_request dove_job_request_of(dove_job_kind kind) {
  dove_job_request request = {.kind = kind, .build = dove_build_defaults()};
  request.budget = -1;
  request.score.bootstrap = -1;
  request.score.seed = -1;
  request.compare.seed = -1;
  return request;
}

static dove_status run_import(dove_store *store, const dove_job_request *request, dove_job_result *result,
                              const dove_progress *progress, dove_error *error) {
  const dove_status status = dove_import(store, request->import.paths, request->import.path_count,
                                         &request->import.options, &result->import, progress, error);
  const dove_import_report *report = &result->import;
  snprintf(result->summary, sizeof result->summary,
           "%zu documents, %zu expressions imported; %zu repeated, %zu skipped", report->documents, report->expressions,
           report->repeated, report->skipped);
  return status;
}

static dove_status run_extract(dove_store *store, const dove_job_request *request, dove_job_result *result,
                               const dove_progress *progress, dove_error *error) {
  dove_settings settings;
  dove_recognizer recognizer = {0};
  dove_recognise_options options = request->extract;
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status == DOVE_OK) status = dove_project_recognizer(store, &settings, &recognizer, &options.from_model, error);
  if (status != DOVE_OK) return status;
  status = dove_recognise(store, &recognizer, &options, &result->extract, progress, error);
  dove_recognizer_close(&recognizer);
  const dove_recognise_report *report = &result->extract;
  snprintf(result->summary, sizeof result->summary, "%zu expressions from %zu of %zu documents; %zu express no value",
           report->expressions, report->done, report->documents, report->silent);
  return status;
}

static dove_status run_embed(dove_store *store, const dove_job_request *request, dove_job_result *result,
                             const dove_progress *progress, dove_error *error) {
  dove_settings settings;
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  status = dove_embed(store, &settings, &request->embed, &result->embed, progress, error);
  snprintf(result->summary, sizeof result->summary, "%zu of %zu expressions embedded", result->embed.embedded,
           result->embed.expressions);
  return status;
}

static dove_status run_build(dove_store *store, const dove_job_request *request, dove_job_result *result,
                             const dove_progress *progress, dove_error *error) {
  const dove_status status = dove_build(store, &request->build, NULL, NULL, &result->build, progress, error);
  const dove_build_report *report = &result->build;
  snprintf(result->summary, sizeof result->summary, "run %lld: %zu codes, S %.3f at t %lld; stopped: %s",
           (long long)report->run, report->codes, report->score, (long long)report->best_iteration, report->stopped_by);
  return status;
}

static dove_status run_score(dove_store *store, const dove_job_request *request, dove_job_result *result,
                             const dove_progress *progress, dove_error *error) {
  dove_settings settings;
  const dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  if (request->score.bootstrap >= 0) settings.bootstrap = request->score.bootstrap;
  if (request->score.seed >= 0) settings.seed = request->score.seed;
  const dove_score_options options = {
      .models = request->score.models,
      .model_count = request->score.model_count,
      .cultures = request->score.cultures,
      .culture_count = request->score.culture_count,
      .roles = request->score.roles,
      .role_count = request->score.role_count,
      .settings = &settings,
      .codebook_run = request->score.codebook_run,
      .iteration = request->score.iteration,
      .anew = request->score.anew,
  };
  const dove_status scored = dove_score(store, &options, &result->score_run, progress, error);
  snprintf(result->summary, sizeof result->summary, "score run %lld", (long long)result->score_run);
  return scored;
}

static dove_status run_map(dove_store *store, const dove_job_request *request, dove_job_result *result,
                           const dove_progress *progress, dove_error *error) {
  const dove_status status = dove_map(store, &request->map, &result->map, progress, error);
  snprintf(result->summary, sizeof result->summary, "%zu expressions on the map%s", result->map.expressions,
           result->map.kept ? ", as it was" : "");
  return status;
}

static dove_status run_compare(dove_store *store, const dove_job_request *request, dove_job_result *result,
                               const dove_progress *progress, dove_error *error) {
  const dove_status status = dove_score_compare(store, &request->compare.against, request->compare.replicates,
                                                request->compare.seed, &result->compare, progress, error);
  snprintf(result->summary, sizeof result->summary, "%zu differences of scores, %zu of them new", result->compare.pairs,
           result->compare.computed);
  return status;
}

static dove_status run_generate(dove_store *store, const dove_job_request *request, dove_job_result *result,
                                const dove_progress *progress, dove_error *error) {
  dove_settings settings;
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  status = dove_generate(store, &settings, &request->generate, &result->generate, progress, error);
  const dove_generate_report *report = &result->generate;
  snprintf(result->summary, sizeof result->summary, "%.100s wrote %zu documents; %zu of %zu were there", report->model,
           report->written, report->there, report->wanted);
  return status;
}

static dove_status run_judge(dove_store *store, const dove_job_request *request, dove_job_result *result,
                             const dove_progress *progress, dove_error *error) {
  dove_settings settings;
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  status = dove_judge(store, &settings, &request->judge, &result->reading, progress, error);
  snprintf(result->summary, sizeof result->summary, "%s of %zu documents judged",
           dove_judge_question_name(request->judge.question), result->reading.done);
  return status;
}

static dove_status run_translate(dove_store *store, const dove_job_request *request, dove_job_result *result,
                                 const dove_progress *progress, dove_error *error) {
  dove_settings settings;
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  status = dove_translate(store, &settings, &request->translate, &result->reading, progress, error);
  snprintf(result->summary, sizeof result->summary, "%zu documents translated", result->reading.done);
  return status;
}

typedef dove_status job_runner(dove_store *store, const dove_job_request *request, dove_job_result *result,
                               const dove_progress *progress, dove_error *error);

static job_runner *const runners[] = {
    [DOVE_JOB_IMPORT] = run_import,       [DOVE_JOB_EXTRACT] = run_extract,   [DOVE_JOB_EMBED] = run_embed,
    [DOVE_JOB_BUILD] = run_build,         [DOVE_JOB_SCORE] = run_score,       [DOVE_JOB_MAP] = run_map,
    [DOVE_JOB_COMPARE] = run_compare,     [DOVE_JOB_GENERATE] = run_generate, [DOVE_JOB_JUDGE] = run_judge,
    [DOVE_JOB_TRANSLATE] = run_translate,
};

bool dove_job_is_dry(const dove_job_request *request) {
  return (request->kind == DOVE_JOB_EXTRACT && request->extract.dry_run) ||
         (request->kind == DOVE_JOB_EMBED && request->embed.dry_run) ||
         (request->kind == DOVE_JOB_BUILD && request->build.dry_run) ||
         (request->kind == DOVE_JOB_GENERATE && request->generate.dry_run) ||
         (request->kind == DOVE_JOB_JUDGE && request->judge.dry_run) ||
         (request->kind == DOVE_JOB_TRANSLATE && request->translate.dry_run);
}

dove_status dove_job_begin(dove_store *store, const dove_job_request *request, int64_t *job, dove_error *error) {
  dove_settings settings;
  *job = 0;
  if (dove_job_is_dry(request)) return DOVE_OK;
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  char *arguments = control_job_arguments(request, &settings);
  if (arguments == NULL) return dove_fail_memory(error, "recording a job");
  status = dove_store_job_add(store, kind_names[request->kind], arguments, job, error);
  if (status == DOVE_OK) status = dove_store_job_start(store, *job, error);
  free(arguments);
  return status;
}

static dove_store_job_state state_of(dove_status status) {
  if (status == DOVE_OK) return DOVE_STORE_JOB_DONE;
  return status == DOVE_CANCELLED ? DOVE_STORE_JOB_CANCELLED : DOVE_STORE_JOB_FAILED;
}

dove_status dove_job_ledger(dove_store *store, const dove_job_request *request, dove_ledger **ledger,
                            dove_error *error) {
  dove_settings settings;
  const bool dry = dove_job_is_dry(request);
  *ledger = NULL;
  const dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  const dove_ledger_options options = {.mode = dry ? DOVE_LEDGER_PLAN : DOVE_LEDGER_SEND,
                                       .failed_only = request->failed_only,
                                       .budget = request->budget >= 0 ? request->budget : settings.budget,
                                       .exact_tokens = dry};
  return dove_ledger_open(&options, ledger, error);
}

/* Copies what the ledger says at the end. */
static dove_status take_spending(dove_ledger *ledger, dove_job_result *result, dove_error *error) {
  const size_t count = dove_ledger_rows(ledger, NULL, 0);
  if (count == 0) return DOVE_OK;
  result->spending = dove_alloc_zero(count, sizeof *result->spending);
  if (result->spending == NULL) return dove_fail_memory(error, "adding up what was spent");
  result->spending_count = count;
  dove_ledger_rows(ledger, result->spending, count);
  return DOVE_OK;
}

static dove_status perform_recorded(dove_store *store, const dove_job_request *request, int64_t job,
                                    dove_job_result *result, const dove_progress *progress, dove_error *error) {
  dove_error reason = {0};
  job_record record;
  const dove_progress recorded = job_record_begin(&record, store, job, progress);
  dove_status status = runners[request->kind](store, request, result, &recorded, &reason);
  const char *message = status == DOVE_OK ? result->summary : reason.message;
  job_record_end(&record, message);
  const dove_status ended =
      dove_store_job_end(store, job, state_of(status), message, status == DOVE_OK ? &reason : NULL);
  if (status == DOVE_OK) status = ended;
  if (status != DOVE_OK) dove_fail(error, status, "%s", reason.message);
  return status;
}

dove_status dove_job_perform(dove_store *store, const dove_job_request *request, int64_t job, dove_job_result *result,
                             const dove_progress *progress, dove_error *error) {
  dove_ledger *own = NULL;
  dove_progress counted = {0};
  dove_status status = DOVE_OK;
  *result = (dove_job_result){.job = job};
  if (progress != NULL) counted = *progress;
  if (counted.ledger == NULL) status = dove_job_ledger(store, request, &own, error);
  if (status == DOVE_OK) {
    if (own != NULL) counted.ledger = own;
    status = job == 0 ? runners[request->kind](store, request, result, &counted, error)
                      : perform_recorded(store, request, job, result, &counted, error);
    const dove_status taken = take_spending(counted.ledger, result, status == DOVE_OK ? error : NULL);
    if (status == DOVE_OK) status = taken;
  }
  dove_ledger_close(own);
  return status;
}

dove_status dove_job_run(dove_store *store, const dove_job_request *request, dove_job_result *result,
                         const dove_progress *progress, dove_error *error) {
  int64_t job;
  *result = (dove_job_result){0};
  const dove_status status = dove_job_begin(store, request, &job, error);
  return status == DOVE_OK ? dove_job_perform(store, request, job, result, progress, error) : status;
}

void dove_job_result_free(dove_job_result *result) {
  dove_import_report_free(&result->import);
  free(result->spending);
  *result = (dove_job_result){0};
}
