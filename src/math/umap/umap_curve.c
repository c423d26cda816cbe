#include "dove/umap.h"

#include <math.h>

#define SAMPLES   300
#define MAX_STEPS 200

static double wanted(double distance, double min_dist, double spread) {
  return distance < min_dist ? 1.0 : exp(-(distance - min_dist) / spread);
}

/* Normal equations of the residuals in (log a, b): the logarithm keeps a positive. */
typedef struct normal_equations {
  double aa, ab, bb; /* JᵀJ */
  double a, b;       /* Jᵀr */
  double square;     /* Σ r² */
} normal_equations;

static normal_equations build_equations(double min_dist, double spread, double log_a, double b) {
  normal_equations sum = {0};
  for (int i = 1; i < SAMPLES; i++) {
    const double x = 3.0 * spread * (double)i / (SAMPLES - 1);
    const double power = exp(log_a + 2.0 * b * log(x));
    const double curve = 1.0 / (1.0 + power);
    const double slope = -curve * curve * power;
    const double by_a = slope, by_b = 2.0 * log(x) * slope;
    const double residual = wanted(x, min_dist, spread) - curve;
    sum.aa += by_a * by_a;
    sum.ab += by_a * by_b;
    sum.bb += by_b * by_b;
    sum.a += by_a * residual;
    sum.b += by_b * residual;
    sum.square += residual * residual;
  }
  return sum;
}

/* Levenberg–Marquardt: damping falls after a step that helps and rises after one that does not. */
dove_status dove_umap_fit_curve(double min_dist, double spread, double *a, double *b, dove_error *error) {
  if (!(spread > 0.0) || !isfinite(spread) || !(min_dist >= 0.0) || min_dist > spread) {
    return dove_fail(error, DOVE_USAGE,
                     "min_dist %g and spread %g do not go together: 0 <= min_dist <= spread is needed", min_dist,
                     spread);
  }
  double log_a = 0.0, power = 1.0, damping = 1e-3;
  normal_equations now = build_equations(min_dist, spread, log_a, power);
  for (int step = 0; step < MAX_STEPS; step++) {
    const double aa = now.aa * (1.0 + damping), bb = now.bb * (1.0 + damping);
    const double determinant = aa * bb - now.ab * now.ab;
    if (!(determinant > 0.0)) break;
    const double change_a = (bb * now.a - now.ab * now.b) / determinant;
    const double change_b = (aa * now.b - now.ab * now.a) / determinant;
    const normal_equations next = build_equations(min_dist, spread, log_a + change_a, power + change_b);
    if (next.square <= now.square) {
      log_a += change_a;
      power += change_b;
      now = next;
      damping *= 0.3;
      if (fabs(change_a) + fabs(change_b) < 1e-12) break;
    } else {
      damping *= 4.0;
      if (damping > 1e12) break;
    }
  }
  *a = exp(log_a);
  *b = power;
  if (isfinite(*a) && isfinite(*b) && *b > 0.0) return DOVE_OK;
  return dove_fail(error, DOVE_FAILED, "no curve fits min_dist %g and spread %g; choose values nearer 0.1 and 1",
                   min_dist, spread);
}
