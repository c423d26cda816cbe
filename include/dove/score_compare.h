/* Telling scores apart (SPEC 6): differences of stored scores with intervals by a paired bootstrap. */
#ifndef DOVE_SCORE_COMPARE_H
#define DOVE_SCORE_COMPARE_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"
#include "dove/store_scores.h"

/* Which scores are compared: all of a run, each with the one beside the same culture in another run (or the same), of
 * one model or of its own. */
typedef struct dove_score_against {
  int64_t score_run;   /* whose scores */
  int64_t against_run; /* with whose */
  const char *model;   /* of that run: this model in this role; NULL: the score's own model in its own role */
  const char *role;
} dove_score_against;

typedef struct dove_score_compare_report {
  size_t pairs;    /* that there are */
  size_t computed; /* of them now; the others were known */
} dove_score_compare_report;

/* The score that `score` is compared with, among those of the other run; NULL when there is none, and for itself. */
const dove_store_score *dove_score_counterpart(const dove_score_against *against, const dove_store_score *score,
                                               const dove_store_score *others, size_t count);

/* Computes and stores the intervals of all pairs that have none with as many replicates and this seed. Each is
 * committed when it is done. `replicates` < 2 and `seed` < 0: those of the first run's settings (at least 200
 * replicates). DOVE_NOT_FOUND when no score has a counterpart or a run is gone; DOVE_INPUT when documents or their
 * coding changed since one of the runs was scored: its scores cannot be drawn anew then. */
dove_status dove_score_compare(dove_store *store, const dove_score_against *against, int64_t replicates, int64_t seed,
                               dove_score_compare_report *report, const dove_progress *progress, dove_error *error);

#endif
