/* A thread that works beside the screen's stands back for it and leaves the signals to it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "control/thread.h"

typedef struct seen {
  int nice;
  bool blocks;
} seen;

static void *look(void *user) {
  seen *found = user;
  sigset_t blocked;
  found->nice = getpriority(PRIO_PROCESS, 0); /* of this thread alone */
  found->blocks = pthread_sigmask(SIG_SETMASK, NULL, &blocked) == 0 && sigismember(&blocked, SIGWINCH) == 1 &&
                  sigismember(&blocked, SIGTERM) == 1;
  return NULL;
}

static void test_stands_back(void **state) {
  (void)state;
  const int before = getpriority(PRIO_PROCESS, 0);
  pthread_t thread;
  seen found = {0};
  assert_int_equal(control_thread_start(&thread, look, &found), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_true(found.nice > before || before >= 19); /* 19: the most that there is */
  assert_true(found.blocks);
  assert_int_equal(getpriority(PRIO_PROCESS, 0), before);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_stands_back)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
