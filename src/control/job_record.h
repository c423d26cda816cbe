/* What a job says while it runs, as the project keeps it: the stages that it went through, and its sign of life. */
#ifndef DOVE_CONTROL_JOB_RECORD_H
#define DOVE_CONTROL_JOB_RECORD_H

#include <pthread.h>

#include "dove/progress.h"
#include "dove/store_jobs.h"

enum { JOB_RECORD_LINES = 64 };

typedef struct job_record {
  dove_store *store;
  int64_t job;
  const dove_progress *outer; /* who else listens; may be NULL */
  pthread_t thread;           /* the one that the connection belongs to */
  char stage[48];
  double written; /* when the project was last told; dove_clock_seconds(), 0: never */
  struct {
    int64_t time;
    char text[64];
  } lines[JOB_RECORD_LINES]; /* stages that the project was not told yet */
  size_t line_count;
} job_record;

/* The listener to hand to the work: it passes reports on to `outer`, and those of the calling thread to the project,
 * at most once a second and never inside a transaction. What cannot be written is left: the work goes on. */
dove_progress job_record_begin(job_record *record, dove_store *store, int64_t job, const dove_progress *outer);

/* Writes what was not written yet, and `message` as the last line. */
void job_record_end(job_record *record, const char *message);

#endif
