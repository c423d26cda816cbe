/* The embedders of a project; their vectors are in vectors.c. */
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/store_vectors.h"
#include "store/internal.h"

static dove_status copy_row(dove_query *query, dove_store_embedder *embedder) {
  const void *fitted = sqlite3_column_blob(query->statement, 3);
  const size_t size = (size_t)sqlite3_column_bytes(query->statement, 3);
  *embedder = (dove_store_embedder){
      .id = dove_column_int(query, 0),
      .name = dove_strdup((const char *)sqlite3_column_text(query->statement, 1)),
      .dimension = (int)dove_column_int(query, 2),
      .fitted = fitted == NULL ? NULL : dove_alloc(size, 1),
      .fitted_size = size,
  };
  if (embedder->name == NULL || (fitted != NULL && embedder->fitted == NULL)) {
    dove_store_embedder_free(embedder);
    return dove_fail_memory(query->error, "reading the embedder");
  }
  if (fitted != NULL) memcpy(embedder->fitted, fitted, size);
  return DOVE_OK;
}

static dove_status read_one(dove_query *query, const char *none, dove_store_embedder *embedder) {
  *embedder = (dove_store_embedder){0};
  if (dove_query_step(query)) {
    dove_query_fail(query, copy_row(query, embedder));
  } else if (query->status == DOVE_OK) {
    dove_query_fail(query, dove_fail(query->error, DOVE_NOT_FOUND, "%s", none));
  }
  return dove_query_close(query);
}

dove_status dove_store_embedder_active(dove_store *store, dove_store_embedder *embedder, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT id, name, dimension, fitted FROM embedder WHERE active = 1", error);
  return read_one(&query, "nothing has been embedded yet: embed the expressions first", embedder);
}

dove_status dove_store_embedder_get(dove_store *store, int64_t id, dove_store_embedder *embedder, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT id, name, dimension, fitted FROM embedder WHERE id = ?", error);
  dove_query_int(&query, id);
  return read_one(&query, "there is no such embedder in the project", embedder);
}

void dove_store_embedder_free(dove_store_embedder *embedder) {
  free(embedder->name);
  free(embedder->fitted);
  *embedder = (dove_store_embedder){0};
}

static dove_status add(dove_store *store, const char *name, int dimension, const void *fitted, size_t fitted_size,
                       dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE embedder SET active = 0 WHERE active = 1", error);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store,
                  "INSERT INTO embedder (name, dimension, fitted, active, created) VALUES (?, ?, ?, 1, ?)", error);
  dove_query_text(&query, name);
  dove_query_int(&query, dimension);
  if (fitted != NULL) {
    dove_query_blob(&query, fitted, fitted_size);
  } else {
    dove_query_text(&query, NULL);
  }
  dove_query_int(&query, dove_clock_unix_ms());
  return dove_query_finish(&query);
}

dove_status dove_store_embedder_add(dove_store *store, const char *name, int dimension, const void *fitted,
                                    size_t fitted_size, int64_t *id, dove_error *error) {
  dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  status = add(store, name, dimension, fitted, fitted_size, error);
  if (status == DOVE_OK) *id = sqlite3_last_insert_rowid(store->database);
  return dove_store_end(store, status, error);
}

static dove_status drop(dove_store *store, int64_t id, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "DELETE FROM vector_block WHERE embedder_id = ?", error);
  dove_query_int(&query, id);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store,
                  "DELETE FROM embedder WHERE id = ? AND id NOT IN (SELECT embedder_id FROM codebook_run)", error);
  dove_query_int(&query, id);
  return dove_query_finish(&query);
}

dove_status dove_store_embedder_drop(dove_store *store, int64_t id, dove_error *error) {
  const dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, drop(store, id, error), error);
}
