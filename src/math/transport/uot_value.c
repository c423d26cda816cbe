#include "math/transport/uot_value.h"

#include <math.h>

#include "math/vector_math.h"

/* KL of one code, p log(p/q) − p + q with d = log(p/q), exact to rounding also where p is nearly q. */
static double relative_entropy(double q, double d) {
  if (fabs(d) < 1e-3) return q * d * d * (0.5 + d * (1.0 / 3.0 + d * (0.125 + d / 30.0)));
  return q * (exp(d) * (d - 1.0) + 1.0);
}

void uot_value_add(uot_side_value *side, const dove_uot_options *options, double mass, double scaling,
                   double marginal) {
  const double log_mass = log(mass);
  const double log_marginal = marginal > 0.0 ? log(marginal) : DOVE_EXP_LOWEST;
  /* The kl entropy's potentials are relative to the masses. */
  const double own = options->entropic == DOVE_UOT_KL ? scaling - log_mass : scaling;
  const double log_target = log_mass - options->epsilon / options->tau * own;
  side->potential += marginal * options->epsilon * own;
  side->penalty += relative_entropy(mass, log_marginal - log_mass);
  side->shortfall += relative_entropy(exp(log_target), log_marginal - log_target);
  side->mass += marginal;
  side->total += mass;
}

uot_value uot_value_of(const dove_uot_options *options, const uot_side_value *a, const uot_side_value *b) {
  uot_value value;
  value.primal = a->potential + b->potential - options->epsilon * a->mass + options->tau * (a->penalty + b->penalty);
  if (options->entropic == DOVE_UOT_KL) value.primal += options->epsilon * a->total * b->total;
  const double gap = options->tau * (a->shortfall + b->shortfall);
  value.dual = value.primal - gap;
  const double scale = fmax(fabs(value.primal), fabs(value.dual));
  value.gap = scale > 0.0 ? gap / scale : 0.0;
  return value;
}
