#include "tui/panes/jobs/jobs_rows.h"

#include <math.h>
#include <string.h>

#include "dove/clock.h"
#include "tui/panes/cell_text.h"

enum {
  COLUMN_ID,
  COLUMN_KIND,
  COLUMN_STATE,
  COLUMN_PROGRESS,
  COLUMN_LEFT,
  COLUMN_WORDS,
  COLUMN_TOOK,
  COLUMN_BEGAN,
  COLUMNS
};

enum { BAR = 8 };

static const dove_list_column columns[COLUMNS] = {
    [COLUMN_ID] = {.title = "job", .width = 4, .alignment = DOVE_ALIGN_RIGHT},
    [COLUMN_KIND] = {.title = "kind", .width = 9},
    [COLUMN_STATE] = {.title = "state", .width = 13},
    [COLUMN_PROGRESS] = {.title = "progress", .width = BAR + 5, .optional = true},
    [COLUMN_LEFT] = {.title = "left", .width = 8, .optional = true},
    [COLUMN_WORDS] = {.title = "stage, or what came out", .width = 24, .weight = 1},
    [COLUMN_TOOK] = {.title = "took", .width = 9, .alignment = DOVE_ALIGN_RIGHT, .optional = true},
    [COLUMN_BEGAN] = {.title = "began", .width = 16, .optional = true},
};

/* ---- A row ---- */

dove_store_job_state jobs_row_state(const jobs_row *row) {
  return row->live != NULL ? row->live->state : row->recorded->state;
}

const char *jobs_row_kind(const jobs_row *row) {
  return row->recorded != NULL ? row->recorded->kind : dove_job_kind_name(row->live->kind);
}

int64_t jobs_row_id(const jobs_row *row) { return row->recorded != NULL ? row->recorded->id : 0; }

const char *jobs_row_words(const jobs_row *row) {
  const bool running = jobs_row_state(row) == DOVE_STORE_JOB_RUNNING;
  if (row->live != NULL) return running ? row->live->stage : row->live->message;
  return running ? row->recorded->stage : row->recorded->message;
}

double jobs_row_share(const jobs_row *row) {
  const double done = row->live != NULL ? row->live->done : row->recorded->done;
  const double total = row->live != NULL ? row->live->total : row->recorded->total;
  return jobs_row_state(row) == DOVE_STORE_JOB_RUNNING && total > 0 ? done / total : (double)NAN;
}

/* Seconds from the beginning to the end or until now; NaN before the beginning. */
static double row_seconds(const jobs_row *row) {
  const dove_store_job *recorded = row->recorded;
  const int64_t started = recorded != NULL ? recorded->started : 0;
  const bool running = jobs_row_state(row) == DOVE_STORE_JOB_RUNNING;
  if (row->live != NULL && row->live->started > 0) {
    return (row->live->ended > 0 ? row->live->ended : dove_clock_seconds()) - row->live->started;
  }
  if (started == 0 || (recorded->ended == 0 && !running)) return (double)NAN;
  return (double)((recorded->ended != 0 ? recorded->ended : dove_clock_unix_ms()) - started) / 1000;
}

/* ---- The list's source ---- */

static const dove_store_job *recorded_at(jobs_rows *rows, size_t row) {
  return rows->window != NULL ? dove_window_row(rows->window, (int64_t)row) : NULL;
}

static const dove_job_status *live_of(const jobs_rows *rows, int64_t job) {
  for (size_t i = 0; i < rows->live_count; i++) {
    if (rows->live[i].job == job) return &rows->live[i];
  }
  return NULL;
}

static bool row_at(jobs_rows *rows, size_t index, jobs_row *row) {
  *row = (jobs_row){0};
  if (index < rows->waiting_count) {
    row->live = &rows->live[rows->waiting[index]];
    return true;
  }
  row->recorded = recorded_at(rows, index - rows->waiting_count);
  if (row->recorded != NULL) row->live = live_of(rows, row->recorded->id);
  return row->recorded != NULL;
}

static size_t row_count(void *user) {
  const jobs_rows *rows = user;
  return rows->waiting_count + (rows->window != NULL ? (size_t)dove_window_total(rows->window) : 0);
}

/* Odd for jobs of this queue, even for the others. */
static int64_t row_identity(void *user, size_t index) {
  jobs_row row;
  if (!row_at(user, index, &row)) return -1;
  return row.live != NULL ? 2 * row.live->number + 1 : 2 * row.recorded->id;
}

static bool row_find(void *user, int64_t id, size_t *index) {
  const size_t count = row_count(user);
  for (*index = 0; *index < count; (*index)++) {
    if (row_identity(user, *index) == id) return true;
  }
  return false;
}

static void add_state(const jobs_row *row, dove_buffer *out, dove_style *style) {
  static const struct {
    const char *words;
    dove_role role;
  } states[] = {
      [DOVE_STORE_JOB_QUEUED] = {"○ waiting", DOVE_ROLE_NORMAL},
      [DOVE_STORE_JOB_RUNNING] = {"▸ running", DOVE_ROLE_STRONG},
      [DOVE_STORE_JOB_DONE] = {"✓ done", DOVE_ROLE_GOOD},
      [DOVE_STORE_JOB_FAILED] = {"✗ failed", DOVE_ROLE_BAD},
      [DOVE_STORE_JOB_CANCELLED] = {"■ stopped", DOVE_ROLE_WARNING},
      [DOVE_STORE_JOB_INTERRUPTED] = {"! interrupted", DOVE_ROLE_WARNING},
  };
  const dove_store_job_state state = jobs_row_state(row);
  const bool elsewhere = state == DOVE_STORE_JOB_RUNNING && row->live == NULL;
  *style = dove_style_of(states[state].role);
  dove_buffer_add_text(out, elsewhere ? "▸ elsewhere" : states[state].words);
}

static void add_span(double seconds, dove_buffer *out) {
  char text[32];
  if (!isfinite(seconds)) return;
  dove_clock_format_span(seconds, text, sizeof text);
  dove_buffer_add_text(out, text);
}

static void row_cell(void *user, size_t index, size_t column, dove_buffer *out, dove_style *style) {
  jobs_row row;
  if (!row_at(user, index, &row)) return;
  const double share = jobs_row_share(&row);
  switch (column) {
    case COLUMN_ID:
      if (row.recorded != NULL) dove_buffer_printf(out, "%lld", (long long)row.recorded->id);
      break;
    case COLUMN_KIND: dove_cell_line(out, jobs_row_kind(&row)); break;
    case COLUMN_STATE: add_state(&row, out, style); break;
    case COLUMN_PROGRESS:
      if (isfinite(share)) dove_buffer_printf(out, "%3.0f %% ", share * 100);
      if (isfinite(share)) dove_cell_bar(out, share, BAR);
      break;
    case COLUMN_LEFT:
      if (row.live != NULL) add_span(dove_job_seconds_left(row.live, dove_clock_seconds()), out);
      break;
    case COLUMN_WORDS: dove_cell_line(out, jobs_row_words(&row)); break;
    case COLUMN_TOOK: add_span(row_seconds(&row), out); break;
    case COLUMN_BEGAN:
      if (row.recorded != NULL && row.recorded->started != 0) dove_cell_time(out, row.recorded->started);
      break;
    default: break;
  }
}

static const dove_list_source source = {.count = row_count, .id = row_identity, .find = row_find, .cell = row_cell};

/* ---- Public ---- */

void jobs_rows_init(jobs_rows *rows, dove_jobs *jobs) {
  rows->jobs = jobs;
  dove_list_init(&rows->list, &source, rows, columns, COLUMNS);
}

void jobs_rows_free(jobs_rows *rows) {
  dove_list_free(&rows->list);
  dove_window_close(rows->window);
}

/* A job that has begun a moment ago may not be among those of the record that were read. */
static bool is_above(const jobs_rows *rows, const dove_job_status *live) {
  if (live->job == 0) return true;
  return live->state == DOVE_STORE_JOB_RUNNING &&
         (rows->window == NULL || dove_window_place(rows->window, live->job) < 0);
}

void jobs_rows_look(jobs_rows *rows) {
  rows->live_count = dove_jobs_snapshot(rows->jobs, rows->live, JOBS_LIVE, NULL);
  rows->waiting_count = 0;
  for (size_t i = 0; i < rows->live_count; i++) {
    if (is_above(rows, &rows->live[i])) rows->waiting[rows->waiting_count++] = i;
  }
  const bool at_top = rows->list.selected == 0;
  dove_list_refresh(&rows->list);
  const int64_t newest = rows->live_count > 0 ? rows->live[0].number : 0;
  if (newest > rows->seen && at_top) dove_list_select(&rows->list, 2 * newest + 1);
  rows->seen = newest;
}

dove_status jobs_rows_load(jobs_rows *rows, dove_model *model, dove_error *error) {
  const dove_window_query query = {.kind = DOVE_WINDOW_JOBS};
  const dove_status status = rows->window == NULL ? dove_window_open(model, &query, &rows->window, error)
                                                  : dove_window_refresh(rows->window, error);
  if (status == DOVE_OK) jobs_rows_look(rows);
  return status;
}

bool jobs_rows_selected(jobs_rows *rows, jobs_row *row) { return row_at(rows, rows->list.selected, row); }

int64_t jobs_rows_identity(jobs_rows *rows) { return row_identity(rows, rows->list.selected); }

bool jobs_rows_select(jobs_rows *rows, int64_t job) {
  const dove_job_status *live = live_of(rows, job);
  return dove_list_select(&rows->list, live != NULL ? 2 * live->number + 1 : 2 * job);
}
