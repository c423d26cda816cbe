#include "tui/panes/codes/codes_sides.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/note.h"

enum { COLUMN_NAME, COLUMN_FIRST, COLUMN_SECOND, COLUMN_DIFFERENCE, COLUMN_INTERVAL, COLUMN_PICTURE };

enum { SIDE_LEAST = 7, SIDE_MOST = 14, NOTE_LINES = 2, LEAST_HEIGHT_FOR_NOTE = 10 };

/* ---- Rows and cells ---- */

static int64_t row_id(void *pane, size_t row) { return ((const codes_sides *)pane)->matrix->ids[row]; }

/* Which side uses it more for certain: 1 the first, -1 the second, 0 neither. */
static int winner(const dove_contrast *code) {
  if (isnan(code->low)) return 0;
  return code->low > 0 ? 1 : code->high < 0 ? -1 : 0;
}

/* "+3.1", "-0.4", and "0.0" whichever side of 0 it was before it was rounded. */
static void add_signed(double share, dove_buffer *out) {
  const double points = round(1000 * share) / 10;
  if (points > 0) dove_buffer_add_char(out, '+');
  dove_buffer_printf(out, "%.1f", points != 0 ? points : 0.0);
}

static void add_difference(const dove_contrast *code, dove_buffer *out) {
  const int sure = winner(code);
  dove_buffer_add_text(out, sure > 0 ? "▲" : sure < 0 ? "▼" : "");
  add_signed(code->difference, out);
}

static void add_interval(const dove_contrast *code, dove_buffer *out) {
  if (isnan(code->low)) {
    dove_buffer_add_text(out, "–");
  } else {
    add_signed(code->low, out);
    dove_buffer_add_text(out, " … ");
    add_signed(code->high, out);
  }
}

static int place_of(double value, double widest, int width) {
  const double share = widest > 0 ? (value / widest + 1) / 2 : 0.5;
  const int place = (int)lround(share * (width - 1));
  return place < 0 ? 0 : place >= width ? width - 1 : place;
}

/* "   ├──●──┤│   ": the interval beside 0. */
static void add_picture(const dove_contrast *code, double widest, int width, dove_buffer *out) {
  if (width < 3) return;
  const bool known = !isnan(code->low);
  const int zero = place_of(0, widest, width), value = place_of(code->difference, widest, width);
  const int low = known ? place_of(code->low, widest, width) : value;
  const int high = known ? place_of(code->high, widest, width) : value;
  for (int x = 0; x < width; x++) {
    const char *sign = x == value            ? "●"
                       : x == zero           ? (x > low && x < high ? "┼" : "│")
                       : x == low            ? "├"
                       : x == high           ? "┤"
                       : x > low && x < high ? "─"
                                             : " ";
    dove_buffer_add_text(out, sign);
  }
}

static void row_cell(void *pane, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  const codes_sides *sides = pane;
  const dove_contrast *code = &sides->contrast.code[row];
  const int sure = winner(code);
  switch (column) {
    case COLUMN_NAME: dove_buffer_add_text(out, sides->matrix->names[row]); break;
    case COLUMN_FIRST: dove_cell_number(out, 100 * code->first, 1); break;
    case COLUMN_SECOND: dove_cell_number(out, 100 * code->second, 1); break;
    case COLUMN_DIFFERENCE:
      style->role = sure != 0 ? DOVE_ROLE_STRONG : DOVE_ROLE_NORMAL;
      add_difference(code, out);
      break;
    case COLUMN_INTERVAL: add_interval(code, out); break;
    default:
      style->role = sure > 0 ? DOVE_ROLE_SERIES_1 : sure < 0 ? DOVE_ROLE_SERIES_2 : DOVE_ROLE_FAINT;
      add_picture(code, sides->widest, sides->rows.list.column_width[COLUMN_PICTURE], out);
      break;
  }
}

static double row_number(void *pane, size_t row, size_t column) {
  const dove_contrast *code = &((const codes_sides *)pane)->contrast.code[row];
  switch (column) {
    case COLUMN_FIRST: return code->first;
    case COLUMN_SECOND: return code->second;
    case COLUMN_DIFFERENCE: return code->difference;
    default: return (double)NAN;
  }
}

static const dove_memory_list_operations operations = {.id = row_id, .cell = row_cell, .number = row_number};

/* ---- Beginning, end, reading ---- */

void codes_sides_init(codes_sides *sides) {
  *sides = (codes_sides){.side = {DOVE_SIDE_PEOPLE, DOVE_SIDE_MODELS}};
  const dove_list_column columns[CODES_SIDES_COLUMNS] = {
      [COLUMN_NAME] = {.title = "code", .width = 16, .weight = 2, .sortable = true},
      [COLUMN_FIRST] = {.title = "", .width = SIDE_LEAST, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
      [COLUMN_SECOND] = {.title = "", .width = SIDE_LEAST, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
      [COLUMN_DIFFERENCE] = {.title = "Δ", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
      [COLUMN_INTERVAL] = {.title = "95 %", .width = 15, .alignment = DOVE_ALIGN_RIGHT},
      [COLUMN_PICTURE] = {.title = "", .width = 13, .weight = 3, .optional = true},
  };
  memcpy(sides->columns, columns, sizeof columns);
  dove_memory_list_init(&sides->rows, &operations, sides, sides->columns, CODES_SIDES_COLUMNS);
  /* What the first side uses more comes first. */
  sides->rows.list.sorted = sides->rows.sorted = true;
  sides->rows.list.descending = sides->rows.descending = true;
  sides->rows.list.sort_column = sides->rows.column = COLUMN_DIFFERENCE;
}

void codes_sides_free(codes_sides *sides) {
  dove_memory_list_free(&sides->rows);
  dove_usage_contrast_free(&sides->contrast);
  free(sides->name[0]);
  free(sides->name[1]);
  *sides = (codes_sides){0};
}

void codes_sides_forget(codes_sides *sides) {
  dove_usage_contrast_free(&sides->contrast);
  sides->matrix = NULL;
}

/* The sides by the names that a person chose: their numbers may differ from codebook to codebook. */
static void find_sides(codes_sides *sides) {
  for (size_t s = 0; s < 2; s++) {
    const int other = s == 0 ? DOVE_SIDE_PEOPLE : DOVE_SIDE_MODELS;
    if (sides->name[s] == NULL || !dove_side_find(sides->matrix, sides->name[s], &sides->side[s]))
      sides->side[s] = other;
    const char *title = dove_side_name(sides->matrix, sides->side[s]);
    const int width = dove_text_columns(title, strlen(title));
    dove_list_column *column = &sides->columns[COLUMN_FIRST + s];
    column->title = title;
    column->width = width < SIDE_LEAST ? SIDE_LEAST : width < SIDE_MOST ? width + 1 : SIDE_MOST;
  }
}

static double furthest(const dove_usage_contrast *contrast) {
  double widest = 0;
  for (size_t k = 0; k < contrast->codes; k++) {
    const dove_contrast *code = &contrast->code[k];
    const double ends[] = {code->difference, code->low, code->high};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
      if (fabs(ends[i]) > widest) widest = fabs(ends[i]);
    }
  }
  return widest;
}

dove_status codes_sides_load(codes_sides *sides, dove_model *model, dove_error *error) {
  dove_usage_contrast fresh = {0};
  dove_status status = dove_model_usage(model, &sides->matrix, error);
  if (status != DOVE_OK) return status;
  find_sides(sides);
  status = dove_model_contrast(model, sides->side[0], sides->side[1], &fresh, error);
  if (status != DOVE_OK) return status;
  dove_usage_contrast_free(&sides->contrast);
  sides->contrast = fresh;
  sides->widest = furthest(&fresh);
  return dove_memory_list_load(&sides->rows, fresh.codes, error);
}

/* ---- Choosing ---- */

static bool has_documents(const dove_usage_matrix *matrix, int side) {
  bool human = false, model = false;
  for (size_t g = 0; g < matrix->groups; g++) {
    if (matrix->group[g].documents == 0) continue;
    human = human || matrix->group[g].human;
    model = model || (!matrix->group[g].human && !matrix->group[g].role);
  }
  if (side == DOVE_SIDE_PEOPLE) return human;
  if (side == DOVE_SIDE_MODELS) return model;
  return matrix->group[side].documents > 0;
}

/* The one after `side` that has documents and is not the other side. */
static int next_side(const dove_usage_matrix *matrix, int side, int other) {
  const int sides = (int)matrix->groups - DOVE_SIDE_MODELS;
  for (int step = 1; step < sides; step++) {
    const int next = (side - DOVE_SIDE_MODELS + step) % sides + DOVE_SIDE_MODELS;
    if (next != other && has_documents(matrix, next)) return next;
  }
  return side;
}

static void list_sides(const dove_usage_matrix *matrix, dove_buffer *out) {
  for (int side = DOVE_SIDE_MODELS; side < (int)matrix->groups; side++) {
    if (!has_documents(matrix, side)) continue;
    dove_buffer_printf(out, "%s%s", out->length > 0 ? ", " : "", dove_side_name(matrix, side));
  }
}

dove_status codes_sides_choose(codes_sides *sides, dove_model *model, size_t which, const char *name,
                               dove_error *error) {
  int side;
  const dove_status status = dove_model_usage(model, &sides->matrix, error);
  if (status != DOVE_OK) return status;
  find_sides(sides);
  if (name[0] == '\0') {
    side = next_side(sides->matrix, sides->side[which], sides->side[1 - which]);
  } else if (!dove_side_find(sides->matrix, name, &side) || !has_documents(sides->matrix, side)) {
    dove_buffer there = {0};
    list_sides(sides->matrix, &there);
    dove_fail(error, DOVE_USAGE, "there is no side '%s'; there are %s", name, dove_buffer_text(&there));
    dove_buffer_free(&there);
    return DOVE_USAGE;
  }
  char *copy = dove_strdup(dove_side_name(sides->matrix, side));
  if (copy == NULL) return dove_fail_memory(error, "choosing a side");
  free(sides->name[which]);
  sides->name[which] = copy;
  return DOVE_OK;
}

/* ---- Drawing ---- */

void codes_sides_draw(codes_sides *sides, const dove_surface *surface, bool focus) {
  const int note = surface->height >= LEAST_HEIGHT_FOR_NOTE ? NOTE_LINES : 0;
  const dove_surface list = dove_surface_part(surface, 0, 0, surface->height - note, surface->width);
  dove_list_draw(&sides->rows.list, &list, focus);
  if (note == 0) return;
  dove_buffer text = {0};
  dove_buffer_printf(
      &text,
      "mean of q(z|x) in %%, %zu and %zu documents. Δ = first − second ± t·√(G/(G−1)·Σ e²), e: what each "
      "of the G = %zu topics adds to Δ. ▲▼: 0 lies outside.",
      sides->contrast.documents_first, sides->contrast.documents_second, sides->contrast.topics);
  const dove_surface below = dove_surface_part(surface, surface->height - note, 0, note, surface->width);
  dove_draw_note(&below, dove_buffer_text(&text), text.length, dove_style_of(DOVE_ROLE_FAINT));
  dove_buffer_free(&text);
}

void codes_sides_title(const codes_sides *sides, dove_buffer *out) {
  if (sides->matrix == NULL) return;
  dove_buffer_printf(out, "%s − %s", dove_side_name(sides->matrix, sides->side[0]),
                     dove_side_name(sides->matrix, sides->side[1]));
}

void codes_sides_describe(const codes_sides *sides, int64_t code, dove_buffer *out) {
  for (size_t k = 0; k < sides->contrast.codes; k++) {
    if (sides->matrix->ids[k] != code) continue;
    codes_sides_title(sides, out);
    dove_buffer_add_text(out, ": ");
    add_difference(&sides->contrast.code[k], out);
    dove_buffer_add_text(out, ", 95 % ");
    add_interval(&sides->contrast.code[k], out);
  }
}

/* ---- State ---- */

void codes_sides_save(const codes_sides *sides, dove_buffer *state) {
  dove_buffer_printf(state, "%s\t%s", sides->name[0] != NULL ? sides->name[0] : "",
                     sides->name[1] != NULL ? sides->name[1] : "");
}

void codes_sides_restore(codes_sides *sides, const char *first, const char *second) {
  const char *names[2] = {first, second};
  for (size_t s = 0; s < 2; s++) {
    free(sides->name[s]);
    sides->name[s] = names[s][0] != '\0' ? dove_strdup(names[s]) : NULL;
  }
}
