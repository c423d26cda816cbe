/* Value expressions. */
#ifndef DOVE_STORE_EXPRESSIONS_H
#define DOVE_STORE_EXPRESSIONS_H

#include "dove/store_documents.h"

typedef enum dove_store_expression_origin {
  DOVE_STORE_ORIGIN_IMPORTED,
  DOVE_STORE_ORIGIN_EMBEDDED, /* the recognizer inside the program */
  DOVE_STORE_ORIGIN_MODEL,    /* a chat model */
} dove_store_expression_origin;

typedef struct dove_store_new_expression {
  const char *code_name;
  const char *description;
  const char *evidence;                 /* as given, or NULL */
  int64_t evidence_start, evidence_end; /* code points of the document, end excluded; -1, -1 when unknown */
} dove_store_new_expression;

/* Appends to the document's expressions. `ids` (room for `count`) may be NULL. */
dove_status dove_store_expression_add(dove_store *store, int64_t document, dove_store_expression_origin origin,
                                      const dove_store_new_expression *expressions, size_t count, int64_t *ids,
                                      dove_error *error);

/* Notes that a recognizer has seen the document, in the same transaction as what it found, so that a document without
 * any is not tried again. `reason` says why nothing was found, or NULL. */
dove_status dove_store_recognition_note(dove_store *store, int64_t document, const char *recognizer, const char *reason,
                                        dove_error *error);

typedef struct dove_store_expression {
  int64_t id;
  int64_t document;
  int64_t ordinal; /* place in the document, from 0 */
  const char *code_name, *description, *evidence;
  int64_t evidence_start, evidence_end; /* -1, -1 when unknown */
  dove_store_expression_origin origin;
  const char *external_id, *culture, *source, *topic, *role; /* of the document */
  bool human;
} dove_store_expression;

typedef struct dove_store_expression_list {
  dove_store_expression *rows;
  size_t count;
  void *strings;
} dove_store_expression_list;

/* NULL strings and zeros mean "any". */
typedef struct dove_store_expression_filter {
  int64_t document;
  const char *culture, *source, *topic, *role; /* of the document, exact; "" means "none" */
  dove_store_side side;
  const char *search; /* in code name, description or evidence */
} dove_store_expression_filter;

/* One page, ordered by id: id > `after` skips what was read, so that passes over everything stay linear. */
dove_status dove_store_expression_page(dove_store *store, const dove_store_expression_filter *filter, int64_t after,
                                       int64_t limit, dove_store_expression_list *list, dove_error *error);
/* The same with an offset, for panes. */
dove_status dove_store_expression_page_at(dove_store *store, const dove_store_expression_filter *filter, int64_t offset,
                                          int64_t limit, dove_store_expression_list *list, dove_error *error);
dove_status dove_store_expression_count(dove_store *store, const dove_store_expression_filter *filter, int64_t *count,
                                        dove_error *error);
/* The ids of all that pass the filter, rising; *ids is freed with free(). */
dove_status dove_store_expression_ids(dove_store *store, const dove_store_expression_filter *filter, int64_t **ids,
                                      size_t *count, dove_error *error);
/* The expressions of one document in their order. */
dove_status dove_store_document_expressions(dove_store *store, int64_t document, dove_store_expression_list *list,
                                            dove_error *error);
/* The rows of these expressions, in the order of `ids`. DOVE_NOT_FOUND when one is missing. */
dove_status dove_store_expression_rows(dove_store *store, const int64_t *ids, size_t count,
                                       dove_store_expression_list *list, dove_error *error);
void dove_store_expression_list_free(dove_store_expression_list *list);

/* Every expression of the documents that pass the filter (NULL: all), ordered by id. */
typedef struct dove_store_expression_key {
  int64_t id;
  int64_t document;
} dove_store_expression_key;

/* *keys is freed with free(). */
dove_status dove_store_expression_keys(dove_store *store, const dove_store_document_filter *filter,
                                       dove_store_expression_key **keys, size_t *count, dove_error *error);

#endif
