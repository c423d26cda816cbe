/* One unbalanced transport problem while it is being solved: the rows and columns that have mass, and the half steps
 * of Sinkhorn's algorithm on them.
 *
 * Both entropic terms are brought to one form. With log-scalings x and y, π = exp(x_i + y_j − D_ij/ε) and κ = ε/τ, a
 * half step makes the row sums of the plan equal to exp(base_a − κ x), where base_a is log a for the plain entropy and
 * (1 + κ) log a for kl (whose scalings are relative to a and b): x = (base_a − LSE_j(y_j − D_ij/ε)) / (1 + κ). */
#ifndef DOVE_MATH_UOT_WORK_H
#define DOVE_MATH_UOT_WORK_H

#include "dove/uot.h"
#include "math/transport/symmetric_product.h"

/* Rows of one block of a parallel loop, fixed so that sums do not depend on the number of threads. */
#define UOT_BLOCK 64

/* Below this many matrix entries a parallel loop costs more than it saves. */
#define UOT_PARALLEL_ENTRIES ((size_t)200000)

/* One side of the problem: rows or columns. */
typedef struct uot_side {
  size_t count;        /* codes with mass */
  size_t *index;       /* their positions in the whole problem */
  size_t *place;       /* their places in the shared kernel */
  double *mass;        /* count */
  double *log_mass;    /* count */
  double *base;        /* count, for the ε in hand */
  double *scaling;     /* count: x or y */
  double *marginal;    /* count: the plan's sums */
  double *absorbed;    /* count: the part of the scaling that is inside the kernel */
  double *exponential; /* count: exp(scaling − absorbed) */
  double *reference;   /* count: an earlier exponential … */
  double *known_sums;  /* count: … and what the kernel made of the other side's */
  const double *cost;  /* count × other side's count, rows of this side */
} uot_side;

/* A code with mass on both sides. */
typedef struct uot_pair {
  size_t row;    /* its place among the rows with mass … */
  size_t column; /* … and among the columns */
  double cost;   /* of transporting it to itself */
} uot_pair;

typedef struct uot_work {
  const dove_uot_problem *problem;
  uot_side row, column;
  uot_pair *pairs; /* of a square problem */
  size_t pair_count;
  double *cost;            /* row.count × column.count; NULL until uot_prepare_exact() */
  double *transposed_cost; /* NULL also when the cost is symmetric and both sides have the same codes */
  double highest_cost;
  bool symmetric;  /* the cost is */
  bool same_codes; /* on both sides, with a symmetric cost */
  bool self;       /* a = b and a symmetric cost: one scaling serves both sides */
  double epsilon;
  double tau;
  double kappa; /* ε/τ */
  dove_uot_entropic entropic;
  double *kernel; /* exp(absorbed_i + absorbed_j − D_ij/ε) for the ε in hand, row.count × column.count; NULL when a
                   * shared one is used for every ε to come */
  bool kernel_ready;
  /* A large symmetric problem with a plain kernel multiplies differences in float32: with K v0 known in double for an
   * earlier v0, K v = K v0 + K (v − v0), and the nearer v comes to v0 the less single precision matters. */
  bool shared;          /* this way is open: both sides use one kernel over the codes with mass on either of them */
  bool precise;         /* the next products are in double and become the references */
  size_t shared_count;  /* codes with mass on either side */
  size_t *shared_index; /* their positions in the whole problem */
  symmetric_matrix shared_kernel;
  float *single_vector; /* shared_kernel.padded: what a product takes */
  double *full_vector;  /* the same in double */
  double *product;      /* shared_count: what it gives */
  double *terms;        /* as many numbers as the larger side has codes */
  double *scratch;      /* a row of numbers for each block of a parallel loop */
  const dove_progress *progress;
} uot_work;

/* Finds the active part of `problem`, which must outlive it, and allocates. Checks masses and costs. */
dove_status uot_work_create(uot_work *work, const dove_uot_problem *problem, const dove_uot_options *options,
                            dove_error *error);
void uot_work_free(uot_work *work);

/* Sets ε; scalings keep their potentials ε·x. */
void uot_set_epsilon(uot_work *work, double epsilon);

/* Whether the kernel exp(−D/ε) fits a double as it is, for the ε in hand. */
bool uot_kernel_is_plain(const uot_work *work);

/* Copies the costs between codes with mass, which the exact half steps read; needed once, before the first of them. */
dove_status uot_prepare_exact(uot_work *work, dove_error *error);

/* Exact half step in the log domain: the scaling of `side` from that of `other`, into `scaling`. */
void uot_half_step_exact(const uot_work *work, const uot_side *side, const uot_side *other, double *scaling);

/* The same through the kernel, some twenty times faster. Where a kernel that is not plain has left its range, an exact
 * step is taken and the kernel renewed; false when a plain one has. */
bool uot_half_step(uot_work *work, uot_side *side, uot_side *other, double *scaling);

/* The shift λ (in units of log-scalings) that makes the dual best among x + λ, y − λ (Séjourné, Vialard, Peyré 2022).
 */
double uot_best_shift(const uot_work *work, const double *x, const double *y);

/* Row and column sums of the plan at the scalings in hand. */
dove_status uot_marginals(uot_work *work, dove_error *error);

/* Outcome of a solver stage. */
typedef struct uot_progress {
  uint32_t iterations; /* used so far, over all stages */
  uint32_t limit;
  double residual;
  bool cancelled;
} uot_progress;

/* Accelerated Sinkhorn at the ε in hand, down to `tolerance`. Returns DOVE_FAILED when Newton's method promises to be
 * quicker, DOVE_OK otherwise (also at the limit of iterations or when cancelled). */
dove_status uot_sinkhorn(uot_work *work, double tolerance, uot_progress *progress, dove_error *error);

/* Newton's method on the dual at the ε in hand, down to `tolerance`. */
dove_status uot_newton(uot_work *work, double tolerance, uot_progress *progress, dove_error *error);

#endif
