/* Where expressions lie on the map: positions in two dimensions, one set for each embedder. */
#ifndef DOVE_STORE_PROJECTIONS_H
#define DOVE_STORE_PROJECTIONS_H

#include "dove/store.h"

typedef struct dove_store_point {
  uint32_t expression;
  float x, y;
} dove_store_point;

typedef struct dove_store_projection {
  int64_t id; /* 0: there is none */
  int64_t embedder, seed, created;
  char *settings;           /* JSON: how it was made */
  dove_store_point *points; /* by rising expression */
  size_t count;
} dove_store_projection;

/* Replaces the projection of an embedder. `points` by rising expression; DOVE_INPUT when a position is not finite. */
dove_status dove_store_projection_write(dove_store *store, int64_t embedder, const char *settings, int64_t seed,
                                        const dove_store_point *points, size_t count, dove_error *error);

/* The projection of the active embedder; an empty one when there is none. Freed with dove_store_projection_free(). */
dove_status dove_store_projection_read(dove_store *store, dove_store_projection *projection, dove_error *error);
void dove_store_projection_free(dove_store_projection *projection);

#endif
