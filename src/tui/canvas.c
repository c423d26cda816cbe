#include "tui/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

static const dove_cell blank_cell = {.text = " ", .columns = 1};

bool dove_canvas_resize(dove_canvas *canvas, int height, int width) {
  height = height < 1 ? 1 : height;
  width = width < 1 ? 1 : width;
  void *cells = canvas->cells;
  if (!dove_grow(&cells, &canvas->capacity, (size_t)height * (size_t)width, sizeof *canvas->cells)) return false;
  canvas->cells = cells;
  canvas->height = height;
  canvas->width = width;
  dove_canvas_clear(canvas);
  return true;
}

void dove_canvas_clear(dove_canvas *canvas) {
  size_t count = (size_t)canvas->height * (size_t)canvas->width;
  for (size_t i = 0; i < count; i++) canvas->cells[i] = blank_cell;
  canvas->cursor_y = -1;
  canvas->cursor_x = -1;
}

void dove_canvas_free(dove_canvas *canvas) {
  free(canvas->cells);
  *canvas = (dove_canvas){0};
}

dove_surface dove_surface_whole(dove_canvas *canvas) {
  return (dove_surface){.canvas = canvas, .height = canvas->height, .width = canvas->width};
}

/* Cuts [*start, *start + *length) to [0, limit). */
static void clip(int *start, int *length, int limit) {
  if (*start < 0) {
    *length += *start;
    *start = 0;
  }
  if (*start > limit) *start = limit;
  if (*length > limit - *start) *length = limit - *start;
  if (*length < 0) *length = 0;
}

dove_surface dove_surface_part(const dove_surface *surface, int y, int x, int height, int width) {
  clip(&y, &height, surface->height);
  clip(&x, &width, surface->width);
  return (dove_surface){
      .canvas = surface->canvas, .y = surface->y + y, .x = surface->x + x, .height = height, .width = width};
}

dove_surface dove_surface_inside(const dove_surface *surface) {
  return dove_surface_part(surface, 1, 1, surface->height - 2, surface->width - 2);
}
