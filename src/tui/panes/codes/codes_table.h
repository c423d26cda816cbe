/* The columns and cells of the list of codes. */
#ifndef DOVE_TUI_PANES_CODES_TABLE_H
#define DOVE_TUI_PANES_CODES_TABLE_H

#include "tui/window_list.h"

/* A list for a window of DOVE_WINDOW_CODES, the most used first. */
void codes_table_init(dove_window_list *codes);

#endif
