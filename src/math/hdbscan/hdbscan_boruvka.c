/* Borůvka's algorithm for the minimum spanning tree of mutual reachability on a k-d tree (March, Ram and Gray 2010 for
 * the idea of pruning by component). In each round every component finds its shortest edge to another one. A point
 * keeps what it learned: components only grow, so the shortest edge it found stays the shortest until its other end
 * joins the component, and a lower bound stays a lower bound. Of edges of equal length any will do: each component adds
 * one edge at most, unless both ends have been joined, which cannot close a cycle or miss the minimum. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/hdbscan/hdbscan_internal.h"
#include "math/hdbscan/kdtree.h"

#define NONE UINT32_MAX

/* Points searched by one step of the parallel loop, fixed, because the bound they share depends on their order. */
#define SEARCH_BLOCK 256

typedef struct forest {
  kdtree tree;
  size_t k;
  double *near_squared; /* count × k: distances to the nearest neighbours */
  uint32_t *near;       /* count × k */
  double *core;         /* count: squared core distances */
  uint32_t *component;  /* count */
  size_t components;
  double *node_core;        /* per node: least core distance in it */
  uint32_t *node_component; /* per node: the component of all its points, or NONE */
  double *length;           /* count: of the point's shortest known edge to another component */
  uint32_t *target;         /* count: that edge's other end, or NONE */
  double *lower;            /* count: no edge to another component is shorter */
  double *bound;            /* per component: length of its shortest known edge */
  uint32_t *best;           /* per component: the point that has it */
  uint32_t *parent;         /* per component: union-find during a merge */
  uint32_t *renumbered;     /* per component */
} forest;

static void destroy(forest *f) {
  kdtree_free(&f->tree);
  free(f->near_squared);
  free(f->near);
  free(f->core);
  free(f->component);
  free(f->node_core);
  free(f->node_component);
  free(f->length);
  free(f->target);
  free(f->lower);
  free(f->bound);
  free(f->best);
  free(f->parent);
  free(f->renumbered);
}

static dove_status create(forest *f, const float *points, size_t count, size_t dimensions, size_t k,
                          dove_error *error) {
  *f = (forest){.k = k, .components = count};
  dove_status status = kdtree_create(&f->tree, points, count, dimensions, error);
  if (status != DOVE_OK) return status;
  f->near_squared = dove_alloc(count, k * sizeof *f->near_squared);
  f->near = dove_alloc(count, k * sizeof *f->near);
  f->core = dove_alloc(count, sizeof *f->core);
  f->component = dove_alloc(count, sizeof *f->component);
  f->node_core = dove_alloc(f->tree.node_count, sizeof *f->node_core);
  f->node_component = dove_alloc(f->tree.node_count, sizeof *f->node_component);
  f->length = dove_alloc(count, sizeof *f->length);
  f->target = dove_alloc(count, sizeof *f->target);
  f->lower = dove_alloc(count, sizeof *f->lower);
  f->bound = dove_alloc(count, sizeof *f->bound);
  f->best = dove_alloc(count, sizeof *f->best);
  f->parent = dove_alloc(count, sizeof *f->parent);
  f->renumbered = dove_alloc(count, sizeof *f->renumbered);
  const bool complete = f->near_squared != NULL && f->near != NULL && f->core != NULL && f->component != NULL &&
                        f->node_core != NULL && f->node_component != NULL && f->length != NULL && f->target != NULL &&
                        f->lower != NULL && f->bound != NULL && f->best != NULL && f->parent != NULL &&
                        f->renumbered != NULL;
  return complete ? DOVE_OK : dove_fail_memory(error, "clustering");
}

/* Core distances, their minima per node, and every point its own component. */
static dove_status prepare(forest *f, dove_error *error) {
  const dove_status status = kdtree_neighbors(&f->tree, f->k, f->near_squared, f->near, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < f->tree.count; i++) {
    f->core[i] = f->near_squared[i * f->k + f->k - 1];
    f->component[i] = (uint32_t)i;
    f->target[i] = NONE;
    f->lower[i] = f->core[i];
  }
  for (size_t n = f->tree.node_count; n-- > 0;) {
    const kdtree_node *node = &f->tree.nodes[n];
    double least = HUGE_VAL;
    if (node->left != 0) {
      least = fmin(f->node_core[node->left], f->node_core[node->right]);
    } else {
      for (uint32_t i = node->first; i < node->last; i++) least = fmin(least, f->core[i]);
    }
    f->node_core[n] = least;
  }
  return DOVE_OK;
}

static void mark_nodes(forest *f) {
  for (size_t n = f->tree.node_count; n-- > 0;) {
    const kdtree_node *node = &f->tree.nodes[n];
    uint32_t common;
    if (node->left != 0) {
      common = f->node_component[node->left];
      if (common != f->node_component[node->right]) common = NONE;
    } else {
      common = f->component[node->first];
      for (uint32_t i = node->first + 1; i < node->last; i++) common = f->component[i] == common ? common : NONE;
    }
    f->node_component[n] = common;
  }
}

static double reach(const forest *f, size_t i, uint32_t j, double squared) {
  return fmax(squared, fmax(f->core[i], f->core[j]));
}

/* Renews a point's shortest known edge from its list of neighbours when the old one has fallen inside its component. */
static void refresh_point(forest *f, size_t i) {
  if (f->target[i] != NONE && f->component[f->target[i]] != f->component[i]) return;
  f->target[i] = NONE;
  f->length[i] = HUGE_VAL;
  for (size_t k = 0; k < f->k; k++) {
    const uint32_t j = f->near[i * f->k + k];
    if (f->component[j] == f->component[i]) continue;
    const double length = reach(f, i, j, f->near_squared[i * f->k + k]);
    if (length < f->length[i]) {
      f->length[i] = length;
      f->target[i] = j;
    }
  }
}

/* Each component's bound from what its points know. */
static void set_bounds(forest *f) {
#pragma omp parallel for num_threads(dove_threads()) schedule(static)
  for (size_t i = 0; i < f->tree.count; i++) refresh_point(f, i);
  for (size_t c = 0; c < f->components; c++) {
    f->bound[c] = HUGE_VAL;
    f->best[c] = NONE;
  }
  for (size_t i = 0; i < f->tree.count; i++) {
    const uint32_t c = f->component[i];
    if (f->target[i] == NONE || !(f->length[i] < f->bound[c])) continue;
    f->bound[c] = f->length[i];
    f->best[c] = (uint32_t)i;
  }
}

/* Looks for an edge of point i to another component shorter than *bound; lowers it to what it finds. */
static void search(forest *f, uint32_t n, uint32_t i, double *bound) {
  const kdtree_node *node = &f->tree.nodes[n];
  const double *point = f->tree.points + i * f->tree.dimensions;
  if (node->left == 0) {
    double squared[KDTREE_LEAF];
    kdtree_leaf_distances(&f->tree, node, point, squared);
    for (uint32_t j = node->first; j < node->last; j++) {
      if (squared[j - node->first] >= *bound || f->component[j] == f->component[i]) continue;
      const double length = reach(f, i, j, squared[j - node->first]);
      if (length >= *bound) continue;
      *bound = length;
      f->length[i] = length;
      f->target[i] = j;
    }
    return;
  }
  uint32_t child[2] = {node->left, node->right};
  double distance[2];
  for (int side = 0; side < 2; side++) {
    distance[side] = f->node_component[child[side]] == f->component[i]
                         ? HUGE_VAL
                         : fmax(kdtree_box_distance(&f->tree, child[side], point), f->node_core[child[side]]);
  }
  const int nearer = distance[1] < distance[0] ? 1 : 0;
  if (distance[nearer] < *bound) search(f, child[nearer], i, bound);
  if (distance[1 - nearer] < *bound) search(f, child[1 - nearer], i, bound);
}

/* Searches for point i under a bound, when it can have something shorter. Returns the bound afterwards. */
static double improve(forest *f, size_t i, double bound) {
  if (f->lower[i] >= bound || f->core[i] >= bound) return bound;
  double found = bound;
  search(f, 0, (uint32_t)i, &found);
  f->lower[i] = found;
  return found;
}

/* Components that know no edge yet get one from the point with the least lower bound, so that the others of the
 * component can be judged against it. */
static void seed_components(forest *f) {
  for (size_t i = 0; i < f->tree.count; i++) {
    const uint32_t c = f->component[i];
    if (f->bound[c] < HUGE_VAL) continue;
    if (f->best[c] == NONE || f->lower[i] < f->lower[f->best[c]]) f->best[c] = (uint32_t)i;
  }
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic, 16)
  for (size_t c = 0; c < f->components; c++) {
    if (f->bound[c] == HUGE_VAL && f->best[c] != NONE) f->bound[c] = improve(f, f->best[c], HUGE_VAL);
  }
}

static void search_all(forest *f) {
  const size_t blocks = (f->tree.count + SEARCH_BLOCK - 1) / SEARCH_BLOCK;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic)
  for (size_t block = 0; block < blocks; block++) {
    uint32_t component = NONE;
    double bound = HUGE_VAL;
    for (size_t i = block * SEARCH_BLOCK; i < f->tree.count && i < (block + 1) * SEARCH_BLOCK; i++) {
      if (f->component[i] != component) {
        component = f->component[i];
        bound = f->bound[component];
      }
      bound = improve(f, i, bound);
    }
  }
  for (size_t i = 0; i < f->tree.count; i++) {
    const uint32_t c = f->component[i];
    if (f->target[i] == NONE || f->length[i] > f->bound[c]) continue;
    if (f->length[i] == f->bound[c] && f->best[c] != NONE && f->best[c] <= i) continue;
    f->bound[c] = f->length[i];
    f->best[c] = (uint32_t)i;
  }
}

/* Adds the components' edges and renumbers the components by their first point. */
static size_t merge(forest *f, hdbscan_edge *edges, size_t edge_count) {
  for (size_t c = 0; c < f->components; c++) f->parent[c] = (uint32_t)c;
  for (size_t c = 0; c < f->components; c++) {
    const uint32_t i = f->best[c];
    if (i == NONE) continue;
    const uint32_t j = f->target[i];
    const uint32_t root_i = hdbscan_root(f->parent, f->component[i]);
    const uint32_t root_j = hdbscan_root(f->parent, f->component[j]);
    if (root_i == root_j) continue;
    f->parent[root_i > root_j ? root_i : root_j] = root_i > root_j ? root_j : root_i;
    edges[edge_count++] = (hdbscan_edge){.weight = f->length[i], .a = f->tree.order[i], .b = f->tree.order[j]};
  }
  uint32_t next = 0;
  for (size_t c = 0; c < f->components; c++) {
    /* Roots have the smallest number of their component, so a root is renumbered before what hangs on it. */
    const uint32_t root = hdbscan_root(f->parent, (uint32_t)c);
    f->renumbered[c] = root == c ? next++ : f->renumbered[root];
  }
  for (size_t i = 0; i < f->tree.count; i++) f->component[i] = f->renumbered[f->component[i]];
  f->components = next;
  return edge_count;
}

static dove_status grow(forest *f, const dove_progress *progress, hdbscan_edge *edges, dove_error *error) {
  dove_status status = prepare(f, error);
  if (status != DOVE_OK) return status;
  size_t edge_count = 0;
  while (f->components > 1) {
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "clustering was stopped");
    dove_progress_report(progress, "clusters", (double)edge_count, (double)(f->tree.count - 1));
    mark_nodes(f);
    set_bounds(f);
    seed_components(f);
    search_all(f);
    edge_count = merge(f, edges, edge_count);
  }
  return DOVE_OK;
}

dove_status hdbscan_boruvka(const float *points, size_t count, size_t dimensions, size_t min_samples,
                            const dove_progress *progress, hdbscan_edge *edges, dove_error *error) {
  forest f;
  dove_status status = create(&f, points, count, dimensions, min_samples, error);
  if (status == DOVE_OK) status = grow(&f, progress, edges, error);
  destroy(&f);
  return status;
}
