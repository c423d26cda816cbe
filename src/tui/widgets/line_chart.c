#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/text.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/dots.h"

enum { LABEL_WIDTH = 8, LEAST_WIDTH = 14, LEAST_HEIGHT = 3 };

/* Where the picture lies in the surface, and what its edges stand for. */
typedef struct plot_area {
  int y, x, height, width; /* cells */
  double low, high;
  size_t count;
} plot_area;

static bool series_range(const dove_chart_series *series, size_t series_count, size_t count, double *low,
                         double *high) {
  bool found = false;
  for (size_t s = 0; s < series_count; s++) {
    for (size_t i = 0; i < count; i++) {
      double value = series[s].values[i];
      if (!isfinite(value)) continue;
      *low = found && *low < value ? *low : value;
      *high = found && *high > value ? *high : value;
      found = true;
    }
  }
  if (found && !(*high > *low)) {
    double margin = fabs(*low) > 0 ? fabs(*low) * 0.1 : 1;
    *low -= margin;
    *high += margin;
  }
  return found;
}

static int dot_x(const plot_area *area, size_t index) {
  if (area->count < 2) return area->width; /* the middle */
  return (int)((double)index * (2 * area->width - 1) / (double)(area->count - 1));
}

static int dot_y(const plot_area *area, double value) {
  return (int)lround((area->high - value) / (area->high - area->low) * (4 * area->height - 1));
}

static void plot_series(dove_dots *dots, const plot_area *area, const dove_chart_series *series) {
  for (size_t i = 0; i < area->count; i++) {
    if (!isfinite(series->values[i])) continue;
    int x = dot_x(area, i);
    int y = dot_y(area, series->values[i]);
    dove_dots_set(dots, y, x, series->role);
    if (i > 0 && isfinite(series->values[i - 1])) {
      dove_dots_line(dots, dot_y(area, series->values[i - 1]), dot_x(area, i - 1), y, x, series->role);
    }
  }
}

/* A sign at each value, so that series are told apart without colour. */
static void draw_marks(const dove_surface *surface, const plot_area *area, const dove_chart_series *series) {
  if (series->mark == '\0') return;
  char mark[2] = {series->mark, '\0'};
  for (size_t i = 0; i < area->count; i++) {
    if (!isfinite(series->values[i])) continue;
    dove_draw_string(surface, area->y + dot_y(area, series->values[i]) / 4, area->x + dot_x(area, i) / 2, mark,
                     dove_style_of(series->role));
  }
}

static void draw_axes(const dove_surface *surface, const plot_area *area) {
  const dove_style style = dove_style_of(DOVE_ROLE_FAINT);
  dove_draw_column_rule(surface, area->y, area->x - 1, area->height, style);
  dove_draw_rule(surface, area->y + area->height, area->x, area->width, style);
  dove_draw_string(surface, area->y + area->height, area->x - 1, "└", style);
  int labels = area->height >= 7 ? 3 : 2;
  for (int i = 0; i < labels; i++) {
    int y = area->y + (area->height - 1) * i / (labels - 1);
    char text[24];
    double value =
        area->height > 1 ? area->high - (area->high - area->low) * (y - area->y) / (area->height - 1) : area->high;
    snprintf(text, sizeof text, "%.4g", value);
    dove_draw_field(surface, y, 0, LABEL_WIDTH - 2, text, strlen(text), DOVE_ALIGN_RIGHT, style);
  }
  char last[24];
  int size = snprintf(last, sizeof last, "%zu", area->count > 0 ? area->count - 1 : 0);
  dove_draw_string(surface, area->y + area->height + 1, area->x, "0", style);
  if (size < area->width - 2) {
    dove_draw_string(surface, area->y + area->height + 1, area->x + area->width - size, last, style);
  }
}

static void draw_legend(const dove_surface *surface, const dove_chart_series *series, size_t series_count) {
  int x = LABEL_WIDTH;
  for (size_t i = 0; i < series_count && x < surface->width; i++) {
    char mark[2] = {series[i].mark != '\0' ? series[i].mark : '-', '\0'};
    x += dove_draw_string(surface, 0, x, mark, dove_style_of(series[i].role));
    x += dove_draw_string(surface, 0, x, " ", dove_style_of(DOVE_ROLE_NORMAL));
    x += dove_draw_string(surface, 0, x, series[i].name, dove_style_of(DOVE_ROLE_NORMAL)) + 2;
  }
}

void dove_draw_line_chart(const dove_surface *surface, const dove_chart_series *series, size_t series_count,
                          size_t count, long marked) {
  bool legend = series_count > 1;
  plot_area area = {.y = legend ? 1 : 0, .x = LABEL_WIDTH, .count = count};
  area.height = surface->height - area.y - 2;
  area.width = surface->width - LABEL_WIDTH;
  if (!series_range(series, series_count, count, &area.low, &area.high)) {
    dove_draw_string(surface, 0, 0, "no values yet", dove_style_of(DOVE_ROLE_FAINT));
    return;
  }
  if (area.height < LEAST_HEIGHT - 2 || surface->width < LEAST_WIDTH) {
    if (series_count > 0) {
      dove_draw_sparkline(surface, 0, 0, surface->width, series[0].values, count, dove_style_of(series[0].role));
    }
    return;
  }
  dove_dots dots;
  if (!dove_dots_init(&dots, area.height, area.width)) return;
  for (size_t i = 0; i < series_count; i++) plot_series(&dots, &area, &series[i]);
  draw_axes(surface, &area);
  if (legend) draw_legend(surface, series, series_count);
  dove_dots_draw(&dots, surface, area.y, area.x);
  dove_dots_free(&dots);
  for (size_t i = 0; i < series_count; i++) draw_marks(surface, &area, &series[i]);
  if (marked >= 0 && (size_t)marked < count) {
    int x = area.x + dot_x(&area, (size_t)marked) / 2;
    dove_draw_string(surface, area.y + area.height, x, "▲", dove_style_of(DOVE_ROLE_STRONG));
    dove_draw_ground(surface, area.y, x, area.height, 1, DOVE_ROLE_SELECTED_IDLE);
  }
}
