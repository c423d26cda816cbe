/* The rounds of the project, the newest first, with how far the person at the keyboard is in each. */
#ifndef DOVE_TUI_PANES_ANNOTATE_ROUNDS_H
#define DOVE_TUI_PANES_ANNOTATE_ROUNDS_H

#include "dove/store_annotations.h"
#include "tui/panes/memory_list.h"

typedef struct annotate_rounds {
  dove_store_round_list rounds; /* in the order of the store */
  dove_store_round_work *work;  /* owned: of the annotator */
  size_t work_count;
  dove_memory_list list;
} annotate_rounds;

/* `rounds` must stay where it is. */
void annotate_rounds_init(annotate_rounds *rounds);
void annotate_rounds_free(annotate_rounds *rounds);

/* `name` NULL: nobody has said who is at work. */
dove_status annotate_rounds_load(annotate_rounds *rounds, dove_store *store, const char *name, dove_error *error);

/* The selected one; NULL when there is none. */
const dove_store_round *annotate_rounds_selected(const annotate_rounds *rounds);

void annotate_rounds_draw(annotate_rounds *rounds, const dove_surface *surface, const char *name, bool focus);

#endif
