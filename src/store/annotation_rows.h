/* What the files of annotation share. */
#ifndef DOVE_STORE_ANNOTATION_ROWS_H
#define DOVE_STORE_ANNOTATION_ROWS_H

#include "dove/store_annotations.h"
#include "store/internal.h"

dove_question dove_column_question(const dove_query *query, int column);
dove_answer dove_column_answer(const dove_query *query, int column); /* NULL becomes NONE */

/* 64-bit FNV-1a, going on from `start` (0 to begin). Tells copies of one thing; no protection against forgery. */
uint64_t dove_store_fingerprint(uint64_t start, const void *bytes, size_t size);

/* The annotator of this name, made with this time when new; of two times the earlier one stays. */
dove_status dove_store_annotator_make(dove_store *store, const char *name, int64_t created, int64_t *id,
                                      dove_error *error);

#endif
