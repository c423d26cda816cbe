#include "tui/widgets/grid.h"

#include <string.h>

#include "tui/draw.h"

static void plan_line(dove_grid *grid, const dove_grid_plan *plan, size_t line) {
  dove_split *inner = &grid->inner[line];
  *inner = (dove_split){.stacked = !plan->stacked, .maximised = grid->maximised};
  for (size_t part = 0; part < grid->count && inner->count < DOVE_SPLIT_PARTS; part++) {
    const dove_grid_place *place = &plan->places[part];
    if (place->line != line) continue;
    inner->weights[inner->count] = place->weight;
    inner->least[inner->count] = place->least;
    if (part == grid->focus) inner->focus = inner->count;
    grid->inner_part[line][inner->count++] = part;
  }
}

void dove_grid_layout(dove_grid *grid, const dove_grid_plan *plan, const dove_surface *surface) {
  grid->plan = plan;
  grid->outer = (dove_split){.count = plan->lines, .stacked = plan->stacked, .maximised = grid->maximised};
  grid->outer.focus = plan->places[grid->focus].line;
  memcpy(grid->outer.weights, plan->weights, sizeof plan->weights);
  memcpy(grid->outer.least, plan->least, sizeof plan->least);
  for (size_t part = 0; part < DOVE_GRID_PARTS; part++) grid->parts[part] = (dove_surface){.canvas = surface->canvas};
  dove_split_layout(&grid->outer, surface);
  for (size_t line = 0; line < plan->lines; line++) {
    const dove_surface *room = &grid->outer.parts[line];
    plan_line(grid, plan, line);
    if (room->height <= 0 || room->width <= 0) continue;
    dove_split_layout(&grid->inner[line], room);
    for (size_t i = 0; i < grid->inner[line].count; i++) {
      grid->parts[grid->inner_part[line][i]] = grid->inner[line].parts[i];
    }
  }
}

bool dove_grid_shows(const dove_grid *grid, size_t part) {
  return grid->parts[part].height > 0 && grid->parts[part].width > 0;
}

void dove_grid_title(dove_grid *grid, size_t part, const char *title, const char *note, bool focus) {
  enum { LEAST_HEIGHT = 3 };
  dove_surface *surface = &grid->parts[part];
  if (surface->height < LEAST_HEIGHT || surface->width <= 0) return;
  const bool here = focus && part == grid->focus;
  const dove_style style = {.role = (uint8_t)(here ? DOVE_ROLE_BORDER_FOCUS : DOVE_ROLE_TITLE),
                            .attributes = here ? DOVE_BOLD : 0};
  int x = dove_draw_string(surface, 0, 0, here ? "▸" : " ", style);
  const int columns = dove_draw_string(surface, 0, x, title, style);
  x += columns + 2;
  if (note != NULL && x < surface->width) {
    dove_draw_field(surface, 0, x, surface->width - x, note, strlen(note), DOVE_ALIGN_LEFT,
                    dove_style_of(DOVE_ROLE_FAINT));
  }
  *surface = dove_surface_part(surface, 1, 0, surface->height - 1, surface->width);
}

dove_pane_result dove_grid_command(dove_grid *grid, dove_command_id command) {
  return dove_parts_command(grid->count, &grid->focus, &grid->maximised, command);
}

bool dove_grid_mouse(dove_grid *grid, const dove_mouse *mouse, size_t *part, dove_mouse *inside) {
  return dove_parts_mouse(grid->parts, grid->count, grid->outer.origin_y, grid->outer.origin_x, mouse, &grid->focus,
                          part, inside);
}
