/* `dove annotate PROJECT WHAT`: rounds of annotation from the command line. */
#include "cli/annotate.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/project.h"

static dove_status run_annotate(const cli_call *call, dove_error *error);

static const cli_option annotate_options[] = {
    {.name = "as", .kind = CLI_TEXT, .value = "NAME", .help = "the annotator who is at work"},
    {.name = "round", .kind = CLI_TEXT, .value = "R", .help = "a round by number, name or uuid (default: the newest)"},
    {.name = "target",
     .kind = CLI_CHOICE,
     .value = "document|code",
     .choices = "document code",
     .help = "start: judge documents' recognised codes (default), or codes by themselves"},
    {.name = "rule",
     .kind = CLI_TEXT,
     .value = "RULE",
     .help = "start: all (default), sample:N, sample:N:culture,source,topic, or disagreements (of --parent)"},
    {.name = "parent", .kind = CLI_TEXT, .value = "R", .help = "start: the round that this one follows"},
    {.name = "name", .kind = CLI_TEXT, .value = "TEXT", .help = "start: the round's name"},
    {.name = "instruction", .kind = CLI_TEXT, .value = "TEXT", .help = "start: what annotators are told"},
    {.name = "open", .kind = CLI_FLAG, .help = "start: let annotators see each other's answers"},
    {.name = "blind-first", .kind = CLI_FLAG, .help = "start: ask for own codes before the model's are shown"},
    CLI_ID("item", "N", "the item that is judged"),
    {.name = "question",
     .kind = CLI_CHOICE,
     .value = "Q",
     .choices = "present meaningful redundant",
     .help = "present (default; of documents), meaningful or redundant (of codes)"},
    {.name = "answer",
     .kind = CLI_CHOICE,
     .value = "A",
     .choices = "yes no skip flag withdrawn",
     .help = "yes, no, skip, flag (to be talked about) or withdrawn"},
    {.name = "other",
     .kind = CLI_INTEGER,
     .value = "CODE",
     .low = 1,
     .high = 4294967295.0,
     .help = "the code with which this one is redundant"},
    {.name = "note", .kind = CLI_TEXT, .value = "TEXT", .help = "a remark that is kept with the answer"},
    {.name = "document", .kind = CLI_TEXT, .value = "ID", .help = "add, reveal: the document"},
    {.name = "code", .kind = CLI_TEXT, .value = "NAME", .help = "add: the name of a value that no code covers"},
    {.name = "span", .kind = CLI_TEXT, .value = "A:B", .help = "add: where, in characters from 0, the end left out"},
    {.name = "steps",
     .kind = CLI_INTEGER,
     .value = "N",
     .low = 1,
     .high = 1e9,
     .help = "undo, redo: how many (default: 1)"},
    {.name = "open-only", .kind = CLI_FLAG, .help = "items: only what is not answered yet"},
    {.name = "limit", .kind = CLI_INTEGER, .value = "N", .low = 1, .high = 1e9, .help = "items: at most so many"},
    {.name = "groups", .kind = CLI_FLAG, .help = "agreement: by culture, source, code and document as well"},
    {.name = "bootstrap",
     .kind = CLI_INTEGER,
     .value = "B",
     .low = 0,
     .high = 1e6,
     .help = "agreement: replicates of the intervals (default: 1000; 0: none)"},
    {.name = "width",
     .kind = CLI_REAL,
     .value = "W",
     .low = 1e-6,
     .high = 2,
     .help = "agreement: tell how many more items an interval of this width needs"},
    {.name = "fresh", .kind = CLI_FLAG, .help = "agreement: leave out codes whose members have changed since"},
    {.name = "output", .letter = 'o', .kind = CLI_FILE, .value = "FILE", .help = "export: write to FILE"},
    {.name = NULL},
};

const cli_verb cli_annotate_verbs[] = {
    {.name = "annotate",
     .arguments = "PROJECT WHAT [FILE…]",
     .words = "start rounds close items judge undo redo add reveal progress discuss consensus agreement shift export "
              "import",
     .summary = "runs rounds of annotation, and tells how far annotators agree",
     .details =
         "start draws a round; judge, undo, redo, add and reveal are one annotator's (--as); discuss lists ties "
         "and flags, consensus settles one; export and import pass rounds around as JSON lines, and import takes "
         "other copies of the project as well.",
     .options = annotate_options,
     .least = 2,
     .most = CLI_MANY,
     .traits = CLI_JSON | CLI_SEED | CLI_THREADS,
     .run = run_annotate},
    {.name = NULL},
};

dove_status cli_annotate_round(const cli_call *call, dove_store *store, int64_t *round, dove_error *error) {
  return dove_annotation_round_find(store, cli_text(call, "round", NULL), round, error);
}

static dove_status close_round(const cli_call *call, dove_store *store, dove_error *error) {
  int64_t round = 0;
  const dove_status status = cli_annotate_round(call, store, &round, error);
  return status == DOVE_OK ? dove_store_round_close(store, round, error) : status;
}

static const struct what {
  const char *word;
  dove_status (*run)(const cli_call *call, dove_store *store, dove_error *error);
  bool takes_files;
} whats[] = {
    {"start", cli_annotate_start, false},
    {"rounds", cli_annotate_rounds, false},
    {"close", close_round, false},
    {"items", cli_annotate_items, false},
    {"judge", cli_annotate_judge, false},
    {"undo", cli_annotate_undo, false},
    {"redo", cli_annotate_undo, false},
    {"add", cli_annotate_add, false},
    {"reveal", cli_annotate_add, false},
    {"progress", cli_annotate_progress, false},
    {"discuss", cli_annotate_discuss, false},
    {"consensus", cli_annotate_judge, false},
    {"shift", cli_annotate_shift, false},
    {"agreement", cli_annotate_agreement, false},
    {"export", cli_annotate_export, false},
    {"import", cli_annotate_import, true},
};

static dove_status run_annotate(const cli_call *call, dove_error *error) {
  const struct what *what = NULL;
  for (size_t i = 0; i < sizeof whats / sizeof whats[0]; i++) {
    if (strcmp(whats[i].word, call->arguments[1]) == 0) what = &whats[i];
  }
  if (what == NULL)
    return dove_fail(error, DOVE_USAGE, "'dove annotate PROJECT' has no '%s'; it has: %s", call->arguments[1],
                     call->verb->words);
  if (!what->takes_files && call->argument_count > 2)
    return dove_fail(error, DOVE_USAGE, "'dove annotate PROJECT %s' cannot take '%s'", what->word, call->arguments[2]);
  dove_store *store = NULL;
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status == DOVE_OK) status = what->run(call, store, error);
  dove_store_close(store);
  return status;
}
