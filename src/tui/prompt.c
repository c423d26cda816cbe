#include "tui/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

/* ---- History ---- */

void dove_history_add(dove_history *history, const char *line) {
  if (line[0] == '\0') return;
  if (history->count > 0 && strcmp(history->lines[history->count - 1], line) == 0) return;
  char *copy = dove_strdup(line);
  if (copy == NULL) return;
  if (history->count == DOVE_HISTORY_LINES) {
    free(history->lines[0]);
    memmove(history->lines, history->lines + 1, (DOVE_HISTORY_LINES - 1) * sizeof *history->lines);
    history->count--;
  }
  history->lines[history->count++] = copy;
}

void dove_history_free(dove_history *history) {
  for (size_t i = 0; i < history->count; i++) free(history->lines[i]);
  *history = (dove_history){0};
}

/* Shows line number `at` of the history, or the typed one past its end. */
static void show_history(dove_prompt *prompt, size_t at) {
  dove_history *history = prompt->history;
  if (prompt->history_at == history->count) {
    free(prompt->typed);
    prompt->typed = dove_strdup(dove_buffer_text(&prompt->edit.text));
  }
  prompt->history_at = at;
  const char *typed = prompt->typed != NULL ? prompt->typed : "";
  dove_line_edit_set(&prompt->edit, at < history->count ? history->lines[at] : typed);
}

static bool starts_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

/* The next line back (or on) that begins as the typed one does. */
static void look_back(dove_prompt *prompt, bool back) {
  dove_history *history = prompt->history;
  if (history == NULL) return;
  bool typing = prompt->history_at == history->count;
  const char *start = typing || prompt->typed == NULL ? dove_buffer_text(&prompt->edit.text) : prompt->typed;
  size_t at = prompt->history_at;
  while (back ? at > 0 : at < history->count) {
    at = back ? at - 1 : at + 1;
    if (at == history->count || starts_with(history->lines[at], start)) {
      show_history(prompt, at);
      return;
    }
  }
}

/* ---- Completion ---- */

void dove_completions_add(dove_completions *candidates, const char *word) {
  if (candidates->count == DOVE_COMPLETIONS) return;
  char *copy = dove_strdup(word);
  if (copy != NULL) candidates->words[candidates->count++] = copy;
}

static void free_completions(dove_completions *candidates) {
  for (size_t i = 0; i < candidates->count; i++) free(candidates->words[i]);
  *candidates = (dove_completions){0};
}

static void forget_candidates(dove_prompt *prompt) {
  free_completions(&prompt->candidates);
  prompt->candidate = 0;
}

/* Puts `length` bytes of a word in place of what is being completed. */
static void put_candidate(dove_prompt *prompt, const char *word, size_t length) {
  size_t start = prompt->candidates.start;
  dove_buffer text = {0};
  dove_buffer_add(&text, dove_buffer_text(&prompt->edit.text), start);
  dove_buffer_add(&text, word, length);
  if (!text.failed) dove_line_edit_set(&prompt->edit, dove_buffer_text(&text));
  dove_buffer_free(&text);
}

static size_t common_prefix(const dove_completions *candidates) {
  size_t length = strlen(candidates->words[0]);
  for (size_t i = 1; i < candidates->count; i++) {
    size_t same = 0;
    while (same < length && candidates->words[i][same] == candidates->words[0][same]) same++;
    length = same;
  }
  return dove_utf8_valid_prefix(candidates->words[0], length);
}

/* The first Tab completes what all candidates share, further ones go through them. */
static void complete(dove_prompt *prompt, bool backwards) {
  if (prompt->complete == NULL) return;
  dove_completions *candidates = &prompt->candidates;
  if (candidates->count == 0) {
    prompt->complete(prompt->user, dove_buffer_text(&prompt->edit.text), candidates);
    if (candidates->count == 0) return;
    bool only = candidates->count == 1;
    prompt->candidate = candidates->count;
    put_candidate(prompt, candidates->words[0], only ? strlen(candidates->words[0]) : common_prefix(candidates));
    if (only) forget_candidates(prompt);
    return;
  }
  size_t count = candidates->count;
  if (prompt->candidate == count) {
    prompt->candidate = backwards ? count - 1 : 0;
  } else {
    prompt->candidate = (prompt->candidate + (backwards ? count - 1 : 1)) % count;
  }
  put_candidate(prompt, candidates->words[prompt->candidate], strlen(candidates->words[prompt->candidate]));
}

/* ---- The prompt ---- */

void dove_prompt_open(dove_prompt *prompt, const char *label, const char *initial, dove_history *history) {
  dove_prompt_free(prompt);
  prompt->open = true;
  snprintf(prompt->label, sizeof prompt->label, "%s", label);
  dove_line_edit_set(&prompt->edit, initial != NULL ? initial : "");
  prompt->history = history;
  prompt->history_at = history != NULL ? history->count : 0;
}

void dove_prompt_free(dove_prompt *prompt) {
  dove_line_edit_free(&prompt->edit);
  free_completions(&prompt->candidates);
  free(prompt->typed);
  *prompt = (dove_prompt){0};
}

static dove_prompt_result leave(dove_prompt *prompt) {
  prompt->open = false;
  return DOVE_PROMPT_LEFT;
}

static dove_prompt_result finish(dove_prompt *prompt) {
  prompt->open = false;
  if (prompt->history != NULL) dove_history_add(prompt->history, dove_buffer_text(&prompt->edit.text));
  return DOVE_PROMPT_DONE;
}

dove_prompt_result dove_prompt_key(dove_prompt *prompt, dove_key key) {
  switch (key) {
    case DOVE_KEY_ENTER: return finish(prompt);
    case DOVE_KEY_ESCAPE:
    case 'c' | DOVE_KEY_CONTROL:
    case 'g' | DOVE_KEY_CONTROL: return leave(prompt);
    case DOVE_KEY_TAB: complete(prompt, false); return DOVE_PROMPT_OPEN;
    case DOVE_KEY_TAB | DOVE_KEY_SHIFT: complete(prompt, true); return DOVE_PROMPT_OPEN;
    case DOVE_KEY_UP:
    case 'p' | DOVE_KEY_CONTROL: look_back(prompt, true); return DOVE_PROMPT_OPEN;
    case DOVE_KEY_DOWN:
    case 'n' | DOVE_KEY_CONTROL: look_back(prompt, false); return DOVE_PROMPT_OPEN;
    default: break;
  }
  if (key == DOVE_KEY_BACKSPACE && prompt->edit.text.length == 0) return leave(prompt);
  dove_line_edit_key(&prompt->edit, key);
  forget_candidates(prompt);
  return DOVE_PROMPT_OPEN;
}

static void draw_candidates(const dove_prompt *prompt, const dove_surface *surface, int y) {
  dove_draw_fill(surface, y, 0, 1, surface->width, dove_style_of(DOVE_ROLE_STATUS));
  const dove_completions *candidates = &prompt->candidates;
  size_t first = prompt->candidate < candidates->count ? prompt->candidate : 0;
  int x = 1;
  for (size_t i = first; i < candidates->count && x < surface->width; i++) {
    dove_role role = i == prompt->candidate ? DOVE_ROLE_TAB_OPEN : DOVE_ROLE_STATUS;
    x += dove_draw_string(surface, y, x, candidates->words[i], dove_style_of(role)) + 2;
  }
}

void dove_prompt_draw(dove_prompt *prompt, const dove_surface *surface) {
  int y = surface->height - 1;
  const dove_style style = dove_style_of(DOVE_ROLE_PROMPT);
  dove_draw_fill(surface, y, 0, 1, surface->width, style);
  int used = dove_draw_string(surface, y, 0, prompt->label, style);
  if (used > surface->width / 2) used = surface->width / 2;
  int width = surface->width - used;
  if (prompt->note != NULL && width > 2 * (int)strlen(prompt->note)) {
    width -= (int)strlen(prompt->note) + 1;
    dove_draw_string(surface, y, used + width + 1, prompt->note, style);
  }
  dove_line_edit_draw(&prompt->edit, surface, y, used, width, style, true);
  if (prompt->candidates.count > 1 && surface->height > 2) draw_candidates(prompt, surface, y - 1);
}
