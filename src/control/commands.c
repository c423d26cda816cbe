#include "dove/commands.h"

#include <stdio.h>
#include <string.h>

#include "dove/near_word.h"

/* ---- Why a command is disabled ---- */

static const char *needs_nothing(const dove_command_state *state) {
  (void)state;
  return NULL;
}

static const char *needs_project(const dove_command_state *state) {
  return state->project ? NULL : "no project is open: start with 'dove PROJECT'";
}

static const char *needs_writable(const dove_command_state *state) {
  if (!state->project) return needs_project(state);
  return state->writable ? NULL : "the project is open for reading only";
}

static const char *needs_job(const dove_command_state *state) { return state->job ? NULL : "no job is running"; }

static const char *needs_iterations(const dove_command_state *state) {
  if (!state->codebook) return "there is no codebook yet";
  return state->iterations ? NULL : "the codebook has one iteration only";
}

static const char *needs_content(const dove_command_state *state) {
  return state->empty ? "there is nothing here yet to look for" : NULL;
}

static const char *needs_search(const dove_command_state *state) {
  return state->search ? NULL : "nothing was searched for: press / first";
}

static const char *needs_undo(const dove_command_state *state) {
  return state->undo ? NULL : "there is nothing to undo";
}

static const char *needs_redo(const dove_command_state *state) {
  return state->redo ? NULL : "there is nothing to do again";
}

/* ---- The table ---- */

static const dove_command commands[DOVE_COMMAND_COUNT] = {
#define COMMAND_ROW(id_, name_, keys_, context_, arguments_, completion_, predicate_, help_) \
  [DOVE_COMMAND_##id_] = {.id = DOVE_COMMAND_##id_,                                          \
                          .name = name_,                                                     \
                          .keys = keys_,                                                     \
                          .context = DOVE_CONTEXT_##context_,                                \
                          .arguments = arguments_,                                           \
                          .completion = DOVE_COMPLETION_##completion_,                       \
                          .disabled = needs_##predicate_,                                    \
                          .help = help_},
    DOVE_COMMAND_TABLE(COMMAND_ROW)
#undef COMMAND_ROW
};

const dove_command *dove_command_get(dove_command_id id) {
  return (unsigned)id < DOVE_COMMAND_COUNT ? &commands[id] : NULL;
}

/* ---- Finding by name ---- */

static const dove_command *nearest_command(const char *name, size_t length, uint32_t contexts) {
  const dove_command *best = NULL;
  size_t fewest = SIZE_MAX;
  for (size_t i = 0; i < DOVE_COMMAND_COUNT; i++) {
    const size_t edits = dove_near_word(name, length, commands[i].name, strlen(commands[i].name));
    if ((commands[i].context & contexts) == 0 || edits >= fewest) continue;
    fewest = edits;
    best = &commands[i];
  }
  return best;
}

/* One that is given in other panes: of this name, or the only one that begins with it. */
static const dove_command *command_elsewhere(const char *name, size_t length) {
  const dove_command *found = NULL;
  size_t count = 0;
  for (size_t i = 0; i < DOVE_COMMAND_COUNT && length > 0; i++) {
    if (strncmp(commands[i].name, name, length) != 0) continue;
    if (commands[i].name[length] == '\0') return &commands[i];
    found = &commands[i];
    count++;
  }
  return count == 1 ? found : NULL;
}

/* "decisions (3) or codes (4)": the panes that a command is given in, and the keys that open them. */
static void name_panes(const dove_command *command, char *text, size_t size) {
  size_t length = 0;
  text[0] = '\0';
  for (size_t i = 0; i < DOVE_COMMAND_COUNT; i++) {
    const uint32_t context = dove_context_parse(commands[i].name, strlen(commands[i].name));
    const bool judging = context == DOVE_CONTEXT_ANNOTATE && (command->context & DOVE_CONTEXT_JUDGING) != 0;
    if ((command->context & context) == 0 && !judging) continue;
    const int written =
        snprintf(text + length, size - length, "%s%s (%.*s%s)", length > 0 ? " or " : "", commands[i].name,
                 (int)strcspn(commands[i].keys, ","), commands[i].keys, judging ? ", Enter on a round" : "");
    if (written < 0 || (size_t)written >= size - length) return;
    length += (size_t)written;
  }
}

const dove_command *dove_command_find(const char *name, size_t length, uint32_t contexts, dove_error *error) {
  const dove_command *found = NULL;
  const dove_command *second = NULL;
  for (size_t i = 0; i < DOVE_COMMAND_COUNT && length > 0; i++) {
    if ((commands[i].context & contexts) == 0 || strncmp(commands[i].name, name, length) != 0) continue;
    if (commands[i].name[length] == '\0') return &commands[i];
    if (found != NULL) second = &commands[i];
    if (found == NULL) found = &commands[i];
  }
  if (found != NULL && second == NULL) return found;
  int shown = length > 60 ? 60 : (int)length;
  if (found != NULL) {
    dove_fail(error, DOVE_USAGE, "'%.*s' could be '%s' or '%s': type more of it", shown, name, found->name,
              second->name);
    return NULL;
  }
  const dove_command *near = nearest_command(name, length, contexts), *elsewhere = command_elsewhere(name, length);
  if (elsewhere != NULL) {
    char panes[256];
    name_panes(elsewhere, panes, sizeof panes);
    dove_fail(error, DOVE_USAGE, "'%s' is a command of %s", elsewhere->name, panes);
  } else if (near != NULL) {
    dove_fail(error, DOVE_USAGE, "there is no command '%.*s' here: did you mean '%s'?", shown, name, near->name);
  } else {
    dove_fail(error, DOVE_USAGE, "there is no command '%.*s' here: ? lists them", shown, name);
  }
  return NULL;
}

/* ---- Contexts ---- */

typedef struct context_name {
  uint32_t context;
  const char *name;
} context_name;

static const context_name context_names[] = {
    {DOVE_CONTEXT_GLOBAL, "everywhere"},
    {DOVE_CONTEXT_OVERVIEW, "overview"},
    {DOVE_CONTEXT_ITERATIONS, "iterations"},
    {DOVE_CONTEXT_DECISIONS, "decisions"},
    {DOVE_CONTEXT_CODES, "codes"},
    {DOVE_CONTEXT_DOCUMENTS, "documents"},
    {DOVE_CONTEXT_MAP, "map"},
    {DOVE_CONTEXT_SCORES, "scores"},
    {DOVE_CONTEXT_ANNOTATE, "annotate"},
    {DOVE_CONTEXT_STUDIES, "studies"},
    {DOVE_CONTEXT_JOBS, "jobs"},
    {DOVE_CONTEXT_JUDGING, "judging"},
    {DOVE_CONTEXT_AGREEMENT, "agreement"},
};

enum { CONTEXTS = sizeof context_names / sizeof context_names[0] };

static bool has_key(const dove_command *command, const char *key, size_t length) {
  for (const char *rest = command->keys; *rest != '\0';) {
    const size_t size = strcspn(rest, ",");
    if (size == length && memcmp(rest, key, length) == 0) return true;
    rest += size;
    while (*rest == ',' || *rest == ' ') rest++;
  }
  return false;
}

dove_command_id dove_command_of_key(const char *key, size_t length, uint32_t contexts) {
  dove_command_id found = DOVE_COMMAND_NONE;
  for (int id = 0; id < DOVE_COMMAND_COUNT && length > 0; id++) {
    const dove_command *command = dove_command_get((dove_command_id)id);
    if ((command->context & contexts) == 0 || !has_key(command, key, length)) continue;
    if ((command->context & DOVE_CONTEXT_GLOBAL) == 0) return command->id;
    found = command->id;
  }
  return found;
}

const char *dove_context_name(uint32_t context) {
  for (size_t i = 0; i < CONTEXTS; i++) {
    if (context_names[i].context == context) return context_names[i].name;
  }
  return "";
}

uint32_t dove_context_parse(const char *name, size_t length) {
  for (size_t i = 0; i < CONTEXTS; i++) {
    if (strlen(context_names[i].name) == length && memcmp(context_names[i].name, name, length) == 0) {
      return context_names[i].context;
    }
  }
  return 0;
}
