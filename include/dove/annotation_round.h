/* Starting a round: what is drawn, by a stated rule and seed (SPEC 9; paper App. C). */
#ifndef DOVE_ANNOTATION_ROUND_H
#define DOVE_ANNOTATION_ROUND_H

#include "dove/store_annotations.h"

typedef struct dove_annotation_plan {
  dove_annotation_target target;
  /* "all"; "sample:N"; "sample:N:STRATA", STRATA of culture, source and topic separated by commas, the N documents in
   * proportion to the strata (largest remainders); "disagreements" of the parent round. For documents N counts
   * documents, each with all its recognised codes; codes have no strata. */
  const char *rule;
  uint64_t seed;
  const char *name;        /* NULL: "round N" */
  const char *instruction; /* NULL: the parent's */
  int64_t parent;          /* the round whose disagreements are taken; 0: none */
  bool open;               /* not blind */
  bool blind_first;
} dove_annotation_plan;

/* Draws the items from the current codebook (of the parent's for disagreements) and stores the round. Codes of a
 * document come in random order, so that their order says nothing about probabilities. DOVE_USAGE for a wrong rule,
 * DOVE_NOT_FOUND when there is no codebook or nothing to draw. */
dove_status dove_annotation_round_start(dove_store *store, const dove_annotation_plan *plan, int64_t *round,
                                        dove_error *error);

#endif
