/* Writes JSON to a stream piece by piece, so that a large array is never in memory. Commas, indentation and quoting are
 * the writer's; the caller opens and closes. Nothing that could steer a terminal leaves unescaped. */
#ifndef DOVE_JSON_WRITER_H
#define DOVE_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { DOVE_JSON_MAX_DEPTH = 32 };

typedef struct dove_json_writer {
  FILE *file;                       /* borrowed; ferror() tells whether everything was written */
  unsigned depth;                   /* open objects and arrays */
  bool filled[DOVE_JSON_MAX_DEPTH]; /* whether each has an item */
  bool compact[DOVE_JSON_MAX_DEPTH];
  bool after_key;
} dove_json_writer;

/* A writer on `file`. Objects and arrays are laid out one item a line, unless opened with `compact`, which puts them
 * with all that is inside on one line (rows of a table, vectors). */
dove_json_writer dove_json_writer_on(FILE *file);

void dove_json_object_begin(dove_json_writer *writer, bool compact);
void dove_json_object_end(dove_json_writer *writer);
void dove_json_array_begin(dove_json_writer *writer, bool compact);
void dove_json_array_end(dove_json_writer *writer);

/* The key of the next value; only directly inside an object. */
void dove_json_key(dove_json_writer *writer, const char *key);

/* Values. Text is UTF-8; an invalid byte becomes U+FFFD; NULL gives null. A number that is not finite gives null, since
 * JSON has no word for it. `number` is written with as many digits as reading it back takes (at most 17, a float32 at
 * most 9). */
void dove_json_text(dove_json_writer *writer, const char *text);
void dove_json_text_length(dove_json_writer *writer, const char *text, size_t length);
void dove_json_number(dove_json_writer *writer, double number);
void dove_json_float(dove_json_writer *writer, float number);
void dove_json_integer(dove_json_writer *writer, int64_t number);
void dove_json_bool(dove_json_writer *writer, bool value);
void dove_json_null(dove_json_writer *writer);
/* Text that is a JSON value already, written as it is (its bytes must be valid UTF-8 JSON on one line). */
void dove_json_raw(dove_json_writer *writer, const char *json);

/* A key and its value. */
void dove_json_member_text(dove_json_writer *writer, const char *key, const char *text);
void dove_json_member_number(dove_json_writer *writer, const char *key, double number);
void dove_json_member_integer(dove_json_writer *writer, const char *key, int64_t number);
void dove_json_member_bool(dove_json_writer *writer, const char *key, bool value);

/* A compact array of float32 values. */
void dove_json_floats(dove_json_writer *writer, const float *values, size_t count);

#endif
