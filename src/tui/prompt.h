/* The line at the bottom where something is typed: commands, words to search, names of files. */
#ifndef DOVE_TUI_PROMPT_H
#define DOVE_TUI_PROMPT_H

#include "dove/commands.h"
#include "tui/line_edit.h"

enum { DOVE_HISTORY_LINES = 100, DOVE_COMPLETIONS = 64 };

typedef struct dove_history {
  char *lines[DOVE_HISTORY_LINES]; /* owned; newest last */
  size_t count;
} dove_history;

void dove_history_add(dove_history *history, const char *line);
void dove_history_free(dove_history *history);

/* What Tab may put in place of text[start …]. */
typedef struct dove_completions {
  char *words[DOVE_COMPLETIONS]; /* owned */
  size_t count;
  size_t start; /* byte offset of the part that they complete */
} dove_completions;

void dove_completions_add(dove_completions *candidates, const char *word); /* no more than fit */

typedef enum dove_prompt_result { DOVE_PROMPT_OPEN, DOVE_PROMPT_DONE, DOVE_PROMPT_LEFT } dove_prompt_result;

typedef struct dove_prompt {
  bool open;
  char label[96];
  dove_line_edit edit;
  dove_history *history; /* borrowed; NULL: none */
  size_t history_at;     /* history->count: the line being typed */
  char *typed;           /* owned: that line, kept while looking back */
  dove_completions candidates;
  size_t candidate; /* the one chosen by Tab; count: none yet */
  void (*complete)(void *user, const char *text, dove_completions *candidates); /* NULL: no completion */
  void *user;
  const char *note; /* literal: stands at the end of the line; NULL: none */
} dove_prompt;

void dove_prompt_open(dove_prompt *prompt, const char *label, const char *initial, dove_history *history);
void dove_prompt_free(dove_prompt *prompt);

/* Enter: DONE (the text stays in prompt->edit; the history has it); Esc, C-c, C-g, or Backspace on an empty line:
 * LEFT. */
dove_prompt_result dove_prompt_key(dove_prompt *prompt, dove_key key);

/* Draws the prompt in the last row of `surface`, and the candidates in the row above when there are several. */
void dove_prompt_draw(dove_prompt *prompt, const dove_surface *surface);

#endif
