/* The objective, side by side, from scalings and marginals. */
#ifndef DOVE_MATH_UOT_VALUE_H
#define DOVE_MATH_UOT_VALUE_H

#include "dove/uot.h"

typedef struct uot_side_value {
  double potential; /* <marginal, f> */
  double penalty;   /* KL(marginal | mass) */
  double shortfall; /* KL(marginal | its target): what this side adds to the duality gap, over τ */
  double mass;      /* Σ marginal */
  double total;     /* Σ mass */
} uot_side_value;

/* Adds one code with mass > 0 to a side. `scaling` is its log-scaling, `marginal` the plan's sum. */
void uot_value_add(uot_side_value *side, const dove_uot_options *options, double mass, double scaling, double marginal);

/* Primal and dual objective. With log π = x + y − D/ε the cost cancels out of <D,π> + ε Σ π log π, and the gap is
 * τ KL(π1 | ã) + τ KL(πᵀ1 | b̃), a sum that cannot go negative: ã = a exp(−f/τ) is where the dual sees the marginal. */
typedef struct uot_value {
  double primal;
  double dual;
  double gap; /* relative */
} uot_value;

uot_value uot_value_of(const dove_uot_options *options, const uot_side_value *a, const uot_side_value *b);

#endif
