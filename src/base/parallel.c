#include "dove/parallel.h"

#include <stdlib.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

static int chosen_threads;

void dove_threads_set(int threads) { chosen_threads = threads > 0 ? threads : 0; }

/* A build without OpenMP runs its loops on one thread. */
static int processors(void) {
#ifdef _OPENMP
  return omp_get_num_procs();
#else
  return 1;
#endif
}

int dove_threads(void) { return chosen_threads > 0 ? chosen_threads : processors(); }

void dove_threads_sleep(char *const arguments[]) {
#ifdef _OPENMP
  if (getenv("OMP_WAIT_POLICY") != NULL || getenv("GOMP_SPINCOUNT") != NULL) return;
  if (setenv("OMP_WAIT_POLICY", "passive", 1) == 0) execv("/proc/self/exe", arguments);
#else
  (void)arguments;
#endif
}
