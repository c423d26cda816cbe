/* What the benchmarks share: the best of a few runs, and vectors to run on. */
#ifndef DOVE_TESTS_BENCH_BENCH_H
#define DOVE_TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "dove/clock.h"
#include "dove/matrix.h"
#include "dove/random.h"

/* Shortest time of `runs` runs in seconds. Ends the program when the work says that it failed. */
static inline double bench_time(int runs, bool (*work)(void *context), void *context) {
  double best = 0.0;
  for (int run = 0; run < runs; run++) {
    const double start = dove_clock_seconds();
    if (!work(context)) {
      fprintf(stderr, "bench: the work failed\n");
      exit(1);
    }
    const double seconds = dove_clock_seconds() - start;
    if (run == 0 || seconds < best) best = seconds;
  }
  return best;
}

/* Unit rows near `centres` (each at cosine about 0.83 to its own for 256 columns and noise 0.042), or in all directions
 * when there are none. */
static inline dove_matrix bench_directions(uint64_t seed, size_t rows, size_t columns, const dove_matrix *centres,
                                           double noise) {
  dove_matrix matrix;
  dove_error error;
  if (dove_matrix_create(&matrix, rows, columns, &error) != DOVE_OK) {
    fprintf(stderr, "bench: %s\n", error.message);
    exit(1);
  }
  for (size_t i = 0; i < rows; i++) {
    dove_random random = dove_random_stream(seed, 0, i);
    const size_t own = centres != NULL ? (size_t)dove_random_below(&random, centres->rows) : 0;
    for (size_t j = 0; j < columns; j++) {
      const double centre = centres != NULL ? (double)centres->data[own * columns + j] : 0.0;
      matrix.data[i * columns + j] = (float)(centre + noise * dove_random_normal(&random));
    }
  }
  dove_normalize_rows(matrix.data, rows, columns);
  return matrix;
}

#endif
