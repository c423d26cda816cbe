/* Reviewers' overrides as the refinement takes them (SPEC 5). */
#ifndef DOVE_OVERRIDES_H
#define DOVE_OVERRIDES_H

#include <stddef.h>
#include <stdint.h>

#include "dove/buffer.h"
#include "dove/error.h"
#include "dove/refine.h"
#include "dove/store_decisions.h"
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

/* The entry about a decision of `run`: agreement, a remark, or a veto, which is about the code that was split or
 * merged. DOVE_USAGE when there is nothing to veto. Texts and author are left to the caller. */
dove_status dove_review_of_decision(const dove_store_decision *decision, int64_t run, dove_review_kind kind,
                                    dove_store_new_override *entry, dove_error *error);

/* Whether an entry makes sense: its codes are in C^(t−1) of its run, a new name is no other code's (whatever the case)
 * and has no control characters. DOVE_NOT_FOUND or DOVE_INPUT with the reason. */
dove_status dove_override_check(dove_store *store, const dove_store_new_override *entry, dove_error *error);

/* A code of C^t of `run` by its id, its name (whatever the case), or the beginning of one name alone. DOVE_NOT_FOUND
 * when there is none, DOVE_USAGE, naming some, when there are several. */
dove_status dove_override_find_code(dove_store *store, int64_t run, int64_t t, const char *words, int64_t *code,
                                    dove_error *error);

/* An entry in a few words, without author and time: "merge Honesty into Openness". */
void dove_override_describe(const dove_store_override *entry, dove_buffer *out);

/* An entry that is not stored yet; its texts are borrowed. `entry->kind` must act (dove_review_acts()). */
dove_refinement_override dove_override_of(const dove_store_new_override *entry, int64_t t);

#endif
