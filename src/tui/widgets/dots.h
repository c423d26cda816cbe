/* A grid of braille dots, 2 × 4 to a cell, for charts and maps. */
#ifndef DOVE_TUI_DOTS_H
#define DOVE_TUI_DOTS_H

#include "tui/draw.h"

typedef struct dove_dots {
  int height, width; /* in cells */
  uint8_t *bits;     /* owned; per cell */
  uint8_t *roles;    /* owned; per cell */
} dove_dots;

bool dove_dots_init(dove_dots *dots, int height, int width);
void dove_dots_free(dove_dots *dots);

/* Sets the dot in column x (0 … 2·width−1) and row y (0 … 4·height−1, downwards); others are left out. */
void dove_dots_set(dove_dots *dots, int y, int x, dove_role role);

/* Sets the dots of a line. */
void dove_dots_line(dove_dots *dots, int y0, int x0, int y1, int x1, dove_role role);

/* Draws the cells that have dots. */
void dove_dots_draw(const dove_dots *dots, const dove_surface *surface, int y, int x);

#endif
