/* What the files of this room share: the connection, prepared statements, and lists with their strings. */
#ifndef DOVE_STORE_INTERNAL_H
#define DOVE_STORE_INTERNAL_H

#include <sqlite3.h>

#include "dove/buffer.h"
#include "dove/store.h"
#include "dove/store_project.h"
#include "store/schema.h"

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Blobs hold little-endian numbers as they lie in memory: a big-endian machine needs conversions here."
#endif

typedef struct dove_prepared {
  char *sql;
  sqlite3_stmt *statement;
  bool busy;
  uint64_t last_use;
} dove_prepared;

enum { DOVE_PREPARED_MAX = 96 };

struct dove_store {
  sqlite3 *database;
  char *path;
  bool read_only;
  bool immutable;
  int depth;   /* of nested transactions */
  bool doomed; /* an inner transaction was rolled back */
  bool durable;
  int64_t job; /* that this connection runs: what is spent is its; 0: none */
  uint64_t uses;
  size_t prepared_count;
  dove_prepared prepared[DOVE_PREPARED_MAX];
};

/* dove_store_open() with another list of patches: how migrations are tested. */
dove_status dove_store_open_with(const char *path, const dove_store_patches *patches, dove_store **store,
                                 dove_error *error);

/* Turns the connection's last failure (a SQLite result code) into a status and a message with a remedy. */
dove_status dove_store_failure(const dove_store *store, int result, const char *what, dove_error *error);
/* The same for a bare connection. */
dove_status dove_sqlite_failure(sqlite3 *database, int result, const char *path, const char *what, dove_error *error);

/* The project at `path` is no longer the file that was opened. Returns DOVE_PROJECT. */
dove_status dove_store_fail_moved(const char *path, dove_error *error);

/* Runs literal SQL that has no values. */
dove_status dove_store_execute(dove_store *store, const char *sql, dove_error *error);

/* One use of a prepared statement. The first failure sticks, so that a caller checks once, at the end:
 *   dove_query query;
 *   dove_query_open(&query, store, "SELECT … WHERE id = ?", error);
 *   dove_query_int(&query, id);
 *   while (dove_query_step(&query)) …
 *   return dove_query_close(&query);
 * Values are bound in order. Bound texts and blobs must live until dove_query_close() or the next dove_query_again().
 */
typedef struct dove_query {
  dove_store *store;
  sqlite3_stmt *statement;
  dove_prepared *prepared; /* NULL when the statement is not from the cache */
  int bound;
  dove_status status;
  dove_error *error;
} dove_query;

void dove_query_open(dove_query *query, dove_store *store, const char *sql, dove_error *error);
void dove_query_int(dove_query *query, int64_t value);
void dove_query_id(dove_query *query, int64_t id);          /* 0 becomes NULL */
void dove_query_double(dove_query *query, double value);    /* NAN becomes NULL */
void dove_query_text(dove_query *query, const char *text);  /* NULL becomes NULL */
void dove_query_words(dove_query *query, const char *text); /* NULL becomes "" */
void dove_query_blob(dove_query *query, const void *bytes, size_t size);
void dove_query_page(dove_query *query, int64_t limit, int64_t offset); /* for "LIMIT ? OFFSET ?"; below 0 is 0 */
void dove_query_zeroblob(dove_query *query, size_t size);
/* True when there is a row. False at the end and on failure. */
bool dove_query_step(dove_query *query);
/* Runs a statement without rows and makes it ready for the next values. */
void dove_query_again(dove_query *query);
/* Notes a failure that was found outside SQLite. */
void dove_query_fail(dove_query *query, dove_status status);
dove_status dove_query_close(dove_query *query);

/* Runs a statement without rows, then closes. */
dove_status dove_query_finish(dove_query *query);
/* Takes the only row's first column, then closes. *value is `otherwise` when there is no row or it is NULL. */
dove_status dove_query_finish_int(dove_query *query, int64_t otherwise, int64_t *value);
/* As dove_query_finish(); DOVE_NOT_FOUND "no WHAT ID" when no row was changed. */
dove_status dove_query_finish_changed(dove_query *query, const char *what, int64_t id);

int64_t dove_column_int(const dove_query *query, int column);
double dove_column_double(const dove_query *query, int column); /* NULL becomes NAN */
/* Copies a text into `value`, cut between characters when it does not fit. */
void dove_column_copy(const dove_query *query, int column, char *value, size_t size);
/* Copies a blob of exactly `count` float32; false when its size is another. */
bool dove_column_floats(const dove_query *query, int column, float *values, size_t count);
bool dove_column_is_null(const dove_query *query, int column);

/* Strings that live as long as a list. A failed allocation is remembered; the string is then "". */
typedef struct dove_pool {
  struct dove_pool_chunk *chunks;
  bool failed;
} dove_pool;

void *dove_pool_alloc(dove_pool *pool, size_t size); /* aligned for any type; NULL on failure */
const char *dove_pool_text(dove_pool *pool, const char *text);
const char *dove_column_text(const dove_query *query, int column, dove_pool *pool); /* NULL becomes "" */
void dove_pool_free(dove_pool *pool); /* and the pool itself; NULL is allowed */

/* The common shape of the lists in the headers. */
typedef struct dove_rows {
  void *rows;
  size_t count;
  void *strings; /* a dove_pool */
} dove_rows;

typedef void dove_row_fill(const dove_query *query, void *row, dove_pool *pool);

/* Reads all rows of an open query into a list and closes the query. `rows` is empty after a failure. */
dove_status dove_query_collect(dove_query *query, size_t row_size, dove_row_fill *fill, dove_rows *rows);
/* The same for a query with one value, an id: one row for each of `ids`, in their order. A missing one fails with
 * DOVE_NOT_FOUND, naming it as a `what`. */
dove_status dove_query_collect_by_id(dove_query *query, const int64_t *ids, size_t count, const char *what,
                                     size_t row_size, dove_row_fill *fill, dove_rows *rows);
void dove_rows_free(void *rows, void *strings);

#define DOVE_GIVE_ROWS(list, collected)    \
  do {                                     \
    (list)->rows = (collected).rows;       \
    (list)->count = (collected).count;     \
    (list)->strings = (collected).strings; \
  } while (0)

/* Reads one column of integers into an array that is freed with free(), and closes the query. */
dove_status dove_query_collect_ids(dove_query *query, int64_t *ids, size_t room, size_t *count);

/* A WHERE clause put together from literal conditions, with the values that they need, in order. */
typedef struct dove_clause {
  dove_buffer sql; /* "" or " WHERE a AND b" */
  struct {
    const char *text; /* NULL: the number counts */
    char *owned;      /* the same text, when the clause has to free it */
    int64_t number;
  } values[24];
  size_t count;
  bool full; /* more values than there is room for: a fault of this program */
} dove_clause;

void dove_clause_add(dove_clause *clause, const char *condition);
void dove_clause_int(dove_clause *clause, int64_t value);
void dove_clause_text(dove_clause *clause, const char *text);
void dove_clause_owned_text(dove_clause *clause, char *text); /* takes `text`, NULL means memory ran out */
void dove_clause_free(dove_clause *clause);

/* Opens a query over `before`, the clause, and `after`, all literals, and binds the clause's values. */
void dove_query_open_clause(dove_query *query, dove_store *store, const char *before, const dove_clause *clause,
                            const char *after, dove_error *error);

/* The number that `select` and the clause give; frees the clause. */
dove_status dove_clause_count(dove_store *store, const char *select, dove_clause *clause, int64_t *count,
                              dove_error *error);

/* Interns a label and gives its id; 0 for NULL or "". */
dove_status dove_store_label_intern(dove_store *store, dove_store_label_kind kind, const char *name, int64_t *id,
                                    dove_error *error);

/* A new random UUID (RFC 4122, version 4). */
void dove_store_make_uuid(char uuid[37]);

/* Ends the transaction that the caller began: commits when `status` is DOVE_OK, rolls back otherwise. */
dove_status dove_store_end(dove_store *store, dove_status status, dove_error *error);

#endif
