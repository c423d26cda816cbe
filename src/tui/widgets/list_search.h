/* Searching in a list: from row to row through what its source gives, while the words are typed and afterwards. */
#ifndef DOVE_TUI_LIST_SEARCH_H
#define DOVE_TUI_LIST_SEARCH_H

#include "tui/widgets/list.h"

/* The commands that search; others are ignored. */
dove_pane_result list_search_command(dove_list *list, dove_command_id command, const char *argument, dove_error *error);

/* In list.c: selects a row, or the last one. */
void list_select_row(dove_list *list, size_t row);

#endif
