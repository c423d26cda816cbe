/* The list of decisions: its columns and cells. */
#ifndef DOVE_TUI_PANES_DECISIONS_LIST_H
#define DOVE_TUI_PANES_DECISIONS_LIST_H

#include "tui/panes/decisions/decisions_reviews.h"
#include "tui/window_list.h"

/* `reviews` must outlive the list; the review of each decision stands in a column of its own. */
void decisions_list_init(dove_window_list *list, decisions_reviews *reviews);

#endif
