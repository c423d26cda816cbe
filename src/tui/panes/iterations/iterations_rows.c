#include "tui/panes/iterations/iterations_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "tui/panes/cell_text.h"
#include "tui/widgets/chart.h"

/* ---- Numbers of an iteration ---- */

double iterations_distortion_term(const dove_store_iteration *row) { return -row->distortion; }

double iterations_conditional_term(const dove_store_iteration *row) {
  return row->beta1 * (double)row->M * row->conditional_entropy;
}

double iterations_marginal_term(const dove_store_iteration *row) {
  return -row->beta2 * (double)row->M * row->marginal_entropy;
}

double iterations_diagnostic(const dove_store_iteration *row) { return log((double)row->codes) - row->renyi2; }

/* ---- The list of iterations ---- */

enum {
  COLUMN_T,
  COLUMN_K,
  COLUMN_S,
  COLUMN_DISTORTION,
  COLUMN_CONDITIONAL,
  COLUMN_MARGINAL,
  COLUMN_SPLITS,
  COLUMN_MERGES,
  COLUMN_NOTE,
  COLUMN_SIGMA,
  COLUMN_PERPLEXITY,
  COLUMN_DIAGNOSTIC,
  COLUMN_REPEAT,
  COLUMNS
};

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_T] = {.title = "t", .width = 2, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_K] = {.title = "K", .width = 4, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_S] = {.title = "S", .width = 7, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_DISTORTION] = {.title = "−d", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_CONDITIONAL] = {.title = "+β1MH(z|x)", .width = 10, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_MARGINAL] = {.title = "−β2MH(z)", .width = 8, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_SPLITS] = {.title = "split", .width = 5, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_MERGES] = {.title = "merged", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_NOTE] = {.title = "note", .width = 13, .weight = 1},
    [COLUMN_SIGMA] = {.title = "σ²", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_PERPLEXITY] = {.title = "perpl.", .width = 6, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_DIAGNOSTIC] = {.title = "logK−H2", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_REPEAT] = {.title = "repeat≤", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
};

static size_t row_count(void *user) { return ((const iterations_rows *)user)->count; }

static int64_t row_id(void *user, size_t row) { return ((const iterations_rows *)user)->rows[row].t; }

static bool row_find(void *user, int64_t id, size_t *row) {
  const iterations_rows *rows = user;
  for (size_t i = 0; i < rows->count; i++) {
    if (rows->rows[i].t != id) continue;
    *row = i;
    return true;
  }
  return false;
}

static void add_note(const iterations_rows *rows, const dove_store_iteration *row, dove_buffer *out) {
  if (row->t == rows->used_t) dove_buffer_add_text(out, "● used");
  if (row->t == rows->best_t) dove_buffer_add_text(out, out->length > 0 ? ", best" : "best");
  if (row->stopped_by[0] != '\0') {
    dove_buffer_printf(out, "%send: %s", out->length > 0 ? ", " : "", row->stopped_by);
  }
}

static void row_cell(void *user, size_t index, size_t column, dove_buffer *out, dove_style *style) {
  const iterations_rows *rows = user;
  const dove_store_iteration *row = &rows->rows[index];
  switch (column) {
    case COLUMN_T: dove_buffer_printf(out, "%lld", (long long)row->t); break;
    case COLUMN_K: dove_buffer_printf(out, "%lld", (long long)row->codes); break;
    case COLUMN_S:
      *style = dove_style_of(DOVE_ROLE_STRONG);
      dove_cell_number(out, row->S, 4);
      break;
    case COLUMN_DISTORTION: dove_cell_number(out, iterations_distortion_term(row), 4); break;
    case COLUMN_CONDITIONAL: dove_cell_number(out, iterations_conditional_term(row), 4); break;
    case COLUMN_MARGINAL: dove_cell_number(out, iterations_marginal_term(row), 4); break;
    case COLUMN_SPLITS: dove_buffer_printf(out, "%lld", (long long)row->splits); break;
    case COLUMN_MERGES: dove_buffer_printf(out, "%lld", (long long)row->merges); break;
    case COLUMN_NOTE: {
      size_t start = out->length;
      dove_buffer note = {0};
      add_note(rows, row, &note);
      dove_buffer_add_text(out, dove_buffer_text(&note));
      dove_buffer_free(&note);
      if (out->length > start && row->t == rows->used_t) *style = dove_style_of(DOVE_ROLE_GOOD);
      break;
    }
    case COLUMN_SIGMA: dove_cell_number(out, row->sigma2, 5); break;
    case COLUMN_PERPLEXITY: dove_cell_number(out, row->perplexity, 2); break;
    case COLUMN_DIAGNOSTIC: dove_cell_number(out, iterations_diagnostic(row), 4); break;
    case COLUMN_REPEAT: dove_cell_number(out, row->repeat_bound, 3); break;
    default: break;
  }
}

static const dove_list_source source = {.count = row_count, .id = row_id, .find = row_find, .cell = row_cell};

void iterations_rows_init(iterations_rows *rows) {
  *rows = (iterations_rows){.used_t = -1, .best_t = -1};
  dove_list_init(&rows->list, &source, rows, columns, COLUMNS);
}

void iterations_rows_free(iterations_rows *rows) {
  dove_list_free(&rows->list);
  free(rows->rows);
  for (size_t i = 0; i < SERIES; i++) free(rows->series[i]);
}

/* The model forgets its rows when the project changes, which may be before the pane loads again. */
static dove_status copy_rows(iterations_rows *rows, dove_model *model, dove_error *error) {
  size_t count;
  const dove_store_iteration *found = dove_model_iterations(model, &count);
  dove_store_iteration *copy = dove_alloc(count, sizeof *copy);
  if (copy == NULL) return dove_fail_memory(error, "reading the iterations");
  if (count > 0) memcpy(copy, found, count * sizeof *copy);
  free(rows->rows);
  rows->rows = copy;
  rows->count = count;
  return DOVE_OK;
}

static dove_status fill_series(iterations_rows *rows, dove_error *error) {
  for (size_t i = 0; i < SERIES; i++) {
    double *values = dove_realloc(rows->series[i], rows->count + 1, sizeof *values);
    if (values == NULL) {
      rows->count = 0;
      return dove_fail_memory(error, "reading the iterations");
    }
    rows->series[i] = values;
  }
  for (size_t i = 0; i < rows->count; i++) {
    const dove_store_iteration *row = &rows->rows[i];
    rows->series[SERIES_S][i] = row->S;
    rows->series[SERIES_K][i] = (double)row->codes;
    rows->series[SERIES_DISTORTION][i] = iterations_distortion_term(row);
    rows->series[SERIES_CONDITIONAL][i] = iterations_conditional_term(row);
    rows->series[SERIES_MARGINAL][i] = iterations_marginal_term(row);
  }
  return DOVE_OK;
}

dove_status iterations_rows_load(iterations_rows *rows, dove_model *model, dove_error *error) {
  const dove_view view = dove_model_view(model);
  const dove_store_current used = dove_model_used(model);
  dove_status status = copy_rows(rows, model, error);
  if (status != DOVE_OK) return status;
  rows->used_t = used.run == view.run ? used.t : -1;
  rows->best_t = -1;
  double best = -(double)INFINITY;
  for (size_t i = 0; i < rows->count; i++) {
    if (!(rows->rows[i].S > best)) continue;
    best = rows->rows[i].S;
    rows->best_t = rows->rows[i].t;
  }
  status = fill_series(rows, error);
  if (view.run != 0) dove_list_select(&rows->list, view.t);
  return status;
}

const dove_store_iteration *iterations_rows_selected(const iterations_rows *rows) {
  return rows->list.selected < rows->count ? &rows->rows[rows->list.selected] : NULL;
}

/* ---- Charts ---- */

typedef struct iterations_chart {
  const char *title;
  dove_chart_series series[3];
  size_t series_count;
} iterations_chart;

static void draw_chart(const iterations_rows *rows, const iterations_chart *chart, const dove_surface *surface) {
  const long shown = rows->count > 0 ? (long)rows->list.selected : -1;
  dove_draw_string(surface, 0, 1, chart->title, dove_style_of(DOVE_ROLE_HEADER));
  dove_surface plot = dove_surface_part(surface, 1, 0, surface->height - 1, surface->width);
  dove_draw_line_chart(&plot, chart->series, chart->series_count, rows->count, shown);
}

/* One line a series: "S  ▁▃▅▇  1.7035 → 1.5335". */
static void draw_small(const iterations_rows *rows, const dove_surface *surface) {
  static const char *const names[SERIES] = {"S", "K", "−d", "+β1MH(z|x)", "−β2MH(z)"};
  enum { NAME_WIDTH = 11 };
  for (int i = 0; i < SERIES && i < surface->height; i++) {
    const double *values = rows->series[i];
    const int width = rows->count < 30 ? (int)rows->count : 30;
    dove_draw_string(surface, i, 1, names[i], dove_style_of(DOVE_ROLE_HEADER));
    dove_draw_sparkline(surface, i, 1 + NAME_WIDTH, width, values, rows->count, dove_style_of(DOVE_ROLE_SERIES_1));
    dove_draw_format(surface, i, NAME_WIDTH + width + 2, dove_style_of(DOVE_ROLE_NORMAL),
                     i == SERIES_K ? "%.0f → %.0f" : "%.4f → %.4f", values[0], values[rows->count - 1]);
  }
}

void iterations_rows_draw_charts(const iterations_rows *rows, const dove_surface *surface) {
  enum { CHARTS = 3, LEAST_HEIGHT = 6, LEAST_WIDTH = 28 };
  if (rows->count == 0 || surface->height <= 0) return;
  const iterations_chart charts[CHARTS] = {
      {"S", {{"S", rows->series[SERIES_S], DOVE_ROLE_SERIES_1, '*'}}, 1},
      {"K, the number of codes", {{"K", rows->series[SERIES_K], DOVE_ROLE_SERIES_2, 'o'}}, 1},
      {"the terms of S",
       {{"−d", rows->series[SERIES_DISTORTION], DOVE_ROLE_SERIES_3, 'd'},
        {"+β1MH(z|x)", rows->series[SERIES_CONDITIONAL], DOVE_ROLE_SERIES_4, 'x'},
        {"−β2MH(z)", rows->series[SERIES_MARGINAL], DOVE_ROLE_SERIES_5, 'z'}},
       3}};
  const bool beside = surface->width >= CHARTS * LEAST_WIDTH && surface->height >= LEAST_HEIGHT;
  const bool above = surface->height >= CHARTS * LEAST_HEIGHT && surface->width >= LEAST_WIDTH;
  if (!beside && !above) {
    draw_small(rows, surface);
    return;
  }
  for (int i = 0; i < CHARTS; i++) {
    const int height = surface->height / CHARTS;
    const int width = surface->width / CHARTS;
    dove_surface part = beside ? dove_surface_part(surface, 0, i * width, surface->height, width - 1)
                               : dove_surface_part(surface, i * height, 0, height, surface->width);
    draw_chart(rows, &charts[i], &part);
  }
}
