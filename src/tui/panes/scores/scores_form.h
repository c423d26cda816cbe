/* The form that asks what to score. */
#ifndef DOVE_TUI_PANES_SCORES_FORM_H
#define DOVE_TUI_PANES_SCORES_FORM_H

#include "dove/controller.h"
#include "dove/job.h"
#include "tui/widgets/form.h"

enum { SCORES_FORM_NAMES = 3 /* models, cultures, roles */ };

typedef struct scores_form {
  dove_form form;                 /* no fields: closed */
  dove_form_field *fields;        /* owned */
  char *help[SCORES_FORM_NAMES];  /* owned: the names that there are */
  char *names[SCORES_FORM_NAMES]; /* owned: as typed, cut into the names of the request */
  const char **lists[SCORES_FORM_NAMES];
  size_t counts[SCORES_FORM_NAMES];
} scores_form;

/* Opens it filled in with the settings: all models, cultures and roles. */
dove_pane_result scores_form_open(scores_form *form, dove_controller *controller, dove_error *error);
void scores_form_free(scores_form *form);
bool scores_form_is_open(const scores_form *form);
void scores_form_draw(scores_form *form, const dove_surface *surface);

/* ACCEPTED fills in the request, whose strings are the form's: free the form when it was queued. WRONG, with the form
 * still open, when a number is out of range or a name is none of the project's. LEFT closes the form. */
dove_form_result scores_form_key(scores_form *form, dove_controller *controller, dove_key key,
                                 dove_job_request *request, dove_error *error);

#endif
