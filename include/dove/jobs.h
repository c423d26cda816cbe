/* Background jobs of the explorer: one worker thread with its own connection takes requests in turn. The screen is
 * never touched here; whoever shows jobs is woken by a callback and takes a snapshot. */
#ifndef DOVE_JOBS_H
#define DOVE_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/job.h"
#include "dove/store_jobs.h"

typedef struct dove_jobs dove_jobs;

typedef struct dove_job_status {
  int64_t number; /* in this queue, from 1 */
  int64_t job;    /* its id in the store; 0 before it was begun */
  dove_job_kind kind;
  dove_store_job_state state;
  char stage[48];
  double done, total;    /* of the stage */
  double started, ended; /* dove_clock_seconds(); 0: not yet */
  double stage_started;
  double stage_first; /* what was done already when the stage was first seen */
  char message[768];  /* the summary, or the error */
} dove_job_status;

/* Starts the worker for the project at `path`. `notify` is called from the worker whenever a snapshot would differ, at
 * most some ten times a second; it must only wake somebody up. */
dove_status dove_jobs_start(const char *path, void (*notify)(void *user), void *user, dove_jobs **jobs,
                            dove_error *error);

/* Cancels what runs, forgets what waits, and waits for the worker: what was committed stays and can be gone on with. */
void dove_jobs_stop(dove_jobs *jobs);

/* Puts a request at the end of the queue (deep copy). Returns its number, 0 when memory ran out. */
int64_t dove_jobs_add(dove_jobs *jobs, const dove_job_request *request);

/* Asks a job to stop, or takes it out of the queue. False when it is not queued or running. */
bool dove_jobs_cancel(dove_jobs *jobs, int64_t number);

/* What a job of this queue was asked to do, so that it can be asked again; freed with dove_job_request_free(). What it
 * had committed is gone on with. DOVE_NOT_FOUND when there is none of this number. */
dove_status dove_jobs_request_of(dove_jobs *jobs, int64_t number, dove_job_request *request, dove_error *error);

/* The same from the project's record of a job, of another time or another program. A build goes on with the run that
 * was left unfinished. `failed_only`: of what models are asked only what failed before. */
dove_status dove_jobs_request_again(const dove_store_job *recorded, bool failed_only, dove_job_request *request,
                                    dove_error *error);

/* What a job of this queue asks of models, now or until it ended: copies up to `room` rows, returns how many there are.
 */
size_t dove_jobs_spending(dove_jobs *jobs, int64_t number, dove_ledger_row *rows, size_t room);
/* Requests at once of the job's models from now on. False when it does not run. */
bool dove_jobs_set_concurrency(dove_jobs *jobs, int64_t number, size_t concurrency);

/* The newest `limit` jobs of this queue, newest first; returns how many. `active` (may be NULL) is how many are queued
 * or running. */
size_t dove_jobs_snapshot(dove_jobs *jobs, dove_job_status *list, size_t limit, size_t *active);

/* Seconds that the stage will still take; NAN when that cannot be told yet. */
double dove_job_seconds_left(const dove_job_status *status, double now);

#endif
