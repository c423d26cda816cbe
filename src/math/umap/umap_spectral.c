#include "math/umap/umap_internal.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/random.h"

/* Subspace iteration with a Chebyshev filter (Zhou, Saad, Tiago and Chelikowsky 2006): each round damps the part of the
 * spectrum below the lowest value of the block, then takes the best combinations of the block's columns. A start for
 * the layout needs no more than a few digits. */
#define SPARE_COLUMNS 6
#define FILTER_DEGREE 12
#define ROUNDS_SMALL  24
#define ROUNDS_LARGE  6
#define LARGE_POINTS  20000
#define SETTLED       1e-5
/* Directions of the block that are weaker than this share of the strongest are noise. */
#define WEAKEST 1e-12
/* Sums run over blocks of this many rows, in fixed order. */
#define BLOCK_ROWS      2048
#define PARALLEL_POINTS 4096

typedef struct spectral {
  const umap_graph *graph;
  size_t points;
  size_t columns;
  double *value;     /* per edge: w_ij / √(deg_i deg_j) */
  double *block[3];  /* points × columns each */
  double *partial;   /* two columns × columns matrices per block of rows */
  double *gram;      /* columns × columns, as are the next three */
  double *image;     /* XᵀSX */
  double *transform; /* the combinations to take */
  double *work;
  double *ritz; /* approximate eigenvalues, falling */
  gsl_eigen_symmv_workspace *eigen;
} spectral;

/* out = scale · (S − shift) in − subtract · before; `before` may be NULL, `out` is neither of the others. */
static void apply(const spectral *s, const double *in, double shift, double scale, const double *before,
                  double subtract, double *out) {
  const size_t m = s->columns;
#pragma omp parallel for num_threads(dove_threads()) schedule(static) if (s->points >= PARALLEL_POINTS)
  for (size_t i = 0; i < s->points; i++) {
    double *sum = out + i * m;
    for (size_t c = 0; c < m; c++) sum[c] = -shift * in[i * m + c];
    for (size_t e = s->graph->offset[i]; e < s->graph->offset[i + 1]; e++) {
      const double *row = in + (size_t)s->graph->index[e] * m;
      const double value = s->value[e];
      for (size_t c = 0; c < m; c++) sum[c] += value * row[c];
    }
    for (size_t c = 0; c < m; c++) sum[c] *= scale;
    for (size_t c = 0; c < m && before != NULL; c++) sum[c] -= subtract * before[i * m + c];
  }
}

static void exchange(double **a, double **b) {
  double *kept = *a;
  *a = *b;
  *b = kept;
}

/* Replaces block 0 by T(S) of it, T the Chebyshev polynomial that is small on [-1, cut]. Uses blocks 1 and 2. */
static void filter(spectral *s, double cut) {
  const double centre = (cut - 1.0) / 2.0, half = (cut + 1.0) / 2.0;
  apply(s, s->block[0], centre, 1.0 / half, NULL, 0.0, s->block[1]);
  for (size_t degree = 1; degree < FILTER_DEGREE; degree++) {
    apply(s, s->block[1], centre, 2.0 / half, s->block[0], 1.0, s->block[2]);
    exchange(&s->block[0], &s->block[1]);
    exchange(&s->block[1], &s->block[2]);
  }
  exchange(&s->block[0], &s->block[1]);
}

static void add_products(const double *a, const double *b, size_t rows, size_t m, double *sum) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t r = 0; r < m; r++) {
      const double value = a[i * m + r];
      for (size_t c = 0; c < m; c++) sum[r * m + c] += value * b[i * m + c];
    }
  }
}

/* gram = XᵀX and image = XᵀSX, with X in block 0 and SX in block 1. */
static void multiply_out(const spectral *s) {
  const size_t m = s->columns, blocks = (s->points + BLOCK_ROWS - 1) / BLOCK_ROWS;
#pragma omp parallel for num_threads(dove_threads()) schedule(static) if (s->points >= PARALLEL_POINTS)
  for (size_t block = 0; block < blocks; block++) {
    const size_t first = block * BLOCK_ROWS;
    const size_t rows = s->points - first < BLOCK_ROWS ? s->points - first : BLOCK_ROWS;
    double *sums = s->partial + block * 2 * m * m;
    memset(sums, 0, 2 * m * m * sizeof *sums);
    add_products(s->block[0] + first * m, s->block[0] + first * m, rows, m, sums);
    add_products(s->block[0] + first * m, s->block[1] + first * m, rows, m, sums + m * m);
  }
  memset(s->gram, 0, m * m * sizeof *s->gram);
  memset(s->image, 0, m * m * sizeof *s->image);
  for (size_t block = 0; block < blocks; block++) {
    const double *sums = s->partial + block * 2 * m * m;
    for (size_t e = 0; e < m * m; e++) s->gram[e] += sums[e];
    for (size_t e = 0; e < m * m; e++) s->image[e] += sums[m * m + e];
  }
}

/* Eigenvalues (falling) and eigenvectors (columns of `vectors`) of a symmetric matrix, which is overwritten. */
static bool decompose(const spectral *s, double *matrix, double *values, double *vectors) {
  const size_t m = s->columns;
  gsl_matrix_view view = gsl_matrix_view_array(matrix, m, m), columns = gsl_matrix_view_array(vectors, m, m);
  gsl_vector_view eigenvalues = gsl_vector_view_array(values, m);
  return gsl_eigen_symmv(&view.matrix, &eigenvalues.vector, &columns.matrix, s->eigen) == GSL_SUCCESS &&
         gsl_eigen_symmv_sort(&eigenvalues.vector, &columns.matrix, GSL_EIGEN_SORT_VAL_DESC) == GSL_SUCCESS;
}

/* out = aᵀ b or a b, all m × m. */
static void small_product(const double *a, bool transposed, const double *b, size_t m, double *out) {
  memset(out, 0, m * m * sizeof *out);
  for (size_t r = 0; r < m; r++) {
    for (size_t k = 0; k < m; k++) {
      const double value = transposed ? a[k * m + r] : a[r * m + k];
      for (size_t c = 0; c < m; c++) out[r * m + c] += value * b[k * m + c];
    }
  }
}

/* Fills `transform` with the combinations of the block's columns that are orthonormal and diagonalise S. */
static bool rayleigh_ritz(spectral *s) {
  const size_t m = s->columns;
  if (!decompose(s, s->gram, s->ritz, s->transform)) return false;
  const double least = WEAKEST * s->ritz[0];
  for (size_t r = 0; r < m; r++) {
    for (size_t c = 0; c < m; c++) s->transform[r * m + c] *= s->ritz[c] > least ? 1.0 / sqrt(s->ritz[c]) : 0.0;
  }
  small_product(s->image, false, s->transform, m, s->work);
  small_product(s->transform, true, s->work, m, s->image);
  /* Rounding leaves the image a little unsymmetric; GSL reads one triangle, so nothing needs to be done about it. */
  if (!decompose(s, s->image, s->ritz, s->gram)) return false;
  small_product(s->transform, false, s->gram, m, s->work);
  memcpy(s->transform, s->work, m * m * sizeof *s->work);
  return true;
}

/* Block 0 becomes X · transform, by way of block 1. */
static void rotate(spectral *s) {
  const size_t m = s->columns;
#pragma omp parallel for num_threads(dove_threads()) schedule(static) if (s->points >= PARALLEL_POINTS)
  for (size_t i = 0; i < s->points; i++) {
    double *row = s->block[1] + i * m;
    memset(row, 0, m * sizeof *row);
    for (size_t k = 0; k < m; k++) {
      const double value = s->block[0][i * m + k];
      for (size_t c = 0; c < m; c++) row[c] += value * s->transform[k * m + c];
    }
  }
  exchange(&s->block[0], &s->block[1]);
}

/* One round: project, rotate; false when the small eigenproblem failed. */
static bool refine(spectral *s) {
  apply(s, s->block[0], 0.0, 1.0, NULL, 0.0, s->block[1]);
  multiply_out(s);
  if (!rayleigh_ritz(s)) return false;
  rotate(s);
  return true;
}

static void random_block(const spectral *s, uint64_t seed) {
  for (size_t i = 0; i < s->points; i++) {
    dove_random random = dove_random_stream(seed, UINT64_C(0x7370656374), i);
    for (size_t c = 0; c < s->columns; c++) s->block[0][i * s->columns + c] = dove_random_uniform(&random) - 0.5;
  }
}

static bool iterate(spectral *s, size_t wanted, uint64_t seed) {
  const size_t rounds = s->points < LARGE_POINTS ? ROUNDS_SMALL : ROUNDS_LARGE;
  double cut = 0.5, before = INFINITY;
  random_block(s, seed);
  for (size_t round = 0; round < rounds; round++) {
    filter(s, cut);
    if (!refine(s)) return false;
    double sum = 0.0;
    for (size_t c = 0; c < wanted; c++) sum += s->ritz[c];
    if (fabs(sum - before) < SETTLED * (double)wanted) break;
    before = sum;
    cut = s->ritz[s->columns - 1] > 0.0 ? s->ritz[s->columns - 1] : 0.0;
    if (cut > 0.999) cut = 0.999;
  }
  return true;
}

/* The entries of D^-1/2 W D^-1/2. */
static dove_status set_values(spectral *s, dove_error *error) {
  const umap_graph *graph = s->graph;
  double *scale = dove_alloc(s->points, sizeof *scale);
  if (scale == NULL) return dove_fail_memory(error, "finding a start for the projection");
  for (size_t i = 0; i < s->points; i++) {
    double degree = 0.0;
    for (size_t e = graph->offset[i]; e < graph->offset[i + 1]; e++) degree += (double)graph->weight[e];
    scale[i] = degree > 0.0 ? 1.0 / sqrt(degree) : 0.0;
  }
  for (size_t i = 0; i < s->points; i++) {
    for (size_t e = graph->offset[i]; e < graph->offset[i + 1]; e++)
      s->value[e] = (double)graph->weight[e] * scale[i] * scale[graph->index[e]];
  }
  free(scale);
  return DOVE_OK;
}

static void release(spectral *s) {
  free(s->value);
  for (size_t i = 0; i < 3; i++) free(s->block[i]);
  free(s->partial);
  free(s->gram);
  free(s->image);
  free(s->transform);
  free(s->work);
  free(s->ritz);
  if (s->eigen != NULL) gsl_eigen_symmv_free(s->eigen);
}

static dove_status reserve(spectral *s, dove_error *error) {
  const size_t m = s->columns, square = m * m, blocks = (s->points + BLOCK_ROWS - 1) / BLOCK_ROWS;
  s->value = dove_alloc(s->graph->offset[s->points], sizeof(double));
  bool complete = s->value != NULL;
  for (size_t i = 0; i < 3; i++) {
    s->block[i] = dove_alloc_aligned(s->points, m * sizeof(double));
    complete = complete && s->block[i] != NULL;
  }
  s->partial = dove_alloc(blocks * 2, square * sizeof(double));
  s->gram = dove_alloc(square, sizeof(double));
  s->image = dove_alloc(square, sizeof(double));
  s->transform = dove_alloc(square, sizeof(double));
  s->work = dove_alloc(square, sizeof(double));
  s->ritz = dove_alloc(m, sizeof(double));
  /* GSL must report a failure instead of ending the program. */
  gsl_set_error_handler_off();
  s->eigen = gsl_eigen_symmv_alloc(m);
  complete = complete && s->partial != NULL && s->gram != NULL && s->image != NULL && s->transform != NULL &&
             s->work != NULL && s->ritz != NULL && s->eigen != NULL;
  return complete ? DOVE_OK : dove_fail_memory(error, "finding a start for the projection");
}

dove_status umap_spectral(const umap_graph *graph, size_t dimensions, uint64_t seed, double *vectors,
                          dove_error *error) {
  const size_t wanted = dimensions + 1;
  spectral s = {.graph = graph, .points = graph->points, .columns = wanted + SPARE_COLUMNS};
  if (s.columns > s.points) s.columns = s.points;
  dove_status status = reserve(&s, error);
  if (status == DOVE_OK) status = set_values(&s, error);
  if (status == DOVE_OK && !iterate(&s, wanted < s.columns ? wanted : s.columns, seed))
    status = dove_fail(error, DOVE_FAILED, "the start of the projection did not converge; try another seed");
  for (size_t i = 0; i < s.points && status == DOVE_OK; i++) {
    for (size_t c = 0; c < dimensions; c++)
      vectors[i * dimensions + c] = c + 1 < s.columns ? s.block[0][i * s.columns + c + 1] : 0.0;
  }
  release(&s);
  return status;
}
