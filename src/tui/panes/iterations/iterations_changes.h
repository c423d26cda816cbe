/* The difference between two iterations, of one run or of two. */
#ifndef DOVE_TUI_PANES_ITERATIONS_CHANGES_H
#define DOVE_TUI_PANES_ITERATIONS_CHANGES_H

#include "dove/model_history.h"
#include "tui/widgets/list.h"

/* The list of what is different between two iterations. */
typedef struct iterations_changes {
  dove_list list;
  dove_difference difference;
  int lines; /* above the list, as last drawn */
} iterations_changes;

void iterations_changes_init(iterations_changes *changes);
void iterations_changes_free(iterations_changes *changes);
dove_status iterations_changes_load(iterations_changes *changes, dove_model *model, dove_iteration_at from,
                                    dove_iteration_at to, dove_error *error);
/* "t 2 → t 3", or "run 1 t 3 → run 2 t 4". */
void iterations_changes_title(const iterations_changes *changes, dove_buffer *out);
/* S and its terms on both sides, where there is room for them, above the list of codes. */
void iterations_changes_draw(iterations_changes *changes, const dove_surface *surface, bool focus);

#endif
