/* Prepared statements, kept per connection and found again by their text. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "store/blob.h"
#include "store/internal.h"
#include "store/names.h"

static dove_prepared *find_prepared(dove_store *store, const char *sql) {
  for (size_t i = 0; i < store->prepared_count; i++) {
    dove_prepared *prepared = &store->prepared[i];
    if (!prepared->busy && strcmp(prepared->sql, sql) == 0) return prepared;
  }
  return NULL;
}

/* A free place in the cache: a new one, or that of the statement that was not used for the longest time. */
static dove_prepared *free_place(dove_store *store) {
  if (store->prepared_count < DOVE_PREPARED_MAX) return &store->prepared[store->prepared_count++];
  dove_prepared *oldest = NULL;
  for (size_t i = 0; i < store->prepared_count; i++) {
    dove_prepared *prepared = &store->prepared[i];
    if (!prepared->busy && (oldest == NULL || prepared->last_use < oldest->last_use)) oldest = prepared;
  }
  if (oldest != NULL) {
    sqlite3_finalize(oldest->statement);
    free(oldest->sql);
    *oldest = (dove_prepared){0};
  }
  return oldest;
}

static void prepare(dove_query *query, const char *sql) {
  dove_store *store = query->store;
  const int result = sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &query->statement, NULL);
  if (result != SQLITE_OK) {
    query->status = dove_store_failure(store, result, "read", query->error);
    return;
  }
  char *copy = dove_strdup(sql);
  dove_prepared *place = copy == NULL ? NULL : free_place(store);
  if (place == NULL) {
    free(copy);
    return; /* without a place in the cache it is finalised when it is closed */
  }
  *place = (dove_prepared){.sql = copy, .statement = query->statement};
  query->prepared = place;
}

void dove_query_open(dove_query *query, dove_store *store, const char *sql, dove_error *error) {
  *query = (dove_query){.store = store, .error = error};
  query->prepared = find_prepared(store, sql);
  if (query->prepared != NULL) {
    query->statement = query->prepared->statement;
  } else {
    prepare(query, sql);
  }
  if (query->prepared != NULL) {
    query->prepared->busy = true;
    query->prepared->last_use = ++store->uses;
  }
}

static void check(dove_query *query, int result) {
  if (result != SQLITE_OK) query->status = dove_store_failure(query->store, result, "use", query->error);
}

void dove_query_int(dove_query *query, int64_t value) {
  if (query->status == DOVE_OK) check(query, sqlite3_bind_int64(query->statement, ++query->bound, value));
}

void dove_query_id(dove_query *query, int64_t id) {
  if (id != 0) {
    dove_query_int(query, id);
  } else {
    dove_query_text(query, NULL);
  }
}

void dove_query_double(dove_query *query, double value) {
  if (isnan(value)) {
    dove_query_text(query, NULL);
  } else if (query->status == DOVE_OK) {
    check(query, sqlite3_bind_double(query->statement, ++query->bound, value));
  }
}

void dove_query_text(dove_query *query, const char *text) {
  if (query->status != DOVE_OK) return;
  check(query, sqlite3_bind_text64(query->statement, ++query->bound, text, text == NULL ? 0 : strlen(text),
                                   SQLITE_STATIC, SQLITE_UTF8));
}

void dove_query_words(dove_query *query, const char *text) { dove_query_text(query, text == NULL ? "" : text); }

void dove_query_blob(dove_query *query, const void *bytes, size_t size) {
  if (query->status != DOVE_OK) return;
  /* A NULL pointer would bind NULL where an empty blob is meant. */
  const void *start = bytes == NULL ? "" : bytes;
  check(query, sqlite3_bind_blob64(query->statement, ++query->bound, start, size, SQLITE_STATIC));
}

void dove_query_zeroblob(dove_query *query, size_t size) {
  if (query->status == DOVE_OK) check(query, sqlite3_bind_zeroblob64(query->statement, ++query->bound, size));
}

void dove_query_page(dove_query *query, int64_t limit, int64_t offset) {
  dove_query_int(query, limit > 0 ? limit : 0);
  dove_query_int(query, offset > 0 ? offset : 0);
}

bool dove_query_step(dove_query *query) {
  if (query->status != DOVE_OK) return false;
  const int result = sqlite3_step(query->statement);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) {
    const char *what = sqlite3_stmt_readonly(query->statement) ? "read" : "write to";
    query->status = dove_store_failure(query->store, result, what, query->error);
  }
  return false;
}

void dove_query_again(dove_query *query) {
  while (dove_query_step(query)) continue;
  if (query->status != DOVE_OK) return;
  sqlite3_reset(query->statement);
  query->bound = 0;
}

void dove_query_fail(dove_query *query, dove_status status) {
  if (query->status == DOVE_OK) query->status = status;
}

dove_status dove_query_close(dove_query *query) {
  if (query->prepared != NULL) {
    sqlite3_reset(query->statement);
    sqlite3_clear_bindings(query->statement);
    query->prepared->busy = false;
  } else {
    sqlite3_finalize(query->statement);
  }
  query->statement = NULL;
  query->prepared = NULL;
  return query->status;
}

dove_status dove_query_finish(dove_query *query) {
  while (dove_query_step(query)) continue;
  return dove_query_close(query);
}

dove_status dove_query_finish_int(dove_query *query, int64_t otherwise, int64_t *value) {
  *value = otherwise;
  if (dove_query_step(query) && !dove_column_is_null(query, 0)) *value = dove_column_int(query, 0);
  return dove_query_close(query);
}

dove_status dove_query_finish_changed(dove_query *query, const char *what, int64_t id) {
  while (dove_query_step(query)) continue;
  const bool changed = query->status == DOVE_OK && sqlite3_changes64(query->store->database) > 0;
  const dove_status status = dove_query_close(query);
  if (status != DOVE_OK || changed) return status;
  return dove_fail(query->error, DOVE_NOT_FOUND, "there is no %s %lld in the project", what, (long long)id);
}

int64_t dove_column_int(const dove_query *query, int column) { return sqlite3_column_int64(query->statement, column); }

bool dove_column_is_null(const dove_query *query, int column) {
  return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

double dove_column_double(const dove_query *query, int column) {
  return dove_column_is_null(query, column) ? NAN : sqlite3_column_double(query->statement, column);
}

void dove_column_copy(const dove_query *query, int column, char *value, size_t size) {
  const unsigned char *text = sqlite3_column_text(query->statement, column);
  size_t length = text == NULL ? 0 : (size_t)sqlite3_column_bytes(query->statement, column);
  if (length >= size) length = dove_utf8_valid_prefix((const char *)text, size - 1);
  if (length > 0) memcpy(value, text, length);
  value[length] = '\0';
}

bool dove_column_floats(const dove_query *query, int column, float *values, size_t count) {
  const void *bytes = sqlite3_column_blob(query->statement, column);
  if ((size_t)sqlite3_column_bytes(query->statement, column) != count * sizeof(float)) return false;
  if (count > 0) memcpy(values, bytes, count * sizeof(float));
  return true;
}

dove_status dove_blob_id(int64_t id, uint32_t *entry, dove_error *error) {
  if (id < 1 || id > DOVE_STORE_ID_MAX) {
    return dove_fail(error, DOVE_INPUT, "%lld is not an identifier that a project can hold", (long long)id);
  }
  *entry = (uint32_t)id;
  return DOVE_OK;
}

size_t dove_store_name_index(const char *const *names, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(names[i], name) == 0) return i;
  }
  return 0;
}
