#include "tui/panes/codes/codes_usage.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/text.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/note.h"
#include "tui/widgets/chart.h"

enum { COLUMN_NAME, FIRST_GROUP };

enum { NAME_WIDTH = 16, CELL_LEAST = 6, CELL_MOST = 12, NOTE_LINES = 2, LEAST_HEIGHT_FOR_NOTE = 8 };

/* ---- Rows and cells ---- */

static int64_t row_id(void *pane, size_t row) { return ((const codes_usage *)pane)->matrix->ids[row]; }

static double mean_of(const codes_usage *usage, size_t row, size_t column) {
  return usage->matrix->mean[usage->group[column] * usage->matrix->codes + row];
}

static void row_cell(void *pane, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const codes_usage *usage = pane;
  if (column == COLUMN_NAME) {
    dove_buffer_add_text(out, usage->matrix->names[row]);
    return;
  }
  const double mean = mean_of(usage, row, column);
  style->ground = (uint8_t)dove_heat_role(mean, 0, usage->greatest);
  const bool here = usage->drawing && usage->rows.list.selected_id == usage->matrix->ids[row] &&
                    column == usage->column + FIRST_GROUP;
  if (here) style->attributes = DOVE_BOLD;
  dove_buffer_printf(out, "%s%.1f", here ? "▸" : "", 100 * mean);
}

static double row_number(void *pane, size_t row, size_t column) {
  return column == COLUMN_NAME ? (double)NAN : mean_of(pane, row, column);
}

static const dove_memory_list_operations operations = {.id = row_id, .cell = row_cell, .number = row_number};

/* ---- Beginning, end, reading ---- */

void codes_usage_init(codes_usage *usage) {
  *usage = (codes_usage){.interval_group = SIZE_MAX};
  usage->columns[COLUMN_NAME] = (dove_list_column){.title = "code", .width = NAME_WIDTH, .weight = 1, .sortable = true};
  dove_memory_list_init(&usage->rows, &operations, usage, usage->columns, 1);
  usage->rows.list.scrolls = true;
}

static void forget_interval(codes_usage *usage) {
  dove_usage_contrast_free(&usage->interval);
  usage->interval_group = SIZE_MAX;
}

void codes_usage_free(codes_usage *usage) {
  dove_memory_list_free(&usage->rows);
  forget_interval(usage);
}

/* A column for each group that has coded documents. */
static void make_columns(codes_usage *usage) {
  const dove_usage_matrix *matrix = usage->matrix;
  usage->groups = 0;
  for (size_t g = 0; g < matrix->groups && usage->groups + FIRST_GROUP < DOVE_LIST_COLUMNS; g++) {
    if (matrix->group[g].documents == 0) continue;
    const size_t column = usage->groups++ + FIRST_GROUP;
    const char *name = matrix->group[g].name;
    const int wanted = dove_text_columns(name, strlen(name));
    usage->group[column] = g;
    usage->columns[column] = (dove_list_column){.title = name,
                                                .width = wanted < CELL_LEAST  ? CELL_LEAST
                                                         : wanted < CELL_MOST ? wanted
                                                                              : CELL_MOST,
                                                .alignment = DOVE_ALIGN_RIGHT,
                                                .sortable = true};
  }
  usage->rows.list.column_count = usage->groups + FIRST_GROUP;
  if (usage->column >= usage->groups) usage->column = 0;
}

dove_status codes_usage_load(codes_usage *usage, dove_model *model, dove_error *error) {
  forget_interval(usage);
  const dove_status status = dove_model_usage(model, &usage->matrix, error);
  if (status != DOVE_OK) return status;
  make_columns(usage);
  usage->greatest = 0;
  for (size_t i = 0; i < usage->matrix->groups * usage->matrix->codes; i++) {
    if (usage->matrix->mean[i] > usage->greatest) usage->greatest = usage->matrix->mean[i];
  }
  dove_memory_list *rows = &usage->rows;
  if (rows->list.sorted && rows->list.sort_column >= rows->list.column_count) rows->list.sorted = rows->sorted = false;
  return dove_memory_list_load(rows, usage->matrix->codes, error);
}

/* ---- Drawing ---- */

/* Reads the intervals of the selected column when they are first wanted. */
static const dove_contrast *contrast_of(codes_usage *usage, dove_model *model, size_t row) {
  const size_t group = usage->group[usage->column + FIRST_GROUP];
  if (usage->interval_group != group) {
    forget_interval(usage);
    if (dove_model_contrast(model, (int)group, DOVE_SIDE_NONE, &usage->interval, NULL) != DOVE_OK) return NULL;
    usage->interval_group = group;
  }
  return row < usage->interval.codes ? &usage->interval.code[row] : NULL;
}

void codes_usage_describe(codes_usage *usage, dove_model *model, dove_buffer *out) {
  size_t row;
  if (usage->groups == 0 || !dove_memory_list_row(&usage->rows, &row)) return;
  const dove_usage_group *group = &usage->matrix->group[usage->group[usage->column + FIRST_GROUP]];
  const dove_contrast *found = contrast_of(usage, model, row);
  dove_buffer_printf(out, "%s, %s%s: %.1f %%", usage->matrix->names[row], group->name, group->human ? " people" : "",
                     100 * mean_of(usage, row, usage->column + FIRST_GROUP));
  if (found != NULL && !isnan(found->low)) {
    dove_buffer_printf(out, ", 95 %% %.1f … %.1f", 100 * found->low, 100 * found->high);
  }
  dove_buffer_printf(out, ", %lld documents", (long long)group->documents);
  if (found != NULL) dove_buffer_printf(out, " on %zu topics", usage->interval.topics);
}

/* Scrolls sideways until the selected column is among those that fit. */
static void show_column(codes_usage *usage, int width) {
  dove_list *list = &usage->rows.list;
  if (list->skip > usage->column) list->skip = usage->column;
  int room = width - usage->columns[COLUMN_NAME].width;
  for (size_t i = list->skip; i <= usage->column; i++) room -= usage->columns[i + FIRST_GROUP].width + 1;
  for (; room < 0 && list->skip < usage->column; list->skip++)
    room += usage->columns[list->skip + FIRST_GROUP].width + 1;
}

void codes_usage_draw(codes_usage *usage, dove_model *model, const dove_surface *surface, bool focus) {
  if (usage->groups == 0) {
    dove_draw_string(surface, 0, 1, "no document is coded with this codebook", dove_style_of(DOVE_ROLE_FAINT));
    return;
  }
  const int note = surface->height >= LEAST_HEIGHT_FOR_NOTE ? NOTE_LINES : 0;
  const dove_surface map = dove_surface_part(surface, 0, 0, surface->height - note, surface->width);
  show_column(usage, surface->width);
  usage->drawing = true;
  dove_list_draw(&usage->rows.list, &map, focus);
  usage->drawing = false;
  if (note == 0) return;
  dove_buffer text = {0};
  codes_usage_describe(usage, model, &text);
  dove_buffer_add_text(&text, "  (mean of q(z|x) in %)");
  const dove_surface below = dove_surface_part(surface, surface->height - note, 0, note, surface->width);
  dove_draw_note(&below, dove_buffer_text(&text), text.length, dove_style_of(DOVE_ROLE_NORMAL));
  dove_buffer_free(&text);
}

/* ---- Commands ---- */

/* By the selected column, the most used first; by the codebook's order when it was that already. */
static dove_pane_result sort_by_column(codes_usage *usage, dove_error *error) {
  dove_list *list = &usage->rows.list;
  const size_t column = usage->column + FIRST_GROUP;
  const bool already = list->sorted && list->sort_column == column;
  dove_pane_result result =
      dove_list_command(list, DOVE_COMMAND_SORT, usage->columns[already ? 0 : column].title, error);
  if (!already && result == DOVE_PANE_REDRAW) result = dove_list_command(list, DOVE_COMMAND_SORT_INVERT, "", error);
  return result;
}

dove_pane_result codes_usage_command(codes_usage *usage, dove_command_id command, const char *argument,
                                     dove_error *error) {
  if (usage->groups == 0) return DOVE_PANE_IGNORED;
  switch (command) {
    case DOVE_COMMAND_LEFT: usage->column -= usage->column > 0; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_RIGHT: usage->column += usage->column + 1 < usage->groups; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_SORT:
      if (argument[0] == '\0') return sort_by_column(usage, error);
      break;
    default: break;
  }
  return dove_list_command(&usage->rows.list, command, argument, error);
}

dove_pane_result codes_usage_mouse(codes_usage *usage, const dove_mouse *mouse, dove_error *error) {
  const dove_list *list = &usage->rows.list;
  for (size_t i = 0; i < usage->groups && mouse->kind == DOVE_MOUSE_PRESS; i++) {
    const int x = list->column_x[i + FIRST_GROUP];
    if (x >= 0 && mouse->x >= x && mouse->x < x + list->column_width[i + FIRST_GROUP]) usage->column = i;
  }
  return dove_list_mouse(&usage->rows.list, mouse, error);
}
