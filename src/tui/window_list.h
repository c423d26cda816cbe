/* A list widget on a window of the model: the columns and the text of a cell are the pane's, everything else (counting,
 * reading only what is shown, finding the selection again, sorting and filtering by query) is done here. */
#ifndef DOVE_TUI_WINDOW_LIST_H
#define DOVE_TUI_WINDOW_LIST_H

#include "dove/model_window.h"
#include "tui/widgets/list.h"

typedef struct dove_window_list_operations {
  /* Appends the text of a cell; `row` is of the type that the window's kind tells. */
  void (*cell)(void *pane, const void *row, size_t column, dove_buffer *out, dove_style *style);
  /* Puts a sort order into the query; NULL: the list has one order. */
  void (*sort)(dove_window_query *query, size_t column, bool descending);
  /* Where the query keeps the words of a filter; NULL: no filter. */
  const char **(*words)(dove_window_query *query);
} dove_window_list_operations;

typedef struct dove_window_list {
  dove_list list;
  dove_window *window; /* NULL before the first load */
  dove_window_query query;
  const dove_window_list_operations *operations;
  void *pane;
  char *words; /* owned */
} dove_window_list;

/* All pointers must outlive the list. Nothing is read. */
void dove_window_list_init(dove_window_list *self, const dove_window_list_operations *operations, void *pane,
                           const dove_list_column *columns, size_t column_count);
void dove_window_list_free(dove_window_list *self);

/* Shows what `query` says, keeping filter, order and selection; call it when the project changed, too. The strings in
 * the query must live as long as it is shown. */
dove_status dove_window_list_load(dove_window_list *self, dove_model *model, const dove_window_query *query,
                                  dove_error *error);

/* The selected row, NULL when there is none. */
const void *dove_window_list_row(dove_window_list *self);

#endif
