/* The embedder that asks an endpoint (POST {base}/embeddings), behind the operations of embedder.h. */
#ifndef DOVE_ENDPOINT_EMBEDDER_H
#define DOVE_ENDPOINT_EMBEDDER_H

#include "dove/embedder.h"
#include "dove/endpoint.h"

/* Texts and the cache's operations are copied. What is 0 or NULL is the default in brackets. */
typedef struct dove_endpoint_embedder_options {
  dove_endpoint_options endpoint; /* its `cache` is not looked at */
  dove_request_cache cache;       /* .find NULL: nothing is kept; what `cache.user` is stays open */
  uint32_t dimensions;            /* asked of the model [its own] */
  uint32_t expected;              /* D that the project's vectors have [not yet known: the first reply decides] */
  size_t batch;                   /* texts in a request [128] */
  bool as_list;                   /* vectors are asked for as lists of numbers, not as base64 */
} dove_endpoint_embedder_options;

/* Its name is the model's, with the dimensions where they were asked for; a long one ends with a hash. D is known once
 * the embedder is fitted, which asks for the vectors of the first texts.
 *
 * A request that the server cannot answer is split in halves, down to one text; a text that has no vector then (a
 * refusal, zeros, a number that is not finite, another dimension) does not stop the others. DOVE_NETWORK when the
 * endpoint does not answer at all. */
dove_status dove_embedder_open_endpoint(const dove_endpoint_embedder_options *options, dove_embedder *embedder,
                                        dove_error *error);

/* The name that such an embedder has: 64 bytes. DOVE_FAILED when it cannot be hashed. */
dove_status dove_endpoint_embedder_name(const char *model, uint32_t dimensions, char name[64], dove_error *error);

#endif
