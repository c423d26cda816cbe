/* The project file: one SQLite database, opened as a `dove_store`. A store is one connection and belongs to one thread
 * at a time; every further thread opens its own with dove_store_clone(). Each family of tables has its own header,
 * store_documents.h to store_jobs.h; dove-project(5) describes the tables themselves.
 *
 * Statuses, of every function of these headers: DOVE_PROJECT when the file is damaged, newer or not a project;
 * DOVE_BUSY when another connection was writing for longer than is waited, with nothing written; DOVE_IO when the disk
 * is full or the file cannot be written (read-only projects too); DOVE_NOT_FOUND when a row does not exist; DOVE_INPUT
 * when a value breaks a rule of the schema; DOVE_MEMORY. Strings go in as valid UTF-8 without NUL and come out as they
 * went in; NULL strings come out as "" unless said. Times are milliseconds since 1970-01-01 UTC; identifiers are > 0,
 * and 0 means "none". */
#ifndef DOVE_STORE_H
#define DOVE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"

typedef struct dove_store dove_store;

/* Identifiers of documents, expressions and codes stay within 32 bits, so that blobs can hold them as uint32. */
#define DOVE_STORE_ID_MAX INT64_C(4294967295)

/* The version of the schema that this program writes (PRAGMA user_version). */
int dove_store_schema_version(void);

/* Makes a new project and opens it. An existing file is refused (DOVE_IO). ":memory:" makes one without a file. */
dove_status dove_store_create(const char *path, dove_store **store, dove_error *error);

/* Opens a project for reading and writing, or for reading alone where the file or its folder cannot be written.
 * An older schema is backed up beside the file (PATH.vN.backup) and brought up to date. The cost does not depend on
 * what the project holds. A file that is refused is not changed. */
dove_status dove_store_open(const char *path, dove_store **store, dove_error *error);

/* Which file stands at a path, told apart from one that takes its name later. Zeros when there is none. */
typedef struct dove_store_file {
  uint64_t device, number;
} dove_store_file;

dove_store_file dove_store_file_at(const char *path);

/* dove_store_open() for one more connection to what is open already: DOVE_PROJECT when `path` is another file by now.
 * Opening that one would mix it with the log of the first. */
dove_status dove_store_open_same(const char *path, dove_store_file file, dove_store **store, dove_error *error);

/* A second connection to the same project, for another thread. Impossible for ":memory:" (DOVE_USAGE). */
dove_status dove_store_clone(const dove_store *store, dove_store **copy, dove_error *error);

/* Rolls back what is open and closes. NULL is allowed. */
void dove_store_close(dove_store *store);

/* Milliseconds that a write waits for another connection's; 5,000 until this is called. */
void dove_store_set_patience(dove_store *store, int milliseconds);

bool dove_store_is_read_only(const dove_store *store);

/* Changes whenever another connection has committed something: a reason to read again. */
dove_status dove_store_data_version(dove_store *store, int64_t *version, dove_error *error);

/* Transactions nest: the inner ones join the outermost. After a rollback inside, the outermost commit fails with
 * DOVE_FAILED and nothing is written. Every writing function opens its own when none is open. */
dove_status dove_store_begin(dove_store *store, dove_error *error);
/* The same, and its commit is on the disk when it returns: for what a person typed or what was paid for.
 * Only the outermost begin decides. */
dove_status dove_store_begin_durable(dove_store *store, dove_error *error);
dove_status dove_store_commit(dove_store *store, dove_error *error);
/* Waits until all that was committed is on the disk. A commit alone outlives the process, this also the power. */
dove_status dove_store_sync(dove_store *store, dove_error *error);
void dove_store_rollback(dove_store *store);
bool dove_store_in_transaction(const dove_store *store);

/* Brings the statistics of the query planner up to date; after large imports. */
dove_status dove_store_optimise(dove_store *store, dove_error *error);

#endif
