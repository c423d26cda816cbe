/* Symmetric positive definite systems, on all threads with a result that does not depend on their number. */
#ifndef DOVE_MATH_CHOLESKY_H
#define DOVE_MATH_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

/* Lower triangle of I − W Wᵀ into `matrix` (n × n, row-major); W is n × m. */
void cholesky_identity_minus_product(const double *w, size_t n, size_t m, double *matrix);

/* Factors the lower triangle in place, A = L Lᵀ; false when A is not positive definite. */
bool cholesky_factor(double *matrix, size_t n);

/* Solves L Lᵀ x = b in place. */
void cholesky_solve(const double *factor, size_t n, double *b);

#endif
