/* The pane Agreement as its two files share it: what it does, and how it is drawn. */
#ifndef DOVE_TUI_PANES_AGREEMENT_PANE_H
#define DOVE_TUI_PANES_AGREEMENT_PANE_H

#include "tui/panes/agreement/agreement_data.h"
#include "tui/panes/memory_list.h"
#include "tui/widgets/grid.h"

enum { PART_ROUNDS, PART_QUALITY, PART_FIGURES, PART_PAIRS, PART_GROUPS, PART_ITEMS, PARTS };

typedef struct agreement_pane {
  agreement_data data;
  dove_grid grid;
  dove_memory_list lists[PARTS]; /* none of PART_QUALITY */
  char *wanted;                  /* state to come back to when the report is there; owned */
} agreement_pane;

/* Takes what was worked out meanwhile, and shows it. */
dove_status agreement_pane_collect(agreement_pane *pane, dove_error *error);

void agreement_pane_draw(agreement_pane *pane, const dove_surface *surface, bool focus);

#endif
