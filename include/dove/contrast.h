/* How much more one set of documents uses each code than another: differences of means of q(z|x), with intervals that
 * know that documents on one topic are alike. */
#ifndef DOVE_CONTRAST_H
#define DOVE_CONTRAST_H

#include <stddef.h>
#include <stdint.h>

#include "dove/assign.h"
#include "dove/distribution.h"
#include "dove/error.h"

/* One code. `low` and `high` are NAN where there are fewer than two topics. */
typedef struct dove_contrast {
  double first, second; /* mean of q(z=k|x) over either set; 0 for an empty one */
  double difference;    /* first − second */
  double low, high;     /* of the difference, 95 % */
} dove_contrast;

/* Fills `codes` (q->columns of them). With a_k and b_k the means over the sets A and B (B may be empty: then the
 * interval is that of a_k), Δ_k = a_k − b_k, and a topic's part of it
 *
 *   e_tk = Σ_{x∈A,t} (q_k(x) − a_k)/|A| − Σ_{x∈B,t} (q_k(x) − b_k)/|B|
 *
 * the interval is Δ_k ± t(0.975; G−1) · √( G/(G−1) · Σ_t e_tk² ) over the G topics of either set: what the bootstrap
 * over topics comes to in the first order, without its draws. A topic that both sets wrote on is one topic: what it
 * does to both cancels. `topic` has a number per row of q, or DOVE_NO_GROUP: such a document is a topic of its own.
 * *topics (may be NULL) gets G. The result does not depend on the order of the sets' rows. DOVE_INPUT when A is empty;
 * DOVE_MEMORY. */
dove_status dove_contrast_codes(const dove_sparse *q, dove_document_set first, dove_document_set second,
                                const uint32_t *topic, dove_contrast *codes, size_t *topics, dove_error *error);

#endif
