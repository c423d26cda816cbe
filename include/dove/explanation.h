/* What a score is made of (SPEC 6): mass per code on both sides, mass destroyed and created, and the flows between
 * codes with their cost and the documents that carry them. */
#ifndef DOVE_EXPLANATION_H
#define DOVE_EXPLANATION_H

#include <stddef.h>

#include "dove/uot.h"

/* One code's part. transported_from is the code's row sum of the plan, transported_to its column sum. */
typedef struct dove_explained_code {
  double human;            /* a^g */
  double model;            /* a^θ */
  double transported_from; /* mass that left the human side here; human − transported_from was destroyed */
  double transported_to;   /* mass that arrived on the model's side; model − transported_to was created */
} dove_explained_code;

/* Fills `codes` (K rows) and the `limit` flows of highest cost from the solution of the problem a to b. Flows that
 * carry less than 1e-9 are left out. *flow_count gets their number. */
void dove_explain(const dove_uot_problem *problem, const dove_uot_options *options, const dove_uot_solution *solution,
                  dove_explained_code *codes, dove_uot_flow *flows, size_t limit, size_t *flow_count);

#endif
