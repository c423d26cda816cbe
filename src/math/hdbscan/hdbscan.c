#include "dove/hdbscan.h"

#include <math.h>
#include <stdlib.h>

#include "dove/matrix.h"
#include "dove/memory.h"
#include "math/hdbscan/hdbscan_internal.h"

/* Above this dimension a k-d tree visits nearly every leaf. */
#define TREE_DIMENSIONS 20

static dove_status check(const float *points, size_t count, size_t dimensions, const dove_hdbscan_options *options,
                         dove_error *error) {
  if (options->min_cluster_size < 2)
    return dove_fail(error, DOVE_USAGE, "min_cluster_size is %u; it must be at least 2", options->min_cluster_size);
  if (options->min_samples < 1)
    return dove_fail(error, DOVE_USAGE, "min_samples is %u; it must be at least 1", options->min_samples);
  if (count > INT32_MAX / 2) return dove_fail(error, DOVE_USAGE, "%zu points are more than can be clustered", count);
  if (count > 0 && dimensions == 0)
    return dove_fail(error, DOVE_INPUT, "points without coordinates cannot be clustered");
  return dove_matrix_check_finite((dove_matrix_view){.data = points, .rows = count, .columns = dimensions}, "points",
                                  error);
}

static dove_status create_result(size_t count, dove_hdbscan *result, dove_error *error) {
  *result = (dove_hdbscan){.count = count};
  result->labels = dove_alloc(count, sizeof *result->labels);
  result->probabilities = dove_alloc_zero(count, sizeof *result->probabilities);
  if (result->labels != NULL && result->probabilities != NULL) return DOVE_OK;
  dove_hdbscan_free(result);
  return dove_fail_memory(error, "clustering");
}

static dove_status run(const float *points, size_t count, size_t dimensions, const dove_hdbscan_options *options,
                       const dove_progress *progress, dove_hdbscan *result, dove_error *error) {
  hdbscan_edge *edges = dove_alloc(count, sizeof *edges);
  if (edges == NULL) return dove_fail_memory(error, "clustering");
  const size_t min_samples = options->min_samples < count ? options->min_samples : count - 1;
  dove_status status = dimensions <= TREE_DIMENSIONS
                           ? hdbscan_boruvka(points, count, dimensions, min_samples, progress, edges, error)
                           : hdbscan_prim(points, count, dimensions, min_samples, progress, edges, error);
  if (status == DOVE_OK) status = hdbscan_extract(edges, count, options->min_cluster_size, result, error);
  free(edges);
  return status;
}

dove_status dove_hdbscan_run(const float *points, size_t count, size_t dimensions, const dove_hdbscan_options *options,
                             const dove_progress *progress, dove_hdbscan *result, dove_error *error) {
  *result = (dove_hdbscan){0};
  dove_status status = check(points, count, dimensions, options, error);
  if (status == DOVE_OK) status = create_result(count, result, error);
  if (status != DOVE_OK) return status;
  if (count < options->min_cluster_size) {
    for (size_t i = 0; i < count; i++) result->labels[i] = DOVE_NOISE;
    result->noise = count;
    return DOVE_OK;
  }
  status = run(points, count, dimensions, options, progress, result, error);
  if (status != DOVE_OK) dove_hdbscan_free(result);
  return status;
}

void dove_hdbscan_free(dove_hdbscan *result) {
  free(result->labels);
  free(result->probabilities);
  *result = (dove_hdbscan){0};
}
