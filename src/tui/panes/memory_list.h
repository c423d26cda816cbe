/* A list widget on rows that a pane holds in memory: filtered by the words in any of their cells, sorted by any column.
 * The pane numbers its rows from 0; what they are is its own. */
#ifndef DOVE_TUI_PANES_MEMORY_LIST_H
#define DOVE_TUI_PANES_MEMORY_LIST_H

#include "tui/widgets/list.h"

typedef struct dove_memory_list_operations {
  /* A lasting id ≥ 0 of a row. */
  int64_t (*id)(void *pane, size_t row);
  /* Appends the text of a cell, as a list's source does. */
  void (*cell)(void *pane, size_t row, size_t column, dove_buffer *out, dove_style *style);
  /* What a column is sorted by; NAN: its text (of the whole column, then). */
  double (*number)(void *pane, size_t row, size_t column);
} dove_memory_list_operations;

typedef struct dove_memory_list {
  dove_list list;
  const dove_memory_list_operations *operations;
  void *pane;
  size_t count;   /* rows of the pane */
  size_t *shown;  /* owned: rows in the order of the screen */
  size_t visible; /* of them */
  dove_search words;
  size_t column; /* sorted by, when `sorted` */
  bool sorted, descending;
} dove_memory_list;

/* All pointers must outlive the list. */
void dove_memory_list_init(dove_memory_list *self, const dove_memory_list_operations *operations, void *pane,
                           const dove_list_column *columns, size_t column_count);
void dove_memory_list_free(dove_memory_list *self);

/* The pane has other rows now, `count` of them; filter, order and selection stay. */
dove_status dove_memory_list_load(dove_memory_list *self, size_t count, dove_error *error);

/* The selected row's number in the pane; false when there is none. */
bool dove_memory_list_row(const dove_memory_list *self, size_t *row);

#endif
