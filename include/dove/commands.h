/* What a user can do in the explorer: one table of commands, and what is made from it. No curses here. */
#ifndef DOVE_COMMANDS_H
#define DOVE_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dove/command_table.h"
#include "dove/error.h"
#include "dove/keys.h"

typedef enum dove_command_id {
#define DOVE_COMMAND_ID(id, name, keys, context, arguments, completion, needs, help) DOVE_COMMAND_##id,
  DOVE_COMMAND_TABLE(DOVE_COMMAND_ID)
#undef DOVE_COMMAND_ID
      DOVE_COMMAND_COUNT,
  DOVE_COMMAND_NONE = DOVE_COMMAND_COUNT,
  /* Told to panes and their widgets, given by nobody: the words of a search as far as they are typed, and that they
   * were left without a search. */
  DOVE_COMMAND_SEARCH_TYPED,
  DOVE_COMMAND_SEARCH_LEFT,
} dove_command_id;

/* Where a command can be given: everywhere, or in certain panes. */
enum {
  DOVE_CONTEXT_GLOBAL = 1 << 0,
  DOVE_CONTEXT_OVERVIEW = 1 << 1,
  DOVE_CONTEXT_ITERATIONS = 1 << 2,
  DOVE_CONTEXT_DECISIONS = 1 << 3,
  DOVE_CONTEXT_CODES = 1 << 4,
  DOVE_CONTEXT_DOCUMENTS = 1 << 5,
  DOVE_CONTEXT_MAP = 1 << 6,
  DOVE_CONTEXT_SCORES = 1 << 7,
  DOVE_CONTEXT_ANNOTATE = 1 << 8,
  DOVE_CONTEXT_STUDIES = 1 << 9,
  DOVE_CONTEXT_JOBS = 1 << 10,
  DOVE_CONTEXT_JUDGING = 1 << 11, /* a part of the pane Annotate: while something is judged there */
  DOVE_CONTEXT_AGREEMENT = 1 << 12,
};

typedef enum dove_completion {
  DOVE_COMPLETION_NONE,
  DOVE_COMPLETION_FILE,
  DOVE_COMPLETION_THEME,
  DOVE_COMPLETION_COMMAND,
  DOVE_COMPLETION_COLUMN, /* the columns of the pane's list */
  DOVE_COMPLETION_CODE,   /* the codes of the codebook that is looked at */
  DOVE_COMPLETION_SIDE,   /* who uses them: people, models, cultures, models in their roles */
} dove_completion;

/* What predicates look at; the explorer fills it before it asks. */
typedef struct dove_command_state {
  bool project;    /* a project is open */
  bool writable;   /* and may be written to */
  bool documents;  /* it holds documents */
  bool codebook;   /* it has a codebook */
  bool iterations; /* the codebook has more than one iteration */
  bool scores;
  bool job;    /* something runs */
  bool search; /* a search was made */
  bool empty;  /* the pane shows nothing yet */
  bool undo;   /* there is something to undo, to redo */
  bool redo;
} dove_command_state;

typedef struct dove_command {
  dove_command_id id;
  const char *name;
  const char *keys; /* default bindings, ", " between them */
  uint32_t context;
  const char *arguments;
  dove_completion completion;
  const char *(*disabled)(const dove_command_state *state); /* the reason, NULL when it can be given */
  const char *help;
} dove_command;

const dove_command *dove_command_get(dove_command_id id);

/* By its name or an unambiguous beginning of it, among those of `contexts` (a set of DOVE_CONTEXT bits); NULL with
 * `error` (DOVE_USAGE) naming the candidates or the nearest command. */
const dove_command *dove_command_find(const char *name, size_t length, uint32_t contexts, dove_error *error);

/* The command that has this key by default, as the table writes it, among those of `contexts`: a pane's own before the
 * global ones. DOVE_COMMAND_NONE when there is none. */
dove_command_id dove_command_of_key(const char *key, size_t length, uint32_t contexts);

/* The name of a context for people: "everywhere", "Codes". One bit. */
const char *dove_context_name(uint32_t context);
uint32_t dove_context_parse(const char *name, size_t length); /* 0 when there is none of that name */

/* ---- Key map ---- */

typedef struct dove_keymap_entry {
  dove_binding binding;
  dove_command_id command; /* DOVE_COMMAND_NONE takes the key away */
  uint32_t context;
} dove_keymap_entry;

typedef struct dove_keymap {
  dove_keymap_entry *entries; /* owned */
  size_t count;
  size_t capacity;
} dove_keymap;

/* The default key map of the table; free it with dove_keymap_free(). */
dove_status dove_keymap_default(dove_keymap *keymap, dove_error *error);
void dove_keymap_free(dove_keymap *keymap);

/* Binds `binding` in `context`, in place of what it did there. */
dove_status dove_keymap_bind(dove_keymap *keymap, uint32_t context, const dove_binding *binding,
                             dove_command_id command, dove_error *error);

typedef enum dove_key_match { DOVE_KEY_NO_MATCH, DOVE_KEY_PREFIX, DOVE_KEY_COMMAND } dove_key_match;

/* What `first` (and `second`, when not DOVE_KEY_NONE) means in `contexts`: a pane's own bindings go before the global
 * ones. A key that is both a command and a prefix counts as a prefix. */
dove_key_match dove_keymap_lookup(const dove_keymap *keymap, uint32_t contexts, dove_key first, dove_key second,
                                  dove_command_id *command);

/* The bindings of a command as text, ", " between them: "j, Down"; "" for none. Returns the length without cutting
 * (like snprintf). */
int dove_keymap_describe(const dove_keymap *keymap, dove_command_id command, uint32_t contexts, char *text,
                         size_t size);

/* ---- What is made from the table ---- */

/* Writes man/dove-keys.7. Whether writing went well is told by the stream. */
void dove_commands_write_manual(FILE *out);

/* Writes text for troff: a backslash, a hyphen, a grave accent and a leading dot or quote mean something there. */
void dove_troff_write(FILE *out, const char *text);

#endif
