/* Reading the files of an import: which format and kind a path is, and its records one by one. Private to the import.
 */
#ifndef DOVE_METHOD_IMPORT_READER_H
#define DOVE_METHOD_IMPORT_READER_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/import.h"

typedef enum import_format { IMPORT_JSONL, IMPORT_CSV, IMPORT_FOLDER } import_format;

typedef struct import_source {
  const char *path; /* the caller's */
  import_format format;
  dove_import_kind kind;
  char separator; /* of CSV */
  double bytes;   /* for progress; of a folder 0 */
} import_source;

/* Looks at the path and the beginning of the file. `as` other than BY_CONTENT decides the kind. DOVE_IO when it cannot
 * be read; DOVE_INPUT when it is empty, or neither documents nor expressions. */
dove_status import_source_look(const char *path, dove_import_kind as, import_source *source, dove_error *error);

typedef struct import_reader import_reader;

/* One document or expression as the file has it. CSV fields and text files are put as an object of strings. */
typedef struct import_record {
  const cJSON *object; /* valid until the next record; NULL at the end */
  const char *path;
  size_t line; /* from 1; 0 for a text file of a folder, whose own path `path` then is */
} import_record;

dove_status import_reader_open(const import_source *source, import_reader **reader, dove_error *error);
void import_reader_close(import_reader *reader);

/* The next record. DOVE_INPUT, "FILE:LINE: reason", for one that cannot be parsed; the next call goes on after it.
 * Every other failure ends the reading. */
dove_status import_reader_next(import_reader *reader, import_record *record, dove_error *error);

/* Bytes read so far. */
double import_reader_position(const import_reader *reader);

/* As dove_fail(DOVE_INPUT), with "FILE:LINE: " in front. */
__attribute__((format(printf, 3, 4))) dove_status import_fail(dove_error *error, const import_record *record,
                                                              const char *format, ...);

#endif
