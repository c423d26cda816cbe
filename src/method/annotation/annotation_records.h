/* Annotation and reviews as JSON objects, one a record: what lines, whole files and the tasks of other tools are made
 * of. Private to the exchange of annotations. */
#ifndef DOVE_METHOD_ANNOTATION_RECORDS_H
#define DOVE_METHOD_ANNOTATION_RECORDS_H

#include "dove/json_writer.h"
#include "dove/store_annotation_bundle.h"

/* One object each, on one line, with its "type". */
void annotation_put_annotator(dove_json_writer *json, const dove_bundle_annotator *row);
void annotation_put_round(dove_json_writer *json, const dove_bundle_round *row);
void annotation_put_item(dove_json_writer *json, const dove_bundle_item *row);
/* `item` (may be NULL) lets a reader see what was judged: its document and the name of its code. */
void annotation_put_judgment(dove_json_writer *json, const dove_bundle_judgment *row, const dove_bundle_item *item);
void annotation_put_added_code(dove_json_writer *json, const dove_bundle_code *row);
void annotation_put_consensus(dove_json_writer *json, const dove_bundle_consensus *row);
void annotation_put_review(dove_json_writer *json, const dove_bundle_review *row);

/* A code's fingerprint as 16 digits. */
void annotation_format_mark(uint64_t fingerprint, char mark[17]);

#endif
