#include "math/neighbors/knn_internal.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "dove/blas.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"
#include "math/neighbors/projection_tree.h"

#define TREES  6
#define ROUNDS 6
/* A round looks at this many neighbours of a point, and at as many points that have it as neighbour. */
#define FAN 20
/* The search ends when a round changes fewer than this share of all list entries. */
#define SETTLED 0.002

static const char stage[] = "neighbours";
static const char memory_reason[] = "finding neighbours";

static bool list_has(const knn_candidate *list, size_t width, uint32_t index) {
  for (size_t c = 0; c < width; c++) {
    if (list[c].index == index) return true;
  }
  return false;
}

static bool offer(knn_candidate *list, size_t width, knn_candidate candidate) {
  if (!knn_nearer(candidate, list[width - 1]) || list_has(list, width, candidate.index)) return false;
  knn_insert(list, width, candidate);
  return true;
}

/* Scratch of one thread for comparing all points of a leaf. */
typedef struct leaf_scratch {
  float *rows;
  float *product;
} leaf_scratch;

/* Every point of a leaf is offered all the others. */
static void join_leaf(const knn_space *space, const uint32_t *members, size_t count, const leaf_scratch *scratch,
                      knn_lists *lists) {
  const dove_matrix_view all = dove_matrix_as_view(&space->points);
  dove_matrix_gather(all, members, count, scratch->rows);
  const dove_matrix_view leaf = {scratch->rows, count, all.columns};
  dove_matrix_product_block(leaf, leaf, scratch->product, count);
  for (size_t i = 0; i < count; i++) {
    knn_candidate *list = lists->items + members[i] * lists->width;
    const float *product = scratch->product + i * count;
    for (size_t j = 0; j < count; j++) {
      const float key = space->half_norm[members[j]] - product[j];
      if (key > list[lists->width - 1].key || i == j) continue;
      offer(list, lists->width, (knn_candidate){key, members[j]});
    }
  }
}

/* The leaves of one tree have no point in common, so they can be joined side by side. */
static dove_status join_tree(const knn_space *space, const projection_tree *tree, knn_lists *lists, dove_error *error) {
  atomic_bool failed = false;
#pragma omp parallel num_threads(dove_threads())
  {
    leaf_scratch scratch = {
        .rows = dove_alloc_aligned(PROJECTION_LEAF * space->points.columns, sizeof(float)),
        .product = dove_alloc_aligned((size_t)PROJECTION_LEAF * PROJECTION_LEAF, sizeof(float)),
    };
    const bool usable = scratch.rows != NULL && scratch.product != NULL;
    if (!usable) failed = true;
#pragma omp for schedule(dynamic)
    for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
      if (!usable) continue;
      const size_t first = tree->start[leaf];
      join_leaf(space, tree->order + first, tree->start[leaf + 1] - first, &scratch, lists);
    }
    free(scratch.rows);
    free(scratch.product);
  }
  return failed ? dove_fail_memory(error, memory_reason) : DOVE_OK;
}

static dove_status join_trees(const knn_space *space, uint64_t seed, knn_lists *lists, const dove_progress *progress,
                              dove_error *error) {
  projection_tree trees[TREES] = {{0}};
  atomic_bool failed = false;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic)
  for (size_t t = 0; t < TREES; t++) {
    if (!projection_tree_build(dove_matrix_as_view(&space->points), seed, t + 1, &trees[t])) failed = true;
  }
  dove_status status = failed ? dove_fail_memory(error, memory_reason) : DOVE_OK;
  for (size_t t = 0; t < TREES; t++) {
    if (status == DOVE_OK && dove_progress_cancelled(progress))
      status = dove_fail(error, DOVE_CANCELLED, "stopped while finding neighbours");
    if (status == DOVE_OK) status = join_tree(space, &trees[t], lists, error);
    dove_progress_report(progress, stage, (double)(t + 1), TREES + ROUNDS);
    projection_tree_free(&trees[t]);
  }
  return status;
}

/* Moves the row order[i] to place i, cycle by cycle, with room for one row. */
static void permute_rows(knn_space *space, const uint32_t *order, float *spare, bool *moved) {
  const size_t columns = space->points.columns, bytes = columns * sizeof(float);
  float *data = space->points.data;
  for (size_t start = 0; start < space->points.rows; start++) {
    if (moved[start]) continue;
    const float norm = space->half_norm[start];
    memcpy(spare, data + start * columns, bytes);
    size_t place = start;
    for (; order[place] != start; place = order[place]) {
      memcpy(data + place * columns, data + (size_t)order[place] * columns, bytes);
      space->half_norm[place] = space->half_norm[order[place]];
      moved[place] = true;
    }
    memcpy(data + place * columns, spare, bytes);
    space->half_norm[place] = norm;
    moved[place] = true;
  }
}

/* Puts the points in the order of the leaves of a tree of their own: what is compared later is then mostly in the cache
 * already. */
static dove_status order_points(knn_space *space, uint64_t seed, dove_error *error) {
  projection_tree tree = {0};
  float *spare = dove_alloc(space->points.columns, sizeof *spare);
  bool *moved = dove_alloc_zero(space->points.rows, sizeof *moved);
  dove_status status = DOVE_OK;
  if (spare == NULL || moved == NULL || !projection_tree_build(dove_matrix_as_view(&space->points), seed, 0, &tree)) {
    status = dove_fail_memory(error, memory_reason);
  } else {
    permute_rows(space, tree.order, spare, moved);
    space->original = tree.order;
    tree.order = NULL;
  }
  projection_tree_free(&tree);
  free(spare);
  free(moved);
  return status;
}

/* Whom a point looks at in one round: neighbours and points that have it as neighbour, nearest first. The top bit says
 * that the link is new since the last round. */
#define NEW_LINK   0x80000000u
#define LINK_INDEX 0x7fffffffu

typedef struct link_table {
  uint32_t *link; /* points × 2 FAN */
  uint8_t *count;
} link_table;

static void add_link(const link_table *table, uint32_t from, uint32_t to, bool fresh, size_t limit) {
  if (table->count[from] >= limit) return;
  table->link[(size_t)from * 2 * FAN + table->count[from]++] = to | (fresh ? NEW_LINK : 0);
}

/* `before` holds the lists of the round before last, NULL in the first round: what is not in there is new. */
static void collect_links(const knn_lists *now, const knn_lists *before, const link_table *table) {
  const size_t width = now->width;
  memset(table->count, 0, now->points);
  for (size_t pass = 0; pass < 2; pass++) {
    for (size_t rank = 0; rank < FAN && rank < width; rank++) {
      for (size_t i = 0; i < now->points; i++) {
        const uint32_t j = now->items[i * width + rank].index;
        if (j == UINT32_MAX) continue;
        const bool fresh = before == NULL || !list_has(before->items + i * width, width, j);
        if (pass == 0) {
          add_link(table, (uint32_t)i, j, fresh, FAN);
        } else {
          add_link(table, j, (uint32_t)i, fresh, 2 * FAN);
        }
      }
    }
  }
}

/* Float32 scalar product, four vector registers wide. */
static float quick_dot(const float *a, const float *b, size_t length) {
  float lane[64] = {0};
  size_t j = 0;
  for (; j + 64 <= length; j += 64) {
    for (size_t l = 0; l < 64; l++) lane[l] += a[j + l] * b[j + l];
  }
  float sum = 0.0f;
  for (; j < length; j++) sum += a[j] * b[j];
  for (size_t half = 32; half > 0; half /= 2) {
    for (size_t l = 0; l < half; l++) lane[l] += lane[l + half];
  }
  return sum + lane[0];
}

/* Points that were compared with the current one, by a stamp per point. */
typedef struct seen_points {
  uint32_t *stamp;
  uint32_t now;
} seen_points;

static bool see(seen_points *seen, uint32_t index) {
  if (seen->stamp[index] == seen->now) return false;
  seen->stamp[index] = seen->now;
  return true;
}

/* Offers point i the neighbours' neighbours that a new link leads to; returns how many got into its list. */
static size_t explore(const knn_space *space, const link_table *table, uint32_t i, seen_points *seen,
                      knn_candidate *list, size_t width) {
  const dove_matrix_view all = dove_matrix_as_view(&space->points);
  const float *row = dove_matrix_row(all, i);
  size_t changes = 0;
  seen->now++;
  see(seen, i);
  for (size_t c = 0; c < width; c++) {
    if (list[c].index != UINT32_MAX) see(seen, list[c].index);
  }
  for (size_t a = 0; a < table->count[i]; a++) {
    const uint32_t near = table->link[(size_t)i * 2 * FAN + a];
    const uint32_t j = near & LINK_INDEX;
    for (size_t b = 0; b < table->count[j]; b++) {
      const uint32_t far = table->link[(size_t)j * 2 * FAN + b];
      if (((near | far) & NEW_LINK) == 0) continue;
      const uint32_t other = far & LINK_INDEX;
      if (!see(seen, other)) continue;
      const float key = space->half_norm[other] - quick_dot(row, dove_matrix_row(all, other), all.columns);
      const knn_candidate candidate = {key, other};
      if (!knn_nearer(candidate, list[width - 1])) continue;
      knn_insert(list, width, candidate);
      changes++;
    }
  }
  return changes;
}

/* One round: every point changes its own list only, reading the links as they were when the round began. */
static dove_status run_round(const knn_space *space, const link_table *table, knn_lists *lists, size_t *changes,
                             const dove_progress *progress, dove_error *error) {
  atomic_bool failed = false, cancelled = false;
  size_t changed = 0;
#pragma omp parallel num_threads(dove_threads()) reduction(+ : changed)
  {
    seen_points seen = {.stamp = dove_alloc_zero(lists->points, sizeof *seen.stamp)};
    if (seen.stamp == NULL) failed = true;
#pragma omp for schedule(dynamic, 256)
    for (size_t i = 0; i < lists->points; i++) {
      if (seen.stamp == NULL || cancelled) continue;
      if (i % 256 == 0 && dove_progress_cancelled(progress)) cancelled = true;
      changed += explore(space, table, (uint32_t)i, &seen, lists->items + i * lists->width, lists->width);
    }
    free(seen.stamp);
  }
  *changes = changed;
  if (failed) return dove_fail_memory(error, memory_reason);
  if (cancelled) return dove_fail(error, DOVE_CANCELLED, "stopped while finding neighbours");
  return DOVE_OK;
}

static dove_status run_rounds(const knn_space *space, const link_table *table, knn_lists *lists, knn_lists *before,
                              const dove_progress *progress, dove_error *error) {
  const size_t entries = lists->points * lists->width;
  dove_status status = DOVE_OK;
  size_t changes = SIZE_MAX;
  for (size_t round = 0; round < ROUNDS && status == DOVE_OK; round++) {
    if ((double)changes < SETTLED * (double)entries) break;
    collect_links(lists, round == 0 ? NULL : before, table);
    memcpy(before->items, lists->items, entries * sizeof *lists->items);
    status = run_round(space, table, lists, &changes, progress, error);
    dove_progress_report(progress, stage, (double)(TREES + round + 1), TREES + ROUNDS);
  }
  return status;
}

static dove_status descend(const knn_space *space, knn_lists *lists, const dove_progress *progress, dove_error *error) {
  link_table table = {.link = dove_alloc(lists->points, 2 * FAN * sizeof *table.link),
                      .count = dove_alloc(lists->points, 1)};
  knn_lists before = *lists;
  before.items = dove_alloc(lists->points * lists->width, sizeof *before.items);
  dove_status status;
  if (table.link == NULL || table.count == NULL || before.items == NULL) {
    status = dove_fail_memory(error, memory_reason);
  } else {
    status = run_rounds(space, &table, lists, &before, progress, error);
  }
  free(table.link);
  free(table.count);
  free(before.items);
  return status;
}

dove_status knn_approximate(knn_space *space, uint64_t seed, knn_lists *lists, const dove_progress *progress,
                            dove_error *error) {
  /* Lists that hold every other point, and numbers that the link bits cannot hold, are work for the exact method. */
  if (lists->points <= PROJECTION_LEAF || lists->points > LINK_INDEX) return knn_exact(space, lists, progress, error);
  dove_blas_single_thread();
  dove_status status = order_points(space, seed, error);
  if (status == DOVE_OK) status = join_trees(space, seed, lists, progress, error);
  return status == DOVE_OK ? descend(space, lists, progress, error) : status;
}
