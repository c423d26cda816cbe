#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/model_reviews.h"
#include "dove/model_usage.h"
#include "dove/text.h"
#include "tui/shell.h"

/* ---- Completion ---- */

static bool starts_with(const char *text, const char *start, size_t length) {
  return strncmp(text, start, length) == 0;
}

static void complete_commands(const dove_explorer *explorer, const char *word, dove_completions *candidates) {
  for (int id = 0; id < DOVE_COMMAND_COUNT; id++) {
    const dove_command *command = dove_command_get((dove_command_id)id);
    bool here = (command->context & shell_contexts(explorer)) != 0 && shell_has_command(explorer, command->id);
    if (here && starts_with(command->name, word, strlen(word))) dove_completions_add(candidates, command->name);
  }
}

typedef struct theme_names {
  const char *word;
  dove_completions *candidates;
} theme_names;

static void complete_theme(void *user, const char *name) {
  const theme_names *names = user;
  if (starts_with(name, names->word, strlen(names->word))) dove_completions_add(names->candidates, name);
}

static void complete_themes(const char *word, dove_completions *candidates) {
  theme_names names = {word, candidates};
  dove_theme_list(complete_theme, &names);
}

static void complete_columns(dove_explorer *explorer, const char *word, dove_completions *candidates) {
  const shell_pane *pane = shell_current_pane(explorer);
  if (pane == NULL || pane->operations->column == NULL) return;
  for (size_t i = 0;; i++) {
    const char *title = pane->operations->column(pane->self, i);
    if (title == NULL) return;
    if (starts_with(title, word, strlen(word))) dove_completions_add(candidates, title);
  }
}

static void complete_sides(dove_explorer *explorer, const char *word, dove_completions *candidates) {
  dove_model *model = dove_explorer_model(explorer);
  const dove_usage_matrix *matrix = NULL;
  if (model == NULL || dove_model_usage(model, &matrix, NULL) != DOVE_OK) return;
  for (int side = DOVE_SIDE_MODELS; side < (int)matrix->groups; side++) {
    const char *name = dove_side_name(matrix, side);
    if (starts_with(name, word, strlen(word))) dove_completions_add(candidates, name);
  }
}

static void complete_code(void *user, const char *name) { dove_completions_add(user, name); }

static void complete_codes(dove_explorer *explorer, const char *word, dove_completions *candidates) {
  dove_model *model = dove_explorer_model(explorer);
  if (model != NULL) dove_model_complete_code(model, word, complete_code, candidates);
}

/* Names in the folder that the word has so far; what is no valid UTF-8 or would not be shown as it is, is left out. */
static void complete_files(const char *word, dove_completions *candidates) {
  const char *slash = strrchr(word, '/');
  size_t folder = slash != NULL ? (size_t)(slash - word) + 1 : 0;
  char *path = folder > 0 ? dove_strndup(word, folder) : dove_strdup(".");
  DIR *directory = path != NULL ? opendir(path) : NULL;
  const struct dirent *entry;
  while (directory != NULL && (entry = readdir(directory)) != NULL) {
    size_t length = strlen(entry->d_name);
    bool hidden = entry->d_name[0] == '.' && word[folder] != '.';
    if (hidden || !starts_with(entry->d_name, word + folder, strlen(word + folder))) continue;
    char *visible = dove_text_visible(entry->d_name, length);
    char full[1024];
    snprintf(full, sizeof full, "%.*s%s", (int)(folder < 700 ? folder : 700), word, entry->d_name);
    if (visible != NULL && strcmp(visible, entry->d_name) == 0) dove_completions_add(candidates, full);
    free(visible);
  }
  if (directory != NULL) closedir(directory);
  free(path);
}

static void complete_argument(dove_explorer *explorer, dove_completion completion, const char *word,
                              dove_completions *candidates) {
  switch (completion) {
    case DOVE_COMPLETION_FILE: complete_files(word, candidates); break;
    case DOVE_COMPLETION_THEME: complete_themes(word, candidates); break;
    case DOVE_COMPLETION_COMMAND: complete_commands(explorer, word, candidates); break;
    case DOVE_COMPLETION_COLUMN: complete_columns(explorer, word, candidates); break;
    case DOVE_COMPLETION_CODE: complete_codes(explorer, word, candidates); break;
    case DOVE_COMPLETION_SIDE: complete_sides(explorer, word, candidates); break;
    case DOVE_COMPLETION_NONE: break;
  }
}

/* After `:`: the name of a command, then its argument. */
static void complete_line(void *user, const char *text, dove_completions *candidates) {
  dove_explorer *explorer = user;
  size_t name = strcspn(text, " ");
  if (text[name] == '\0') {
    complete_commands(explorer, text, candidates);
    return;
  }
  dove_error ignored;
  const dove_command *command = dove_command_find(text, name, shell_contexts(explorer), &ignored);
  if (command == NULL) return;
  candidates->start = name + strspn(text + name, " ");
  complete_argument(explorer, command->completion, text + candidates->start, candidates);
}

static void complete_alone(void *user, const char *text, dove_completions *candidates) {
  dove_explorer *explorer = user;
  complete_argument(explorer, dove_command_get(explorer->prompt_command)->completion, text, candidates);
}

/* ---- Asking ---- */

void shell_ask_command(dove_explorer *explorer) {
  dove_prompt_open(&explorer->prompt, ":", NULL, &explorer->command_history);
  explorer->prompt.complete = complete_line;
  explorer->prompt.user = explorer;
  explorer->prompt_kind = PROMPT_COMMAND;
}

void shell_ask_argument(dove_explorer *explorer, dove_command_id id) {
  const dove_command *command = dove_command_get(id);
  char label[80];
  snprintf(label, sizeof label, "%s %s: ", command->name, command->arguments);
  const char *shown = id == DOVE_COMMAND_SEARCH ? "/" : id == DOVE_COMMAND_FILTER ? "filter: " : label;
  bool words = id == DOVE_COMMAND_SEARCH || id == DOVE_COMMAND_FILTER;
  dove_prompt_open(&explorer->prompt, shown, NULL, words ? &explorer->search_history : &explorer->other_history);
  explorer->prompt.complete = complete_alone;
  explorer->prompt.user = explorer;
  explorer->prompt_kind = PROMPT_ARGUMENT;
  explorer->prompt_command = id;
}

void dove_explorer_ask(dove_explorer *explorer, const char *label, const char *initial,
                       void (*done)(dove_explorer *explorer, void *self, const char *answer), void *self) {
  dove_prompt_open(&explorer->prompt, label, initial, &explorer->other_history);
  explorer->prompt_kind = PROMPT_PANE;
  explorer->prompt_done = done;
  explorer->prompt_self = self;
}

bool dove_explorer_asks(const dove_explorer *explorer) {
  return explorer->prompt.open && explorer->prompt_kind == PROMPT_PANE;
}

void dove_explorer_complete(dove_explorer *explorer,
                            void (*complete)(void *self, const char *text, dove_completions *candidates)) {
  explorer->prompt.complete = complete;
  explorer->prompt.user = explorer->prompt_self;
}

void dove_explorer_confirm(dove_explorer *explorer, const char *question,
                           void (*done)(dove_explorer *explorer, void *self), void *self) {
  snprintf(explorer->question, sizeof explorer->question, "%.*s",
           (int)dove_utf8_valid_prefix(question, strlen(question) < 240 ? strlen(question) : 240), question);
  explorer->confirmed = done;
  explorer->confirm_self = self;
}

/* ---- Answers ---- */

static void answer(dove_explorer *explorer, const char *text) {
  switch (explorer->prompt_kind) {
    case PROMPT_COMMAND: shell_command_line(explorer, text); break;
    case PROMPT_PANE: {
      const shell_action action = {.kind = ACTION_ANSWER, .text = text};
      shell_act(explorer, &action);
      break;
    }
    case PROMPT_ARGUMENT: {
      bool may_be_empty = dove_command_get(explorer->prompt_command)->arguments[0] == '[' &&
                          explorer->prompt_command != DOVE_COMMAND_EXPORT;
      if (text[0] != '\0' || may_be_empty) shell_command(explorer, explorer->prompt_command, text);
      break;
    }
  }
}

/* Tells who is searched in: the text that lies over the pane, or the pane. */
static dove_pane_result tell(dove_explorer *explorer, dove_command_id id, const char *words, dove_error *error) {
  if (explorer->overlay.kind == OVERLAY_TEXT) {
    return dove_text_view_command(&explorer->overlay.text, id, words, error);
  }
  const shell_pane *pane = shell_current_pane(explorer);
  if (pane == NULL || pane->failed) return DOVE_PANE_IGNORED;
  return pane->operations->command(pane->self, id, words, error);
}

void shell_prompt_changed(dove_explorer *explorer) {
  dove_error ignored = {0};
  dove_prompt *prompt = &explorer->prompt;
  if (explorer->prompt_kind != PROMPT_ARGUMENT || explorer->prompt_command != DOVE_COMMAND_SEARCH) return;
  const char *words = dove_buffer_text(&prompt->edit.text);
  const bool found = tell(explorer, DOVE_COMMAND_SEARCH_TYPED, words, &ignored) != DOVE_PANE_FAILED;
  prompt->note = found || words[0] == '\0' ? NULL : "no match yet";
}

static void leave_prompt(dove_explorer *explorer) {
  dove_error ignored = {0};
  const bool search = explorer->prompt_kind == PROMPT_ARGUMENT && explorer->prompt_command == DOVE_COMMAND_SEARCH;
  if (search) tell(explorer, DOVE_COMMAND_SEARCH_LEFT, "", &ignored);
}

void shell_prompt_key(dove_explorer *explorer, dove_key key) {
  switch (dove_prompt_key(&explorer->prompt, key)) {
    case DOVE_PROMPT_OPEN: shell_prompt_changed(explorer); return;
    case DOVE_PROMPT_LEFT: leave_prompt(explorer); return;
    case DOVE_PROMPT_DONE: break;
  }
  /* The answer may open another prompt, so the text must not be the prompt's any more. */
  char *text = dove_strdup(dove_buffer_text(&explorer->prompt.edit.text));
  if (text != NULL) answer(explorer, text);
  if (explorer->waiting.on) explorer->waiting.typed = true;
  free(text);
}
