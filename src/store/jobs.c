#include "dove/store_jobs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dove/clock.h"
#include "store/internal.h"
#include "store/names.h"

enum { SIGN_OF_LIFE_MS = 60 * 1000 };

static const char *const state_names[] = {
    [DOVE_STORE_JOB_QUEUED] = "queued",       [DOVE_STORE_JOB_RUNNING] = "running",
    [DOVE_STORE_JOB_DONE] = "done",           [DOVE_STORE_JOB_FAILED] = "failed",
    [DOVE_STORE_JOB_CANCELLED] = "cancelled", [DOVE_STORE_JOB_INTERRUPTED] = "interrupted",
};

dove_status dove_store_job_add(dove_store *store, const char *kind, const char *arguments, int64_t *id,
                               dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO job (kind, arguments, state, created) VALUES (?, ?, 'queued', ?)", error);
  dove_query_text(&query, kind);
  dove_query_text(&query, arguments == NULL ? "{}" : arguments);
  dove_query_int(&query, dove_clock_unix_ms());
  const dove_status status = dove_query_finish(&query);
  *id = sqlite3_last_insert_rowid(store->database);
  return status;
}

static void host_name(char name[256]) {
  if (gethostname(name, 255) != 0) name[0] = '\0';
  name[255] = '\0';
}

/* When a process began, in the kernel's ticks: tells a process from a later one with the same number. 0 when it is
 * gone or the system does not say. */
static int64_t process_start(int64_t process) {
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%lld/stat", (long long)process);
  FILE *file = fopen(path, "re");
  if (file == NULL) return 0;
  const size_t length = fread(line, 1, sizeof line - 1, file);
  fclose(file);
  line[length] = '\0';
  /* The name, field 2, is in brackets and may hold anything; the start is field 22. */
  const char *rest = strrchr(line, ')');
  for (int field = 2; rest != NULL && field < 22; field++) {
    rest = strchr(rest + 1, ' ');
  }
  return rest == NULL ? 0 : strtoll(rest + 1, NULL, 10);
}

dove_status dove_store_job_start(dove_store *store, int64_t job, dove_error *error) {
  char host[256];
  dove_query query;
  host_name(host);
  const int64_t now = dove_clock_unix_ms();
  const int64_t process = getpid();
  dove_query_open(
      &query, store,
      "UPDATE job SET state = 'running', started = ?, heartbeat = ?, pid = ?, process_start = ?, ended = NULL,"
      " host = ? WHERE id = ?",
      error);
  dove_query_int(&query, now);
  dove_query_int(&query, now);
  dove_query_int(&query, process);
  dove_query_int(&query, process_start(process));
  dove_query_text(&query, host);
  dove_query_int(&query, job);
  store->job = job;
  return dove_query_finish_changed(&query, "job", job);
}

dove_status dove_store_job_progress(dove_store *store, int64_t job, const char *stage, double done, double total,
                                    dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE job SET stage = ?, done = ?, total = ?, heartbeat = ? WHERE id = ?", error);
  dove_query_words(&query, stage);
  dove_query_double(&query, done);
  dove_query_double(&query, total);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_int(&query, job);
  return dove_query_finish_changed(&query, "job", job);
}

dove_status dove_store_job_end(dove_store *store, int64_t job, dove_store_job_state state, const char *message,
                               dove_error *error) {
  if (store->job == job) store->job = 0;
  dove_query query;
  dove_query_open(&query, store, "UPDATE job SET state = ?, message = ?, ended = ? WHERE id = ?", error);
  dove_query_text(&query, state_names[state]);
  dove_query_words(&query, message);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_int(&query, job);
  return dove_query_finish_changed(&query, "job", job);
}

dove_status dove_store_job_log(dove_store *store, int64_t job, int64_t time, const char *text, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO job_log (job_id, time, text) VALUES (?, ?, ?)", error);
  dove_query_int(&query, job);
  dove_query_int(&query, time);
  dove_query_words(&query, text);
  return dove_query_finish(&query);
}

#define JOB_SELECT "SELECT id, kind, arguments, state, stage, message, done, total, created, started, ended FROM job"

static void fill_job(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_job *)row = (dove_store_job){
      .id = dove_column_int(query, 0),
      .kind = dove_column_text(query, 1, pool),
      .arguments = dove_column_text(query, 2, pool),
      .state = (dove_store_job_state)dove_store_name_index(state_names, sizeof state_names / sizeof state_names[0],
                                                           dove_column_text(query, 3, pool)),
      .stage = dove_column_text(query, 4, pool),
      .message = dove_column_text(query, 5, pool),
      .done = dove_column_double(query, 6),
      .total = dove_column_double(query, 7),
      .created = dove_column_int(query, 8),
      .started = dove_column_int(query, 9),
      .ended = dove_column_int(query, 10),
  };
}

dove_status dove_store_job_page(dove_store *store, int64_t offset, int64_t limit, dove_store_job_list *list,
                                dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, JOB_SELECT " ORDER BY id DESC LIMIT ? OFFSET ?", error);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_job, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

dove_status dove_store_job_read(dove_store *store, int64_t job, dove_store_job_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, JOB_SELECT " WHERE id = ?", error);
  const dove_status status = dove_query_collect_by_id(&query, &job, 1, "job", sizeof *list->rows, fill_job, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_job_list_free(dove_store_job_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_job_list){0};
}

static void fill_line(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_job_line *)row =
      (dove_store_job_line){.time = dove_column_int(query, 0), .text = dove_column_text(query, 1, pool)};
}

dove_status dove_store_job_log_page(dove_store *store, int64_t job, int64_t offset, int64_t limit,
                                    dove_store_job_lines *lines, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, "SELECT time, text FROM job_log WHERE job_id = ? ORDER BY id LIMIT ? OFFSET ?", error);
  dove_query_int(&query, job);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *lines->rows, fill_line, &rows);
  DOVE_GIVE_ROWS(lines, rows);
  return status;
}

void dove_store_job_lines_free(dove_store_job_lines *lines) {
  dove_rows_free(lines->rows, lines->strings);
  *lines = (dove_store_job_lines){0};
}

typedef struct running_job {
  int64_t id, process, start, heartbeat;
  const char *host;
} running_job;

static void fill_running(const dove_query *query, void *row, dove_pool *pool) {
  *(running_job *)row = (running_job){
      .id = dove_column_int(query, 0),
      .process = dove_column_int(query, 1),
      .start = dove_column_int(query, 2),
      .heartbeat = dove_column_int(query, 3),
      .host = dove_column_text(query, 4, pool),
  };
}

static bool is_gone(const running_job *job, const char *host) {
  if (strcmp(job->host, host) != 0) return dove_clock_unix_ms() - job->heartbeat > SIGN_OF_LIFE_MS;
  if (kill((pid_t)job->process, 0) != 0 && errno == ESRCH) return true;
  const int64_t start = process_start(job->process);
  return start != 0 && job->start != 0 && start != job->start;
}

static dove_status interrupt_gone(dove_store *store, const dove_rows *rows, int64_t *interrupted, dove_error *error) {
  char host[256];
  host_name(host);
  for (size_t i = 0; i < rows->count; i++) {
    const running_job *job = (const running_job *)rows->rows + i;
    if (!is_gone(job, host)) continue;
    const dove_status status =
        dove_store_job_end(store, job->id, DOVE_STORE_JOB_INTERRUPTED, "its process ended before the job did", error);
    if (status != DOVE_OK) return status;
    (*interrupted)++;
  }
  return DOVE_OK;
}

dove_status dove_store_jobs_recover(dove_store *store, int64_t *interrupted, dove_error *error) {
  dove_query query;
  dove_rows rows;
  int64_t count = 0;
  if (interrupted != NULL) *interrupted = 0;
  if (store->read_only) return DOVE_OK;
  dove_query_open(&query, store, "SELECT id, pid, process_start, heartbeat, host FROM job WHERE state = 'running'",
                  error);
  dove_status status = dove_query_collect(&query, sizeof(running_job), fill_running, &rows);
  if (status == DOVE_OK) status = interrupt_gone(store, &rows, &count, error);
  dove_rows_free(rows.rows, rows.strings);
  if (interrupted != NULL) *interrupted = count;
  return status;
}
