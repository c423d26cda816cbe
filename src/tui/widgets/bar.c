#include <math.h>

#include "tui/widgets/chart.h"

/* A share of a width in eighths, NaN and negative shares as nothing. */
static int eighths_of(double share, int width) {
  if (!(share > 0)) return 0;
  if (share > 1) share = 1;
  return (int)lround(share * width * 8);
}

void dove_draw_bar(const dove_surface *surface, int y, int x, int width, double share, dove_style style) {
  static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  int eighths = eighths_of(share, width);
  /* Something is never drawn as nothing. */
  if (eighths == 0 && share > 0) eighths = 1;
  for (int i = 0; i < eighths / 8; i++) dove_draw_string(surface, y, x + i, "█", style);
  if (eighths % 8 > 0) dove_draw_string(surface, y, x + eighths / 8, parts[eighths % 8], style);
}

static int column_of(double share, int width) {
  if (!(share > 0)) return 0;
  int column = (int)(share * width);
  return column < width ? column : width - 1;
}

void dove_draw_interval(const dove_surface *surface, int y, int x, int width, double low, double value, double high,
                        dove_style style) {
  if (width <= 0) return;
  dove_draw_bar(surface, y, x, width, value, style);
  if (isnan(low) || isnan(high)) return;
  int first = column_of(low, width);
  int last = column_of(high, width);
  for (int i = first; i <= last; i++) {
    const char *glyph = first == last ? "┼" : i == first ? "├" : i == last ? "┤" : "─";
    dove_draw_string(surface, y, x + i, glyph, style);
  }
}

/* The least and the greatest of the numbers among the values; false when there is none. */
static bool value_range(const double *values, size_t count, double *low, double *high) {
  bool found = false;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(values[i])) continue;
    *low = found && *low < values[i] ? *low : values[i];
    *high = found && *high > values[i] ? *high : values[i];
    found = true;
  }
  return found;
}

void dove_draw_sparkline(const dove_surface *surface, int y, int x, int width, const double *values, size_t count,
                         dove_style style) {
  static const char *const steps[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (width <= 0) return;
  if (count > (size_t)width) {
    values += count - (size_t)width;
    count = (size_t)width;
  }
  double low = 0;
  double high = 0;
  if (!value_range(values, count, &low, &high)) return;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(values[i])) continue;
    double share = high > low ? (values[i] - low) / (high - low) : 0.5;
    dove_draw_string(surface, y, x + (int)i, steps[(int)lround(share * 7)], style);
  }
}
