/* Lists of rows whose strings live in a pool, and WHERE clauses. */
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "store/internal.h"

enum { CHUNK_BYTES = 16 * 1024 };

struct dove_pool_chunk {
  struct dove_pool_chunk *next;
  size_t used, size;
  alignas(max_align_t) char bytes[];
};

static struct dove_pool_chunk *new_chunk(dove_pool *pool, size_t size) {
  const size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
  if (room > SIZE_MAX / 4) return NULL;
  struct dove_pool_chunk *chunk = dove_alloc(1, sizeof *chunk + room);
  if (chunk == NULL) return NULL;
  chunk->used = 0;
  chunk->size = room;
  chunk->next = pool->chunks;
  pool->chunks = chunk;
  return chunk;
}

static void *take(dove_pool *pool, size_t size, size_t alignment) {
  struct dove_pool_chunk *chunk = pool->chunks;
  size_t start = chunk == NULL ? 0 : (chunk->used + alignment - 1) / alignment * alignment;
  if (chunk == NULL || start > chunk->size || size > chunk->size - start) {
    chunk = new_chunk(pool, size);
    start = 0;
  }
  if (chunk == NULL) {
    pool->failed = true;
    return NULL;
  }
  chunk->used = start + size;
  return chunk->bytes + start;
}

void *dove_pool_alloc(dove_pool *pool, size_t size) { return take(pool, size, alignof(max_align_t)); }

static const char *pool_bytes(dove_pool *pool, const char *text, size_t length) {
  if (length == 0) return "";
  char *copy = take(pool, length + 1, 1);
  if (copy == NULL) return "";
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

const char *dove_pool_text(dove_pool *pool, const char *text) {
  return text == NULL ? "" : pool_bytes(pool, text, strlen(text));
}

const char *dove_column_text(const dove_query *query, int column, dove_pool *pool) {
  const unsigned char *text = sqlite3_column_text(query->statement, column);
  if (text == NULL) {
    /* NULL is also how SQLite says that it ran out of memory. */
    if (!dove_column_is_null(query, column)) pool->failed = true;
    return "";
  }
  return pool_bytes(pool, (const char *)text, (size_t)sqlite3_column_bytes(query->statement, column));
}

void dove_pool_free(dove_pool *pool) {
  if (pool == NULL) return;
  for (struct dove_pool_chunk *chunk = pool->chunks; chunk != NULL;) {
    struct dove_pool_chunk *next = chunk->next;
    free(chunk);
    chunk = next;
  }
  free(pool);
}

typedef struct row_collector {
  dove_rows *rows;
  size_t capacity, row_size;
  dove_row_fill *fill;
} row_collector;

/* Takes the query's present row; notes a failure in the query. */
static void take_row(dove_query *query, row_collector *collector) {
  dove_rows *rows = collector->rows;
  dove_pool *pool = rows->strings;
  if (dove_grow(&rows->rows, &collector->capacity, rows->count + 1, collector->row_size)) {
    void *row = (char *)rows->rows + rows->count * collector->row_size;
    memset(row, 0, collector->row_size);
    collector->fill(query, row, pool);
    rows->count++;
  } else {
    pool->failed = true;
  }
  if (pool->failed) dove_query_fail(query, dove_fail_memory(query->error, "reading the project"));
}

static void start(dove_query *query, dove_rows *rows) {
  *rows = (dove_rows){.strings = dove_alloc_zero(1, sizeof(dove_pool))};
  if (rows->strings == NULL) dove_query_fail(query, dove_fail_memory(query->error, "reading the project"));
}

static dove_status end(dove_query *query, dove_rows *rows) {
  const dove_status status = dove_query_close(query);
  if (status != DOVE_OK) {
    dove_rows_free(rows->rows, rows->strings);
    *rows = (dove_rows){0};
  }
  return status;
}

dove_status dove_query_collect(dove_query *query, size_t row_size, dove_row_fill *fill, dove_rows *rows) {
  row_collector collector = {.rows = rows, .row_size = row_size, .fill = fill};
  start(query, rows);
  while (dove_query_step(query)) take_row(query, &collector);
  return end(query, rows);
}

dove_status dove_query_collect_by_id(dove_query *query, const int64_t *ids, size_t count, const char *what,
                                     size_t row_size, dove_row_fill *fill, dove_rows *rows) {
  row_collector collector = {.rows = rows, .row_size = row_size, .fill = fill};
  start(query, rows);
  for (size_t i = 0; i < count && query->status == DOVE_OK; i++) {
    dove_query_int(query, ids[i]);
    if (dove_query_step(query)) {
      take_row(query, &collector);
    } else if (query->status == DOVE_OK) {
      dove_query_fail(query, dove_fail(query->error, DOVE_NOT_FOUND, "there is no %s %lld in the project", what,
                                       (long long)ids[i]));
    }
    dove_query_again(query);
  }
  return end(query, rows);
}

void dove_rows_free(void *rows, void *strings) {
  free(rows);
  dove_pool_free(strings);
}

dove_status dove_query_collect_ids(dove_query *query, int64_t *ids, size_t room, size_t *count) {
  *count = 0;
  while (*count < room && dove_query_step(query)) ids[(*count)++] = dove_column_int(query, 0);
  return dove_query_close(query);
}

void dove_clause_add(dove_clause *clause, const char *condition) {
  dove_buffer_add_text(&clause->sql, clause->sql.length == 0 ? " WHERE (" : " AND (");
  dove_buffer_add_text(&clause->sql, condition);
  dove_buffer_add_char(&clause->sql, ')');
}

static bool has_room(dove_clause *clause) {
  if (clause->count < sizeof clause->values / sizeof clause->values[0]) return true;
  clause->full = true;
  return false;
}

void dove_clause_int(dove_clause *clause, int64_t value) {
  if (has_room(clause)) clause->values[clause->count++].number = value;
}

void dove_clause_text(dove_clause *clause, const char *text) {
  if (has_room(clause)) clause->values[clause->count++].text = text;
}

void dove_clause_owned_text(dove_clause *clause, char *text) {
  if (text == NULL) {
    clause->sql.failed = true;
  } else if (has_room(clause)) {
    clause->values[clause->count].owned = text;
    clause->values[clause->count++].text = text;
  } else {
    free(text);
  }
}

static void bind_clause(const dove_clause *clause, dove_query *query) {
  for (size_t i = 0; i < clause->count; i++) {
    if (clause->values[i].text != NULL) {
      dove_query_text(query, clause->values[i].text);
    } else {
      dove_query_int(query, clause->values[i].number);
    }
  }
}

void dove_clause_free(dove_clause *clause) {
  for (size_t i = 0; i < clause->count; i++) free(clause->values[i].owned);
  dove_buffer_free(&clause->sql);
  *clause = (dove_clause){0};
}

void dove_query_open_clause(dove_query *query, dove_store *store, const char *before, const dove_clause *clause,
                            const char *after, dove_error *error) {
  dove_buffer sql = {0};
  dove_buffer_add_text(&sql, before);
  dove_buffer_add_text(&sql, dove_buffer_text(&clause->sql));
  dove_buffer_add_text(&sql, after);
  if (sql.failed || clause->sql.failed) {
    *query = (dove_query){.store = store, .error = error, .status = dove_fail_memory(error, "preparing a query")};
  } else if (clause->full) {
    *query = (dove_query){.store = store, .error = error, .status = dove_fail(error, DOVE_FAILED, "too many filters")};
  } else {
    dove_query_open(query, store, dove_buffer_text(&sql), error);
    bind_clause(clause, query);
  }
  dove_buffer_free(&sql);
}

dove_status dove_clause_count(dove_store *store, const char *select, dove_clause *clause, int64_t *count,
                              dove_error *error) {
  dove_query query;
  dove_query_open_clause(&query, store, select, clause, "", error);
  const dove_status status = dove_query_finish_int(&query, 0, count);
  dove_clause_free(clause);
  return status;
}
