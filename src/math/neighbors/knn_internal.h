/* What the two ways of finding neighbours share. Points are prepared so that one key orders both metrics:
 * key(i, j) = half_norm[j] − x_i·x_j, smaller is nearer. Candidates are chosen by float32 keys, a few more than asked
 * for; their distances are then computed in float64 and decide. */
#ifndef DOVE_MATH_KNN_INTERNAL_H
#define DOVE_MATH_KNN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/knn.h"

typedef struct knn_space {
  dove_matrix points; /* euclidean: centred; cosine: unit rows, with a column more when there are zero vectors */
  float *half_norm;   /* ½‖x‖²; zeros for cosine */
  dove_metric metric;
  uint32_t *original; /* the caller's number of each point, NULL while the order is the caller's */
} knn_space;

typedef struct knn_candidate {
  float key;
  uint32_t index;
} knn_candidate;

/* n lists of `width` candidates, each sorted by (key, index); empty places have an infinite key. */
typedef struct knn_lists {
  size_t points;
  size_t width;
  knn_candidate *items;
} knn_lists;

static inline bool knn_nearer(knn_candidate a, knn_candidate b) {
  return a.key < b.key || (a.key == b.key && a.index < b.index);
}

/* Puts `candidate` into a sorted list of `width`, if it is nearer than the last; the caller has checked that its index
 * is not in there yet. */
static inline void knn_insert(knn_candidate *list, size_t width, knn_candidate candidate) {
  size_t place = width - 1;
  if (!knn_nearer(candidate, list[place])) return;
  while (place > 0 && knn_nearer(candidate, list[place - 1])) {
    list[place] = list[place - 1];
    place--;
  }
  list[place] = candidate;
}

dove_status knn_exact(const knn_space *space, knn_lists *lists, const dove_progress *progress, dove_error *error);
/* Brings the points into an order in which near ones are mostly close in memory, and says so in `original`. */
dove_status knn_approximate(knn_space *space, uint64_t seed, knn_lists *lists, const dove_progress *progress,
                            dove_error *error);

#endif
