#include "dove/parallel.h"

#include <omp.h>

static int chosen_threads;

void dove_threads_set(int threads) { chosen_threads = threads > 0 ? threads : 0; }

int dove_threads(void) { return chosen_threads > 0 ? chosen_threads : omp_get_num_procs(); }
