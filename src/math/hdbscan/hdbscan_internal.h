/* The steps of HDBSCAN: minimum spanning tree of the mutual reachability distances, then the condensed cluster tree. */
#ifndef DOVE_MATH_HDBSCAN_INTERNAL_H
#define DOVE_MATH_HDBSCAN_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "dove/hdbscan.h"

/* An edge of the spanning tree; points in the caller's numbering. */
typedef struct hdbscan_edge {
  double weight; /* squared mutual reachability distance */
  uint32_t a;
  uint32_t b;
} hdbscan_edge;

/* The exact minimum spanning tree (count − 1 edges, in no order) of the mutual reachability distances
 * max(core_a, core_b, d(a, b)), where core is the distance to neighbour number `min_samples` < count.
 * Borůvka on a k-d tree, for low dimension, and Prim over all pairs, for high dimension. */
dove_status hdbscan_boruvka(const float *points, size_t count, size_t dimensions, size_t min_samples,
                            const dove_progress *progress, hdbscan_edge *edges, dove_error *error);
dove_status hdbscan_prim(const float *points, size_t count, size_t dimensions, size_t min_samples,
                         const dove_progress *progress, hdbscan_edge *edges, dove_error *error);

/* Labels and probabilities from the spanning tree, whose edges it sorts. result->labels and probabilities are there. */
dove_status hdbscan_extract(hdbscan_edge *edges, size_t count, size_t min_cluster_size, dove_hdbscan *result,
                            dove_error *error);

/* Root of `item` in a forest of parents; halves the path. */
static inline uint32_t hdbscan_root(uint32_t *parent, uint32_t item) {
  while (parent[item] != item) {
    parent[item] = parent[parent[item]];
    item = parent[item];
  }
  return item;
}

#endif
