#include <string.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/output.h"
#include "cli/project.h"
#include "cli/verb.h"
#include "dove/blas.h"
#include "dove/explorer.h"
#include "dove/parallel.h"
#include "dove/word_vectors.h"

static dove_status run_convert(const cli_call *call, dove_error *error);
static dove_status run_explore(const cli_call *call, dove_error *error);
static dove_status run_version(const cli_call *call, dove_error *error);
static dove_status run_help(const cli_call *call, dove_error *error);

static const cli_option convert_options[] = {
    {.name = "output", .letter = 'o', .kind = CLI_FILE, .value = "OUT.dvec", .help = "the file to write"},
    {.name = "words",
     .kind = CLI_INTEGER,
     .value = "N",
     .low = 1,
     .high = 1e9,
     .help = "only the first N words, which are the most frequent ones (default: all)"},
    {.name = NULL},
};

static const cli_option explore_options[] = {
    {.name = "theme",
     .kind = CLI_TEXT,
     .value = "NAME",
     .help = "colours: dark, light, mono, high-contrast, or a file"},
    {.name = "ascii", .kind = CLI_FLAG, .help = "draw with ASCII characters only"},
    {.name = "no-mouse", .kind = CLI_FLAG, .help = "leave the mouse to the terminal"},
    {.name = "start", .kind = CLI_TEXT, .value = "COMMAND", .help = "give this command first, as after ':'"},
    {.name = NULL},
};

const cli_verb cli_other_verbs[] = {
    {.name = "vectors convert",
     .arguments = "FILE",
     .words = "",
     .summary = "converts word vectors from GloVe, word2vec or fastText text to the program's form",
     .details = "",
     .options = convert_options,
     .least = 1,
     .most = 1,
     .traits = CLI_JSON,
     .run = run_convert},
    {.name = "explore",
     .arguments = "PROJECT",
     .words = "",
     .summary = "opens the explorer, as 'dove PROJECT' does",
     .details = "'?' shows its keys; so does dove-keys(7).",
     .options = explore_options,
     .least = 1,
     .most = 1,
     .traits = CLI_THREADS | CLI_COMPUTES,
     .run = run_explore},
    {.name = "version",
     .arguments = "",
     .words = "",
     .summary = "shows the program's version and what it runs on",
     .details = "",
     .traits = CLI_JSON | CLI_COMPUTES,
     .run = run_version},
    {.name = "help",
     .arguments = "[VERB]",
     .words = "",
     .summary = "prints this list, or the help of one verb",
     .details = "",
     .most = 2,
     .run = run_help},
    {.name = NULL},
};

/* ---- vectors convert ---- */

static void print_summary(const cli_call *call, const dove_word_vectors_summary *summary) {
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_object_begin(&writer, false);
    dove_json_member_integer(&writer, "words", summary->words);
    dove_json_member_integer(&writer, "dimension", summary->dimension);
    dove_json_member_integer(&writer, "lines", (int64_t)summary->lines);
    dove_json_member_integer(&writer, "duplicates", (int64_t)summary->duplicates);
    dove_json_member_integer(&writer, "unusable", (int64_t)summary->unusable);
    dove_json_object_end(&writer);
  } else if (!call->quiet) {
    printf("%u words of %u numbers written; left out: %llu repeated, %llu unusable\n", (unsigned)summary->words,
           (unsigned)summary->dimension, (unsigned long long)summary->duplicates,
           (unsigned long long)summary->unusable);
  }
}

static dove_status run_convert(const cli_call *call, dove_error *error) {
  dove_word_vectors_summary summary = {0};
  dove_status status = cli_require(call, "output", error);
  const char *output = cli_text(call, "output", NULL);
  if (status == DOVE_OK) status = cli_check_input(call->arguments[0], error);
  if (status == DOVE_OK) status = cli_check_output(output, error);
  if (status != DOVE_OK) return status;
  const uint32_t words = (uint32_t)cli_integer(call, "words", 0);
  status = dove_word_vectors_convert(call->arguments[0], output, words, &summary, cli_progress_begin(call), error);
  cli_progress_end();
  if (status == DOVE_OK) print_summary(call, &summary);
  return status;
}

/* ---- explore ---- */

static dove_status run_explore(const cli_call *call, dove_error *error) {
  const char *project = call->arguments[0];
  const dove_status status = cli_check_project(project, error);
  if (status != DOVE_OK) return status;
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
    return dove_fail(error, DOVE_USAGE,
                     "the explorer needs a terminal; 'dove info %s' prints what the project holds, 'dove help' lists "
                     "what else can be done",
                     project);
  }
  const dove_explorer_options options = {.theme = cli_text(call, "theme", NULL),
                                         .ascii = cli_flag(call, "ascii"),
                                         .no_mouse = cli_flag(call, "no-mouse"),
                                         .start = cli_text(call, "start", NULL)};
  dove_blas_prefer(); /* for the jobs that are started from the screen */
  return dove_explorer_run(project, &options, error);
}

/* ---- version, help ---- */

static dove_status run_version(const cli_call *call, dove_error *error) {
  (void)error;
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_object_begin(&writer, false);
    dove_json_member_text(&writer, "version", DOVE_VERSION);
    dove_json_member_text(&writer, "kernel", dove_blas_kernel());
    dove_json_member_integer(&writer, "threads", dove_threads());
    dove_json_object_end(&writer);
  } else {
    printf("dove %s\nlinear algebra: OpenBLAS, kernel %s, %d threads\n", DOVE_VERSION, dove_blas_kernel(),
           dove_threads());
  }
  return DOVE_OK;
}

static dove_status run_help(const cli_call *call, dove_error *error) {
  if (call->argument_count == 0) {
    cli_print_help(stdout);
    return DOVE_OK;
  }
  char *words[2] = {(char *)call->arguments[0], call->argument_count > 1 ? (char *)call->arguments[1] : NULL};
  int used;
  const cli_verb *verb = cli_find_verb((int)call->argument_count, words, &used);
  if (verb != NULL) {
    cli_print_verb_help(stdout, verb);
    return DOVE_OK;
  }
  if (cli_print_family_help(stdout, call->arguments[0])) return DOVE_OK;
  return dove_fail(error, DOVE_USAGE, "there is no verb '%s'; see 'dove help'", call->arguments[0]);
}
