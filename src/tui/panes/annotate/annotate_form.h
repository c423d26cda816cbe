/* The form that starts a round: what is drawn and how. */
#ifndef DOVE_TUI_PANES_ANNOTATE_FORM_H
#define DOVE_TUI_PANES_ANNOTATE_FORM_H

#include "dove/annotation_round.h"
#include "dove/controller.h"
#include "tui/widgets/form.h"

typedef struct annotate_form {
  dove_form form;          /* no fields: closed */
  dove_form_field *fields; /* owned */
  dove_store_round_list rounds;
  const char **names; /* owned: the rounds' names, the newest first; NULL at the end */
  char rule[96];
} annotate_form;

/* Opens it filled in by the settings; `parent`, when not 0, is the round whose disagreements may be taken. */
dove_pane_result annotate_form_open(annotate_form *form, dove_controller *controller, int64_t parent,
                                    dove_error *error);
void annotate_form_free(annotate_form *form);
bool annotate_form_is_open(const annotate_form *form);
void annotate_form_draw(annotate_form *form, const dove_surface *surface);

/* ACCEPTED fills in the plan, whose strings are the form's: free the form when the round was started. LEFT closes it.
 */
dove_form_result annotate_form_key(annotate_form *form, dove_key key, dove_annotation_plan *plan, dove_error *error);

#endif
