#include "dove/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"

void dove_distribution_mean(const dove_sparse *q, dove_document_set documents, const uint32_t *weight, double *a) {
  double total = 0;
  memset(a, 0, q->columns * sizeof *a);
  for (size_t i = 0; i < documents.count; i++) {
    const double w = weight != NULL ? (double)weight[i] : 1.0;
    if (w == 0) continue;
    total += w;
    const size_t end = q->offset[documents.rows[i] + 1];
    for (size_t e = q->offset[documents.rows[i]]; e < end; e++) a[q->column[e]] += w * q->value[e];
  }
  if (total == 0) return;
  for (size_t k = 0; k < q->columns; k++) a[k] /= total;
}

/* Where each code occurs: the transpose of the set's rows. */
typedef struct occurrences {
  size_t *offset; /* K + 1 */
  uint32_t *row;  /* of q, in the set's order */
  double *value;
} occurrences;

static void free_occurrences(occurrences *of) {
  free(of->offset);
  free(of->row);
  free(of->value);
}

static void count_occurrences(const dove_sparse *q, dove_document_set documents, occurrences *of) {
  for (size_t i = 0; i < documents.count; i++) {
    const size_t end = q->offset[documents.rows[i] + 1];
    for (size_t e = q->offset[documents.rows[i]]; e < end; e++) of->offset[q->column[e] + 1]++;
  }
  for (size_t k = 0; k < q->columns; k++) of->offset[k + 1] += of->offset[k];
}

static void place_occurrences(const dove_sparse *q, dove_document_set documents, occurrences *of) {
  for (size_t i = 0; i < documents.count; i++) {
    const uint32_t row = documents.rows[i];
    for (size_t e = q->offset[row]; e < q->offset[row + 1]; e++) {
      const size_t place = of->offset[q->column[e]]++;
      of->row[place] = row;
      of->value[place] = q->value[e];
    }
  }
  /* Each offset has moved on to where the next code starts. */
  memmove(of->offset + 1, of->offset, q->columns * sizeof *of->offset);
  of->offset[0] = 0;
}

static bool find_occurrences(const dove_sparse *q, dove_document_set documents, occurrences *of) {
  *of = (occurrences){.offset = dove_alloc_zero(q->columns + 1, sizeof *of->offset)};
  if (of->offset == NULL) return false;
  count_occurrences(q, documents, of);
  of->row = dove_alloc(of->offset[q->columns], sizeof *of->row);
  of->value = dove_alloc(of->offset[q->columns], sizeof *of->value);
  if (of->row != NULL && of->value != NULL) {
    place_occurrences(q, documents, of);
    return true;
  }
  free_occurrences(of);
  return false;
}

/* sums[j] += Σ_x min(a_i(x), a_j(x)) for j > i; entries of a row are in order of columns, so the walk is from behind.
 */
static void add_minima(const dove_sparse *q, const occurrences *of, size_t i, double *sums) {
  for (size_t o = of->offset[i]; o < of->offset[i + 1]; o++) {
    const size_t start = q->offset[of->row[o]];
    for (size_t e = q->offset[of->row[o] + 1]; e > start && q->column[e - 1] > i; e--)
      sums[q->column[e - 1]] += fmin(of->value[o], q->value[e - 1]);
  }
}

/* 1 − cos of two unit vectors that float32 has rounded: their true lengths are divided out. */
static double cosine_distance(dove_matrix_view centroids, const double *length, size_t i, size_t j) {
  const double lengths = length[i] * length[j];
  if (lengths == 0) return 1.0;
  const double cosine =
      dove_dot(dove_matrix_row(centroids, i), dove_matrix_row(centroids, j), centroids.columns) / lengths;
  return 1.0 - fmin(1.0, fmax(-1.0, cosine));
}

typedef struct cost_input {
  const dove_sparse *q;
  dove_matrix_view centroids;
  const occurrences *of;
  const double *mean;   /* K: E[a_i] */
  const double *length; /* K: |e_ci| */
  double documents;
  double epsilon2;
} cost_input;

/* Row i of D right of the diagonal; the row of `cost` first holds the sums of minima. */
static void cost_row(const cost_input *input, size_t i, double *row) {
  const size_t count = input->centroids.rows;
  memset(row + i, 0, (count - i) * sizeof *row);
  add_minima(input->q, input->of, i, row);
  for (size_t j = i + 1; j < count; j++) {
    const double least = input->documents > 0 ? row[j] / input->documents : 0;
    const double most = input->mean[i] + input->mean[j] - least;
    const double together = least / (most + input->epsilon2);
    row[j] = fmax(0.0, cosine_distance(input->centroids, input->length, i, j) * (1.0 - together));
  }
}

static void fill_cost(const cost_input *input, double *cost) {
  const size_t count = input->centroids.rows;
#pragma omp parallel for schedule(dynamic, 8) num_threads(dove_threads())
  for (size_t i = 0; i < count; i++) cost_row(input, i, cost + i * count);
#pragma omp parallel for schedule(static) num_threads(dove_threads())
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < i; j++) cost[i * count + j] = cost[j * count + i];
  }
}

dove_status dove_value_cost(const dove_sparse *q, dove_document_set documents, dove_matrix_view centroids,
                            double epsilon2, double *cost, dove_error *error) {
  if (!(epsilon2 > 0)) return dove_fail(error, DOVE_USAGE, "epsilon2 must be greater than 0");
  if (q->columns != centroids.rows)
    return dove_fail(error, DOVE_USAGE, "the coding has %zu codes and the codebook %zu", q->columns, centroids.rows);
  occurrences of = {0};
  double *mean = dove_alloc(q->columns, sizeof *mean);
  double *length = dove_alloc(q->columns, sizeof *length);
  dove_status status = DOVE_OK;
  if (mean == NULL || length == NULL || !find_occurrences(q, documents, &of)) {
    status = dove_fail_memory(error, "comparing codes");
  } else {
    dove_distribution_mean(q, documents, NULL, mean);
    for (size_t k = 0; k < q->columns; k++) {
      const float *row = dove_matrix_row(centroids, k);
      length[k] = sqrt(dove_dot(row, row, centroids.columns));
    }
    const cost_input input = {q, centroids, &of, mean, length, (double)documents.count, epsilon2};
    fill_cost(&input, cost);
    free_occurrences(&of);
  }
  free(mean);
  free(length);
  return status;
}
