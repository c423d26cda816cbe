#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/verb.h"
#include "dove/blas.h"
#include "dove/clock.h"
#include "dove/log.h"
#include "dove/parallel.h"

const cli_verb *const cli_families[] = {cli_project_verbs, cli_work_verbs,   cli_model_verbs,
                                        cli_study_verbs,   cli_review_verbs, cli_annotate_verbs,
                                        cli_compute_verbs, cli_other_verbs,  NULL};

/* What the manual of the method names and this version has not, with the reason. */
static const struct {
  const char *words;
  const char *reason;
} absent[] = {
    {"study reliability", "export the scores and use 'dove compute alpha'"},
    {"study robustness", "export the scores and use 'dove compute correlation'"},
    {"study ablation", "ablations come with a later one"},
};

static dove_status fail_absent(int argc, char **argv, dove_error *error) {
  char two[64];
  snprintf(two, sizeof two, "%s %s", argv[0], argc > 1 ? argv[1] : "");
  for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
    if (strcmp(absent[i].words, argv[0]) == 0 || strcmp(absent[i].words, two) == 0) {
      return dove_fail(error, DOVE_USAGE, "this version of dove has no '%s': %s", absent[i].words, absent[i].reason);
    }
  }
  return DOVE_OK;
}

/* All verbs, or the second words of a family, separated by spaces. */
static void list_words(const char *family, char *words, size_t size) {
  const size_t length = strlen(family);
  size_t used = 0;
  for (size_t i = 0; cli_families[i] != NULL; i++) {
    for (const cli_verb *verb = cli_families[i]; verb->name != NULL && used < size; verb++) {
      const bool member = strncmp(verb->name, family, length) == 0 && verb->name[length] == ' ';
      if (length > 0 && !member) continue;
      const int added = snprintf(words + used, size - used, "%s ", length > 0 ? verb->name + length + 1 : verb->name);
      used += added > 0 ? (size_t)added : 0;
    }
  }
}

static dove_status fail_unknown(int argc, char **argv, dove_error *error) {
  char words[1024] = "", nearest[64];
  list_words(argv[0], words, sizeof words);
  if (words[0] != '\0') { /* a family without one of its verbs */
    if (argc < 2) return dove_fail(error, DOVE_USAGE, "'dove %s' needs one of: %s", argv[0], words);
    return dove_fail(error, DOVE_USAGE, "'dove %s' has no '%s'; it has: %s", argv[0], argv[1], words);
  }
  list_words("", words, sizeof words);
  if (cli_suggest(argv[0], words, nearest, sizeof nearest)) {
    return dove_fail(error, DOVE_USAGE, "there is no verb and no project '%s'; did you mean 'dove %s'?", argv[0],
                     nearest);
  }
  return dove_fail(error, DOVE_USAGE, "there is no verb and no project '%s'; see 'dove help'", argv[0]);
}

/* Whether a first word that is no verb means a project. */
static bool names_project(const char *word) {
  const size_t length = strlen(word);
  const bool suffix = length > 5 && strcmp(word + length - 5, ".dove") == 0;
  return suffix || strchr(word, '/') != NULL || access(word, F_OK) == 0;
}

/* Those of main(). */
static char **program_arguments;

static dove_status prepare(const cli_call *call, dove_error *error) {
  if ((call->verb->traits & CLI_THREADS) != 0) dove_threads_sleep(program_arguments);
  const char *log = cli_text(call, "log", getenv("DOVE_LOG"));
  dove_status status = DOVE_OK;
  if (log != NULL && log[0] != '\0') status = dove_log_open(log, error);
  if ((call->verb->traits & CLI_THREADS) != 0) dove_threads_set((int)cli_integer(call, "threads", 0));
  if ((call->verb->traits & CLI_COMPUTES) != 0) dove_blas_prefer();
  return status;
}

/* What was printed must have arrived, or the output is not worth a success. */
static dove_status finish_output(dove_error *error) {
  if (fflush(stdout) == 0 && ferror(stdout) == 0) return DOVE_OK;
  return dove_fail_errno(error, "write to", "standard output");
}

/* What was asked for and what came of it. */
static void log_call(const cli_call *call, dove_status status, double seconds, const dove_error *error) {
  dove_log("%s %s: %s after %.2f s%s%s", call->verb->name, call->argument_count > 0 ? call->arguments[0] : "",
           status == DOVE_OK          ? "done"
           : status == DOVE_CANCELLED ? "stopped"
                                      : "failed",
           seconds, error->message[0] != '\0' ? ": " : "", error->message);
}

static dove_status run_verb(const cli_verb *verb, int argc, char **argv, dove_error *error) {
  cli_call call;
  dove_status status = cli_parse(verb, argc, argv, &call, error);
  if (status != DOVE_OK) return status;
  if (call.help) {
    cli_print_verb_help(stdout, verb);
  } else {
    const double start = dove_clock_seconds();
    status = prepare(&call, error);
    if (status == DOVE_OK) status = verb->run(&call, error);
    log_call(&call, status, dove_clock_seconds() - start, error);
  }
  if (status == DOVE_OK) status = finish_output(error);
  cli_call_free(&call);
  dove_log_close();
  return status;
}

static dove_status dispatch(int argc, char **argv, dove_error *error) {
  const char *first = argv[0];
  int words = 1;
  const cli_verb *verb = cli_find_verb(argc, argv, &words);
  if (strcmp(first, "--generate") == 0 && argc == 2) {
    const dove_status status = cli_write_generated(argv[1], stdout, error);
    return status == DOVE_OK ? finish_output(error) : status;
  }
  if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
    cli_print_help(stdout);
    return finish_output(error);
  }
  if (strcmp(first, "--version") == 0) return run_verb(cli_find_verb(1, (char *[]){"version"}, &words), 0, NULL, error);
  const bool family_help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
  if (verb == NULL && family_help && cli_print_family_help(stdout, first)) return finish_output(error);
  if (verb == NULL) {
    const dove_status status = fail_absent(argc, argv, error);
    if (status != DOVE_OK) return status;
    if (!names_project(first)) return fail_unknown(argc, argv, error);
    verb = cli_find_verb(1, (char *[]){"explore"}, &words);
    words = 0;
  }
  return run_verb(verb, argc - words, argv + words, error);
}

int main(int argc, char **argv) {
  program_arguments = argv;
  signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is an error to report, like a full disk */
  cli_catch_interrupts();
  if (argc < 2) {
    cli_print_help(stderr);
    return dove_exit_code(DOVE_USAGE);
  }
  dove_error error = {0};
  const dove_status status = dispatch(argc - 1, argv + 1, &error);
  if (status == DOVE_OK) return 0;
  fflush(stdout);
  if (error.message[0] != '\0') {
    fprintf(stderr, "dove: %s\n", error.message);
  } else {
    fputs(status == DOVE_CANCELLED ? "dove: stopped\n" : "dove: it failed\n", stderr);
  }
  return dove_exit_code(status);
}
