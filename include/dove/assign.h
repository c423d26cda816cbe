/* Recognition, SPEC 2: q(z=k|v) = softmax_k(cos(e_v, e_ck) / σ²), Eq. 15, and the rules that set σ.
 *
 * The matrix product of all expressions and all centroids is never held: it is made in blocks that fit the cache, and
 * what passes the threshold is kept as a sparse matrix. A float32 product carries an error that 1/σ² blows up, so the
 * cosines that weigh are computed again in float64: q is that of a float64 computation from the same vectors to about
 * 1e-7. */
#ifndef DOVE_ASSIGN_H
#define DOVE_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/matrix.h"
#include "dove/progress.h"

/* A sparse matrix of probabilities, by rows: row i has the entries offset[i] … offset[i+1]-1, columns rising. */
typedef struct dove_sparse {
  size_t rows;
  size_t columns;
  size_t *offset; /* rows + 1 */
  uint32_t *column;
  double *value;
} dove_sparse;

void dove_sparse_free(dove_sparse *sparse);

/* The entry (row, column), 0 when it is not stored. */
double dove_sparse_at(const dove_sparse *sparse, size_t row, uint32_t column);

/* Row `row` written out: `dense` holds `columns` numbers. */
void dove_sparse_row(const dove_sparse *sparse, size_t row, double *dense);

/* Sums of the columns, in row order: `sums` holds `columns` numbers. For documents these are the n_k of SPEC 4. */
void dove_sparse_column_sums(const dove_sparse *sparse, double *sums);

/* All arrays are indexed by expression; freed with dove_assignment_free. */
typedef struct dove_assignment {
  dove_sparse q;      /* entries ≥ threshold, and the largest of each row in any case */
  uint32_t *best;     /* argmax; the smaller index on a tie */
  float *best_cosine; /* its cosine */
  double *entropy;    /* H(q(z|v)) in nats, of the whole row, before the threshold */
  double perplexity;  /* mean of exp(entropy): how sharp the coding is */
} dove_assignment;

/* `expressions` N × D and `centroids` K × D, rows of unit length (a zero row has cosine 0 with everything), K ≥ 1,
 * σ² > 0. Rows of q sum to 1 up to what `threshold` ≥ 0 left out (at most K · threshold). DOVE_USAGE for σ² that is not
 * positive and finite or for K = 0 or D that differ; DOVE_INPUT for NaN or infinite values. */
dove_status dove_assign(dove_matrix_view expressions, dove_matrix_view centroids, double sigma2, double threshold,
                        dove_assignment *assignment, const dove_progress *progress, dove_error *error);
void dove_assignment_free(dove_assignment *assignment);

/* The same in float64 throughout and dense: `q` is rows × codes. Vectors of any length other than 0 are allowed. */
dove_status dove_assign_double(const double *expressions, size_t rows, const double *centroids, size_t codes,
                               size_t columns, double sigma2, double *q, dove_error *error);

/* Documents: q(z|x) is the mean of q(z|v) over the rows v with group[v] = x (Eq. 15). `group` has a number in
 * 0 … groups-1, or DOVE_NO_GROUP, per row of `q`, in any order. Groups without a row get an empty row. `means` is freed
 * by the caller. */
dove_status dove_sparse_group_means(const dove_sparse *q, const uint32_t *group, size_t groups, dove_sparse *means,
                                    dove_error *error);

/* The code of the highest cosine for each row, and that cosine (may be NULL), without any σ: `best` and `cosine` hold
 * expressions.rows numbers. */
dove_status dove_nearest(dove_matrix_view expressions, dove_matrix_view centroids, uint32_t *best, float *cosine,
                         const dove_progress *progress, dove_error *error);

/* Rule `mle` (SPEC 2): σ = mean_k σ_k, σ_k² = mean over the code's members of ‖e_v − e_ck‖² / D. `label` gives each
 * expression its code (DOVE_NO_GROUP: none); codes without member are left out. *sigma2 is σ²; 0 when every member is
 * its centroid (the caller must refuse or floor it). DOVE_INPUT when no expression has a code. */
dove_status dove_sigma2_mle(dove_matrix_view expressions, dove_matrix_view centroids, const uint32_t *label,
                            double *sigma2, dove_error *error);

/* The same from float64 vectors of any length. */
dove_status dove_sigma2_mle_double(const double *expressions, size_t rows, const double *centroids, size_t codes,
                                   size_t columns, const uint32_t *label, double *sigma2, dove_error *error);

/* Rule `perplexity:P`: σ² at which the mean over expressions of exp(H(q(z|v))) is P, to 1e-4 relative. DOVE_USAGE when
 * P is not in (1, K): no σ gives it; DOVE_FAILED when ties of the cosines keep it out of reach. */
dove_status dove_sigma2_perplexity(dove_matrix_view expressions, dove_matrix_view centroids, double perplexity,
                                   double *sigma2, const dove_progress *progress, dove_error *error);

#endif
