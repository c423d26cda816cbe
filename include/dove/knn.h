/* k nearest neighbours. Exact: matrix products in blocks, fused with the selection of the k best. Approximate: random
 * projection trees, then each point looks among its neighbours' neighbours (NN-descent, Dong et al. 2011). Both give
 * the same answer for a seed whatever the number of threads. */
#ifndef DOVE_KNN_H
#define DOVE_KNN_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/matrix.h"
#include "dove/progress.h"

typedef enum dove_metric {
  DOVE_METRIC_EUCLIDEAN,
  DOVE_METRIC_COSINE, /* 1 - cosine; a zero vector is at distance 1 from everything but zero vectors, which are at 0 */
} dove_metric;

typedef enum dove_knn_method {
  DOVE_KNN_AUTOMATIC, /* exact while that is quick */
  DOVE_KNN_EXACT,
  DOVE_KNN_APPROXIMATE,
} dove_knn_method;

/* For each of `points` points its `neighbors` nearest others, without itself, by rising distance, ties by rising index.
 * points × neighbors, row-major. */
typedef struct dove_neighbors {
  size_t points;
  size_t neighbors;
  uint32_t *index;
  float *distance;
} dove_neighbors;

typedef struct dove_knn_options {
  dove_metric metric;
  dove_knn_method method;
  uint64_t seed; /* used by the approximate method */
} dove_knn_options;

/* Finds min(k, rows - 1) neighbours of every row of `points`. DOVE_INPUT for NaN or infinite values, DOVE_USAGE for
 * k = 0. Freed with dove_neighbors_free. */
dove_status dove_knn(dove_matrix_view points, size_t k, const dove_knn_options *options, dove_neighbors *neighbors,
                     const dove_progress *progress, dove_error *error);

/* The method that DOVE_KNN_AUTOMATIC stands for. */
dove_knn_method dove_knn_choose(size_t points, size_t columns);

void dove_neighbors_free(dove_neighbors *neighbors);

#endif
