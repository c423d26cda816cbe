/* Parts of a pane in lines: rows of parts above each other, or columns of parts beside each other. A plan says where
 * the parts lie; a pane may have one for narrow and one for wide screens. Where there is no room for all, the part with
 * the focus and as many around it as fit are shown. */
#ifndef DOVE_TUI_GRID_H
#define DOVE_TUI_GRID_H

#include "tui/widgets/split.h"

enum { DOVE_GRID_LINES = DOVE_SPLIT_PARTS, DOVE_GRID_PARTS = 8 };

typedef struct dove_grid_place {
  size_t line;
  int weight; /* share of the line's length */
  int least;  /* columns (rows) under which the part is not shown */
} dove_grid_place;

typedef struct dove_grid_plan {
  bool stacked; /* lines lie above each other, the parts of a line beside each other; else the other way round */
  size_t lines;
  int weights[DOVE_GRID_LINES]; /* shares of the lines */
  int least[DOVE_GRID_LINES];
  dove_grid_place places[DOVE_GRID_PARTS]; /* parts of one line stand in the order of their numbers */
} dove_grid_plan;

typedef struct dove_grid {
  size_t count; /* parts */
  size_t focus;
  bool maximised;
  const dove_grid_plan *plan; /* the one of the last layout */
  dove_split outer, inner[DOVE_GRID_LINES];
  size_t inner_part[DOVE_GRID_LINES][DOVE_SPLIT_PARTS]; /* the number of each part of a line */
  dove_surface parts[DOVE_GRID_PARTS];                  /* as last laid out, without their titles; empty when hidden */
} dove_grid;

/* Divides `surface` by `plan`, which must outlive the next layout. */
void dove_grid_layout(dove_grid *grid, const dove_grid_plan *plan, const dove_surface *surface);

/* True when the part is on the screen. */
bool dove_grid_shows(const dove_grid *grid, size_t part);

/* Draws the title of a part over it, with a sign and in the colour of the focus when it has it, and takes that line
 * from the part; does nothing when the part is too low for it. `note` (may be NULL) stands faintly behind. */
void dove_grid_title(dove_grid *grid, size_t part, const char *title, const char *note, bool focus);

/* NEXT_PART, PREVIOUS_PART, MAXIMISE. */
dove_pane_result dove_grid_command(dove_grid *grid, dove_command_id command);

/* The part under a point of the pane, which gets the focus when pressed; `inside` is relative to it. False when it hits
 * none. */
bool dove_grid_mouse(dove_grid *grid, const dove_mouse *mouse, size_t *part, dove_mouse *inside);

#endif
