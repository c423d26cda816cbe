#include "tui/widgets/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "tui/widgets/list_search.h"

enum { GAP = 1 /* columns between two columns of the list */ };

void dove_list_init(dove_list *list, const dove_list_source *source, void *user, const dove_list_column *columns,
                    size_t column_count) {
  *list = (dove_list){.source = source,
                      .user = user,
                      .columns = columns,
                      .column_count = column_count < DOVE_LIST_COLUMNS ? column_count : DOVE_LIST_COLUMNS,
                      .header = true,
                      .selected_id = -1,
                      .hidden_id = -1,
                      .header_row = -1};
}

void dove_list_free(dove_list *list) {
  free(list->filter);
  dove_search_free(&list->search);
  dove_search_free(&list->typing_search);
  free(list->missed);
  dove_buffer_free(&list->scratch);
  *list = (dove_list){0};
}

static size_t row_count(const dove_list *list) { return list->source->count(list->user); }

/* ---- Selection ---- */

void list_select_row(dove_list *list, size_t row) {
  size_t count = row_count(list);
  list->hidden_id = -1;
  if (count == 0) {
    list->selected = 0;
    list->selected_id = -1;
    return;
  }
  list->selected = row < count ? row : count - 1;
  list->selected_id = list->source->id(list->user, list->selected);
}

/* The selected id stands in the selected row: most often nothing moved, and finding an id costs a query. */
static bool in_place(const dove_list *list) {
  return list->selected_id >= 0 && list->selected < row_count(list) &&
         list->source->id(list->user, list->selected) == list->selected_id;
}

/* Leads to the row of an id; false when it is not among the rows. */
static bool go_to(dove_list *list, int64_t id) {
  size_t row;
  if (id < 0 || list->source->find == NULL || !list->source->find(list->user, id, &row)) return false;
  list->selected = row;
  list->selected_id = id;
  return true;
}

/* What is selected is there only because the row that a person selected is not. */
static bool stands_in(const dove_list *list) { return list->hidden_id >= 0 && list->selected_id == list->stand_in; }

static void keep_selection(dove_list *list) {
  if (in_place(list) || go_to(list, list->selected_id)) return;
  const int64_t hidden = stands_in(list) ? list->hidden_id : list->selected_id;
  list_select_row(list, list->selected);
  list->hidden_id = hidden;
  list->stand_in = list->selected_id;
}

void dove_list_refresh(dove_list *list) {
  if (stands_in(list) && go_to(list, list->hidden_id)) list->hidden_id = -1;
  keep_selection(list);
}

bool dove_list_select(dove_list *list, int64_t id) {
  const bool there = id == list->selected_id && in_place(list);
  if (!there && !go_to(list, id)) return false;
  list->hidden_id = -1;
  return true;
}

int64_t dove_list_selected(const dove_list *list) { return row_count(list) > 0 ? list->selected_id : -1; }

/* Scrolls so that the selected row is among the `height` shown ones, and no more blank rows follow than need be. */
static void follow_selection(dove_list *list, size_t height) {
  size_t count = row_count(list);
  if (height == 0) return;
  if (list->selected < list->top) list->top = list->selected;
  if (list->selected >= list->top + height) list->top = list->selected - height + 1;
  if (count <= height) {
    list->top = 0;
  } else if (list->top > count - height) {
    list->top = count - height;
  }
}

/* ---- Layout ---- */

static int needed_width(const dove_list *list, const bool *shown) {
  int total = 0;
  for (size_t i = 0; i < list->column_count; i++) {
    if (shown[i]) total += list->columns[i].width + (total > 0 ? GAP : 0);
  }
  return total;
}

/* Leaves out optional columns, the last ones first, until the rest fits. */
static void choose_columns(const dove_list *list, int width, bool *shown) {
  for (size_t i = 0; i < list->column_count; i++) shown[i] = i == 0 || i > list->skip;
  for (size_t i = list->column_count; i-- > 0 && needed_width(list, shown) > width;) {
    if (list->columns[i].optional) shown[i] = false;
  }
}

static void lay_out(dove_list *list, int width) {
  bool shown[DOVE_LIST_COLUMNS] = {false};
  choose_columns(list, width, shown);
  int spare = width - needed_width(list, shown);
  int weights = 0;
  for (size_t i = 0; i < list->column_count; i++) weights += shown[i] ? list->columns[i].weight : 0;
  int x = 0;
  for (size_t i = 0; i < list->column_count; i++) {
    list->column_x[i] = -1;
    list->column_width[i] = 0;
    if (!shown[i] || x >= width) continue;
    const dove_list_column *column = &list->columns[i];
    if (list->scrolls && i > 0 && column->width > width - x) {
      x = width;
      continue;
    }
    int extra = spare > 0 && weights > 0 ? spare * column->weight / weights : 0;
    spare -= extra;
    weights -= column->weight;
    int wide = column->width + extra;
    if (wide > width - x) wide = width - x;
    list->column_x[i] = x;
    list->column_width[i] = wide;
    x += wide + GAP;
  }
}

/* ---- Drawing ---- */

static void draw_header(dove_list *list, const dove_surface *surface) {
  const dove_style style = dove_style_of(DOVE_ROLE_HEADER);
  dove_draw_fill(surface, 0, 0, 1, surface->width, style);
  for (size_t i = 0; i < list->column_count; i++) {
    if (list->column_x[i] < 0) continue;
    char title[128];
    const char *mark = !list->sorted || list->sort_column != i ? "" : list->descending ? "▼" : "▲";
    snprintf(title, sizeof title, "%s%s", list->columns[i].title, mark);
    dove_draw_field(surface, 0, list->column_x[i], list->column_width[i], title, strlen(title),
                    list->columns[i].alignment, style);
  }
}

/* Marks what the search finds in a cell that was drawn left-aligned. */
static void mark_matches(const dove_list *list, const dove_surface *surface, int y, size_t column,
                         const dove_buffer *cell) {
  char *text = dove_text_visible(dove_buffer_text(cell), cell->length);
  if (text == NULL) return;
  int used;
  size_t shown = dove_text_fit(text, strlen(text), list->column_width[column], &used);
  size_t start;
  size_t end;
  for (size_t from = 0; dove_search_find(&list->search, text, shown, from, &start, &end); from = end) {
    int x = list->column_x[column] + dove_text_columns(text, start);
    dove_draw_text(surface, y, x, text + start, end - start, dove_style_of(DOVE_ROLE_MATCH));
  }
  free(text);
}

static void draw_row(dove_list *list, const dove_surface *surface, int y, size_t row) {
  for (size_t i = 0; i < list->column_count; i++) {
    if (list->column_x[i] < 0) continue;
    dove_style style = dove_style_of(DOVE_ROLE_NORMAL);
    dove_buffer_clear(&list->scratch);
    list->source->cell(list->user, row, i, &list->scratch, &style);
    dove_draw_field(surface, y, list->column_x[i], list->column_width[i], dove_buffer_text(&list->scratch),
                    list->scratch.length, list->columns[i].alignment, style);
    if (list->search.words != NULL && list->columns[i].alignment == DOVE_ALIGN_LEFT) {
      mark_matches(list, surface, y, i, &list->scratch);
    }
  }
}

static void draw_rows(dove_list *list, const dove_surface *rows, bool focus) {
  size_t count = row_count(list);
  size_t shown = count - list->top < (size_t)rows->height ? count - list->top : (size_t)rows->height;
  dove_error error = {0};
  if (list->source->prepare != NULL && list->source->prepare(list->user, list->top, shown, &error) != DOVE_OK) {
    dove_draw_string(rows, 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
    return;
  }
  for (size_t i = 0; i < shown; i++) {
    int y = (int)i;
    draw_row(list, rows, y, list->top + i);
    if (list->top + i == list->selected) {
      dove_draw_ground(rows, y, 0, 1, rows->width, focus ? DOVE_ROLE_SELECTED : DOVE_ROLE_SELECTED_IDLE);
    }
  }
}

void dove_list_draw(dove_list *list, const dove_surface *surface, bool focus) {
  lay_out(list, surface->width);
  bool header = list->header && surface->height > 1;
  list->header_row = header ? 0 : -1;
  if (header) draw_header(list, surface);
  dove_surface rows = dove_surface_part(surface, header ? 1 : 0, 0, surface->height, surface->width);
  list->height = rows.height;
  list->width = rows.width;
  if (rows.height <= 0 || rows.width <= 0) return;
  keep_selection(list);
  follow_selection(list, (size_t)rows.height);
  if (row_count(list) > 0) {
    draw_rows(list, &rows, focus);
  } else {
    dove_draw_string(&rows, 0, 0, list->filter != NULL ? "nothing matches the filter: Esc clears it" : "nothing here",
                     dove_style_of(DOVE_ROLE_FAINT));
  }
}

/* ---- Moving ---- */

static dove_pane_result move_by(dove_list *list, long step) {
  size_t count = row_count(list);
  if (count == 0) return DOVE_PANE_HANDLED;
  size_t row = list->selected;
  if (step < 0) {
    size_t back = (size_t)-step;
    row = back > row ? 0 : row - back;
  } else {
    row = (size_t)step > count - 1 - row ? count - 1 : row + (size_t)step;
  }
  if (row == list->selected && list->selected_id >= 0) return DOVE_PANE_HANDLED;
  list_select_row(list, row);
  return DOVE_PANE_REDRAW;
}

static long page(const dove_list *list) { return list->height > 1 ? list->height - 1 : 1; }

/* ---- Filter, sort ---- */

static dove_pane_result set_filter(dove_list *list, const char *words, dove_error *error) {
  if (list->source->filter == NULL) return DOVE_PANE_IGNORED;
  char *copy = words[0] != '\0' ? dove_strdup(words) : NULL;
  if (list->source->filter(list->user, words, error) != DOVE_OK) {
    free(copy);
    return DOVE_PANE_FAILED;
  }
  free(list->filter);
  list->filter = copy;
  dove_list_refresh(list);
  return DOVE_PANE_REDRAW;
}

static dove_pane_result clear(dove_list *list, dove_error *error) {
  if (list->search.words != NULL) {
    dove_search_free(&list->search);
    return DOVE_PANE_REDRAW;
  }
  return list->filter != NULL ? set_filter(list, "", error) : DOVE_PANE_IGNORED;
}

static dove_pane_result sort_by(dove_list *list, size_t column, bool descending, dove_error *error) {
  if (list->source->sort(list->user, column, descending, error) != DOVE_OK) return DOVE_PANE_FAILED;
  list->sorted = true;
  list->sort_column = column;
  list->descending = descending;
  dove_list_refresh(list);
  return DOVE_PANE_REDRAW;
}

/* The column that `name` begins, or the sortable one after the present one when it is "". */
static bool column_named(const dove_list *list, const char *name, size_t *column) {
  size_t start = list->sorted && name[0] == '\0' ? list->sort_column + 1 : 0;
  for (size_t i = 0; i < list->column_count; i++) {
    size_t candidate = (start + i) % list->column_count;
    const dove_list_column *found = &list->columns[candidate];
    if (!found->sortable || strncmp(found->title, name, strlen(name)) != 0) continue;
    *column = candidate;
    return true;
  }
  return false;
}

static dove_pane_result sort_command(dove_list *list, const char *name, dove_error *error) {
  size_t column = 0;
  if (list->source->sort == NULL) return DOVE_PANE_IGNORED;
  if (!column_named(list, name, &column)) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no column '%s' to sort by", name);
    return DOVE_PANE_FAILED;
  }
  return sort_by(list, column, false, error);
}

static dove_pane_result invert(dove_list *list, dove_error *error) {
  if (list->source->sort == NULL) return DOVE_PANE_IGNORED;
  size_t column = list->sort_column;
  if (!list->sorted && !column_named(list, "", &column)) return DOVE_PANE_IGNORED;
  return sort_by(list, column, list->sorted ? !list->descending : true, error);
}

dove_pane_result dove_list_command(dove_list *list, dove_command_id command, const char *argument, dove_error *error) {
  keep_selection(list);
  switch (command) {
    case DOVE_COMMAND_DOWN: return move_by(list, 1);
    case DOVE_COMMAND_UP: return move_by(list, -1);
    case DOVE_COMMAND_TOP: return move_by(list, -(long)list->selected - 1);
    case DOVE_COMMAND_BOTTOM: return move_by(list, (long)row_count(list));
    case DOVE_COMMAND_HALF_DOWN: return move_by(list, (page(list) + 1) / 2);
    case DOVE_COMMAND_HALF_UP: return move_by(list, -(page(list) + 1) / 2);
    case DOVE_COMMAND_PAGE_DOWN: return move_by(list, page(list));
    case DOVE_COMMAND_PAGE_UP: return move_by(list, -page(list));
    case DOVE_COMMAND_FILTER: return set_filter(list, argument, error);
    case DOVE_COMMAND_CLEAR: return clear(list, error);
    case DOVE_COMMAND_SORT: return sort_command(list, argument, error);
    case DOVE_COMMAND_SORT_INVERT: return invert(list, error);
    default: return list_search_command(list, command, argument, error);
  }
}

/* ---- Mouse ---- */

static dove_pane_result click_header(dove_list *list, int x, dove_error *error) {
  for (size_t i = 0; i < list->column_count; i++) {
    bool hit = list->column_x[i] >= 0 && x >= list->column_x[i] && x < list->column_x[i] + list->column_width[i];
    if (!hit || !list->columns[i].sortable || list->source->sort == NULL) continue;
    return sort_by(list, i, list->sorted && list->sort_column == i && !list->descending, error);
  }
  return DOVE_PANE_HANDLED;
}

dove_pane_result dove_list_mouse(dove_list *list, const dove_mouse *mouse, dove_error *error) {
  enum { WHEEL_ROWS = 3 };
  if (mouse->kind == DOVE_MOUSE_WHEEL_DOWN) return move_by(list, WHEEL_ROWS);
  if (mouse->kind == DOVE_MOUSE_WHEEL_UP) return move_by(list, -WHEEL_ROWS);
  if (mouse->kind != DOVE_MOUSE_PRESS && mouse->kind != DOVE_MOUSE_DOUBLE) return DOVE_PANE_IGNORED;
  if (mouse->y == list->header_row) return click_header(list, mouse->x, error);
  int line = mouse->y - (list->header_row + 1);
  if (line < 0 || line >= list->height) return DOVE_PANE_IGNORED;
  size_t row = list->top + (size_t)line;
  if (row >= row_count(list)) return DOVE_PANE_HANDLED;
  list_select_row(list, row);
  return mouse->kind == DOVE_MOUSE_DOUBLE ? DOVE_PANE_OPEN : DOVE_PANE_REDRAW;
}

/* ---- State, title, export ---- */

void dove_list_save(const dove_list *list, dove_buffer *state) {
  dove_buffer_printf(state, "id=%lld", (long long)list->selected_id);
  if (list->sorted) dove_buffer_printf(state, " sort=%zu descending=%d", list->sort_column, list->descending ? 1 : 0);
  if (list->filter != NULL) dove_buffer_printf(state, " filter=%s", list->filter);
}

static bool saved_number(const char *state, const char *name, long long *value) {
  const char *found = strstr(state, name);
  if (found == NULL) return false;
  char *end;
  *value = strtoll(found + strlen(name), &end, 10);
  return end != found + strlen(name);
}

void dove_list_restore(dove_list *list, const char *state) {
  dove_error ignored;
  long long column;
  long long id;
  long long descending = 0;
  const char *filter = strstr(state, " filter=");
  if (filter != NULL) filter += strlen(" filter=");
  if (filter != NULL && (list->filter == NULL || strcmp(filter, list->filter) != 0)) {
    set_filter(list, filter, &ignored);
  }
  bool sorted = saved_number(state, " sort=", &column) && saved_number(state, " descending=", &descending);
  if (sorted && list->source->sort != NULL && column >= 0 && (size_t)column < list->column_count &&
      list->columns[column].sortable) {
    const bool same = list->sorted && list->sort_column == (size_t)column && list->descending == (descending != 0);
    if (!same) sort_by(list, (size_t)column, descending != 0, &ignored);
  }
  if (saved_number(state, "id=", &id)) dove_list_select(list, id);
}

void dove_list_describe(const dove_list *list, dove_buffer *out) {
  if (list->filter != NULL) dove_buffer_printf(out, "filter: %s", list->filter);
  if (!list->sorted) return;
  dove_buffer_printf(out, "%sby %s %s", list->filter != NULL ? ", " : "", list->columns[list->sort_column].title,
                     list->descending ? "▼" : "▲");
}

void dove_list_copy(const dove_list *list, dove_buffer *out) {
  if (list->selected >= row_count(list)) return;
  for (size_t i = 0; i < list->column_count; i++) {
    dove_style style = {0};
    if (i > 0) dove_buffer_add_char(out, '\t');
    list->source->cell(list->user, list->selected, i, out, &style);
  }
}

dove_status dove_list_export(dove_list *list, dove_buffer *out, dove_error *error) {
  enum { BLOCK = 256 };
  size_t count = row_count(list);
  for (size_t i = 0; i < list->column_count; i++) {
    dove_buffer_printf(out, "%s%c", list->columns[i].title, i + 1 < list->column_count ? '\t' : '\n');
  }
  for (size_t row = 0; row < count; row++) {
    if (list->source->prepare != NULL && row % BLOCK == 0) {
      size_t size = count - row < BLOCK ? count - row : BLOCK;
      dove_status status = list->source->prepare(list->user, row, size, error);
      if (status != DOVE_OK) return status;
    }
    for (size_t i = 0; i < list->column_count; i++) {
      dove_style style = {0};
      list->source->cell(list->user, row, i, out, &style);
      dove_buffer_add_char(out, i + 1 < list->column_count ? '\t' : '\n');
    }
  }
  return out->failed ? dove_fail_memory(error, "exporting the list") : DOVE_OK;
}
