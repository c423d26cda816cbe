/* What panes that start jobs share: the line that says how the newest one goes, trying again, and a form in a box. */
#ifndef DOVE_TUI_PANES_JOB_LINE_H
#define DOVE_TUI_PANES_JOB_LINE_H

#include "tui/pane.h"
#include "tui/widgets/form.h"

/* Draws how the newest job of this kind goes in the first line of `surface`, and takes that line from it, when the job
 * runs, waits, failed or was stopped; otherwise does nothing. */
void dove_job_line_draw(dove_explorer *explorer, dove_job_kind kind, dove_surface *surface);

/* dove_explorer_start() for a pane. */
dove_pane_result dove_job_line_start(dove_explorer *explorer, const dove_job_request *request, dove_error *error);

/* Starts the newest job of this kind again; DOVE_NOT_FOUND when it neither failed nor was stopped. */
dove_pane_result dove_job_line_retry(dove_explorer *explorer, dove_job_kind kind, dove_error *error);

/* Draws a form in a box in the middle of `surface`. */
void dove_form_box_draw(dove_form *form, const dove_surface *surface, const char *title);

#endif
