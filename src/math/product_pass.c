#include "math/product_pass.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "dove/blas.h"
#include "dove/memory.h"
#include "dove/parallel.h"

/* Products in a block (2 MiB): enough rows to pay for the packing of `right` that every call of sgemm does. */
#define BLOCK_PRODUCTS ((size_t)512 * 1024)
#define MAX_ROWS       512
#define MIN_ROWS       32

static size_t rows_per_block(const product_pass *pass) {
  const size_t fitting = BLOCK_PRODUCTS / (pass->right.rows > 0 ? pass->right.rows : 1);
  return fitting > MAX_ROWS ? MAX_ROWS : fitting < MIN_ROWS ? MIN_ROWS : fitting;
}

size_t product_pass_blocks(const product_pass *pass) {
  const size_t rows = rows_per_block(pass);
  return (pass->left.rows + rows - 1) / rows;
}

dove_status product_pass_run(const product_pass *pass, dove_error *error) {
  const size_t most = rows_per_block(pass), blocks = product_pass_blocks(pass), codes = pass->right.rows;
  atomic_size_t done = 0;
  atomic_bool failed = false, cancelled = false;
  dove_blas_single_thread();
#pragma omp parallel num_threads(dove_threads()) if (blocks > 1)
  {
    float *products = dove_alloc_aligned(most, codes * sizeof *products);
    if (products == NULL) failed = true;
#pragma omp for schedule(dynamic)
    for (size_t number = 0; number < blocks; number++) {
      if (products == NULL || failed || cancelled) continue;
      if (dove_progress_cancelled(pass->progress)) cancelled = true;
      const size_t first = number * most;
      const size_t rows = pass->left.rows - first < most ? pass->left.rows - first : most;
      dove_matrix_product_block(dove_matrix_rows(pass->left, first, rows), pass->right, products, codes);
      const product_block block = {number, first, rows, products};
      if (!pass->visit(pass->context, &block)) failed = true;
      dove_progress_report(pass->progress, pass->stage, (double)++done, (double)blocks);
    }
    free(products);
  }
  if (failed) return dove_fail(error, DOVE_MEMORY, "out of memory during the %s", pass->stage);
  if (cancelled) return dove_fail(error, DOVE_CANCELLED, "stopped during the %s", pass->stage);
  return DOVE_OK;
}
