/* Newton's method on the dual, where Sinkhorn's iteration is slow: small ε, large τ. The scaling x of the larger side
 * is eliminated by its half step, which minimises the dual over it; what is left is a convex function of the other
 * scaling y with the gradient c − b̃ (marginal minus target) and the Hessian
 *     diag(c + κ b̃) − P diag(r + κ ã)⁻¹ Pᵀ,
 * scaled to I − W Wᵀ, whose eigenvalues stay above about 2κ. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/transport/cholesky.h"
#include "math/transport/uot_work.h"
#include "math/vector_math.h"

/* How often a step is halved before a plain iteration is taken instead. */
#define HALVINGS 24

/* Added to the diagonal when rounding has made the matrix indefinite. */
#define JITTER 1e-9

typedef struct newton {
  uot_work *work;
  uot_side *kept;       /* y */
  uot_side *eliminated; /* x */
  double *image;        /* y after one plain iteration */
  double *gradient;
  double *step;
  double *start;       /* y before the line search */
  double *scale;       /* (c + κ b̃)^(−1/2) */
  double *other_scale; /* (r + κ ã)^(−1/2) */
  double *weighted;    /* W: kept × eliminated */
  double *matrix;      /* kept × kept */
} newton;

static bool newton_create(newton *state, uot_work *work) {
  const bool keep_columns = work->column.count <= work->row.count;
  *state = (newton){.work = work,
                    .kept = keep_columns ? &work->column : &work->row,
                    .eliminated = keep_columns ? &work->row : &work->column};
  const size_t n = state->kept->count;
  const size_t m = state->eliminated->count;
  state->image = dove_alloc(n, sizeof(double));
  state->gradient = dove_alloc(n, sizeof(double));
  state->step = dove_alloc(n, sizeof(double));
  state->start = dove_alloc(n, sizeof(double));
  state->scale = dove_alloc(n, sizeof(double));
  state->other_scale = dove_alloc(m, sizeof(double));
  state->weighted = dove_alloc_aligned(n * m, sizeof(double));
  state->matrix = dove_alloc_aligned(n * n, sizeof(double));
  return state->image != NULL && state->gradient != NULL && state->step != NULL && state->start != NULL &&
         state->scale != NULL && state->other_scale != NULL && state->weighted != NULL && state->matrix != NULL;
}

static void newton_free(newton *state) {
  free(state->image);
  free(state->gradient);
  free(state->step);
  free(state->start);
  free(state->scale);
  free(state->other_scale);
  free(state->weighted);
  free(state->matrix);
}

/* Target of the marginal of one code: exp(base − κ scaling). */
static double target(const uot_work *work, const uot_side *side, size_t i) {
  return exp(side->base[i] - work->kappa * side->scaling[i]);
}

/* x and the image of y for the y in hand, and the gradient. Returns the residual of the plain iteration. */
static double look(newton *state) {
  uot_side *kept = state->kept;
  const double factor = 1.0 + state->work->kappa;
  uot_half_step_exact(state->work, state->eliminated, kept, state->eliminated->scaling);
  uot_half_step_exact(state->work, kept, state->eliminated, state->image);
  double residual = 0.0;
  for (size_t j = 0; j < kept->count; j++) {
    const double excess = kept->scaling[j] - state->image[j];
    state->gradient[j] = target(state->work, kept, j) * expm1(factor * excess);
    if (!(fabs(excess) <= residual)) residual = fabs(excess);
  }
  return residual;
}

/* Takes the plain iteration's y, shifted to the best translation. */
static void take_image(newton *state) {
  uot_side *kept = state->kept;
  memcpy(kept->scaling, state->image, kept->count * sizeof(double));
  double shift = uot_best_shift(state->work, state->work->row.scaling, state->work->column.scaling);
  if (kept == &state->work->column) shift = -shift;
  for (size_t j = 0; j < kept->count; j++) kept->scaling[j] += shift;
}

/* W and the scales, at the scalings in hand. */
static void weigh(newton *state) {
  const uot_work *work = state->work;
  const uot_side *kept = state->kept;
  const uot_side *eliminated = state->eliminated;
  const size_t m = eliminated->count;
  const double inverse_epsilon = 1.0 / work->epsilon;
  for (size_t j = 0; j < kept->count; j++) {
    const double aim = target(work, kept, j);
    state->scale[j] = 1.0 / sqrt(fmax(aim + state->gradient[j] + work->kappa * aim, 1e-300));
  }
  /* After its half step the eliminated side's marginal equals its target. */
  for (size_t i = 0; i < m; i++)
    state->other_scale[i] = 1.0 / sqrt(fmax((1.0 + work->kappa) * target(work, eliminated, i), 1e-300));
#pragma omp parallel for num_threads(dove_threads()) if (kept->count * m > 10000)
  for (size_t j = 0; j < kept->count; j++) {
    const double *cost = kept->cost + j * m;
    double *row = state->weighted + j * m;
    for (size_t i = 0; i < m; i++) {
      row[i] = state->scale[j] * state->other_scale[i] *
               dove_vector_exp(kept->scaling[j] + eliminated->scaling[i] - cost[i] * inverse_epsilon);
    }
  }
}

/* The Newton step; false when the matrix cannot be factored. */
static bool solve_step(newton *state) {
  const size_t n = state->kept->count;
  weigh(state);
  bool factored = false;
  for (int attempt = 0; attempt < 3 && !factored; attempt++) {
    cholesky_identity_minus_product(state->weighted, n, state->eliminated->count, state->matrix);
    for (size_t j = 0; attempt > 0 && j < n; j++) state->matrix[j * n + j] += attempt * JITTER;
    factored = cholesky_factor(state->matrix, n);
  }
  if (!factored) return false;
  for (size_t j = 0; j < n; j++) state->step[j] = -state->scale[j] * state->gradient[j];
  cholesky_solve(state->matrix, n, state->step);
  for (size_t j = 0; j < n; j++) state->step[j] *= state->scale[j];
  return true;
}

static double slope(const newton *state) {
  double sum = 0.0;
  for (size_t j = 0; j < state->kept->count; j++) sum += state->gradient[j] * state->step[j];
  return sum;
}

/* Moves y along the step. The dual is convex, so its slope along the step rises from a negative value; a step is taken
 * when the slope has at least halved or is still negative. Slopes, unlike values, do not drown in rounding near the
 * end. Returns the residual there, or a negative number (and y as it was) when no step would do. */
static double search(newton *state) {
  uot_side *kept = state->kept;
  const double first = slope(state);
  memcpy(state->start, kept->scaling, kept->count * sizeof(double));
  double length = 1.0;
  for (int halving = 0; halving < HALVINGS; halving++, length *= 0.5) {
    for (size_t j = 0; j < kept->count; j++) kept->scaling[j] = state->start[j] + length * state->step[j];
    const double residual = look(state);
    if (isfinite(residual) && slope(state) <= 0.5 * fabs(first)) return residual;
  }
  memcpy(kept->scaling, state->start, kept->count * sizeof(double));
  return -1.0;
}

static void iterate(newton *state, double tolerance, uot_progress *progress) {
  progress->residual = look(state);
  while (progress->residual > tolerance && progress->iterations < progress->limit) {
    if (dove_progress_cancelled(state->work->progress)) {
      progress->cancelled = true;
      return;
    }
    progress->iterations++;
    take_image(state);
    progress->residual = look(state);
    if (progress->residual <= tolerance || !solve_step(state)) continue;
    const double residual = search(state);
    progress->residual = residual >= 0.0 ? residual : look(state);
  }
}

dove_status uot_newton(uot_work *work, double tolerance, uot_progress *progress, dove_error *error) {
  dove_status status = uot_prepare_exact(work, error);
  if (status != DOVE_OK) return status;
  newton state;
  if (newton_create(&state, work)) {
    iterate(&state, tolerance, progress);
  } else {
    status = dove_fail_memory(error, "solving optimal transport");
  }
  work->kernel_ready = false;
  newton_free(&state);
  return status;
}
