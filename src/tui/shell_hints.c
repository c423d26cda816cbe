/* The line of hints. A pane writes its own with the keys of the table: "s sort", two blanks between two of them, and
 * several keys may come before the words ("[ ] items", "J/K topic"). Shown are the keys that do it now, and nothing of
 * what cannot be done. */
#include <string.h>

#include "dove/text.h"
#include "tui/draw.h"
#include "tui/shell.h"

typedef struct hint_line {
  const dove_explorer *explorer;
  const dove_surface *screen;
  dove_command_state state;
  uint32_t contexts;
  uint64_t named[(DOVE_COMMAND_COUNT + 63) / 64]; /* commands that a hint was about */
  int y, x, limit;                                /* the next column, and the first that is taken */
} hint_line;

/* The first key of a command; false when it has none or the command cannot be given now. */
static bool key_of(const hint_line *line, dove_command_id id, char key[DOVE_BINDING_NAME_SIZE]) {
  char keys[128];
  if (dove_command_get(id)->disabled(&line->state) != NULL) return false;
  dove_keymap_describe(&line->explorer->keymap, id, line->contexts, keys, sizeof keys);
  const size_t length = strcspn(keys, ",");
  if (length == 0 || length >= DOVE_BINDING_NAME_SIZE) return false;
  memcpy(key, keys, length);
  key[length] = '\0';
  return true;
}

/* The key that is written, where it still is the command's; else the command's first one. */
static bool written_key(const hint_line *line, const char *written, size_t length, dove_command_id id,
                        char key[DOVE_BINDING_NAME_SIZE]) {
  dove_binding binding;
  dove_command_id now;
  if (!key_of(line, id, key)) return false;
  if (length >= DOVE_BINDING_NAME_SIZE || !dove_binding_parse(written, length, &binding)) return true;
  dove_keymap_lookup(&line->explorer->keymap, line->contexts, binding.keys[0], binding.keys[1], &now);
  if (now != id) return true;
  memcpy(key, written, length);
  key[length] = '\0';
  return true;
}

/* Draws a hint where it fits whole; false where it does not. */
static bool draw(hint_line *line, const char *keys, const char *words, size_t length) {
  const int columns = dove_text_columns(keys, strlen(keys));
  if (line->x + columns + 1 + dove_text_columns(words, length) > line->limit) return false;
  dove_draw_string(line->screen, line->y, line->x, keys, dove_style_of(DOVE_ROLE_KEY));
  line->x += columns + 1;
  line->x += dove_draw_text(line->screen, line->y, line->x, words, length, dove_style_of(DOVE_ROLE_HINT)) + 2;
  return true;
}

static void draw_command(hint_line *line, dove_command_id id, const char *words) {
  char key[DOVE_BINDING_NAME_SIZE];
  const bool named = (line->named[id / 64] >> (id % 64) & 1) != 0;
  if (!named && key_of(line, id, key)) draw(line, key, words, strlen(words));
}

/* One of a pane's own hints: its keys are looked up. False where it does not fit. */
static bool draw_own(hint_line *line, const char *hint, size_t length) {
  char keys[128] = "";
  size_t at = 0, used = 0, count = 0;
  while (at < length) {
    const size_t size = strcspn(hint + at, " /");
    const dove_command_id id = dove_command_of_key(hint + at, size, line->contexts);
    char key[DOVE_BINDING_NAME_SIZE];
    if (id == DOVE_COMMAND_NONE || at + size >= length) break;
    line->named[id / 64] |= (uint64_t)1 << (id % 64);
    if (written_key(line, hint + at, size, id, key) && used + strlen(key) + 2 < sizeof keys) {
      if (used > 0) keys[used++] = hint[at - 1];
      memcpy(keys + used, key, strlen(key) + 1);
      used += strlen(key);
    }
    at += size + 1;
    count++;
  }
  if (count == 0) return draw(line, "", hint, length);
  return used == 0 || draw(line, keys, hint + at, length - at);
}

/* Of a form, of choosing and of marking: the pane reads the keys itself, whatever they are bound to. */
static bool draw_as_written(hint_line *line, const char *hint, size_t length) {
  const size_t key = strcspn(hint, " ");
  char keys[32] = "";
  if (key >= sizeof keys || key + 1 >= length) return true;
  memcpy(keys, hint, key);
  return draw(line, keys, hint + key + 1, length - key - 1);
}

/* As many as fit: nothing that is said later comes before what is said first. */
static void draw_all_own(hint_line *line, const char *hints, bool as_written) {
  while (*hints != '\0') {
    const char *end = strstr(hints, "  ");
    const size_t length = end != NULL ? (size_t)(end - hints) : strlen(hints);
    if (!(as_written ? draw_as_written(line, hints, length) : draw_own(line, hints, length))) return;
    hints += length;
    while (*hints == ' ') hints++;
  }
}

/* What the pane offers first, then what is there everywhere and the pane has not said better; help keeps its place at
 * the right. */
void shell_draw_hints(dove_explorer *explorer, const dove_surface *screen, int y) {
  const shell_pane *pane = shell_current_pane(explorer);
  hint_line line = {.explorer = explorer,
                    .screen = screen,
                    .state = shell_command_state(explorer),
                    .contexts = shell_contexts(explorer),
                    .y = y,
                    .x = 1,
                    .limit = screen->width};
  char key[DOVE_BINDING_NAME_SIZE];
  if (key_of(&line, DOVE_COMMAND_HELP, key)) {
    const int columns = dove_text_columns(key, strlen(key)) + (int)strlen(" help");
    line.x = screen->width - columns - 1 > 0 ? screen->width - columns - 1 : 1;
    draw(&line, key, "help", strlen("help"));
    line.limit = screen->width - columns - 2;
    line.x = 1;
  }
  dove_buffer own = {0};
  if (explorer->overlay.kind == OVERLAY_START) {
    dove_buffer_add_text(&own, "Enter start  Esc leave");
  } else if (pane != NULL && pane->operations->hints != NULL) {
    pane->operations->hints(pane->self, &own);
  }
  const bool taken = strstr(dove_buffer_text(&own), "  Esc ") != NULL; /* it has all keys until it is left */
  draw_all_own(&line, dove_buffer_text(&own), taken);
  dove_buffer_free(&own);
  if (taken) return;
  if (pane != NULL) draw_command(&line, DOVE_COMMAND_SEARCH, "search");
  draw_command(&line, DOVE_COMMAND_COMMAND, "command");
  draw_command(&line, DOVE_COMMAND_QUIT, "quit");
}
