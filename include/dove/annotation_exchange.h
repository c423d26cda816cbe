/* Rounds passed around: as JSON lines, or straight from another copy of the project. What is merged is a union by uuid:
 * idempotent and in any order with the same result; nothing is overwritten, and conflicts are reported. */
#ifndef DOVE_ANNOTATION_EXCHANGE_H
#define DOVE_ANNOTATION_EXCHANGE_H

#include <stdio.h>

#include "dove/store_annotation_bundle.h"

/* Writes one round, or all (0), one JSON object a line, in an order that does not depend on local ids. */
dove_status dove_annotations_export(dove_store *store, int64_t round, FILE *file, dove_error *error);

/* Reads such a file and merges it, all or nothing. DOVE_INPUT, "FILE:LINE: reason". */
dove_status dove_annotations_import(dove_store *store, const char *path, dove_merge_report *report, dove_error *error);

/* Merges all rounds of another project. */
dove_status dove_annotations_merge(dove_store *store, dove_store *other, dove_merge_report *report, dove_error *error);

#endif
