#include <math.h>

#include "tui/widgets/chart.h"
#include "tui/widgets/dots.h"

void dove_draw_dot_plot(const dove_surface *surface, const dove_dot_plot *plot) {
  double width = plot->right - plot->left;
  double height = plot->top - plot->bottom;
  dove_dots dots;
  if (!(width > 0) || !(height > 0) || !dove_dots_init(&dots, surface->height, surface->width)) return;
  double x_scale = (2 * surface->width - 1) / width;
  double y_scale = (4 * surface->height - 1) / height;
  for (size_t i = 0; i < plot->count; i++) {
    double x = ((double)plot->x[i] - plot->left) * x_scale;
    double y = (plot->top - (double)plot->y[i]) * y_scale;
    /* Compared before converting: a far point has no int, and NaN is in no range. */
    if (!(x > -1 && x < 2 * surface->width && y > -1 && y < 4 * surface->height)) continue;
    dove_dots_set(&dots, (int)lround(y), (int)lround(x), plot->roles != NULL ? plot->roles[i] : DOVE_ROLE_NORMAL);
  }
  dove_dots_draw(&dots, surface, 0, 0);
  dove_dots_free(&dots);
}
