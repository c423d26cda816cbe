/* 1 Overview: what the project holds, what comes next, how S and K went. */
#ifndef DOVE_TUI_PANES_OVERVIEW_H
#define DOVE_TUI_PANES_OVERVIEW_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_overview;

#endif
