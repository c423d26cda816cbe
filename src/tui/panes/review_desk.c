#include "tui/panes/review_desk.h"

#include "tui/panes/job_line.h"

void review_desk_init(review_desk *desk, dove_explorer *explorer) {
  *desk = (review_desk){0};
  review_init(&desk->review, explorer);
}

void review_desk_free(review_desk *desk) {
  review_free(&desk->review);
  iterations_form_free(&desk->form);
}

bool review_desk_is_open(const review_desk *desk) {
  return review_is_open(&desk->review) || iterations_form_is_open(&desk->form);
}

dove_pane_result review_desk_key(review_desk *desk, dove_key key, dove_error *error) {
  dove_job_request request;
  if (review_is_open(&desk->review)) return review_key(&desk->review, key, error);
  if (!iterations_form_is_open(&desk->form)) return DOVE_PANE_IGNORED;
  const dove_form_result result = iterations_form_key(&desk->form, key, &request, error);
  if (result == DOVE_FORM_WRONG) return DOVE_PANE_FAILED;
  return result == DOVE_FORM_ACCEPTED ? dove_job_line_start(desk->review.explorer, &request, error) : DOVE_PANE_REDRAW;
}

void review_desk_draw(review_desk *desk, const dove_surface *surface) {
  if (iterations_form_is_open(&desk->form)) iterations_form_draw(&desk->form, surface);
  if (review_is_open(&desk->review)) review_draw(&desk->review, surface);
}

dove_pane_result review_desk_start_run(review_desk *desk, int64_t run, dove_error *error) {
  return iterations_form_open_overrides(&desk->form, dove_explorer_controller(desk->review.explorer), run, error);
}
