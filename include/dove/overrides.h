/* Reviewers' overrides as the refinement takes them (SPEC 5). */
#ifndef DOVE_OVERRIDES_H
#define DOVE_OVERRIDES_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/refine.h"
#include "dove/store_overrides.h"

typedef struct dove_overrides {
  dove_refinement_override *rows; /* in the order in which they were entered */
  size_t count;
  dove_store_override_list stored; /* holds their texts */
} dove_overrides;

/* Those that stand for steps after C^t of `run`: vetoes, merges, splits, names. None is no error. Freed with
 * dove_overrides_free(), also after an error. */
dove_status dove_overrides_load(dove_store *store, int64_t run, int64_t t, dove_overrides *overrides,
                                dove_error *error);
/* Those that a run was begun with, whether they were withdrawn since or not, for steps after C^t. */
dove_status dove_overrides_load_used(dove_store *store, int64_t run, int64_t t, dove_overrides *overrides,
                                     dove_error *error);
void dove_overrides_free(dove_overrides *overrides);

/* The iteration from which a run has to be resumed for all that stands to be applied: one before the earliest step.
 * DOVE_NOT_FOUND, with the remedy, when nothing stands. */
dove_status dove_overrides_first(dove_store *store, int64_t run, int64_t *t, dove_error *error);

/* An entry that is not stored yet; its texts are borrowed. `entry->kind` must act (dove_review_acts()). */
dove_refinement_override dove_override_of(const dove_store_new_override *entry, int64_t t);

#endif
