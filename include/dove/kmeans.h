/* K-means (Lloyd) from k-means++ starts (Arthur and Vassilvitskii 2007), euclidean, with restarts. */
#ifndef DOVE_KMEANS_H
#define DOVE_KMEANS_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/matrix.h"
#include "dove/progress.h"

typedef struct dove_kmeans_options {
  size_t clusters;       /* ≥ 1; lowered to the number of points */
  size_t restarts;       /* ≥ 1; the start with the lowest inertia wins, the earlier one on a tie */
  size_t max_iterations; /* per start */
  uint64_t seed;
} dove_kmeans_options;

typedef struct dove_kmeans {
  size_t clusters;
  uint32_t *label;       /* a cluster per point */
  dove_matrix centroids; /* clusters × columns: means, not made unit */
  size_t *size;      /* members per cluster; no cluster is empty unless there are fewer distinct points than clusters */
  double inertia;    /* Σ squared distance to the own centroid */
  size_t iterations; /* of the start that won */
} dove_kmeans;

/* A cluster that loses all its members is moved to the point farthest from its own centroid. The same seed gives the
 * same result whatever the number of threads. DOVE_USAGE for no clusters, DOVE_INPUT for no points, NaN or infinite
 * values. Freed with dove_kmeans_free. */
dove_status dove_kmeans_fit(dove_matrix_view points, const dove_kmeans_options *options, dove_kmeans *result,
                            const dove_progress *progress, dove_error *error);
void dove_kmeans_free(dove_kmeans *result);

#endif
