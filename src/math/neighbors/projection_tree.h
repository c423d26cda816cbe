/* A random projection tree (Dasgupta and Freund 2008): points are halved at the median of their position between two
 * random points, again and again, until leaves are small. Near points tend to share a leaf. */
#ifndef DOVE_MATH_PROJECTION_TREE_H
#define DOVE_MATH_PROJECTION_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/matrix.h"

/* Most points a leaf can have; leaves have more than half as many when there are more points than fit in one. */
#define PROJECTION_LEAF 256

typedef struct projection_tree {
  uint32_t *order; /* all points, leaf after leaf */
  size_t leaves;
  size_t *start; /* leaves + 1: where each leaf begins in `order` */
} projection_tree;

/* Depends on the points, `seed` and `number` alone; false when memory ran out. */
bool projection_tree_build(dove_matrix_view points, uint64_t seed, uint64_t number, projection_tree *tree);
void projection_tree_free(projection_tree *tree);

#endif
