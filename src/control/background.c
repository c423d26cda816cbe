#include "dove/background.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/host.h"
#include "control/thread.h"
#include "dove/clock.h"
#include "dove/memory.h"

/* Seconds between two notifications about progress. */
static const double notify_interval = 0.1;

struct dove_background {
  control_host host;
  dove_background_work *work;
  void *user;
  pthread_t thread;
  atomic_bool cancel, done;
  dove_status status; /* once it is done */
  dove_error error;
  pthread_mutex_t lock; /* of the progress */
  char stage[48];
  double share;
  double notified;
};

static void report(void *user, const char *stage, double done, double total) {
  dove_background *self = user;
  const double now = dove_clock_seconds();
  pthread_mutex_lock(&self->lock);
  snprintf(self->stage, sizeof self->stage, "%s", stage);
  self->share = total > 0 ? done / total : (double)NAN;
  const bool tell = now - self->notified >= notify_interval;
  if (tell) self->notified = now;
  pthread_mutex_unlock(&self->lock);
  if (tell) self->host.notify(self->host.user);
}

static bool cancelled(void *user) {
  return atomic_load_explicit(&((dove_background *)user)->cancel, memory_order_relaxed);
}

static void *run(void *user) {
  dove_background *self = user;
  const dove_progress progress = {.report = report, .cancelled = cancelled, .user = self};
  dove_store *store = NULL;
  self->status = dove_store_open_same(self->host.path, self->host.file, &store, &self->error);
  if (self->status == DOVE_OK) self->status = self->work(self->user, store, &progress, &self->error);
  dove_store_close(store);
  atomic_store(&self->done, true);
  atomic_fetch_sub(self->host.running, 1);
  self->host.notify(self->host.user);
  return NULL;
}

static void free_background(dove_background *self) {
  pthread_mutex_destroy(&self->lock);
  free(self);
}

dove_status dove_background_start(dove_controller *controller, dove_background_work *work, void *user,
                                  dove_background **background, dove_error *error) {
  *background = NULL;
  dove_background *self = dove_alloc_zero(1, sizeof *self);
  if (self == NULL) return dove_fail_memory(error, "working in the background");
  self->host = control_host_of(controller);
  self->work = work;
  self->user = user;
  self->share = (double)NAN;
  atomic_init(&self->cancel, false);
  atomic_init(&self->done, false);
  pthread_mutex_init(&self->lock, NULL);
  atomic_fetch_add(self->host.running, 1);
  if (control_thread_start(&self->thread, run, self) != 0) {
    atomic_fetch_sub(self->host.running, 1);
    free_background(self);
    return dove_fail(error, DOVE_FAILED,
                     "cannot start a thread to work in the background; close other programs and try again");
  }
  *background = self;
  return DOVE_OK;
}

bool dove_background_done(const dove_background *background, dove_status *status, dove_error *error) {
  if (!atomic_load(&background->done)) return false;
  if (status != NULL) *status = background->status;
  if (error != NULL) *error = background->error;
  return true;
}

void dove_background_progress(dove_background *background, char stage[48], double *share) {
  pthread_mutex_lock(&background->lock);
  memcpy(stage, background->stage, sizeof background->stage);
  *share = background->share;
  pthread_mutex_unlock(&background->lock);
}

void dove_background_stop(dove_background *background) {
  if (background == NULL) return;
  atomic_store(&background->cancel, true);
  pthread_join(background->thread, NULL);
  free_background(background);
}
