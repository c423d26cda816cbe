#include "math/transport/cholesky.h"

#include <cblas.h>
#include <math.h>

#include "dove/parallel.h"

/* Tiles of the matrix: what one call of the BLAS works on. */
#define TILE 128

static size_t tile_size(size_t n, size_t tile) { return n - tile * TILE < TILE ? n - tile * TILE : TILE; }

/* Tile number `index` of a lower triangle of tiles, counted row by row. */
static void tile_of(size_t index, size_t *row, size_t *column) {
  size_t i = 0;
  while ((i + 1) * (i + 2) / 2 <= index) i++;
  *row = i;
  *column = index - i * (i + 1) / 2;
}

void cholesky_identity_minus_product(const double *w, size_t n, size_t m, double *matrix) {
  const size_t tiles = (n + TILE - 1) / TILE;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic) if (n > TILE)
  for (size_t index = 0; index < tiles * (tiles + 1) / 2; index++) {
    size_t i, j;
    tile_of(index, &i, &j);
    double *tile = matrix + i * TILE * n + j * TILE;
    const int rows = (int)tile_size(n, i);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, (int)tile_size(n, j), (int)m, -1.0, w + i * TILE * m,
                (int)m, w + j * TILE * m, (int)m, 0.0, tile, (int)n);
    for (size_t k = 0; i == j && k < (size_t)rows; k++) tile[k * n + k] += 1.0;
  }
}

static bool factor_tile(double *tile, size_t size, size_t stride) {
  for (size_t k = 0; k < size; k++) {
    double *row = tile + k * stride;
    for (size_t j = 0; j <= k; j++) {
      const double *other = tile + j * stride;
      const double rest = row[j] - cblas_ddot((int)j, row, 1, other, 1);
      if (j < k) {
        row[j] = rest / other[j];
      } else if (rest > 0.0) {
        row[k] = sqrt(rest);
      } else {
        return false;
      }
    }
  }
  return true;
}

/* Subtracts what tile column `k` contributes to the tiles right of it. */
static void update_rest(double *matrix, size_t n, size_t k, size_t tiles) {
  const size_t rest = tiles - k - 1;
  const double *panel = matrix + k * TILE;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic) if (rest > 1)
  for (size_t index = 0; index < rest * (rest + 1) / 2; index++) {
    size_t i, j;
    tile_of(index, &i, &j);
    i += k + 1;
    j += k + 1;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)tile_size(n, i), (int)tile_size(n, j), TILE, -1.0,
                panel + i * TILE * n, (int)n, panel + j * TILE * n, (int)n, 1.0, matrix + i * TILE * n + j * TILE,
                (int)n);
  }
}

bool cholesky_factor(double *matrix, size_t n) {
  const size_t tiles = (n + TILE - 1) / TILE;
  for (size_t k = 0; k < tiles; k++) {
    double *diagonal = matrix + k * TILE * n + k * TILE;
    if (!factor_tile(diagonal, tile_size(n, k), n)) return false;
#pragma omp parallel for num_threads(dove_threads()) if (tiles - k > 2)
    for (size_t i = k + 1; i < tiles; i++) {
      cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)tile_size(n, i), TILE, 1.0,
                  diagonal, (int)n, matrix + i * TILE * n + k * TILE, (int)n);
    }
    update_rest(matrix, n, k, tiles);
  }
  return true;
}

void cholesky_solve(const double *factor, size_t n, double *b) {
  cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, (int)n, factor, (int)n, b, 1);
  cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, (int)n, factor, (int)n, b, 1);
}
