#include "tui/panes/iterations_form.h"

#include <stdio.h>

#include "tui/panes/job_line.h"

enum { FIELD_ITERATIONS, FIELD_SEED, FIELD_FRESH, BUILD_FIELDS, RESUME_FIELDS = FIELD_FRESH };

/* Seeds up to 2^53 are whole numbers in a double. */
static const dove_form_field fields[BUILD_FIELDS] = {
    [FIELD_ITERATIONS] = {.label = "iterations T",
                          .kind = DOVE_FIELD_NUMBER,
                          .low = 0,
                          .high = 10000,
                          .help = "refine at most so often, counted from C⁰ · Enter starts, Esc leaves"},
    [FIELD_SEED] = {.label = "seed",
                    .kind = DOVE_FIELD_NUMBER,
                    .low = 0,
                    .high = 9007199254740992.0,
                    .help = "the same seed gives the same codebook · Enter starts, Esc leaves"},
    [FIELD_FRESH] = {.label = "begin anew",
                     .kind = DOVE_FIELD_FLAG,
                     .help = "no: go on with a run that was left unended, if there is one"},
};

static dove_status fill_number(iterations_form *form, size_t field, int64_t value, dove_error *error) {
  char text[32];
  snprintf(text, sizeof text, "%lld", (long long)value);
  return dove_form_set_text(&form->form, field, text, error);
}

dove_pane_result iterations_form_open(iterations_form *form, dove_controller *controller, const dove_view *from,
                                      dove_error *error) {
  dove_settings settings;
  if (from != NULL && from->run == 0) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no iteration to refine on from: b builds a codebook");
    return DOVE_PANE_FAILED;
  }
  if (dove_controller_settings(controller, &settings, error) != DOVE_OK) return DOVE_PANE_FAILED;
  iterations_form_free(form);
  dove_form_init(&form->form, fields, from != NULL ? RESUME_FIELDS : BUILD_FIELDS);
  if (from != NULL) {
    form->run = from->run;
    form->t = from->t;
    snprintf(form->title, sizeof form->title, "Refine on from run %lld at t %lld", (long long)from->run,
             (long long)from->t);
  } else {
    snprintf(form->title, sizeof form->title, "Build a codebook");
  }
  if (fill_number(form, FIELD_ITERATIONS, settings.iterations, error) == DOVE_OK &&
      fill_number(form, FIELD_SEED, settings.seed, error) == DOVE_OK) {
    return DOVE_PANE_REDRAW;
  }
  iterations_form_free(form);
  return DOVE_PANE_FAILED;
}

void iterations_form_free(iterations_form *form) {
  dove_form_free(&form->form);
  *form = (iterations_form){0};
}

bool iterations_form_is_open(const iterations_form *form) { return form->form.count > 0; }

void iterations_form_draw(iterations_form *form, const dove_surface *surface) {
  dove_form_box_draw(&form->form, surface, form->title);
}

static dove_job_request request_of(const iterations_form *form) {
  dove_job_request request = dove_job_request_of(DOVE_JOB_BUILD);
  request.build.iterations = (int64_t)dove_form_number(&form->form, FIELD_ITERATIONS);
  request.build.seed = (int64_t)dove_form_number(&form->form, FIELD_SEED);
  if (form->run != 0) {
    request.build.resume_run = form->run;
    request.build.resume_iteration = form->t;
  } else {
    request.build.fresh = form->form.chosen[FIELD_FRESH] == 1;
  }
  return request;
}

dove_form_result iterations_form_key(iterations_form *form, dove_key key, dove_job_request *request,
                                     dove_error *error) {
  const dove_form_result result = dove_form_key(&form->form, key, error);
  if (result == DOVE_FORM_ACCEPTED) *request = request_of(form);
  if (result == DOVE_FORM_ACCEPTED || result == DOVE_FORM_LEFT) iterations_form_free(form);
  return result;
}
