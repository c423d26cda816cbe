#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/text.h"
#include "tui/widgets/chart.h"

enum { HEAT_STEPS = 5, CELL_LEAST = 7 };

static void scale_of(const dove_heat_map *map, double *low, double *high) {
  *low = map->low;
  *high = map->high;
  if (*high > *low) return;
  bool found = false;
  for (size_t i = 0; i < map->rows * map->columns; i++) {
    if (!isfinite(map->values[i])) continue;
    *low = found && *low < map->values[i] ? *low : map->values[i];
    *high = found && *high > map->values[i] ? *high : map->values[i];
    found = true;
  }
}

dove_role dove_heat_role(double value, double low, double high) {
  if (!isfinite(value)) return DOVE_ROLE_NORMAL;
  double share = high > low ? (value - low) / (high - low) : 0.5;
  int step = share <= 0 ? 0 : share >= 1 ? HEAT_STEPS - 1 : (int)(share * HEAT_STEPS);
  return (dove_role)(DOVE_ROLE_HEAT_1 + step);
}

static void two_decimals(double value, char text[16]) { snprintf(text, 16, "%.2f", value); }

static int widest(const char *const *names, size_t count) {
  int width = 0;
  for (size_t i = 0; i < count; i++) {
    int columns = dove_text_columns(names[i], strlen(names[i]));
    width = columns > width ? columns : width;
  }
  return width;
}

static void write_value(const dove_heat_map *map, double value, char text[16]) {
  snprintf(text, 16, "–");
  if (isfinite(value)) (map->format != NULL ? map->format : two_decimals)(value, text);
}

static int widest_value(const dove_heat_map *map) {
  int width = 0;
  for (size_t i = 0; i < map->rows * map->columns; i++) {
    char text[16];
    write_value(map, map->values[i], text);
    int columns = dove_text_columns(text, strlen(text));
    width = columns > width ? columns : width;
  }
  return width;
}

typedef struct heat_layout {
  int names; /* columns of the row names */
  int cell;  /* columns of a cell, a blank after it included */
  int line;  /* lines of a row: 2 with notes */
  int first; /* column shown first: where not all fit, the selected one is among those that do */
  double low, high;
} heat_layout;

static void draw_cell(const dove_surface *surface, const dove_heat_map *map, const heat_layout *layout, size_t row,
                      size_t column) {
  double value = map->values[row * map->columns + column];
  int y = (int)row * layout->line + 1;
  int x = layout->names + 1 + ((int)column - layout->first) * layout->cell;
  char text[16];
  write_value(map, value, text);
  bool selected = (long)row == map->selected_row && (map->selected_column < 0 || (long)column == map->selected_column);
  dove_style style = {.ground = (uint8_t)dove_heat_role(value, layout->low, layout->high),
                      .attributes = selected ? DOVE_BOLD | DOVE_REVERSE : 0};
  dove_draw_field(surface, y, x, layout->cell - 1, text, strlen(text), DOVE_ALIGN_RIGHT, style);
  if (layout->line < 2) return;
  const char *note = map->notes[row * map->columns + column];
  dove_draw_field(surface, y + 1, x, layout->cell - 1, note, strlen(note), DOVE_ALIGN_RIGHT,
                  dove_style_of(DOVE_ROLE_FAINT));
}

/* Gives the rows a second line when there is room for it, down and across. */
static void make_room_for_notes(const dove_surface *surface, const dove_heat_map *map, int room, heat_layout *layout) {
  layout->line = 1;
  if (map->notes == NULL || surface->height < 1 + 2 * (int)map->rows) return;
  const int wanted = widest(map->notes, map->rows * map->columns) + 1;
  if (wanted > room) return;
  layout->line = 2;
  if (wanted > layout->cell) layout->cell = wanted;
}

void dove_draw_heat_map(const dove_surface *surface, const dove_heat_map *map) {
  heat_layout layout = {.names = widest(map->row_names, map->rows)};
  scale_of(map, &layout.low, &layout.high);
  if (layout.names > surface->width / 3) layout.names = surface->width / 3;
  int room = map->columns > 0 ? (surface->width - layout.names - 1) / (int)map->columns : 0;
  int wanted = widest(map->column_names, map->columns) + 1;
  int least = widest_value(map) + 1 > CELL_LEAST ? widest_value(map) + 1 : CELL_LEAST;
  layout.cell = wanted < least ? least : wanted;
  if (layout.cell > room) layout.cell = room > least ? room : least;
  make_room_for_notes(surface, map, room, &layout);
  int fitting = (surface->width - layout.names) / layout.cell;
  if (fitting > 0 && map->selected_column >= fitting) layout.first = (int)map->selected_column - fitting + 1;
  for (size_t j = (size_t)layout.first; j < map->columns; j++) {
    const char *name = map->column_names[j];
    dove_draw_field(surface, 0, layout.names + 1 + ((int)j - layout.first) * layout.cell, layout.cell - 1, name,
                    strlen(name), DOVE_ALIGN_RIGHT, dove_style_of(DOVE_ROLE_HEADER));
  }
  for (size_t i = 0; i < map->rows && (int)i * layout.line + 1 < surface->height; i++) {
    const char *name = map->row_names[i];
    dove_draw_field(surface, (int)i * layout.line + 1, 0, layout.names, name, strlen(name), DOVE_ALIGN_LEFT,
                    dove_style_of((long)i == map->selected_row ? DOVE_ROLE_STRONG : DOVE_ROLE_NORMAL));
    for (size_t j = (size_t)layout.first; j < map->columns; j++) draw_cell(surface, map, &layout, i, j);
  }
}
