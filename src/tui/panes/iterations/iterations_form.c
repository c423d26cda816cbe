#include "tui/panes/iterations/iterations_form.h"

#include <stdio.h>
#include <string.h>

#include "dove/review.h"
#include "tui/panes/job_line.h"

enum { FIELD_ITERATIONS, FIELD_SEED, FIELD_LAST, FIELDS };

enum { OVERRIDES_NOT, OVERRIDES_AND_RULES, OVERRIDES_ALONE };

static const char *const override_choices[] = {"without", "with the rules", "alone, and end there", NULL};

#define FIELD_OF_ITERATIONS                                                          \
  {                                                                                  \
    .label = "iterations T", .kind = DOVE_FIELD_NUMBER, .low = 0, .high = 10000,     \
    .help = "refine at most so often, counted from C⁰ · Enter starts, Esc leaves" \
  }
/* Seeds up to 2^53 are whole numbers in a double. */
#define FIELD_OF_SEED                                                                 \
  {                                                                                   \
    .label = "seed", .kind = DOVE_FIELD_NUMBER, .low = 0, .high = 9007199254740992.0, \
    .help = "the same seed gives the same codebook · Enter starts, Esc leaves"       \
  }

static const dove_form_field build_fields[FIELDS] = {
    [FIELD_ITERATIONS] = FIELD_OF_ITERATIONS,
    [FIELD_SEED] = FIELD_OF_SEED,
    [FIELD_LAST] = {.label = "begin anew",
                    .kind = DOVE_FIELD_FLAG,
                    .help = "no: go on with a run that was left unfinished, if there is one"},
};

/* The last one only where something stands. */
static const dove_form_field resume_fields[FIELDS] = {
    [FIELD_ITERATIONS] = FIELD_OF_ITERATIONS,
    [FIELD_SEED] = FIELD_OF_SEED,
    [FIELD_LAST] = {.label = "overrides",
                    .kind = DOVE_FIELD_CHOICE,
                    .choices = override_choices,
                    .help = "what reviewers want · ← → choose · Enter starts, Esc leaves"},
};

static dove_status fill_number(iterations_form *form, size_t field, int64_t value, dove_error *error) {
  char text[32];
  snprintf(text, sizeof text, "%lld", (long long)value);
  return dove_form_set_text(&form->form, field, text, error);
}

static dove_pane_result fill(iterations_form *form, dove_controller *controller, dove_error *error) {
  dove_settings settings;
  if (dove_controller_settings(controller, &settings, error) == DOVE_OK &&
      fill_number(form, FIELD_ITERATIONS, settings.iterations, error) == DOVE_OK &&
      fill_number(form, FIELD_SEED, settings.seed, error) == DOVE_OK)
    return DOVE_PANE_REDRAW;
  iterations_form_free(form);
  return DOVE_PANE_FAILED;
}

/* Opens it to resume a run, with a field for what stands when something does. */
static dove_pane_result open_resume(iterations_form *form, dove_controller *controller, int64_t run,
                                    const dove_review_plan *plan, dove_error *error) {
  iterations_form_free(form);
  dove_form_init(&form->form, resume_fields, plan->count > 0 ? FIELDS : FIELD_LAST);
  form->run = run;
  form->t = plan->t;
  if (plan->count > 0)
    dove_form_set_choice(&form->form, FIELD_LAST, plan->alone ? OVERRIDES_ALONE : OVERRIDES_AND_RULES);
  snprintf(form->title, sizeof form->title, "Refine on from run %lld at t %lld", (long long)run, (long long)plan->t);
  if (plan->count > 0) {
    const size_t length = strlen(form->title);
    snprintf(form->title + length, sizeof form->title - length, ", %zu override%s stand%s", plan->count,
             plan->count > 1 ? "s" : "", plan->count > 1 ? "" : "s");
  }
  return fill(form, controller, error);
}

dove_pane_result iterations_form_open_overrides(iterations_form *form, dove_controller *controller, int64_t run,
                                                dove_error *error) {
  dove_review_plan plan;
  if (dove_review_plan_read(controller, run, -1, &plan, error) != DOVE_OK) return DOVE_PANE_FAILED;
  if (plan.count > 0) return open_resume(form, controller, run, &plan, error);
  dove_fail(error, DOVE_NOT_FOUND,
            "nothing stands that run %lld could be built with: veto, merge, split or rename something first",
            (long long)run);
  return DOVE_PANE_FAILED;
}

dove_pane_result iterations_form_open(iterations_form *form, dove_controller *controller, const dove_view *from,
                                      dove_error *error) {
  dove_review_plan plan;
  if (from == NULL) {
    iterations_form_free(form);
    dove_form_init(&form->form, build_fields, FIELDS);
    snprintf(form->title, sizeof form->title, "Build a codebook");
    return fill(form, controller, error);
  }
  if (from->run == 0) {
    dove_fail(error, DOVE_NOT_FOUND, "there is no iteration to refine on from: b builds a codebook");
    return DOVE_PANE_FAILED;
  }
  if (dove_review_plan_read(controller, from->run, from->t, &plan, error) != DOVE_OK) return DOVE_PANE_FAILED;
  return open_resume(form, controller, from->run, &plan, error);
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
  const size_t last = form->form.chosen[FIELD_LAST];
  if (form->run != 0) {
    request.build.resume_run = form->run;
    request.build.resume_iteration = form->t;
    request.build.with_overrides = form->form.count > FIELD_LAST && last != OVERRIDES_NOT;
    request.build.overrides_alone = request.build.with_overrides && last == OVERRIDES_ALONE;
  } else {
    request.build.fresh = last == 1;
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
