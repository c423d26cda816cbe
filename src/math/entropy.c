#include "dove/entropy.h"

#include <math.h>

double dove_entropy(const double *p, size_t count) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) {
    if (p[i] > 0.0) sum -= p[i] * log(p[i]);
  }
  return sum;
}

double dove_entropy_renyi2(const double *p, size_t count) {
  double squares = 0.0;
  for (size_t i = 0; i < count; i++) squares += p[i] * p[i];
  return -log(squares);
}

double dove_redundancy(const double *p, size_t count) { return log((double)count) - dove_entropy_renyi2(p, count); }

double dove_repeat_bound(size_t draws, double renyi2) {
  const double m = (double)draws;
  return 0.5 * m * (m - 1.0) * exp(-renyi2);
}
