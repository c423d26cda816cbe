/* A symmetric matrix and its products with vectors, reading each entry once: such a product is bound by memory, so half
 * of the entries take half of the time, and in float32 half of that. */
#ifndef DOVE_MATH_SYMMETRIC_PRODUCT_H
#define DOVE_MATH_SYMMETRIC_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

/* Rows that go through the columns together. */
#define SYMMETRIC_STRIP ((size_t)8)

/* Both forms hold the lower triangle strip after strip; a strip is SYMMETRIC_STRIP rows long as far as its last
 * diagonal entry, zeros above the diagonal, and the diagonal halved, because it is counted both ways. */
typedef struct symmetric_matrix {
  size_t count;  /* n */
  size_t padded; /* n made a multiple of SYMMETRIC_STRIP: the length of a vector to multiply, zeros at its end */
  float *single;
  double *full;
  float *single_partials;
  double *full_partials;
} symmetric_matrix;

/* Makes room for n × n; false when memory is out, and then nothing has to be freed. */
bool symmetric_create(symmetric_matrix *matrix, size_t n);
void symmetric_free(symmetric_matrix *matrix);

/* Where the entries 0 … i of row i are to be written, and what has to be said when they are. Rows may be written from
 * several threads; all must be before the first product. */
double *symmetric_row(symmetric_matrix *matrix, size_t i);
void symmetric_row_written(symmetric_matrix *matrix, size_t i);

/* y = A x for n numbers of y. The same sums in the same order whatever the number of threads. */
void symmetric_product_single(const symmetric_matrix *matrix, const float *x, double *y);
void symmetric_product_full(const symmetric_matrix *matrix, const double *x, double *y);

#endif
