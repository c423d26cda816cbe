#include "tui/panes/jobs/jobs_detail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/job_words.h"
#include "dove/memory.h"
#include "tui/panes/cell_text.h"

void jobs_detail_free(jobs_detail *detail) {
  dove_window_close(detail->log);
  dove_text_view_free(&detail->view);
  free(detail->text);
  *detail = (jobs_detail){0};
}

void jobs_detail_forget(jobs_detail *detail) {
  detail->read = 0;
  detail->spending.recorded = 0;
}

/* ---- Reading ---- */

static dove_status read_failures(jobs_detail *detail, dove_model *model, int64_t job, dove_error *error) {
  dove_store_request_failures failures = {0};
  const dove_status status = dove_store_request_failures_read(dove_model_store(model), job, &failures, error);
  detail->failure_count = dove_failure_groups(&failures, detail->failures, JOBS_FAILURES);
  dove_store_request_failures_free(&failures);
  return status;
}

static dove_status read_job(jobs_detail *detail, dove_model *model, int64_t job, dove_error *error) {
  const dove_window_query query = {.kind = DOVE_WINDOW_JOB_LINES, .parent = job};
  if (job == detail->read) return DOVE_OK;
  dove_status status = read_failures(detail, model, job, error);
  if (status == DOVE_OK)
    status = detail->log == NULL ? dove_window_open(model, &query, &detail->log, error)
                                 : dove_window_set(detail->log, &query, error);
  if (status == DOVE_OK) detail->read = job;
  return status;
}

/* ---- How it goes ---- */

/* "recognising ▇▇▇▁ 61 %  1200 of 5000  340 a second  3 s left" */
static void add_running(jobs_text *w, const jobs_row *row) {
  enum { BAR = 20 };
  const double share = jobs_row_share(row), now = dove_clock_seconds();
  jobs_text_add(w, DOVE_ROLE_STRONG, jobs_row_words(row));
  dove_buffer_add_char(&w->out, ' ');
  if (isfinite(share)) {
    jobs_text_begin(w, DOVE_ROLE_BAR);
    dove_cell_bar(&w->out, share, BAR);
    jobs_text_end(w);
    jobs_text_format(w, DOVE_ROLE_STRONG, " %.0f %%", share * 100);
  }
  const dove_job_status *live = row->live;
  if (isfinite(share) && live != NULL) {
    const double left = dove_job_seconds_left(live, now);
    dove_buffer_printf(&w->out, "  %.0f of %.0f", live->done, live->total);
    if (isfinite(left)) {
      char span[32];
      const double rate = (live->done - live->stage_first) / (now - live->stage_started);
      dove_clock_format_span(left, span, sizeof span);
      dove_buffer_printf(&w->out, rate < 10 ? "  %.1f a second  %s left" : "  %.0f a second  %s left", rate, span);
    }
  }
  dove_buffer_add_char(&w->out, '\n');
}

static const char *advice(const jobs_row *row, bool asks) {
  switch (jobs_row_state(row)) {
    case DOVE_STORE_JOB_QUEUED: return "waits for the jobs before it; C-x takes it out";
    case DOVE_STORE_JOB_RUNNING:
      if (row->live == NULL) return "another program runs it: stop it there";
      return asks ? "C-x stops it; what it has done stays; { } fewer or more requests at once"
                  : "C-x stops it; what it has done stays";
    case DOVE_STORE_JOB_FAILED: return "R tries again";
    case DOVE_STORE_JOB_CANCELLED: return "R goes on with it";
    case DOVE_STORE_JOB_INTERRUPTED: return "its program ended before it did; R goes on with it";
    case DOVE_STORE_JOB_DONE: break;
  }
  return "";
}

static void add_state(jobs_text *w, const jobs_row *row, bool asks) {
  if (jobs_row_state(row) == DOVE_STORE_JOB_RUNNING) {
    add_running(w, row);
  } else if (jobs_row_words(row)[0] != '\0') {
    dove_cell_line(&w->out, jobs_row_words(row));
    dove_buffer_add_char(&w->out, '\n');
  }
  if (advice(row, asks)[0] == '\0') return;
  jobs_text_add(w, DOVE_ROLE_FAINT, advice(row, asks));
  dove_buffer_add_char(&w->out, '\n');
}

/* ---- What was asked for ---- */

static const char *arguments_of(const jobs_row *row) { return row->recorded != NULL ? row->recorded->arguments : "{}"; }

static void add_words(jobs_text *w, const jobs_row *row) {
  dove_buffer lines = {0};
  dove_job_words_add(arguments_of(row), &lines);
  if (lines.length > 0) {
    jobs_text_heading(w, "asked for");
    dove_buffer_add(&w->out, lines.data, lines.length);
  }
  dove_buffer_free(&lines);
}

/* ---- What failed ---- */

static void add_failures(jobs_text *w, const jobs_detail *detail) {
  if (detail->failure_count == 0) return;
  jobs_text_heading(w, "failures that still stand");
  for (size_t i = 0; i < detail->failure_count; i++) {
    const dove_failure_group *group = &detail->failures[i];
    jobs_text_format(w, DOVE_ROLE_WARNING, "%4lld ×", (long long)group->requests);
    dove_buffer_printf(&w->out, " %s: ", group->role);
    dove_cell_line(&w->out, group->reason);
    jobs_text_format(w, DOVE_ROLE_FAINT, "\n       %s\n", group->advice);
  }
}

/* ---- The log ---- */

static void add_log(jobs_text *w, const jobs_detail *detail, const jobs_row *row) {
  enum { MOST = 1000 };
  if (row->recorded == NULL || detail->log == NULL || dove_window_total(detail->log) == 0) return;
  const int64_t total = dove_window_total(detail->log), started = row->recorded->started;
  jobs_text_heading(w, "after       log");
  for (int64_t i = total > MOST ? total - MOST : 0; i < total; i++) {
    char span[32];
    const dove_store_job_line *line = dove_window_row(detail->log, i);
    if (line == NULL) return;
    dove_clock_format_span((double)(line->time - started) / 1000, span, sizeof span);
    dove_buffer_printf(&w->out, "%11s ", span);
    dove_cell_line(&w->out, line->text);
    dove_buffer_add_char(&w->out, '\n');
  }
}

/* ---- Together ---- */

static void write_text(jobs_text *w, const jobs_detail *detail, const jobs_row *row) {
  const bool runs = row->live != NULL && jobs_row_state(row) == DOVE_STORE_JOB_RUNNING;
  add_state(w, row, detail->spending.count > 0);
  jobs_spending_write(&detail->spending, arguments_of(row), runs, w);
  add_failures(w, detail);
  add_words(w, row);
  add_log(w, detail, row);
}

/* The place in the text stays when it is still about the same job. */
static dove_status show(jobs_detail *detail, jobs_text *w, int64_t id, dove_error *error) {
  const char *text = dove_buffer_text(&w->out);
  const bool same = id == detail->shown;
  if (w->out.failed) return dove_fail_memory(error, "showing a job");
  if (same && detail->text != NULL && strcmp(detail->text, text) == 0) return DOVE_OK;
  const size_t top = same ? detail->view.top : 0;
  free(detail->text);
  detail->text = dove_strdup(text);
  detail->shown = id;
  const dove_status status = dove_text_view_set(&detail->view, text, strlen(text), w->ranges, w->count, error);
  if (status == DOVE_OK && detail->view.width > 0) dove_text_view_lines(&detail->view, detail->view.width);
  detail->view.top = top;
  return status;
}

dove_status jobs_detail_look(jobs_detail *detail, dove_model *model, dove_jobs *jobs, const jobs_row *row, int64_t id,
                             dove_error *error) {
  dove_status status = jobs_spending_look(&detail->spending, model, jobs, row, error);
  if (status == DOVE_OK) status = read_job(detail, model, jobs_row_id(row), error);
  if (status != DOVE_OK) return status;
  jobs_text *w = dove_alloc_zero(1, sizeof *w);
  if (w == NULL) return dove_fail_memory(error, "showing a job");
  write_text(w, detail, row);
  status = show(detail, w, id, error);
  dove_buffer_free(&w->out);
  free(w);
  return status;
}
