/* The form that asks how to build a codebook, or how to refine on from an iteration, with what reviewers want or not.
 */
#ifndef DOVE_TUI_PANES_ITERATIONS_FORM_H
#define DOVE_TUI_PANES_ITERATIONS_FORM_H

#include "dove/controller.h"
#include "dove/job.h"
#include "tui/widgets/form.h"

typedef struct iterations_form {
  dove_form form; /* no fields: closed */
  int64_t run, t; /* to resume from; run 0: a build */
  char title[64];
} iterations_form;

/* Opens it filled in with the settings; `from` is the iteration to resume from, NULL to build. */
dove_pane_result iterations_form_open(iterations_form *form, dove_controller *controller, const dove_view *from,
                                      dove_error *error);
/* The same for what reviewers want of a run: from the iteration before the first of it. DOVE_NOT_FOUND when nothing
 * stands. */
dove_pane_result iterations_form_open_overrides(iterations_form *form, dove_controller *controller, int64_t run,
                                                dove_error *error);
void iterations_form_free(iterations_form *form);
bool iterations_form_is_open(const iterations_form *form);
void iterations_form_draw(iterations_form *form, const dove_surface *surface);

/* ACCEPTED fills in the request and closes the form; LEFT closes it. */
dove_form_result iterations_form_key(iterations_form *form, dove_key key, dove_job_request *request, dove_error *error);

#endif
