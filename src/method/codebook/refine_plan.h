/* What a refinement will do to each code, decided before anything is done. Private to this room. */
#ifndef DOVE_METHOD_REFINE_PLAN_H
#define DOVE_METHOD_REFINE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/refine.h"
#include "method/codebook/members.h"

typedef enum code_fate {
  FATE_STAYS,
  FATE_SPLIT,
  FATE_MERGED, /* into another one */
  FATE_TARGET, /* took another one in */
  FATE_RENAMED,
} code_fate;

/* Codes are places in C^(t-1). */
typedef struct refine_plan {
  const dove_codebook *codebook;
  const dove_measurement *measurement;
  const dove_expression_set *set;
  const dove_settings *settings;
  const double *previous_distortion;
  const dove_progress *progress;
  int64_t t;
  double median; /* of the codes' distortions; NaN when none has one */
  code_fate *fate;
  uint32_t *into;                        /* the code that one was merged into; itself otherwise */
  const dove_refinement_override **veto; /* NULL: none */
  const char **new_name;                 /* of a renamed code */
  uint8_t *child;                        /* expressions: 0 or 1, the child of a split code that it goes to */
  dove_members members;
  dove_refinement_decision *decisions;
  size_t count, capacity;
} refine_plan;

/* Fills fates and decisions; `after` of the decisions is not yet known. Freed with dove_refine_plan_free(); the
 * decisions are then the caller's. */
dove_status dove_refine_plan_make(refine_plan *plan, const dove_refinement_review *review, dove_error *error);
void dove_refine_plan_free(refine_plan *plan);

/* The code that holds the members of `code` in the end: itself unless it was merged away. */
uint32_t dove_refine_plan_root(const refine_plan *plan, uint32_t code);

/* Appends a decision about `code` (and its neighbour, for a merge; otherwise the same number again); NULL when memory
 * ran out. */
dove_refinement_decision *dove_refine_plan_decide(refine_plan *plan, dove_store_decision_kind kind, uint32_t code,
                                                  uint32_t neighbour);

#endif
