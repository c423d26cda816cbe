/* Row-major float32 matrices and what the method does with them: unit rows, means, products. Vectors of the project are
 * the rows. Products go through CBLAS in blocks of fixed size from OpenMP loops, with OpenBLAS held at one thread, so
 * that the result does not depend on the number of threads. */
#ifndef DOVE_MATRIX_H
#define DOVE_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"

/* Somebody else's rows: `rows` × `columns`, without gaps. */
typedef struct dove_matrix_view {
  const float *data;
  size_t rows;
  size_t columns;
} dove_matrix_view;

/* A matrix with memory of its own (64-byte aligned); {0} is the empty one. */
typedef struct dove_matrix {
  float *data;
  size_t rows;
  size_t columns;
} dove_matrix;

/* The same in float64. */
typedef struct dove_matrix_double {
  double *data;
  size_t rows;
  size_t columns;
} dove_matrix_double;

/* All zeros. DOVE_MEMORY when it does not fit. */
dove_status dove_matrix_create(dove_matrix *matrix, size_t rows, size_t columns, dove_error *error);
dove_status dove_matrix_double_create(dove_matrix_double *matrix, size_t rows, size_t columns, dove_error *error);

/* Frees and empties; safe on {0}. */
void dove_matrix_free(dove_matrix *matrix);
void dove_matrix_double_free(dove_matrix_double *matrix);

static inline dove_matrix_view dove_matrix_as_view(const dove_matrix *matrix) {
  return (dove_matrix_view){matrix->data, matrix->rows, matrix->columns};
}

static inline const float *dove_matrix_row(dove_matrix_view view, size_t row) { return view.data + row * view.columns; }

/* Rows `first` … `first + count - 1`. */
static inline dove_matrix_view dove_matrix_rows(dove_matrix_view view, size_t first, size_t count) {
  return (dove_matrix_view){view.data + first * view.columns, count, view.columns};
}

/* DOVE_INPUT with `what`, row and column (from 1) when a value is NaN or infinite. */
dove_status dove_matrix_check_finite(dove_matrix_view view, const char *what, dove_error *error);

/* Scalar product in float64, of float32 or float64 vectors of `length` numbers. */
double dove_dot(const float *a, const float *b, size_t length);
double dove_dot_double(const double *a, const double *b, size_t length);

/* Cosine in float64; 0 when a vector is zero. */
double dove_cosine(const float *a, const float *b, size_t length);

/* Squared euclidean distance in float64. */
double dove_squared_distance(const float *a, const float *b, size_t length);

/* Makes a vector, or every row of `rows` × `columns` numbers, unit length in place. Zero vectors stay zero: the first
 * returns false for one, the second how many there were. */
bool dove_normalize(float *vector, size_t length);
size_t dove_normalize_rows(float *data, size_t rows, size_t columns);

/* Copies the rows that `index` names (count of them) to `out` (count × columns). */
void dove_matrix_gather(dove_matrix_view view, const uint32_t *index, size_t count, float *out);

/* Mean of all rows in float64: `mean` holds `columns` numbers, zeros when there are no rows. */
void dove_matrix_mean(dove_matrix_view view, double *mean);

/* Weighted means per group, made unit (SPEC 3.5, SPEC 5): `group` has a group for each row, in 0 … groups-1, or
 * DOVE_NO_GROUP for rows that belong nowhere; `weight` (a number ≥ 0 per row) may be NULL for 1. `means` becomes a
 * groups × columns matrix that the caller frees; groups that are empty or whose mean is zero get a zero row. `size`
 * (may be NULL) gets the number of rows per group. Sums run in float64 in row order. */
#define DOVE_NO_GROUP UINT32_MAX
dove_status dove_matrix_group_unit_means(dove_matrix_view view, const uint32_t *group, const double *weight,
                                         size_t groups, dove_matrix *means, size_t *size, dove_error *error);

/* `out` (a.rows × b.rows) = a · bᵀ; a.columns = b.columns. On all threads. */
dove_status dove_matrix_product(dove_matrix_view a, dove_matrix_view b, float *out, dove_error *error);

/* The same on the calling thread alone, for use inside loops that are parallel already; `stride` ≥ b.rows is the
 * distance between rows of `out`. */
void dove_matrix_product_block(dove_matrix_view a, dove_matrix_view b, float *out, size_t stride);

#endif
