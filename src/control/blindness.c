#include "dove/blindness.h"

#include <stdlib.h>

#include "dove/person.h"

dove_status dove_own_work_read(dove_store *store, dove_store_round_work **work, size_t *count, dove_error *error) {
  int64_t annotator = 0;
  char *name = dove_person_name();
  *work = NULL;
  *count = 0;
  dove_status status = DOVE_OK;
  if (name != NULL) status = dove_store_annotator_find(store, name, &annotator, error);
  free(name);
  if (status != DOVE_OK || annotator == 0) return status;
  return dove_store_round_work_read(store, annotator, work, count, error);
}

/* Whether a round is one that could still be led: it runs, is blind, and not all of it is answered. */
static bool can_be_led(const dove_store_round_list *rounds, const dove_store_round_work *work) {
  for (size_t i = 0; i < rounds->count; i++) {
    const dove_store_round *round = &rounds->rows[i];
    if (round->id != work->round) continue;
    return round->target == DOVE_JUDGE_DOCUMENTS && round->blind && round->closed == 0 && work->done < round->items;
  }
  return false;
}

dove_status dove_blind_round_begun(dove_store *store, bool *begun, dove_error *error) {
  dove_store_round_work *work = NULL;
  dove_store_round_list rounds = {0};
  size_t count = 0;
  *begun = false;
  dove_status status = dove_own_work_read(store, &work, &count, error);
  if (status == DOVE_OK && count > 0) status = dove_store_round_list_read(store, &rounds, error);
  for (size_t i = 0; i < count && status == DOVE_OK; i++) *begun = *begun || can_be_led(&rounds, &work[i]);
  dove_store_round_list_free(&rounds);
  free(work);
  return status;
}
