/* Refinement (SPEC 5; Algorithm 1, App. E.4): from C^(t-1) and its measurement to C^t, with every decision and what it
 * was made on. */
#ifndef DOVE_REFINE_H
#define DOVE_REFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/codebook.h"
#include "dove/error.h"
#include "dove/expression_set.h"
#include "dove/namer.h"
#include "dove/objective.h"
#include "dove/progress.h"
#include "dove/settings.h"
#include "dove/store_decisions.h"

enum { DOVE_DECISION_RULE = 96, DOVE_DECISION_REASON = 160, DOVE_DECISION_REVIEWER = 64 };

/* One decision: a split, a merge, or the re-creation of a code that they made (a reviewer's new name is a re-creation
 * too). `before` are the codes of C^(t-1) that it took, of a merge the code and then its neighbour; `after` those of
 * C^t that came of it. When a merge was followed by another one into the same code, that last code is its `after`. The
 * names belong to the two codebooks; the sizes count member expressions. */
typedef struct dove_refinement_decision {
  dove_store_decision_kind kind;
  bool done;                             /* false: considered, and not done for `reason` */
  char rule[DOVE_DECISION_RULE];         /* "z > 1, d >= median, d not fallen by more than 1 %" */
  char reason[DOVE_DECISION_REASON];     /* "" when done */
  char reviewer[DOVE_DECISION_REVIEWER]; /* "" when no reviewer had a hand in it */
  dove_store_decision_code *before, *after;
  size_t before_count, after_count;
  double usage; /* n_k of before[0]; the others too */
  double usage_z;
  double distortion;          /* d(c_k); NaN when no kept set contains the code */
  double previous_distortion; /* NaN without history */
  double neighbour_cosine;    /* of a merge; NaN otherwise */
} dove_refinement_decision;

/* What a reviewer wants done otherwise at this step. */
typedef enum dove_override_kind {
  DOVE_OVERRIDE_VETO,   /* codes[0] is neither split nor merged into another by the rules */
  DOVE_OVERRIDE_MERGE,  /* codes[0] goes into codes[1] */
  DOVE_OVERRIDE_SPLIT,  /* codes[0] is split, whatever its usage */
  DOVE_OVERRIDE_RENAME, /* codes[0] is called `name` */
} dove_override_kind;

typedef struct dove_refinement_override {
  dove_override_kind kind;
  int64_t t;        /* the step that it is for: the one that leads to C^t */
  int64_t codes[2]; /* ids in C^(t-1) */
  const char *name;
  const char *reviewer;
  int64_t id;                        /* in the store; 0: it is not there */
  bool applied;                      /* set by dove_refine(): false when it was impossible … */
  char reason[DOVE_DECISION_REASON]; /* … and why; "" when it was applied */
} dove_refinement_override;

/* What reviewers want of a step. */
typedef struct dove_refinement_review {
  dove_refinement_override *overrides;
  size_t count;
  bool alone; /* the rules do nothing at this step: all that is done is done by overrides */
} dove_refinement_review;

typedef struct dove_refinement {
  dove_codebook codebook;              /* C^t, its width set by the rule of the settings; empty when nothing changed */
  dove_refinement_decision *decisions; /* in the order in which they were made; also those not done */
  size_t decision_count;
  size_t splits; /* done */
  size_t merges;
  bool changed;
} dove_refinement;

/* `previous_distortion` has for each code of C^(t-1) its d(c_k) one iteration before, NaN where it has no history.
 * `t` names the random draws, together with settings->seed; overrides for another t are passed over (`review` NULL:
 * nobody wants anything). New codes get negative ids, below those of the codebook.
 *
 * Order: a reviewer's merges, splits and renamings, then splits by the rules, then merges in order of rising n_k (ties
 * by order in the codebook). A neighbour is sought by the centroids of C^(t-1). No target of a merge is: a code merged
 * away; a code that is split in this iteration, nor its children, which have no usage yet. A code that took in another
 * one stays a candidate for a merge when its own z_k asks for it; what it took in goes with it.
 * A merge of codes without any member keeps the centroid and the name of its target. Members that K-means cannot part
 * (all equal) are not split. */
dove_status dove_refine(const dove_codebook *codebook, const dove_measurement *measurement,
                        const dove_expression_set *set, const dove_settings *settings, int64_t t,
                        const double *previous_distortion, const dove_namer *namer,
                        const dove_refinement_review *review, dove_refinement *refinement,
                        const dove_progress *progress, dove_error *error);
void dove_refinement_free(dove_refinement *refinement);

#endif
