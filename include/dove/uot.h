/* Unbalanced entropic optimal transport (SPEC 6; paper Eq. 4, 21, 22) and its debiased divergence.
 *
 *   plain  UOT(a,b) = min_π <D,π> + ε Σ π (log π − 1)  + τ KL(π1|a) + τ KL(πᵀ1|b)
 *   kl     UOT(a,b) = min_π <D,π> + ε KL(π | a⊗b)      + τ KL(π1|a) + τ KL(πᵀ1|b)      (Séjourné et al. 2019)
 *
 * with the generalised KL(p|q) = Σ p log(p/q) − p + q. All in double. */
#ifndef DOVE_UOT_H
#define DOVE_UOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

typedef enum dove_uot_entropic { DOVE_UOT_PLAIN = 0, DOVE_UOT_KL } dove_uot_entropic;

typedef struct dove_uot_options {
  double epsilon; /* > 0 */
  double tau;     /* > 0 */
  dove_uot_entropic entropic;
  double tolerance; /* largest change of the log-scalings under one plain Sinkhorn iteration at which to stop */
  uint32_t max_iterations;
} dove_uot_options;

/* SPEC 6: ε 0.05, τ 1, the paper's plain entropy, 1e-9. For bootstrap replicates a tolerance of 1e-5 is enough: the
 * value's error is of second order in it. */
#define DOVE_UOT_DEFAULTS \
  ((dove_uot_options){    \
      .epsilon = 0.05, .tau = 1.0, .entropic = DOVE_UOT_PLAIN, .tolerance = 1e-9, .max_iterations = 10000})

/* One transport problem; nothing in it is owned. */
typedef struct dove_uot_problem {
  const double *cost; /* rows × columns, row-major; ≥ 0 and finite */
  size_t rows;
  size_t columns;
  const double *a; /* rows: masses ≥ 0 */
  const double *b; /* columns: masses ≥ 0 */
  bool symmetric;  /* the caller's promise that cost is: its upper triangle is then taken on trust. Without it a square
                    * matrix is compared with its transpose, which takes a tenth of the time of a large problem. */
} dove_uot_problem;

typedef struct dove_uot_solution {
  size_t rows;
  size_t columns;
  double value;    /* the primal objective at the plan, which is feasible: an upper bound on the minimum */
  double dual;     /* the dual objective at the potentials: a lower bound */
  double gap;      /* (value − dual) / max(|value|, |dual|), never negative: the certificate */
  double mass;     /* transported mass Σ π */
  double residual; /* largest change of the log-scalings under one more plain iteration */
  uint32_t iterations;
  bool converged;          /* residual ≤ tolerance */
  double *log_u;           /* rows: log-scalings, π = exp(log_u + log_v − D/ε); −inf where a is 0 */
  double *log_v;           /* columns */
  double *row_marginal;    /* rows: π1 */
  double *column_marginal; /* columns: πᵀ1 */
} dove_uot_solution;

/* Solves one problem. Codes without mass take no part (their scaling and marginal are 0). Not reaching the tolerance is
 * no error: `converged` is false, and value, dual and gap still hold for the plan returned. When one side has no mass
 * at all the plan is empty. `start` may be NULL or an earlier solution of the same shape to start from. DOVE_INPUT for
 * a negative or non-finite mass or cost, DOVE_USAGE for options out of range. */
dove_status dove_uot_solve(const dove_uot_problem *problem, const dove_uot_options *options,
                           const dove_uot_solution *start, const dove_progress *progress, dove_uot_solution *solution,
                           dove_error *error);

void dove_uot_solution_free(dove_uot_solution *solution);

/* The transport plan π of a solution, rows × columns, row-major, into `plan`. */
void dove_uot_plan(const dove_uot_problem *problem, const dove_uot_options *options, const dove_uot_solution *solution,
                   double *plan);

typedef struct dove_uot_flow {
  uint32_t from;
  uint32_t to;
  double mass;      /* π_ij */
  double unit_cost; /* D_ij */
  double cost;      /* π_ij D_ij */
} dove_uot_flow;

/* The `limit` flows of the plan with the highest cost, sorted by falling cost, then mass, then codes, into `flows`;
 * flows that carry less than `min_mass` are left out. Returns how many there are. */
size_t dove_uot_flows(const dove_uot_problem *problem, const dove_uot_options *options,
                      const dove_uot_solution *solution, double min_mass, dove_uot_flow *flows, size_t limit);

typedef struct dove_uot_divergence {
  double value_ab;
  double value_aa;
  double value_bb;
  double divergence;   /* r = ab − ½ aa − ½ bb, plus ε/2 (Σa − Σb)² with the kl entropy */
  double score;        /* (0.1 − r) × 10, Eq. 22 */
  double mass;         /* transported from a to b */
  double gap;          /* the worst of the three */
  uint32_t iterations; /* of the problem a to b */
  bool converged;      /* all three */
} dove_uot_divergence;

/* (0.1 − r) × 10; 1 is 100 %. */
double dove_uot_score(double divergence);

/* The divergence of a and b (`codes` masses each) under the codes × codes cost, which must be symmetric. Where
 * `between` is not NULL it receives the solution of the problem a to b, for explanations; freed by the caller. */
dove_status dove_uot_divergence_solve(const double *cost, size_t codes, const double *a, const double *b,
                                      const dove_uot_options *options, const dove_progress *progress,
                                      dove_uot_divergence *divergence, dove_uot_solution *between, dove_error *error);

typedef struct dove_uot_pair {
  const double *a; /* codes masses */
  const double *b;
} dove_uot_pair;

/* Many divergences under one cost, for the bootstrap and for ceilings: replicates share the kernel and run in parallel.
 * The self-terms of distributions that several pairs point to (equal pointers) are solved once. Results do not depend
 * on the number of threads. `divergences` holds `count`. */
dove_status dove_uot_divergence_batch(const double *cost, size_t codes, const dove_uot_pair *pairs, size_t count,
                                      const dove_uot_options *options, const dove_progress *progress,
                                      dove_uot_divergence *divergences, dove_error *error);

#endif
