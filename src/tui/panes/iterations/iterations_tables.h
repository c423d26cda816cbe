/* The columns and cells of two lists of the Iterations pane: the codes of an iteration, and the runs. */
#ifndef DOVE_TUI_PANES_ITERATIONS_TABLES_H
#define DOVE_TUI_PANES_ITERATIONS_TABLES_H

#include "dove/model.h"
#include "tui/window_list.h"

/* Each makes a list for rows of its window's kind; load and free it as any window list. `view` is what is looked at,
 * borrowed for as long as the list is there. */
void iterations_codes_init(dove_window_list *list, dove_view *view);
void iterations_runs_init(dove_window_list *list, dove_view *view);

#endif
