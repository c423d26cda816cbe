/* 5 Documents: topics and documents in lists, and documents on one topic side by side. */
#ifndef DOVE_TUI_PANES_DOCUMENTS_H
#define DOVE_TUI_PANES_DOCUMENTS_H

#include "tui/pane.h"

extern const dove_pane_operations dove_pane_documents;

#endif
