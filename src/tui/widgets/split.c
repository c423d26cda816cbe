#include "tui/widgets/split.h"

#include "tui/draw.h"

static int least_of(const dove_split *split, size_t part) { return split->least[part] > 1 ? split->least[part] : 1; }

/* Chooses the parts first … last around the focus that fit into `space`, a line between each two. */
static void choose_parts(const dove_split *split, int space, size_t *first, size_t *last) {
  *first = split->focus;
  *last = split->focus;
  if (split->maximised) return;
  int used = least_of(split, split->focus);
  for (bool grown = true; grown;) {
    grown = false;
    if (*last + 1 < split->count && used + 1 + least_of(split, *last + 1) <= space) {
      used += 1 + least_of(split, ++*last);
      grown = true;
    }
    if (*first > 0 && used + 1 + least_of(split, *first - 1) <= space) {
      used += 1 + least_of(split, --*first);
      grown = true;
    }
  }
}

static int weight_of(const dove_split *split, size_t part) {
  return split->weights[part] > 0 ? split->weights[part] : 1;
}

/* Sizes by weight, none under its least. */
static void share_space(const dove_split *split, int space, size_t first, size_t last, int *sizes) {
  int spare = space - (int)(last - first);
  int weights = 0;
  for (size_t i = first; i <= last; i++) {
    spare -= least_of(split, i);
    weights += weight_of(split, i);
    sizes[i] = least_of(split, i);
  }
  /* What is over goes where a part is furthest under its share, so that the shares come out as asked for. */
  int total = space - (int)(last - first);
  for (; spare > 0; spare--) {
    size_t neediest = first;
    double best = -1e9;
    for (size_t i = first; i <= last; i++) {
      double lacking = (double)total * weight_of(split, i) / weights - sizes[i];
      if (lacking > best + 1e-9) {
        best = lacking;
        neediest = i;
      }
    }
    sizes[neediest]++;
  }
}

void dove_split_layout(dove_split *split, const dove_surface *surface) {
  split->origin_y = surface->y;
  split->origin_x = surface->x;
  for (size_t i = 0; i < DOVE_SPLIT_PARTS; i++) split->parts[i] = (dove_surface){.canvas = surface->canvas};
  if (split->count == 0) return;
  if (split->focus >= split->count) split->focus = split->count - 1;
  size_t first;
  size_t last;
  int space = split->stacked ? surface->height : surface->width;
  int sizes[DOVE_SPLIT_PARTS] = {0};
  choose_parts(split, space, &first, &last);
  share_space(split, space, first, last, sizes);
  if (first == last) sizes[first] = space;
  int at = 0;
  const dove_style style = dove_style_of(DOVE_ROLE_BORDER);
  for (size_t i = first; i <= last; i++) {
    split->parts[i] = split->stacked ? dove_surface_part(surface, at, 0, sizes[i], surface->width)
                                     : dove_surface_part(surface, 0, at, surface->height, sizes[i]);
    at += sizes[i];
    if (i == last) break;
    if (split->stacked) {
      dove_draw_rule(surface, at, 0, surface->width, style);
    } else {
      dove_draw_column_rule(surface, 0, at, surface->height, style);
    }
    at++;
  }
}

dove_pane_result dove_parts_command(size_t count, size_t *focus, bool *maximised, dove_command_id command) {
  switch (command) {
    case DOVE_COMMAND_NEXT_PART: *focus = (*focus + 1) % count; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_PREVIOUS_PART: *focus = (*focus + count - 1) % count; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_MAXIMISE: *maximised = !*maximised; return DOVE_PANE_REDRAW;
    default: return DOVE_PANE_IGNORED;
  }
}

bool dove_parts_mouse(const dove_surface *parts, size_t count, int origin_y, int origin_x, const dove_mouse *mouse,
                      size_t *focus, size_t *part, dove_mouse *inside) {
  const int y = origin_y + mouse->y;
  const int x = origin_x + mouse->x;
  for (size_t i = 0; i < count; i++) {
    const dove_surface *shown = &parts[i];
    if (y < shown->y || y >= shown->y + shown->height || x < shown->x || x >= shown->x + shown->width) continue;
    if (mouse->kind == DOVE_MOUSE_PRESS || mouse->kind == DOVE_MOUSE_DOUBLE) *focus = i;
    *part = i;
    *inside = *mouse;
    inside->y = y - shown->y;
    inside->x = x - shown->x;
    return true;
  }
  return false;
}

dove_pane_result dove_split_command(dove_split *split, dove_command_id command) {
  if (split->count < 2) return DOVE_PANE_IGNORED;
  return dove_parts_command(split->count, &split->focus, &split->maximised, command);
}

bool dove_split_mouse(dove_split *split, const dove_mouse *mouse, size_t *part, dove_mouse *inside) {
  return dove_parts_mouse(split->parts, split->count, split->origin_y, split->origin_x, mouse, &split->focus, part,
                          inside);
}
