/* The verbs that work on a project: each is one job, run in this thread through the code that the explorer's queue
 * uses. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/batch.h"
#include "cli/code.h"
#include "cli/exchange.h"
#include "cli/files.h"
#include "cli/info.h"
#include "cli/output.h"
#include "cli/project.h"
#include "cli/score_compare.h"
#include "cli/scores.h"
#include "cli/spending.h"
#include "cli/usage.h"
#include "cli/verb.h"
#include "cli/work.h"
#include "dove/buffer.h"
#include "dove/explorer.h"
#include "dove/job.h"
#include "dove/sample.h"

static dove_status run_demo(const cli_call *call, dove_error *error);
static dove_status run_import(const cli_call *call, dove_error *error);
static dove_status run_extract(const cli_call *call, dove_error *error);
static dove_status run_embed(const cli_call *call, dove_error *error);
static dove_status run_build(const cli_call *call, dove_error *error);

static const cli_option demo_options[] = {
    {.name = "dir", .kind = CLI_FOLDER, .value = "DIR", .help = "where sample.dove is made (default: here)"},
    {.name = "no-ui", .kind = CLI_FLAG, .help = "print 'dove info' instead of opening the explorer"},
    {.name = NULL},
};

static const cli_option import_options[] = {
    {.name = "as",
     .kind = CLI_CHOICE,
     .value = "KIND",
     .choices = "documents expressions annotations codebook batch",
     .help = "documents, expressions, annotations (of any format), codebook (from the codes of another tool's file) or "
             "batch (what a batch came back with); default: by content"},
    {.name = "skip-bad", .kind = CLI_FLAG, .help = "leave out bad lines instead of importing nothing"},
    {.name = "culture", .kind = CLI_TEXT, .value = "G", .help = "culture of documents that name none"},
    {.name = "source", .kind = CLI_TEXT, .value = "NAME", .help = "source of documents that name none"},
    {.name = "topic", .kind = CLI_TEXT, .value = "TEXT", .help = "topic of documents that name none"},
    {.name = "lang", .kind = CLI_TEXT, .value = "TAG", .help = "language of documents that name none"},
    {.name = "role", .kind = CLI_TEXT, .value = "ROLE", .help = "role of documents that name none"},
    {.name = "embedder",
     .kind = CLI_TEXT,
     .value = "NAME",
     .help = "the embedder that made the vectors in the file (default: imported)"},
    {.name = NULL},
};

static const cli_option extract_options[] = {
    {.name = "limit", .kind = CLI_INTEGER, .value = "N", .low = 1, .high = 1e9, .help = "at most N documents"},
    {.name = "dry-run", .kind = CLI_FLAG, .help = "only tell what would be done, sent and spent"},
    CLI_SPENDING_OPTIONS,
    {.name = NULL},
};

static const cli_option embed_options[] = {
    {.name = "again", .kind = CLI_FLAG, .help = "embed everything anew, also with another embedder"},
    {.name = "dry-run", .kind = CLI_FLAG, .help = "only tell what would be done, sent and spent"},
    CLI_SPENDING_OPTIONS,
    {.name = NULL},
};

static const cli_option build_options[] = {
    {.name = "iterations",
     .kind = CLI_INTEGER,
     .value = "T",
     .low = 0,
     .high = 1000,
     .help = "refinements at the most (default: the setting T)"},
    {.name = "resume-from",
     .kind = CLI_INTEGER,
     .value = "t",
     .low = 0,
     .high = 1000,
     .help = "a new run that shares iterations 0 … t with another and goes on from there"},
    CLI_RUN("the run to resume (default: the current one)"),
    {.name = "with-overrides",
     .kind = CLI_FLAG,
     .help = "apply what reviewers entered for the run that is resumed (default of --resume-from: before the first)"},
    {.name = "overrides-only",
     .kind = CLI_FLAG,
     .help = "with --with-overrides: one step, made by these alone, without the rules"},
    {.name = "fresh", .kind = CLI_FLAG, .help = "begin anew even if a run was left unfinished"},
    {.name = "dry-run", .kind = CLI_FLAG, .help = "only tell what would be done, sent and spent"},
    CLI_SPENDING_OPTIONS,
    {.name = NULL},
};

const cli_verb cli_work_verbs[] = {
    {.name = "demo",
     .arguments = "",
     .words = "",
     .summary = "makes the sample project with the embedded engine and opens it",
     .details = "A sample project that is there already is kept; what it lacks is done.",
     .options = demo_options,
     .traits = CLI_JSON | CLI_THREADS | CLI_COMPUTES,
     .run = run_demo},
    {.name = "import",
     .arguments = "PROJECT FILE…",
     .words = "",
     .summary = "imports documents and value expressions",
     .details =
         "JSON lines or CSV, told apart by content, or a folder of .txt files (the file's name is the id, a "
         "sub-folder's the topic). With a bad line nothing is imported, unless --skip-bad. Files of other tools "
         "are known by content: a REFI-QDA codebook (.qdc) becomes a codebook run; REFI-QDA projects (.qdpx), "
         "doccano and Prodigy JSON lines, Label Studio JSON and CSV of codings become documents and expressions, "
         "and with --as codebook their codes a codebook run too.",
     .options = import_options,
     .least = 2,
     .most = CLI_MANY,
     .traits = CLI_JSON,
     .run = run_import},
    {.name = "extract",
     .arguments = "PROJECT",
     .words = "",
     .summary = "recognises value expressions in documents that have none",
     .details = "The embedded recognizer reads English; a model that recognizer.model names reads what it can.",
     .options = extract_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON | CLI_THREADS,
     .run = run_extract},
    {.name = "embed",
     .arguments = "PROJECT",
     .words = "",
     .summary = "embeds expressions that have no vector",
     .details = "By word vectors of English, or by the model that embedder.model names. A project has one embedder.",
     .options = embed_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON | CLI_THREADS | CLI_COMPUTES,
     .run = run_embed},
    {.name = "build",
     .arguments = "PROJECT",
     .words = "",
     .summary = "builds a codebook: the initial one, then refinement",
     .details =
         "Adds a run and overwrites none. A run that was left unfinished goes on. 'dove review' enters overrides.",
     .options = build_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON | CLI_SEED | CLI_THREADS | CLI_COMPUTES,
     .run = run_build},
    {.name = "code",
     .arguments = "PROJECT",
     .words = "",
     .summary = "codes documents, or one text, with the current codebook",
     .details = "",
     .options = cli_code_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON | CLI_THREADS | CLI_COMPUTES,
     .run = cli_run_code},
    {.name = "usage",
     .arguments = "PROJECT",
     .words = "",
     .summary = "tells who uses which code, and what sets two sides apart",
     .details = "The mean of q(z|x) over the coded documents of each culture and each model; with --first and --second "
                "the differences of the means of two sides, with 95 % intervals over topics.",
     .options = cli_usage_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON,
     .run = cli_run_usage},
    {.name = "score",
     .arguments = "PROJECT",
     .words = "",
     .summary = "scores models beside cultures",
     .details = "Every model beside every culture unless some are named. Each score has its 95 % interval and the "
                "ceiling: what a perfect model would get with so many documents.",
     .options = cli_score_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON | CLI_SEED | CLI_THREADS | CLI_COMPUTES,
     .run = cli_run_score},
    {.name = "compare",
     .arguments = "PROJECT",
     .words = "",
     .summary = "tells scores apart: differences with intervals",
     .details = "Every score of a run minus that of one model, or of its own model in another run, beside the same "
                "culture. The 95 % intervals are drawn by a paired bootstrap: the same topics for both scores.",
     .options = cli_compare_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON | CLI_SEED | CLI_THREADS | CLI_COMPUTES,
     .run = cli_run_compare},
    {.name = NULL},
};

dove_status cli_run_job(const cli_call *call, const dove_job_request *request, dove_job_result *result,
                        dove_error *error) {
  *result = (dove_job_result){0};
  dove_store *store = NULL;
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status != DOVE_OK) return status;
  dove_job_request whole = *request;
  cli_take_spending(call, &whole);
  status = dove_job_run(store, &whole, result, cli_progress_begin(call), error);
  cli_progress_end();
  dove_store_close(store);
  return status;
}

void cli_say_summary(const cli_call *call, const dove_job_result *result) {
  if (call->quiet) return;
  cli_put_text(stdout, result->summary);
  fputc('\n', stdout);
}

/* ---- demo ---- */

static dove_status demo_path(const cli_call *call, char **path, dove_error *error) {
  const char *folder = cli_text(call, "dir", ".");
  if (mkdir(folder, 0777) != 0 && errno != EEXIST) return dove_fail_errno(error, "make the folder", folder);
  dove_buffer buffer = {0};
  dove_buffer_printf(&buffer, "%s/sample.dove", folder);
  *path = dove_buffer_take(&buffer);
  return *path != NULL ? DOVE_OK : dove_fail_memory(error, "making the sample project");
}

static dove_status run_demo(const cli_call *call, dove_error *error) {
  char *path = NULL;
  bool made = false;
  dove_status status = demo_path(call, &path, error);
  if (status != DOVE_OK) return status;
  status = dove_sample_make(path, &made, cli_progress_begin(call), error);
  cli_progress_end();
  const bool screen = !cli_flag(call, "no-ui") && !call->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  if (status == DOVE_OK && !screen) {
    if (!made) cli_remark(call, "the sample project was there already; remove '%s' to make it anew", path);
    status = cli_print_info(call, path, error);
  } else if (status == DOVE_OK) {
    status = dove_explorer_run(path, NULL, error);
  }
  free(path);
  return status;
}

/* ---- import ---- */

enum { REMARKS_SHOWN = 20 };

static void print_import_json(const dove_import_report *report) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_integer(&writer, "documents", (int64_t)report->documents);
  dove_json_member_integer(&writer, "expressions", (int64_t)report->expressions);
  dove_json_member_integer(&writer, "vectors", (int64_t)report->vectors);
  dove_json_member_integer(&writer, "repeated", (int64_t)report->repeated);
  dove_json_member_integer(&writer, "skipped", (int64_t)report->skipped);
  dove_json_member_integer(&writer, "cultures_dropped", (int64_t)report->cultures_dropped);
  dove_json_member_integer(&writer, "evidence_dropped", (int64_t)report->evidence_dropped);
  dove_json_member_integer(&writer, "ignored_keys", (int64_t)report->ignored_keys);
  dove_json_key(&writer, "remarks");
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < report->remark_count; i++) dove_json_text(&writer, report->remarks[i].text);
  dove_json_array_end(&writer);
  dove_json_object_end(&writer);
}

static void say_remarks(const cli_call *call, const dove_import_report *report) {
  for (size_t i = 0; i < report->remark_count && i < REMARKS_SHOWN; i++)
    cli_remark(call, "%s", report->remarks[i].text);
  if (report->remark_count > REMARKS_SHOWN) {
    cli_remark(call, "… and %zu more remarks", report->remark_count - REMARKS_SHOWN);
  }
}

static dove_import_options read_import_options(const cli_call *call) {
  const char *as = cli_text(call, "as", "");
  dove_import_options options = {.skip_bad = cli_flag(call, "skip-bad"),
                                 .culture = cli_text(call, "culture", NULL),
                                 .source = cli_text(call, "source", NULL),
                                 .topic = cli_text(call, "topic", NULL),
                                 .lang = cli_text(call, "lang", NULL),
                                 .role = cli_text(call, "role", NULL),
                                 .embedder = cli_text(call, "embedder", NULL)};
  if (strcmp(as, "documents") == 0) options.as = DOVE_IMPORT_DOCUMENTS;
  if (strcmp(as, "expressions") == 0) options.as = DOVE_IMPORT_EXPRESSIONS;
  return options;
}

static dove_status run_import(const cli_call *call, dove_error *error) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_IMPORT);
  dove_job_result result;
  request.import.paths = call->arguments + 1;
  request.import.path_count = call->argument_count - 1;
  request.import.options = read_import_options(call);
  dove_status status = DOVE_OK;
  for (size_t i = 1; status == DOVE_OK && i < call->argument_count; i++) {
    status = cli_check_input(call->arguments[i], error);
  }
  bool taken = false;
  if (status == DOVE_OK && strcmp(cli_text(call, "as", ""), "batch") == 0) return cli_import_batch(call, error);
  if (status == DOVE_OK) status = cli_import_exchange(call, &request.import.options, &taken, error);
  if (status != DOVE_OK || taken) return status;
  status = cli_run_job(call, &request, &result, error);
  if (status == DOVE_OK && call->json) {
    print_import_json(&result.import);
  } else {
    say_remarks(call, &result.import);
    if (status == DOVE_OK) cli_say_summary(call, &result);
  }
  dove_job_result_free(&result);
  return status;
}

/* ---- extract ---- */

static void print_extract_json(const dove_job_result *result, bool dry_run) {
  const dove_recognise_report *report = &result->extract;
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_bool(&writer, "dry_run", dry_run);
  dove_json_member_integer(&writer, "documents", (int64_t)report->documents);
  dove_json_member_integer(&writer, "done", (int64_t)report->done);
  dove_json_member_integer(&writer, "silent", (int64_t)report->silent);
  dove_json_member_integer(&writer, "unreadable", (int64_t)report->unreadable);
  dove_json_member_integer(&writer, "expressions", (int64_t)report->expressions);
  cli_write_spending(&writer, result, dry_run);
  dove_json_object_end(&writer);
}

static dove_status run_extract(const cli_call *call, dove_error *error) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_EXTRACT);
  dove_job_result result;
  request.extract.limit = cli_integer(call, "limit", 0);
  request.extract.dry_run = cli_flag(call, "dry-run");
  const dove_status status = cli_run_job(call, &request, &result, error);
  if (status == DOVE_OK && call->json) {
    print_extract_json(&result, request.extract.dry_run);
  } else if (status == DOVE_OK && request.extract.dry_run) {
    printf("%zu documents would be read\n", result.extract.documents);
    cli_print_plan(&result);
  } else if (status == DOVE_OK) {
    cli_say_summary(call, &result);
  }
  dove_job_result_free(&result);
  return status;
}

/* ---- embed ---- */

static void print_embed_json(const dove_job_result *result, bool dry_run) {
  const dove_embed_report *report = &result->embed;
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_bool(&writer, "dry_run", dry_run);
  dove_json_member_integer(&writer, "expressions", (int64_t)report->expressions);
  dove_json_member_integer(&writer, "embedded", (int64_t)report->embedded);
  dove_json_member_integer(&writer, "failed", (int64_t)report->failed);
  dove_json_member_number(&writer, "known_words", dry_run ? (double)NAN : report->known_words);
  dove_json_key(&writer, "embedder");
  dove_json_object_begin(&writer, true);
  dove_json_member_text(&writer, "name", report->embedder);
  dove_json_member_integer(&writer, "dimension", report->dimension);
  dove_json_object_end(&writer);
  cli_write_spending(&writer, result, dry_run);
  dove_json_object_end(&writer);
}

static void say_embed(const cli_call *call, const dove_job_result *result) {
  const dove_embed_report *report = &result->embed;
  cli_say_summary(call, result);
  if (!call->quiet && isfinite(report->known_words)) {
    printf("%.1f %% of the words are known to the embedder\n", 100.0 * report->known_words);
  }
  for (size_t i = 0; i < report->failed && i < DOVE_EMBED_NAMED; i++) {
    cli_remark(call, "expression %lld has no known word and no vector: %s", (long long)report->named[i].id,
               report->named[i].text);
  }
  if (report->failed > DOVE_EMBED_NAMED) cli_remark(call, "… and %zu more", report->failed - DOVE_EMBED_NAMED);
}

static dove_status run_embed(const cli_call *call, dove_error *error) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_EMBED);
  dove_job_result result;
  request.embed.again = cli_flag(call, "again");
  request.embed.dry_run = cli_flag(call, "dry-run");
  const dove_status status = cli_run_job(call, &request, &result, error);
  if (status == DOVE_OK && call->json) {
    print_embed_json(&result, request.embed.dry_run);
  } else if (status == DOVE_OK && request.embed.dry_run) {
    printf("%zu expressions would be embedded\n", result.embed.expressions);
    cli_print_plan(&result);
  } else if (status == DOVE_OK) {
    say_embed(call, &result);
  }
  dove_job_result_free(&result);
  return status;
}

/* ---- build ---- */

static void print_build_json(const dove_job_result *result, bool dry_run) {
  const dove_build_report *report = &result->build;
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_bool(&writer, "dry_run", dry_run);
  dove_json_member_integer(&writer, "run", report->run);
  dove_json_member_bool(&writer, "resumed", report->resumed);
  dove_json_member_integer(&writer, "documents", (int64_t)report->documents);
  dove_json_member_integer(&writer, "documents_without", (int64_t)report->documents_without);
  dove_json_member_integer(&writer, "expressions", (int64_t)report->expressions);
  dove_json_member_integer(&writer, "expressions_without", (int64_t)report->expressions_without);
  dove_json_member_integer(&writer, "first_iteration", report->first_iteration);
  if (!dry_run) {
    dove_json_member_integer(&writer, "last_iteration", report->last_iteration);
    dove_json_member_integer(&writer, "best_iteration", report->best_iteration);
    dove_json_member_integer(&writer, "codes", (int64_t)report->codes);
    dove_json_member_number(&writer, "S", report->score);
    dove_json_member_bool(&writer, "fallback", report->fallback);
    dove_json_member_text(&writer, "stopped_by", report->stopped_by);
    dove_json_member_integer(&writer, "overrides_applied", (int64_t)report->overrides_applied);
    dove_json_member_integer(&writer, "overrides_impossible", (int64_t)report->overrides_impossible);
  }
  cli_write_spending(&writer, result, dry_run);
  dove_json_object_end(&writer);
}

static dove_status run_build(const cli_call *call, dove_error *error) {
  const bool with_overrides = cli_flag(call, "with-overrides");
  if (cli_has(call, "run") && !cli_has(call, "resume-from") && !with_overrides) {
    return dove_fail(error, DOVE_USAGE, "--run names the run to resume; it needs --resume-from t");
  }
  if (cli_flag(call, "overrides-only") && !with_overrides)
    return dove_fail(error, DOVE_USAGE, "--overrides-only says how --with-overrides builds; give both");
  dove_job_request request = dove_job_request_of(DOVE_JOB_BUILD);
  dove_job_result result;
  request.build.iterations = cli_integer(call, "iterations", -1);
  request.build.resume_iteration = cli_integer(call, "resume-from", -1);
  request.build.resume_run = cli_integer(call, "run", 0);
  request.build.fresh = cli_flag(call, "fresh");
  request.build.with_overrides = with_overrides;
  request.build.overrides_alone = cli_flag(call, "overrides-only");
  request.build.seed = cli_integer(call, "seed", -1);
  request.build.dry_run = cli_flag(call, "dry-run");
  const dove_status status = cli_run_job(call, &request, &result, error);
  const dove_build_report *report = &result.build;
  if (status == DOVE_OK && call->json) {
    print_build_json(&result, request.build.dry_run);
  } else if (status == DOVE_OK && request.build.dry_run) {
    printf("%zu expressions of %zu documents would take part; the first iteration to compute is %lld\n",
           report->expressions, report->documents, (long long)report->first_iteration);
    cli_print_plan(&result);
    if (result.spending_count > 0) printf("That is for one iteration; each later one asks for up to as much again.\n");
  } else if (status == DOVE_OK) {
    cli_say_summary(call, &result);
    if (!call->quiet && with_overrides)
      printf("%zu overrides applied, %zu impossible\n", report->overrides_applied, report->overrides_impossible);
    if (report->fallback) cli_remark(call, "fewer than two clusters were found: the first codebook comes from K-means");
  }
  dove_job_result_free(&result);
  return status;
}
