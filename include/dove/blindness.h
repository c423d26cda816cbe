/* Who judges a blind round must not be led by what the model found: not in other panes either. */
#ifndef DOVE_BLINDNESS_H
#define DOVE_BLINDNESS_H

#include "dove/store_annotations.h"

/* Whether the person at the keyboard (dove_person_name()) is in the middle of a blind round of documents: it runs, and
 * they have answered in it, but not everything. */
dove_status dove_blind_round_begun(dove_store *store, bool *begun, dove_error *error);

/* What that person did in each round, one row for each that they answered in; none when nobody said who they are.
 * *work is freed with free(). */
dove_status dove_own_work_read(dove_store *store, dove_store_round_work **work, size_t *count, dove_error *error);

#endif
