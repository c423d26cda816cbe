/* Which decisions are shown: of which kind, of which step, what came of them. */
#ifndef DOVE_TUI_PANES_DECISIONS_FILTER_H
#define DOVE_TUI_PANES_DECISIONS_FILTER_H

#include "dove/model.h"
#include "dove/store_decisions.h"
#include "tui/pane.h"

typedef struct decisions_filter {
  int kind;     /* a dove_store_decision_kind, −1: any */
  int64_t only; /* the step; see decisions_filter_t() */
  dove_store_decision_show outcome;
} decisions_filter;

/* Everything is shown. */
void decisions_filter_clear(decisions_filter *filter);
bool decisions_filter_is_on(const decisions_filter *filter);
/* The t of the decisions that are shown, −1: any. It may follow the iteration that is looked at. */
int64_t decisions_filter_t(const decisions_filter *filter, const dove_view *view);

/* REDRAW: it was changed, and the list must be read again; IGNORED for other commands. */
dove_pane_result decisions_filter_command(decisions_filter *filter, dove_command_id command, const char *argument,
                                          dove_error *error);

/* " · splits only · to t 3 only": for the title. */
void decisions_filter_describe(const decisions_filter *filter, const dove_view *view, dove_buffer *out);

/* "kind=0 only=-1 outcome=2", and back; false when it is none. */
void decisions_filter_save(const decisions_filter *filter, dove_buffer *state);
bool decisions_filter_restore(decisions_filter *filter, const char *state);

#endif
