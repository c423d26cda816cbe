/* Vectors that were made elsewhere. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/embed.h"
#include "dove/matrix.h"
#include "dove/memory.h"
#include "dove/store_expressions.h"
#include "dove/store_vectors.h"

/* DOVE_INPUT that names the expression whose vector is bad. */
static dove_status refuse(dove_store *store, int64_t id, const char *what, dove_error *error) {
  dove_store_expression_list list = {0};
  if (dove_store_expression_rows(store, &id, 1, &list, NULL) == DOVE_OK) {
    dove_fail(error, DOVE_INPUT, "the vector of expression %lld ('%.60s', document '%s') %s", (long long)id,
              list.rows[0].code_name, list.rows[0].external_id, what);
  } else {
    dove_fail(error, DOVE_INPUT, "the vector of expression %lld %s", (long long)id, what);
  }
  dove_store_expression_list_free(&list);
  return DOVE_INPUT;
}

/* A unit copy of the rows. */
static dove_status make_unit(dove_store *store, const int64_t *ids, dove_matrix *unit, dove_error *error) {
  for (size_t i = 0; i < unit->rows; i++) {
    float *row = unit->data + i * unit->columns;
    for (size_t j = 0; j < unit->columns; j++) {
      if (!isfinite(row[j])) return refuse(store, ids[i], "holds a value that is not a finite number", error);
    }
    if (!dove_normalize(row, unit->columns)) return refuse(store, ids[i], "is zero: it has no direction", error);
  }
  return DOVE_OK;
}

/* The embedder that the vectors belong to: the project's, when it is the same, or a new one when the project has no
 * vector yet. */
static dove_status find_embedder(dove_store *store, const char *name, uint32_t dimension, int64_t *id,
                                 dove_error *error) {
  dove_store_embedder active = {0};
  int64_t vectors = 0;
  dove_status status = dove_store_embedder_active(store, &active, error);
  const bool none = status == DOVE_NOT_FOUND;
  if (status == DOVE_OK)
    status = dove_store_vectors_count(store, active.id, DOVE_STORE_EXPRESSION_VECTOR, &vectors, error);
  const bool same = !none && status == DOVE_OK && strcmp(active.name, name) == 0;
  if (same && active.dimension == (int)dimension) {
    *id = active.id;
  } else if (none || (status == DOVE_OK && vectors == 0)) {
    status = dove_store_embedder_add(store, name, (int)dimension, NULL, 0, id, error);
  } else if (same) {
    status = dove_fail(error, DOVE_INPUT, "the vectors have %u numbers, and those that the project has of '%s' have %d",
                       dimension, name, active.dimension);
  } else if (status == DOVE_OK) {
    status = dove_fail(error, DOVE_INPUT,
                       "the project has %lld vectors of the embedder '%s', and these are of '%s': vectors of two "
                       "embedders must not meet. Import them into a project without vectors",
                       (long long)vectors, active.name, name);
  }
  dove_store_embedder_free(&active);
  return status;
}

dove_status dove_embed_import(dove_store *store, const char *embedder, uint32_t dimension, const int64_t *ids,
                              const float *vectors, size_t count, dove_error *error) {
  dove_matrix unit = {0};
  int64_t id = 0;
  if (dimension == 0) return dove_fail(error, DOVE_INPUT, "a vector has at least one number");
  dove_status status = dove_matrix_create(&unit, count, dimension, error);
  if (status != DOVE_OK) return status;
  if (count > 0) memcpy(unit.data, vectors, count * dimension * sizeof *unit.data);
  status = make_unit(store, ids, &unit, error);
  if (status == DOVE_OK) status = dove_store_begin(store, error);
  if (status == DOVE_OK) {
    status = find_embedder(store, embedder, dimension, &id, error);
    if (status == DOVE_OK)
      status = dove_store_vectors_write(store, id, DOVE_STORE_EXPRESSION_VECTOR, ids, count, unit.data, error);
    if (status == DOVE_OK) {
      status = dove_store_commit(store, error);
    } else {
      dove_store_rollback(store);
    }
  }
  dove_matrix_free(&unit);
  return status;
}
