#include "dove/knn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/neighbors/knn_internal.h"

/* Candidates kept beyond k, so that rounding of the float32 keys cannot push a true neighbour out. */
#define SPARE 8

static void centre(dove_matrix *points, double *mean) {
  dove_matrix_mean(dove_matrix_as_view(points), mean);
  for (size_t i = 0; i < points->rows; i++) {
    float *row = points->data + i * points->columns;
    for (size_t j = 0; j < points->columns; j++) row[j] = (float)((double)row[j] - mean[j]);
  }
}

/* Copies the points without their mean: keys then lose less to rounding. */
static dove_status prepare_euclidean(dove_matrix_view points, knn_space *space, dove_error *error) {
  dove_status status = dove_matrix_create(&space->points, points.rows, points.columns, error);
  if (status != DOVE_OK) return status;
  memcpy(space->points.data, points.data, points.rows * points.columns * sizeof(float));
  double *mean = dove_alloc(points.columns, sizeof *mean);
  if (mean == NULL) return dove_fail_memory(error, "finding neighbours");
  centre(&space->points, mean);
  free(mean);
  for (size_t i = 0; i < points.rows; i++) {
    const float *row = space->points.data + i * points.columns;
    space->half_norm[i] = (float)(0.5 * dove_dot(row, row, points.columns));
  }
  return DOVE_OK;
}

static bool is_zero(const float *row, size_t columns) {
  for (size_t j = 0; j < columns; j++) {
    if (row[j] != 0.0f) return false;
  }
  return true;
}

static bool has_zero_row(dove_matrix_view points) {
  for (size_t i = 0; i < points.rows; i++) {
    if (is_zero(dove_matrix_row(points, i), points.columns)) return true;
  }
  return false;
}

/* Unit rows. Zero vectors get a direction of their own in a further column: they are then at distance 0 from one
 * another and at distance 1 from the rest. */
static dove_status prepare_cosine(dove_matrix_view points, knn_space *space, dove_error *error) {
  const bool zeros = has_zero_row(points);
  const size_t columns = points.columns + (zeros ? 1 : 0);
  dove_status status = dove_matrix_create(&space->points, points.rows, columns, error);
  if (status != DOVE_OK) return status;
#pragma omp parallel for num_threads(dove_threads()) schedule(static)
  for (size_t i = 0; i < points.rows; i++) {
    float *row = space->points.data + i * columns;
    memcpy(row, dove_matrix_row(points, i), points.columns * sizeof *row);
    if (!dove_normalize(row, points.columns) && zeros) row[points.columns] = 1.0f;
    space->half_norm[i] = 0.0f;
  }
  return DOVE_OK;
}

static dove_status prepare(dove_matrix_view points, dove_metric metric, knn_space *space, dove_error *error) {
  *space = (knn_space){.metric = metric};
  space->half_norm = dove_alloc(points.rows, sizeof *space->half_norm);
  if (space->half_norm == NULL) return dove_fail_memory(error, "finding neighbours");
  return metric == DOVE_METRIC_COSINE ? prepare_cosine(points, space, error) : prepare_euclidean(points, space, error);
}

static void space_free(knn_space *space) {
  dove_matrix_free(&space->points);
  free(space->half_norm);
  free(space->original);
}

static dove_status lists_create(size_t points, size_t width, knn_lists *lists, dove_error *error) {
  *lists = (knn_lists){.points = points, .width = width};
  if (points > SIZE_MAX / width) return dove_fail_memory(error, "finding neighbours");
  lists->items = dove_alloc(points * width, sizeof *lists->items);
  if (lists->items == NULL) return dove_fail_memory(error, "finding neighbours");
  for (size_t i = 0; i < points * width; i++) lists->items[i] = (knn_candidate){INFINITY, UINT32_MAX};
  return DOVE_OK;
}

static float distance(const knn_space *space, size_t i, size_t j) {
  const dove_matrix_view view = dove_matrix_as_view(&space->points);
  const float *a = dove_matrix_row(view, i), *b = dove_matrix_row(view, j);
  const double square = dove_squared_distance(a, b, view.columns);
  /* ‖a − b‖² / 2 = 1 − cos for unit vectors, and it does not lose digits when they are close. */
  return (float)(space->metric == DOVE_METRIC_COSINE ? 0.5 * square : sqrt(square));
}

/* Replaces the keys of one list by distances and its points by the caller's numbers, sorts again, and writes the
 * nearest ones. */
static void finish_list(const knn_space *space, size_t i, knn_candidate *list, size_t width, dove_neighbors *out) {
  size_t count = 0;
  for (size_t c = 0; c < width && list[c].index != UINT32_MAX; c++) {
    const uint32_t j = list[c].index;
    const knn_candidate measured = {distance(space, i, j), space->original != NULL ? space->original[j] : j};
    size_t place = count++;
    for (; place > 0 && knn_nearer(measured, list[place - 1]); place--) list[place] = list[place - 1];
    list[place] = measured;
  }
  const size_t row = (space->original != NULL ? space->original[i] : i) * out->neighbors;
  for (size_t c = 0; c < out->neighbors; c++) {
    out->index[row + c] = list[c].index;
    out->distance[row + c] = list[c].key;
  }
}

static dove_status finish(const knn_space *space, const knn_lists *lists, size_t k, dove_neighbors *out,
                          dove_error *error) {
  *out = (dove_neighbors){.points = lists->points, .neighbors = k};
  out->index = dove_alloc(lists->points * k, sizeof *out->index);
  out->distance = dove_alloc(lists->points * k, sizeof *out->distance);
  if (out->index == NULL || out->distance == NULL) {
    dove_neighbors_free(out);
    return dove_fail_memory(error, "finding neighbours");
  }
#pragma omp parallel for num_threads(dove_threads()) schedule(static)
  for (size_t i = 0; i < lists->points; i++) finish_list(space, i, lists->items + i * lists->width, lists->width, out);
  return DOVE_OK;
}

dove_knn_method dove_knn_choose(size_t points, size_t columns) {
  /* Operations of the exact method; one core does 1e11 to 2e11 a second. */
  const double work = 2.0 * (double)points * (double)points * ((double)columns + 32.0);
  return points < 4096 || work < 1.5e11 ? DOVE_KNN_EXACT : DOVE_KNN_APPROXIMATE;
}

static dove_status search(dove_matrix_view points, size_t k, const dove_knn_options *options, dove_neighbors *neighbors,
                          const dove_progress *progress, dove_error *error) {
  knn_space space;
  knn_lists lists = {0};
  dove_knn_method method = options->method;
  if (method == DOVE_KNN_AUTOMATIC) method = dove_knn_choose(points.rows, points.columns);
  const size_t width = k + SPARE < points.rows - 1 ? k + SPARE : points.rows - 1;
  dove_status status = prepare(points, options->metric, &space, error);
  if (status == DOVE_OK) status = lists_create(points.rows, width, &lists, error);
  if (status == DOVE_OK) {
    status = method == DOVE_KNN_EXACT ? knn_exact(&space, &lists, progress, error)
                                      : knn_approximate(&space, options->seed, &lists, progress, error);
  }
  if (status == DOVE_OK) status = finish(&space, &lists, k, neighbors, error);
  free(lists.items);
  space_free(&space);
  return status;
}

dove_status dove_knn(dove_matrix_view points, size_t k, const dove_knn_options *options, dove_neighbors *neighbors,
                     const dove_progress *progress, dove_error *error) {
  *neighbors = (dove_neighbors){.points = points.rows};
  if (k == 0) return dove_fail(error, DOVE_USAGE, "the number of neighbours must be at least 1");
  if (points.rows >= UINT32_MAX) return dove_fail(error, DOVE_USAGE, "more points than neighbours can be numbered");
  const dove_status status = dove_matrix_check_finite(points, "the points", error);
  if (status != DOVE_OK || points.rows < 2) return status;
  return search(points, k < points.rows - 1 ? k : points.rows - 1, options, neighbors, progress, error);
}

void dove_neighbors_free(dove_neighbors *neighbors) {
  free(neighbors->index);
  free(neighbors->distance);
  *neighbors = (dove_neighbors){0};
}
