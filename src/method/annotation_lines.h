/* Annotations as they lie in a file of JSON lines. */
#ifndef DOVE_METHOD_ANNOTATION_LINES_H
#define DOVE_METHOD_ANNOTATION_LINES_H

#include <cjson/cJSON.h>

#include "dove/store_annotation_bundle.h"

typedef struct annotation_lines {
  dove_annotation_bundle bundle; /* its texts are the objects' */
  cJSON **objects;               /* one a line */
  size_t count, capacity;
  size_t room[6]; /* of the bundle's arrays */
} annotation_lines;

/* The lines may come in any order. DOVE_INPUT, "FILE:LINE: reason". Freed with annotation_lines_free(), also after a
 * failure. */
dove_status annotation_lines_read(const char *path, annotation_lines *lines, dove_error *error);
void annotation_lines_free(annotation_lines *lines);

#endif
