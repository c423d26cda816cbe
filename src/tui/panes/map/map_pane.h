/* What the files of the Map pane share. */
#ifndef DOVE_TUI_PANES_MAP_PANE_H
#define DOVE_TUI_PANES_MAP_PANE_H

#include "tui/pane.h"
#include "tui/panes/map/map_picture.h"

typedef struct map_pane {
  dove_explorer *explorer;
  dove_model *model;
  bool drawn; /* there is a map */
  map_picture picture;
  size_t *sizes; /* owned: points of each group, and those without one at the end */
  char *words;   /* owned: what is searched for; NULL: nothing */
  char *text;    /* owned: what the expression that was found says */
  int64_t embedded;
  bool dragging; /* the mouse was pressed in the picture */
  int drag_y, drag_x;
} map_pane;

void map_pane_draw(void *self, const dove_surface *surface, bool focus);

#endif
