#include "math/neighbors/projection_tree.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/random.h"

typedef struct position {
  float along;
  uint32_t point;
} position;

typedef struct builder {
  dove_matrix_view points;
  projection_tree *tree;
  position *position; /* of the points in `order`, place by place */
  float *direction;
  dove_random random;
} builder;

static bool before(position a, position b) { return a.along < b.along || (a.along == b.along && a.point < b.point); }

static void swap(position *a, position *b) {
  const position kept = *a;
  *a = *b;
  *b = kept;
}

/* Puts the `middle` smallest positions first (quickselect, pivot the median of three; positions are all different). */
static void select_first(position *items, size_t count, size_t middle) {
  size_t low = 0, high = count - 1;
  while (low < high) {
    const size_t centre = low + (high - low) / 2;
    if (before(items[centre], items[low])) swap(&items[centre], &items[low]);
    if (before(items[high], items[low])) swap(&items[high], &items[low]);
    if (before(items[high], items[centre])) swap(&items[high], &items[centre]);
    const position pivot = items[centre];
    size_t i = low, j = high;
    while (i <= j) {
      while (before(items[i], pivot)) i++;
      while (before(pivot, items[j])) j--;
      if (i > j) break;
      swap(&items[i], &items[j]);
      i++;
      if (j == 0) break;
      j--;
    }
    if (middle <= j) {
      high = j;
    } else if (middle >= i) {
      low = i;
    } else {
      return;
    }
  }
}

static float project(const float *row, const float *direction, size_t length) {
  float lane[16] = {0};
  size_t j = 0;
  for (; j + 16 <= length; j += 16) {
    for (size_t l = 0; l < 16; l++) lane[l] += row[j + l] * direction[j + l];
  }
  float sum = 0.0f;
  for (; j < length; j++) sum += row[j] * direction[j];
  for (size_t l = 0; l < 16; l++) sum += lane[l];
  return sum;
}

/* Sets the direction from one random point of the node to another. */
static void choose_direction(builder *build, size_t first, size_t count) {
  const uint32_t *members = build->tree->order + first;
  const size_t a = (size_t)dove_random_below(&build->random, count);
  const size_t b = (a + 1 + (size_t)dove_random_below(&build->random, count - 1)) % count;
  const float *from = dove_matrix_row(build->points, members[a]);
  const float *to = dove_matrix_row(build->points, members[b]);
  for (size_t j = 0; j < build->points.columns; j++) build->direction[j] = to[j] - from[j];
}

/* Halves are even, so the depth is log2 of the number of leaves and recursion is shallow. */
static void split(builder *build, size_t first, size_t count) {
  projection_tree *tree = build->tree;
  if (count <= PROJECTION_LEAF) {
    tree->start[tree->leaves++] = first;
    return;
  }
  choose_direction(build, first, count);
  position *items = build->position + first;
  for (size_t i = 0; i < count; i++) {
    const uint32_t point = tree->order[first + i];
    items[i].point = point;
    items[i].along = project(dove_matrix_row(build->points, point), build->direction, build->points.columns);
  }
  const size_t half = count / 2;
  select_first(items, count, half);
  for (size_t i = 0; i < count; i++) tree->order[first + i] = items[i].point;
  split(build, first, half);
  split(build, first + half, count - half);
}

bool projection_tree_build(dove_matrix_view points, uint64_t seed, uint64_t number, projection_tree *tree) {
  *tree = (projection_tree){.order = dove_alloc(points.rows, sizeof *tree->order),
                            .start = dove_alloc(2 * points.rows / PROJECTION_LEAF + 2, sizeof *tree->start)};
  builder build = {.points = points,
                   .tree = tree,
                   .position = dove_alloc(points.rows, sizeof *build.position),
                   .direction = dove_alloc(points.columns, sizeof *build.direction),
                   .random = dove_random_stream(seed, UINT64_C(0x74726565), number)};
  const bool usable = tree->order != NULL && tree->start != NULL && build.position != NULL && build.direction != NULL;
  if (usable) {
    for (size_t i = 0; i < points.rows; i++) tree->order[i] = (uint32_t)i;
    split(&build, 0, points.rows);
    tree->start[tree->leaves] = points.rows;
  }
  free(build.position);
  free(build.direction);
  return usable;
}

void projection_tree_free(projection_tree *tree) {
  free(tree->order);
  free(tree->start);
  *tree = (projection_tree){0};
}
