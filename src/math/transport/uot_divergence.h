/* What one divergence and a batch of them share. */
#ifndef DOVE_MATH_UOT_DIVERGENCE_H
#define DOVE_MATH_UOT_DIVERGENCE_H

#include "dove/uot.h"

/* Σ mass. */
double uot_total(const double *mass, size_t codes);

/* Sets divergence and score from the three values in `result`. */
void uot_combine(dove_uot_divergence *result, const dove_uot_options *options, const double *a, const double *b,
                 size_t codes);

#endif
