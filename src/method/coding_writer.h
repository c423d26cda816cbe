/* Writing the coding of documents to the store. Private to this room. */
#ifndef DOVE_METHOD_CODING_WRITER_H
#define DOVE_METHOD_CODING_WRITER_H

#include <stdint.h>

#include "dove/expression_set.h"
#include "dove/settings.h"
#include "dove/store.h"
#include "method/codebook/members.h"

/* What documents are written from, with room that is made once for all of them. */
typedef struct dove_coding_writer {
  const dove_expression_set *set;
  const dove_sparse *q;
  const uint32_t *label;     /* E */
  const float *cosine;       /* E: to the centroid of the label */
  size_t codes_per_document; /* M */
  double min_probability;
  dove_members by_document; /* the expressions of each document */
  float *values;            /* the row of q in float32 */
  int64_t *ids;             /* of the document's expressions, with their codes and cosines */
  uint32_t *assigned;
  float *cosines;
} dove_coding_writer;

dove_status dove_coding_writer_open(dove_coding_writer *writer, const dove_expression_set *set, const dove_sparse *q,
                                    const uint32_t *label, const float *cosine, const dove_settings *settings,
                                    dove_error *error);
/* Document `document` of the set. Call it inside a transaction. */
dove_status dove_coding_writer_write(dove_coding_writer *writer, dove_store *store, int64_t iteration, size_t document,
                                     dove_error *error);
void dove_coding_writer_close(dove_coding_writer *writer);

#endif
