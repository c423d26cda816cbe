#include "tui/panes/map/map_picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "tui/widgets/chart.h"

enum { SERIES = 6, NEAR = 3 /* cells */, CELLS_PER_CODE = 24 };

static const double most_zoom = 500;

/* ---- Life ---- */

void map_picture_init(map_picture *picture) {
  *picture = (map_picture){.only = -1, .names = true, .zoom = 1, .colour = MAP_BY_CULTURE};
}

static void free_arrays(map_picture *picture) {
  free(picture->found);
  free(picture->order);
  free(picture->at_x);
  free(picture->at_y);
  free(picture->roles);
  picture->found = NULL;
  picture->order = NULL;
  picture->at_x = picture->at_y = NULL;
  picture->roles = NULL;
}

void map_picture_free(map_picture *picture) {
  free_arrays(picture);
  *picture = (map_picture){0};
}

/* Most members first; equal ones by place. */
static void sort_codes(map_picture *picture) {
  const dove_map_code *codes = picture->map->codes;
  for (size_t i = 0; i < picture->codes; i++) {
    size_t at = i;
    for (; at > 0 && codes[picture->order[at - 1]].members < codes[i].members; at--) {
      picture->order[at] = picture->order[at - 1];
    }
    picture->order[at] = i;
  }
}

dove_status map_picture_take(map_picture *picture, const dove_point_map *map, dove_error *error) {
  free_arrays(picture);
  picture->map = map;
  picture->points = map->points;
  picture->codes = map->code_count;
  picture->hits = 0;
  picture->hit = map->points;
  picture->found = dove_alloc_zero(map->points, sizeof *picture->found);
  picture->order = dove_alloc(map->code_count, sizeof *picture->order);
  picture->at_x = dove_alloc(map->points, sizeof *picture->at_x);
  picture->at_y = dove_alloc(map->points, sizeof *picture->at_y);
  picture->roles = dove_alloc(map->points, sizeof *picture->roles);
  if (picture->found == NULL || picture->order == NULL || picture->at_x == NULL || picture->at_y == NULL ||
      picture->roles == NULL) {
    free_arrays(picture);
    picture->map = NULL;
    picture->points = picture->codes = 0;
    return dove_fail_memory(error, "drawing the map");
  }
  sort_codes(picture);
  if (picture->zoom <= 1) map_show_all(picture);
  if (picture->only >= (long)map_group_count(picture)) picture->only = -1;
  return DOVE_OK;
}

/* ---- Groups ---- */

size_t map_group_count(const map_picture *picture) {
  switch (picture->colour) {
    case MAP_BY_CULTURE: return picture->map->culture_count;
    case MAP_BY_SOURCE: return picture->map->source_count;
    case MAP_BY_CODE: return picture->codes;
    case MAP_PLAIN:
    case MAP_COLOURS: break;
  }
  return 0;
}

const char *map_group_name(const map_picture *picture, size_t group) {
  switch (picture->colour) {
    case MAP_BY_CULTURE: return picture->map->cultures[group];
    case MAP_BY_SOURCE: return picture->map->sources[group];
    case MAP_BY_CODE: return picture->map->codes[group].name;
    case MAP_PLAIN:
    case MAP_COLOURS: break;
  }
  return "";
}

size_t map_group_of(const map_picture *picture, size_t point) {
  size_t group = SIZE_MAX;
  if (picture->colour == MAP_BY_CULTURE) group = picture->map->culture[point];
  if (picture->colour == MAP_BY_SOURCE) group = picture->map->source[point];
  if (picture->colour == MAP_BY_CODE) group = picture->map->code[point];
  const size_t count = map_group_count(picture);
  return group < count ? group : count;
}

dove_role map_group_role(const map_picture *picture, size_t group) {
  const size_t count = map_group_count(picture);
  if (group >= count) return DOVE_ROLE_FAINT;
  if (picture->colour == MAP_BY_CODE) return (dove_role)(DOVE_ROLE_SERIES_1 + (int)(group % SERIES));
  return group < SERIES ? (dove_role)(DOVE_ROLE_SERIES_1 + (int)group) : DOVE_ROLE_FAINT;
}

const char *map_colour_name(map_colour colour) {
  static const char *const names[] = {
      [MAP_BY_CULTURE] = "culture", [MAP_BY_SOURCE] = "source", [MAP_BY_CODE] = "code", [MAP_PLAIN] = "none"};
  return names[colour];
}

size_t map_selected(const map_picture *picture) {
  for (size_t k = 0; k < picture->codes; k++) {
    if (picture->map->codes[k].code == picture->selected) return k;
  }
  return picture->codes;
}

/* ---- The part of the plane that is seen ---- */

static double whole_step(const map_picture *picture, const dove_surface *surface) {
  const dove_point_map *map = picture->map;
  const double wide = (double)map->right - (double)map->left, high = (double)map->top - (double)map->bottom;
  const double across = wide / (2 * surface->width - 1), down = high / (4 * surface->height - 1);
  const double step = (across > down ? across : down) * 1.06;
  return step > 1e-9 ? step : 1e-9; /* all points in one place */
}

static double left_of(const map_picture *picture) {
  return picture->x - picture->step * (2 * picture->plot.width - 1) / 2;
}

static double top_of(const map_picture *picture) {
  return picture->y + picture->step * (4 * picture->plot.height - 1) / 2;
}

/* The cell of a position; false outside of the plot. */
static bool cell_of(const map_picture *picture, double x, double y, int *row, int *column) {
  const double across = (x - left_of(picture)) / picture->step, down = (top_of(picture) - y) / picture->step;
  if (!(across > -0.5 && across < 2 * picture->plot.width - 0.5)) return false;
  if (!(down > -0.5 && down < 4 * picture->plot.height - 0.5)) return false;
  *column = (int)lround(across) / 2;
  *row = (int)lround(down) / 4;
  return true;
}

/* The plane at the middle of a cell. */
static double x_at(const map_picture *picture, int column) {
  return left_of(picture) + picture->step * (2 * column + 0.5);
}

static double y_at(const map_picture *picture, int row) { return top_of(picture) - picture->step * (4 * row + 1.5); }

static void hold(map_picture *picture) {
  const dove_point_map *map = picture->map;
  picture->x = fmin(fmax(picture->x, (double)map->left), (double)map->right);
  picture->y = fmin(fmax(picture->y, (double)map->bottom), (double)map->top);
}

void map_show_all(map_picture *picture) {
  picture->zoom = 1;
  picture->x = ((double)picture->map->left + (double)picture->map->right) / 2;
  picture->y = ((double)picture->map->bottom + (double)picture->map->top) / 2;
}

void map_zoom(map_picture *picture, double factor, int y, int x) {
  if (picture->step <= 0) return;
  const double zoom = fmin(fmax(picture->zoom * factor, 1), most_zoom);
  const double kept_x = x_at(picture, x), kept_y = y_at(picture, y), ratio = picture->zoom / zoom;
  picture->x = kept_x + (picture->x - kept_x) * ratio;
  picture->y = kept_y + (picture->y - kept_y) * ratio;
  picture->zoom = zoom;
  if (zoom <= 1) map_show_all(picture);
  hold(picture);
}

void map_pan(map_picture *picture, int rows, int columns) {
  picture->x += picture->step * 2 * columns;
  picture->y -= picture->step * 4 * rows;
  hold(picture);
}

void map_show(map_picture *picture, double x, double y) {
  enum { EDGE = 2 };
  int row, column;
  if (!isfinite(x) || !isfinite(y) || picture->step <= 0) return;
  const bool seen = cell_of(picture, x, y, &row, &column) && row >= EDGE && row < picture->plot.height - EDGE &&
                    column >= EDGE && column < picture->plot.width - EDGE;
  if (seen || picture->zoom <= 1) return;
  picture->x = x;
  picture->y = y;
  hold(picture);
}

/* Square of the distance in dots. */
static double distance(const map_picture *picture, double x, double y, int row, int column) {
  const double across = (x - x_at(picture, column)) / picture->step, down = (y - y_at(picture, row)) / picture->step;
  return across * across + down * down;
}

int64_t map_code_at(const map_picture *picture, int y, int x) {
  const dove_point_map *map = picture->map;
  double nearest = 4.0 * NEAR * NEAR;
  int64_t found = 0;
  if (picture->step <= 0) return 0;
  for (size_t k = 0; k < picture->codes; k++) {
    const double d = distance(picture, (double)map->codes[k].x, (double)map->codes[k].y, y, x);
    if (!(d < nearest)) continue;
    nearest = d;
    found = map->codes[k].code;
  }
  if (found != 0) return found;
  nearest = 16.0 * NEAR * NEAR;
  for (size_t i = 0; i < picture->points; i++) {
    const double d = distance(picture, (double)map->x[i], (double)map->y[i], y, x);
    if (!(d < nearest) || map->code[i] >= picture->codes) continue;
    nearest = d;
    found = map->codes[map->code[i]].code;
  }
  return found;
}

/* ---- Drawing ---- */

static bool is_hidden(const map_picture *picture, size_t point) {
  return picture->only >= 0 && map_group_of(picture, point) != (size_t)picture->only;
}

/* The points that are emphasised are drawn after the others: what comes last has the cell. */
static void draw_points(map_picture *picture, bool emphasised) {
  const dove_point_map *map = picture->map;
  const size_t selected = map_selected(picture);
  size_t count = 0;
  for (size_t i = 0; i < picture->points; i++) {
    const bool member = selected < picture->codes && map->code[i] == selected;
    if ((member || picture->found[i]) != emphasised || is_hidden(picture, i)) continue;
    picture->at_x[count] = map->x[i];
    picture->at_y[count] = map->y[i];
    picture->roles[count++] = (uint8_t)(picture->found[i] ? DOVE_ROLE_MATCH
                                        : member          ? DOVE_ROLE_STRONG
                                                          : map_group_role(picture, map_group_of(picture, i)));
  }
  const double left = left_of(picture), top = top_of(picture);
  const dove_dot_plot plot = {.x = picture->at_x,
                              .y = picture->at_y,
                              .roles = picture->roles,
                              .count = count,
                              .left = left,
                              .right = left + picture->step * (2 * picture->plot.width - 1),
                              .bottom = top - picture->step * (4 * picture->plot.height - 1),
                              .top = top};
  dove_draw_dot_plot(&picture->plot, &plot);
}

/* What a cell of the plot is for. */
enum { CELL_FREE, CELL_TAKEN, CELL_KEPT /* for the selected code: nothing goes over it */ };

/* True when the cells are free; uses them then. */
static bool take_cells(uint8_t *cells, const dove_surface *plot, int y, int x, int width, uint8_t use) {
  if (x < 0 || x + width > plot->width) return false;
  uint8_t *row = cells + (size_t)y * (size_t)plot->width + (size_t)x;
  for (int i = 0; i < width; i++) {
    if (row[i] != CELL_FREE) return false;
  }
  memset(row, use, (size_t)width);
  return true;
}

/* Uses the cells as far as there are any. */
static void keep_cells(uint8_t *cells, const dove_surface *plot, int y, int x, int width) {
  for (int at = x > 0 ? x : 0; at < x + width && at < plot->width; at++) cells[y * plot->width + at] = CELL_KEPT;
}

static void draw_name(const map_picture *picture, const dove_map_code *code, int y, int x, bool selected,
                      uint8_t *cells) {
  const int width = dove_text_columns(code->name, strlen(code->name));
  const uint8_t use = selected ? CELL_KEPT : CELL_TAKEN;
  const dove_style style = {.role = (uint8_t)(selected ? DOVE_ROLE_STRONG : DOVE_ROLE_NORMAL),
                            .attributes = selected ? DOVE_BOLD : 0};
  /* With a blank on both sides; to the left of the circle where the right is taken. */
  const int right = x + 2, left = x - 1 - width;
  int at = right;
  if (!take_cells(cells, &picture->plot, y, right - 1, width + 2, use)) {
    const bool free = take_cells(cells, &picture->plot, y, left - 1, width + 2, use);
    if (!free && !selected) return;
    /* Over circles, or cut, rather than left out. */
    at = free || (right + width >= picture->plot.width && left > 0) ? left : right;
    if (!free) keep_cells(cells, &picture->plot, y, at - 1, width + 2);
  }
  dove_draw_fill(&picture->plot, y, at - 1, 1, width + 2, dove_style_of(DOVE_ROLE_NORMAL));
  dove_draw_string(&picture->plot, y, at, code->name, style);
}

/* One code after the other that is seen: those with most members first, no more than leave the points visible, and the
 * selected one at any rate. */
typedef struct code_walk {
  size_t next, room; /* in the order of members; how many more may be drawn */
  size_t selected;
  size_t seen, drawn;
} code_walk;

static code_walk walk_codes(const map_picture *picture) {
  const size_t area = (size_t)picture->plot.height * (size_t)picture->plot.width;
  return (code_walk){.room = area / CELLS_PER_CODE + 1, .selected = map_selected(picture)};
}

static bool next_code(const map_picture *picture, code_walk *walk, size_t *k, int *y, int *x) {
  while (walk->next < picture->codes) {
    *k = picture->order[walk->next++];
    const dove_map_code *code = &picture->map->codes[*k];
    if (!cell_of(picture, (double)code->x, (double)code->y, y, x)) continue;
    walk->seen++;
    if (walk->drawn >= walk->room && *k != walk->selected) continue;
    walk->drawn++;
    return true;
  }
  return false;
}

static void draw_code(const map_picture *picture, size_t k, int y, int x, bool selected, uint8_t *cells) {
  const bool group = picture->colour == MAP_BY_CODE;
  const dove_style style = {.role = (uint8_t)(group ? map_group_role(picture, k) : DOVE_ROLE_NORMAL),
                            .attributes = selected ? DOVE_BOLD : 0};
  uint8_t *cell = &cells[y * picture->plot.width + x];
  if (selected) *cell = CELL_KEPT;
  if (selected || *cell != CELL_KEPT) dove_draw_string(&picture->plot, y, x, selected ? "◉" : "○", style);
  if (selected || picture->names) draw_name(picture, &picture->map->codes[k], y, x, selected, cells);
}

/* No name on a circle; the selected code before the others. */
static void draw_codes(map_picture *picture, uint8_t *cells) {
  code_walk walk = walk_codes(picture);
  size_t k;
  int y, x, selected_y = -1, selected_x = -1;
  while (next_code(picture, &walk, &k, &y, &x)) {
    cells[y * picture->plot.width + x] = CELL_TAKEN;
    if (k != walk.selected) continue;
    selected_y = y;
    selected_x = x;
  }
  picture->codes_seen = walk.seen;
  picture->codes_drawn = walk.drawn;
  if (selected_y >= 0) draw_code(picture, walk.selected, selected_y, selected_x, true, cells);
  walk = walk_codes(picture);
  while (next_code(picture, &walk, &k, &y, &x)) {
    if (k != walk.selected) draw_code(picture, k, y, x, false, cells);
  }
}

void map_picture_draw(map_picture *picture, const dove_surface *surface) {
  picture->plot = *surface;
  picture->step = 0;
  if (surface->width <= 0 || surface->height <= 0) return;
  picture->step = whole_step(picture, surface) / picture->zoom;
  draw_points(picture, false);
  draw_points(picture, true);
  uint8_t *cells = dove_alloc_zero((size_t)surface->height * (size_t)surface->width, sizeof *cells);
  if (cells == NULL) return;
  draw_codes(picture, cells);
  free(cells);
}
