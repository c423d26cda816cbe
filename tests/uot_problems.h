/* Made-up transport problems for tests and benchmarks: codes in a few clusters on a sphere, skewed masses, one code in
 * ten without mass. */
#ifndef DOVE_TESTS_UOT_PROBLEMS_H
#define DOVE_TESTS_UOT_PROBLEMS_H

#include <math.h>
#include <stdlib.h>

#include "dove/random.h"

#define UOT_PROBLEM_DIMENSIONS ((size_t)24)

typedef struct uot_problem_data {
  size_t codes;
  double *cost; /* codes × codes, symmetric, 0 on the diagonal */
  double *a;
  double *b;
} uot_problem_data;

static inline void uot_problem_free(uot_problem_data *data) {
  free(data->cost);
  free(data->a);
  free(data->b);
}

static inline void uot_problem_masses(dove_random *random, double *mass, size_t codes) {
  double sum = 0.0;
  for (size_t i = 0; i < codes; i++) {
    const double drawn = exp(1.5 * dove_random_normal(random));
    mass[i] = dove_random_uniform(random) < 0.1 ? 0.0 : drawn;
    sum += mass[i];
  }
  for (size_t i = 0; i < codes; i++) mass[i] /= sum;
}

static inline void uot_problem_costs(dove_random *random, const double *unit, double *cost, size_t codes) {
  for (size_t i = 0; i < codes; i++) {
    for (size_t j = 0; j <= i; j++) {
      double cosine = 0.0;
      for (size_t k = 0; k < UOT_PROBLEM_DIMENSIONS; k++)
        cosine += unit[i * UOT_PROBLEM_DIMENSIONS + k] * unit[j * UOT_PROBLEM_DIMENSIONS + k];
      const double overlap = dove_random_uniform(random);
      const double value = i == j ? 0.0 : (1.0 - cosine) * (1.0 - 0.3 * overlap * overlap);
      cost[i * codes + j] = cost[j * codes + i] = value > 0.0 ? value : 0.0;
    }
  }
}

/* Pointers are NULL when memory ran out. */
static inline uot_problem_data uot_problem_make(size_t codes, uint64_t seed) {
  uot_problem_data data = {.codes = codes,
                           .cost = calloc(codes * codes, sizeof(double)),
                           .a = calloc(codes, sizeof(double)),
                           .b = calloc(codes, sizeof(double))};
  double *unit = calloc(codes * UOT_PROBLEM_DIMENSIONS, sizeof *unit);
  if (data.cost != NULL && data.a != NULL && data.b != NULL && unit != NULL) {
    dove_random random = dove_random_stream(seed, codes, 0);
    for (size_t i = 0; i < codes; i++) {
      double *own = unit + i * UOT_PROBLEM_DIMENSIONS;
      double norm = 0.0;
      for (size_t k = 0; k < UOT_PROBLEM_DIMENSIONS; k++) {
        own[k] = dove_random_normal(&random) + (k == i % 8 ? 2.0 : 0.0);
        norm += own[k] * own[k];
      }
      for (size_t k = 0; k < UOT_PROBLEM_DIMENSIONS; k++) own[k] /= sqrt(norm);
    }
    uot_problem_costs(&random, unit, data.cost, codes);
    uot_problem_masses(&random, data.a, codes);
    uot_problem_masses(&random, data.b, codes);
  }
  free(unit);
  return data;
}

#endif
