/* The codes on one side of a decision with their member expressions, most central first: a heading for each code, its
 * members under it. Only the members that are shown are read. */
#ifndef DOVE_TUI_PANES_DECISIONS_SIDE_H
#define DOVE_TUI_PANES_DECISIONS_SIDE_H

#include "dove/model_window.h"
#include "tui/widgets/list.h"

typedef struct decisions_side_code {
  int64_t code;
  char *name; /* owned */
  dove_window *members;
} decisions_side_code;

typedef struct decisions_side {
  dove_list list;
  decisions_side_code *codes; /* owned */
  size_t count;
} decisions_side;

void decisions_side_init(decisions_side *side);
void decisions_side_free(decisions_side *side);

/* Shows these codes with the members that they have at `iteration` (its id in the store). */
dove_status decisions_side_load(decisions_side *side, dove_model *model, int64_t iteration,
                                const dove_store_decision_code *codes, size_t count, dove_error *error);

/* What is selected: a code and, when it is one of its members, that; false when there is nothing. */
bool decisions_side_selected(const decisions_side *side, int64_t *code, const dove_member **member);

/* The name of a code of this side; NULL when it is none. */
const char *decisions_side_name(const decisions_side *side, int64_t code);

#endif
