#include "dove/umap.h"

#include <math.h>

#include "dove/clock.h"
#include "math/umap/umap_internal.h"

#define SMALL_POINTS 10000

dove_umap_options dove_umap_defaults(void) {
  return (dove_umap_options){.dimensions = 5,
                             .neighbors = 15,
                             .min_dist = 0.0,
                             .spread = 1.0,
                             .metric = DOVE_METRIC_COSINE,
                             .negative_rate = 5};
}

static dove_status check(dove_matrix_view points, const dove_umap_options *options, dove_error *error) {
  if (options->dimensions == 0) return dove_fail(error, DOVE_USAGE, "UMAP needs at least 1 dimension");
  if (options->neighbors < 2)
    return dove_fail(error, DOVE_USAGE, "UMAP needs at least 2 neighbours (the point counted)");
  if (options->negative_rate > 1000 || options->epochs > UINT32_MAX)
    return dove_fail(error, DOVE_USAGE, "UMAP takes up to 1000 negative samples and %u epochs", UINT32_MAX);
  return dove_matrix_check_finite(points, "the points", error);
}

/* Runs the stages one after another and takes their times. */
static dove_status project(dove_matrix_view points, const dove_umap_options *options, double a, double b,
                           dove_matrix *embedding, dove_umap_timing *timing, const dove_progress *progress,
                           dove_error *error) {
  dove_neighbors neighbors = {0};
  umap_graph graph = {0};
  const dove_knn_options knn = {options->metric, options->knn_method, options->seed};
  const double begin = dove_clock_seconds();
  dove_status status = dove_knn(points, options->neighbors - 1, &knn, &neighbors, progress, error);
  const double found = dove_clock_seconds();
  if (status == DOVE_OK) status = umap_graph_build(&neighbors, &graph, error);
  dove_neighbors_free(&neighbors);
  const double built = dove_clock_seconds();
  if (status == DOVE_OK) status = umap_start(&graph, points, options, embedding, progress, error);
  const double started = dove_clock_seconds();
  if (status == DOVE_OK) status = umap_layout(&graph, options, a, b, embedding, progress, error);
  umap_graph_free(&graph);
  const double end = dove_clock_seconds();
  *timing = (dove_umap_timing){found - begin, built - found, started - built, end - started};
  return status;
}

dove_status dove_umap(dove_matrix_view points, const dove_umap_options *options, dove_matrix *embedding,
                      dove_umap_timing *timing, const dove_progress *progress, dove_error *error) {
  *embedding = (dove_matrix){0};
  dove_umap_timing unused;
  if (timing == NULL) timing = &unused;
  *timing = (dove_umap_timing){0};
  double a, b;
  dove_status status = check(points, options, error);
  if (status == DOVE_OK) status = dove_umap_fit_curve(options->min_dist, options->spread, &a, &b, error);
  if (status == DOVE_OK) status = dove_matrix_create(embedding, points.rows, options->dimensions, error);
  /* One point has no neighbours: it stays at the origin. */
  if (status != DOVE_OK || points.rows < 2) return status;
  dove_umap_options chosen = *options;
  if (chosen.epochs == 0) chosen.epochs = points.rows <= SMALL_POINTS ? 500 : 200;
  status = project(points, &chosen, a, b, embedding, timing, progress, error);
  if (status != DOVE_OK) dove_matrix_free(embedding);
  return status;
}
