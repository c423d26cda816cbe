/* A decision in words. */
#ifndef DOVE_TUI_PANES_DECISIONS_TEXT_H
#define DOVE_TUI_PANES_DECISIONS_TEXT_H

#include "dove/buffer.h"
#include "dove/store_decisions.h"

/* "split", "merge", "re-creation". */
const char *decisions_kind_name(dove_store_decision_kind kind);

/* "Honesty → Honesty, Emotional Openness"; of one that was left the names before it alone. */
void decisions_add_names(const dove_store_decision *decision, dove_buffer *out);

/* All of its evidence, a line each. */
void decisions_describe(const dove_store_decision *decision, dove_buffer *out);

#endif
