/* The columns and cells of the Scores pane's lists: score runs, scores, codes of a score, flows of a score. */
#ifndef DOVE_TUI_PANES_SCORES_TABLES_H
#define DOVE_TUI_PANES_SCORES_TABLES_H

#include "tui/window_list.h"

/* Each makes a list for rows of its window's kind; load and free it as any window list. */
void scores_runs_init(dove_window_list *list);
void scores_list_init(dove_window_list *list);
void scores_codes_init(dove_window_list *list);
void scores_flows_init(dove_window_list *list);

#endif
