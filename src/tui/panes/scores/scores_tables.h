/* The columns and cells of the Scores pane's lists: score runs, and scores, alone or beside those that they are
 * compared with. */
#ifndef DOVE_TUI_PANES_SCORES_TABLES_H
#define DOVE_TUI_PANES_SCORES_TABLES_H

#include "tui/panes/scores/scores_base.h"
#include "tui/window_list.h"

/* Each makes a list for rows of its window's kind; load and free it as any window list. */
void scores_runs_init(dove_window_list *list);
void scores_list_init(dove_window_list *list, scores_base *base);

/* After another thing was chosen to compare with, or nothing. */
void scores_list_choose_columns(dove_window_list *list, const scores_base *base);

/* Appends the settings of a run, those that a person chose first: "models aster, birch  cultures all  ε 0.05 …". */
void scores_add_settings(dove_buffer *out, const dove_store_score_run *run);

#endif
