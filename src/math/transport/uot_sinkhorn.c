/* Sinkhorn's iteration with recentring and Anderson acceleration. Its residual is that of the plain iteration, so that
 * the stop rule means the same as without acceleration. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "math/transport/anderson.h"
#include "math/transport/uot_own_step.h"
#include "math/transport/uot_work.h"
#include "math/vector_math.h"

/* Iterations over which the speed of convergence is judged. */
#define WINDOW 12

/* An accelerated step may make the residual this much worse before the acceleration starts anew. */
#define WORSENING 2.0

/* Where single precision first gives way to double, and how far the residual may fall until the next time: the error of
 * a product with a difference is some 1e-6 of that difference. */
#define FIRST_REFRESH  1e-4
#define REFRESH_FACTOR 1e-5

/* One Newton step costs about as much as this many Sinkhorn iterations: a factorisation and a product of matrices
 * against two products with a vector, at the speeds these run at. */
static double newton_step_iterations(const uot_work *work) {
  const double smaller = (double)(work->row.count < work->column.count ? work->row.count : work->column.count);
  return 4.0 + smaller / 20.0;
}

/* Whether the residuals of the last iterations promise an end later than Newton's method would bring it. */
static bool newton_is_better(const uot_work *work, double before, double now, double tolerance) {
  const double budget = 10.0 * newton_step_iterations(work);
  const double rate = log(before / now) / WINDOW;
  if (!(rate > 0.0)) return true;
  return log(now / tolerance) / rate > budget;
}

/* Makes the steps of codes with mass on both sides longer. */
static void lengthen_own_steps(const uot_work *work, double *image) {
  const uot_side *row = &work->row;
  const uot_side *column = &work->column;
  double *gain = work->terms;
  for (size_t k = 0; k < work->pair_count; k++) {
    const uot_pair pair = work->pairs[k];
    gain[k] = uot_own_log(row->scaling[pair.row], column->scaling[pair.column], image[pair.column], row->base[pair.row],
                          column->base[pair.column], pair.cost / work->epsilon, work->kappa);
  }
  for (size_t k = 0; k < work->pair_count; k++) gain[k] = uot_own_gain(gain[k], work->kappa);
  for (size_t k = 0; k < work->pair_count; k++) {
    const size_t j = work->pairs[k].column;
    image[j] += gain[k] * (image[j] - column->scaling[j]);
  }
}

/* G(y): a row half step, a column half step, longer steps of codes that answer to themselves, then the best shift.
 * Returns the plain residual, the largest change of y by the half steps. */
static double two_sided_image(uot_work *work, double *image) {
  if (!uot_half_step(work, &work->row, &work->column, work->row.scaling) ||
      !uot_half_step(work, &work->column, &work->row, image))
    return NAN;
  const double residual = dove_vector_change(work->column.scaling, image, work->column.count);
  lengthen_own_steps(work, image);
  const double shift = uot_best_shift(work, work->row.scaling, image);
  for (size_t j = 0; j < work->column.count; j++) image[j] -= shift;
  return residual;
}

/* For a = b with a symmetric cost both scalings are equal: G(x) = (x + half step(x)) / 2 needs one product instead of
 * two and converges quickly whatever ε and τ (Feydy et al. 2019). */
static double one_sided_image(uot_work *work, double *image) {
  if (!uot_half_step(work, &work->column, &work->row, image)) return NAN;
  const double residual = dove_vector_change(work->column.scaling, image, work->column.count);
  for (size_t j = 0; j < work->column.count; j++) image[j] = 0.5 * (image[j] + work->column.scaling[j]);
  return residual;
}

static void copy_scaling(const uot_work *work) {
  if (work->self) memcpy(work->row.scaling, work->column.scaling, work->column.count * sizeof(double));
}

static double image_of(uot_work *work, double *image) {
  copy_scaling(work);
  return work->self ? one_sided_image(work, image) : two_sided_image(work, image);
}

/* G at the scalings in hand. In single precision as long as the residual is above *refresh; from there on once in
 * double, so that what is reported at the end is a residual in double, and what follows differs little from a known
 * product. */
static double adaptive_image(uot_work *work, double tolerance, double *refresh, double *image) {
  work->precise = !work->shared;
  double residual = image_of(work, image);
  if (work->precise || residual > *refresh) return residual;
  work->precise = true;
  residual = image_of(work, image);
  *refresh = fmax(tolerance, residual * REFRESH_FACTOR);
  return residual;
}

static dove_status iterate(uot_work *work, double tolerance, uot_progress *progress, anderson *state, double *image) {
  double history[WINDOW];
  double last = HUGE_VAL;
  double refresh = fmax(tolerance, FIRST_REFRESH);
  uint32_t done = 0;
  for (;;) {
    progress->residual = adaptive_image(work, tolerance, &refresh, image);
    if (!isfinite(progress->residual)) return DOVE_FAILED;
    if (progress->residual <= tolerance || progress->iterations >= progress->limit) return DOVE_OK;
    if (dove_progress_cancelled(work->progress)) {
      progress->cancelled = true;
      return DOVE_OK;
    }
    if (done >= WINDOW && newton_is_better(work, history[done % WINDOW], progress->residual, tolerance))
      return DOVE_FAILED;
    history[done % WINDOW] = progress->residual;
    if (progress->residual > WORSENING * last) anderson_restart(state);
    last = progress->residual;
    anderson_step(state, image, work->column.scaling);
    progress->iterations++;
    done++;
  }
}

dove_status uot_sinkhorn(uot_work *work, double tolerance, uot_progress *progress, dove_error *error) {
  dove_status status = uot_kernel_is_plain(work) ? DOVE_OK : uot_prepare_exact(work, error);
  if (status != DOVE_OK) return status;
  anderson state;
  double *image = dove_alloc(work->column.count, sizeof *image);
  if (!anderson_create(&state, work->column.count) || image == NULL) {
    status = dove_fail_memory(error, "solving optimal transport");
  } else {
    status = iterate(work, tolerance, progress, &state, image);
  }
  copy_scaling(work);
  anderson_free(&state);
  free(image);
  return status;
}
