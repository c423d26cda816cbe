#include "tui/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/text.h"
#include "tui/glyph.h"

/* Blanks the cell at an absolute place: half of a wide character is no character. */
static void blank(dove_canvas *canvas, int y, int x) {
  dove_cell *cell = dove_canvas_cell(canvas, y, x);
  memset(cell->text, 0, sizeof cell->text);
  cell->text[0] = ' ';
  cell->columns = 1;
}

/* What is about to be overwritten at [x, x + columns) may be one half of a wide character: its other half goes too. */
static void break_wide(dove_canvas *canvas, int y, int x, int columns) {
  if (dove_canvas_cell(canvas, y, x)->columns == 0 && x > 0) blank(canvas, y, x - 1);
  int after = x + columns;
  if (after < canvas->width && dove_canvas_cell(canvas, y, after)->columns == 0) blank(canvas, y, after);
}

/* Puts one cell at a place of the surface; a wide one that an edge would halve becomes a blank. */
static void put_cell(const dove_surface *surface, int y, int x, const dove_cell *cell) {
  int end = x + cell->columns;
  if (end <= 0 || x >= surface->width) return;
  dove_canvas *canvas = surface->canvas;
  int row = surface->y + y;
  if (x < 0 || end > surface->width) {
    int inside = surface->x + (x < 0 ? 0 : x);
    break_wide(canvas, row, inside, 1);
    blank(canvas, row, inside);
    dove_canvas_cell(canvas, row, inside)->style = cell->style;
    return;
  }
  int column = surface->x + x;
  break_wide(canvas, row, column, cell->columns);
  *dove_canvas_cell(canvas, row, column) = *cell;
  if (cell->columns == 2) {
    dove_cell *right = dove_canvas_cell(canvas, row, column + 1);
    memset(right->text, 0, sizeof right->text);
    right->columns = 0;
    right->style = cell->style;
  }
}

/* What is drawn of a text: the text itself, or its visible form, which is the caller's to free. */
typedef struct drawn {
  const char *text;
  size_t length;
  char *owned;
} drawn;

static drawn form_of(const char *text, size_t length) {
  if (dove_text_is_visible(text, length)) return (drawn){text, length, NULL};
  char *visible = dove_text_visible(text, length);
  if (visible == NULL) return (drawn){text, length, NULL}; /* its cells are made safe one by one */
  return (drawn){visible, strlen(visible), visible};
}

static int draw_form(const dove_surface *surface, int y, int x, const char *text, size_t length, dove_style style) {
  int start = x;
  bool seen = y >= 0 && y < surface->height;
  for (size_t offset = 0; offset < length;) {
    int columns;
    size_t step = dove_text_cluster(text + offset, length - offset, &columns);
    if (seen && x < surface->width && x + columns > 0) {
      dove_cell cells[2] = {{.style = style}, {.style = style}};
      int count = dove_glyph_cells(text + offset, step, columns, surface->canvas->glyphs, cells);
      int at = x;
      for (int i = 0; i < count; i++) {
        put_cell(surface, y, at, &cells[i]);
        at += cells[i].columns;
      }
    }
    x += columns;
    offset += step;
  }
  return x - start;
}

int dove_draw_text(const dove_surface *surface, int y, int x, const char *text, size_t length, dove_style style) {
  const drawn form = form_of(text, length);
  const int columns = draw_form(surface, y, x, form.text, form.length, style);
  free(form.owned);
  return columns;
}

int dove_draw_string(const dove_surface *surface, int y, int x, const char *text, dove_style style) {
  return dove_draw_text(surface, y, x, text, strlen(text), style);
}

int dove_draw_format(const dove_surface *surface, int y, int x, dove_style style, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  const int wanted = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  size_t length = strlen(text);
  if (wanted > (int)length) { /* a character may be cut in half */
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80) length--;
    if (length > 0 && ((unsigned char)text[length - 1] & 0x80) != 0) length--;
  }
  return dove_draw_text(surface, y, x, text, length, style);
}

/* Whether the text takes more than `width` columns, without measuring all of a long one. */
static bool is_longer(const char *text, size_t length, int width, int *used) {
  return dove_text_fit(text, length, width, used) < length;
}

void dove_draw_field(const dove_surface *surface, int y, int x, int width, const char *text, size_t length,
                     dove_alignment alignment, dove_style style) {
  if (width <= 0) return;
  const drawn form = form_of(text, length);
  int used = 0;
  bool cut = is_longer(form.text, form.length, width, &used);
  length = cut ? dove_text_fit(form.text, form.length, width - 1, &used) : form.length;
  int blanks = width - used - (cut ? 1 : 0);
  int before = alignment == DOVE_ALIGN_RIGHT ? blanks : alignment == DOVE_ALIGN_CENTRE ? blanks / 2 : 0;
  if (cut) before = 0;
  dove_draw_fill(surface, y, x, 1, width, style);
  draw_form(surface, y, x + before, form.text, length, style);
  if (cut) dove_draw_string(surface, y, x + used, "…", style);
  free(form.owned);
}

void dove_draw_fill(const dove_surface *surface, int y, int x, int height, int width, dove_style style) {
  dove_surface part = dove_surface_part(surface, y, x, height, width);
  const dove_cell cell = {.text = " ", .columns = 1, .style = style};
  for (int row = 0; row < part.height; row++) {
    for (int column = 0; column < part.width; column++) put_cell(&part, row, column, &cell);
  }
}

void dove_draw_ground(const dove_surface *surface, int y, int x, int height, int width, dove_role role) {
  dove_surface part = dove_surface_part(surface, y, x, height, width);
  for (int row = 0; row < part.height; row++) {
    for (int column = 0; column < part.width; column++) {
      dove_canvas_cell(part.canvas, part.y + row, part.x + column)->style.ground = (uint8_t)role;
    }
  }
}

void dove_draw_rule(const dove_surface *surface, int y, int x, int width, dove_style style) {
  for (int i = 0; i < width; i++) dove_draw_string(surface, y, x + i, "─", style);
}

void dove_draw_column_rule(const dove_surface *surface, int y, int x, int height, dove_style style) {
  for (int i = 0; i < height; i++) dove_draw_string(surface, y + i, x, "│", style);
}

void dove_draw_box(const dove_surface *surface, const char *title, bool focus) {
  dove_style style = dove_style_of(focus ? DOVE_ROLE_BORDER_FOCUS : DOVE_ROLE_BORDER);
  int bottom = surface->height - 1;
  int right = surface->width - 1;
  if (bottom < 1 || right < 1) return;
  dove_draw_rule(surface, 0, 1, right - 1, style);
  dove_draw_rule(surface, bottom, 1, right - 1, style);
  dove_draw_column_rule(surface, 1, 0, bottom - 1, style);
  dove_draw_column_rule(surface, 1, right, bottom - 1, style);
  dove_draw_string(surface, 0, 0, "┌", style);
  dove_draw_string(surface, 0, right, "┐", style);
  dove_draw_string(surface, bottom, 0, "└", style);
  dove_draw_string(surface, bottom, right, "┘", style);
  if (title == NULL || title[0] == '\0' || right < 6) return;
  const drawn form = form_of(title, strlen(title));
  int used;
  size_t length = dove_text_fit(form.text, form.length, right - 4, &used);
  bool cut = length < form.length;
  if (cut) length = dove_text_fit(form.text, form.length, right - 5, &used);
  dove_draw_string(surface, 0, 1, " ", style);
  draw_form(surface, 0, 2, form.text, length, dove_style_of(DOVE_ROLE_TITLE));
  free(form.owned);
  if (cut) dove_draw_string(surface, 0, 2 + used++, "…", style);
  dove_draw_string(surface, 0, 2 + used, " ", style);
}
