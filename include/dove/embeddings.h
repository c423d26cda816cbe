/* The bodies of embedding requests and replies (POST {base}/embeddings). */
#ifndef DOVE_EMBEDDINGS_H
#define DOVE_EMBEDDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"

/* `dimensions` 0: the model's own. Freed with free(). */
dove_status dove_embeddings_body(const char *model, const char *const *texts, size_t count, uint32_t dimensions,
                                 bool base64, char **body, dove_error *error);

/* Reads `count` vectors, in either form, into their places by index, and makes them unit length. *dimension 0 is set to
 * what came. *vectors is count×D, freed with free(). DOVE_INPUT, saying what is wrong, for too few or too many items,
 * an index twice or out of range, another dimension, a number that is not finite, a vector of zeros. */
dove_status dove_embeddings_read(const char *body, size_t count, uint32_t *dimension, float **vectors,
                                 dove_error *error);

#endif
