/* Prim's algorithm over all pairs, for dimensions in which a tree prunes nothing. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "dove/matrix.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/hdbscan/hdbscan_internal.h"

/* Points handled by one step of a parallel loop. */
#define BLOCK 1024

typedef struct prim {
  const float *points;
  size_t count;
  size_t dimensions;
  double *core;     /* squared */
  double *length;   /* of the shortest edge from each point outside the tree into it */
  uint32_t *target; /* its end in the tree */
  bool *inside;
  uint32_t *block_nearest; /* per block: the point outside with the shortest edge, or count */
} prim;

static double squared_distance(const prim *p, size_t i, size_t j) {
  return dove_squared_distance(p->points + i * p->dimensions, p->points + j * p->dimensions, p->dimensions);
}

/* Squared distance to neighbour number k; `nearest` holds k numbers. */
static double core_distance(const prim *p, size_t i, size_t k, double *nearest) {
  for (size_t m = 0; m < k; m++) nearest[m] = HUGE_VAL;
  for (size_t j = 0; j < p->count; j++) {
    if (j == i) continue;
    const double squared = squared_distance(p, i, j);
    if (squared >= nearest[k - 1]) continue;
    size_t place = k - 1;
    for (; place > 0 && nearest[place - 1] > squared; place--) nearest[place] = nearest[place - 1];
    nearest[place] = squared;
  }
  return nearest[k - 1];
}

static dove_status core_distances(prim *p, size_t k, const dove_progress *progress, dove_error *error) {
  bool complete = true;
  const size_t blocks = (p->count + BLOCK - 1) / BLOCK;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic) reduction(&& : complete)
  for (size_t block = 0; block < blocks; block++) {
    double *nearest = dove_alloc(k, sizeof *nearest);
    complete = complete && nearest != NULL;
    for (size_t i = block * BLOCK; nearest != NULL && i < p->count && i < (block + 1) * BLOCK; i++) {
      if (dove_progress_cancelled(progress)) break;
      p->core[i] = core_distance(p, i, k, nearest);
    }
    free(nearest);
  }
  return complete ? DOVE_OK : dove_fail_memory(error, "clustering");
}

/* Lets point `added` shorten the edges of one block; finds the block's nearest point outside the tree. */
static void relax_block(prim *p, size_t block, size_t added) {
  uint32_t nearest = (uint32_t)p->count;
  for (size_t j = block * BLOCK; j < p->count && j < (block + 1) * BLOCK; j++) {
    if (p->inside[j]) continue;
    const double floor = fmax(p->core[added], p->core[j]);
    if (floor < p->length[j]) {
      const double length = fmax(floor, squared_distance(p, added, j));
      if (length < p->length[j]) {
        p->length[j] = length;
        p->target[j] = (uint32_t)added;
      }
    }
    if (nearest == p->count || p->length[j] < p->length[nearest]) nearest = (uint32_t)j;
  }
  p->block_nearest[block] = nearest;
}

static size_t nearest_outside(const prim *p, size_t blocks) {
  size_t nearest = p->count;
  for (size_t block = 0; block < blocks; block++) {
    const size_t j = p->block_nearest[block];
    if (j != p->count && (nearest == p->count || p->length[j] < p->length[nearest])) nearest = j;
  }
  return nearest;
}

static dove_status grow(prim *p, const dove_progress *progress, hdbscan_edge *edges, dove_error *error) {
  const size_t blocks = (p->count + BLOCK - 1) / BLOCK;
  for (size_t j = 0; j < p->count; j++) {
    p->length[j] = HUGE_VAL;
    p->inside[j] = false;
  }
  size_t added = 0;
  for (size_t step = 0; step + 1 < p->count; step++) {
    if (step % 256 == 0) dove_progress_report(progress, "clusters", (double)step, (double)(p->count - 1));
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "clustering was stopped");
    p->inside[added] = true;
#pragma omp parallel for num_threads(dove_threads()) schedule(static) if (blocks > 1)
    for (size_t block = 0; block < blocks; block++) relax_block(p, block, added);
    added = nearest_outside(p, blocks);
    edges[step] = (hdbscan_edge){.weight = p->length[added], .a = p->target[added], .b = (uint32_t)added};
  }
  return DOVE_OK;
}

dove_status hdbscan_prim(const float *points, size_t count, size_t dimensions, size_t min_samples,
                         const dove_progress *progress, hdbscan_edge *edges, dove_error *error) {
  prim p = {.points = points, .count = count, .dimensions = dimensions};
  p.core = dove_alloc(count, sizeof *p.core);
  p.length = dove_alloc(count, sizeof *p.length);
  p.target = dove_alloc(count, sizeof *p.target);
  p.inside = dove_alloc(count, sizeof *p.inside);
  p.block_nearest = dove_alloc(count / BLOCK + 1, sizeof *p.block_nearest);
  dove_status status = DOVE_OK;
  if (p.core == NULL || p.length == NULL || p.target == NULL || p.inside == NULL || p.block_nearest == NULL)
    status = dove_fail_memory(error, "clustering");
  if (status == DOVE_OK) status = core_distances(&p, min_samples, progress, error);
  if (status == DOVE_OK) status = grow(&p, progress, edges, error);
  free(p.core);
  free(p.length);
  free(p.target);
  free(p.inside);
  free(p.block_nearest);
  return status;
}
