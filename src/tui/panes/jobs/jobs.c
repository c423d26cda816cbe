#include "tui/panes/jobs/jobs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/text.h"
#include "tui/panes/cell_text.h"
#include "tui/panes/jobs/jobs_rows.h"
#include "tui/panes/jobs/jobs_spending.h"
#include "tui/panes/note.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/grid.h"
#include "tui/window_list.h"

enum { PART_LIST, PART_LOG, PARTS };

typedef struct jobs_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_grid grid;
  jobs_rows rows;
  dove_window_list log;
  jobs_spending spending;
  int64_t logged;  /* the job whose log is read; 0: none */
  int64_t started; /* when it began: the log counts from there */
  int log_y;       /* where the log begins in its part */
} jobs_pane;

static const dove_grid_plan plan = {
    .stacked = true, .lines = 2, .weights = {3, 2}, .least = {5, 8}, .places = {{0, 1, 1}, {1, 1, 1}}};

/* ---- The log ---- */

enum { COLUMN_TIME, COLUMN_TEXT, COLUMNS };

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_TIME] = {.title = "after", .width = 12, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_TEXT] = {.title = "log", .width = 20, .weight = 1},
};

static void line_cell(void *self, const void *found, size_t column, dove_buffer *out, dove_style *style) {
  const jobs_pane *pane = self;
  const dove_store_job_line *line = found;
  char text[32];
  (void)style;
  if (column == COLUMN_TEXT) {
    dove_cell_line(out, line->text);
  } else {
    dove_clock_format_span((double)(line->time - pane->started) / 1000, text, sizeof text);
    dove_buffer_add_text(out, text);
  }
}

static const dove_window_list_operations log_operations = {.cell = line_cell};

/* ---- Beginning, end, reading ---- */

static dove_status jobs_open(dove_explorer *explorer, void **self, dove_error *error) {
  jobs_pane *pane = dove_alloc_zero(1, sizeof *pane);
  if (pane == NULL) return dove_fail_memory(error, "opening the jobs");
  pane->explorer = explorer;
  pane->model = dove_explorer_model(explorer);
  pane->grid.count = PARTS;
  jobs_rows_init(&pane->rows, dove_controller_jobs(dove_explorer_controller(explorer)));
  dove_window_list_init(&pane->log, &log_operations, pane, columns, COLUMNS);
  *self = pane;
  return DOVE_OK;
}

static void jobs_close(void *self) {
  jobs_pane *pane = self;
  jobs_rows_free(&pane->rows);
  dove_window_list_free(&pane->log);
  free(pane);
}

static dove_status jobs_load(void *self, dove_error *error) {
  jobs_pane *pane = self;
  pane->logged = 0;
  pane->spending.recorded = 0;
  return jobs_rows_load(&pane->rows, pane->model, error);
}

/* Reads the log of the selected job. */
static dove_status follow(jobs_pane *pane, const jobs_row *row, dove_error *error) {
  const int64_t job = jobs_row_id(row);
  if (job == pane->logged) return DOVE_OK;
  const dove_window_query query = {.kind = DOVE_WINDOW_JOB_LINES, .parent = job};
  pane->started = row->recorded != NULL ? row->recorded->started : 0;
  const dove_status status = dove_window_list_load(&pane->log, pane->model, &query, error);
  if (status == DOVE_OK) pane->logged = job;
  return status;
}

/* ---- Drawing ---- */

/* "neighbours ▇▇▇▁ 61 %   1200 of 5000   340 a second   3 s left" */
static void draw_running(const jobs_row *row, const dove_surface *surface) {
  enum { BAR = 20 };
  const double share = jobs_row_share(row), now = dove_clock_seconds();
  int x = dove_draw_string(surface, 0, 0, jobs_row_words(row), dove_style_of(DOVE_ROLE_STRONG)) + 1;
  if (!isfinite(share)) return;
  dove_draw_bar(surface, 0, x, BAR, share, dove_style_of(DOVE_ROLE_BAR));
  x += BAR + 1;
  x += dove_draw_format(surface, 0, x, dove_style_of(DOVE_ROLE_STRONG), "%.0f %%", share * 100) + 3;
  const dove_job_status *live = row->live;
  const double left = live != NULL ? dove_job_seconds_left(live, now) : (double)NAN;
  if (live == NULL) return;
  x += dove_draw_format(surface, 0, x, dove_style_of(DOVE_ROLE_FAINT), "%.0f of %.0f", live->done, live->total) + 3;
  if (!isfinite(left)) return;
  char span[32];
  const double rate = (live->done - live->stage_first) / (now - live->stage_started);
  dove_clock_format_span(left, span, sizeof span);
  dove_draw_format(surface, 0, x, dove_style_of(DOVE_ROLE_FAINT),
                   rate < 10 ? "%.1f a second   %s left" : "%.0f a second   %s left", rate, span);
}

static const char *advice(const jobs_row *row) {
  switch (jobs_row_state(row)) {
    case DOVE_STORE_JOB_QUEUED: return "waits for the jobs before it; C-x takes it out";
    case DOVE_STORE_JOB_RUNNING:
      return row->live != NULL ? "C-x stops it; what it has done stays; { } fewer or more requests at once"
                               : "another program runs it: stop it there";
    case DOVE_STORE_JOB_FAILED: return "R tries again";
    case DOVE_STORE_JOB_CANCELLED: return "R goes on with it";
    case DOVE_STORE_JOB_INTERRUPTED: return "its program ended before it did; R goes on with it";
    case DOVE_STORE_JOB_DONE: break;
  }
  return "";
}

/* What came of it in full, what it was asked for, what can be done. Returns the lines used. */
static int draw_facts(const jobs_row *row, const jobs_spending *spending, const dove_surface *part) {
  enum { WORDS = 2 };
  const dove_style faint = dove_style_of(DOVE_ROLE_FAINT);
  int y = 0;
  if (jobs_row_state(row) == DOVE_STORE_JOB_RUNNING) {
    draw_running(row, part);
    y = 1;
  } else if (jobs_row_words(row)[0] != '\0') {
    const char *words = jobs_row_words(row);
    const int lines = dove_text_columns(words, strlen(words)) > part->width ? WORDS : 1;
    dove_surface place = dove_surface_part(part, 0, 0, lines, part->width);
    dove_draw_note(&place, words, strlen(words), dove_style_of(DOVE_ROLE_NORMAL));
    y = lines;
  }
  y += jobs_spending_draw(spending, part, y, row->live != NULL && jobs_row_state(row) == DOVE_STORE_JOB_RUNNING);
  if (advice(row)[0] != '\0') dove_draw_string(part, y++, 0, advice(row), faint);
  if (row->recorded == NULL || strcmp(row->recorded->arguments, "{}") == 0) return y;
  const char *asked = row->recorded->arguments;
  int x = dove_draw_string(part, y, 0, "asked for: ", faint);
  dove_draw_field(part, y, x, part->width - x, asked, strlen(asked), DOVE_ALIGN_LEFT, faint);
  return y + 1;
}

static void draw_job(jobs_pane *pane, bool focus) {
  jobs_row row;
  dove_error error = {0};
  char title[96];
  if (!dove_grid_shows(&pane->grid, PART_LOG) || !jobs_rows_selected(&pane->rows, &row)) return;
  const dove_surface *part = &pane->grid.parts[PART_LOG];
  if (row.recorded != NULL) {
    snprintf(title, sizeof title, "job %lld · %s", (long long)row.recorded->id, row.recorded->kind);
  } else {
    snprintf(title, sizeof title, "%s", jobs_row_kind(&row));
  }
  dove_grid_title(&pane->grid, PART_LOG, title, NULL, focus);
  if (follow(pane, &row, &error) != DOVE_OK ||
      jobs_spending_look(&pane->spending, pane->model, pane->rows.jobs, &row, &error) != DOVE_OK) {
    dove_draw_string(part, 0, 0, error.message, dove_style_of(DOVE_ROLE_BAD));
    return;
  }
  pane->log_y = draw_facts(&row, &pane->spending, part);
  dove_surface rest = dove_surface_part(part, pane->log_y, 0, part->height - pane->log_y, part->width);
  if (row.recorded != NULL && rest.height > 1) {
    dove_list_draw(&pane->log.list, &rest, focus && pane->grid.focus == PART_LOG);
  }
}

static void jobs_draw(void *self, const dove_surface *surface, bool focus) {
  jobs_pane *pane = self;
  jobs_rows_look(&pane->rows);
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

static dove_pane_result try_again(jobs_pane *pane, dove_error *error) {
  jobs_row row;
  if (!jobs_rows_selected(&pane->rows, &row)) return DOVE_PANE_HANDLED;
  const dove_store_job_state state = jobs_row_state(&row);
  if (state == DOVE_STORE_JOB_QUEUED || state == DOVE_STORE_JOB_RUNNING) {
    return refuse(error, "this job is not over yet");
  }
  if (state == DOVE_STORE_JOB_DONE) return refuse(error, "this job was done: there is nothing to try again");
  if (row.live != NULL) {
    if (dove_jobs_retry(pane->rows.jobs, row.live->number) == 0) {
      dove_fail_memory(error, "starting a job");
      return DOVE_PANE_FAILED;
    }
  } else if (dove_jobs_again(pane->rows.jobs, row.recorded, error) != DOVE_OK) {
    return DOVE_PANE_FAILED;
  }
  dove_explorer_message(pane->explorer, DOVE_MESSAGE_INFO, "started again: %s", jobs_row_kind(&row));
  return DOVE_PANE_REDRAW;
}

static dove_pane_result retry_failed(jobs_pane *pane, dove_error *error) {
  jobs_row row;
  if (!jobs_rows_selected(&pane->rows, &row)) return DOVE_PANE_HANDLED;
  const dove_store_job_state state = jobs_row_state(&row);
  if (row.recorded == NULL || state == DOVE_STORE_JOB_QUEUED || state == DOVE_STORE_JOB_RUNNING)
    return refuse(error, "this job is not over yet");
  uint64_t failed = 0;
  for (size_t i = 0; i < pane->spending.count; i++) failed += pane->spending.rows[i].failed;
  if (failed == 0 && state == DOVE_STORE_JOB_DONE) return refuse(error, "nothing failed in this job");
  if (dove_jobs_retry_failed(pane->rows.jobs, row.recorded, error) != DOVE_OK) return DOVE_PANE_FAILED;
  dove_explorer_message(pane->explorer, DOVE_MESSAGE_INFO, "asks again what failed: %s", jobs_row_kind(&row));
  return DOVE_PANE_REDRAW;
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
  return jobs_spending_set(&pane->spending, pane->explorer, pane->rows.jobs, &row, wanted,
                           command == DOVE_COMMAND_MORE_AT_ONCE, error);
}

static dove_list *list_of(jobs_pane *pane, size_t part) {
  return part == PART_LIST ? &pane->rows.list : &pane->log.list;
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
    case DOVE_COMMAND_OPEN: pane->grid.focus = PART_LOG; return DOVE_PANE_REDRAW;
    case DOVE_COMMAND_BACK:
      if (pane->grid.focus == PART_LIST) return DOVE_PANE_IGNORED;
      pane->grid.focus = PART_LIST;
      pane->grid.maximised = false;
      return DOVE_PANE_REDRAW;
    default: break;
  }
  const dove_pane_result result = dove_grid_command(&pane->grid, command);
  if (result != DOVE_PANE_IGNORED) return result;
  return dove_list_command(list_of(pane, pane->grid.focus), command, argument, error);
}

static dove_pane_result jobs_mouse(void *self, const dove_mouse *mouse, dove_error *error) {
  jobs_pane *pane = self;
  size_t part;
  dove_mouse inside;
  if (!dove_grid_mouse(&pane->grid, mouse, &part, &inside)) return DOVE_PANE_IGNORED;
  if (part == PART_LOG) inside.y -= pane->log_y;
  const dove_pane_result result = dove_list_mouse(list_of(pane, part), &inside, error);
  return result == DOVE_PANE_IGNORED ? DOVE_PANE_REDRAW : result;
}

static dove_status jobs_select(void *self, const dove_target *target, dove_error *error) {
  jobs_pane *pane = self;
  if (target->kind != DOVE_TARGET_JOB || !jobs_rows_select(&pane->rows, target->id)) {
    return dove_fail(error, DOVE_NOT_FOUND, "there is no such job");
  }
  return DOVE_OK;
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
  const jobs_pane *pane = self;
  dove_buffer_add_text(
      out, pane->grid.focus == PART_LIST ? "Enter log  C-x stop  R again  F failures  { } pace" : "q list  C-x stop");
}

static void jobs_copy(void *self, dove_buffer *out) {
  jobs_pane *pane = self;
  dove_list_copy(list_of(pane, pane->grid.focus), out);
}

static dove_status jobs_export(void *self, dove_buffer *out, dove_error *error) {
  jobs_pane *pane = self;
  return dove_list_export(list_of(pane, pane->grid.focus), out, error);
}

static void jobs_save(void *self, dove_buffer *state) {
  jobs_pane *pane = self;
  jobs_row row;
  if (jobs_rows_selected(&pane->rows, &row)) dove_buffer_printf(state, "job=%lld", (long long)jobs_row_id(&row));
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
};
