/* Symmetric matrix times vector in float32, reading each entry once: such a product is bound by memory, so half the
 * entries at half their size take a quarter of the time. */
#ifndef DOVE_MATH_SYMMETRIC_PRODUCT_H
#define DOVE_MATH_SYMMETRIC_PRODUCT_H

#include <stddef.h>

/* The number of rows and columns of a packed matrix, and of the numbers of a vector to multiply: n made a multiple of
 * the rows that are worked on together. */
size_t symmetric_padded(size_t n);

/* Numbers that `partials` must have room for. */
size_t symmetric_product_room(size_t n);

/* Packs the lower triangle of an n × n matrix (row-major) for symmetric_product(): padded × padded, the diagonal
 * halved. */
void symmetric_pack(const double *matrix, size_t n, float *packed);

/* y = A x; x has padded length, zeros at the end, and y n numbers. The same sums in the same order whatever the number
 * of threads. */
void symmetric_product(const float *packed, size_t n, const float *x, float *partials, double *y);

#endif
