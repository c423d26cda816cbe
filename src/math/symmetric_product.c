#include "math/symmetric_product.h"

#include <string.h>

#include "dove/parallel.h"

/* Rows of one step of the parallel loop; each step sums into a vector of its own. */
#define BLOCK ((size_t)32)

/* Rows that go through the columns together. */
#define STRIP ((size_t)4)

/* Smaller numbers become 0: denormal ones would slow the products down and add nothing. */
#define SMALLEST 1.2e-38

size_t symmetric_padded(size_t n) { return (n + STRIP - 1) / STRIP * STRIP; }

static size_t block_count(size_t n) { return (symmetric_padded(n) + BLOCK - 1) / BLOCK; }

size_t symmetric_product_room(size_t n) { return block_count(n) * symmetric_padded(n); }

void symmetric_pack(const double *matrix, size_t n, float *packed) {
  const size_t padded = symmetric_padded(n);
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic, 16)
  for (size_t i = 0; i < padded; i++) {
    const double *row = matrix + i * n;
    float *target = packed + i * padded;
    const size_t filled = i < n ? i + 1 : 0;
    const size_t end = (i / STRIP + 1) * STRIP;
    for (size_t j = 0; j < filled; j++) target[j] = row[j] > SMALLEST ? (float)row[j] : 0.0f;
    for (size_t j = filled; j < end; j++) target[j] = 0.0f;
    if (i < n) target[i] *= 0.5f;
  }
}

/* Four rows, columns 0 … count-1, which end behind the diagonal: their products with x into sums, and their share of
 * the columns' products to column. Above the diagonal there are zeros, and the halved diagonal is counted both times.
 * The order of the sums is the compiler's, fixed when the program is built. */
static void strip_product(const float *rows, size_t stride, size_t count, const float *x, const float own[STRIP],
                          float *restrict column, float sums[STRIP]) {
  const float *a = rows;
  const float *b = rows + stride;
  const float *c = rows + 2 * stride;
  const float *d = rows + 3 * stride;
  float sum_a = 0.0f, sum_b = 0.0f, sum_c = 0.0f, sum_d = 0.0f;
#pragma omp simd reduction(+ : sum_a, sum_b, sum_c, sum_d)
  for (size_t j = 0; j < count; j++) {
    sum_a += a[j] * x[j];
    sum_b += b[j] * x[j];
    sum_c += c[j] * x[j];
    sum_d += d[j] * x[j];
    column[j] += (a[j] * own[0] + b[j] * own[1]) + (c[j] * own[2] + d[j] * own[3]);
  }
  sums[0] = sum_a;
  sums[1] = sum_b;
  sums[2] = sum_c;
  sums[3] = sum_d;
}

static void block_product(const float *packed, size_t padded, size_t first, size_t last, const float *x,
                          float *partial) {
  memset(partial, 0, last * sizeof *partial);
  for (size_t i = first; i < last; i += STRIP) {
    float sums[STRIP];
    strip_product(packed + i * padded, padded, i + STRIP, x, x + i, partial, sums);
    for (size_t k = 0; k < STRIP; k++) partial[i + k] += sums[k];
  }
}

static size_t block_end(size_t block, size_t limit) {
  return (block + 1) * BLOCK < limit ? (block + 1) * BLOCK : limit;
}

void symmetric_product(const float *packed, size_t n, const float *x, float *partials, double *y) {
  const size_t padded = symmetric_padded(n);
  const size_t blocks = block_count(n);
  /* The longest rows come first, so that the last steps are short. */
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic)
  for (size_t step = 0; step < blocks; step++) {
    const size_t block = blocks - 1 - step;
    block_product(packed, padded, block * BLOCK, block_end(block, padded), x, partials + block * padded);
  }
  memset(y, 0, n * sizeof *y);
  for (size_t block = 0; block < blocks; block++) {
    const float *partial = partials + block * padded;
    const size_t end = block_end(block, n);
    for (size_t j = 0; j < end; j++) y[j] += (double)partial[j];
  }
}
