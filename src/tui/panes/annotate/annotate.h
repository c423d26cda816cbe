/* The Annotate pane: rounds, and judging their items one after another by single keys. */
#ifndef DOVE_TUI_PANES_ANNOTATE_H
#define DOVE_TUI_PANES_ANNOTATE_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_annotate;

#endif
