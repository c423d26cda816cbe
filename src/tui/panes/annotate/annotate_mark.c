#include "tui/panes/annotate/annotate_mark.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

void annotate_mark_end(annotate_mark *mark) {
  free(mark->bytes);
  *mark = (annotate_mark){0};
}

dove_status annotate_mark_begin(annotate_mark *mark, const dove_text_view *view, const char *text, dove_error *error) {
  const size_t length = strlen(text);
  const size_t points = dove_utf8_count(text, length);
  annotate_mark_end(mark);
  size_t *numbers = dove_alloc(points + 1, sizeof *numbers);
  mark->bytes = dove_alloc(points + 1, sizeof *mark->bytes);
  char *visible = NULL;
  if (numbers != NULL && mark->bytes != NULL) {
    for (size_t i = 0; i <= points; i++) numbers[i] = i;
    visible = dove_text_visible_lines(text, length, numbers, mark->bytes, points + 1);
  }
  free(numbers);
  const bool made = visible != NULL;
  free(visible);
  if (!made) {
    annotate_mark_end(mark);
    return dove_fail_memory(error, "marking a text");
  }
  mark->on = true;
  mark->points = points;
  mark->started = SIZE_MAX;
  mark->column = -1;
  mark->cursor = annotate_mark_point(mark, dove_text_view_byte_at(view, 0, 0));
  return DOVE_OK;
}

size_t annotate_mark_point(const annotate_mark *mark, size_t byte) {
  size_t low = 0, high = mark->points;
  while (low < high) {
    const size_t middle = low + (high - low + 1) / 2;
    if (mark->bytes[middle] <= byte) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/* The code point after the cluster that begins at `point`. */
static size_t after(const annotate_mark *mark, const dove_text_view *view, size_t point) {
  if (point >= mark->points) return mark->points;
  int columns;
  const size_t start = mark->bytes[point];
  const size_t end = start + dove_text_cluster(view->text + start, view->length - start, &columns);
  size_t next = point + 1;
  while (next < mark->points && mark->bytes[next] < end) next++;
  return next;
}

/* From `a` to the end of the cluster at `b`, or the other way round. */
static dove_text_range between(const annotate_mark *mark, const dove_text_view *view, size_t a, size_t b) {
  const size_t first = a < b ? a : b;
  return (dove_text_range){.first = first, .end = after(mark, view, a < b ? b : a), .id = -1};
}

dove_text_range annotate_mark_range(const annotate_mark *mark, const dove_text_view *view) {
  return between(mark, view, mark->started != SIZE_MAX ? mark->started : mark->cursor, mark->cursor);
}

/* ---- Moving ---- */

static void move_to(annotate_mark *mark, dove_text_view *view, size_t point) {
  mark->cursor = point < mark->points ? point : mark->points > 0 ? mark->points - 1 : 0;
  dove_text_view_show_byte(view, mark->bytes[mark->cursor]);
}

/* The cluster before: the last one that ends at or before the cursor. */
static size_t before(const annotate_mark *mark, const dove_text_view *view) {
  size_t from = mark->cursor > 32 ? mark->cursor - 32 : 0, last = from;
  while (from < mark->cursor) {
    last = from;
    from = after(mark, view, from);
  }
  return last;
}

static bool is_blank(const annotate_mark *mark, const dove_text_view *view, size_t point) {
  const char byte = point < mark->points ? view->text[mark->bytes[point]] : ' ';
  return byte == ' ' || byte == '\n';
}

static size_t next_word(const annotate_mark *mark, const dove_text_view *view) {
  size_t point = mark->cursor;
  while (point < mark->points && !is_blank(mark, view, point)) point++;
  while (point < mark->points && is_blank(mark, view, point)) point++;
  return point;
}

static size_t word_before(const annotate_mark *mark, const dove_text_view *view) {
  size_t point = mark->cursor;
  while (point > 0 && is_blank(mark, view, point - 1)) point--;
  while (point > 0 && !is_blank(mark, view, point - 1)) point--;
  return point;
}

static void move_lines(annotate_mark *mark, dove_text_view *view, long lines) {
  size_t line;
  int x;
  dove_text_view_place(view, mark->bytes[mark->cursor], &line, &x);
  if (mark->column < 0) mark->column = x;
  const size_t up = (size_t)(lines < 0 ? -lines : 0);
  const size_t wanted = lines < 0 ? (line > up ? line - up : 0) : line + (size_t)lines;
  const int column = mark->column;
  move_to(mark, view, annotate_mark_point(mark, dove_text_view_byte_of(view, wanted, column)));
  mark->column = column;
}

/* To the start or the end of the line. */
static void move_in_line(annotate_mark *mark, dove_text_view *view, bool end) {
  size_t line;
  int x;
  dove_text_view_place(view, mark->bytes[mark->cursor], &line, &x);
  move_to(mark, view, annotate_mark_point(mark, dove_text_view_byte_of(view, line, end ? view->width : 0)));
}

static bool move(annotate_mark *mark, dove_text_view *view, dove_key key) {
  const long page = view->height > 2 ? view->height / 2 : 1;
  const bool vertical = key == 'j' || key == 'k' || key == DOVE_KEY_DOWN || key == DOVE_KEY_UP;
  if (!vertical) mark->column = -1;
  switch (key) {
    case 'h':
    case DOVE_KEY_BACKSPACE:
    case DOVE_KEY_LEFT: move_to(mark, view, before(mark, view)); return true;
    case 'l':
    case DOVE_KEY_RIGHT: move_to(mark, view, after(mark, view, mark->cursor)); return true;
    case 'j':
    case DOVE_KEY_DOWN: move_lines(mark, view, 1); return true;
    case 'k':
    case DOVE_KEY_UP: move_lines(mark, view, -1); return true;
    case 'd' | DOVE_KEY_CONTROL:
    case DOVE_KEY_PAGE_DOWN: move_lines(mark, view, page); return true;
    case 'u' | DOVE_KEY_CONTROL:
    case DOVE_KEY_PAGE_UP: move_lines(mark, view, -page); return true;
    case 'w': move_to(mark, view, next_word(mark, view)); return true;
    case 'b': move_to(mark, view, word_before(mark, view)); return true;
    case '0':
    case DOVE_KEY_HOME: move_in_line(mark, view, false); return true;
    case '$':
    case DOVE_KEY_END: move_in_line(mark, view, true); return true;
    case 'g': move_to(mark, view, 0); return true;
    case 'G': move_to(mark, view, mark->points); return true;
    default: return false;
  }
}

annotate_mark_result annotate_mark_key(annotate_mark *mark, dove_text_view *view, dove_key key) {
  if (key == DOVE_KEY_ESCAPE || key == 'q') return ANNOTATE_MARK_LEFT;
  if (key == DOVE_KEY_ENTER && mark->started != SIZE_MAX) return ANNOTATE_MARK_TAKEN;
  if (key == ' ' || key == DOVE_KEY_ENTER) {
    mark->started = mark->started == SIZE_MAX ? mark->cursor : SIZE_MAX;
    return ANNOTATE_MARK_MOVED;
  }
  return move(mark, view, key) ? ANNOTATE_MARK_MOVED : ANNOTATE_MARK_IGNORED;
}
