/* From SQLite's result codes to statuses and words. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "store/internal.h"

/* The process that holds a lock on `path`, as Linux tells it; 0 when that is not known. */
static long lock_holder(const char *path) {
  struct stat facts;
  if (stat(path, &facts) != 0) return 0;
  FILE *locks = fopen("/proc/locks", "re");
  if (locks == NULL) return 0;
  char wanted[64];
  snprintf(wanted, sizeof wanted, "%02x:%02x:%llu", major(facts.st_dev), minor(facts.st_dev),
           (unsigned long long)facts.st_ino);
  long holder = 0;
  char line[256];
  while (holder == 0 && fgets(line, sizeof line, locks) != NULL) {
    /* "3: POSIX  ADVISORY  WRITE 1234 fe:00:4711 0 EOF"; what waits for a lock has "->" after its number. */
    char mode[16], where[64];
    long process;
    if (sscanf(line, "%*s POSIX %*s %15s %ld %63s", mode, &process, where) == 3 && strcmp(mode, "WRITE") == 0 &&
        strcmp(where, wanted) == 0) {
      holder = process;
    }
  }
  fclose(locks);
  return holder;
}

static dove_status locked(const char *path, dove_error *error) {
  long holder = lock_holder(path);
  char shared[4096];
  if (holder == 0 && snprintf(shared, sizeof shared, "%s-shm", path) < (int)sizeof shared) {
    holder = lock_holder(shared);
  }
  if (holder == 0) {
    return dove_fail(error, DOVE_BUSY,
                     "'%s' is locked by another process: wait until it has finished, or close it, and try again", path);
  }
  if (holder == (long)getpid()) {
    return dove_fail(error, DOVE_BUSY, "a job of this program is writing to '%s': try again in a moment", path);
  }
  return dove_fail(error, DOVE_BUSY,
                   "'%s' is locked by process %ld: wait until it has finished, or close it, and try again", path,
                   holder);
}

static dove_status damaged(const char *path, const char *detail, dove_error *error) {
  return dove_fail(error, DOVE_PROJECT,
                   "'%s' is damaged (%s): restore it from a backup, or rescue what is readable with 'sqlite3 FILE "
                   ".recover'",
                   path, detail);
}

dove_status dove_store_fail_moved(const char *path, dove_error *error) {
  return dove_fail(
      error, DOVE_PROJECT,
      "'%s' was moved, removed or replaced while it was open, so nothing more is written to it: put it back, "
      "or leave and open it where it is now",
      path);
}

static dove_status full(const char *path, dove_error *error) {
  return dove_fail(error, DOVE_IO,
                   "no space left for '%s': free some on its disk and run this again; nothing was half-written", path);
}

dove_status dove_sqlite_failure(sqlite3 *database, int result, const char *path, const char *what, dove_error *error) {
  const char *detail = database != NULL ? sqlite3_errmsg(database) : sqlite3_errstr(result);
  switch (result & 0xff) {
    case SQLITE_NOMEM: return dove_fail_memory(error, "using the project");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return locked(path, error);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT: return damaged(path, detail, error);
    case SQLITE_FULL: return full(path, error);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return dove_fail(error, DOVE_IO, "'%s' cannot be written: change its permissions or those of its folder", path);
    case SQLITE_IOERR: {
      errno = database != NULL ? sqlite3_system_errno(database) : 0;
      if (errno == ENOSPC || errno == EDQUOT) return full(path, error);
      if (errno != 0) return dove_fail_errno(error, what, path);
      return dove_fail(error, DOVE_IO, "cannot %s '%s': %s", what, path, detail);
    }
    case SQLITE_CANTOPEN:
      errno = database != NULL ? sqlite3_system_errno(database) : 0;
      if (errno != 0) return dove_fail_errno(error, "open", path);
      return dove_fail(error, DOVE_IO, "cannot open '%s': look whether it is there and its folder can be written",
                       path);
    case SQLITE_CONSTRAINT: return dove_fail(error, DOVE_INPUT, "'%s' does not take this value: %s", path, detail);
    case SQLITE_TOOBIG: return dove_fail(error, DOVE_INPUT, "a value is too large for '%s'", path);
    case SQLITE_INTERRUPT: return dove_fail(error, DOVE_CANCELLED, "stopped");
    default: return dove_fail(error, DOVE_FAILED, "cannot %s '%s': %s", what, path, detail);
  }
}

dove_status dove_store_failure(const dove_store *store, int result, const char *what, dove_error *error) {
  return dove_sqlite_failure(store->database, result, store->path, what, error);
}
