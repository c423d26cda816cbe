#include "tui/panes/scores/scores_matrix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "tui/panes/cell_text.h"
#include "tui/widgets/chart.h"

/* ---- Words ---- */

void scores_add_model(dove_buffer *out, const dove_store_score *score) {
  dove_cell_line(out, score->model);
  if (score->role[0] == '\0') return;
  dove_buffer_add_text(out, " · ");
  dove_cell_line(out, score->role);
}

void scores_add_interval(dove_buffer *out, const dove_store_score *score) {
  if (isnan(score->low) || isnan(score->high)) {
    dove_buffer_add_text(out, "–");
    return;
  }
  dove_buffer_printf(out, "%.2f … %.2f", score->low * 100, score->high * 100);
}

static char *model_name(const dove_store_score *score) {
  dove_buffer name = {0};
  scores_add_model(&name, score);
  return dove_buffer_take(&name);
}

static char *note_of(const dove_store_score *score) {
  dove_buffer note = {0};
  if (!score->converged) dove_buffer_add_text(&note, "not converged ");
  scores_add_interval(&note, score);
  if (!isnan(score->ceiling)) dove_buffer_printf(&note, " ≤ %.2f", score->ceiling * 100);
  return dove_buffer_take(&note);
}

/* ---- Loading ---- */

static void free_names(char **names, size_t count) {
  for (size_t i = 0; names != NULL && i < count; i++) free(names[i]);
  free(names);
}

void scores_matrix_free(scores_matrix *matrix) {
  free_names(matrix->notes, matrix->row_count * matrix->column_count);
  free_names(matrix->short_notes, matrix->row_count * matrix->column_count);
  free_names(matrix->rows, matrix->row_count);
  free_names(matrix->columns, matrix->column_count);
  free(matrix->percent);
  free(matrix->scores);
  *matrix = (scores_matrix){0};
}

/* The place of a name among those so far, where it is added when it is new; false when memory ran out. */
static bool place_of(char ***names, size_t *count, char *name, size_t *place) {
  if (name == NULL) return false;
  for (*place = 0; *place < *count; (*place)++) {
    if (strcmp((*names)[*place], name) != 0) continue;
    free(name);
    return true;
  }
  char **grown = dove_realloc(*names, *count + 1, sizeof *grown);
  if (grown == NULL) {
    free(name);
    return false;
  }
  *names = grown;
  grown[(*count)++] = name;
  return true;
}

static bool collect_names(scores_matrix *matrix, dove_window *scores) {
  size_t place;
  for (int64_t i = 0; i < dove_window_total(scores); i++) {
    const dove_store_score *score = dove_window_row(scores, i);
    if (score == NULL || !place_of(&matrix->rows, &matrix->row_count, model_name(score), &place) ||
        !place_of(&matrix->columns, &matrix->column_count, dove_strdup(score->culture), &place)) {
      return false;
    }
  }
  return true;
}

static bool any_counterpart(dove_window *scores, const scores_base *base) {
  for (int64_t i = 0; base != NULL && i < dove_window_total(scores); i++) {
    const dove_store_score *score = dove_window_row(scores, i);
    if (score != NULL && scores_base_of(base, score) != NULL) return true;
  }
  return false;
}

static char *difference_note(const scores_base *base, const dove_store_score *score, const dove_store_score *other) {
  dove_buffer note = {0};
  const dove_store_score_difference *known = scores_base_known(base, score->id, other->id);
  if (known != NULL) scores_add_difference_interval(&note, known);
  return note.length > 0 ? dove_buffer_take(&note) : dove_strdup("");
}

/* "-171 … -63"; "" where there is no interval. */
static char *short_note(double low, double high) {
  char text[48] = "";
  if (!isnan(low) && !isnan(high)) snprintf(text, sizeof text, "%.0f … %.0f", 100 * low, 100 * high);
  return dove_strdup(text);
}

/* What a cell shows of a score; false when memory ran out. */
static bool fill_cell(const scores_matrix *matrix, const scores_base *base, const dove_store_score *score,
                      size_t cell) {
  const dove_store_score *other = matrix->differences ? scores_base_of(base, score) : NULL;
  const dove_store_score_difference *known = other != NULL ? scores_base_known(base, score->id, other->id) : NULL;
  free(matrix->notes[cell]);
  free(matrix->short_notes[cell]);
  if (!matrix->differences) {
    matrix->percent[cell] = score->percent;
    matrix->notes[cell] = note_of(score);
    matrix->short_notes[cell] = short_note(score->low, score->high);
  } else {
    matrix->percent[cell] = other != NULL ? score->percent - other->percent : (double)NAN;
    matrix->notes[cell] = other != NULL ? difference_note(base, score, other) : dove_strdup("");
    matrix->short_notes[cell] = short_note(known != NULL ? known->low : (double)NAN, known != NULL ? known->high : 0);
  }
  return matrix->notes[cell] != NULL && matrix->short_notes[cell] != NULL;
}

static bool fill_cells(scores_matrix *matrix, dove_window *scores, const scores_base *base) {
  const size_t cells = matrix->row_count * matrix->column_count;
  matrix->percent = dove_alloc(cells, sizeof *matrix->percent);
  matrix->notes = dove_alloc_zero(cells, sizeof *matrix->notes);
  matrix->scores = dove_alloc_zero(cells, sizeof *matrix->scores);
  matrix->short_notes = dove_alloc_zero(cells, sizeof *matrix->short_notes);
  if (matrix->percent == NULL || matrix->notes == NULL || matrix->short_notes == NULL || matrix->scores == NULL)
    return false;
  for (size_t i = 0; i < cells; i++) matrix->percent[i] = (double)NAN;
  for (int64_t i = 0; i < dove_window_total(scores); i++) {
    const dove_store_score *score = dove_window_row(scores, i);
    size_t row;
    size_t column;
    if (score == NULL || !place_of(&matrix->rows, &matrix->row_count, model_name(score), &row) ||
        !place_of(&matrix->columns, &matrix->column_count, dove_strdup(score->culture), &column)) {
      return false;
    }
    const size_t cell = row * matrix->column_count + column;
    if (!fill_cell(matrix, base, score, cell)) return false;
    matrix->scores[cell] = score->id;
  }
  for (size_t i = 0; i < cells; i++) {
    if (matrix->notes[i] == NULL) matrix->notes[i] = dove_strdup("");
    if (matrix->short_notes[i] == NULL) matrix->short_notes[i] = dove_strdup("");
    if (matrix->notes[i] == NULL || matrix->short_notes[i] == NULL) return false;
  }
  return true;
}

dove_status scores_matrix_load(scores_matrix *matrix, dove_window *scores, const scores_base *base, dove_error *error) {
  scores_matrix fresh = {.row = matrix->row, .column = matrix->column, .unselected = matrix->unselected};
  fresh.differences = any_counterpart(scores, base);
  if (!collect_names(&fresh, scores) || !fill_cells(&fresh, scores, base)) {
    scores_matrix_free(&fresh);
    return dove_fail_memory(error, "reading the scores");
  }
  scores_matrix_free(matrix);
  *matrix = fresh;
  if (matrix->row >= matrix->row_count) matrix->row = 0;
  if (matrix->column >= matrix->column_count) matrix->column = 0;
  return DOVE_OK;
}

/* ---- Selection ---- */

int64_t scores_matrix_selected(const scores_matrix *matrix) {
  if (matrix->row_count == 0) return 0;
  return matrix->scores[matrix->row * matrix->column_count + matrix->column];
}

bool scores_matrix_select(scores_matrix *matrix, int64_t score) {
  for (size_t i = 0; i < matrix->row_count * matrix->column_count; i++) {
    if (matrix->scores[i] != score) continue;
    matrix->row = i / matrix->column_count;
    matrix->column = i % matrix->column_count;
    return true;
  }
  return false;
}

dove_pane_result scores_matrix_command(scores_matrix *matrix, dove_command_id command) {
  if (matrix->row_count == 0) return DOVE_PANE_IGNORED;
  switch (command) {
    case DOVE_COMMAND_UP: matrix->row -= matrix->row > 0 ? 1 : 0; break;
    case DOVE_COMMAND_DOWN: matrix->row += matrix->row + 1 < matrix->row_count ? 1 : 0; break;
    case DOVE_COMMAND_LEFT: matrix->column -= matrix->column > 0 ? 1 : 0; break;
    case DOVE_COMMAND_RIGHT: matrix->column += matrix->column + 1 < matrix->column_count ? 1 : 0; break;
    case DOVE_COMMAND_TOP: matrix->row = 0; break;
    case DOVE_COMMAND_BOTTOM: matrix->row = matrix->row_count - 1; break;
    default: return DOVE_PANE_IGNORED;
  }
  return DOVE_PANE_REDRAW;
}

/* ---- Drawing ---- */

static void format_percent(double value, char text[16]) { snprintf(text, 16, "%.2f", value); }

static void format_points(double value, char text[16]) { snprintf(text, 16, "%+.2f", value); }

/* Where not all rows fit, those around the selected one are shown. */
static void follow_selection(scores_matrix *matrix, size_t rows) {
  if (matrix->row < matrix->top) matrix->top = matrix->row;
  if (matrix->row >= matrix->top + rows) matrix->top = matrix->row - rows + 1;
  if (matrix->row_count <= rows) matrix->top = 0;
}

static int widest(char *const *texts, size_t count) {
  int width = 0;
  for (size_t i = 0; i < count; i++) {
    const int columns = dove_text_columns(texts[i], strlen(texts[i]));
    if (columns > width) width = columns;
  }
  return width;
}

const char *const *scores_matrix_notes(const scores_matrix *matrix, int width) {
  const size_t cells = matrix->row_count * matrix->column_count;
  if (cells == 0) return NULL;
  int names = widest(matrix->rows, matrix->row_count);
  if (names > width / 3) names = width / 3;
  const int room = (width - names - 1) / (int)matrix->column_count;
  const int wanted = widest(matrix->notes, cells);
  if (wanted == 0) return NULL;
  if (wanted < room) return (const char *const *)matrix->notes;
  return widest(matrix->short_notes, cells) < room ? (const char *const *)matrix->short_notes : NULL;
}

void scores_matrix_draw(scores_matrix *matrix, const dove_surface *surface) {
  if (surface->height < 2 || matrix->row_count == 0) return;
  follow_selection(matrix, (size_t)surface->height - 1);
  const size_t first = matrix->top * matrix->column_count;
  const char *const *notes = scores_matrix_notes(matrix, surface->width);
  double low = (double)INFINITY;
  double high = -(double)INFINITY;
  for (size_t i = 0; i < matrix->row_count * matrix->column_count; i++) {
    if (matrix->percent[i] < low) low = matrix->percent[i];
    if (matrix->percent[i] > high) high = matrix->percent[i];
  }
  if (matrix->differences && high < -low) high = -low;
  if (matrix->differences) low = -high;
  const dove_heat_map map = {.row_names = (const char *const *)matrix->rows + matrix->top,
                             .column_names = (const char *const *)matrix->columns,
                             .rows = matrix->row_count - matrix->top,
                             .columns = matrix->column_count,
                             .values = matrix->percent + first,
                             .notes = notes != NULL ? notes + first : NULL,
                             .low = low,
                             .high = high,
                             .format = matrix->differences ? format_points : format_percent,
                             .selected_row = matrix->unselected ? -1 : (long)(matrix->row - matrix->top),
                             .selected_column = (long)matrix->column};
  dove_draw_heat_map(surface, &map);
}
