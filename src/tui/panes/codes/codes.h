/* 4 Codes: the codebook that is looked at, and one of its codes: who uses it, where it comes from, its members. */
#ifndef DOVE_TUI_PANES_CODES_H
#define DOVE_TUI_PANES_CODES_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_codes;

#endif
