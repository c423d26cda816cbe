#include "control/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "dove/memory.h"

/* The thread of the screen computes little but must be let in at once; work that takes long stands back for it. */
enum { STANDS_BACK = 5, MOST_NICE = 19 };

typedef struct beginning {
  void *(*run)(void *user);
  void *user;
} beginning;

/* On Linux this is about the calling thread and those that it starts. */
static void stand_back(void) {
  const int now = getpriority(PRIO_PROCESS, 0);
  setpriority(PRIO_PROCESS, 0, now + STANDS_BACK < MOST_NICE ? now + STANDS_BACK : MOST_NICE);
}

static void *begin(void *user) {
  const beginning given = *(beginning *)user;
  free(user);
  stand_back();
  return given.run(given.user);
}

int control_thread_start(pthread_t *thread, void *(*run)(void *user), void *user) {
  sigset_t all, before;
  beginning *given = dove_alloc_zero(1, sizeof *given);
  if (given == NULL) return ENOMEM;
  *given = (beginning){run, user};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int failed = pthread_create(thread, NULL, begin, given);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failed != 0) free(given);
  return failed;
}
