/* Codes × cultures and models: who uses which code, as a heat map that is a list: sorted by any column, filtered,
 * searched, scrolled both ways. */
#ifndef DOVE_TUI_PANES_CODES_USAGE_H
#define DOVE_TUI_PANES_CODES_USAGE_H

#include "dove/model_usage.h"
#include "tui/panes/memory_list.h"

typedef struct codes_usage {
  dove_memory_list rows;
  dove_list_column columns[DOVE_LIST_COLUMNS];
  const dove_usage_matrix *matrix; /* the model's; read again at every load */
  size_t group[DOVE_LIST_COLUMNS]; /* of each column but the first: groups without coded documents are left out */
  size_t groups;                   /* columns after the first */
  size_t column;                   /* the selected one, from 0 */
  bool drawing;                    /* the selected cell is marked then, not in what is copied or exported */
  double greatest;                 /* of all means: the top of the scale */
  dove_usage_contrast interval;    /* of the selected column's means */
  size_t interval_group;           /* of which group; SIZE_MAX: none is known */
} codes_usage;

void codes_usage_init(codes_usage *usage);
void codes_usage_free(codes_usage *usage);

/* Reads the usage at the iteration that is looked at. */
dove_status codes_usage_load(codes_usage *usage, dove_model *model, dove_error *error);

/* The map, and under it the selected cell with its interval. */
void codes_usage_draw(codes_usage *usage, dove_model *model, const dove_surface *surface, bool focus);

/* LEFT and RIGHT choose a column, SORT without a name sorts by it, the rest is the list's. */
dove_pane_result codes_usage_command(codes_usage *usage, dove_command_id command, const char *argument,
                                     dove_error *error);
dove_pane_result codes_usage_mouse(codes_usage *usage, const dove_mouse *mouse, dove_error *error);

/* The value under the cursor in words: "Honesty, KR: 4.2 %, 95 % 2.8 … 5.6, 20 documents on 20 topics". */
void codes_usage_describe(codes_usage *usage, dove_model *model, dove_buffer *out);

#endif
