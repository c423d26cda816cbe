#include "dove/store_vectors.h"

#include <math.h>
#include <stdlib.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "store/internal.h"

enum { SLOTS = 32 };

static const char *const owner_names[] = {
    [DOVE_STORE_EXPRESSION_VECTOR] = "expression",
    [DOVE_STORE_DOCUMENT_VECTOR] = "document",
};

/* Whose vectors are read or written, and the handle on the block that was used last. */
typedef struct vector_access {
  dove_store *store;
  int64_t embedder;
  dove_store_vector_owner owner;
  size_t dimension;
  dove_error *error;
  int64_t block_row;  /* of vector_block */
  uint64_t present;   /* a bit for each slot */
  sqlite3_blob *blob; /* NULL until the first block */
  bool writing;
} vector_access;

static dove_status read_dimension(vector_access *access) {
  dove_query query;
  int64_t dimension = 0;
  dove_query_open(&query, access->store, "SELECT dimension FROM embedder WHERE id = ?", access->error);
  dove_query_int(&query, access->embedder);
  const dove_status status = dove_query_finish_int(&query, 0, &dimension);
  if (status != DOVE_OK) return status;
  if (dimension <= 0) {
    return dove_fail(access->error, DOVE_NOT_FOUND, "there is no embedder %lld in the project",
                     (long long)access->embedder);
  }
  access->dimension = (size_t)dimension;
  return DOVE_OK;
}

static dove_status find_block(vector_access *access, int64_t block) {
  dove_query query;
  dove_query_open(&query, access->store,
                  "SELECT id, present FROM vector_block WHERE owner = ? AND block = ? AND embedder_id = ?",
                  access->error);
  dove_query_text(&query, owner_names[access->owner]);
  dove_query_int(&query, block);
  dove_query_int(&query, access->embedder);
  access->block_row = 0;
  access->present = 0;
  if (dove_query_step(&query)) {
    access->block_row = dove_column_int(&query, 0);
    access->present = (uint64_t)dove_column_int(&query, 1);
  }
  return dove_query_close(&query);
}

/* Points the blob handle at the block's row. */
static dove_status open_blob(vector_access *access) {
  sqlite3 *database = access->store->database;
  const int result = access->blob != NULL ? sqlite3_blob_reopen(access->blob, access->block_row)
                                          : sqlite3_blob_open(database, "main", "vector_data", "vectors",
                                                              access->block_row, access->writing, &access->blob);
  if (result != SQLITE_OK) return dove_store_failure(access->store, result, "read", access->error);
  if ((size_t)sqlite3_blob_bytes(access->blob) == SLOTS * access->dimension * sizeof(float)) return DOVE_OK;
  return dove_fail(access->error, DOVE_PROJECT,
                   "'%s' is damaged (a block of vectors has the wrong size): restore it from a backup, or embed "
                   "everything again ('dove embed PROJECT --again' on the command line)",
                   access->store->path);
}

static void close_blob(vector_access *access) {
  sqlite3_blob_close(access->blob);
  access->blob = NULL;
}

static int64_t block_of(int64_t id) { return id / SLOTS; }

static size_t slot_of(int64_t id) { return (size_t)(id % SLOTS); }

/* How many ids from `start` on follow one another within one block. */
static size_t run_length(const int64_t *ids, size_t start, size_t count) {
  size_t length = 1;
  while (start + length < count && ids[start + length] == ids[start + length - 1] + 1 &&
         block_of(ids[start + length]) == block_of(ids[start])) {
    length++;
  }
  return length;
}

static uint64_t bits(size_t slot, size_t length) { return ((UINT64_C(1) << length) - 1) << slot; }

static dove_status missing(const vector_access *access, int64_t id) {
  return dove_fail(access->error, DOVE_NOT_FOUND, "%s %lld has no vector: embed it first", owner_names[access->owner],
                   (long long)id);
}

static dove_status read_run(vector_access *access, const int64_t *ids, size_t length, float *vectors) {
  const size_t slot = slot_of(ids[0]);
  const uint64_t absent = bits(slot, length) & ~access->present;
  if (absent != 0) {
    size_t first = 0;
    while ((absent >> (slot + first) & 1) == 0) first++;
    return missing(access, ids[first]);
  }
  const size_t vector_bytes = access->dimension * sizeof(float);
  const int result = sqlite3_blob_read(access->blob, vectors, (int)(length * vector_bytes), (int)(slot * vector_bytes));
  return result == SQLITE_OK ? DOVE_OK : dove_store_failure(access->store, result, "read", access->error);
}

static dove_status read_all(vector_access *access, const int64_t *ids, size_t count, float *matrix) {
  int64_t block = -1;
  for (size_t i = 0; i < count;) {
    const size_t length = run_length(ids, i, count);
    dove_status status = DOVE_OK;
    if (block_of(ids[i]) != block) {
      block = block_of(ids[i]);
      status = find_block(access, block);
      if (status == DOVE_OK && access->block_row == 0) status = missing(access, ids[i]);
      if (status == DOVE_OK) status = open_blob(access);
    }
    if (status == DOVE_OK) status = read_run(access, ids + i, length, matrix + i * access->dimension);
    if (status != DOVE_OK) return status;
    i += length;
  }
  return DOVE_OK;
}

/* Many reads at one moment of the database: within a read transaction, unless the caller has one open. */
static dove_status read_at_once(vector_access *access, const int64_t *ids, size_t count, float *matrix) {
  dove_store *store = access->store;
  const bool own = sqlite3_get_autocommit(store->database) != 0;
  dove_status status = own ? dove_store_execute(store, "BEGIN", access->error) : DOVE_OK;
  if (status == DOVE_OK) status = read_dimension(access);
  if (status == DOVE_OK) status = read_all(access, ids, count, matrix);
  close_blob(access);
  if (own && sqlite3_get_autocommit(store->database) == 0) dove_store_execute(store, "COMMIT", NULL);
  return status;
}

dove_status dove_store_vectors_read(dove_store *store, int64_t embedder, dove_store_vector_owner owner,
                                    const int64_t *ids, size_t count, float *matrix, dove_error *error) {
  vector_access access = {.store = store, .embedder = embedder, .owner = owner, .error = error};
  return read_at_once(&access, ids, count, matrix);
}

static dove_status check_owner(vector_access *access, int64_t id) {
  dove_query query;
  int64_t found = 0;
  dove_query_open(&query, access->store,
                  access->owner == DOVE_STORE_EXPRESSION_VECTOR ? "SELECT 1 FROM value_expression WHERE id = ?"
                                                                : "SELECT 1 FROM document WHERE id = ?",
                  access->error);
  dove_query_int(&query, id);
  const dove_status status = dove_query_finish_int(&query, 0, &found);
  if (status != DOVE_OK || found != 0) return status;
  return dove_fail(access->error, DOVE_INPUT, "there is no %s %lld to give a vector to", owner_names[access->owner],
                   (long long)id);
}

static dove_status check_values(const vector_access *access, int64_t id, const float *vector) {
  for (size_t i = 0; i < access->dimension; i++) {
    if (!isfinite(vector[i])) {
      return dove_fail(access->error, DOVE_INPUT, "the vector of %s %lld has a value that is not a finite number",
                       owner_names[access->owner], (long long)id);
    }
  }
  return DOVE_OK;
}

static dove_status add_block(vector_access *access, int64_t block) {
  dove_query query;
  dove_query_open(&query, access->store,
                  "INSERT INTO vector_block (embedder_id, owner, block, present) VALUES (?, ?, ?, 0)", access->error);
  dove_query_int(&query, access->embedder);
  dove_query_text(&query, owner_names[access->owner]);
  dove_query_int(&query, block);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  access->block_row = sqlite3_last_insert_rowid(access->store->database);
  dove_query_open(&query, access->store, "INSERT INTO vector_data (block_id, vectors) VALUES (?, ?)", access->error);
  dove_query_int(&query, access->block_row);
  dove_query_zeroblob(&query, SLOTS * access->dimension * sizeof(float));
  return dove_query_finish(&query);
}

static dove_status mark_present(vector_access *access, uint64_t slots) {
  dove_query query;
  access->present |= slots;
  dove_query_open(&query, access->store, "UPDATE vector_block SET present = ? WHERE id = ?", access->error);
  dove_query_int(&query, (int64_t)access->present);
  dove_query_int(&query, access->block_row);
  return dove_query_finish(&query);
}

static dove_status write_run(vector_access *access, const int64_t *ids, size_t length, const float *vectors) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < length && status == DOVE_OK; i++) {
    status = check_owner(access, ids[i]);
    if (status == DOVE_OK) status = check_values(access, ids[i], vectors + i * access->dimension);
  }
  if (status == DOVE_OK) status = find_block(access, block_of(ids[0]));
  if (status == DOVE_OK && access->block_row == 0) status = add_block(access, block_of(ids[0]));
  if (status == DOVE_OK) status = open_blob(access);
  if (status != DOVE_OK) return status;
  const size_t vector_bytes = access->dimension * sizeof(float);
  const int result =
      sqlite3_blob_write(access->blob, vectors, (int)(length * vector_bytes), (int)(slot_of(ids[0]) * vector_bytes));
  if (result != SQLITE_OK) return dove_store_failure(access->store, result, "write to", access->error);
  return mark_present(access, bits(slot_of(ids[0]), length));
}

static dove_status write_all(vector_access *access, const int64_t *ids, size_t count, const float *matrix) {
  dove_status status = read_dimension(access);
  for (size_t i = 0; i < count && status == DOVE_OK;) {
    const size_t length = run_length(ids, i, count);
    status = write_run(access, ids + i, length, matrix + i * access->dimension);
    i += length;
  }
  close_blob(access);
  return status;
}

dove_status dove_store_vectors_write(dove_store *store, int64_t embedder, dove_store_vector_owner owner,
                                     const int64_t *ids, size_t count, const float *matrix, dove_error *error) {
  vector_access access = {.store = store, .embedder = embedder, .owner = owner, .error = error, .writing = true};
  const dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, write_all(&access, ids, count, matrix), error);
}

dove_status dove_store_vectors_count(dove_store *store, int64_t embedder, dove_store_vector_owner owner, int64_t *count,
                                     dove_error *error) {
  dove_query query;
  *count = 0;
  dove_query_open(&query, store, "SELECT present FROM vector_block WHERE embedder_id = ? AND owner = ?", error);
  dove_query_int(&query, embedder);
  dove_query_text(&query, owner_names[owner]);
  while (dove_query_step(&query)) *count += __builtin_popcountll((unsigned long long)dove_column_int(&query, 0));
  return dove_query_close(&query);
}

/* One pass over the ids with the block of each beside it. */
#define MISSING(table)                                                                             \
  "SELECT o.id FROM " table                                                                        \
  " AS o LEFT JOIN vector_block AS b ON b.owner = ? AND b.block = o.id >> 5 AND b.embedder_id = ?" \
  " WHERE o.id > ? AND (b.id IS NULL OR b.present >> (o.id & 31) & 1 = 0) ORDER BY o.id LIMIT ?"

dove_status dove_store_vectors_missing(dove_store *store, int64_t embedder, dove_store_vector_owner owner,
                                       int64_t after, int64_t limit, int64_t *ids, size_t *count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  owner == DOVE_STORE_EXPRESSION_VECTOR ? MISSING("value_expression") : MISSING("document"), error);
  dove_query_text(&query, owner_names[owner]);
  dove_query_int(&query, embedder);
  dove_query_int(&query, after);
  dove_query_int(&query, limit);
  return dove_query_collect_ids(&query, ids, limit > 0 ? (size_t)limit : 0, count);
}
