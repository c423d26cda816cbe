#include "math/umap/umap_internal.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"

/* The start lies in a box of this side; a little noise keeps equal points apart. */
#define BOX   10.0
#define NOISE 1e-4

static const char memory_reason[] = "finding a start for the projection";

/* The connected parts of a graph: members[start[c]] … members[start[c+1]-1] are the points of part c, rising. */
typedef struct components {
  size_t count;
  uint32_t *label;
  uint32_t *members;
  size_t *start;
} components;

static void components_free(components *parts) {
  free(parts->label);
  free(parts->members);
  free(parts->start);
}

/* Labels everything that can be reached from `first`; `queue` has room for all points. */
static void flood(const umap_graph *graph, uint32_t first, uint32_t label, uint32_t *labels, uint32_t *queue) {
  size_t head = 0, tail = 0;
  labels[first] = label;
  queue[tail++] = first;
  while (head < tail) {
    const uint32_t i = queue[head++];
    for (size_t e = graph->offset[i]; e < graph->offset[i + 1]; e++) {
      if (labels[graph->index[e]] != UINT32_MAX) continue;
      labels[graph->index[e]] = label;
      queue[tail++] = graph->index[e];
    }
  }
}

static dove_status find_components(const umap_graph *graph, components *parts, dove_error *error) {
  const size_t n = graph->points;
  *parts = (components){.label = dove_alloc(n, sizeof *parts->label),
                        .members = dove_alloc(n, sizeof *parts->members),
                        .start = dove_alloc_zero(n + 2, sizeof *parts->start)};
  if (parts->label == NULL || parts->members == NULL || parts->start == NULL)
    return dove_fail_memory(error, memory_reason);
  memset(parts->label, 0xff, n * sizeof *parts->label);
  for (size_t i = 0; i < n; i++) {
    if (parts->label[i] == UINT32_MAX)
      flood(graph, (uint32_t)i, (uint32_t)parts->count++, parts->label, parts->members);
  }
  for (size_t i = 0; i < n; i++) parts->start[parts->label[i] + 2]++;
  for (size_t c = 2; c <= parts->count; c++) parts->start[c] += parts->start[c - 1];
  for (size_t i = 0; i < n; i++) parts->members[parts->start[parts->label[i] + 1]++] = (uint32_t)i;
  return DOVE_OK;
}

static void random_positions(uint64_t seed, size_t points, size_t dimensions, double *position) {
  for (size_t i = 0; i < points; i++) {
    dove_random random = dove_random_stream(seed, UINT64_C(0x706c616365), i);
    for (size_t c = 0; c < dimensions; c++) position[i * dimensions + c] = 2.0 * dove_random_uniform(&random) - 1.0;
  }
}

/* Positions of a connected graph; one too small to have enough eigenvectors gets random ones. */
static dove_status place_connected(const umap_graph *graph, size_t dimensions, uint64_t seed, double *position,
                                   dove_error *error) {
  if (graph->points <= 2 * dimensions + 2) {
    random_positions(seed, graph->points, dimensions, position);
    return DOVE_OK;
  }
  return umap_spectral(graph, dimensions, seed, position, error);
}

/* Part `c` as a graph of its own. `place` gives each point its number within its part. */
static dove_status extract(const umap_graph *graph, const components *parts, const uint32_t *place, size_t c,
                           umap_graph *part, dove_error *error) {
  const uint32_t *members = parts->members + parts->start[c];
  const size_t count = parts->start[c + 1] - parts->start[c];
  size_t edges = 0;
  for (size_t i = 0; i < count; i++) edges += graph->offset[members[i] + 1] - graph->offset[members[i]];
  *part = (umap_graph){.points = count,
                       .offset = dove_alloc_zero(count + 1, sizeof *part->offset),
                       .index = dove_alloc(edges, sizeof *part->index),
                       .weight = dove_alloc(edges, sizeof *part->weight)};
  if (part->offset == NULL || part->index == NULL || part->weight == NULL)
    return dove_fail_memory(error, memory_reason);
  size_t filled = 0;
  for (size_t i = 0; i < count; i++) {
    for (size_t e = graph->offset[members[i]]; e < graph->offset[members[i] + 1]; e++) {
      part->index[filled] = place[graph->index[e]];
      part->weight[filled++] = graph->weight[e];
    }
    part->offset[i + 1] = filled;
  }
  return DOVE_OK;
}

/* Brings the positions around the origin, none farther than 1 along an axis. */
static void fit_in_unit_box(double *position, size_t points, size_t dimensions) {
  double widest = 0.0;
  for (size_t c = 0; c < dimensions; c++) {
    double mean = 0.0;
    for (size_t i = 0; i < points; i++) mean += position[i * dimensions + c];
    mean /= (double)points;
    for (size_t i = 0; i < points; i++) {
      position[i * dimensions + c] -= mean;
      widest = fmax(widest, fabs(position[i * dimensions + c]));
    }
  }
  for (size_t e = 0; e < points * dimensions && widest > 0.0; e++) position[e] /= widest;
}

/* Where the parts go: `centre` (parts × dimensions) and half the way to the nearest other part. */
typedef struct part_places {
  double *centre;
  double *radius;
} part_places;

/* Places one part around its centre. */
static dove_status place_part(const umap_graph *graph, const components *parts, const uint32_t *place, size_t c,
                              const part_places *places, size_t dimensions, uint64_t seed, double *position,
                              dove_error *error) {
  const size_t count = parts->start[c + 1] - parts->start[c];
  umap_graph part = {0};
  double *local = dove_alloc(count, dimensions * sizeof *local);
  dove_status status = local != NULL ? DOVE_OK : dove_fail_memory(error, memory_reason);
  if (status == DOVE_OK) status = extract(graph, parts, place, c, &part, error);
  if (status == DOVE_OK) status = place_connected(&part, dimensions, dove_random_mix(seed, c), local, error);
  if (status == DOVE_OK) {
    fit_in_unit_box(local, count, dimensions);
    for (size_t i = 0; i < count; i++) {
      double *target = position + (size_t)parts->members[parts->start[c] + i] * dimensions;
      for (size_t d = 0; d < dimensions; d++)
        target[d] = places->centre[c * dimensions + d] + places->radius[c] * local[i * dimensions + d];
    }
  }
  free(local);
  umap_graph_free(&part);
  return status;
}

static dove_status place_graph(const umap_graph *graph, dove_matrix_view points, const dove_umap_options *options,
                               double *position, dove_error *error);

/* Few parts go on the axes, both ways; many are placed like points, by the graph of their centroids. */
static dove_status place_centres(dove_matrix_view centroids, const dove_umap_options *options, double *centre,
                                 dove_error *error) {
  const size_t dimensions = options->dimensions;
  if (centroids.rows <= 2 * dimensions) {
    memset(centre, 0, centroids.rows * dimensions * sizeof *centre);
    for (size_t c = 0; c < centroids.rows; c++) centre[c * dimensions + c % dimensions] = c < dimensions ? 1.0 : -1.0;
    return DOVE_OK;
  }
  const dove_knn_options knn = {options->metric, DOVE_KNN_AUTOMATIC, options->seed};
  dove_neighbors neighbors;
  umap_graph graph = {0};
  dove_status status = dove_knn(centroids, options->neighbors - 1, &knn, &neighbors, NULL, error);
  if (status == DOVE_OK) status = umap_graph_build(&neighbors, &graph, error);
  if (status == DOVE_OK) status = place_graph(&graph, centroids, options, centre, error);
  if (status == DOVE_OK) fit_in_unit_box(centre, centroids.rows, dimensions);
  umap_graph_free(&graph);
  dove_neighbors_free(&neighbors);
  return status;
}

static dove_status set_radii(size_t parts, size_t dimensions, const part_places *places, dove_error *error) {
  dove_matrix rounded;
  dove_neighbors nearest;
  dove_status status = dove_matrix_create(&rounded, parts, dimensions, error);
  if (status != DOVE_OK) return status;
  for (size_t e = 0; e < parts * dimensions; e++) rounded.data[e] = (float)places->centre[e];
  const dove_knn_options euclidean = {.metric = DOVE_METRIC_EUCLIDEAN};
  status = dove_knn(dove_matrix_as_view(&rounded), 1, &euclidean, &nearest, NULL, error);
  for (size_t c = 0; c < parts && status == DOVE_OK; c++) places->radius[c] = 0.5 * (double)nearest.distance[c];
  if (status == DOVE_OK) dove_neighbors_free(&nearest);
  dove_matrix_free(&rounded);
  return status;
}

/* Means of the points of each part, of unit vectors for the cosine metric. */
static dove_status part_centroids(dove_matrix_view points, const components *parts, dove_metric metric,
                                  dove_matrix *centroids, dove_error *error) {
  dove_status status = dove_matrix_create(centroids, parts->count, points.columns, error);
  double *sum = dove_alloc(points.columns, sizeof *sum);
  if (status == DOVE_OK && sum == NULL) status = dove_fail_memory(error, memory_reason);
  for (size_t c = 0; c < parts->count && status == DOVE_OK; c++) {
    memset(sum, 0, points.columns * sizeof *sum);
    for (size_t i = parts->start[c]; i < parts->start[c + 1]; i++) {
      const float *row = dove_matrix_row(points, parts->members[i]);
      const double norm = metric == DOVE_METRIC_COSINE ? sqrt(dove_dot(row, row, points.columns)) : 1.0;
      for (size_t j = 0; j < points.columns && norm > 0.0; j++) sum[j] += (double)row[j] / norm;
    }
    const double count = (double)(parts->start[c + 1] - parts->start[c]);
    for (size_t j = 0; j < points.columns; j++) centroids->data[c * points.columns + j] = (float)(sum[j] / count);
  }
  free(sum);
  return status;
}

static dove_status place_all_parts(const umap_graph *graph, const components *parts, const part_places *places,
                                   const dove_umap_options *options, double *position, dove_error *error) {
  uint32_t *place = dove_alloc(graph->points, sizeof *place);
  if (place == NULL) return dove_fail_memory(error, memory_reason);
  for (size_t c = 0; c < parts->count; c++) {
    for (size_t i = parts->start[c]; i < parts->start[c + 1]; i++)
      place[parts->members[i]] = (uint32_t)(i - parts->start[c]);
  }
  atomic_int worst = DOVE_OK;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic) if (parts->count > 8)
  for (size_t c = 0; c < parts->count; c++) {
    const dove_status status =
        place_part(graph, parts, place, c, places, options->dimensions, options->seed, position, NULL);
    if (status != DOVE_OK) worst = (int)status;
  }
  free(place);
  const dove_status status = (dove_status)worst;
  return status == DOVE_OK ? DOVE_OK
                           : dove_fail(error, status, "no start for the projection was found; memory ran out?");
}

static dove_status place_parts(const umap_graph *graph, const components *parts, dove_matrix_view points,
                               const dove_umap_options *options, double *position, dove_error *error) {
  dove_matrix centroids = {0};
  const part_places places = {.centre = dove_alloc(parts->count, options->dimensions * sizeof(double)),
                              .radius = dove_alloc(parts->count, sizeof(double))};
  dove_status status =
      places.centre != NULL && places.radius != NULL ? DOVE_OK : dove_fail_memory(error, memory_reason);
  if (status == DOVE_OK) status = part_centroids(points, parts, options->metric, &centroids, error);
  if (status == DOVE_OK) status = place_centres(dove_matrix_as_view(&centroids), options, places.centre, error);
  if (status == DOVE_OK) status = set_radii(parts->count, options->dimensions, &places, error);
  if (status == DOVE_OK) status = place_all_parts(graph, parts, &places, options, position, error);
  dove_matrix_free(&centroids);
  free(places.centre);
  free(places.radius);
  return status;
}

/* Positions of any graph. Every point has an edge, so a graph of parts has at most half as many points as the graph it
 * was made from, and the recursion ends. */
static dove_status place_graph(const umap_graph *graph, dove_matrix_view points, const dove_umap_options *options,
                               double *position, dove_error *error) {
  components parts;
  dove_status status = find_components(graph, &parts, error);
  if (status == DOVE_OK) {
    status = parts.count == 1 ? place_connected(graph, options->dimensions, options->seed, position, error)
                              : place_parts(graph, &parts, points, options, position, error);
  }
  components_free(&parts);
  return status;
}

/* Stretches each axis to the box and adds the noise. */
static void fit_in_box(const double *position, size_t dimensions, uint64_t seed, dove_matrix *embedding) {
  for (size_t c = 0; c < dimensions; c++) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < embedding->rows; i++) {
      low = fmin(low, position[i * dimensions + c]);
      high = fmax(high, position[i * dimensions + c]);
    }
    const double scale = high > low ? BOX / (high - low) : 0.0;
    for (size_t i = 0; i < embedding->rows; i++) {
      dove_random random = dove_random_stream(seed, UINT64_C(0x6e6f697365) + c, i);
      const double noise = NOISE * dove_random_normal(&random);
      embedding->data[i * dimensions + c] = (float)(scale * (position[i * dimensions + c] - low) + noise);
    }
  }
}

dove_status umap_start(const umap_graph *graph, dove_matrix_view points, const dove_umap_options *options,
                       dove_matrix *embedding, const dove_progress *progress, dove_error *error) {
  dove_progress_report(progress, "start", 0.0, 1.0);
  double *position = dove_alloc(graph->points, options->dimensions * sizeof *position);
  if (position == NULL) return dove_fail_memory(error, memory_reason);
  const dove_status status = place_graph(graph, points, options, position, error);
  if (status == DOVE_OK) fit_in_box(position, options->dimensions, options->seed, embedding);
  free(position);
  dove_progress_report(progress, "start", 1.0, 1.0);
  return status;
}
