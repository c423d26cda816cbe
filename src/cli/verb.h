/* What the command line can do: each family of verbs keeps one table of its verbs and their options, and from these
 * tables come the parser, `--help`, the manual page and the completions of the shells. */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dove/buffer.h"
#include "dove/error.h"
#include "dove/json_writer.h"

typedef enum cli_kind {
  CLI_FLAG,    /* takes no value */
  CLI_TEXT,    /* any text */
  CLI_FILE,    /* the name of a file, for the completions */
  CLI_FOLDER,  /* the name of a folder */
  CLI_INTEGER, /* a whole number in low … high */
  CLI_REAL,    /* a finite number in low … high */
  CLI_CHOICE,  /* one word of `choices` */
} cli_kind;

typedef struct cli_option {
  const char *name; /* without the dashes; NULL ends a table */
  char letter;      /* its short form, 0 when it has none */
  bool repeated;    /* may be given several times */
  cli_kind kind;
  const char *value;   /* what stands for the value in the help: "FILE" */
  const char *choices; /* separated by spaces */
  double low, high;
  const char *help; /* one line */
} cli_option;

/* Options that several verbs have: what a project numbers from 1, its runs, and the iterations of a run. */
#define CLI_ID(option, stands, text) \
  { .name = (option), .kind = CLI_INTEGER, .value = (stands), .low = 1, .high = 1e15, .help = (text) }
#define CLI_RUN(text) CLI_ID("run", "N", text)
#define CLI_ITERATION(text) \
  { .name = "at", .kind = CLI_INTEGER, .value = "t", .low = 0, .high = 1e6, .help = (text) }

/* Traits of a verb: the options that several have in common, and what must be set up before it runs. */
enum {
  CLI_JSON = 1,     /* prints results, so it has --json */
  CLI_SEED = 2,     /* draws random numbers */
  CLI_THREADS = 4,  /* uses the math's threads */
  CLI_COMPUTES = 8, /* wants the best kernel of the linear algebra */
};

typedef struct cli_call cli_call;

typedef struct cli_verb {
  const char *name;          /* "build"; the verbs of a family have two words: "compute uot". NULL ends a table */
  const char *arguments;     /* "PROJECT FILE…" */
  const char *words;         /* what the argument after the project can be, separated by spaces; "" for anything */
  const char *summary;       /* a line without a full stop */
  const char *details;       /* further sentences, "" when the summary says it all */
  const cli_option *options; /* its own options, NULL when it has none */
  size_t least, most;        /* number of arguments; most CLI_MANY: no limit */
  unsigned traits;
  dove_status (*run)(const cli_call *call, dove_error *error);
} cli_verb;

#define CLI_MANY ((size_t)-1)

/* One option as it was given. */
typedef struct cli_given {
  const cli_option *option;
  const char *text; /* NULL for a flag */
} cli_given;

/* A parsed command line. Texts point into argv. */
struct cli_call {
  const cli_verb *verb;
  const char **arguments;
  size_t argument_count;
  cli_given *given;
  size_t given_count;
  bool json, quiet, help;
};

/* The tables of all families, NULL-terminated, in the order in which help lists them. */
extern const cli_verb *const cli_families[];

extern const cli_verb cli_project_verbs[];
extern const cli_verb cli_work_verbs[];
extern const cli_verb cli_model_verbs[];
extern const cli_verb cli_compute_verbs[];
extern const cli_verb cli_study_verbs[];
extern const cli_verb cli_review_verbs[];
extern const cli_verb cli_annotate_verbs[];
extern const cli_verb cli_other_verbs[];

/* The options that verbs share; those that `verb` has not the trait for are not its own. */
extern const cli_option cli_common_options[];
bool cli_has_common(const cli_verb *verb, const cli_option *option);

/* A verb by its words: argv[0] alone or with argv[1]. *words is how many were used. NULL when there is none. */
const cli_verb *cli_find_verb(int argc, char **argv, int *words);

/* Parses what follows the verb's words. DOVE_USAGE with the reason; the call is then empty. Freed with
 * cli_call_free(). */
dove_status cli_parse(const cli_verb *verb, int argc, char **argv, cli_call *call, dove_error *error);
void cli_call_free(cli_call *call);

/* Values of options, by name: of the last one given, or the fallback. Asking for an option that the verb's table does
 * not have, or as another kind, ends the program: the verb is wrong then, not the user. */
bool cli_flag(const cli_call *call, const char *name);
const char *cli_text(const cli_call *call, const char *name, const char *fallback);
int64_t cli_integer(const cli_call *call, const char *name, int64_t fallback);
double cli_real(const cli_call *call, const char *name, double fallback);
bool cli_has(const cli_call *call, const char *name);

/* All values of a repeated option: how many, and number `index`. */
size_t cli_count(const cli_call *call, const char *name);
const char *cli_item(const cli_call *call, const char *name, size_t index);

/* DOVE_USAGE "'dove VERB' needs --NAME VALUE" unless it was given. */
dove_status cli_require(const cli_call *call, const char *name, dove_error *error);

/* The word of `words` (separated by spaces) nearest to a mistyped one, into `nearest`; false when none is near. */
bool cli_suggest(const char *typed, const char *words, char *nearest, size_t size);

/* Help on everything, on one family ("compute") or on one verb. False when `family` is none. */
void cli_print_help(FILE *file);
bool cli_print_family_help(FILE *file, const char *family);
/* What a verb does, and what its argument can be, in sentences. */
void cli_describe_verb(const cli_verb *verb, dove_buffer *out);
void cli_print_verb_help(FILE *file, const cli_verb *verb);

/* Prints what is made from the tables: "man", "keys", "bash", "zsh" or "fish". */
dove_status cli_write_generated(const char *what, FILE *file, dove_error *error);

#endif
