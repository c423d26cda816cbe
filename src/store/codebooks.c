/* What was measured of a codebook at an iteration: usage and members; and the codebook in one piece. */
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/store_codes.h"
#include "store/blob.h"
#include "store/internal.h"

static dove_status check_order(const dove_store_usage *rows, size_t count, dove_error *error) {
  for (size_t i = 1; i < count; i++) {
    if (rows[i].code <= rows[i - 1].code) {
      return dove_fail(error, DOVE_FAILED, "the codes of a codebook are not in the order of their ids");
    }
  }
  return DOVE_OK;
}

static dove_status add_usage(dove_store *store, int64_t iteration, const dove_store_usage *rows, size_t count,
                             dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO code_usage (iteration_id, ordinal, code_id, n, z, d, members, action)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                  error);
  for (size_t i = 0; i < count; i++) {
    dove_query_int(&query, iteration);
    dove_query_int(&query, (int64_t)i);
    dove_query_int(&query, rows[i].code);
    dove_query_double(&query, rows[i].n);
    dove_query_double(&query, rows[i].z);
    dove_query_double(&query, rows[i].d);
    dove_query_int(&query, rows[i].members);
    dove_query_text(&query, rows[i].action);
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

dove_status dove_store_usage_add(dove_store *store, int64_t iteration, const dove_store_usage *rows, size_t count,
                                 dove_error *error) {
  dove_status status = check_order(rows, count, error);
  if (status == DOVE_OK) status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add_usage(store, iteration, rows, count, error), error);
}

dove_status dove_store_usage_action(dove_store *store, int64_t iteration, int64_t code, const char *action,
                                    dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE code_usage SET action = ? WHERE iteration_id = ? AND code_id = ?", error);
  dove_query_words(&query, action);
  dove_query_int(&query, iteration);
  dove_query_int(&query, code);
  return dove_query_finish_changed(&query, "code of this iteration", code);
}

dove_status dove_store_members_add(dove_store *store, int64_t iteration, size_t ordinal, const int64_t *expressions,
                                   const float *cosines, size_t count, dove_error *error) {
  dove_member_entry *entries = dove_alloc(count, sizeof *entries);
  if (entries == NULL) return dove_fail_memory(error, "writing the members of a code");
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < count && status == DOVE_OK; i++) {
    status = dove_blob_id(expressions[i], &entries[i].expression, error);
    entries[i].cosine = cosines[i];
  }
  if (status == DOVE_OK) {
    dove_query query;
    dove_query_open(&query, store,
                    "INSERT OR REPLACE INTO code_members (iteration_id, ordinal, members) VALUES (?, ?, ?)", error);
    dove_query_int(&query, iteration);
    dove_query_int(&query, (int64_t)ordinal);
    dove_query_blob(&query, entries, count * sizeof *entries);
    status = dove_query_finish(&query);
  }
  free(entries);
  return status;
}

dove_status dove_store_members_page(dove_store *store, int64_t iteration, int64_t code, int64_t offset, int64_t limit,
                                    int64_t *expressions, float *cosines, size_t *count, dove_error *error) {
  dove_query query;
  *count = 0;
  /* substr() counts bytes of a blob, from 1. */
  dove_query_open(&query, store,
                  "SELECT substr(m.members, 1 + 8 * ?, 8 * ?) FROM code_usage AS u JOIN code_members AS m"
                  " ON m.iteration_id = u.iteration_id AND m.ordinal = u.ordinal"
                  " WHERE u.iteration_id = ? AND u.code_id = ?",
                  error);
  dove_query_int(&query, offset > 0 ? offset : 0);
  dove_query_int(&query, limit > 0 ? limit : 0);
  dove_query_int(&query, iteration);
  dove_query_int(&query, code);
  if (dove_query_step(&query)) {
    const char *bytes = sqlite3_column_blob(query.statement, 0);
    *count = (size_t)sqlite3_column_bytes(query.statement, 0) / sizeof(dove_member_entry);
    for (size_t i = 0; i < *count; i++) {
      dove_member_entry entry;
      memcpy(&entry, bytes + i * sizeof entry, sizeof entry);
      expressions[i] = entry.expression;
      if (cosines != NULL) cosines[i] = entry.cosine;
    }
  }
  return dove_query_close(&query);
}

dove_status dove_store_members_count(dove_store *store, int64_t iteration, int64_t code, int64_t *count,
                                     dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT length(m.members) / 8 FROM code_usage AS u JOIN code_members AS m"
                  " ON m.iteration_id = u.iteration_id AND m.ordinal = u.ordinal"
                  " WHERE u.iteration_id = ? AND u.code_id = ?",
                  error);
  dove_query_int(&query, iteration);
  dove_query_int(&query, code);
  return dove_query_finish_int(&query, 0, count);
}

static dove_status count_members(dove_store *store, int64_t iteration, dove_store_members *members, size_t *total,
                                 dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT count(*), total(length(m.members) / 8) FROM code_usage AS u LEFT JOIN code_members AS m"
                  " ON m.iteration_id = u.iteration_id AND m.ordinal = u.ordinal WHERE u.iteration_id = ?",
                  error);
  dove_query_int(&query, iteration);
  if (dove_query_step(&query)) {
    members->codes = (size_t)dove_column_int(&query, 0);
    *total = (size_t)dove_column_int(&query, 1);
  }
  return dove_query_close(&query);
}

/* Appends one code's members; false when there are more than were counted. */
static bool append_members(const dove_query *query, dove_store_members *members, size_t *used, size_t total) {
  const char *bytes = sqlite3_column_blob(query->statement, 0);
  const size_t count = (size_t)sqlite3_column_bytes(query->statement, 0) / sizeof(dove_member_entry);
  if (count > total - *used) return false;
  for (size_t i = 0; i < count; i++) {
    dove_member_entry entry;
    memcpy(&entry, bytes + i * sizeof entry, sizeof entry);
    members->expressions[*used] = entry.expression;
    members->cosines[(*used)++] = entry.cosine;
  }
  return true;
}

static dove_status read_members(dove_store *store, int64_t iteration, dove_store_members *members, size_t total,
                                dove_error *error) {
  dove_query query;
  size_t used = 0, codes = 0;
  dove_query_open(&query, store,
                  "SELECT m.members FROM code_usage AS u LEFT JOIN code_members AS m"
                  " ON m.iteration_id = u.iteration_id AND m.ordinal = u.ordinal WHERE u.iteration_id = ?"
                  " ORDER BY u.ordinal",
                  error);
  dove_query_int(&query, iteration);
  while (dove_query_step(&query)) {
    if (codes == members->codes || !append_members(&query, members, &used, total)) {
      dove_query_fail(&query, dove_fail(error, DOVE_FAILED, "the codebook changed while it was read: try again"));
      break;
    }
    members->offsets[++codes] = used;
  }
  return dove_query_close(&query);
}

dove_status dove_store_members_read(dove_store *store, int64_t iteration, dove_store_members *members,
                                    dove_error *error) {
  *members = (dove_store_members){0};
  size_t total = 0;
  dove_status status = count_members(store, iteration, members, &total, error);
  if (status != DOVE_OK) return status;
  members->offsets = dove_alloc_zero(members->codes + 1, sizeof *members->offsets);
  members->expressions = dove_alloc(total, sizeof *members->expressions);
  members->cosines = dove_alloc(total, sizeof *members->cosines);
  if (members->offsets == NULL || members->expressions == NULL || members->cosines == NULL) {
    status = dove_fail_memory(error, "reading the members of a codebook");
  } else {
    status = read_members(store, iteration, members, total, error);
  }
  if (status != DOVE_OK) dove_store_members_free(members);
  return status;
}

void dove_store_members_free(dove_store_members *members) {
  free(members->offsets);
  free(members->expressions);
  free(members->cosines);
  *members = (dove_store_members){0};
}

static dove_status measure(dove_store *store, int64_t iteration, dove_store_codebook *codebook, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT count(*), max(length(k.centroid)) / 4 FROM code_usage AS u JOIN code AS k"
                  " ON k.id = u.code_id WHERE u.iteration_id = ?",
                  error);
  dove_query_int(&query, iteration);
  if (dove_query_step(&query)) {
    codebook->codes = (size_t)dove_column_int(&query, 0);
    codebook->dimension = (int)dove_column_int(&query, 1);
  }
  if (query.status == DOVE_OK && codebook->codes == 0) {
    dove_query_fail(&query, dove_fail(error, DOVE_NOT_FOUND, "there is no codebook of iteration %lld in the project",
                                      (long long)iteration));
  }
  return dove_query_close(&query);
}

static dove_status allocate(dove_store_codebook *codebook, dove_error *error) {
  codebook->ids = dove_alloc(codebook->codes, sizeof *codebook->ids);
  codebook->names = dove_alloc(codebook->codes, sizeof *codebook->names);
  codebook->usage = dove_alloc_zero(codebook->codes, sizeof *codebook->usage);
  codebook->centroids = dove_alloc_aligned(codebook->codes, (size_t)codebook->dimension * sizeof(float));
  codebook->strings = dove_alloc_zero(1, sizeof(dove_pool));
  if (codebook->ids != NULL && codebook->names != NULL && codebook->usage != NULL && codebook->centroids != NULL &&
      codebook->strings != NULL) {
    return DOVE_OK;
  }
  return dove_fail_memory(error, "reading a codebook");
}

/* Fills place `i` from the query's row; false when the centroid has another dimension. */
static bool fill_place(const dove_query *query, dove_store_codebook *codebook, size_t i) {
  const size_t dimension = (size_t)codebook->dimension;
  codebook->ids[i] = dove_column_int(query, 0);
  codebook->names[i] = dove_column_text(query, 1, codebook->strings);
  codebook->usage[i] = (dove_store_usage){
      .code = dove_column_int(query, 0),
      .n = dove_column_double(query, 3),
      .z = dove_column_double(query, 4),
      .d = dove_column_double(query, 5),
      .members = dove_column_int(query, 6),
  };
  dove_column_copy(query, 7, codebook->usage[i].action, sizeof codebook->usage[i].action);
  return dove_column_floats(query, 2, codebook->centroids + i * dimension, dimension);
}

static dove_status read_places(dove_store *store, int64_t iteration, dove_store_codebook *codebook, dove_error *error) {
  dove_query query;
  size_t i = 0;
  dove_query_open(&query, store,
                  "SELECT k.id, k.name, k.centroid, u.n, u.z, u.d, u.members, u.action FROM code_usage AS u"
                  " JOIN code AS k ON k.id = u.code_id WHERE u.iteration_id = ? ORDER BY u.ordinal",
                  error);
  dove_query_int(&query, iteration);
  for (; i < codebook->codes && dove_query_step(&query); i++) {
    if (!fill_place(&query, codebook, i)) {
      dove_query_fail(&query, dove_fail(error, DOVE_PROJECT,
                                        "'%s' is damaged (the centroids of a codebook differ in dimension): restore it "
                                        "from a backup, or build again",
                                        store->path));
    }
  }
  const dove_pool *pool = codebook->strings;
  if (pool->failed) dove_query_fail(&query, dove_fail_memory(error, "reading a codebook"));
  return dove_query_close(&query);
}

dove_status dove_store_codebook_read(dove_store *store, int64_t iteration, dove_store_codebook *codebook,
                                     dove_error *error) {
  *codebook = (dove_store_codebook){0};
  dove_status status = measure(store, iteration, codebook, error);
  if (status == DOVE_OK) status = allocate(codebook, error);
  if (status == DOVE_OK) status = read_places(store, iteration, codebook, error);
  if (status != DOVE_OK) dove_store_codebook_free(codebook);
  return status;
}

void dove_store_codebook_free(dove_store_codebook *codebook) {
  free(codebook->ids);
  free(codebook->names);
  free(codebook->usage);
  free(codebook->centroids);
  dove_pool_free(codebook->strings);
  *codebook = (dove_store_codebook){0};
}
