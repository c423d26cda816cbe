#include "math/umap/umap_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"

#define SMOOTH_ITERATIONS 64
#define SMOOTH_TOLERANCE  1e-5
/* The least scale, as a share of the mean distance (McInnes, Healy and Melville 2018, reference implementation). */
#define MIN_SCALE 1e-3

static double mean_of(const float *values, size_t count) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) sum += (double)values[i];
  return count > 0 ? sum / (double)count : 0.0;
}

static double membership(double distance, double nearest, double scale) {
  const double past = distance - nearest;
  return past > 0.0 ? exp(-past / scale) : 1.0;
}

/* The scale at which memberships sum to log2 of the number of neighbours (the point itself counted). */
static double smooth_scale(const float *distance, size_t count, double nearest) {
  const double target = log2((double)count + 1.0);
  double low = 0.0, high = INFINITY, scale = 1.0;
  for (int iteration = 0; iteration < SMOOTH_ITERATIONS; iteration++) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) sum += membership((double)distance[i], nearest, scale);
    if (fabs(sum - target) < SMOOTH_TOLERANCE) break;
    if (sum > target) {
      high = scale;
      scale = (low + high) / 2.0;
    } else {
      low = scale;
      scale = isinf(high) ? 2.0 * scale : (low + high) / 2.0;
    }
  }
  return scale;
}

/* Memberships of one point's neighbours. The nearest neighbour at a distance that is not zero gets 1. */
static void smooth_row(const float *distance, size_t count, double mean_of_all, float *weight) {
  double nearest = 0.0;
  for (size_t i = 0; i < count && nearest <= 0.0; i++) nearest = (double)distance[i];
  double scale = smooth_scale(distance, count, nearest);
  const double least = MIN_SCALE * (nearest > 0.0 ? mean_of(distance, count) : mean_of_all);
  if (scale < least) scale = least;
  for (size_t i = 0; i < count; i++) weight[i] = (float)membership((double)distance[i], nearest, scale);
}

typedef struct edge {
  uint32_t index;
  float weight;
} edge;

static int compare_edges(const void *a, const void *b) {
  const uint32_t i = ((const edge *)a)->index, j = ((const edge *)b)->index;
  return (i > j) - (i < j);
}

/* Directed edges into every point, sources rising: the transpose of the neighbour lists. */
typedef struct incoming_edges {
  size_t *offset;
  edge *edges;
} incoming_edges;

static dove_status transpose(const dove_neighbors *neighbors, const float *weight, incoming_edges *incoming,
                             dove_error *error) {
  const size_t n = neighbors->points, entries = n * neighbors->neighbors;
  incoming->offset = dove_alloc_zero(n + 2, sizeof *incoming->offset);
  incoming->edges = dove_alloc(entries, sizeof *incoming->edges);
  if (incoming->offset == NULL || incoming->edges == NULL)
    return dove_fail_memory(error, "building the neighbour graph");
  /* Counts are kept one place further, so that filling moves each start to its end, the next one's start. */
  size_t *offset = incoming->offset;
  for (size_t e = 0; e < entries; e++) offset[neighbors->index[e] + 2]++;
  for (size_t i = 2; i <= n + 1; i++) offset[i] += offset[i - 1];
  for (size_t e = 0; e < entries; e++) {
    incoming->edges[offset[neighbors->index[e] + 1]++] = (edge){(uint32_t)(e / neighbors->neighbors), weight[e]};
  }
  return DOVE_OK;
}

/* Writes the union a + b − ab of two edge lists that are sorted by index; returns its length. Weights of zero are left
 * out: they say nothing. */
static size_t unite(const edge *out, size_t out_count, const edge *in, size_t in_count, uint32_t *index,
                    float *weight) {
  size_t a = 0, b = 0, count = 0;
  while (a < out_count || b < in_count) {
    const bool take_out = a < out_count && (b == in_count || out[a].index <= in[b].index);
    const bool take_in = b < in_count && (a == out_count || in[b].index <= out[a].index);
    const float x = take_out ? out[a].weight : 0.0f, y = take_in ? in[b].weight : 0.0f;
    const uint32_t other = take_out ? out[a].index : in[b].index;
    const float strength = x + y - x * y;
    if (strength > 0.0f) {
      index[count] = other;
      weight[count++] = strength;
    }
    a += take_out ? 1 : 0;
    b += take_in ? 1 : 0;
  }
  return count;
}

/* The union for point i, written at the widest place it can take; `sorted` holds its own neighbours for sorting. */
static size_t unite_point(const dove_neighbors *neighbors, const float *weight, const incoming_edges *incoming,
                          size_t i, edge *sorted, const umap_graph *wide) {
  const size_t k = neighbors->neighbors;
  for (size_t c = 0; c < k; c++) sorted[c] = (edge){neighbors->index[i * k + c], weight[i * k + c]};
  qsort(sorted, k, sizeof *sorted, compare_edges);
  const size_t start = incoming->offset[i], place = start + i * k;
  return unite(sorted, k, incoming->edges + start, incoming->offset[i + 1] - start, wide->index + place,
               wide->weight + place);
}

/* Moves the rows together, first to last: a row's new place is never behind its old one. */
static void close_gaps(umap_graph *graph, const incoming_edges *incoming, size_t k) {
  for (size_t i = 0; i < graph->points; i++) {
    const size_t from = incoming->offset[i] + i * k, to = graph->offset[i], count = graph->offset[i + 1] - to;
    memmove(graph->index + to, graph->index + from, count * sizeof *graph->index);
    memmove(graph->weight + to, graph->weight + from, count * sizeof *graph->weight);
  }
}

static dove_status unite_all(const dove_neighbors *neighbors, const float *weight, const incoming_edges *incoming,
                             umap_graph *graph, dove_error *error) {
  const size_t n = neighbors->points, k = neighbors->neighbors;
  graph->points = n;
  graph->offset = dove_alloc_zero(n + 1, sizeof *graph->offset);
  graph->index = dove_alloc(2 * n * k, sizeof *graph->index);
  graph->weight = dove_alloc(2 * n * k, sizeof *graph->weight);
  edge *sorted = dove_alloc(k, sizeof *sorted);
  if (graph->offset == NULL || graph->index == NULL || graph->weight == NULL || sorted == NULL) {
    free(sorted);
    return dove_fail_memory(error, "building the neighbour graph");
  }
  for (size_t i = 0; i < n; i++)
    graph->offset[i + 1] = graph->offset[i] + unite_point(neighbors, weight, incoming, i, sorted, graph);
  free(sorted);
  close_gaps(graph, incoming, k);
  return DOVE_OK;
}

dove_status umap_graph_build(const dove_neighbors *neighbors, umap_graph *graph, dove_error *error) {
  *graph = (umap_graph){0};
  const size_t n = neighbors->points, k = neighbors->neighbors;
  incoming_edges incoming = {0};
  float *weight = dove_alloc(n * k, sizeof *weight);
  if (weight == NULL) return dove_fail_memory(error, "building the neighbour graph");
  const double mean_of_all = mean_of(neighbors->distance, n * k);
#pragma omp parallel for num_threads(dove_threads()) schedule(static)
  for (size_t i = 0; i < n; i++) smooth_row(neighbors->distance + i * k, k, mean_of_all, weight + i * k);
  dove_status status = transpose(neighbors, weight, &incoming, error);
  if (status == DOVE_OK) status = unite_all(neighbors, weight, &incoming, graph, error);
  if (status != DOVE_OK) umap_graph_free(graph);
  free(weight);
  free(incoming.offset);
  free(incoming.edges);
  return status;
}

void umap_graph_free(umap_graph *graph) {
  free(graph->offset);
  free(graph->index);
  free(graph->weight);
  *graph = (umap_graph){0};
}
