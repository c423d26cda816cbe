/* Writing what a build found. Private to this room. */
#ifndef DOVE_METHOD_BUILD_SAVE_H
#define DOVE_METHOD_BUILD_SAVE_H

#include "dove/codebook.h"
#include "dove/expression_set.h"
#include "dove/objective.h"
#include "dove/refine.h"
#include "dove/settings.h"
#include "dove/store_runs.h"

/* C^t as it was measured, and how it came from C^(t-1). */
typedef struct dove_build_result {
  int64_t run, t;
  dove_codebook *codebook; /* codes that are not stored yet get their ids */
  const dove_expression_set *set;
  const dove_settings *settings;
  const dove_measurement *measurement;
  dove_refinement *refinement;          /* its decisions get the ids; NULL for C⁰ */
  const dove_codebook *before;          /* C^(t-1); NULL for C⁰ */
  const dove_store_iteration *previous; /* of C^(t-1); NULL for C⁰ */
  double seconds;
} dove_build_result;

/* One transaction: the iteration with all its terms, codes, usage, members, coding and decisions. The ids in memory are
 * set even when the commit fails: the caller must then give up. *row is what was stored. */
dove_status dove_build_save(dove_store *store, const dove_build_result *result, dove_store_iteration *row,
                            const dove_progress *progress, dove_error *error);

/* The decisions of a step alone: those that were considered and left when nothing was to be refined are kept with the
 * last iteration. */
dove_status dove_build_save_decisions(dove_store *store, int64_t iteration, int64_t t,
                                      const dove_refinement *refinement, dove_error *error);

#endif
