/* The pane Agreement: how far annotators agree, what they make of the codebook, and where they differ. */
#ifndef DOVE_TUI_PANES_AGREEMENT_H
#define DOVE_TUI_PANES_AGREEMENT_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_agreement;

#endif
