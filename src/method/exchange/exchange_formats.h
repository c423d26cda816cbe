/* One function for each format and direction, and what several of them need. Private to the exchange. */
#ifndef DOVE_METHOD_EXCHANGE_FORMATS_H
#define DOVE_METHOD_EXCHANGE_FORMATS_H

#include <cjson/cJSON.h>

#include "dove/exchange.h"
#include "dove/json_writer.h"

typedef dove_status exchange_write(dove_exchange_set *set, FILE *file, dove_error *error);
typedef dove_status exchange_read(const char *path, dove_exchange_set *set, dove_error *error);

exchange_write exchange_write_qdc;
exchange_write exchange_write_qdpx;
exchange_write exchange_write_doccano;
exchange_write exchange_write_label_studio;
exchange_write exchange_write_prodigy;
exchange_write exchange_write_csv;
exchange_read exchange_read_qdc;
exchange_read exchange_read_qdpx;
exchange_read exchange_read_label_studio;
/* doccano, Prodigy and CSV: a record a line. */
dove_status exchange_read_records(const char *path, dove_exchange_format format, dove_exchange_set *set,
                                  dove_error *error);

/* A whole file, NUL-terminated, at most DOVE_EXCHANGE_FILE_LIMIT. Freed with free(). */
dove_status exchange_load(const char *path, char **bytes, size_t *length, dove_error *error);

/* A whole file as one JSON value, a byte order mark passed over. DOVE_INPUT, "FILE:LINE: broken JSON". */
dove_status exchange_parse_json(const char *path, const char *bytes, size_t length, cJSON **value, dove_error *error);

/* Whether the file begins with a JSON object, and whether that has a "type", as the program's own lines do. */
dove_status exchange_first_object(const char *path, bool *object, bool *typed, dove_error *error);

/* Who made a Label Studio annotation: an e-mail address, a name or a number; "" when nobody is told. `room` holds a
 * number. */
const char *exchange_completed_by(const cJSON *annotation, char *room, size_t size);

/* --- documents and expressions in JSON --- */

/* Where expressions of document i begin and end, when expressions are in order of documents. Moves *next on. */
void exchange_expressions_of(const dove_exchange_set *set, size_t document, size_t *next, size_t *first, size_t *end);

/* The members of a document's own: "document_id", culture, source and so on, and what it had as metadata. */
void exchange_put_document(dove_json_writer *json, const dove_exchange_document *document);
/* "value_expressions": everything about the expressions first … end-1, for the way back. */
void exchange_put_details(dove_json_writer *json, const dove_exchange_set *set, size_t first, size_t end);
/* True for the first of the expressions `first` … that has this span and label: tools want a label once. */
bool exchange_is_first_label(const dove_exchange_set *set, size_t first, size_t index);

/* A label on a span, or on the whole document (-1, -1), as a tool has it. */
typedef struct exchange_label {
  const char *name;
  int64_t start, end;
  const char *user; /* NULL or "": nobody in particular */
} exchange_label;

/* Reads documents and their labels one after another. */
typedef struct exchange_reading {
  dove_exchange_set *set;
  const char *place;    /* "FILE:LINE" or "FILE: $[3]", for messages; may be cut */
  const cJSON *details; /* "value_expressions" of the document, or NULL */
  size_t document;      /* the one at hand */
  size_t document_size; /* in code points */
  size_t first;         /* its first expression */
} exchange_reading;

/* Takes a document: `object` has its keys, `id_key` names its id where "document_id" is missing (numbers are taken).
 * `skip` are the tool's own keys, NULL-terminated; the others become metadata. */
dove_status exchange_take_document(exchange_reading *reading, const cJSON *object, const char *id_key,
                                   const char *const *skip, dove_error *error);
/* Takes one label with all the details that fit it. DOVE_INPUT for a span that is not in the text. */
dove_status exchange_take_label(exchange_reading *reading, const exchange_label *label, dove_error *error);
/* After the labels: the details of whole documents, which tools do not show as labels. */
dove_status exchange_take_whole(exchange_reading *reading, dove_error *error);

/* The code of that name, added where it is new; case counts. */
dove_status exchange_code_of(dove_exchange_set *set, const char *name, size_t *code, dove_error *error);

/* A member that is text; "" when it is missing or something else. */
const char *exchange_text(const cJSON *object, const char *key);

/* Prodigy's hashes are 32-bit whole numbers: of an input the same in every file. */
int64_t exchange_hash(uint64_t state, const char *text);

/* Gives each task of a Label Studio export to `take`, until one fails; `place` says where it stands. */
typedef dove_status exchange_task_taker(void *user, const cJSON *task, const char *place, dove_error *error);
dove_status exchange_each_task(const char *path, exchange_task_taker *take, void *user, dove_error *error);

/* A whole number in an object: false when it is none. */
bool exchange_integer(const cJSON *item, int64_t *value);

#endif
