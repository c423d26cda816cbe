/* HDBSCAN with excess of mass (Campello, Moulavi and Sander 2013; McInnes and Healy 2017), euclidean. */
#ifndef DOVE_HDBSCAN_H
#define DOVE_HDBSCAN_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

/* The label of a point that belongs to no cluster. */
#define DOVE_NOISE (-1)

typedef struct dove_hdbscan_options {
  uint32_t min_cluster_size; /* at least 2 */
  uint32_t min_samples; /* at least 1; the core distance reaches this many neighbours, the point itself not counted */
} dove_hdbscan_options;

/* SPEC 3: 5 and 5. */
#define DOVE_HDBSCAN_DEFAULTS ((dove_hdbscan_options){.min_cluster_size = 5, .min_samples = 5})

typedef struct dove_hdbscan {
  size_t count;         /* n */
  uint32_t clusters;    /* labels are 0 … clusters-1, numbered by the first point of each */
  size_t noise;         /* points with DOVE_NOISE */
  int32_t *labels;      /* n */
  float *probabilities; /* n: strength of membership in [0, 1]; 0 for noise */
} dove_hdbscan;

/* Clusters `count` points of `dimensions` coordinates (row-major, finite). The whole data set is never one cluster;
 * fewer points than min_cluster_size are all noise. The minimum spanning tree is exact: Borůvka on a k-d tree in low
 * dimension, Prim over all pairs in high dimension. Same result for any number of threads.
 * DOVE_INPUT for a coordinate that is not finite, DOVE_USAGE for options out of range. On failure *result is empty. */
dove_status dove_hdbscan_run(const float *points, size_t count, size_t dimensions, const dove_hdbscan_options *options,
                             const dove_progress *progress, dove_hdbscan *result, dove_error *error);

void dove_hdbscan_free(dove_hdbscan *result);

#endif
