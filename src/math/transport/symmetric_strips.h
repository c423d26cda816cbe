/* The product with one form of a symmetric matrix. symmetric_product.c includes this once for each form, after defining
 * NUMBER, NAMED(name), and the members ENTRIES and PARTIALS of the matrix; there is no guard for that reason. */

/* As wide as the registers of most processors. */
typedef NUMBER NAMED(vector) __attribute__((vector_size(32)));

/* One strip of `columns` columns times x into sums, and its share of the columns' products to `column`; `own` are the
 * strip's own numbers of x. */
static void NAMED(strip)(const NUMBER *strip, size_t columns, const NUMBER *x, const NUMBER own[STRIP],
                         NUMBER *restrict column, NUMBER sums[STRIP]) {
  enum { WIDTH = 32 / sizeof(NUMBER) };
  NAMED(vector) total[STRIP] = {{0}};
  for (size_t j = 0; j < columns; j += WIDTH) {
    NAMED(vector) factor, low, high = {0};
    memcpy(&factor, x + j, sizeof factor);
    memcpy(&low, column + j, sizeof low);
    for (size_t k = 0; k < STRIP; k += 2) {
      NAMED(vector) even, odd;
      memcpy(&even, strip + k * columns + j, sizeof even);
      memcpy(&odd, strip + (k + 1) * columns + j, sizeof odd);
      total[k] += even * factor;
      total[k + 1] += odd * factor;
      low += even * own[k];
      high += odd * own[k + 1];
    }
    low += high;
    memcpy(column + j, &low, sizeof low);
  }
  for (size_t k = 0; k < STRIP; k++) {
    sums[k] = 0;
    for (size_t l = 0; l < WIDTH; l++) sums[k] += total[k][l];
  }
}

/* The strips of one step, into the step's partial sums. */
static void NAMED(step)(const symmetric_matrix *matrix, size_t step, const NUMBER *x) {
  const size_t end = step_start(matrix, step + 1);
  NUMBER *partial = matrix->PARTIALS + step * matrix->padded;
  memset(partial, 0, end * STRIP * sizeof *partial);
  for (size_t s = step_start(matrix, step); s < end; s++) {
    NUMBER sums[STRIP];
    NAMED(strip)(matrix->ENTRIES + strip_offset(s), (s + 1) * STRIP, x, x + s * STRIP, partial, sums);
    for (size_t k = 0; k < STRIP; k++) partial[s * STRIP + k] += sums[k];
  }
}

void NAMED(symmetric_product)(const symmetric_matrix *matrix, const NUMBER *x, double *y) {
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic)
  for (size_t step = 0; step < STEPS; step++) NAMED(step)(matrix, step, x);
  memset(y, 0, matrix->count * sizeof *y);
  for (size_t step = 0; step < STEPS; step++) {
    const NUMBER *partial = matrix->PARTIALS + step * matrix->padded;
    const size_t end = step_start(matrix, step + 1) * STRIP;
    const size_t filled = end < matrix->count ? end : matrix->count;
    for (size_t j = 0; j < filled; j++) y[j] += (double)partial[j];
  }
}
