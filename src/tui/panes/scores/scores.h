/* 7 Scores: how models align with cultures, and what a score is made of. */
#ifndef DOVE_TUI_PANES_SCORES_H
#define DOVE_TUI_PANES_SCORES_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_scores;

#endif
