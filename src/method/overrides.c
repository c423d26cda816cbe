#include "dove/overrides.h"

#include <stdlib.h>

#include "dove/memory.h"

static dove_override_kind kind_of(dove_review_kind kind) {
  switch (kind) {
    case DOVE_REVIEW_MERGE: return DOVE_OVERRIDE_MERGE;
    case DOVE_REVIEW_SPLIT: return DOVE_OVERRIDE_SPLIT;
    case DOVE_REVIEW_RENAME: return DOVE_OVERRIDE_RENAME;
    case DOVE_REVIEW_VETO:
    case DOVE_REVIEW_AGREE:
    case DOVE_REVIEW_DISAGREE:
    case DOVE_REVIEW_COMMENT:
    case DOVE_REVIEW_KINDS: break;
  }
  return DOVE_OVERRIDE_VETO;
}

dove_refinement_override dove_override_of(const dove_store_new_override *entry, int64_t t) {
  return (dove_refinement_override){.kind = kind_of(entry->kind),
                                    .t = t,
                                    .codes = {entry->code, entry->other},
                                    .name = entry->name,
                                    .reviewer = entry->author};
}

/* Takes those of `stored` that are for steps after t. */
static dove_status take(int64_t t, dove_overrides *overrides, dove_error *error) {
  const dove_store_override_list *stored = &overrides->stored;
  overrides->rows = dove_alloc(stored->count, sizeof *overrides->rows);
  if (overrides->rows == NULL) return dove_fail_memory(error, "reading overrides");
  for (size_t i = 0; i < stored->count; i++) {
    const dove_store_override *row = &stored->rows[i];
    if (row->t <= t) continue;
    overrides->rows[overrides->count++] = (dove_refinement_override){.kind = kind_of(row->kind),
                                                                     .t = row->t,
                                                                     .codes = {row->code, row->other},
                                                                     .name = row->name,
                                                                     .reviewer = row->author,
                                                                     .id = row->id};
  }
  return DOVE_OK;
}

static dove_status load(dove_store *store, const dove_store_override_query *query, int64_t t, dove_overrides *overrides,
                        dove_error *error) {
  *overrides = (dove_overrides){0};
  const dove_status status = dove_store_override_list_read(store, query, &overrides->stored, error);
  return status == DOVE_OK ? take(t, overrides, error) : status;
}

dove_status dove_overrides_load(dove_store *store, int64_t run, int64_t t, dove_overrides *overrides,
                                dove_error *error) {
  const dove_store_override_query query = {.run = run, .t = -1, .standing = true, .acting = true};
  return load(store, &query, t, overrides, error);
}

dove_status dove_overrides_load_used(dove_store *store, int64_t run, int64_t t, dove_overrides *overrides,
                                     dove_error *error) {
  const dove_store_override_query query = {.used_by = run, .t = -1};
  return load(store, &query, t, overrides, error);
}

void dove_overrides_free(dove_overrides *overrides) {
  free(overrides->rows);
  dove_store_override_list_free(&overrides->stored);
  *overrides = (dove_overrides){0};
}

dove_status dove_overrides_first(dove_store *store, int64_t run, int64_t *t, dove_error *error) {
  dove_overrides found;
  const dove_status status = dove_overrides_load(store, run, -1, &found, error);
  *t = -1;
  for (size_t i = 0; i < found.count; i++) {
    if (*t < 0 || found.rows[i].t - 1 < *t) *t = found.rows[i].t - 1;
  }
  dove_overrides_free(&found);
  if (status != DOVE_OK || *t >= 0) return status;
  return dove_fail(error, DOVE_NOT_FOUND,
                   "no override stands for run %lld; 'dove review PROJECT veto', merge, split or rename enters one",
                   (long long)run);
}
