/* Pictures of numbers: bars, sparklines, line charts, heat maps, a dot plot. All of them take arrays, cope with NaN (a
 * gap), any size, and draw with what the terminal has (braille, blocks or ASCII). */
#ifndef DOVE_TUI_CHART_H
#define DOVE_TUI_CHART_H

#include "tui/draw.h"

/* A bar of `share` (0 … 1) of `width` columns, in eighths of a column where the terminal has them. */
void dove_draw_bar(const dove_surface *surface, int y, int x, int width, double share, dove_style style);

/* The same with a mark for an interval low … high (0 … 1): "████├─┤". */
void dove_draw_interval(const dove_surface *surface, int y, int x, int width, double low, double value, double high,
                        dove_style style);

/* `count` values as ▁▂▃▅█ in `width` columns (the last ones when there are more values than columns). */
void dove_draw_sparkline(const dove_surface *surface, int y, int x, int width, const double *values, size_t count,
                         dove_style style);

typedef struct dove_chart_series {
  const char *name;
  const double *values; /* `count` of the chart; NaN is a gap */
  dove_role role;
  char mark; /* stands for the series where colour is missing: "a", "o" */
} dove_chart_series;

/* Lines over x = 0 … count−1 with axis labels, and a legend when there is more than one series. `marked` is the x
 * position to emphasise, −1 for none. Fills the surface. */
void dove_draw_line_chart(const dove_surface *surface, const dove_chart_series *series, size_t series_count,
                          size_t count, long marked);

/* rows × columns values (row-major) as shaded cells with the number in it. `low` … `high` is the scale (equal: from the
 * values). `format` writes one number into at most 15 bytes; NULL: two decimals. */
typedef struct dove_heat_map {
  const char *const *row_names;
  const char *const *column_names;
  size_t rows, columns;
  const double *values;
  const char *const *notes; /* a faint second line for each cell, shown where all of them fit; NULL: none */
  double low, high;
  void (*format)(double value, char text[16]);
  long selected_row, selected_column; /* −1: none */
} dove_heat_map;
/* The ground of a value on the scale low … high: one of DOVE_ROLE_HEAT_1 … 5; NORMAL for what is no number. */
dove_role dove_heat_role(double value, double low, double high);

void dove_draw_heat_map(const dove_surface *surface, const dove_heat_map *map);

/* Points of a plane as dots of a braille grid (2 × 4 to a cell), as blocks or as "·". Coordinates are in the window
 * left … right, bottom … top; points outside are left out. Later points win a cell's colour. */
typedef struct dove_dot_plot {
  const float *x, *y; /* `count` */
  const uint8_t *roles;
  size_t count;
  double left, right, bottom, top;
} dove_dot_plot;
void dove_draw_dot_plot(const dove_surface *surface, const dove_dot_plot *plot);

#endif
