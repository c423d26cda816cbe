/* A streaming reader of CSV files (RFC 4180): quoted fields with line breaks and doubled quotes, LF and CRLF, a byte
 * order mark at the start. It holds one record at a time, so a file may be larger than memory. */
#ifndef DOVE_CSV_H
#define DOVE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "dove/error.h"

/* The longest record that is read unless the caller says otherwise: 64 MiB. */
#define DOVE_CSV_RECORD_LIMIT ((size_t)64 << 20)

/* A column that the header does not have. */
#define DOVE_CSV_NO_COLUMN ((size_t)-1)

typedef struct dove_csv dove_csv;

typedef struct dove_csv_record {
  size_t line;           /* where the record starts, from 1 */
  size_t count;          /* number of fields, at least 1 */
  const char **fields;   /* NUL-terminated valid UTF-8 without NUL bytes inside; valid until the next read */
  const size_t *lengths; /* in bytes */
} dove_csv_record;

/* Opens `path` for reading. `separator` is ',' as a rule; `record_limit` in bytes, 0 for the default.
 * DOVE_IO when the file cannot be opened or is a directory. The reader is closed with dove_csv_close(). */
dove_status dove_csv_open(const char *path, char separator, size_t record_limit, dove_csv **csv, dove_error *error);

/* The same on an open stream that stays the caller's; `name` is what messages call it. */
dove_status dove_csv_open_stream(FILE *stream, const char *name, char separator, size_t record_limit, dove_csv **csv,
                                 dove_error *error);

/* NULL is allowed. */
void dove_csv_close(dove_csv *csv);

/* The next record, or NULL in *record at the end of the file. Empty lines are skipped. A malformed record (a quote that
 * is not closed, text after a closing quote, a NUL byte, invalid UTF-8, a record longer than the limit) gives
 * DOVE_INPUT and a message that starts with "FILE:LINE: "; the next call goes on with the line after the record's first
 * one, so that a caller may skip what is bad. */
dove_status dove_csv_read(dove_csv *csv, const dove_csv_record **record, dove_error *error);

/* As dove_fail(DOVE_INPUT), with "FILE:LINE: " of the record that was read last in front. */
__attribute__((format(printf, 3, 4))) dove_status dove_csv_fail(const dove_csv *csv, dove_error *error,
                                                                const char *format, ...);

/* Index of the first field of `header` that equals `name`, or DOVE_CSV_NO_COLUMN. */
size_t dove_csv_column(const dove_csv_record *header, const char *name);

/* A whole field as a finite number, spaces around it allowed; false when it is none. Expects the "C" numeric locale. */
bool dove_csv_number(const char *field, double *value);

#endif
