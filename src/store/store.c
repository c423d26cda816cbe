#include "dove/store.h"

#include <stdlib.h>
#include <string.h>

#include "store/internal.h"
#include "store/open.h"

bool dove_store_is_read_only(const dove_store *store) { return store->read_only; }

void dove_store_set_patience(dove_store *store, int milliseconds) {
  sqlite3_busy_timeout(store->database, milliseconds);
}

dove_status dove_store_execute(dove_store *store, const char *sql, dove_error *error) {
  const int result = sqlite3_exec(store->database, sql, NULL, NULL, NULL);
  return result == SQLITE_OK ? DOVE_OK : dove_store_failure(store, result, "use", error);
}

dove_status dove_store_data_version(dove_store *store, int64_t *version, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "PRAGMA data_version", error);
  return dove_query_finish_int(&query, 0, version);
}

dove_status dove_store_optimise(dove_store *store, dove_error *error) {
  if (store->read_only) return DOVE_OK;
  return dove_store_execute(store, "PRAGMA analysis_limit = 400; PRAGMA optimize", error);
}

/* True when the path leads to another file by now, or to none: what is written would be seen by nobody. */
static bool has_moved(const dove_store *store) {
  int moved = 0;
  return sqlite3_file_control(store->database, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

/* A log that stays behind would be taken for that of the file which has the name now, and damage it. */
static void take_log_along(dove_store *store) {
  if (!store->read_only) sqlite3_wal_checkpoint_v2(store->database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

static dove_status refuse_moved(dove_store *store, dove_error *error) {
  take_log_along(store);
  return dove_store_fail_moved(store->path, error);
}

static dove_status begin(dove_store *store, bool durable, dove_error *error) {
  if (store->depth > 0) {
    store->depth++;
    return DOVE_OK;
  }
  if (has_moved(store)) return refuse_moved(store, error);
  if (store->read_only) {
    return dove_fail(error, DOVE_IO,
                     "'%s' is open for reading only, because the file or its folder cannot be written: change the "
                     "permissions, or copy it to a folder of your own",
                     store->path);
  }
  if (durable) {
    const dove_status status = dove_store_execute(store, "PRAGMA synchronous = FULL", error);
    if (status != DOVE_OK) return status;
  }
  const int result = sqlite3_exec(store->database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  if (result != SQLITE_OK) {
    const dove_status status = dove_store_failure(store, result, "write to", error);
    if (durable) dove_store_execute(store, "PRAGMA synchronous = NORMAL", NULL);
    return status;
  }
  store->depth = 1;
  store->doomed = false;
  store->durable = durable;
  return DOVE_OK;
}

dove_status dove_store_begin(dove_store *store, dove_error *error) { return begin(store, false, error); }

dove_status dove_store_begin_durable(dove_store *store, dove_error *error) { return begin(store, true, error); }

bool dove_store_in_transaction(const dove_store *store) { return store->depth > 0; }

/* Leaves the outermost transaction, whatever became of it. */
static void leave(dove_store *store) {
  if (sqlite3_get_autocommit(store->database) == 0) sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
  if (store->durable) dove_store_execute(store, "PRAGMA synchronous = NORMAL", NULL);
  store->depth = 0;
  store->doomed = false;
  store->durable = false;
}

dove_status dove_store_commit(dove_store *store, dove_error *error) {
  if (store->depth > 1) {
    store->depth--;
    return DOVE_OK;
  }
  dove_status status = DOVE_OK;
  if (store->depth < 1 || store->doomed || sqlite3_get_autocommit(store->database) != 0) {
    status = dove_fail(error, DOVE_FAILED, "nothing was written to '%s': a part of the change had failed", store->path);
  } else {
    const int result = sqlite3_exec(store->database, "COMMIT", NULL, NULL, NULL);
    if (result != SQLITE_OK) status = dove_store_failure(store, result, "write to", error);
  }
  leave(store);
  return status;
}

dove_status dove_store_sync(dove_store *store, dove_error *error) {
  sqlite3_file *log = NULL; /* SQLite's own handle of it */
  int result = sqlite3_file_control(store->database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (result == SQLITE_OK && log != NULL && log->pMethods != NULL)
    result = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
  return result == SQLITE_OK ? DOVE_OK : dove_store_failure(store, result, "write to", error);
}

void dove_store_rollback(dove_store *store) {
  if (store->depth > 1) {
    store->depth--;
    store->doomed = true;
  } else {
    leave(store);
  }
}

dove_status dove_store_end(dove_store *store, dove_status status, dove_error *error) {
  if (status == DOVE_OK) return dove_store_commit(store, error);
  dove_store_rollback(store);
  return status;
}

void dove_store_close(dove_store *store) {
  if (store == NULL) return;
  if (store->depth > 0) leave(store);
  if (store->database != NULL && has_moved(store)) take_log_along(store);
  for (size_t i = 0; i < store->prepared_count; i++) {
    sqlite3_finalize(store->prepared[i].statement);
    free(store->prepared[i].sql);
  }
  sqlite3_close_v2(store->database);
  free(store->path);
  free(store);
}

dove_status dove_store_clone(const dove_store *store, dove_store **copy, dove_error *error) {
  *copy = NULL;
  if (strcmp(store->path, ":memory:") == 0) {
    return dove_fail(error, DOVE_USAGE,
                     "a project in memory has one connection: make it a file to use it from threads");
  }
  return dove_store_connect(store->path, store->read_only, store->immutable, copy, error);
}
