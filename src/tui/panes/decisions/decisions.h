/* 3 Decisions: every split, merge and re-creation of a run, with the evidence that it was made on. */
#ifndef DOVE_TUI_PANES_DECISIONS_H
#define DOVE_TUI_PANES_DECISIONS_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_decisions;

#endif
