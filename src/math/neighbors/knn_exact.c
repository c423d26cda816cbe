#include "math/neighbors/knn_internal.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "dove/blas.h"
#include "dove/memory.h"
#include "dove/parallel.h"

/* A block of products (1 MiB) stays in the second-level cache between being made and being searched. */
#define BLOCK_ROWS    256
#define BLOCK_COLUMNS 1024
/* Keys that are compared with the bound at once. */
#define GROUP 64

/* True when one of the keys half_norm − product is under the bound. */
static bool group_has_nearer(const float *half_norm, const float *product, float bound) {
  int any = 0;
  for (size_t l = 0; l < GROUP; l++) any |= half_norm[l] - product[l] < bound;
  return any != 0;
}

static void take(knn_candidate *list, size_t width, size_t self, size_t index, float key) {
  if (index != self && key < list[width - 1].key) knn_insert(list, width, (knn_candidate){key, (uint32_t)index});
}

/* Searches the products of point `self` with the points `first` … `first + count - 1`. Columns come in rising order, so
 * a later one with an equal key never displaces an earlier one. */
static void search_row(const float *half_norm, const float *product, size_t first, size_t count, size_t self,
                       knn_candidate *list, size_t width) {
  size_t j = 0;
  for (; j + GROUP <= count; j += GROUP) {
    if (!group_has_nearer(half_norm + j, product + j, list[width - 1].key)) continue;
    for (size_t l = j; l < j + GROUP; l++) take(list, width, self, first + l, half_norm[l] - product[l]);
  }
  for (; j < count; j++) take(list, width, self, first + j, half_norm[j] - product[j]);
}

static void search_block(const knn_space *space, size_t first_row, float *product, knn_lists *lists) {
  const dove_matrix_view all = dove_matrix_as_view(&space->points);
  const size_t rows = all.rows - first_row < BLOCK_ROWS ? all.rows - first_row : BLOCK_ROWS;
  for (size_t first = 0; first < all.rows; first += BLOCK_COLUMNS) {
    const size_t columns = all.rows - first < BLOCK_COLUMNS ? all.rows - first : BLOCK_COLUMNS;
    dove_matrix_product_block(dove_matrix_rows(all, first_row, rows), dove_matrix_rows(all, first, columns), product,
                              BLOCK_COLUMNS);
    for (size_t i = 0; i < rows; i++) {
      search_row(space->half_norm + first, product + i * BLOCK_COLUMNS, first, columns, first_row + i,
                 lists->items + (first_row + i) * lists->width, lists->width);
    }
  }
}

dove_status knn_exact(const knn_space *space, knn_lists *lists, const dove_progress *progress, dove_error *error) {
  const size_t blocks = (space->points.rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
  atomic_size_t done = 0;
  atomic_bool failed = false, cancelled = false;
  dove_blas_single_thread();
#pragma omp parallel num_threads(dove_threads())
  {
    float *product = dove_alloc_aligned((size_t)BLOCK_ROWS * BLOCK_COLUMNS, sizeof *product);
    if (product == NULL) failed = true;
#pragma omp for schedule(dynamic)
    for (size_t block = 0; block < blocks; block++) {
      if (product == NULL || cancelled) continue;
      if (dove_progress_cancelled(progress)) cancelled = true;
      search_block(space, block * BLOCK_ROWS, product, lists);
      dove_progress_report(progress, "neighbours", (double)++done, (double)blocks);
    }
    free(product);
  }
  if (failed) return dove_fail_memory(error, "finding neighbours");
  if (cancelled) return dove_fail(error, DOVE_CANCELLED, "stopped while finding neighbours");
  return DOVE_OK;
}
