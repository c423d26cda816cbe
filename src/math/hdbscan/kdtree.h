/* A k-d tree over points in low dimension. Points are kept in the order of the tree's leaves, so that neighbours in
 * space are neighbours in memory; queries speak in tree order, and `order` leads back. */
#ifndef DOVE_MATH_KDTREE_H
#define DOVE_MATH_KDTREE_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"

/* Points in a leaf, at most; also the stride between a leaf's coordinates. */
#define KDTREE_LEAF 16

typedef struct kdtree_node {
  uint32_t first; /* points first … last-1 in tree order */
  uint32_t last;
  uint32_t left; /* child nodes; 0 for a leaf (the root is nobody's child) */
  uint32_t right;
  uint32_t block; /* of a leaf: where its coordinates are */
} kdtree_node;

typedef struct kdtree {
  size_t count;
  size_t dimensions;
  kdtree_node *nodes; /* parents before children; nodes[0] is the root */
  size_t node_count;
  double *boxes;   /* node_count × 2 × dimensions: lowest corner, then highest */
  uint32_t *order; /* count: original index of each point in tree order */
  double *points;  /* count × dimensions in tree order */
  double *leaves;  /* blocks × dimensions × KDTREE_LEAF: coordinates side by side, infinity where a leaf has fewer */
  size_t block_count;
} kdtree;

/* `points`: count × dimensions, row-major, finite; count ≥ 1. */
dove_status kdtree_create(kdtree *tree, const float *points, size_t count, size_t dimensions, dove_error *error);
void kdtree_free(kdtree *tree);

/* Squared distance from `point` to the box of `node`; 0 inside. */
double kdtree_box_distance(const kdtree *tree, uint32_t node, const double *point);

/* Squared distances from `point` to the KDTREE_LEAF places of a leaf; infinite for places without a point. */
void kdtree_leaf_distances(const kdtree *tree, const kdtree_node *leaf, const double *point, double *squared);

/* The k nearest neighbours of every point, itself left out: distances (squared, count × k, rising) and neighbours (tree
 * order). Of equally far ones those earlier in tree order are kept. Needs k < count. */
dove_status kdtree_neighbors(const kdtree *tree, size_t k, double *squared, uint32_t *neighbors, dove_error *error);

#endif
