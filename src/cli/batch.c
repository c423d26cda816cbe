#include "cli/batch.h"

#include <string.h>

#include "cli/files.h"
#include "cli/output.h"
#include "cli/project.h"
#include "dove/batch.h"
#include "dove/job.h"
#include "dove/project_settings.h"
#include "dove/roles.h"
#include "dove/store_bundle.h"

/* ---- Out ---- */

/* The jobs that ask a role, as dry runs: their plans are what a batch has. Returns how many. */
static size_t jobs_of(const cli_call *call, dove_role role, dove_job_request requests[DOVE_JUDGE_QUESTIONS]) {
  static const dove_job_kind kinds[] = {
      [DOVE_ROLE_RECOGNIZER] = DOVE_JOB_EXTRACT,   [DOVE_ROLE_EMBEDDER] = DOVE_JOB_EMBED,
      [DOVE_ROLE_NAMER] = DOVE_JOB_BUILD,          [DOVE_ROLE_DECODER] = DOVE_JOB_BUILD,
      [DOVE_ROLE_EXAMINEE] = DOVE_JOB_GENERATE,    [DOVE_ROLE_JUDGE] = DOVE_JOB_JUDGE,
      [DOVE_ROLE_TRANSLATOR] = DOVE_JOB_TRANSLATE,
  };
  const size_t count = role == DOVE_ROLE_JUDGE ? DOVE_JUDGE_QUESTIONS : 1;
  for (size_t i = 0; i < count; i++) {
    requests[i] = dove_job_request_of(kinds[role]);
    requests[i].extract.dry_run = requests[i].embed.dry_run = requests[i].build.dry_run = true;
    requests[i].generate = (dove_generate_options){.model = cli_text(call, "model", NULL),
                                                   .role = cli_text(call, "playing", NULL),
                                                   .samples = cli_integer(call, "samples", 1),
                                                   .dry_run = true};
    requests[i].judge = (dove_judge_options){.question = (dove_judge_question)i, .dry_run = true};
    requests[i].translate.dry_run = true;
  }
  return count;
}

static dove_status find_role(const cli_call *call, dove_role *role, dove_error *error) {
  const char *name = cli_text(call, "role", "recognizer");
  for (int i = 0; i < DOVE_ROLES; i++) {
    *role = (dove_role)i;
    if (strcmp(dove_role_name(*role), name) == 0) return DOVE_OK;
  }
  return dove_fail(error, DOVE_USAGE, "no model has the role '%s'", name);
}

static dove_status refuse_embedded(dove_store *store, dove_role role, dove_error *error) {
  dove_settings settings;
  const char *name = dove_role_name(role);
  const dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK || role == DOVE_ROLE_EXAMINEE || dove_role_is_set(&settings, role)) return status;
  return dove_fail(error, DOVE_USAGE,
                   "no model is the %s of this project, so nothing is sent: set '%s.url' and '%s.model'", name, name,
                   name);
}

static dove_status plan_batch(const cli_call *call, dove_store *store, dove_role role, dove_batch *batch,
                              dove_error *error) {
  dove_job_request requests[DOVE_JUDGE_QUESTIONS];
  const size_t count = jobs_of(call, role, requests);
  const dove_ledger_options options = {.mode = DOVE_LEDGER_PLAN, .planned = dove_batch_add, .user = batch};
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    dove_job_result result = {0};
    dove_ledger *ledger = NULL;
    status = dove_ledger_open(&options, &ledger, error);
    if (status != DOVE_OK) break;
    dove_progress progress = *cli_progress_begin(call);
    progress.ledger = ledger;
    status = dove_job_run(store, &requests[i], &result, &progress, error);
    cli_progress_end();
    dove_job_result_free(&result);
    dove_ledger_close(ledger);
  }
  return status;
}

static void say_batch(const cli_call *call, const char *path, const dove_batch_report *report) {
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_object_begin(&writer, false);
    dove_json_member_integer(&writer, "requests", (int64_t)report->requests);
    dove_json_member_integer(&writer, "files", (int64_t)report->files);
    dove_json_object_end(&writer);
  } else if (!call->quiet) {
    printf("%zu requests in %zu %s: ", report->requests, report->files, report->files == 1 ? "file" : "files");
    cli_put_text(stdout, path);
    printf("; 'dove import PROJECT FILE --as batch' takes the results\n");
  }
}

dove_status cli_export_batch(const cli_call *call, dove_error *error) {
  const char *path = cli_text(call, "output", NULL);
  dove_role role = DOVE_ROLE_RECOGNIZER;
  dove_store *store = NULL;
  dove_batch *batch = NULL;
  dove_batch_report report = {0};
  dove_status status = cli_require(call, "output", error);
  if (status == DOVE_OK) status = find_role(call, &role, error);
  if (status == DOVE_OK) status = cli_check_output(path, error);
  if (status == DOVE_OK) status = cli_open_project(call->arguments[0], &store, error);
  if (status != DOVE_OK) return status;
  status = refuse_embedded(store, role, error);
  if (status == DOVE_OK) status = dove_batch_begin(store, dove_role_name(role), path, &batch, error);
  if (status == DOVE_OK) status = plan_batch(call, store, role, batch, error);
  if (status == DOVE_OK) status = dove_batch_commit(batch, &report, error);
  if (status == DOVE_OK) say_batch(call, path, &report);
  dove_batch_free(batch);
  dove_store_close(store);
  return status;
}

dove_status cli_export_bundle(const cli_call *call, dove_error *error) {
  const char *path = cli_text(call, "output", NULL);
  dove_store *store = NULL;
  dove_status status = cli_require(call, "output", error);
  if (status == DOVE_OK) status = cli_open_project(call->arguments[0], &store, error);
  if (status != DOVE_OK) return status;
  status = dove_store_bundle(store, path, strcmp(cli_text(call, "answers", "all"), "none") != 0, error);
  if (status == DOVE_OK && !call->quiet && !call->json) {
    fputs("made ", stdout);
    cli_put_text(stdout, path);
    fputc('\n', stdout);
  }
  dove_store_close(store);
  return status;
}

/* ---- In ---- */

static void say_import(const cli_call *call, const dove_batch_import_report *report) {
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_object_begin(&writer, false);
    dove_json_member_integer(&writer, "lines", (int64_t)report->lines);
    dove_json_member_integer(&writer, "answered", (int64_t)report->answered);
    dove_json_member_integer(&writer, "failed", (int64_t)report->failed);
    dove_json_member_integer(&writer, "answered_before", (int64_t)report->known);
    dove_json_member_integer(&writer, "unknown", (int64_t)report->unknown);
    dove_json_object_end(&writer);
  } else if (!call->quiet) {
    printf("%zu answers are in the cache now; %zu failed, %zu were there already\n", report->answered, report->failed,
           report->known);
  }
  for (size_t i = 0; i < report->unknown && i < DOVE_BATCH_NAMED; i++)
    cli_remark(call, "this project made no request '%s'", report->named[i]);
  if (report->unknown > DOVE_BATCH_NAMED) cli_remark(call, "… and %zu more", report->unknown - DOVE_BATCH_NAMED);
}

dove_status cli_import_batch(const cli_call *call, dove_error *error) {
  dove_store *store = NULL;
  dove_settings settings;
  dove_batch_import_report report = {0};
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status != DOVE_OK) return status;
  status = dove_project_settings_load(store, &settings, error);
  for (size_t i = 1; i < call->argument_count && status == DOVE_OK; i++) {
    status = dove_batch_import(store, &settings, call->arguments[i], &report, cli_progress_begin(call), error);
    cli_progress_end();
  }
  if (status == DOVE_OK && report.lines > 0 && report.unknown == report.lines)
    status = dove_fail(error, DOVE_INPUT, "none of these results is of a request that '%s' made, '%s' for instance",
                       call->arguments[0], report.named[0]);
  if (status == DOVE_OK) say_import(call, &report);
  dove_store_close(store);
  return status;
}
