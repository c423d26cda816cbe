/* How good a clustering or a projection is. */
#ifndef DOVE_CLUSTERING_QUALITY_H
#define DOVE_CLUSTERING_QUALITY_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/knn.h"
#include "dove/matrix.h"

/* Adjusted Rand index (Hubert and Arabie 1985) of two labellings of `count` items; labels may be any numbers, noise
 * (-1) is a label like others. 1 when both are the same partition up to renaming. */
dove_status dove_adjusted_rand_index(const int32_t *a, const int32_t *b, size_t count, double *index,
                                     dove_error *error);

/* Trustworthiness (Venna and Kaski 2001) of an embedding: how far the `k` nearest neighbours in it (euclidean) were
 * neighbours in `points` under `metric`. 1 is perfect. Takes O(n²) time; k < rows / 2. */
dove_status dove_trustworthiness(dove_matrix_view points, dove_matrix_view embedding, size_t k, dove_metric metric,
                                 double *trustworthiness, dove_error *error);

#endif
