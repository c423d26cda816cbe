/* From records to rows of the project: validation and storing. Every function returns DOVE_INPUT, "FILE:LINE: reason",
 * for a record that cannot be taken; nothing of it is then stored. Private to the import. */
#ifndef DOVE_METHOD_IMPORT_ROWS_H
#define DOVE_METHOD_IMPORT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/import.h"
#include "dove/store.h"
#include "method/import/import_reader.h"

/* A field of text; NULL where it is missing, null or empty. DOVE_INPUT when it is something else than text, or longer
 * than `limit` bytes (0: any length). */
dove_status import_text(const import_record *record, const char *key, size_t limit, const char **text,
                        dove_error *error);
/* The same for one that must be there and hold more than white space. */
dove_status import_needed_text(const import_record *record, const char *key, size_t limit, const char **text,
                               dove_error *error);

/* Longest id, name and label in bytes. */
enum { IMPORT_NAME_LIMIT = 1000 };

/* Stores one document. `first_id` is the first id that this import gave out, 0 before. */
dove_status import_document(dove_store *store, const import_record *record, const dove_import_options *options,
                            bool from_folder, int64_t *first_id, dove_import_report *report, dove_error *error);

/* What is remembered between expressions. */
typedef struct import_expressions {
  dove_store *store;
  const char *embedder; /* the name that vectors are kept under */
  /* The document at hand: lines of one document mostly follow each other. */
  char *external_id;
  int64_t document;
  char *text;                 /* read when the first evidence comes */
  struct import_known *known; /* expressions that it had before */
  size_t known_count;
  size_t known_capacity;
  int64_t first_added; /* the first expression of this import; 0: none yet */
  /* Vectors that wait to be stored: */
  size_t dimension; /* 0: none came yet */
  int64_t *ids;
  size_t id_capacity;
  float *vectors;
  size_t vector_capacity;
  size_t waiting;
} import_expressions;

void import_expressions_begin(import_expressions *state, dove_store *store, const char *embedder);
dove_status import_expression(import_expressions *state, const import_record *record, dove_import_report *report,
                              dove_error *error);
/* Stores the vectors that wait; before the commit. */
dove_status import_expressions_flush(import_expressions *state, dove_error *error);
void import_expressions_end(import_expressions *state);

#endif
