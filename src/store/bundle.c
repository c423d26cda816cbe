#include "dove/store_bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"

/* Paths and machines' names are in jobs; a setting that names a key's place is of use to nobody else. */
static const char prune[] =
    "PRAGMA journal_mode = DELETE;"
    "BEGIN;"
    "DELETE FROM setting WHERE key LIKE '%.key';"
    "DELETE FROM request_cache WHERE status <> 'answered';"
    "UPDATE request_cache SET request = '', job_id = NULL;"
    "UPDATE ledger SET job_id = NULL;"
    "DELETE FROM job_log;"
    "DELETE FROM job;"
    "DELETE FROM undo_log;";

static const char prune_answers[] = "DELETE FROM request_cache;";

static const char finish[] =
    "COMMIT;"
    "VACUUM;";

static dove_status run(sqlite3 *database, const char *path, const char *sql, dove_error *error) {
  const int result = sqlite3_exec(database, sql, NULL, NULL, NULL);
  return result == SQLITE_OK ? DOVE_OK : dove_sqlite_failure(database, result, path, "write the bundle", error);
}

static dove_status prune_copy(const char *path, bool answers, dove_error *error) {
  sqlite3 *database = NULL;
  const int result = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL);
  dove_status status =
      result == SQLITE_OK ? DOVE_OK : dove_sqlite_failure(database, result, path, "write the bundle", error);
  if (status == DOVE_OK) status = run(database, path, prune, error);
  if (status == DOVE_OK && !answers) status = run(database, path, prune_answers, error);
  if (status == DOVE_OK) status = run(database, path, finish, error);
  sqlite3_close_v2(database);
  return status;
}

static dove_status copy_to(dove_store *store, const char *path, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "VACUUM INTO ?", error);
  dove_query_text(&query, path);
  return dove_query_finish(&query);
}

dove_status dove_store_bundle(dove_store *store, const char *path, bool answers, dove_error *error) {
  struct stat there;
  dove_buffer name = {0};
  if (stat(path, &there) == 0)
    return dove_fail(error, DOVE_IO, "'%s' is there already, and a bundle replaces nothing: name another file", path);
  dove_buffer_printf(&name, "%s.%ld.part", path, (long)getpid());
  if (name.failed) return dove_fail_memory(error, "writing a bundle");
  const char *part = dove_buffer_text(&name);
  unlink(part);
  dove_status status = copy_to(store, part, error);
  if (status == DOVE_OK) status = prune_copy(part, answers, error);
  if (status == DOVE_OK && rename(part, path) != 0) status = dove_fail_errno(error, "write", path);
  if (status != DOVE_OK) unlink(part);
  dove_buffer_free(&name);
  return status;
}
