#include "tui/pane.h"
#include "tui/panes/agreement/agreement.h"
#include "tui/panes/annotate/annotate.h"
#include "tui/panes/codes/codes.h"
#include "tui/panes/decisions/decisions.h"
#include "tui/panes/documents/documents.h"
#include "tui/panes/iterations/iterations.h"
#include "tui/panes/jobs/jobs.h"
#include "tui/panes/map/map.h"
#include "tui/panes/overview/overview.h"
#include "tui/panes/scores/scores.h"

const dove_pane_operations *const dove_panes[] = {
    &dove_pane_overview,
    &dove_pane_iterations,
    &dove_pane_decisions,
    &dove_pane_codes,
    &dove_pane_documents,
    &dove_pane_map,
    &dove_pane_scores,
    &dove_pane_annotate,
    &dove_pane_agreement,
    &dove_pane_jobs,
    NULL,
};
