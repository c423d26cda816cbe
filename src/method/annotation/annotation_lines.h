/* Annotations as they lie in a file of JSON lines. */
#ifndef DOVE_METHOD_ANNOTATION_LINES_H
#define DOVE_METHOD_ANNOTATION_LINES_H

#include <cjson/cJSON.h>

#include "dove/store_annotation_bundle.h"
#include "method/import/import_reader.h"

typedef struct annotation_lines {
  dove_annotation_bundle bundle; /* its texts are the objects' */
  cJSON **objects;               /* one a line */
  size_t count, capacity;
  size_t room[DOVE_BUNDLE_PARTS]; /* of the bundle's arrays */
  size_t passed_over;             /* parts of another tool's file that are no answers */
} annotation_lines;

/* Takes one record, which is copied. DOVE_INPUT with its place. */
dove_status annotation_lines_add(annotation_lines *lines, const import_record *record, dove_error *error);
/* All of an array; NULL is an empty one. `number` is the line; 0: `place` says it all. */
dove_status annotation_lines_add_all(annotation_lines *lines, const cJSON *records, const char *place, size_t number,
                                     dove_error *error);

/* The lines may come in any order. DOVE_INPUT, "FILE:LINE: reason". Freed with annotation_lines_free(), also after a
 * failure. */
dove_status annotation_lines_read(const char *path, annotation_lines *lines, dove_error *error);
void annotation_lines_free(annotation_lines *lines);

#endif
