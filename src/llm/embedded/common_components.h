/* The directions that all texts of a project share (Arora, Liang and Ma 2017): the first right singular vectors of the
 * matrix of their vectors, not centred. */
#ifndef DOVE_LLM_COMMON_COMPONENTS_H
#define DOVE_LLM_COMMON_COMPONENTS_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

/* A sum of x xᵀ over rows that are added block by block. */
typedef struct second_moment {
  double *sum; /* D×D, upper triangle */
  size_t dimension;
} second_moment;

dove_status second_moment_open(second_moment *moment, size_t dimension, dove_error *error);
dove_status second_moment_add(second_moment *moment, const float *rows, size_t count, dove_error *error);
void second_moment_close(second_moment *moment);

/* Writes up to `wanted` components (rows of D, unit, the strongest first; the largest entry of each is positive) and
 * their number to *found: directions that the rows do not have are left out. Uses up `moment`'s sum. */
dove_status second_moment_components(second_moment *moment, size_t wanted, float *components, size_t *found,
                                     dove_error *error);

/* Removes the components from `vector` and makes it unit. Where next to nothing would be left the vector itself is made
 * unit, so that no text ends as noise. Returns 0 when `vector` is zero or not finite, 1 otherwise. */
int components_remove(const float *components, size_t count, size_t dimension, float *vector);

#endif
