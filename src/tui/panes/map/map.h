/* 6 Map: the expressions as points and the codes as circles, in two dimensions. */
#ifndef DOVE_TUI_PANES_MAP_H
#define DOVE_TUI_PANES_MAP_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_map;

#endif
