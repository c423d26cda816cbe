/* A file read line by line, with a limit. Private to the import. */
#ifndef DOVE_METHOD_IMPORT_LINES_H
#define DOVE_METHOD_IMPORT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "dove/buffer.h"
#include "dove/error.h"

typedef struct import_lines {
  FILE *file;
  const char *path; /* the caller's */
  size_t limit;
  size_t number;    /* of the line in hand, from 1 */
  double position;  /* bytes read */
  dove_buffer line; /* without its line feed and carriage return */
} import_lines;

/* DOVE_IO when it cannot be opened or is a folder. */
dove_status import_lines_open(const char *path, size_t limit, import_lines *lines, dove_error *error);
void import_lines_close(import_lines *lines);

/* Reads the next line that is not blank into lines->line; *there is false at the end. A byte order mark at the start is
 * left out. DOVE_INPUT, "FILE:LINE: reason", when the line is longer than the limit, has NUL bytes or is not UTF-8. */
dove_status import_lines_next(import_lines *lines, bool *there, dove_error *error);

#endif
