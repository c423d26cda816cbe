#include "tui/widgets/text_view.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

struct dove_text_line {
  size_t start, end; /* bytes of the visible text */
};

struct dove_text_span {
  size_t start, end;
  dove_style style;
  int64_t id;
};

void dove_text_view_free(dove_text_view *view) {
  free(view->text);
  free(view->lines);
  free(view->spans);
  dove_search_free(&view->search);
  dove_search_free(&view->typing_search);
  *view = (dove_text_view){0};
}

/* ---- The text and its ranges ---- */

static int compare_marks(const void *a, const void *b) {
  size_t left = *(const size_t *)a;
  size_t right = *(const size_t *)b;
  return left < right ? -1 : left > right ? 1 : 0;
}

/* The byte offset of code point `mark`, looked up in the sorted marks. */
static size_t offset_of(const size_t *marks, const size_t *offsets, size_t count, size_t mark) {
  const size_t *found = bsearch(&mark, marks, count, sizeof *marks, compare_marks);
  return found != NULL ? offsets[found - marks] : 0;
}

/* Makes the visible text and turns the ranges, which count code points of the stored text, into bytes of it. */
static char *place_ranges(const char *text, size_t length, const dove_text_range *ranges, size_t count,
                          struct dove_text_span *spans) {
  size_t mark_count = 2 * count;
  size_t *marks = dove_alloc(mark_count, sizeof *marks);
  size_t *offsets = dove_alloc_zero(mark_count, sizeof *offsets);
  char *visible = NULL;
  if (marks != NULL && offsets != NULL) {
    for (size_t i = 0; i < count; i++) {
      marks[2 * i] = ranges[i].first;
      marks[2 * i + 1] = ranges[i].end;
    }
    qsort(marks, mark_count, sizeof *marks, compare_marks);
    visible = dove_text_visible_lines(text, length, marks, offsets, mark_count);
  }
  for (size_t i = 0; i < count && visible != NULL; i++) {
    spans[i] = (struct dove_text_span){.start = offset_of(marks, offsets, mark_count, ranges[i].first),
                                       .end = offset_of(marks, offsets, mark_count, ranges[i].end),
                                       .style = ranges[i].style,
                                       .id = ranges[i].id};
  }
  free(marks);
  free(offsets);
  return visible;
}

dove_status dove_text_view_set(dove_text_view *view, const char *text, size_t length, const dove_text_range *ranges,
                               size_t range_count, dove_error *error) {
  struct dove_text_span *spans = dove_alloc(range_count, sizeof *spans);
  char *visible = spans != NULL ? place_ranges(text, length, ranges, range_count, spans) : NULL;
  if (visible == NULL) {
    free(spans);
    return dove_fail_memory(error, "showing a text");
  }
  free(view->text);
  free(view->spans);
  view->text = visible;
  view->length = strlen(visible);
  view->spans = spans;
  view->span_count = range_count;
  view->wrapped_width = 0;
  view->match = view->match_end = 0;
  view->lit = view->lit_end = 0;
  view->typing = false;
  return DOVE_OK;
}

/* ---- Wrapping ---- */

static bool add_line(dove_text_view *view, size_t start, size_t end) {
  void *lines = view->lines;
  if (!dove_grow(&lines, &view->line_capacity, view->line_count + 1, sizeof *view->lines)) return false;
  view->lines = lines;
  view->lines[view->line_count++] = (struct dove_text_line){start, end};
  return true;
}

/* The line that holds this byte. */
static size_t line_of(const dove_text_view *view, size_t offset) {
  size_t low = 0;
  size_t high = view->line_count;
  while (low + 1 < high) {
    size_t middle = (low + high) / 2;
    if (view->lines[middle].start <= offset) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Wraps again for a new width; what stood at the top stays there. */
static void wrap(dove_text_view *view, int width) {
  if (width == view->wrapped_width) return;
  size_t anchor = view->top < view->line_count ? view->lines[view->top].start : 0;
  if (anchor > view->length) anchor = 0;
  view->line_count = 0;
  for (size_t offset = 0; offset < view->length;) {
    size_t next;
    size_t size = dove_text_wrap(view->text + offset, view->length - offset, width, &next);
    if (!add_line(view, offset, offset + size)) break;
    offset += next;
  }
  view->wrapped_width = width;
  view->top = view->line_count > 0 ? line_of(view, anchor) : 0;
}

size_t dove_text_view_lines(dove_text_view *view, int width) {
  wrap(view, width < 1 ? 1 : width);
  return view->line_count;
}

/* ---- Drawing ---- */

/* Draws the bytes start … end of a line again in another style, where they lie in it. */
static void draw_span(const dove_text_view *view, const dove_surface *surface, int y, const struct dove_text_line *line,
                      size_t start, size_t end, dove_style style) {
  if (start < line->start) start = line->start;
  if (end > line->end) end = line->end;
  if (start >= end) return;
  int x = dove_text_columns(view->text + line->start, start - line->start);
  dove_draw_text(surface, y, x, view->text + start, end - start, style);
}

static void draw_matches(const dove_text_view *view, const dove_surface *surface, int y,
                         const struct dove_text_line *line) {
  size_t start;
  size_t end;
  size_t length = line->end - line->start;
  const char *text = view->text + line->start;
  for (size_t from = 0; dove_search_find(&view->search, text, length, from, &start, &end); from = end) {
    draw_span(view, surface, y, line, line->start + start, line->start + end, dove_style_of(DOVE_ROLE_MATCH));
  }
  dove_style current = {.role = DOVE_ROLE_MATCH, .attributes = DOVE_BOLD | DOVE_UNDERLINE};
  draw_span(view, surface, y, line, view->match, view->match_end, current);
}

static size_t last_top(const dove_text_view *view) {
  size_t height = view->height > 0 ? (size_t)view->height : 1;
  return view->line_count > height ? view->line_count - height : 0;
}

static void show_byte(dove_text_view *view, size_t offset) {
  size_t line = view->line_count > 0 ? line_of(view, offset) : 0;
  size_t height = view->height > 0 ? (size_t)view->height : 1;
  if (line >= view->top && line < view->top + height) return;
  view->top = line > height / 3 ? line - height / 3 : 0;
  if (view->top > last_top(view)) view->top = last_top(view);
}

void dove_text_view_show_byte(dove_text_view *view, size_t byte) { show_byte(view, byte); }

/* ---- Places ---- */

void dove_text_view_place(const dove_text_view *view, size_t byte, size_t *line, int *x) {
  *line = view->line_count > 0 ? line_of(view, byte) : 0;
  *x = 0;
  if (view->line_count == 0) return;
  const struct dove_text_line *found = &view->lines[*line];
  const size_t end = byte < found->end ? byte : found->end;
  if (end > found->start) *x = dove_text_columns(view->text + found->start, end - found->start);
}

size_t dove_text_view_byte_of(const dove_text_view *view, size_t line, int x) {
  if (view->line_count == 0) return 0;
  const struct dove_text_line *found = &view->lines[line < view->line_count ? line : view->line_count - 1];
  int used;
  const size_t length = found->end - found->start;
  size_t fit = dove_text_fit(view->text + found->start, length, x < 0 ? 0 : x, &used);
  /* Beside the line, its last cluster counts. */
  if (fit == length && length > 0) {
    size_t last = 0;
    int columns;
    for (size_t at = 0; at < length; at += dove_text_cluster(view->text + found->start + at, length - at, &columns)) {
      last = at;
    }
    fit = last;
  }
  return found->start + fit;
}

size_t dove_text_view_byte_at(const dove_text_view *view, int y, int x) {
  const size_t line = view->top + (size_t)(y < 0 ? 0 : y);
  return dove_text_view_byte_of(view, line, line < view->line_count ? x : view->width);
}

void dove_text_view_draw(dove_text_view *view, const dove_surface *surface, bool focus) {
  (void)focus;
  view->height = surface->height;
  view->width = surface->width;
  if (surface->height <= 0 || surface->width <= 0 || view->text == NULL) return;
  bool first = view->wrapped_width == 0;
  wrap(view, surface->width);
  /* A search made before the text had lines. */
  if (first && view->match < view->match_end) show_byte(view, view->match);
  if (view->top > last_top(view)) view->top = last_top(view);
  const dove_style marked = {.role = DOVE_ROLE_MATCH, .attributes = DOVE_REVERSE};
  for (int y = 0; y < surface->height && view->top + (size_t)y < view->line_count; y++) {
    const struct dove_text_line *line = &view->lines[view->top + (size_t)y];
    dove_draw_text(surface, y, 0, view->text + line->start, line->end - line->start, dove_style_of(DOVE_ROLE_NORMAL));
    for (size_t i = 0; i < view->span_count; i++) {
      draw_span(view, surface, y, line, view->spans[i].start, view->spans[i].end, view->spans[i].style);
    }
    if (view->search.words != NULL) draw_matches(view, surface, y, line);
    draw_span(view, surface, y, line, view->lit, view->lit_end, marked);
  }
}

/* ---- Commands ---- */

static dove_pane_result scroll(dove_text_view *view, long step) {
  size_t top = view->top;
  size_t limit = last_top(view);
  if (step < 0) {
    top = (size_t)-step > top ? 0 : top - (size_t)-step;
  } else {
    top = top + (size_t)step > limit ? limit : top + (size_t)step;
  }
  if (top == view->top) return DOVE_PANE_HANDLED;
  view->top = top;
  return DOVE_PANE_REDRAW;
}

static bool find_forwards(dove_text_view *view, size_t from, size_t *start, size_t *end) {
  return view->text != NULL && dove_search_find(&view->search, view->text, view->length, from, start, end);
}

/* The last match that starts before `limit`. */
static bool find_backwards(dove_text_view *view, size_t limit, size_t *start, size_t *end) {
  bool found = false;
  size_t match;
  size_t match_end;
  for (size_t from = 0; find_forwards(view, from, &match, &match_end) && match < limit; from = match_end) {
    *start = match;
    *end = match_end;
    found = true;
  }
  return found;
}

static dove_pane_result search_on(dove_text_view *view, bool backwards, dove_error *error) {
  if (view->search.words == NULL) return DOVE_PANE_IGNORED;
  size_t start = 0;
  size_t end = 0;
  bool found = backwards
                   ? find_backwards(view, view->match, &start, &end) || find_backwards(view, SIZE_MAX, &start, &end)
                   : find_forwards(view, view->match_end, &start, &end) || find_forwards(view, 0, &start, &end);
  if (!found) {
    dove_fail(error, DOVE_NOT_FOUND, "'%s' is not in this text", view->search.words);
    return DOVE_PANE_FAILED;
  }
  view->match = start;
  view->match_end = end;
  show_byte(view, start);
  return DOVE_PANE_REDRAW;
}

/* Back to before the first word was typed. */
static void go_back(dove_text_view *view) {
  dove_search_move(&view->search, &view->typing_search);
  view->top = view->typing_top;
  view->match = view->typing_match;
  view->match_end = view->typing_match_end;
  view->typing = false;
}

static dove_pane_result start_search(dove_text_view *view, const char *words, dove_error *error) {
  if (view->typing) go_back(view);
  if (words[0] == '\0') return search_on(view, false, error);
  if (!dove_search_set(&view->search, words)) {
    dove_fail_memory(error, "searching");
    return DOVE_PANE_FAILED;
  }
  size_t from = view->top < view->line_count ? view->lines[view->top].start : 0;
  view->match = view->match_end = from;
  return search_on(view, false, error);
}

static dove_pane_result search_typed(dove_text_view *view, const char *words, dove_error *error) {
  if (view->typing) go_back(view);
  if (words[0] == '\0') return DOVE_PANE_REDRAW;
  view->typing_top = view->top;
  view->typing_match = view->match;
  view->typing_match_end = view->match_end;
  dove_search_move(&view->typing_search, &view->search);
  const dove_pane_result result = start_search(view, words, error);
  view->typing = true;
  return result;
}

static dove_pane_result leave_search(dove_text_view *view) {
  if (!view->typing) return DOVE_PANE_HANDLED;
  go_back(view);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result clear(dove_text_view *view) {
  if (view->search.words == NULL) return DOVE_PANE_IGNORED;
  dove_search_free(&view->search);
  view->match = view->match_end = 0;
  return DOVE_PANE_REDRAW;
}

dove_pane_result dove_text_view_command(dove_text_view *view, dove_command_id command, const char *argument,
                                        dove_error *error) {
  long page = view->height > 1 ? view->height - 1 : 1;
  switch (command) {
    case DOVE_COMMAND_DOWN: return scroll(view, 1);
    case DOVE_COMMAND_UP: return scroll(view, -1);
    case DOVE_COMMAND_TOP: return scroll(view, -(long)view->top - 1);
    case DOVE_COMMAND_BOTTOM: return scroll(view, (long)view->line_count);
    case DOVE_COMMAND_HALF_DOWN: return scroll(view, (page + 1) / 2);
    case DOVE_COMMAND_HALF_UP: return scroll(view, -(page + 1) / 2);
    case DOVE_COMMAND_PAGE_DOWN: return scroll(view, page);
    case DOVE_COMMAND_PAGE_UP: return scroll(view, -page);
    case DOVE_COMMAND_SEARCH: return start_search(view, argument, error);
    case DOVE_COMMAND_SEARCH_TYPED: return search_typed(view, argument, error);
    case DOVE_COMMAND_SEARCH_LEFT: return leave_search(view);
    case DOVE_COMMAND_SEARCH_NEXT: return search_on(view, false, error);
    case DOVE_COMMAND_SEARCH_PREVIOUS: return search_on(view, true, error);
    case DOVE_COMMAND_CLEAR: return clear(view);
    default: return DOVE_PANE_IGNORED;
  }
}

dove_pane_result dove_text_view_mouse(dove_text_view *view, const dove_mouse *mouse) {
  enum { WHEEL_LINES = 3 };
  if (mouse->kind == DOVE_MOUSE_WHEEL_DOWN) return scroll(view, WHEEL_LINES);
  if (mouse->kind == DOVE_MOUSE_WHEEL_UP) return scroll(view, -WHEEL_LINES);
  return DOVE_PANE_IGNORED;
}

bool dove_text_view_show(dove_text_view *view, int64_t id) {
  for (size_t i = 0; i < view->span_count; i++) {
    if (view->spans[i].id != id) continue;
    show_byte(view, view->spans[i].start);
    return true;
  }
  return false;
}
