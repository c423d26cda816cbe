#include "math/hdbscan/kdtree.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"

/* Points whose neighbours are searched by one step of the parallel loop. */
#define QUERY_BLOCK 256

typedef struct builder {
  kdtree *tree;
  const float *source; /* count × dimensions */
} builder;

static void set_box(const builder *b, uint32_t node) {
  const size_t d = b->tree->dimensions;
  double *low = b->tree->boxes + (size_t)node * 2 * d;
  double *high = low + d;
  const kdtree_node *n = &b->tree->nodes[node];
  for (size_t j = 0; j < d; j++) {
    low[j] = HUGE_VAL;
    high[j] = -HUGE_VAL;
  }
  for (uint32_t i = n->first; i < n->last; i++) {
    const float *point = b->source + b->tree->order[i] * d;
    for (size_t j = 0; j < d; j++) {
      const double value = (double)point[j];
      low[j] = value < low[j] ? value : low[j];
      high[j] = value > high[j] ? value : high[j];
    }
  }
}

static size_t widest_dimension(const kdtree *tree, uint32_t node) {
  const double *low = tree->boxes + (size_t)node * 2 * tree->dimensions;
  const double *high = low + tree->dimensions;
  size_t widest = 0;
  for (size_t j = 1; j < tree->dimensions; j++) {
    if (high[j] - low[j] > high[widest] - low[widest]) widest = j;
  }
  return widest;
}

/* Whether point p comes before q along a dimension; ties go by index, so that the order is total. */
static bool comes_before(const builder *b, size_t dimension, uint32_t p, uint32_t q) {
  const float x = b->source[p * b->tree->dimensions + dimension];
  const float y = b->source[q * b->tree->dimensions + dimension];
  return x < y || (x == y && p < q);
}

static void swap_indices(uint32_t *a, uint32_t *b) {
  const uint32_t kept = *a;
  *a = *b;
  *b = kept;
}

/* Puts the median of three in the middle and returns it. */
static uint32_t median_of_three(const builder *b, size_t dimension, uint32_t *low, uint32_t *middle, uint32_t *high) {
  if (comes_before(b, dimension, *middle, *low)) swap_indices(middle, low);
  if (comes_before(b, dimension, *high, *middle)) swap_indices(high, middle);
  if (comes_before(b, dimension, *middle, *low)) swap_indices(middle, low);
  return *middle;
}

/* Hoare's selection: afterwards everything before `wanted` comes before it along `dimension`. */
static void select_point(const builder *b, size_t dimension, uint32_t first, uint32_t last, uint32_t wanted) {
  uint32_t *order = b->tree->order;
  while (last - first > 1) {
    const uint32_t pivot =
        median_of_three(b, dimension, &order[first], &order[first + (last - first) / 2], &order[last - 1]);
    uint32_t i = first;
    uint32_t j = last - 1;
    for (;;) {
      while (comes_before(b, dimension, order[i], pivot)) i++;
      while (comes_before(b, dimension, pivot, order[j])) j--;
      if (i >= j) break;
      swap_indices(&order[i++], &order[j--]);
    }
    /* Points before i come before or are the pivot; those after j come after or are it. */
    if (wanted < i) {
      last = i;
    } else if (wanted > j || i > j) {
      first = i > j ? i : j + 1;
    } else {
      return;
    }
  }
}

/* The first child of a node gets a multiple of KDTREE_LEAF points, so that leaves are full. */
static uint32_t split_point(uint32_t first, uint32_t last) {
  const uint32_t leaves = (last - first + KDTREE_LEAF - 1) / KDTREE_LEAF;
  return first + (leaves / 2) * KDTREE_LEAF;
}

static void build_nodes(const builder *b) {
  kdtree *tree = b->tree;
  tree->nodes[0] = (kdtree_node){.first = 0, .last = (uint32_t)tree->count};
  tree->node_count = 1;
  for (uint32_t node = 0; node < tree->node_count; node++) {
    kdtree_node *n = &tree->nodes[node];
    set_box(b, node);
    if (n->last - n->first <= KDTREE_LEAF) {
      n->block = (uint32_t)tree->block_count++;
      continue;
    }
    const uint32_t middle = split_point(n->first, n->last);
    select_point(b, widest_dimension(tree, node), n->first, n->last, middle);
    n->left = (uint32_t)tree->node_count++;
    n->right = (uint32_t)tree->node_count++;
    tree->nodes[n->left] = (kdtree_node){.first = n->first, .last = middle};
    tree->nodes[n->right] = (kdtree_node){.first = middle, .last = n->last};
  }
}

static void copy_points(const builder *b) {
  kdtree *tree = b->tree;
  const size_t d = tree->dimensions;
  for (size_t i = 0; i < tree->count; i++) {
    for (size_t j = 0; j < d; j++) tree->points[i * d + j] = (double)b->source[tree->order[i] * d + j];
  }
  for (size_t i = 0; i < tree->block_count * d * KDTREE_LEAF; i++) tree->leaves[i] = HUGE_VAL;
  for (size_t n = 0; n < tree->node_count; n++) {
    const kdtree_node *node = &tree->nodes[n];
    if (node->left != 0) continue;
    double *block = tree->leaves + node->block * d * KDTREE_LEAF;
    for (uint32_t i = node->first; i < node->last; i++) {
      for (size_t j = 0; j < d; j++) block[j * KDTREE_LEAF + (i - node->first)] = tree->points[i * d + j];
    }
  }
}

dove_status kdtree_create(kdtree *tree, const float *points, size_t count, size_t dimensions, dove_error *error) {
  *tree = (kdtree){.count = count, .dimensions = dimensions};
  const size_t leaves = (count + KDTREE_LEAF - 1) / KDTREE_LEAF;
  tree->nodes = dove_alloc(2 * leaves, sizeof *tree->nodes);
  tree->boxes = dove_alloc(4 * leaves * dimensions, sizeof *tree->boxes);
  tree->order = dove_alloc(count, sizeof *tree->order);
  tree->points = dove_alloc(count * dimensions, sizeof *tree->points);
  tree->leaves = dove_alloc_aligned(leaves * dimensions * KDTREE_LEAF, sizeof *tree->leaves);
  if (tree->nodes == NULL || tree->boxes == NULL || tree->order == NULL || tree->points == NULL ||
      tree->leaves == NULL) {
    kdtree_free(tree);
    return dove_fail_memory(error, "building a k-d tree");
  }
  for (size_t i = 0; i < count; i++) tree->order[i] = (uint32_t)i;
  const builder b = {.tree = tree, .source = points};
  build_nodes(&b);
  copy_points(&b);
  return DOVE_OK;
}

void kdtree_free(kdtree *tree) {
  free(tree->nodes);
  free(tree->boxes);
  free(tree->order);
  free(tree->points);
  free(tree->leaves);
  *tree = (kdtree){0};
}

double kdtree_box_distance(const kdtree *tree, uint32_t node, const double *point) {
  const size_t d = tree->dimensions;
  const double *low = tree->boxes + (size_t)node * 2 * d;
  const double *high = low + d;
  double sum = 0.0;
  for (size_t j = 0; j < d; j++) {
    const double below = low[j] - point[j];
    const double above = point[j] - high[j];
    double outside = below > above ? below : above;
    outside = outside > 0.0 ? outside : 0.0;
    sum += outside * outside;
  }
  return sum;
}

void kdtree_leaf_distances(const kdtree *tree, const kdtree_node *leaf, const double *point, double *squared) {
  const double *block = tree->leaves + leaf->block * tree->dimensions * KDTREE_LEAF;
  double sums[KDTREE_LEAF] = {0};
  for (size_t j = 0; j < tree->dimensions; j++) {
    for (size_t i = 0; i < KDTREE_LEAF; i++) {
      const double difference = block[j * KDTREE_LEAF + i] - point[j];
      sums[i] += difference * difference;
    }
  }
  memcpy(squared, sums, sizeof sums);
}

/* The k nearest so far, rising. */
typedef struct nearest {
  size_t k;
  double *squared;
  uint32_t *neighbors;
} nearest;

static void offer(const nearest *list, double squared, uint32_t neighbor) {
  size_t place = list->k - 1;
  while (place > 0 && (list->squared[place - 1] > squared ||
                       (list->squared[place - 1] == squared && list->neighbors[place - 1] > neighbor))) {
    list->squared[place] = list->squared[place - 1];
    list->neighbors[place] = list->neighbors[place - 1];
    place--;
  }
  list->squared[place] = squared;
  list->neighbors[place] = neighbor;
}

static void scan_leaf(const kdtree *tree, const kdtree_node *leaf, uint32_t self, const nearest *list) {
  double squared[KDTREE_LEAF];
  kdtree_leaf_distances(tree, leaf, tree->points + self * tree->dimensions, squared);
  for (uint32_t i = leaf->first; i < leaf->last; i++) {
    const double distance = squared[i - leaf->first];
    const double worst = list->squared[list->k - 1];
    if (distance > worst || i == self) continue;
    if (distance < worst || i < list->neighbors[list->k - 1]) offer(list, distance, i);
  }
}

static void search(const kdtree *tree, uint32_t node, uint32_t self, const nearest *list) {
  const kdtree_node *n = &tree->nodes[node];
  if (n->left == 0) {
    scan_leaf(tree, n, self, list);
    return;
  }
  const double *point = tree->points + self * tree->dimensions;
  uint32_t near = n->left;
  uint32_t far = n->right;
  double near_distance = kdtree_box_distance(tree, near, point);
  double far_distance = kdtree_box_distance(tree, far, point);
  if (far_distance < near_distance) {
    near = n->right;
    far = n->left;
    const double kept = near_distance;
    near_distance = far_distance;
    far_distance = kept;
  }
  if (near_distance <= list->squared[list->k - 1]) search(tree, near, self, list);
  if (far_distance <= list->squared[list->k - 1]) search(tree, far, self, list);
}

dove_status kdtree_neighbors(const kdtree *tree, size_t k, double *squared, uint32_t *neighbors, dove_error *error) {
  if (k == 0 || k >= tree->count)
    return dove_fail(error, DOVE_USAGE, "%zu neighbours of %zu points cannot be found", k, tree->count);
  const size_t blocks = (tree->count + QUERY_BLOCK - 1) / QUERY_BLOCK;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic)
  for (size_t block = 0; block < blocks; block++) {
    for (size_t i = block * QUERY_BLOCK; i < tree->count && i < (block + 1) * QUERY_BLOCK; i++) {
      const nearest list = {.k = k, .squared = squared + i * k, .neighbors = neighbors + i * k};
      for (size_t j = 0; j < k; j++) {
        list.squared[j] = HUGE_VAL;
        list.neighbors[j] = UINT32_MAX;
      }
      search(tree, 0, (uint32_t)i, &list);
    }
  }
  return DOVE_OK;
}
