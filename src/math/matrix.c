#include "dove/matrix.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/blas.h"
#include "dove/memory.h"
#include "dove/parallel.h"

/* Rows of `a` in one product: enough to pay for the packing of `b` that every call of sgemm does, and fixed, so that
 * results do not depend on the number of threads. */
#define PRODUCT_ROWS 512

dove_status dove_matrix_create(dove_matrix *matrix, size_t rows, size_t columns, dove_error *error) {
  *matrix = (dove_matrix){0};
  if (columns != 0 && rows > SIZE_MAX / columns) return dove_fail_memory(error, "making a matrix");
  float *data = dove_alloc_aligned(rows * columns, sizeof *data);
  if (data == NULL) return dove_fail_memory(error, "making a matrix");
  memset(data, 0, rows * columns * sizeof *data);
  *matrix = (dove_matrix){.data = data, .rows = rows, .columns = columns};
  return DOVE_OK;
}

dove_status dove_matrix_double_create(dove_matrix_double *matrix, size_t rows, size_t columns, dove_error *error) {
  *matrix = (dove_matrix_double){0};
  if (columns != 0 && rows > SIZE_MAX / columns) return dove_fail_memory(error, "making a matrix");
  double *data = dove_alloc_aligned(rows * columns, sizeof *data);
  if (data == NULL) return dove_fail_memory(error, "making a matrix");
  memset(data, 0, rows * columns * sizeof *data);
  *matrix = (dove_matrix_double){.data = data, .rows = rows, .columns = columns};
  return DOVE_OK;
}

void dove_matrix_free(dove_matrix *matrix) {
  free(matrix->data);
  *matrix = (dove_matrix){0};
}

void dove_matrix_double_free(dove_matrix_double *matrix) {
  free(matrix->data);
  *matrix = (dove_matrix_double){0};
}

/* x - x is 0 for finite x and NaN otherwise, and unlike isfinite() it is vectorised. */
static bool row_is_finite(const float *row, size_t columns) {
  int finite = 1;
  for (size_t j = 0; j < columns; j++) finite &= row[j] - row[j] == 0.0f;
  return finite != 0;
}

dove_status dove_matrix_check_finite(dove_matrix_view view, const char *what, dove_error *error) {
  for (size_t i = 0; i < view.rows; i++) {
    const float *row = dove_matrix_row(view, i);
    if (row_is_finite(row, view.columns)) continue;
    for (size_t j = 0; j < view.columns; j++) {
      if (isfinite(row[j])) continue;
      return dove_fail(error, DOVE_INPUT, "%s: row %zu, column %zu is %s, not a finite number", what, i + 1, j + 1,
                       isnan(row[j]) ? "NaN" : "infinite");
    }
  }
  return DOVE_OK;
}

/* Eight sums side by side: the compiler may not reorder one sum, but it can keep eight in a vector register. */
#define LANES 8

static double sum_lanes(const double lane[LANES]) {
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

double dove_dot(const float *a, const float *b, size_t length) {
  double even[LANES] = {0}, odd[LANES] = {0};
  size_t j = 0;
  for (; j + 2 * LANES <= length; j += 2 * LANES) {
    for (size_t l = 0; l < LANES; l++) even[l] += (double)a[j + l] * (double)b[j + l];
    for (size_t l = 0; l < LANES; l++) odd[l] += (double)a[j + LANES + l] * (double)b[j + LANES + l];
  }
  double sum = sum_lanes(even) + sum_lanes(odd);
  for (; j < length; j++) sum += (double)a[j] * (double)b[j];
  return sum;
}

double dove_dot_double(const double *a, const double *b, size_t length) {
  double lane[LANES] = {0};
  size_t j = 0;
  for (; j + LANES <= length; j += LANES) {
    for (size_t l = 0; l < LANES; l++) lane[l] += a[j + l] * b[j + l];
  }
  double sum = sum_lanes(lane);
  for (; j < length; j++) sum += a[j] * b[j];
  return sum;
}

double dove_squared_distance(const float *a, const float *b, size_t length) {
  double lane[LANES] = {0};
  size_t j = 0;
  for (; j + LANES <= length; j += LANES) {
    for (size_t l = 0; l < LANES; l++) {
      const double difference = (double)a[j + l] - (double)b[j + l];
      lane[l] += difference * difference;
    }
  }
  double sum = sum_lanes(lane);
  for (; j < length; j++) sum += ((double)a[j] - (double)b[j]) * ((double)a[j] - (double)b[j]);
  return sum;
}

double dove_cosine(const float *a, const float *b, size_t length) {
  const double squares = dove_dot(a, a, length) * dove_dot(b, b, length);
  if (!(squares > 0.0)) return 0.0;
  const double cosine = dove_dot(a, b, length) / sqrt(squares);
  return cosine > 1.0 ? 1.0 : cosine < -1.0 ? -1.0 : cosine;
}

bool dove_normalize(float *vector, size_t length) {
  const double square = dove_dot(vector, vector, length);
  if (!(square > 0.0)) return false;
  const double scale = 1.0 / sqrt(square);
  for (size_t j = 0; j < length; j++) vector[j] = (float)(scale * (double)vector[j]);
  return true;
}

size_t dove_normalize_rows(float *data, size_t rows, size_t columns) {
  size_t zeros = 0;
#pragma omp parallel for num_threads(dove_threads()) schedule(static) reduction(+ : zeros)
  for (size_t i = 0; i < rows; i++) zeros += dove_normalize(data + i * columns, columns) ? 0 : 1;
  return zeros;
}

void dove_matrix_gather(dove_matrix_view view, const uint32_t *index, size_t count, float *out) {
  for (size_t i = 0; i < count; i++)
    memcpy(out + i * view.columns, dove_matrix_row(view, index[i]), view.columns * sizeof *out);
}

static void add_scaled(double *sum, const float *row, double scale, size_t columns) {
  for (size_t j = 0; j < columns; j++) sum[j] += scale * (double)row[j];
}

void dove_matrix_mean(dove_matrix_view view, double *mean) {
  memset(mean, 0, view.columns * sizeof *mean);
  for (size_t i = 0; i < view.rows; i++) add_scaled(mean, dove_matrix_row(view, i), 1.0, view.columns);
  for (size_t j = 0; j < view.columns && view.rows > 0; j++) mean[j] /= (double)view.rows;
}

/* Writes the unit vector of `sum` to `out`, zeros when it has no direction. */
static void write_unit(const double *sum, size_t columns, float *out) {
  const double square = dove_dot_double(sum, sum, columns);
  const double scale = square > 0.0 ? 1.0 / sqrt(square) : 0.0;
  for (size_t j = 0; j < columns; j++) out[j] = (float)(scale * sum[j]);
}

dove_status dove_matrix_group_unit_means(dove_matrix_view view, const uint32_t *group, const double *weight,
                                         size_t groups, dove_matrix *means, size_t *size, dove_error *error) {
  *means = (dove_matrix){0};
  dove_matrix_double sum;
  dove_status status = dove_matrix_double_create(&sum, groups, view.columns, error);
  if (status != DOVE_OK) return status;
  if (size != NULL) memset(size, 0, groups * sizeof *size);
  for (size_t i = 0; i < view.rows; i++) {
    if (group[i] >= groups) continue;
    if (size != NULL) size[group[i]]++;
    add_scaled(sum.data + group[i] * view.columns, dove_matrix_row(view, i), weight != NULL ? weight[i] : 1.0,
               view.columns);
  }
  status = dove_matrix_create(means, groups, view.columns, error);
  for (size_t g = 0; g < groups && status == DOVE_OK; g++)
    write_unit(sum.data + g * view.columns, view.columns, means->data + g * view.columns);
  dove_matrix_double_free(&sum);
  return status;
}

void dove_matrix_product_block(dove_matrix_view a, dove_matrix_view b, float *out, size_t stride) {
  if (a.rows == 0 || b.rows == 0) return;
  if (a.columns == 0) {
    for (size_t i = 0; i < a.rows; i++) memset(out + i * stride, 0, b.rows * sizeof *out);
    return;
  }
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)a.rows, (int)b.rows, (int)a.columns, 1.0f, a.data,
              (int)a.columns, b.data, (int)b.columns, 0.0f, out, (int)stride);
}

dove_status dove_matrix_product(dove_matrix_view a, dove_matrix_view b, float *out, dove_error *error) {
  if (a.columns != b.columns) {
    return dove_fail(error, DOVE_USAGE, "the vectors have %zu and %zu numbers; a product needs equal lengths",
                     a.columns, b.columns);
  }
  dove_blas_single_thread();
  const size_t blocks = (a.rows + PRODUCT_ROWS - 1) / PRODUCT_ROWS;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic)
  for (size_t block = 0; block < blocks; block++) {
    const size_t first = block * PRODUCT_ROWS;
    const size_t count = a.rows - first < PRODUCT_ROWS ? a.rows - first : PRODUCT_ROWS;
    dove_matrix_product_block(dove_matrix_rows(a, first, count), b, out + first * b.rows, b.rows);
  }
  return DOVE_OK;
}
