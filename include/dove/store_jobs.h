/* Background jobs: what runs or ran, how far it is, and what it said. */
#ifndef DOVE_STORE_JOBS_H
#define DOVE_STORE_JOBS_H

#include "dove/store.h"

typedef enum dove_store_job_state {
  DOVE_STORE_JOB_QUEUED,
  DOVE_STORE_JOB_RUNNING,
  DOVE_STORE_JOB_DONE,
  DOVE_STORE_JOB_FAILED,
  DOVE_STORE_JOB_CANCELLED,
  DOVE_STORE_JOB_INTERRUPTED, /* its process died */
} dove_store_job_state;

typedef struct dove_store_job {
  int64_t id;
  const char *kind;      /* "import", "embed", "build", "score", … */
  const char *arguments; /* JSON */
  dove_store_job_state state;
  const char *stage;
  const char *message; /* the result or the error in words */
  double done, total;
  int64_t created, started, ended; /* 0: not yet */
} dove_store_job;

typedef struct dove_store_job_list {
  dove_store_job *rows;
  size_t count;
  void *strings;
} dove_store_job_list;

dove_status dove_store_job_add(dove_store *store, const char *kind, const char *arguments, int64_t *id,
                               dove_error *error);
/* Marks it running in this process. */
dove_status dove_store_job_start(dove_store *store, int64_t job, dove_error *error);
/* Says how far it is, which is also its sign of life; call it a few times a second at most. */
dove_status dove_store_job_progress(dove_store *store, int64_t job, const char *stage, double done, double total,
                                    dove_error *error);
dove_status dove_store_job_end(dove_store *store, int64_t job, dove_store_job_state state, const char *message,
                               dove_error *error);
/* Adds a line to its log; `time` in ms since 1970. */
dove_status dove_store_job_log(dove_store *store, int64_t job, int64_t time, const char *text, dove_error *error);

/* Newest first. */
dove_status dove_store_job_page(dove_store *store, int64_t offset, int64_t limit, dove_store_job_list *list,
                                dove_error *error);
dove_status dove_store_job_read(dove_store *store, int64_t job, dove_store_job_list *list, dove_error *error);
void dove_store_job_list_free(dove_store_job_list *list);

typedef struct dove_store_job_line {
  int64_t time;
  const char *text;
} dove_store_job_line;

typedef struct dove_store_job_lines {
  dove_store_job_line *rows;
  size_t count;
  void *strings;
} dove_store_job_lines;

/* The log in order of time. */
dove_status dove_store_job_log_page(dove_store *store, int64_t job, int64_t offset, int64_t limit,
                                    dove_store_job_lines *lines, dove_error *error);
void dove_store_job_lines_free(dove_store_job_lines *lines);

/* Marks as interrupted the running jobs whose process is gone: on this machine by the process itself, on another by a
 * sign of life older than a minute. *interrupted (may be NULL) is how many there were. */
dove_status dove_store_jobs_recover(dove_store *store, int64_t *interrupted, dove_error *error);

#endif
