#include "dove/clustering_quality.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"

static double pairs(size_t count) { return (double)count * ((double)count - 1.0) / 2.0; }

typedef struct label_pair {
  int32_t a;
  int32_t b;
} label_pair;

static int compare_by_a(const void *x, const void *y) {
  const label_pair *p = x, *q = y;
  if (p->a != q->a) return p->a < q->a ? -1 : 1;
  return (p->b > q->b) - (p->b < q->b);
}

static int compare_by_b(const void *x, const void *y) {
  const label_pair *p = x, *q = y;
  return (p->b > q->b) - (p->b < q->b);
}

/* Σ over runs of equal items of the pairs within the run. */
static double pairs_in_runs(const label_pair *items, size_t count, bool by_a, bool by_b) {
  double sum = 0.0;
  size_t start = 0;
  for (size_t i = 1; i <= count; i++) {
    if (i < count && (!by_a || items[i].a == items[start].a) && (!by_b || items[i].b == items[start].b)) continue;
    sum += pairs(i - start);
    start = i;
  }
  return sum;
}

dove_status dove_adjusted_rand_index(const int32_t *a, const int32_t *b, size_t count, double *index,
                                     dove_error *error) {
  *index = 1.0;
  label_pair *items = dove_alloc(count, sizeof *items);
  if (items == NULL) return dove_fail_memory(error, "comparing clusterings");
  for (size_t i = 0; i < count; i++) items[i] = (label_pair){a[i], b[i]};
  qsort(items, count, sizeof *items, compare_by_a);
  const double together = pairs_in_runs(items, count, true, true);
  const double in_a = pairs_in_runs(items, count, true, false);
  qsort(items, count, sizeof *items, compare_by_b);
  const double in_b = pairs_in_runs(items, count, false, true);
  free(items);
  if (count < 2) return DOVE_OK;
  const double expected = in_a * in_b / pairs(count), highest = (in_a + in_b) / 2.0;
  /* Both are one cluster, or both are all single items: the same partition. */
  if (highest - expected != 0.0) *index = (together - expected) / (highest - expected);
  return DOVE_OK;
}

typedef struct ranked_distance {
  double distance;
  uint32_t index;
} ranked_distance;

static bool before(ranked_distance x, ranked_distance y) {
  return x.distance < y.distance || (x.distance == y.distance && x.index < y.index);
}

/* Σ (r(i, j) − k) over the embedded neighbours j of i whose rank r among all points exceeds k. `row` holds the
 * distances from i to every point. */
static double rank_excess(const dove_neighbors *embedded, size_t i, const double *row, size_t points) {
  double excess = 0.0;
  for (size_t c = 0; c < embedded->neighbors; c++) {
    const uint32_t j = embedded->index[i * embedded->neighbors + c];
    const ranked_distance own = {row[j], j};
    size_t rank = 1;
    for (size_t l = 0; l < points; l++) {
      if (l != i && before((ranked_distance){row[l], (uint32_t)l}, own)) rank++;
    }
    if (rank > embedded->neighbors) excess += (double)(rank - embedded->neighbors);
  }
  return excess;
}

static double metric_distance(const float *a, const float *b, size_t length, dove_metric metric) {
  return metric == DOVE_METRIC_COSINE ? 1.0 - dove_cosine(a, b, length) : dove_squared_distance(a, b, length);
}

static dove_status sum_excess(dove_matrix_view points, const dove_neighbors *embedded, dove_metric metric, double *sum,
                              dove_error *error) {
  const size_t n = points.rows;
  double *excess = dove_alloc_zero(n, sizeof *excess);
  if (excess == NULL) return dove_fail_memory(error, "measuring trustworthiness");
  int failed = 0;
#pragma omp parallel num_threads(dove_threads()) reduction(| : failed)
  {
    double *row = dove_alloc(n, sizeof *row);
    failed = row == NULL;
#pragma omp for schedule(dynamic, 16)
    for (size_t i = 0; i < n; i++) {
      if (row == NULL) continue;
      for (size_t j = 0; j < n; j++)
        row[j] = metric_distance(dove_matrix_row(points, i), dove_matrix_row(points, j), points.columns, metric);
      excess[i] = rank_excess(embedded, i, row, n);
    }
    free(row);
  }
  *sum = 0.0;
  for (size_t i = 0; i < n; i++) *sum += excess[i];
  free(excess);
  return failed ? dove_fail_memory(error, "measuring trustworthiness") : DOVE_OK;
}

dove_status dove_trustworthiness(dove_matrix_view points, dove_matrix_view embedding, size_t k, dove_metric metric,
                                 double *trustworthiness, dove_error *error) {
  if (points.rows != embedding.rows) {
    return dove_fail(error, DOVE_USAGE, "%zu points have %zu embedded ones; the numbers must be equal", points.rows,
                     embedding.rows);
  }
  if (k == 0 || 2 * k >= points.rows) {
    return dove_fail(error, DOVE_USAGE, "trustworthiness of %zu points needs 1 to %zu neighbours, not %zu", points.rows,
                     points.rows > 2 ? (points.rows - 1) / 2 : 0, k);
  }
  dove_neighbors embedded;
  const dove_knn_options exact = {DOVE_METRIC_EUCLIDEAN, DOVE_KNN_EXACT, 0};
  dove_status status = dove_knn(embedding, k, &exact, &embedded, NULL, error);
  double sum = 0.0;
  if (status == DOVE_OK) status = sum_excess(points, &embedded, metric, &sum, error);
  if (status == DOVE_OK) dove_neighbors_free(&embedded);
  const double n = (double)points.rows, neighbours = (double)k;
  *trustworthiness = 1.0 - 2.0 / (n * neighbours * (2.0 * n - 3.0 * neighbours - 1.0)) * sum;
  return status;
}
