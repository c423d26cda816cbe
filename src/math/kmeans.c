#include "dove/kmeans.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"
#include "math/product_pass.h"

/* Columns that one thread sums at a time when centroids are made. */
#define CHUNK 64

static const char memory_reason[] = "running k-means";

/* The points less their mean (float32 products then lose least), and what one start works on. */
typedef struct lloyd {
  dove_matrix points;
  size_t clusters;
  dove_matrix centroids;
  dove_matrix_double sums;
  float *half_norm; /* ½‖c‖² */
  uint32_t *label;
  uint32_t *before;
  size_t *size;
  double *distance; /* squared, to the own centroid (k-means++: to the nearest so far) */
} lloyd;

static const float *point_at(const lloyd *l, size_t i) { return l->points.data + i * l->points.columns; }
static float *centroid_at(const lloyd *l, size_t k) { return l->centroids.data + k * l->points.columns; }

static double total_distance(const lloyd *l) {
  double sum = 0.0;
  for (size_t i = 0; i < l->points.rows; i++) sum += l->distance[i];
  return sum;
}

/* A point drawn in proportion to its squared distance to the nearest centre; any point when all are on centres. */
static size_t draw_point(const lloyd *l, dove_random *random) {
  const double total = total_distance(l);
  if (!(total > 0.0)) return (size_t)dove_random_below(random, l->points.rows);
  double left = dove_random_uniform(random) * total;
  size_t last = 0;
  for (size_t i = 0; i < l->points.rows; i++) {
    if (l->distance[i] <= 0.0) continue;
    last = i;
    left -= l->distance[i];
    if (left < 0.0) break;
  }
  return last;
}

/* k-means++. */
static void start_centroids(lloyd *l, uint64_t seed, size_t restart) {
  dove_random random = dove_random_stream(seed, UINT64_C(0x6b6d65616e73), restart);
  const size_t columns = l->points.columns;
  for (size_t i = 0; i < l->points.rows; i++) l->distance[i] = INFINITY;
  size_t chosen = (size_t)dove_random_below(&random, l->points.rows);
  for (size_t k = 0; k < l->clusters; k++) {
    if (k > 0) chosen = draw_point(l, &random);
    memcpy(centroid_at(l, k), point_at(l, chosen), columns * sizeof(float));
#pragma omp parallel for num_threads(dove_threads()) schedule(static) if (l->points.rows * columns > 65536)
    for (size_t i = 0; i < l->points.rows; i++) {
      const double distance = dove_squared_distance(point_at(l, i), point_at(l, chosen), columns);
      l->distance[i] = distance < l->distance[i] ? distance : l->distance[i];
    }
  }
}

static bool visit_block(void *context, const product_block *block) {
  const lloyd *l = context;
  for (size_t i = 0; i < block->rows; i++) {
    const float *product = block->products + i * l->clusters;
    uint32_t best = 0;
    for (uint32_t k = 1; k < l->clusters; k++) {
      if (l->half_norm[k] - product[k] < l->half_norm[best] - product[best]) best = k;
    }
    l->label[block->first + i] = best;
    l->distance[block->first + i] =
        dove_squared_distance(point_at(l, block->first + i), centroid_at(l, best), l->points.columns);
  }
  return true;
}

/* Gives every point its nearest centroid, the first on a tie. */
static dove_status label_points(lloyd *l, const dove_progress *progress, dove_error *error) {
  for (size_t k = 0; k < l->clusters; k++)
    l->half_norm[k] = (float)(0.5 * dove_dot(centroid_at(l, k), centroid_at(l, k), l->points.columns));
  const product_pass pass = {.left = dove_matrix_as_view(&l->points),
                             .right = dove_matrix_as_view(&l->centroids),
                             .visit = visit_block,
                             .context = l,
                             .stage = "k-means",
                             .progress = progress};
  const dove_status status = product_pass_run(&pass, error);
  memset(l->size, 0, l->clusters * sizeof *l->size);
  for (size_t i = 0; i < l->points.rows; i++) l->size[l->label[i]]++;
  return status;
}

/* Hands the point farthest from its own centroid (of a cluster that can spare it) to each empty cluster. */
static void fill_empty(lloyd *l) {
  for (uint32_t k = 0; k < l->clusters; k++) {
    if (l->size[k] > 0) continue;
    size_t farthest = l->points.rows;
    for (size_t i = 0; i < l->points.rows; i++) {
      if (l->size[l->label[i]] < 2 || l->distance[i] <= 0.0) continue;
      if (farthest == l->points.rows || l->distance[i] > l->distance[farthest]) farthest = i;
    }
    if (farthest == l->points.rows) return;
    l->size[l->label[farthest]]--;
    l->label[farthest] = k;
    l->distance[farthest] = 0.0;
    l->size[k] = 1;
  }
}

/* Means of the members; a cluster without any keeps its place. Threads share out the columns, so that every sum runs in
 * the order of the points. */
static void move_centroids(lloyd *l) {
  const size_t columns = l->points.columns, chunks = (columns + CHUNK - 1) / CHUNK;
#pragma omp parallel for num_threads(dove_threads()) schedule(static) if (l->points.rows * columns > 65536)
  for (size_t chunk = 0; chunk < chunks; chunk++) {
    const size_t first = chunk * CHUNK, end = first + CHUNK < columns ? first + CHUNK : columns;
    for (size_t k = 0; k < l->clusters; k++)
      memset(l->sums.data + k * columns + first, 0, (end - first) * sizeof(double));
    for (size_t i = 0; i < l->points.rows; i++) {
      double *sum = l->sums.data + l->label[i] * columns;
      const float *point = point_at(l, i);
      for (size_t j = first; j < end; j++) sum[j] += (double)point[j];
    }
    for (size_t k = 0; k < l->clusters; k++) {
      for (size_t j = first; j < end && l->size[k] > 0; j++)
        centroid_at(l, k)[j] = (float)(l->sums.data[k * columns + j] / (double)l->size[k]);
    }
  }
}

/* One start: until no point changes its cluster. */
static dove_status descend(lloyd *l, size_t max_iterations, size_t *iterations, const dove_progress *progress,
                           dove_error *error) {
  dove_status status = label_points(l, progress, error);
  for (*iterations = 0; status == DOVE_OK && *iterations < max_iterations; ++*iterations) {
    fill_empty(l);
    move_centroids(l);
    memcpy(l->before, l->label, l->points.rows * sizeof *l->label);
    status = label_points(l, progress, error);
    if (status == DOVE_OK && memcmp(l->before, l->label, l->points.rows * sizeof *l->label) == 0) break;
  }
  return status;
}

static dove_status lloyd_create(dove_matrix_view points, size_t clusters, lloyd *l, double *mean, dove_error *error) {
  *l = (lloyd){.clusters = clusters};
  dove_status status = dove_matrix_create(&l->points, points.rows, points.columns, error);
  if (status == DOVE_OK) status = dove_matrix_create(&l->centroids, clusters, points.columns, error);
  if (status == DOVE_OK) status = dove_matrix_double_create(&l->sums, clusters, points.columns, error);
  if (status != DOVE_OK) return status;
  l->half_norm = dove_alloc(clusters, sizeof *l->half_norm);
  l->label = dove_alloc(points.rows, sizeof *l->label);
  l->before = dove_alloc(points.rows, sizeof *l->before);
  l->size = dove_alloc(clusters, sizeof *l->size);
  l->distance = dove_alloc(points.rows, sizeof *l->distance);
  if (l->half_norm == NULL || l->label == NULL || l->before == NULL || l->size == NULL || l->distance == NULL)
    return dove_fail_memory(error, memory_reason);
  dove_matrix_mean(points, mean);
  for (size_t i = 0; i < points.rows; i++) {
    for (size_t j = 0; j < points.columns; j++)
      l->points.data[i * points.columns + j] = (float)((double)dove_matrix_row(points, i)[j] - mean[j]);
  }
  return DOVE_OK;
}

static void lloyd_free(lloyd *l) {
  dove_matrix_free(&l->points);
  dove_matrix_free(&l->centroids);
  dove_matrix_double_free(&l->sums);
  free(l->half_norm);
  free(l->label);
  free(l->before);
  free(l->size);
  free(l->distance);
}

static dove_status result_create(const lloyd *l, dove_kmeans *result, dove_error *error) {
  *result = (dove_kmeans){.clusters = l->clusters, .inertia = INFINITY};
  result->label = dove_alloc(l->points.rows, sizeof *result->label);
  result->size = dove_alloc(l->clusters, sizeof *result->size);
  if (result->label == NULL || result->size == NULL) return dove_fail_memory(error, memory_reason);
  return dove_matrix_create(&result->centroids, l->clusters, l->points.columns, error);
}

/* Keeps this start when it is better than those before. */
static void keep_best(const lloyd *l, const double *mean, size_t iterations, dove_kmeans *result) {
  const double inertia = total_distance(l);
  if (!(inertia < result->inertia)) return;
  result->inertia = inertia;
  result->iterations = iterations;
  memcpy(result->label, l->label, l->points.rows * sizeof *l->label);
  memcpy(result->size, l->size, l->clusters * sizeof *l->size);
  for (size_t k = 0; k < l->clusters; k++) {
    for (size_t j = 0; j < l->points.columns; j++)
      result->centroids.data[k * l->points.columns + j] = (float)((double)centroid_at(l, k)[j] + mean[j]);
  }
}

static dove_status run_starts(lloyd *l, const dove_kmeans_options *options, const double *mean, dove_kmeans *result,
                              const dove_progress *progress, dove_error *error) {
  dove_status status = result_create(l, result, error);
  for (size_t restart = 0; restart < options->restarts && status == DOVE_OK; restart++) {
    size_t iterations;
    start_centroids(l, options->seed, restart);
    status = descend(l, options->max_iterations, &iterations, progress, error);
    if (status == DOVE_OK) keep_best(l, mean, iterations, result);
  }
  if (status != DOVE_OK) dove_kmeans_free(result);
  return status;
}

dove_status dove_kmeans_fit(dove_matrix_view points, const dove_kmeans_options *options, dove_kmeans *result,
                            const dove_progress *progress, dove_error *error) {
  *result = (dove_kmeans){0};
  if (options->clusters == 0 || options->restarts == 0)
    return dove_fail(error, DOVE_USAGE, "k-means needs at least one cluster and one start");
  if (points.rows == 0) return dove_fail(error, DOVE_INPUT, "k-means was given no points");
  dove_status status = dove_matrix_check_finite(points, "the points", error);
  if (status != DOVE_OK) return status;
  lloyd l = {0};
  double *mean = dove_alloc(points.columns, sizeof *mean);
  if (mean == NULL) return dove_fail_memory(error, memory_reason);
  const size_t clusters = options->clusters < points.rows ? options->clusters : points.rows;
  status = lloyd_create(points, clusters, &l, mean, error);
  if (status == DOVE_OK) status = run_starts(&l, options, mean, result, progress, error);
  lloyd_free(&l);
  free(mean);
  return status;
}

void dove_kmeans_free(dove_kmeans *result) {
  free(result->label);
  free(result->size);
  dove_matrix_free(&result->centroids);
  *result = (dove_kmeans){0};
}
