#include "math/transport/symmetric_product.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"

#define STRIP SYMMETRIC_STRIP

/* Steps of the parallel loop, about equal in entries; each sums into a vector of its own. Their number is fixed, so
 * that the order of the sums is. */
#define STEPS ((size_t)16)

/* Smaller numbers become 0 in float32: denormal ones would slow the products down and add nothing. */
#define SMALLEST 1.2e-38

/* Where strip s begins: the strips before it have 8, 16, … columns. */
static size_t strip_offset(size_t strip) { return STRIP * STRIP * (strip * (strip + 1) / 2); }

bool symmetric_create(symmetric_matrix *matrix, size_t n) {
  const size_t strips = n / STRIP + (n % STRIP != 0);
  *matrix = (symmetric_matrix){.count = n, .padded = strips * STRIP};
  if (strips > UINT32_MAX / (STRIP * STRIP)) return false;
  matrix->single = dove_alloc_aligned(strip_offset(strips), sizeof(float));
  matrix->full = dove_alloc_aligned(strip_offset(strips), sizeof(double));
  matrix->single_partials = dove_alloc_aligned(STEPS * matrix->padded, sizeof(float));
  matrix->full_partials = dove_alloc_aligned(STEPS * matrix->padded, sizeof(double));
  if (matrix->single != NULL && matrix->full != NULL && matrix->single_partials != NULL &&
      matrix->full_partials != NULL) {
    /* Rows behind the last one are nobody's to set. */
    const size_t last = strips > 0 ? strip_offset(strips - 1) : 0;
    memset(matrix->single + last, 0, (strip_offset(strips) - last) * sizeof(float));
    memset(matrix->full + last, 0, (strip_offset(strips) - last) * sizeof(double));
    return true;
  }
  symmetric_free(matrix);
  return false;
}

void symmetric_free(symmetric_matrix *matrix) {
  free(matrix->single);
  free(matrix->full);
  free(matrix->single_partials);
  free(matrix->full_partials);
  *matrix = (symmetric_matrix){0};
}

/* Where row i begins in both forms. */
static size_t row_offset(size_t i) {
  const size_t strip = i / STRIP;
  return strip_offset(strip) + (i % STRIP) * (strip + 1) * STRIP;
}

double *symmetric_row(symmetric_matrix *matrix, size_t i) { return matrix->full + row_offset(i); }

void symmetric_row_written(symmetric_matrix *matrix, size_t i) {
  const size_t columns = (i / STRIP + 1) * STRIP;
  double *full = matrix->full + row_offset(i);
  float *single = matrix->single + row_offset(i);
  full[i] *= 0.5;
  for (size_t j = i + 1; j < columns; j++) full[j] = 0.0;
  for (size_t j = 0; j < columns; j++) single[j] = full[j] > SMALLEST ? (float)full[j] : 0.0f;
}

/* The first strip of a step: steps have about equal numbers of entries. */
static size_t step_start(const symmetric_matrix *matrix, size_t step) {
  const size_t strips = matrix->padded / STRIP;
  return (size_t)lround((double)strips * sqrt((double)step / (double)STEPS));
}

#define NUMBER      float
#define NAMED(name) name##_single
#define ENTRIES     single
#define PARTIALS    single_partials
#include "math/transport/symmetric_strips.h"
#undef NUMBER
#undef NAMED
#undef ENTRIES
#undef PARTIALS

#define NUMBER      double
#define NAMED(name) name##_full
#define ENTRIES     full
#define PARTIALS    full_partials
#include "math/transport/symmetric_strips.h"
