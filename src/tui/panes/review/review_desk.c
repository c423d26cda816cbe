#include "tui/panes/review/review_desk.h"

#include <stdlib.h>

#include "dove/person.h"
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

dove_pane_result review_desk_withdraw(review_desk *desk, const dove_store_override *row, dove_error *error) {
  dove_explorer *explorer = desk->review.explorer;
  char *author = dove_person_name();
  dove_status status = DOVE_OK;
  if (row == NULL) {
    status = dove_fail(error, DOVE_NOT_FOUND, "nobody has reviewed this decision");
  } else if (author == NULL) {
    status = dove_fail(error, DOVE_USAGE, "say who you are first: w asks for your name");
  } else {
    status = dove_controller_withdraw(dove_explorer_controller(explorer), row->id, row->withdrawn == 0, author, error);
  }
  if (status == DOVE_OK)
    dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "%s: %s of %s; u takes it back",
                          row->withdrawn == 0 ? "withdrawn" : "it stands again", dove_review_kind_name(row->kind),
                          row->author);
  free(author);
  return status == DOVE_OK ? DOVE_PANE_RELOAD : DOVE_PANE_FAILED;
}

static void remember_person(dove_explorer *explorer, void *self, const char *answer) {
  dove_error error = {0};
  (void)self;
  if (dove_person_remember(answer, &error) != DOVE_OK) {
    dove_explorer_error(explorer, &error);
    return;
  }
  /* $DOVE_NAME goes before what was remembered. */
  char *name = dove_person_name();
  dove_explorer_message(explorer, DOVE_MESSAGE_INFO, "what you enter stands beside the name %s",
                        name != NULL ? name : answer);
  free(name);
}

dove_pane_result review_desk_name_person(review_desk *desk, const char *name) {
  char *known = dove_person_name();
  if (name[0] != '\0') {
    remember_person(desk->review.explorer, desk, name);
  } else {
    dove_explorer_ask(desk->review.explorer, "your name: ", known, remember_person, desk);
  }
  free(known);
  return DOVE_PANE_REDRAW;
}
