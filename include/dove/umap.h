/* UMAP (McInnes, Healy and Melville 2018), to any number of dimensions: fuzzy simplicial set of the k nearest
 * neighbours, spectral start, layout by stochastic gradient. The layout reads a snapshot that is renewed every epoch
 * and draws its negative samples by counter, so that a seed gives the same bytes whatever the number of threads. */
#ifndef DOVE_UMAP_H
#define DOVE_UMAP_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/knn.h"
#include "dove/matrix.h"
#include "dove/progress.h"

typedef struct dove_umap_options {
  size_t dimensions;  /* ≥ 1 */
  size_t neighbors;   /* ≥ 2; counts the point itself, as umap-learn does; lowered to the number of points */
  double min_dist;    /* ≥ 0, ≤ spread */
  double spread;      /* > 0 */
  dove_metric metric; /* of the input */
  dove_knn_method knn_method;
  size_t epochs; /* 0: 500 up to 10,000 points, 200 above */
  size_t negative_rate;
  uint64_t seed;
} dove_umap_options;

/* SPEC 3.2: 5 dimensions, 15 neighbours, min_dist 0, spread 1, cosine, negative rate 5, seed 0. */
dove_umap_options dove_umap_defaults(void);

/* Seconds per stage, for reports. */
typedef struct dove_umap_timing {
  double neighbors;
  double graph;
  double start;
  double layout;
} dove_umap_timing;

/* `embedding` becomes points.rows × dimensions, freed by the caller. Any number of points ≥ 0 is allowed; points that
 * are all equal come out as one small cloud. DOVE_USAGE for options out of range, DOVE_INPUT for NaN or infinite
 * values, DOVE_CANCELLED. `timing` may be NULL. */
dove_status dove_umap(dove_matrix_view points, const dove_umap_options *options, dove_matrix *embedding,
                      dove_umap_timing *timing, const dove_progress *progress, dove_error *error);

/* The curve 1 / (1 + a d^(2b)) that fits exp(-(d - min_dist) / spread) past min_dist and 1 before it. */
dove_status dove_umap_fit_curve(double min_dist, double spread, double *a, double *b, dove_error *error);

#endif
