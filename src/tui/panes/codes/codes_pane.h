/* What the files of the Codes pane share. */
#ifndef DOVE_TUI_PANES_CODES_PANE_H
#define DOVE_TUI_PANES_CODES_PANE_H

#include "tui/pane.h"
#include "tui/panes/codes/codes_detail.h"
#include "tui/panes/codes/codes_sides.h"
#include "tui/panes/codes/codes_usage.h"
#include "tui/panes/review/review_desk.h"
#include "tui/widgets/grid.h"
#include "tui/window_list.h"

enum { PART_LIST, PART_USAGE, PART_NEAR, PART_MEMBERS, PART_DOCUMENTS, PARTS };

/* What the list of codes tells of each. */
typedef enum codes_view { VIEW_NUMBERS, VIEW_USAGE, VIEW_SIDES, VIEWS } codes_view;

typedef struct codes_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_grid grid;
  codes_view view;
  dove_window_list codes;
  codes_usage usage;
  codes_sides sides;
  dove_error problem; /* why a view cannot be shown; an empty message: it can */
  codes_detail detail;
  review_desk desk;
  bool wide;    /* as last drawn: list and code beside each other */
  int usage_y;  /* and where the list of the usage begins in its part */
  bool arrived; /* another pane (or code) led here: going back leads there */
} codes_pane;

/* The list of a part; that of the codes is as the view has it. */
dove_list *codes_pane_list(codes_pane *pane, size_t part);

/* Reads the code that is selected in the list, unless it is shown. */
dove_status codes_pane_follow(codes_pane *pane, dove_error *error);

void codes_pane_draw(void *self, const dove_surface *surface, bool focus);

#endif
