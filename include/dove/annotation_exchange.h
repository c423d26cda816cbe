/* Rounds and reviews passed around: as JSON lines, in the formats of other tools, or straight from another copy of the
 * project. What is merged is a union by uuid: idempotent and in any order with the same result; nothing is overwritten,
 * and conflicts are reported. */
#ifndef DOVE_ANNOTATION_EXCHANGE_H
#define DOVE_ANNOTATION_EXCHANGE_H

#include <stdio.h>

#include "dove/export.h"
#include "dove/progress.h"
#include "dove/store_annotation_bundle.h"

/* Writes one round, or all (0) and the reviews, one JSON object a line, in an order that does not depend on local ids.
 */
dove_status dove_annotations_export(dove_store *store, int64_t round, FILE *file, dove_error *error);

/* The same as one JSON value (JSON), as a table (CSV), or for other tools (QDPX, DOCCANO, LABEL_STUDIO, PRODIGY), whose
 * tasks carry the records of their items, so that nothing is lost when they come back; reviews have no place there. */
dove_status dove_annotations_write(dove_store *store, int64_t round, dove_export_format format, FILE *file,
                                   const dove_progress *progress, dove_error *error);

/* Reads a file in any of these formats, told by its content, and merges it, all or nothing. `by_name`: codes that are
 * not in the project stand for those of the same name in the current codebook. Answers of other tools that came without
 * records go into closed rounds "imported", one for documents and one for codes; what contradicts its record is a later
 * answer of the same annotator. DOVE_INPUT, "FILE:LINE: reason". */
dove_status dove_annotations_import(dove_store *store, const char *path, bool by_name, dove_merge_report *report,
                                    dove_error *error);

/* Merges all rounds and reviews of another project. */
dove_status dove_annotations_merge(dove_store *store, dove_store *other, dove_merge_report *report, dove_error *error);

#endif
