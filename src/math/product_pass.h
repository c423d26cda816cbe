/* One pass over all products of two sets of vectors, block by block, without ever holding them all. */
#ifndef DOVE_MATH_PRODUCT_PASS_H
#define DOVE_MATH_PRODUCT_PASS_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/matrix.h"
#include "dove/progress.h"

/* Products of the rows first … first + rows - 1 of `left` with all rows of `right`: rows × right.rows. */
typedef struct product_block {
  size_t number;
  size_t first;
  size_t rows;
  const float *products;
} product_block;

typedef struct product_pass {
  dove_matrix_view left;
  dove_matrix_view right;
  /* Called once per block, from several threads; false stops the pass because memory ran out. */
  bool (*visit)(void *context, const product_block *block);
  void *context;
  const char *stage; /* for progress and messages, "assignment" for instance */
  const dove_progress *progress;
} product_pass;

/* The number of blocks. Their rows are a function of the number of rows of `right` alone. */
size_t product_pass_blocks(const product_pass *pass);

dove_status product_pass_run(const product_pass *pass, dove_error *error);

#endif
