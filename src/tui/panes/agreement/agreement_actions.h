/* What follows from disagreement: a second round with them, and the label that a discussion came to. */
#ifndef DOVE_TUI_PANES_AGREEMENT_ACTIONS_H
#define DOVE_TUI_PANES_AGREEMENT_ACTIONS_H

#include "tui/panes/agreement/agreement_data.h"

/* Starts a round with the disagreements of the one that is shown, as blind as that one; `instruction` "": that one's.
 */
dove_pane_result agreement_start_round(agreement_data *data, const char *instruction, dove_error *error);

/* Sets the consensus of an item, which is called `name`, from "yes" or "no" and, after a blank, a note. */
dove_pane_result agreement_settle(dove_explorer *explorer, int64_t item, dove_question question, const char *name,
                                  const char *typed, dove_error *error);

#endif
