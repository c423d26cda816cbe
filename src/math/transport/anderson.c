#include "math/transport/anderson.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

/* A difference that lies this much inside the span of newer ones says nothing new. */
#define DEPENDENT 1e-8

bool anderson_create(anderson *state, size_t count) {
  *state = (anderson){.count = count};
  state->image = dove_alloc(count, sizeof(double));
  state->residual = dove_alloc(count, sizeof(double));
  const size_t row = count * sizeof(double);
  state->image_differences = dove_alloc_aligned(ANDERSON_MEMORY, row);
  state->residual_differences = dove_alloc_aligned(ANDERSON_MEMORY, row);
  state->basis = dove_alloc_aligned(ANDERSON_MEMORY, row);
  return state->image != NULL && state->residual != NULL && state->image_differences != NULL &&
         state->residual_differences != NULL && state->basis != NULL;
}

void anderson_free(anderson *state) {
  free(state->image);
  free(state->residual);
  free(state->image_differences);
  free(state->residual_differences);
  free(state->basis);
  *state = (anderson){0};
}

void anderson_restart(anderson *state) {
  state->stored = 0;
  state->next = 0;
  state->has_last = false;
}

/* Stores the differences to the last image and residual, and the new ones as the last. */
static void remember(anderson *state, const double *image, const double *z) {
  const size_t n = state->count;
  double *image_difference = state->image_differences + state->next * n;
  double *residual_difference = state->residual_differences + state->next * n;
  for (size_t i = 0; i < n; i++) {
    const double residual = image[i] - z[i];
    image_difference[i] = image[i] - state->image[i];
    residual_difference[i] = residual - state->residual[i];
    state->image[i] = image[i];
    state->residual[i] = residual;
  }
  if (state->has_last) {
    state->next = (state->next + 1) % ANDERSON_MEMORY;
    if (state->stored < ANDERSON_MEMORY) state->stored++;
  }
  state->has_last = true;
}

/* The slot of the difference that is `age` steps old. */
static size_t slot_of(const anderson *state, size_t age) {
  return (state->next + ANDERSON_MEMORY - 1 - age) % ANDERSON_MEMORY;
}

/* Orthonormal basis of the residual differences, newest first, by modified Gram–Schmidt; `triangle` holds the
 * coefficients. Returns how many were independent. */
static size_t orthonormalise(anderson *state, double triangle[ANDERSON_MEMORY][ANDERSON_MEMORY]) {
  const int n = (int)state->count;
  for (size_t k = 0; k < state->stored; k++) {
    double *vector = state->basis + k * state->count;
    memcpy(vector, state->residual_differences + slot_of(state, k) * state->count, state->count * sizeof(double));
    const double before = sqrt(cblas_ddot(n, vector, 1, vector, 1));
    for (size_t p = 0; p < k; p++) {
      const double *earlier = state->basis + p * state->count;
      triangle[p][k] = cblas_ddot(n, earlier, 1, vector, 1);
      cblas_daxpy(n, -triangle[p][k], earlier, 1, vector, 1);
    }
    triangle[k][k] = sqrt(cblas_ddot(n, vector, 1, vector, 1));
    if (!(triangle[k][k] > DEPENDENT * before)) return k;
    cblas_dscal(n, 1.0 / triangle[k][k], vector, 1);
  }
  return state->stored;
}

void anderson_step(anderson *state, const double *image, double *z) {
  const int n = (int)state->count;
  remember(state, image, z);
  double triangle[ANDERSON_MEMORY][ANDERSON_MEMORY];
  const size_t used = orthonormalise(state, triangle);
  double weight[ANDERSON_MEMORY];
  for (size_t k = used; k-- > 0;) {
    weight[k] = cblas_ddot(n, state->basis + k * state->count, 1, state->residual, 1);
    for (size_t l = k + 1; l < used; l++) weight[k] -= triangle[k][l] * weight[l];
    weight[k] /= triangle[k][k];
  }
  memcpy(z, image, state->count * sizeof(double));
  for (size_t k = 0; k < used; k++)
    cblas_daxpy(n, -weight[k], state->image_differences + slot_of(state, k) * state->count, 1, z, 1);
}
