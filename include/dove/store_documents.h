/* Documents: adding them, paged lists with filters, sorting and search, and their texts. */
#ifndef DOVE_STORE_DOCUMENTS_H
#define DOVE_STORE_DOCUMENTS_H

#include "dove/store.h"

typedef struct dove_store_new_document {
  const char *external_id; /* unique in the project */
  const char *culture;     /* "" or NULL for a model's document */
  const char *source;      /* "human" or a model's name */
  const char *topic;       /* "" or NULL: none */
  const char *lang;        /* "" or NULL: unknown */
  const char *role;        /* "" or NULL: none */
  const char *text;        /* not empty */
  const char *metadata;    /* a JSON object of the keys that are not known here, or NULL */
} dove_store_new_document;

/* DOVE_INPUT naming the id when it is there already. `id` may be NULL. */
dove_status dove_store_document_add(dove_store *store, const dove_store_new_document *document, int64_t *id,
                                    dove_error *error);

typedef enum dove_store_document_sort {
  DOVE_STORE_DOCUMENT_BY_ID, /* the order in which they came */
  DOVE_STORE_DOCUMENT_BY_EXTERNAL_ID,
  DOVE_STORE_DOCUMENT_BY_TOPIC, /* then culture (people before models), source, role */
  DOVE_STORE_DOCUMENT_BY_CULTURE,
  DOVE_STORE_DOCUMENT_BY_SOURCE,
  DOVE_STORE_DOCUMENT_BY_LENGTH,
  DOVE_STORE_DOCUMENT_BY_EXPRESSIONS,
} dove_store_document_sort;

typedef enum dove_store_side {
  DOVE_STORE_ANY_SIDE,
  DOVE_STORE_HUMAN,
  DOVE_STORE_MODEL,
} dove_store_side;

/* NULL strings and zeros mean "any"; "" means "those that have none". All conditions hold together. */
typedef struct dove_store_document_filter {
  const char *culture, *source, *topic, *role, *lang; /* exact */
  dove_store_side side;
  const char *search; /* text or id contains it; see store_search.h. NULL or "": no search */
  int64_t code;       /* documents in which this code was recognised… */
  int64_t iteration;  /* …at this iteration (both or neither) */
} dove_store_document_filter;

typedef struct dove_store_document_query {
  dove_store_document_filter filter;
  dove_store_document_sort sort;
  bool descending;
  int64_t offset;
  int64_t limit; /* rows at most; ≤ 0 means none */
} dove_store_document_query;

typedef struct dove_store_document {
  int64_t id;
  const char *external_id, *culture, *source, *topic, *role, *lang;
  int64_t culture_id, source_id, topic_id, role_id; /* 0: none */
  bool human;
  int64_t characters; /* code points of the text */
  int64_t expressions;
} dove_store_document;

typedef struct dove_store_document_list {
  dove_store_document *rows;
  size_t count;
  void *strings;
} dove_store_document_list;

/* One page. A filter of NULL means all. */
dove_status dove_store_document_page(dove_store *store, const dove_store_document_query *query,
                                     dove_store_document_list *list, dove_error *error);
dove_status dove_store_document_count(dove_store *store, const dove_store_document_filter *filter, int64_t *count,
                                      dove_error *error);
/* The 0-based place of a document in the order of `query` (its offset and limit are not used); -1 when it is not
 * among them. Lets a selection kept by id survive a new sort or filter. */
dove_status dove_store_document_place(dove_store *store, const dove_store_document_query *query, int64_t id,
                                      int64_t *place, dove_error *error);
void dove_store_document_list_free(dove_store_document_list *list);

/* The rows of these documents, in the order of `ids`. DOVE_NOT_FOUND when one is missing. */
dove_status dove_store_document_rows(dove_store *store, const int64_t *ids, size_t count,
                                     dove_store_document_list *list, dove_error *error);

/* The id of a document by its external id; DOVE_NOT_FOUND with `error` set when there is none. */
dove_status dove_store_document_find(dove_store *store, const char *external_id, int64_t *id, dove_error *error);

/* Text and metadata (NULL when there is none); both freed with free(), either may be left out with NULL. */
dove_status dove_store_document_text(dove_store *store, int64_t id, char **text, char **metadata, dove_error *error);

/* Every document that passes the filter, ordered by id, 48 bytes each: what computations select and group by. */
typedef struct dove_store_document_key {
  int64_t id;
  int64_t culture_id, source_id, topic_id, role_id; /* 0: none; names in dove_store_label_list_read() */
  bool human;
} dove_store_document_key;

/* *keys is freed with free(). */
dove_status dove_store_document_keys(dove_store *store, const dove_store_document_filter *filter,
                                     dove_store_document_key **keys, size_t *count, dove_error *error);

/* Documents for an unattended pass (extract, export): id > `after`, ordered by id, with their texts. */
typedef struct dove_store_document_batch_row {
  dove_store_document document;
  const char *text;
  const char *metadata; /* "" when there is none */
} dove_store_document_batch_row;

typedef struct dove_store_document_batch {
  dove_store_document_batch_row *rows;
  size_t count;
  void *strings;
} dove_store_document_batch;

/* `only_unrecognised` leaves out documents that have expressions or were given to a recognizer already. */
dove_status dove_store_document_batch_read(dove_store *store, const dove_store_document_filter *filter,
                                           bool only_unrecognised, int64_t after, int64_t limit,
                                           dove_store_document_batch *batch, dove_error *error);
void dove_store_document_batch_free(dove_store_document_batch *batch);

#endif
