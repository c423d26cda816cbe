/* What the files of the Decisions pane share. */
#ifndef DOVE_TUI_PANES_DECISIONS_PANE_H
#define DOVE_TUI_PANES_DECISIONS_PANE_H

#include "tui/pane.h"
#include "tui/panes/decisions/decisions_filter.h"
#include "tui/panes/decisions/decisions_lineage.h"
#include "tui/panes/decisions/decisions_list.h"
#include "tui/panes/decisions/decisions_side.h"
#include "tui/panes/review/review_desk.h"
#include "tui/widgets/grid.h"
#include "tui/widgets/text_view.h"
#include "tui/window_list.h"

enum { PART_LIST, PART_DETAIL, PART_BEFORE, PART_AFTER, PART_PICTURE, PART_LINEAGE, PARTS };

typedef struct decisions_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_grid grid;
  dove_window_list decisions;
  dove_text_view detail;
  decisions_side before, after;
  decisions_lineage lineage;
  decisions_reviews reviews;
  dove_member_plane plane;
  review_desk desk;
  int64_t shown; /* the decision of the detail, of the members, of the lineage; 0: none */
  int64_t shown_members;
  int64_t shown_lineage;
  int64_t shown_plane;
  dove_view view; /* as last loaded */
  decisions_filter filter;
} decisions_pane;

/* Brings a part in step with the selected decision. */
dove_status decisions_pane_load(decisions_pane *pane, size_t part, dove_error *error);

void decisions_pane_draw(void *self, const dove_surface *surface, bool focus);

#endif
