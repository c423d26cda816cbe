#include "tui/panes/decisions/decisions_picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

/* A group is told by its mark where there are no colours; the marks have forms of their own in ASCII. */
static const char *const marks[DOVE_PLANE_GROUPS] = {"●", "○", "▲", "■"};

static dove_style style_of(size_t group) {
  static const dove_role roles[DOVE_PLANE_GROUPS] = {DOVE_ROLE_SERIES_1, DOVE_ROLE_SERIES_2, DOVE_ROLE_SERIES_3,
                                                     DOVE_ROLE_FAINT};
  return dove_style_of(roles[group]);
}

/* "● Honesty 21", a line each or one after another, below the picture; returns how many lines it took. */
static int draw_legend(const dove_member_plane *plane, const dove_surface *surface) {
  const int lines = (int)plane->group_count;
  if (surface->height < lines + 3) return 0;
  for (size_t g = 0; g < plane->group_count; g++) {
    const int y = surface->height - lines + (int)g;
    dove_draw_string(surface, y, 0, marks[g], style_of(g));
    const int x = 2 + dove_draw_string(surface, y, 2, plane->names[g], dove_style_of(DOVE_ROLE_NORMAL));
    dove_draw_format(surface, y, x + 1, dove_style_of(DOVE_ROLE_FAINT), "%zu", plane->sizes[g]);
  }
  return lines;
}

typedef struct scale {
  double left, top;
  double per_column, per_row;
} scale;

/* The plane keeps its shape: a row of the screen is as high as two columns are wide. */
static scale fit(const dove_member_plane *plane, int height, int width) {
  double left = (double)plane->x[0], right = left, bottom = (double)plane->y[0], top = bottom;
  for (size_t i = 1; i < plane->count; i++) {
    left = fmin(left, (double)plane->x[i]);
    right = fmax(right, (double)plane->x[i]);
    bottom = fmin(bottom, (double)plane->y[i]);
    top = fmax(top, (double)plane->y[i]);
  }
  const double across = (right - left) / (width > 1 ? width - 1 : 1);
  const double down = (top - bottom) / (2.0 * (height > 1 ? height - 1 : 1));
  const double step = fmax(fmax(across, down), 1e-9);
  return (scale){.left = left - (step * (width - 1) - (right - left)) / 2,
                 .top = top + (2 * step * (height - 1) - (top - bottom)) / 2,
                 .per_column = step,
                 .per_row = 2 * step};
}

/* The group with most points in each cell; those of a smaller number win a tie. */
static void draw_points(const dove_member_plane *plane, const dove_surface *plot) {
  const scale s = fit(plane, plot->height, plot->width);
  const size_t cells = (size_t)plot->height * (size_t)plot->width;
  uint16_t *counts = dove_alloc_zero(cells * DOVE_PLANE_GROUPS, sizeof *counts);
  if (counts == NULL) return;
  for (size_t i = 0; i < plane->count; i++) {
    const long x = lround(((double)plane->x[i] - s.left) / s.per_column);
    const long y = lround((s.top - (double)plane->y[i]) / s.per_row);
    if (x < 0 || y < 0 || x >= plot->width || y >= plot->height) continue;
    counts[((size_t)y * (size_t)plot->width + (size_t)x) * DOVE_PLANE_GROUPS + plane->group[i]]++;
  }
  for (size_t c = 0; c < cells; c++) {
    size_t most = 0;
    for (size_t g = 1; g < DOVE_PLANE_GROUPS; g++) {
      if (counts[c * DOVE_PLANE_GROUPS + g] > counts[c * DOVE_PLANE_GROUPS + most]) most = g;
    }
    if (counts[c * DOVE_PLANE_GROUPS + most] == 0) continue;
    dove_draw_string(plot, (int)(c / (size_t)plot->width), (int)(c % (size_t)plot->width), marks[most], style_of(most));
  }
  free(counts);
}

void decisions_picture_draw(const dove_member_plane *plane, const dove_surface *surface) {
  if (surface->height <= 0 || surface->width <= 0) return;
  if (plane->count == 0) {
    dove_draw_string(surface, 0, 0, "no members to draw", dove_style_of(DOVE_ROLE_FAINT));
    return;
  }
  const int legend = draw_legend(plane, surface);
  const dove_surface plot = dove_surface_part(surface, 0, 0, surface->height - legend, surface->width);
  draw_points(plane, &plot);
}
