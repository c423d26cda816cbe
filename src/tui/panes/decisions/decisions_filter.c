#include "tui/panes/decisions/decisions_filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/panes/decisions/decisions_text.h"

/* Of which step decisions are shown; from 0: that one's. */
enum { ANY_ITERATION = -1, VIEWED_ITERATION = -2 };

void decisions_filter_clear(decisions_filter *filter) {
  *filter = (decisions_filter){.kind = -1, .only = ANY_ITERATION, .outcome = DOVE_STORE_DONE_AND_LEFT};
}

bool decisions_filter_is_on(const decisions_filter *filter) {
  return filter->kind >= 0 || filter->only != ANY_ITERATION || filter->outcome != DOVE_STORE_DONE_AND_LEFT;
}

int64_t decisions_filter_t(const decisions_filter *filter, const dove_view *view) {
  return filter->only == VIEWED_ITERATION ? view->t : filter->only;
}

static dove_pane_result choose_kind(decisions_filter *filter, const char *argument, dove_error *error) {
  static const char *const names[] = {"all", "split", "merge", "recreate"};
  enum { NAMES = sizeof names / sizeof names[0] };
  if (argument[0] == '\0') {
    filter->kind = filter->kind < DOVE_STORE_RECREATE ? filter->kind + 1 : -1;
    return DOVE_PANE_REDRAW;
  }
  for (int i = 0; i < NAMES; i++) {
    if (strncmp(names[i], argument, strlen(argument)) != 0) continue;
    filter->kind = i - 1;
    return DOVE_PANE_REDRAW;
  }
  dove_fail(error, DOVE_USAGE, "'%s' is not a kind of decision: there are split, merge, recreate, and all", argument);
  return DOVE_PANE_FAILED;
}

static dove_pane_result choose_iteration(decisions_filter *filter, const char *argument, dove_error *error) {
  char *end;
  const long long t = strtoll(argument, &end, 10);
  if (argument[0] == '\0') {
    filter->only = filter->only == ANY_ITERATION ? VIEWED_ITERATION : ANY_ITERATION;
  } else if (*end != '\0' || t < 0) {
    dove_fail(error, DOVE_USAGE, "'%s' is not an iteration: give a number from 0", argument);
    return DOVE_PANE_FAILED;
  } else {
    filter->only = t;
  }
  return DOVE_PANE_REDRAW;
}

static dove_pane_result choose_outcome(decisions_filter *filter) {
  switch (filter->outcome) {
    case DOVE_STORE_DONE_AND_LEFT: filter->outcome = DOVE_STORE_DONE; break;
    case DOVE_STORE_DONE: filter->outcome = DOVE_STORE_LEFT; break;
    case DOVE_STORE_LEFT: filter->outcome = DOVE_STORE_DONE_AND_LEFT; break;
  }
  return DOVE_PANE_REDRAW;
}

dove_pane_result decisions_filter_command(decisions_filter *filter, dove_command_id command, const char *argument,
                                          dove_error *error) {
  switch (command) {
    case DOVE_COMMAND_DECISION_KIND: return choose_kind(filter, argument, error);
    case DOVE_COMMAND_DECISION_ITERATION: return choose_iteration(filter, argument, error);
    case DOVE_COMMAND_DECISION_OUTCOME: return choose_outcome(filter);
    default: return DOVE_PANE_IGNORED;
  }
}

void decisions_filter_describe(const decisions_filter *filter, const dove_view *view, dove_buffer *out) {
  if (filter->kind >= 0)
    dove_buffer_printf(out, " · %ss only", decisions_kind_name((dove_store_decision_kind)filter->kind));
  if (filter->only != ANY_ITERATION)
    dove_buffer_printf(out, " · to t %lld only", (long long)decisions_filter_t(filter, view));
  if (filter->outcome == DOVE_STORE_DONE) dove_buffer_add_text(out, " · done only");
  if (filter->outcome == DOVE_STORE_LEFT) dove_buffer_add_text(out, " · left only");
}

void decisions_filter_save(const decisions_filter *filter, dove_buffer *state) {
  dove_buffer_printf(state, "kind=%d only=%lld outcome=%d", filter->kind, (long long)filter->only,
                     (int)filter->outcome);
}

bool decisions_filter_restore(decisions_filter *filter, const char *state) {
  int kind, outcome;
  long long only;
  const char *start = strstr(state, "kind=");
  if (start == NULL || sscanf(start, "kind=%d only=%lld outcome=%d", &kind, &only, &outcome) != 3) return false;
  const bool known = outcome >= DOVE_STORE_DONE && outcome <= DOVE_STORE_DONE_AND_LEFT;
  *filter = (decisions_filter){.kind = kind >= -1 && kind <= DOVE_STORE_RECREATE ? kind : -1,
                               .only = only >= VIEWED_ITERATION ? only : ANY_ITERATION,
                               .outcome = known ? (dove_store_decision_show)outcome : DOVE_STORE_DONE_AND_LEFT};
  return true;
}
