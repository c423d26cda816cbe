#include "dove/jobs.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/thread.h"
#include "dove/clock.h"
#include "dove/memory.h"

/* Seconds between two notifications about progress. */
static const double notify_interval = 0.1;

typedef struct queued_job {
  dove_job_status status;
  char *arguments; /* the request as JSON */
  atomic_bool cancel;
  dove_ledger *ledger; /* from when it began; NULL before */
  struct queued_job *next;
} queued_job;

struct dove_jobs {
  char *path;
  dove_store_file file; /* that stood there at the start */
  void (*notify)(void *user);
  void *user;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t wake;
  queued_job *jobs; /* newest first */
  int64_t last_number;
  bool stopping;
  double notified;
};

/* The job that a progress report is about. */
typedef struct work {
  dove_jobs *jobs;
  queued_job *job;
} work;

static void report(void *user, const char *stage, double done, double total) {
  const work *at = user;
  const double now = dove_clock_seconds();
  pthread_mutex_lock(&at->jobs->lock);
  dove_job_status *status = &at->job->status;
  if (strcmp(status->stage, stage) != 0) {
    snprintf(status->stage, sizeof status->stage, "%s", stage);
    status->stage_started = now;
    status->stage_first = done;
  }
  status->done = done;
  status->total = total;
  const bool tell = now - at->jobs->notified >= notify_interval;
  if (tell) at->jobs->notified = now;
  pthread_mutex_unlock(&at->jobs->lock);
  if (tell) at->jobs->notify(at->jobs->user);
}

static bool cancelled(void *user) {
  const work *at = user;
  return atomic_load_explicit(&at->job->cancel, memory_order_relaxed);
}

static dove_store_job_state state_of(dove_status status) {
  if (status == DOVE_OK) return DOVE_STORE_JOB_DONE;
  return status == DOVE_CANCELLED ? DOVE_STORE_JOB_CANCELLED : DOVE_STORE_JOB_FAILED;
}

/* Begins it, says under which id, and does it. The ledger stays to be looked at. */
static dove_status perform(const work *at, dove_store *store, const dove_job_request *request, dove_job_result *result,
                           const dove_progress *progress, dove_error *error) {
  int64_t id;
  dove_ledger *ledger = NULL;
  dove_status status = dove_job_ledger(store, request, &ledger, error);
  if (status == DOVE_OK) status = dove_job_begin(store, request, &id, error);
  pthread_mutex_lock(&at->jobs->lock);
  at->job->ledger = ledger;
  if (status == DOVE_OK) at->job->status.job = id;
  pthread_mutex_unlock(&at->jobs->lock);
  if (status != DOVE_OK) return status;
  at->jobs->notify(at->jobs->user);
  dove_progress counted = *progress;
  counted.ledger = ledger;
  return dove_job_perform(store, request, id, result, &counted, error);
}

static void run(dove_jobs *jobs, dove_store *store, queued_job *job) {
  dove_job_request request;
  dove_job_result result = {0};
  dove_error error = {0};
  work at = {jobs, job};
  const dove_progress progress = {.report = report, .cancelled = cancelled, .user = &at};
  dove_status status =
      dove_job_request_from_json(dove_job_kind_name(job->status.kind), job->arguments, &request, &error);
  if (status == DOVE_OK) {
    status = perform(&at, store, &request, &result, &progress, &error);
    dove_job_request_free(&request);
  }
  pthread_mutex_lock(&jobs->lock);
  job->status.state = state_of(status);
  job->status.ended = dove_clock_seconds();
  snprintf(job->status.message, sizeof job->status.message, "%s", status == DOVE_OK ? result.summary : error.message);
  pthread_mutex_unlock(&jobs->lock);
  dove_job_result_free(&result);
  jobs->notify(jobs->user);
}

/* The oldest job that waits; marks it as running. NULL when the queue is to stop. Called with the lock held. */
static queued_job *wait_for_job(dove_jobs *jobs) {
  while (!jobs->stopping) {
    queued_job *oldest = NULL;
    for (queued_job *job = jobs->jobs; job != NULL; job = job->next) {
      if (job->status.state == DOVE_STORE_JOB_QUEUED) oldest = job;
    }
    if (oldest != NULL) {
      oldest->status.state = DOVE_STORE_JOB_RUNNING;
      oldest->status.started = dove_clock_seconds();
      return oldest;
    }
    pthread_cond_wait(&jobs->wake, &jobs->lock);
  }
  return NULL;
}

static void fail_job(dove_jobs *jobs, queued_job *job, const dove_error *error) {
  pthread_mutex_lock(&jobs->lock);
  job->status.state = DOVE_STORE_JOB_FAILED;
  job->status.ended = dove_clock_seconds();
  snprintf(job->status.message, sizeof job->status.message, "%s", error->message);
  pthread_mutex_unlock(&jobs->lock);
  jobs->notify(jobs->user);
}

/* The connection is opened when there is something to do: an explorer that only looks needs none. */
static void *work_on(void *user) {
  dove_jobs *jobs = user;
  dove_store *store = NULL;
  for (;;) {
    pthread_mutex_lock(&jobs->lock);
    queued_job *job = wait_for_job(jobs);
    pthread_mutex_unlock(&jobs->lock);
    if (job == NULL) break;
    dove_error error = {0};
    if (store == NULL && dove_store_open_same(jobs->path, jobs->file, &store, &error) != DOVE_OK) {
      fail_job(jobs, job, &error);
      continue;
    }
    run(jobs, store, job);
  }
  dove_store_close(store);
  return NULL;
}

static void free_jobs(dove_jobs *jobs) {
  while (jobs->jobs != NULL) {
    queued_job *job = jobs->jobs;
    jobs->jobs = job->next;
    dove_ledger_close(job->ledger);
    free(job->arguments);
    free(job);
  }
  free(jobs->path);
  free(jobs);
}

dove_status dove_jobs_start(const char *path, void (*notify)(void *user), void *user, dove_jobs **jobs,
                            dove_error *error) {
  *jobs = NULL;
  dove_jobs *started = dove_alloc_zero(1, sizeof *started);
  char *copy = dove_strdup(path);
  if (started == NULL || copy == NULL) {
    free(started);
    free(copy);
    return dove_fail_memory(error, "starting the jobs");
  }
  started->path = copy;
  started->file = dove_store_file_at(path);
  started->notify = notify;
  started->user = user;
  pthread_mutex_init(&started->lock, NULL);
  pthread_cond_init(&started->wake, NULL);
  if (control_thread_start(&started->thread, work_on, started) != 0) {
    free_jobs(started);
    return dove_fail(error, DOVE_FAILED,
                     "cannot start a thread for background jobs; close other programs and try again");
  }
  *jobs = started;
  return DOVE_OK;
}

void dove_jobs_stop(dove_jobs *jobs) {
  if (jobs == NULL) return;
  pthread_mutex_lock(&jobs->lock);
  jobs->stopping = true;
  for (queued_job *job = jobs->jobs; job != NULL; job = job->next) atomic_store(&job->cancel, true);
  pthread_cond_signal(&jobs->wake);
  pthread_mutex_unlock(&jobs->lock);
  pthread_join(jobs->thread, NULL);
  pthread_cond_destroy(&jobs->wake);
  pthread_mutex_destroy(&jobs->lock);
  free_jobs(jobs);
}

/* Takes over `arguments`. */
static int64_t enqueue(dove_jobs *jobs, dove_job_kind kind, char *arguments) {
  queued_job *job = dove_alloc_zero(1, sizeof *job);
  if (job == NULL || arguments == NULL) {
    free(job);
    free(arguments);
    return 0;
  }
  job->arguments = arguments;
  job->status.kind = kind;
  job->status.state = DOVE_STORE_JOB_QUEUED;
  atomic_init(&job->cancel, false);
  pthread_mutex_lock(&jobs->lock);
  const int64_t number = ++jobs->last_number;
  job->status.number = number;
  job->next = jobs->jobs;
  jobs->jobs = job;
  pthread_cond_signal(&jobs->wake);
  pthread_mutex_unlock(&jobs->lock);
  return number;
}

int64_t dove_jobs_add(dove_jobs *jobs, const dove_job_request *request) {
  return enqueue(jobs, request->kind, dove_job_request_to_json(request));
}

/* Called with the lock held. */
static queued_job *find(dove_jobs *jobs, int64_t number) {
  for (queued_job *job = jobs->jobs; job != NULL; job = job->next) {
    if (job->status.number == number) return job;
  }
  return NULL;
}

bool dove_jobs_cancel(dove_jobs *jobs, int64_t number) {
  pthread_mutex_lock(&jobs->lock);
  queued_job *job = find(jobs, number);
  bool found = false;
  if (job != NULL && job->status.state == DOVE_STORE_JOB_QUEUED) {
    job->status.state = DOVE_STORE_JOB_CANCELLED;
    snprintf(job->status.message, sizeof job->status.message, "stopped before it began");
    found = true;
  } else if (job != NULL && job->status.state == DOVE_STORE_JOB_RUNNING) {
    atomic_store(&job->cancel, true);
    found = true;
  }
  pthread_mutex_unlock(&jobs->lock);
  return found;
}

dove_status dove_jobs_request_of(dove_jobs *jobs, int64_t number, dove_job_request *request, dove_error *error) {
  pthread_mutex_lock(&jobs->lock);
  const queued_job *job = find(jobs, number);
  char *arguments = job != NULL ? dove_strdup(job->arguments) : NULL;
  const char *kind = job != NULL ? dove_job_kind_name(job->status.kind) : "";
  pthread_mutex_unlock(&jobs->lock);
  *request = dove_job_request_of(DOVE_JOB_IMPORT);
  if (job == NULL) return dove_fail(error, DOVE_NOT_FOUND, "there is no such job in this session");
  if (arguments == NULL) return dove_fail_memory(error, "starting a job");
  const dove_status status = dove_job_request_from_json(kind, arguments, request, error);
  request->plan_count = 0; /* much of it is done by now */
  free(arguments);
  return status;
}

dove_status dove_jobs_request_again(const dove_store_job *recorded, bool failed_only, dove_job_request *request,
                                    dove_error *error) {
  const dove_status status = dove_job_request_from_json(recorded->kind, recorded->arguments, request, error);
  request->build.fresh = false;
  request->failed_only = failed_only;
  request->plan_count = 0;
  return status;
}

size_t dove_jobs_spending(dove_jobs *jobs, int64_t number, dove_ledger_row *rows, size_t room) {
  pthread_mutex_lock(&jobs->lock);
  const queued_job *job = find(jobs, number);
  const size_t count = job != NULL && job->ledger != NULL ? dove_ledger_rows(job->ledger, rows, room) : 0;
  pthread_mutex_unlock(&jobs->lock);
  return count;
}

bool dove_jobs_set_concurrency(dove_jobs *jobs, int64_t number, size_t concurrency) {
  pthread_mutex_lock(&jobs->lock);
  const queued_job *job = find(jobs, number);
  const bool runs = job != NULL && job->ledger != NULL && job->status.state == DOVE_STORE_JOB_RUNNING;
  if (runs) dove_ledger_set_concurrency(job->ledger, concurrency);
  pthread_mutex_unlock(&jobs->lock);
  return runs;
}

size_t dove_jobs_snapshot(dove_jobs *jobs, dove_job_status *list, size_t limit, size_t *active) {
  size_t count = 0, busy = 0;
  pthread_mutex_lock(&jobs->lock);
  for (queued_job *job = jobs->jobs; job != NULL; job = job->next) {
    if (job->status.state == DOVE_STORE_JOB_QUEUED || job->status.state == DOVE_STORE_JOB_RUNNING) busy++;
    if (count < limit) list[count++] = job->status;
  }
  pthread_mutex_unlock(&jobs->lock);
  if (active != NULL) *active = busy;
  return count;
}

double dove_job_seconds_left(const dove_job_status *status, double now) {
  const double elapsed = now - status->stage_started;
  const double made = status->done - status->stage_first;
  if (status->state != DOVE_STORE_JOB_RUNNING || !(elapsed > 0.2) || !(made > 0) || !(status->total >= status->done)) {
    return (double)NAN;
  }
  return (status->total - status->done) * elapsed / made;
}
