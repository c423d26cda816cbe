/* A table that is written row by row as a JSON array, as JSON lines or as CSV. Private to the export. */
#ifndef DOVE_METHOD_EXPORT_TABLE_H
#define DOVE_METHOD_EXPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dove/export.h"
#include "dove/json_writer.h"

typedef struct export_table {
  FILE *file;                /* the caller's */
  dove_export_format format; /* JSON, JSONL or CSV */
  dove_json_writer json;
  bool visible; /* the file is a terminal: CSV, which cannot escape, goes through the text gate */
  bool row_has_cells;
  bool failed; /* memory ran out */
} export_table;

/* `columns` are the names of the CSV header, NULL-terminated; the cells of a row must come in their order. */
export_table export_table_begin(FILE *file, dove_export_format format, const char *const *columns);
void export_table_end(export_table *table);

void export_row_begin(export_table *table);
void export_row_end(export_table *table);

/* One cell each: in JSON a key and its value. */
void export_text(export_table *table, const char *key, const char *value);
void export_integer(export_table *table, const char *key, int64_t value);
void export_number(export_table *table, const char *key, double value); /* NAN: null, or an empty cell */
void export_bool(export_table *table, const char *key, bool value);
/* A cell that a row may lack: JSON has no key then, CSV an empty cell. */
void export_optional_text(export_table *table, const char *key, const char *value); /* NULL or "" */
void export_optional_number(export_table *table, const char *key, double value);    /* NAN */
/* A list: in CSV one cell, with spaces (numbers) or "; " (texts) between. */
void export_integers(export_table *table, const char *key, const int64_t *values, size_t count);
void export_floats(export_table *table, const char *key, const float *values, size_t count);
void export_texts(export_table *table, const char *key, const char *const *values, size_t count);

#endif
