/* Merging, and how a code is known in another copy of a project. */
#ifndef DOVE_STORE_ANNOTATION_MERGE_H
#define DOVE_STORE_ANNOTATION_MERGE_H

#include "dove/store_annotation_bundle.h"
#include "dove/store_runs.h"
#include "store/internal.h"

/* Of a row with a code's name and centroid. */
uint64_t dove_code_fingerprint(const dove_query *query, int name_column, int centroid_column);

typedef struct merger {
  dove_store *store;
  const dove_annotation_bundle *bundle;
  dove_merge_report *report;
  dove_error *error;
  dove_store_current current; /* the codebook whose codes are found by name; run 0: none */
} merger;

#define MERGE_FIND_ITEM "SELECT id FROM annotation_item WHERE uuid = ?"

__attribute__((format(printf, 2, 3))) dove_status merge_conflict(merger *merge, const char *format, ...);
/* The local id of what a text names; 0 when it is not there. */
dove_status merge_find_id(merger *merge, const char *sql, const char *text, int64_t *id);
/* The code itself by its id, or one that is the same in another place; 0: none. */
dove_status merge_find_same_code(merger *merge, const dove_code_reference *code, int64_t *id);
/* The same code, or the one of its name in the current codebook; 0: none. */
dove_status merge_find_code(merger *merge, const dove_code_reference *code, int64_t *id);
/* Runs an INSERT that a conflict ends, and says whether it added something. */
dove_status merge_insert(dove_query *query, bool *added);
void merge_count(merger *merge, bool added, size_t *new_ones);

dove_status merge_judgments(merger *merge);
dove_status merge_review(merger *merge, const dove_bundle_review *review);

#endif
