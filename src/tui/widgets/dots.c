#include "tui/widgets/dots.h"

#include <stdlib.h>

#include "dove/memory.h"
#include "dove/text.h"

bool dove_dots_init(dove_dots *dots, int height, int width) {
  *dots = (dove_dots){.height = height > 0 ? height : 0, .width = width > 0 ? width : 0};
  size_t count = (size_t)dots->height * (size_t)dots->width;
  dots->bits = dove_alloc_zero(count, 1);
  dots->roles = dove_alloc_zero(count, 1);
  if (dots->bits != NULL && dots->roles != NULL) return true;
  dove_dots_free(dots);
  return false;
}

void dove_dots_free(dove_dots *dots) {
  free(dots->bits);
  free(dots->roles);
  *dots = (dove_dots){0};
}

void dove_dots_set(dove_dots *dots, int y, int x, dove_role role) {
  /* The order in which Unicode numbers the dots of a braille cell. */
  static const uint8_t masks[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  if (y < 0 || x < 0 || y >= 4 * dots->height || x >= 2 * dots->width) return;
  size_t cell = (size_t)(y / 4) * (size_t)dots->width + (size_t)(x / 2);
  dots->bits[cell] |= masks[y % 4][x % 2];
  dots->roles[cell] = (uint8_t)role;
}

void dove_dots_line(dove_dots *dots, int y0, int x0, int y1, int x1, dove_role role) {
  int dx = abs(x1 - x0);
  int dy = abs(y1 - y0);
  int steps = dx > dy ? dx : dy;
  for (int i = 0; i <= steps; i++) {
    int y = steps > 0 ? y0 + (2 * (y1 - y0) * i + (y1 >= y0 ? steps : -steps)) / (2 * steps) : y0;
    int x = steps > 0 ? x0 + (2 * (x1 - x0) * i + (x1 >= x0 ? steps : -steps)) / (2 * steps) : x0;
    dove_dots_set(dots, y, x, role);
  }
}

void dove_dots_draw(const dove_dots *dots, const dove_surface *surface, int y, int x) {
  for (int row = 0; row < dots->height; row++) {
    for (int column = 0; column < dots->width; column++) {
      size_t cell = (size_t)row * (size_t)dots->width + (size_t)column;
      if (dots->bits[cell] == 0) continue;
      char text[4];
      size_t length = dove_utf8_encode(0x2800 + (uint32_t)dots->bits[cell], text);
      dove_draw_text(surface, y + row, x + column, text, length, (dove_style){.role = dots->roles[cell]});
    }
  }
}
