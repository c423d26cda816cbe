#include "control/thread.h"

#include <signal.h>
#include <stddef.h>

int control_thread_start(pthread_t *thread, void *(*run)(void *user), void *user) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int failed = pthread_create(thread, NULL, run, user);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failed;
}
