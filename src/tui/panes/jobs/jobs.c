#include "tui/panes/jobs/jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "tui/panes/jobs/jobs_detail.h"
#include "tui/widgets/grid.h"

enum { PART_LIST, PART_DETAIL, PARTS };

typedef struct jobs_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_grid grid;
  jobs_rows rows;
  jobs_detail detail; /* of the selected row */
  double drawn;       /* when, by dove_clock_seconds() */
} jobs_pane;

static const dove_grid_plan plan = {
    .stacked = true, .lines = 2, .weights = {2, 3}, .least = {5, 8}, .places = {{0, 1, 1}, {1, 1, 1}}};

/* ---- Beginning, end, reading ---- */

static dove_status jobs_open(dove_explorer *explorer, void **self, dove_error *error) {
  jobs_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the jobs");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->grid.count = PARTS;
  jobs_rows_init(&pane->rows, dove_controller_jobs(dove_explorer_controller(explorer)));
  *self = pane;
  return DOVE_OK;
}

static void jobs_close(void *self) {
  jobs_pane *pane = self;
  jobs_rows_free(&pane->rows);
  jobs_detail_free(&pane->detail);
  free(pane);
}

static dove_status jobs_load(void *self, dove_error *error) {
  jobs_pane *pane = self;
  jobs_detail_forget(&pane->detail);
  return jobs_rows_load(&pane->rows, pane->model, error);
}

/* ---- Drawing ---- */

static void draw_job(jobs_pane *pane, bool focus) {
  jobs_row row;
  dove_error error = {0};
  char title[96];
  if (!dove_grid_shows(&pane->grid, PART_DETAIL) || !jobs_rows_selected(&pane->rows, &row)) return;
  const dove_surface *part = &pane->grid.parts[PART_DETAIL];
  if (row.recorded != NULL) {
    snprintf(title, sizeof title, "job %lld · %s", (long long)row.recorded->id, row.recorded->kind);
  } else {
    snprintf(title, sizeof title, "%s", jobs_row_kind(&row));
  }
  dove_grid_title(&pane->grid, PART_DETAIL, title, NULL, focus);
  if (jobs_detail_look(&pane->detail, pane->model, pane->rows.jobs, &row, jobs_rows_identity(&pane->rows), &error) ==
      DOVE_OK) {
    dove_text_view_draw(&pane->detail.view, part, focus && pane->grid.focus == PART_DETAIL);
  } else {
    dove_draw_string(part, 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
  }
}

static void jobs_draw(void *self, const dove_surface *surface, bool focus) {
  jobs_pane *pane = self;
  jobs_rows_look(&pane->rows);
  pane->drawn = dove_clock_seconds();
  if (pane->rows.list.source->count(&pane->rows) == 0) {
    dove_draw_string(surface, 0, 1, "Nothing has run yet.", dove_style_of(DOVE_ROLE_NORMAL));
    dove_draw_string(surface, 2, 1, "x   starts the next step of the method", dove_style_of(DOVE_ROLE_NORMAL));
    return;
  }
  dove_grid_layout(&pane->grid, &plan, surface);
  if (dove_grid_shows(&pane->grid, PART_LIST)) {
    dove_list_draw(&pane->rows.list, &pane->grid.parts[PART_LIST], focus && pane->grid.focus == PART_LIST);
  }
  draw_job(pane, focus);
}

/* ---- Commands ---- */

static dove_pane_result refuse(dove_error *error, const char *words) {
  dove_fail(error, DOVE_NOT_FOUND, "%s", words);
  return DOVE_PANE_FAILED;
}

static dove_pane_result cancel(jobs_pane *pane, dove_error *error) {
  jobs_row row;
  if (!jobs_rows_selected(&pane->rows, &row)) return DOVE_PANE_HANDLED;
  if (row.live == NULL && jobs_row_state(&row) == DOVE_STORE_JOB_RUNNING) {
    return refuse(error, "another program runs this job: stop it there");
  }
  if (row.live == NULL || !dove_jobs_cancel(pane->rows.jobs, row.live->number)) {
    return refuse(error, "this job is over: select the one that is to stop");
  }
  dove_explorer_message(pane->explorer, DOVE_MESSAGE_INFO, "asked to stop: %s", jobs_row_kind(&row));
  return DOVE_PANE_REDRAW;
}

/* Starts a job again, or of what it asks models only what failed. */
static dove_pane_result start_again(const jobs_pane *pane, const jobs_row *row, bool failed_only, dove_error *error) {
  dove_job_request request;
  dove_status status = row->live != NULL && !failed_only
                           ? dove_jobs_request_of(pane->rows.jobs, row->live->number, &request, error)
                           : dove_jobs_request_again(row->recorded, failed_only, &request, error);
  if (status == DOVE_OK) status = dove_explorer_start(pane->explorer, &request, error);
  dove_job_request_free(&request);
  return status == DOVE_OK ? DOVE_PANE_REDRAW : DOVE_PANE_FAILED;
}

static dove_pane_result try_again(jobs_pane *pane, dove_error *error) {
  jobs_row row;
  if (!jobs_rows_selected(&pane->rows, &row)) return DOVE_PANE_HANDLED;
  const dove_store_job_state state = jobs_row_state(&row);
  if (state == DOVE_STORE_JOB_QUEUED || state == DOVE_STORE_JOB_RUNNING) {
    return refuse(error, "this job is not over yet");
  }
  if (state == DOVE_STORE_JOB_DONE) return refuse(error, "this job was done: there is nothing to try again");
  return start_again(pane, &row, false, error);
}

/* Something that was asked of models failed, or the job did. */
static bool can_ask_again(const jobs_pane *pane, const jobs_row *row) {
  uint64_t failed = pane->detail.failure_count;
  for (size_t i = 0; i < pane->detail.spending.count; i++) failed += pane->detail.spending.rows[i].failed;
  return row->recorded != NULL && (failed > 0 || jobs_row_state(row) != DOVE_STORE_JOB_DONE);
}

static dove_pane_result retry_failed(jobs_pane *pane, dove_error *error) {
  jobs_row row;
  if (!jobs_rows_selected(&pane->rows, &row)) return DOVE_PANE_HANDLED;
  const dove_store_job_state state = jobs_row_state(&row);
  if (row.recorded == NULL || state == DOVE_STORE_JOB_QUEUED || state == DOVE_STORE_JOB_RUNNING)
    return refuse(error, "this job is not over yet");
  if (!can_ask_again(pane, &row)) return refuse(error, "nothing failed in this job");
  return start_again(pane, &row, true, error);
}

/* :concurrency N, or a step with a key. */
static dove_pane_result set_pace(jobs_pane *pane, dove_command_id command, const char *argument, dove_error *error) {
  jobs_row row;
  size_t wanted = 0;
  if (!jobs_rows_selected(&pane->rows, &row)) return DOVE_PANE_HANDLED;
  if (command == DOVE_COMMAND_CONCURRENCY) {
    char *end = NULL;
    const long number = argument != NULL ? strtol(argument, &end, 10) : 0;
    if (number < 1 || *end != '\0') return refuse(error, "how many requests at once? ':concurrency 16', for instance");
    wanted = (size_t)number;
  }
  return jobs_spending_set(&pane->detail.spending, pane->explorer, pane->rows.jobs, &row, wanted,
                           command == DOVE_COMMAND_MORE_AT_ONCE, error);
}

static dove_pane_result jobs_command(void *self, dove_command_id command, const char *argument, dove_error *error) {
  jobs_pane *pane = self;
  switch (command) {
    case DOVE_COMMAND_CANCEL_JOB: return cancel(pane, error);
    case DOVE_COMMAND_RETRY_JOB: return try_again(pane, error);
    case DOVE_COMMAND_RETRY_FAILED: return retry_failed(pane, error);
    case DOVE_COMMAND_CONCURRENCY:
    case DOVE_COMMAND_MORE_AT_ONCE:
    case DOVE_COMMAND_FEWER_AT_ONCE: return set_pace(pane, command, argument, error);
    case DOVE_COMMAND_OPEN: pane->grid.focus = PART_DETAIL; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_BACK:
      if (pane->grid.focus == PART_LIST) return DOVE_PANE_IGNORED;
      pane->grid.focus = PART_LIST;
      pane->grid.maximised = false;
      return DOVE_PANE_REDRAW;
    default: break;
  }
  const dove_pane_result result = dove_grid_command(&pane->grid, command);
  if (result != DOVE_PANE_IGNORED) return result;
  return pane->grid.focus == PART_LIST ? dove_list_command(&pane->rows.list, command, argument, error)
                                       : dove_text_view_command(&pane->detail.view, command, argument, error);
}

static dove_pane_result jobs_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  jobs_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (!dove_grid_mouse(&pane->grid, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  const dove_pane_result result = part == PART_LIST ? dove_list_mouse(&pane->rows.list, &inside, error)
                                                    : dove_text_view_mouse(&pane->detail.view, &inside);
  return result == DOVE_PANE_IGNORED ? DOVE_PANE_REDRAW : result;
}

static dove_status jobs_select(void *self, const dove_target *target, dove_error *error) {
  jobs_pane *pane = self;
  if (target->kind != DOVE_TARGET_JOB || !jobs_rows_select(&pane->rows, target->id)) {
    return dove_fail(error, DOVE_NOT_FOUND, "there is no such job");
  }
  return DOVE_OK;
}

/* ---- Time ---- */

/* A job that waits for its server reports nothing meanwhile; what it waits for is counted down all the same. */
static int jobs_wait(const void *self) {
  const double interval = 0.5;
  const jobs_pane *pane = self;
  size_t active = 0;
  dove_jobs_snapshot(pane->rows.jobs, NULL, 0, &active);
  if (active == 0) return -1;
  const double left = pane->drawn + interval - dove_clock_seconds();
  return left > 0 ? (int)(left * 1000) + 1 : 0;
}

static dove_pane_result jobs_tick(void *self, dove_error *error) {
  (void)self;
  (void)error;
  return DOVE_PANE_REDRAW;
}

/* ---- Title, hints, copy, export, state ---- */

static void jobs_title(void *self, dove_buffer *out) {
  jobs_pane *pane = self;
  size_t active = 0;
  dove_jobs_snapshot(pane->rows.jobs, NULL, 0, &active);
  dove_buffer_add_text(out, "Jobs");
  if (active > 0) dove_buffer_printf(out, " · %zu to be done", active);
  dove_buffer_add_text(out, " · newest first");
}

static void jobs_hints(void *self, dove_buffer *out) {
  jobs_pane *pane = self;
  jobs_row row;
  if (!jobs_rows_selected(&pane->rows, &row)) return;
  const dove_store_job_state state = jobs_row_state(&row);
  const bool over = state != DOVE_STORE_JOB_QUEUED && state != DOVE_STORE_JOB_RUNNING;
  dove_buffer_add_text(out, pane->grid.focus == PART_LIST ? "Enter details" : "q list");
  if (row.live != NULL && !over) dove_buffer_add_text(out, "  C-x stop");
  if (jobs_spending_has_pace(&pane->detail.spending, &row)) dove_buffer_add_text(out, "  { } pace");
  if (over && state != DOVE_STORE_JOB_DONE) dove_buffer_add_text(out, "  R again");
  if (over && can_ask_again(pane, &row)) dove_buffer_add_text(out, "  F failures");
}

static void jobs_copy(void *self, dove_buffer *out) {
  jobs_pane *pane = self;
  if (pane->grid.focus == PART_LIST) {
    dove_list_copy(&pane->rows.list, out);
  } else if (pane->detail.text != NULL) {
    dove_buffer_add_text(out, pane->detail.text);
  }
}

static dove_status jobs_export(void *self, dove_buffer *out, dove_error *error) {
  jobs_pane *pane = self;
  if (pane->grid.focus == PART_LIST) return dove_list_export(&pane->rows.list, out, error);
  jobs_copy(self, out);
  return out->failed ? dove_fail_memory(error, "exporting a job") : DOVE_OK;
}

static void jobs_save(void *self, dove_buffer *state) {
  jobs_pane *pane = self;
  jobs_row row;
  /* The newest stays the newest, whichever that will be. */
  if (pane->rows.list.selected > 0 && jobs_rows_selected(&pane->rows, &row))
    dove_buffer_printf(state, "job=%lld", (long long)jobs_row_id(&row));
}

static void jobs_restore(void *self, const char *state) {
  jobs_pane *pane = self;
  long long job;
  if (sscanf(state, "job=%lld", &job) == 1) jobs_rows_select(&pane->rows, job);
}

const dove_pane_operations dove_pane_jobs = {
    .id = "jobs",
    .name = "Jobs",
    .digit = '0',
    .context = DOVE_CONTEXT_JOBS,
    .opened_by = DOVE_COMMAND_PANE_JOBS,
    .open = jobs_open,
    .close = jobs_close,
    .load = jobs_load,
    .draw = jobs_draw,
    .command = jobs_command,
    .mouse = jobs_mouse,
    .select = jobs_select,
    .title = jobs_title,
    .hints = jobs_hints,
    .copy = jobs_copy,
    .export = jobs_export,
    .save = jobs_save,
    .restore = jobs_restore,
    .wait = jobs_wait,
    .tick = jobs_tick,
};
