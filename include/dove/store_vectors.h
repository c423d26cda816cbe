/* Embedders and vectors. A vector is float32 of unit length; vectors lie in blocks of 32 neighbouring ids, so that
 * 100,000 × 1,024 are read at the speed of the disk and one vector is still one small read. */
#ifndef DOVE_STORE_VECTORS_H
#define DOVE_STORE_VECTORS_H

#include "dove/store.h"

typedef struct dove_store_embedder {
  int64_t id;
  char *name;
  int dimension;
  void *fitted; /* what the embedder fitted on the project's expressions, opaque; NULL when it has nothing */
  size_t fitted_size;
} dove_store_embedder;

/* The project's embedder, the active one; DOVE_NOT_FOUND when there is none yet. */
dove_status dove_store_embedder_active(dove_store *store, dove_store_embedder *embedder, dove_error *error);
dove_status dove_store_embedder_get(dove_store *store, int64_t id, dove_store_embedder *embedder, dove_error *error);
void dove_store_embedder_free(dove_store_embedder *embedder);

/* Adds an embedder and makes it the active one; the vectors of others stay until they are dropped. */
dove_status dove_store_embedder_add(dove_store *store, const char *name, int dimension, const void *fitted,
                                    size_t fitted_size, int64_t *id, dove_error *error);
/* Removes an embedder's vectors, and the embedder itself where no codebook run was built with it. */
dove_status dove_store_embedder_drop(dove_store *store, int64_t id, dove_error *error);

typedef enum dove_store_vector_owner {
  DOVE_STORE_EXPRESSION_VECTOR,
  DOVE_STORE_DOCUMENT_VECTOR,
} dove_store_vector_owner;

/* Writes (or replaces) the vectors of `count` owners; `matrix` is count × dimension, row-major. DOVE_INPUT when a
 * value is not finite or an owner does not exist. Fastest with ascending ids. */
dove_status dove_store_vectors_write(dove_store *store, int64_t embedder, dove_store_vector_owner owner,
                                     const int64_t *ids, size_t count, const float *matrix, dove_error *error);

/* Reads the vectors of `ids` into `matrix`, count × dimension, in the order of `ids`: straight into place, runs of
 * neighbouring ids at once. DOVE_NOT_FOUND naming the first one that has none. */
dove_status dove_store_vectors_read(dove_store *store, int64_t embedder, dove_store_vector_owner owner,
                                    const int64_t *ids, size_t count, float *matrix, dove_error *error);

/* How many vectors there are. */
dove_status dove_store_vectors_count(dove_store *store, int64_t embedder, dove_store_vector_owner owner, int64_t *count,
                                     dove_error *error);

/* Owners without a vector: ids > `after`, ascending, at most `limit`; `ids` has room for them. */
dove_status dove_store_vectors_missing(dove_store *store, int64_t embedder, dove_store_vector_owner owner,
                                       int64_t after, int64_t limit, int64_t *ids, size_t *count, dove_error *error);

#endif
