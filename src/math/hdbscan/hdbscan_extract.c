/* From the spanning tree to clusters: single linkage, the condensed tree, excess of mass (Campello et al. 2013). */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dove/memory.h"
#include "math/hdbscan/hdbscan_internal.h"

#define NONE UINT32_MAX

/* Points at distance 0 would have an infinite density; they get this many times the highest finite one. */
#define DUPLICATE_DENSITY 1e9

/* A merge of single linkage: node count + index, made of two nodes; nodes under `count` are points. */
typedef struct linkage {
  uint32_t left;
  uint32_t right;
  uint32_t size;
  double density; /* λ = 1 / distance */
} linkage;

/* A cluster of the condensed tree; number 0 is the root. Parents come before children. */
typedef struct cluster {
  uint32_t parent;
  double birth;     /* density at which it split off */
  double stability; /* Σ over members (density at which they leave − birth) */
  double children;  /* the best stability that its descendants reach together */
  double densest;   /* highest density at which a point leaves a selected cluster */
  uint32_t chosen;  /* the selected cluster that holds it, or NONE */
} cluster;

/* Where a node of the linkage is in the condensed tree. */
typedef struct place {
  uint32_t cluster;
  double density; /* at which it left the cluster; < 0 while it is in it */
} place;

typedef struct extraction {
  size_t count;
  size_t min_cluster_size;
  linkage *merges; /* count − 1 */
  place *places;   /* 2 count − 1 */
  cluster *clusters;
  uint32_t cluster_count;
} extraction;

/* By weight; equal ones by their ends, lower end first, so that the order is total. Core distances make ties common: a
 * point often reaches several others at just its core distance, and the order decides which it joins first. */
static int compare_edges(const void *left, const void *right) {
  const hdbscan_edge *x = left;
  const hdbscan_edge *y = right;
  if (x->weight != y->weight) return x->weight < y->weight ? -1 : 1;
  const uint32_t low_x = x->a < x->b ? x->a : x->b;
  const uint32_t low_y = y->a < y->b ? y->a : y->b;
  if (low_x != low_y) return low_x < low_y ? -1 : 1;
  const uint32_t high_x = x->a < x->b ? x->b : x->a;
  const uint32_t high_y = y->a < y->b ? y->b : y->a;
  return (high_x > high_y) - (high_x < high_y);
}

static double highest_density(const hdbscan_edge *edges, size_t count) {
  for (size_t e = 0; e < count; e++) {
    if (edges[e].weight > 0.0) return DUPLICATE_DENSITY / sqrt(edges[e].weight);
  }
  return DUPLICATE_DENSITY;
}

static uint32_t size_of(const extraction *x, uint32_t node) {
  return node < x->count ? 1 : x->merges[node - x->count].size;
}

/* Single linkage along the sorted edges. */
static dove_status link_edges(extraction *x, const hdbscan_edge *edges, dove_error *error) {
  uint32_t *parent = dove_alloc(x->count, sizeof *parent);
  uint32_t *node = dove_alloc(x->count, sizeof *node); /* of each root */
  if (parent != NULL && node != NULL) {
    const double highest = highest_density(edges, x->count - 1);
    for (size_t i = 0; i < x->count; i++) node[i] = parent[i] = (uint32_t)i;
    for (size_t e = 0; e + 1 < x->count; e++) {
      const uint32_t a = hdbscan_root(parent, edges[e].a);
      const uint32_t b = hdbscan_root(parent, edges[e].b);
      const uint32_t size = size_of(x, node[a]) + size_of(x, node[b]);
      const double density = edges[e].weight > 0.0 ? 1.0 / sqrt(edges[e].weight) : highest;
      x->merges[e] = (linkage){.left = node[a], .right = node[b], .size = size, .density = density};
      parent[b] = a;
      node[a] = (uint32_t)(x->count + e);
    }
  }
  const bool complete = parent != NULL && node != NULL;
  free(parent);
  free(node);
  return complete ? DOVE_OK : dove_fail_memory(error, "clustering");
}

static void put_into_new_cluster(extraction *x, uint32_t node, uint32_t parent, double density) {
  x->clusters[x->cluster_count] = (cluster){.parent = parent, .birth = density, .chosen = NONE};
  x->places[node] = (place){.cluster = x->cluster_count++, .density = -1.0};
}

/* Lets both halves of a merge stay, split off or leave; the cluster is charged for what does not stay. */
static void condense_merge(extraction *x, const linkage *m, const place *at) {
  if (at->density >= 0.0) {
    x->places[m->left] = *at;
    x->places[m->right] = *at;
    return;
  }
  cluster *own = &x->clusters[at->cluster];
  const bool large_left = size_of(x, m->left) >= x->min_cluster_size;
  const bool large_right = size_of(x, m->right) >= x->min_cluster_size;
  const place left_the_cluster = {.cluster = at->cluster, .density = m->density};
  const uint32_t leaving = (large_left == large_right ? m->size : 0) +
                           (large_left && !large_right ? size_of(x, m->right) : 0) +
                           (large_right && !large_left ? size_of(x, m->left) : 0);
  own->stability += (m->density - own->birth) * (double)leaving;
  if (large_left && large_right) {
    put_into_new_cluster(x, m->left, at->cluster, m->density);
    put_into_new_cluster(x, m->right, at->cluster, m->density);
    return;
  }
  x->places[m->left] = large_left ? *at : left_the_cluster;
  x->places[m->right] = large_right ? *at : left_the_cluster;
}

static void condense(extraction *x) {
  const size_t root = 2 * x->count - 2;
  x->clusters[0] = (cluster){.parent = NONE, .chosen = NONE};
  x->cluster_count = 1;
  x->places[root] = (place){.cluster = 0, .density = -1.0};
  for (size_t node = root; node >= x->count; node--) {
    const place at = x->places[node];
    condense_merge(x, &x->merges[node - x->count], &at);
  }
}

/* Excess of mass: a cluster is kept when it is at least as stable as its descendants together; never the root. */
static void select_clusters(extraction *x) {
  for (uint32_t c = x->cluster_count; c-- > 1;) {
    cluster *own = &x->clusters[c];
    const bool kept = own->children <= own->stability;
    own->chosen = kept ? c : NONE;
    x->clusters[own->parent].children += kept ? own->stability : own->children;
  }
  for (uint32_t c = 1; c < x->cluster_count; c++) {
    const uint32_t above = x->clusters[x->clusters[c].parent].chosen;
    if (above != NONE) x->clusters[c].chosen = above;
  }
}

/* Labels in order of first appearance, and how long each point stays against the densest of its cluster. */
static dove_status label_points(extraction *x, dove_hdbscan *result, dove_error *error) {
  int32_t *number = dove_alloc(x->cluster_count, sizeof *number);
  if (number == NULL) return dove_fail_memory(error, "clustering");
  for (uint32_t c = 0; c < x->cluster_count; c++) number[c] = DOVE_NOISE;
  for (size_t i = 0; i < x->count; i++) {
    const uint32_t chosen = x->clusters[x->places[i].cluster].chosen;
    result->labels[i] = DOVE_NOISE;
    if (chosen == NONE) {
      result->noise++;
      continue;
    }
    if (number[chosen] == DOVE_NOISE) number[chosen] = (int32_t)result->clusters++;
    result->labels[i] = number[chosen];
    x->clusters[chosen].densest = fmax(x->clusters[chosen].densest, x->places[i].density);
  }
  for (size_t i = 0; i < x->count; i++) {
    const uint32_t chosen = x->clusters[x->places[i].cluster].chosen;
    result->probabilities[i] = chosen == NONE ? 0.0f : (float)(x->places[i].density / x->clusters[chosen].densest);
  }
  free(number);
  return DOVE_OK;
}

dove_status hdbscan_extract(hdbscan_edge *edges, size_t count, size_t min_cluster_size, dove_hdbscan *result,
                            dove_error *error) {
  extraction x = {.count = count, .min_cluster_size = min_cluster_size};
  x.merges = dove_alloc(count, sizeof *x.merges);
  x.places = dove_alloc(count, 2 * sizeof *x.places);
  /* Each split makes two clusters of at least two points, so there are fewer clusters than points. */
  x.clusters = dove_alloc(count + 1, sizeof *x.clusters);
  dove_status status = DOVE_OK;
  if (x.merges == NULL || x.places == NULL || x.clusters == NULL) {
    status = dove_fail_memory(error, "clustering");
  } else {
    qsort(edges, count - 1, sizeof *edges, compare_edges);
    status = link_edges(&x, edges, error);
  }
  if (status == DOVE_OK) {
    condense(&x);
    select_clusters(&x);
    status = label_points(&x, result, error);
  }
  free(x.merges);
  free(x.places);
  free(x.clusters);
  return status;
}
