/* 2 Iterations: how the codebook went from C⁰ to C^T, and the codes of the iteration that is looked at. */
#ifndef DOVE_TUI_PANES_ITERATIONS_H
#define DOVE_TUI_PANES_ITERATIONS_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_iterations;

#endif
