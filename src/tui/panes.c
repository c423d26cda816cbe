#include "tui/pane.h"
#include "tui/panes/codes.h"
#include "tui/panes/documents.h"
#include "tui/panes/iterations.h"
#include "tui/panes/overview.h"

const dove_pane_operations *const dove_panes[] = {
    &dove_pane_overview,
    &dove_pane_iterations,
    &dove_pane_codes,
    &dove_pane_documents,
    NULL,
};
