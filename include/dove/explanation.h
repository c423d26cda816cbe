/* What a score is made of (SPEC 6): mass per code on both sides, mass destroyed and created, and the flows between
 * codes with their cost and the documents that carry them. */
#ifndef DOVE_EXPLANATION_H
#define DOVE_EXPLANATION_H

#include <stddef.h>
#include <stdint.h>

#include "dove/distribution.h"
#include "dove/error.h"
#include "dove/uncertainty.h"
#include "dove/uot.h"

/* One code's part. transported_from is the code's row sum of the plan, transported_to its column sum. */
typedef struct dove_explained_code {
  double human;            /* a^g */
  double model;            /* a^θ */
  double transported_from; /* mass that left the human side here; human − transported_from was destroyed */
  double transported_to;   /* mass that arrived on the model's side; model − transported_to was created */
} dove_explained_code;

/* A document's part in a flow: q(z=code|x) / (n · a(code)) of the mass of that side; parts of a side sum to 1. */
typedef struct dove_flow_document {
  uint32_t row; /* of q */
  double probability;
  double share;
} dove_flow_document;

/* The documents of `side` that carry mass on `code`, by falling share, ties by row; at most `limit` into `documents`.
 * Returns how many were written. */
size_t dove_flow_documents(const dove_sparse *q, dove_document_set side, uint32_t code, dove_flow_document *documents,
                           size_t limit);

/* Fills `codes` (K rows) and the `limit` flows of highest cost from the solution of the problem a to b. Flows that
 * carry less than 1e-9 are left out. *flow_count gets their number. */
void dove_explain(const dove_uot_problem *problem, const dove_uot_options *options, const dove_uot_solution *solution,
                  dove_explained_code *codes, dove_uot_flow *flows, size_t limit, size_t *flow_count);

#endif
