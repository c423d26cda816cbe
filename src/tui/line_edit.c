#include "tui/line_edit.h"

#include <stdlib.h>
#include <string.h>

#include "dove/text.h"

void dove_line_edit_free(dove_line_edit *edit) {
  dove_buffer_free(&edit->text);
  *edit = (dove_line_edit){0};
}

void dove_line_edit_set(dove_line_edit *edit, const char *text) {
  dove_buffer_clear(&edit->text);
  edit->cursor = 0;
  edit->first = 0;
  dove_line_edit_insert(edit, text, strlen(text));
}

/* Puts `length` bytes in at the cursor. */
static void splice(dove_line_edit *edit, const char *bytes, size_t length) {
  size_t tail = edit->text.length - edit->cursor;
  dove_buffer_add(&edit->text, bytes, length); /* makes the room */
  if (edit->text.failed) {
    edit->text.failed = false; /* out of memory: the line stays as it was */
    return;
  }
  char *place = edit->text.data + edit->cursor;
  memmove(place + length, place, tail);
  memcpy(place, bytes, length);
  edit->cursor += length;
}

void dove_line_edit_insert(dove_line_edit *edit, const char *text, size_t length) {
  char *plain = malloc(length + 1);
  if (plain == NULL) return;
  for (size_t i = 0; i < length; i++) {
    bool space = text[i] == '\n' || text[i] == '\t' || text[i] == '\r';
    plain[i] = space ? ' ' : text[i];
  }
  char *visible = dove_text_visible(plain, length);
  if (visible != NULL) splice(edit, visible, strlen(visible));
  free(visible);
  free(plain);
}

static void cut(dove_line_edit *edit, size_t from, size_t to) {
  if (from >= to || edit->text.data == NULL) return;
  memmove(edit->text.data + from, edit->text.data + to, edit->text.length - to + 1);
  edit->text.length -= to - from;
  edit->cursor = from;
}

static size_t cluster_after(const dove_line_edit *edit, size_t offset) {
  int columns;
  return offset + dove_text_cluster(dove_buffer_text(&edit->text) + offset, edit->text.length - offset, &columns);
}

static size_t cluster_before(const dove_line_edit *edit, size_t offset) {
  size_t before = 0;
  for (size_t at = 0; at < offset; at = cluster_after(edit, at)) before = at;
  return before;
}

static bool is_blank_at(const dove_line_edit *edit, size_t offset) {
  return dove_buffer_text(&edit->text)[offset] == ' ';
}

static size_t word_before(const dove_line_edit *edit) {
  size_t at = edit->cursor;
  while (at > 0 && is_blank_at(edit, cluster_before(edit, at))) at = cluster_before(edit, at);
  while (at > 0 && !is_blank_at(edit, cluster_before(edit, at))) at = cluster_before(edit, at);
  return at;
}

static size_t word_after(const dove_line_edit *edit) {
  size_t at = edit->cursor;
  while (at < edit->text.length && is_blank_at(edit, at)) at = cluster_after(edit, at);
  while (at < edit->text.length && !is_blank_at(edit, at)) at = cluster_after(edit, at);
  return at;
}

static dove_edit_result move_to(dove_line_edit *edit, size_t offset) {
  edit->cursor = offset;
  return DOVE_EDIT_MOVED;
}

static dove_edit_result cut_range(dove_line_edit *edit, size_t from, size_t to) {
  if (from == to) return DOVE_EDIT_MOVED;
  cut(edit, from, to);
  return DOVE_EDIT_CHANGED;
}

static dove_edit_result type_key(dove_line_edit *edit, dove_key key) {
  if (key < ' ' || key >= DOVE_KEY_ENTER) return DOVE_EDIT_IGNORED;
  char text[4];
  size_t length = dove_utf8_encode(key, text);
  /* A joiner or a mark belongs to what stands before it, so it cannot be judged alone. */
  if (dove_text_is_unsafe(key)) return DOVE_EDIT_IGNORED;
  splice(edit, text, length);
  return DOVE_EDIT_CHANGED;
}

dove_edit_result dove_line_edit_key(dove_line_edit *edit, dove_key key) {
  switch (key) {
    case DOVE_KEY_LEFT:
    case 'b' | DOVE_KEY_CONTROL: return move_to(edit, cluster_before(edit, edit->cursor));
    case DOVE_KEY_RIGHT:
    case 'f' | DOVE_KEY_CONTROL: return move_to(edit, cluster_after(edit, edit->cursor));
    case DOVE_KEY_HOME:
    case 'a' | DOVE_KEY_CONTROL: return move_to(edit, 0);
    case DOVE_KEY_END:
    case 'e' | DOVE_KEY_CONTROL: return move_to(edit, edit->text.length);
    case 'b' | DOVE_KEY_ALT: return move_to(edit, word_before(edit));
    case 'f' | DOVE_KEY_ALT: return move_to(edit, word_after(edit));
    case DOVE_KEY_BACKSPACE: return cut_range(edit, cluster_before(edit, edit->cursor), edit->cursor);
    case DOVE_KEY_DELETE:
    case 'd' | DOVE_KEY_CONTROL: return cut_range(edit, edit->cursor, cluster_after(edit, edit->cursor));
    case 'w' | DOVE_KEY_CONTROL: return cut_range(edit, word_before(edit), edit->cursor);
    case 'u' | DOVE_KEY_CONTROL: return cut_range(edit, 0, edit->cursor);
    case 'k' | DOVE_KEY_CONTROL: return cut_range(edit, edit->cursor, edit->text.length);
    default: return type_key(edit, key);
  }
}

/* Moves the shown part so that the cursor, which takes a column of its own, is in it. */
static void follow_cursor(dove_line_edit *edit, int width) {
  const char *text = dove_buffer_text(&edit->text);
  if (edit->first > edit->cursor) edit->first = edit->cursor;
  while (edit->first < edit->cursor && dove_text_columns(text + edit->first, edit->cursor - edit->first) >= width) {
    edit->first = cluster_after(edit, edit->first);
  }
  /* Nothing stays hidden at the left while there is room for it at the right. */
  while (edit->first > 0) {
    const size_t before = cluster_before(edit, edit->first);
    if (dove_text_columns(text + before, edit->text.length - before) >= width) return;
    edit->first = before;
  }
}

void dove_line_edit_draw(dove_line_edit *edit, const dove_surface *surface, int y, int x, int width, dove_style style,
                         bool focus) {
  if (width <= 0) return;
  follow_cursor(edit, width);
  const char *text = dove_buffer_text(&edit->text);
  int used;
  size_t shown = dove_text_fit(text + edit->first, edit->text.length - edit->first, width, &used);
  dove_draw_fill(surface, y, x, 1, width, style);
  dove_surface field = dove_surface_part(surface, y, x, 1, width);
  dove_draw_text(&field, 0, 0, text + edit->first, shown, style);
  if (!focus || field.width == 0 || field.height == 0) return;
  int column = dove_text_columns(text + edit->first, edit->cursor - edit->first);
  surface->canvas->cursor_y = field.y;
  surface->canvas->cursor_x = field.x + (column < field.width ? column : field.width - 1);
}
