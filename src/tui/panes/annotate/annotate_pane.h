/* The state of the Annotate pane, shared by its files. */
#ifndef DOVE_TUI_PANES_ANNOTATE_PANE_H
#define DOVE_TUI_PANES_ANNOTATE_PANE_H

#include "tui/panes/annotate/annotate_form.h"
#include "tui/panes/annotate/annotate_rounds.h"
#include "tui/panes/annotate/annotate_work.h"

typedef struct annotate_pane {
  dove_explorer *explorer;
  dove_model *model;
  annotate_rounds rounds;
  annotate_form form;
  annotate_work work;
  bool working;   /* an item is on the screen, else the rounds */
  bool fresh;     /* what is shown was read after the change that makes all panes stale */
  bool arrived;   /* another pane led to the item: going back leads there */
  char *person;   /* owned: who is at work; NULL: nobody said so */
  int64_t wanted; /* the round to take up when the name is known */
} annotate_pane;

/* ---- annotate.c ---- */

dove_pane_result annotate_done(dove_status status);
/* After something was written and read again by this pane itself. */
dove_pane_result annotate_changed(annotate_pane *pane, dove_status status);

/* ---- annotate_judge.c: what is done to an item ---- */

dove_pane_result annotate_judge_command(annotate_pane *pane, dove_command_id command, const char *argument,
                                        dove_error *error);
/* Keys while a span is marked or another code is chosen. */
dove_pane_result annotate_judge_key(annotate_pane *pane, dove_key key, dove_error *error);
dove_pane_result annotate_judge_mouse(annotate_pane *pane, const dove_mouse *mouse, dove_error *error);

#endif
