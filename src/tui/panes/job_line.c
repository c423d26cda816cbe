#include "tui/panes/job_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dove/clock.h"
#include "tui/widgets/chart.h"

enum { LOOKED_AT = 32, BAR_WIDTH = 12 };

/* The newest of a kind, or the one of them that runs; *waiting (may be NULL) is how many wait. */
static bool newest_of(dove_explorer *explorer, dove_job_kind kind, dove_job_status *found, size_t *waiting) {
  dove_job_status list[LOOKED_AT];
  size_t count = dove_jobs_snapshot(dove_controller_jobs(dove_explorer_controller(explorer)), list, LOOKED_AT, NULL);
  bool any = false;
  if (waiting != NULL) *waiting = 0;
  for (size_t i = 0; i < count; i++) {
    if (list[i].kind != kind) continue;
    const bool runs = list[i].state == DOVE_STORE_JOB_RUNNING;
    if (!any || (waiting != NULL && runs)) *found = list[i];
    if (waiting != NULL) *waiting += list[i].state == DOVE_STORE_JOB_QUEUED;
    any = true;
  }
  return any;
}

static bool may_retry(const dove_job_status *job) {
  return job->state == DOVE_STORE_JOB_FAILED || job->state == DOVE_STORE_JOB_CANCELLED;
}

/* "score: bootstrap ▇▇▇▁ 61 % · 3 s left · C-x stops" */
static void draw_running(const dove_job_status *job, size_t waiting, const dove_surface *surface) {
  const dove_style style = dove_style_of(DOVE_ROLE_STRONG);
  int x = dove_draw_format(surface, 0, 0, style, "%s: %s", dove_job_kind_name(job->kind), job->stage) + 1;
  if (job->total > 0) {
    dove_draw_bar(surface, 0, x, BAR_WIDTH, job->done / job->total, dove_style_of(DOVE_ROLE_BAR));
    x += BAR_WIDTH + 1;
    x += dove_draw_format(surface, 0, x, style, "%.0f %%", job->done / job->total * 100) + 1;
  }
  const double left = dove_job_seconds_left(job, dove_clock_seconds());
  char span[32];
  if (isfinite(left)) {
    dove_clock_format_span(left, span, sizeof span);
    x += dove_draw_format(surface, 0, x, dove_style_of(DOVE_ROLE_FAINT), "· %s left", span) + 1;
  }
  x += dove_draw_string(surface, 0, x, "· C-x stops it", dove_style_of(DOVE_ROLE_FAINT)) + 1;
  if (waiting > 0) {
    dove_draw_format(surface, 0, x, dove_style_of(DOVE_ROLE_FAINT), "· %zu more %s (0 shows them)", waiting,
                     waiting == 1 ? "waits" : "wait");
  }
}

static void draw_ended(const dove_job_status *job, const dove_surface *surface) {
  const bool failed = job->state == DOVE_STORE_JOB_FAILED;
  char text[sizeof job->message + 96];
  snprintf(text, sizeof text, "%s %s%s%s · R tries again", dove_job_kind_name(job->kind),
           failed ? "failed" : "was stopped", failed ? ": " : "", failed ? job->message : "");
  dove_draw_field(surface, 0, 0, surface->width, text, strlen(text), DOVE_ALIGN_LEFT,
                  dove_style_of(failed ? DOVE_ROLE_BAD : DOVE_ROLE_WARNING));
}

void dove_job_line_draw(dove_explorer *explorer, dove_job_kind kind, dove_surface *surface) {
  enum { LEAST_HEIGHT = 4 };
  dove_job_status job;
  size_t waiting;
  if (surface->height < LEAST_HEIGHT || !newest_of(explorer, kind, &job, &waiting)) return;
  if (job.state == DOVE_STORE_JOB_RUNNING) {
    draw_running(&job, waiting, surface);
  } else if (job.state == DOVE_STORE_JOB_QUEUED) {
    dove_draw_format(surface, 0, 0, dove_style_of(DOVE_ROLE_STRONG), "%s: waits for the job before it",
                     dove_job_kind_name(kind));
  } else if (may_retry(&job)) {
    draw_ended(&job, surface);
  } else {
    return;
  }
  *surface = dove_surface_part(surface, 1, 0, surface->height - 1, surface->width);
}

dove_pane_result dove_job_line_start(dove_explorer *explorer, const dove_job_request *request, dove_error *error) {
  return dove_explorer_start(explorer, request, error) == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

dove_pane_result dove_job_line_retry(dove_explorer *explorer, dove_job_kind kind, dove_error *error) {
  dove_job_status job;
  dove_jobs *jobs = dove_controller_jobs(dove_explorer_controller(explorer));
  if (!newest_of(explorer, kind, &job, NULL) || !may_retry(&job)) {
    dove_fail(error, DOVE_NOT_FOUND, "no %s failed or was stopped in this session: there is nothing to try again",
              dove_job_kind_name(kind));
    return DOVE_PANE_FAILED;
  }
  dove_job_request request;
  dove_status status = dove_jobs_request_of(jobs, job.number, &request, error);
  if (status == DOVE_OK) status = dove_explorer_start(explorer, &request, error);
  dove_job_request_free(&request);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

void dove_form_box_draw(dove_form *form, const dove_surface *surface, const char *title) {
  enum { WIDEST = 76 };
  const int width = surface->width < WIDEST ? surface->width : WIDEST;
  const int wanted = (int)form->count + 3; /* its frame, and a line of help */
  const int height = surface->height < wanted ? surface->height : wanted;
  dove_surface box =
      dove_surface_part(surface, (surface->height - height) / 2, (surface->width - width) / 2, height, width);
  dove_draw_fill(&box, 0, 0, box.height, box.width, dove_style_of(DOVE_ROLE_NORMAL));
  if (box.height < 4) {
    dove_form_draw(form, &box);
    return;
  }
  dove_draw_box(&box, title, true);
  dove_surface inside = dove_surface_inside(&box);
  dove_form_draw(form, &inside);
}
