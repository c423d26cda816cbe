/* Value distributions over the codes of a codebook and the cost of moving value from code to code (SPEC 6; paper
 * Eq. 4, App. F.2). Documents are the rows of a sparse q(z|x). */
#ifndef DOVE_DISTRIBUTION_H
#define DOVE_DISTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

#include "dove/assign.h"
#include "dove/error.h"
#include "dove/matrix.h"

/* Some of the rows of a q(z|x): row numbers, each < q->rows. Nothing is owned. */
typedef struct dove_document_set {
  const uint32_t *rows;
  size_t count;
} dove_document_set;

/* a = Σ_x w_x q(z|x) / Σ_x w_x into `a` (q->columns numbers). `weight` has a multiplicity per member of the set; NULL:
 * all 1. Sums run in float64 in the set's order. All zeros when the set is empty or the weights are. */
void dove_distribution_mean(const dove_sparse *q, dove_document_set documents, const uint32_t *weight, double *a);

/* The cost matrix D of SPEC 6 into `cost` (K × K, symmetric, diagonal 0, never negative):
 * D_ij = (1 − cos(e_ci, e_cj)) · (1 − E[min(a_i(x), a_j(x))] / (E[max(a_i(x), a_j(x))] + ε2)), expectations over
 * `documents`. `centroids` K × D, unit rows; ε2 > 0. Only codes that meet in a document are looked at in pairs:
 * E[max] = E[a_i] + E[a_j] − E[min]. Cosines are in float64. The result does not depend on the number of threads.
 * DOVE_USAGE when the shapes differ; DOVE_MEMORY. */
dove_status dove_value_cost(const dove_sparse *q, dove_document_set documents, dove_matrix_view centroids,
                            double epsilon2, double *cost, dove_error *error);

#endif
