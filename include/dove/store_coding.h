/* The coding of documents at an iteration: the sparse q(z|x), the recognised codes, and the code of each expression. */
#ifndef DOVE_STORE_CODING_H
#define DOVE_STORE_CODING_H

#include "dove/store_documents.h"

/* One document. Ordinals count in the order of the iteration's codebook. */
typedef struct dove_store_new_coding {
  int64_t document;
  const uint32_t *ordinals; /* of q, ascending */
  const float *q;           /* > 0; what is not listed is 0 */
  size_t count;
  const uint32_t *recognised; /* ordinals of the recognised codes, most probable first; all are listed in `ordinals` */
  size_t recognised_count;
  const int64_t *expressions; /* the document's expressions… */
  const uint32_t *assigned;   /* …and the ordinal of the code that each belongs to… */
  const float *cosines;       /* …with the cosine to its centroid */
  size_t expression_count;
} dove_store_new_coding;

/* Writes (or replaces) the coding of one document. The iteration's usage must be there. */
dove_status dove_store_coding_add(dove_store *store, int64_t iteration, const dove_store_new_coding *coding,
                                  dove_error *error);

/* q of many documents, compressed by rows: entries [offsets[i], offsets[i+1]) belong to documents[i]. */
typedef struct dove_store_coding {
  size_t documents_count;
  int64_t *documents; /* ascending */
  size_t *offsets;    /* documents_count + 1 */
  uint32_t *ordinals;
  float *q;
} dove_store_coding;

/* All coded documents that pass the filter (NULL: all). */
dove_status dove_store_coding_read(dove_store *store, int64_t iteration, const dove_store_document_filter *filter,
                                   dove_store_coding *coding, dove_error *error);
void dove_store_coding_free(dove_store_coding *coding);

typedef struct dove_store_q {
  uint32_t ordinal;
  float q;
} dove_store_q;

/* Is given the documents one after the other, by rising id, and their q by rising ordinal. */
typedef void dove_store_coding_visit(void *user, int64_t document, const dove_store_q *entries, size_t count);

/* The same documents without keeping them: for sums over a large project. */
dove_status dove_store_coding_walk(dove_store *store, int64_t iteration, const dove_store_document_filter *filter,
                                   dove_store_coding_visit *visit, void *user, dove_error *error);

/* Documents that have expressions but no coding at this iteration: ids > `after`, ascending. */
dove_status dove_store_coding_missing(dove_store *store, int64_t iteration, int64_t after, int64_t limit, int64_t *ids,
                                      size_t *count, dove_error *error);
dove_status dove_store_coding_count(dove_store *store, int64_t iteration, int64_t *count, dove_error *error);

typedef struct dove_store_coded_code {
  int64_t code;
  uint32_t ordinal;
  const char *name;
  double q;
  int rank; /* from 0 among the recognised codes; -1 when not recognised */
} dove_store_coded_code;

typedef struct dove_store_coded_expression {
  int64_t expression;
  int64_t code;
  double cosine;
} dove_store_coded_expression;

/* One document, for reading: all codes with q > 0, most probable first, and the code of each of its expressions. */
typedef struct dove_store_document_coding {
  dove_store_coded_code *codes;
  size_t code_count;
  size_t recognised_count; /* the first so many codes are the recognised ones */
  dove_store_coded_expression *expressions;
  size_t expression_count;
  void *strings;
} dove_store_document_coding;

/* DOVE_NOT_FOUND when the document has not been coded at this iteration. */
dove_status dove_store_document_coding_read(dove_store *store, int64_t iteration, int64_t document,
                                            dove_store_document_coding *coding, dove_error *error);
void dove_store_document_coding_free(dove_store_document_coding *coding);

typedef struct dove_store_code_document {
  dove_store_document document;
  double q;
  int rank;
} dove_store_code_document;

typedef struct dove_store_code_document_list {
  dove_store_code_document *rows;
  size_t count;
  void *strings;
} dove_store_code_document_list;

/* The documents in which a code was recognised, highest q first. The filter's own code and iteration are not used;
 * filter NULL: all. */
dove_status dove_store_code_documents(dove_store *store, int64_t iteration, int64_t code,
                                      const dove_store_document_filter *filter, int64_t offset, int64_t limit,
                                      dove_store_code_document_list *list, dove_error *error);
dove_status dove_store_code_document_count(dove_store *store, int64_t iteration, int64_t code,
                                           const dove_store_document_filter *filter, int64_t *count, dove_error *error);
void dove_store_code_document_list_free(dove_store_code_document_list *list);

#endif
