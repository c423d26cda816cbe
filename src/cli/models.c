/* The verbs that have models write, judge and translate documents, and the one for their prompts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/project.h"
#include "cli/spending.h"
#include "cli/verb.h"
#include "cli/work.h"
#include "dove/project_prompts.h"
#include "dove/prompts.h"
#include "dove/text.h"

static dove_status run_generate(const cli_call *call, dove_error *error);
static dove_status run_judge(const cli_call *call, dove_error *error);
static dove_status run_translate(const cli_call *call, dove_error *error);
static dove_status run_prompts(const cli_call *call, dove_error *error);

static const cli_option generate_options[] = {
    {.name = "model",
     .kind = CLI_TEXT,
     .value = "NAME",
     .help = "the model, and the source of its documents (default: the setting examinee.model)"},
    {.name = "role", .kind = CLI_TEXT, .value = "ROLE", .help = "the role that it takes, such as Korean"},
    {.name = "samples",
     .kind = CLI_INTEGER,
     .value = "N",
     .low = 1,
     .high = 1000,
     .help = "documents for each topic (default: 1)"},
    {.name = "lang", .kind = CLI_TEXT, .value = "TAG", .help = "language to write in (default: that of the topic)"},
    {.name = "dry-run", .kind = CLI_FLAG, .help = "only tell what would be done, sent and spent"},
    CLI_SPENDING_OPTIONS,
    {.name = NULL},
};

static const cli_option judge_options[] = {
    {.name = "models", .kind = CLI_FLAG, .help = "judge documents of models too, not of people alone"},
    {.name = "limit", .kind = CLI_INTEGER, .value = "N", .low = 1, .high = 1e9, .help = "at most N documents"},
    {.name = "dry-run", .kind = CLI_FLAG, .help = "only tell what would be done, sent and spent"},
    CLI_SPENDING_OPTIONS,
    {.name = NULL},
};

static const cli_option translate_options[] = {
    {.name = "to", .kind = CLI_TEXT, .value = "TAG", .help = "the language to translate into (default: en)"},
    {.name = "limit", .kind = CLI_INTEGER, .value = "N", .low = 1, .high = 1e9, .help = "at most N documents"},
    {.name = "dry-run", .kind = CLI_FLAG, .help = "only tell what would be done, sent and spent"},
    CLI_SPENDING_OPTIONS,
    {.name = NULL},
};

static const cli_option prompts_options[] = {
    {.name = "set",
     .kind = CLI_FILE,
     .value = "FILE",
     .help = "let the project use this prompt in place of the program's"},
    {.name = "reset", .kind = CLI_FLAG, .help = "go back to the program's own"},
    {.name = NULL},
};

const cli_verb cli_model_verbs[] = {
    {.name = "generate",
     .arguments = "PROJECT",
     .words = "",
     .summary = "has a model write a document for each topic",
     .details = "What it writes is imported as that source and role. A call that was stopped goes on, and writes no "
                "document twice. The model is asked at examinee.url, or at endpoint.url.",
     .options = generate_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON,
     .run = run_generate},
    {.name = "judge",
     .arguments = "PROJECT QUESTION",
     .words = "subjectivity plausibility topic",
     .summary = "has a model judge documents that people wrote",
     .details = "The questions: subjectivity, how much of a document is its author's own view, and whether it tells of "
                "values; plausibility, whether it can be an answer to its topic; topic, what topic it answers, and "
                "whether that is specific to a country. Answers are kept with the documents and exported with them.",
     .options = judge_options,
     .least = 2,
     .most = 2,
     .traits = CLI_JSON,
     .run = run_judge},
    {.name = "translate",
     .arguments = "PROJECT",
     .words = "",
     .summary = "has a model translate documents, to be read beside them",
     .details = "Translations are never coded or scored; the explorer shows them, marked as such.",
     .options = translate_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON,
     .run = run_translate},
    {.name = "prompts",
     .arguments = "PROJECT [NAME]",
     .words = "recognizer namer decoder examinee examinee_role topic plausibility subjectivity translator",
     .summary = "lists the prompts of a project, prints one, or gives it another",
     .details = "",
     .options = prompts_options,
     .least = 1,
     .most = 2,
     .traits = CLI_JSON,
     .run = run_prompts},
    {.name = NULL},
};

/* ---- generate ---- */

static void print_generate_json(const dove_job_result *result, bool dry_run) {
  const dove_generate_report *report = &result->generate;
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_bool(&writer, "dry_run", dry_run);
  dove_json_member_text(&writer, "model", report->model);
  dove_json_member_integer(&writer, "topics", (int64_t)report->topics);
  dove_json_member_integer(&writer, "wanted", (int64_t)report->wanted);
  dove_json_member_integer(&writer, "there", (int64_t)report->there);
  dove_json_member_integer(&writer, "written", (int64_t)report->written);
  dove_json_member_integer(&writer, "failed", (int64_t)report->failed);
  cli_write_spending(&writer, result, dry_run);
  dove_json_object_end(&writer);
}

static dove_status run_generate(const cli_call *call, dove_error *error) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_GENERATE);
  dove_job_result result;
  request.generate = (dove_generate_options){.model = cli_text(call, "model", NULL),
                                             .role = cli_text(call, "role", NULL),
                                             .lang = cli_text(call, "lang", NULL),
                                             .samples = cli_integer(call, "samples", 1),
                                             .dry_run = cli_flag(call, "dry-run")};
  const dove_status status = cli_run_job(call, &request, &result, error);
  const dove_generate_report *report = &result.generate;
  if (status == DOVE_OK && call->json) {
    print_generate_json(&result, request.generate.dry_run);
  } else if (status == DOVE_OK && request.generate.dry_run) {
    printf("%zu documents would be written on %zu topics; %zu are there\n", report->wanted - report->there,
           report->topics, report->there);
    cli_print_plan(&result);
  } else if (status == DOVE_OK) {
    cli_say_summary(call, &result);
  }
  dove_job_result_free(&result);
  return status;
}

/* ---- judge, translate ---- */

static void print_reading_json(const dove_job_result *result, bool dry_run) {
  const dove_reading_report *report = &result->reading;
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_bool(&writer, "dry_run", dry_run);
  dove_json_member_integer(&writer, "documents", (int64_t)report->documents);
  dove_json_member_integer(&writer, "done", (int64_t)report->done);
  dove_json_member_integer(&writer, "failed", (int64_t)report->failed);
  cli_write_spending(&writer, result, dry_run);
  dove_json_object_end(&writer);
}

static dove_status run_reading(const cli_call *call, const dove_job_request *request, const char *done,
                               dove_error *error) {
  dove_job_result result;
  const bool dry_run = cli_flag(call, "dry-run");
  const dove_status status = cli_run_job(call, request, &result, error);
  if (status == DOVE_OK && call->json) {
    print_reading_json(&result, dry_run);
  } else if (status == DOVE_OK && dry_run) {
    printf("%zu documents would be %s\n", result.reading.documents, done);
    cli_print_plan(&result);
  } else if (status == DOVE_OK) {
    cli_say_summary(call, &result);
  }
  dove_job_result_free(&result);
  return status;
}

static dove_status run_judge(const cli_call *call, dove_error *error) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_JUDGE);
  request.judge = (dove_judge_options){
      .models = cli_flag(call, "models"), .limit = cli_integer(call, "limit", 0), .dry_run = cli_flag(call, "dry-run")};
  const dove_status status = dove_judge_question_parse(call->arguments[1], &request.judge.question, error);
  return status == DOVE_OK ? run_reading(call, &request, "judged", error) : status;
}

static dove_status run_translate(const cli_call *call, dove_error *error) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_TRANSLATE);
  request.translate = (dove_translate_options){
      .lang = cli_text(call, "to", NULL), .limit = cli_integer(call, "limit", 0), .dry_run = cli_flag(call, "dry-run")};
  return run_reading(call, &request, "translated", error);
}

/* ---- prompts ---- */

/* A prompt as it holds in the project. */
typedef struct held_prompt {
  dove_prompt_info info;
  char *text;
  char hash[17];
  bool own;
} held_prompt;

static dove_status read_prompt(dove_store *store, dove_prompt_info info, held_prompt *prompt, dove_error *error) {
  *prompt = (held_prompt){.info = info};
  const dove_status status = dove_project_prompt(store, info.name, &prompt->text, &prompt->own, error);
  return status == DOVE_OK ? dove_prompt_hash(prompt->text, prompt->hash, error) : status;
}

static void write_prompt_json(dove_json_writer *writer, const held_prompt *prompt, bool with_text) {
  dove_json_object_begin(writer, !with_text);
  dove_json_member_text(writer, "name", prompt->info.name);
  dove_json_member_bool(writer, "own", prompt->own);
  dove_json_member_text(writer, "hash", prompt->hash);
  dove_json_member_text(writer, "fields", prompt->info.fields);
  if (with_text) dove_json_member_text(writer, "text", prompt->text);
  dove_json_object_end(writer);
}

static void add_prompt_row(cli_table *table, const held_prompt *prompt) {
  cli_table_text(table, prompt->info.name);
  cli_table_text(table, prompt->own ? "the project" : "dove");
  cli_table_text(table, prompt->hash);
  cli_table_text(table, prompt->info.fields);
  cli_table_text(table, prompt->info.help);
}

static dove_status list_prompts(const cli_call *call, dove_store *store, dove_error *error) {
  held_prompt prompts[16] = {0};
  const size_t count = dove_prompt_count() < 16 ? dove_prompt_count() : 16;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++)
    status = read_prompt(store, dove_prompt_at(i), &prompts[i], error);
  if (status == DOVE_OK && call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_array_begin(&writer, false);
    for (size_t i = 0; i < count; i++) write_prompt_json(&writer, &prompts[i], false);
    dove_json_array_end(&writer);
  } else if (status == DOVE_OK) {
    cli_table table;
    cli_table_begin(&table, "lllll", (const char *[]){"prompt", "from", "hash", "fields", "asks for"});
    for (size_t i = 0; i < count; i++) add_prompt_row(&table, &prompts[i]);
    status = cli_table_print(&table, stdout, error);
  }
  for (size_t i = 0; i < count; i++) free(prompts[i].text);
  return status;
}

/* A file gets it as it is, to be changed and set; a terminal in its visible form. */
static dove_status put_prompt(const char *text, dove_error *error) {
  if (!isatty(STDOUT_FILENO)) {
    fputs(text, stdout);
    return DOVE_OK;
  }
  char *visible = dove_text_visible_lines(text, strlen(text), NULL, NULL, 0);
  if (visible == NULL) return dove_fail_memory(error, "printing a prompt");
  fputs(visible, stdout);
  free(visible);
  return DOVE_OK;
}

static dove_status print_prompt(const cli_call *call, dove_store *store, const dove_prompt_info *info,
                                dove_error *error) {
  held_prompt prompt;
  dove_status status = read_prompt(store, *info, &prompt, error);
  if (status == DOVE_OK && call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    write_prompt_json(&writer, &prompt, true);
  } else if (status == DOVE_OK) {
    status = put_prompt(prompt.text, error);
  }
  free(prompt.text);
  return status;
}

static dove_status change_prompt(const cli_call *call, dove_store *store, const dove_prompt_info *info,
                                 dove_error *error) {
  const char *path = cli_text(call, "set", NULL);
  char *text = NULL;
  if (path != NULL && cli_flag(call, "reset")) return dove_fail(error, DOVE_USAGE, "--set or --reset, not both");
  dove_status status = path != NULL ? dove_prompt_read(info->name, path, &text, error) : DOVE_OK;
  if (status == DOVE_OK) status = dove_project_prompt_set(store, info->name, text, error);
  free(text);
  if (status == DOVE_OK && !call->quiet && !call->json)
    printf("the prompt %s is now %s\n", info->name, path != NULL ? "the project's own" : "the program's");
  return status;
}

static dove_status run_prompts(const cli_call *call, dove_error *error) {
  const bool named = call->argument_count > 1, changed = cli_has(call, "set") || cli_flag(call, "reset");
  dove_store *store = NULL;
  dove_prompt_info info = {0};
  if (changed && !named) return dove_fail(error, DOVE_USAGE, "which prompt? --set and --reset go with its name");
  dove_status status = named ? dove_prompt_find(call->arguments[1], &info, error) : DOVE_OK;
  if (status == DOVE_OK) status = cli_open_project(call->arguments[0], &store, error);
  if (status == DOVE_OK && changed) status = change_prompt(call, store, &info, error);
  if (status == DOVE_OK && (!changed || call->json))
    status = named ? print_prompt(call, store, &info, error) : list_prompts(call, store, error);
  dove_store_close(store);
  return status;
}
