/* Making and opening project files. What is no project is refused before SQLite reads more than its first hundred
 * bytes, so that it is never changed. Those bytes are read through SQLite's own file handle: closing another handle of
 * the same file would drop the locks of every other connection in this process. */
#include "store/open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dove/clock.h"
#include "dove/log.h"
#include "dove/memory.h"

#ifndef DOVE_VERSION
#define DOVE_VERSION ""
#endif

enum { BUSY_TIMEOUT_MS = 5000, HEADER_BYTES = 100 };

/* trusted_schema stays on: the triggers feed FTS5, which this SQLite does not call innocuous. A hostile schema finds no
 * function here that reaches beyond the database: extensions cannot be loaded, and the connection is defensive. */
static const char connection_pragmas[] =
    "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;"
    "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864";

/* "file:PATH?QUERY" with the characters escaped that mean something in it; freed with free(). */
static char *uri(const char *path, const char *query) {
  dove_buffer buffer = {0};
  dove_buffer_add_text(&buffer, path[0] == '/' ? "file://" : "file:");
  for (const char *byte = path; *byte != '\0'; byte++) {
    if (strchr("?#%", *byte) != NULL) {
      dove_buffer_printf(&buffer, "%%%02X", (unsigned)(unsigned char)*byte);
    } else {
      dove_buffer_add_char(&buffer, *byte);
    }
  }
  dove_buffer_add_text(&buffer, query);
  return dove_buffer_take(&buffer);
}

/* A connection without a single statement run on it. */
static dove_status open_handle(const char *path, bool read_only, bool immutable, dove_store **store,
                               dove_error *error) {
  const bool in_memory = strcmp(path, ":memory:") == 0;
  dove_store *opened = dove_alloc_zero(1, sizeof *opened);
  char *name = in_memory ? dove_strdup(path)
                         : uri(path, immutable ? "?mode=ro&immutable=1" : (read_only ? "?mode=ro" : "?mode=rw"));
  if (opened != NULL) opened->path = dove_strdup(path);
  if (opened == NULL || name == NULL || opened->path == NULL) {
    free(name);
    dove_store_close(opened);
    return dove_fail_memory(error, "opening the project");
  }
  opened->read_only = read_only;
  opened->immutable = immutable;
  const int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX;
  const int result =
      sqlite3_open_v2(name, &opened->database, flags | (in_memory ? SQLITE_OPEN_CREATE : SQLITE_OPEN_URI), NULL);
  free(name);
  if (result != SQLITE_OK) {
    const dove_status status = dove_store_failure(opened, result, "open", error);
    dove_store_close(opened);
    return status;
  }
  *store = opened;
  return DOVE_OK;
}

static dove_status configure(dove_store *store, dove_error *error) {
  sqlite3_extended_result_codes(store->database, 1);
  sqlite3_busy_timeout(store->database, BUSY_TIMEOUT_MS);
  sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  return dove_store_execute(store, connection_pragmas, error);
}

dove_status dove_store_connect(const char *path, bool read_only, bool immutable, dove_store **store,
                               dove_error *error) {
  *store = NULL;
  dove_store *opened = NULL;
  dove_status status = open_handle(path, read_only, immutable, &opened, error);
  if (status == DOVE_OK) status = configure(opened, error);
  if (status != DOVE_OK) {
    dove_store_close(opened);
    return status;
  }
  *store = opened;
  return DOVE_OK;
}

/* What the first hundred bytes of the file say (https://www.sqlite.org/fileformat.html, 1.3). */
typedef struct header {
  int64_t file_size;
  uint32_t page_size, page_count;
  bool page_count_valid;
  uint32_t application_id, user_version;
  bool is_sqlite;
} header;

static uint32_t big_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3];
}

static dove_status read_header(const dove_store *store, header *out, dove_error *error) {
  sqlite3_file *file = NULL;
  unsigned char bytes[HEADER_BYTES] = {0};
  sqlite3_int64 size = 0;
  int result = sqlite3_file_control(store->database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (result == SQLITE_OK) result = file->pMethods->xFileSize(file, &size);
  if (result == SQLITE_OK && size >= HEADER_BYTES) result = file->pMethods->xRead(file, bytes, HEADER_BYTES, 0);
  if (result != SQLITE_OK) return dove_store_failure(store, result, "read", error);
  *out = (header){
      .file_size = size,
      .page_size = bytes[16] == 0 && bytes[17] == 1 ? 65536 : (uint32_t)bytes[16] << 8 | bytes[17],
      .page_count = big_endian(bytes + 28),
      .page_count_valid = big_endian(bytes + 24) == big_endian(bytes + 92),
      .application_id = big_endian(bytes + 68),
      .user_version = big_endian(bytes + 60),
      .is_sqlite = memcmp(bytes, "SQLite format 3", 16) == 0,
  };
  return DOVE_OK;
}

/* Size of PATH followed by `suffix`; -1 when there is no such file. */
static int64_t sibling_size(const char *path, const char *suffix) {
  dove_buffer name = {0};
  struct stat facts;
  dove_buffer_printf(&name, "%s%s", path, suffix);
  const int64_t size = !name.failed && stat(dove_buffer_text(&name), &facts) == 0 ? facts.st_size : -1;
  dove_buffer_free(&name);
  return size;
}

static dove_status refuse_newer(const char *path, int64_t version, int newest, dove_error *error) {
  return dove_fail(error, DOVE_PROJECT,
                   "'%s' was written by a newer dove (schema %lld; this program knows up to %d): update dove", path,
                   (long long)version, newest);
}

static dove_status check_header(const char *path, const header *facts, const dove_store_patches *patches,
                                dove_error *error) {
  if (facts->file_size == 0) {
    return dove_fail(error, DOVE_PROJECT, "'%s' is empty: remove it and make a project with 'dove new'", path);
  }
  if (!facts->is_sqlite) {
    return dove_fail(error, DOVE_PROJECT, "'%s' is not a DOVE project: it is not an SQLite database", path);
  }
  if (facts->application_id != DOVE_APPLICATION_ID) {
    return dove_fail(error, DOVE_PROJECT, "'%s' is a database of another program, not a DOVE project", path);
  }
  const int newest = dove_store_newest_version(patches);
  if (facts->user_version > (uint32_t)newest) return refuse_newer(path, facts->user_version, newest, error);
  const int64_t needed = (int64_t)facts->page_size * facts->page_count;
  /* Pages that a log still holds may lie beyond the end of the file. */
  if (facts->page_count_valid && facts->file_size < needed && sibling_size(path, "-wal") <= 0) {
    return dove_fail(error, DOVE_PROJECT,
                     "'%s' is truncated: it has %lld of %lld bytes; copy it again or restore it from a backup", path,
                     (long long)facts->file_size, (long long)needed);
  }
  return DOVE_OK;
}

static dove_status check_file(const char *path, dove_error *error) {
  struct stat facts;
  if (stat(path, &facts) != 0) {
    if (errno != ENOENT) return dove_fail_errno(error, "open", path);
    return dove_fail(error, DOVE_IO, "there is no project '%s': make one with 'dove new'", path);
  }
  if (S_ISDIR(facts.st_mode)) {
    return dove_fail(error, DOVE_PROJECT, "'%s' is a folder, not a project file", path);
  }
  if (!S_ISREG(facts.st_mode)) {
    return dove_fail(error, DOVE_PROJECT, "'%s' is not a regular file, so it cannot be a project", path);
  }
  if (access(path, R_OK) != 0) return dove_fail_errno(error, "read", path);
  return DOVE_OK;
}

/* True when the file and its folder (where the log goes) can be written. */
static bool is_writable(const char *path) {
  if (access(path, W_OK) != 0) return false;
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return access(".", W_OK) == 0;
  char *folder = dove_strndup(path, slash == path ? 1 : (size_t)(slash - path));
  const bool writable = folder != NULL && access(folder, W_OK) == 0;
  free(folder);
  return writable;
}

static dove_status user_version(dove_store *store, int64_t *version, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "PRAGMA user_version", error);
  return dove_query_finish_int(&query, 0, version);
}

/* Gives a finished file its name, unless another has it: errno is then EEXIST. Not every file system knows links. */
static int give_name(const char *part, const char *name) {
  if (link(part, name) == 0) return unlink(part);
  if (errno == EEXIST) return -1;
  if (access(name, F_OK) != 0) return rename(part, name);
  errno = EEXIST;
  return -1;
}

/* The name of a backup, never that of an older one. */
static dove_status name_backup(const dove_store *store, int64_t version, const char *part, dove_error *error) {
  dove_buffer name = {0};
  int result = -1;
  for (int i = 0; i < 1000 && result != 0; i++) {
    dove_buffer_clear(&name);
    dove_buffer_printf(&name, "%s.v%lld.backup", store->path, (long long)version);
    if (i > 0) dove_buffer_printf(&name, ".%d", i);
    if (name.failed) return dove_fail_memory(error, "backing up the project");
    result = give_name(part, dove_buffer_text(&name));
    if (result != 0 && errno != EEXIST) break;
  }
  dove_status status = DOVE_OK;
  if (result == 0) {
    dove_log("%s: schema %lld backed up to %s", store->path, (long long)version, dove_buffer_text(&name));
  } else {
    status = dove_fail_errno(error, "write", dove_buffer_text(&name));
  }
  dove_buffer_free(&name);
  return status;
}

/* A consistent copy beside the project. It has the name of a backup once it is whole: a kill leaves none by halves. */
static dove_status back_up(dove_store *store, int64_t version, dove_error *error) {
  dove_buffer part = {0};
  dove_query query;
  dove_buffer_printf(&part, "%s.%ld.part", store->path, (long)getpid());
  if (part.failed) return dove_fail_memory(error, "backing up the project");
  unlink(dove_buffer_text(&part));
  dove_query_open(&query, store, "VACUUM INTO ?", error);
  dove_query_text(&query, dove_buffer_text(&part));
  dove_status status = dove_query_finish(&query);
  if (status == DOVE_OK) status = name_backup(store, version, dove_buffer_text(&part), error);
  if (status != DOVE_OK) {
    status = dove_fail_context(error, "backing up '%s' before bringing it up to date", store->path);
    unlink(dove_buffer_text(&part));
  }
  dove_buffer_free(&part);
  return status;
}

static dove_status bring_up_to_date(dove_store *store, const dove_store_patches *patches, dove_error *error) {
  int64_t version = 0;
  dove_status status = user_version(store, &version, error);
  if (status != DOVE_OK) return status;
  const int newest = dove_store_newest_version(patches);
  if (version > newest) return refuse_newer(store->path, version, newest, error);
  if (version == newest) return DOVE_OK;
  if (store->read_only) {
    return dove_fail(error, DOVE_PROJECT,
                     "'%s' has the older schema %lld and cannot be written, so it cannot be brought up to date: copy "
                     "it to a folder of your own",
                     store->path, (long long)version);
  }
  status = back_up(store, version, error);
  if (status != DOVE_OK) return status;
  return dove_store_apply_patches(store->database, patches, (int)version, store->path, error);
}

/* Runs the first statements. Until the file is accepted, closing must not write the log back into it. */
static dove_status accept(dove_store *store, const dove_store_patches *patches, dove_error *error) {
  sqlite3_db_config(store->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  dove_status status = configure(store, error);
  if (status == DOVE_OK) status = bring_up_to_date(store, patches, error);
  if (status == DOVE_OK) status = dove_store_execute(store, "SELECT 1 FROM meta", error);
  if (status == DOVE_OK) sqlite3_db_config(store->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return status;
}

static dove_status open_checked(const char *path, bool read_only, bool immutable, const dove_store_patches *patches,
                                dove_store **store, dove_error *error) {
  dove_store *opened = NULL;
  header facts = {0};
  dove_status status = open_handle(path, read_only, immutable, &opened, error);
  if (status != DOVE_OK) return status;
  status = read_header(opened, &facts, error);
  if (status == DOVE_OK) status = check_header(path, &facts, patches, error);
  if (status == DOVE_OK) status = accept(opened, patches, error);
  if (status != DOVE_OK) {
    dove_store_close(opened);
    return status;
  }
  *store = opened;
  return DOVE_OK;
}

dove_status dove_store_open_with(const char *path, const dove_store_patches *patches, dove_store **store,
                                 dove_error *error) {
  *store = NULL;
  dove_status status = check_file(path, error);
  if (status != DOVE_OK) return status;
  if (is_writable(path)) return open_checked(path, false, false, patches, store, error);
  status = open_checked(path, true, false, patches, store, error);
  if (status != DOVE_IO) return status;
  /* A log cannot be made where nothing can be written. Without one, nobody is writing and the file stands by itself. */
  if (sibling_size(path, "-wal") > 0) {
    return dove_fail(error, DOVE_PROJECT,
                     "'%s' has changes in '%s-wal' that can only be taken over where its folder can be written: copy "
                     "both to a folder of your own",
                     path, path);
  }
  return open_checked(path, true, true, patches, store, error);
}

dove_status dove_store_open(const char *path, dove_store **store, dove_error *error) {
  return dove_store_open_with(path, &dove_store_all_patches, store, error);
}

dove_store_file dove_store_file_at(const char *path) {
  struct stat facts;
  if (stat(path, &facts) != 0) return (dove_store_file){0};
  return (dove_store_file){.device = (uint64_t)facts.st_dev, .number = (uint64_t)facts.st_ino};
}

dove_status dove_store_open_same(const char *path, dove_store_file file, dove_store **store, dove_error *error) {
  const dove_store_file now = dove_store_file_at(path);
  *store = NULL;
  if (now.device != file.device || now.number != file.number) return dove_store_fail_moved(path, error);
  return dove_store_open(path, store, error);
}

/* From SQLite's generator, which the operating system seeds. */
void dove_store_make_uuid(char uuid[37]) {
  unsigned char bytes[16];
  sqlite3_randomness((int)sizeof bytes, bytes);
  bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
  bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
  char *place = uuid;
  for (size_t i = 0; i < sizeof bytes; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *place++ = '-';
    place += snprintf(place, 3, "%02x", (unsigned)bytes[i]);
  }
}

static dove_status write_meta(dove_store *store, dove_error *error) {
  char uuid[37], created[24];
  dove_store_make_uuid(uuid);
  snprintf(created, sizeof created, "%lld", (long long)dove_clock_unix_ms());
  const char *const rows[][2] = {{"uuid", uuid}, {"created", created}, {"program_version", DOVE_VERSION}};
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO meta (key, value) VALUES (?, ?)", error);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    dove_query_text(&query, rows[i][0]);
    dove_query_text(&query, rows[i][1]);
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

/* Fills an empty database. The page size and the log mode are part of the file from its first page on. */
static dove_status fill(dove_store *store, dove_error *error) {
  dove_status status = configure(store, error);
  if (status == DOVE_OK)
    status = dove_store_execute(store, "PRAGMA page_size = 8192; PRAGMA encoding = 'UTF-8'", error);
  if (status == DOVE_OK) {
    char pragma[48];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", DOVE_APPLICATION_ID);
    status = dove_store_execute(store, pragma, error);
  }
  if (status == DOVE_OK) {
    status = dove_store_apply_patches(store->database, &dove_store_all_patches, 0, store->path, error);
  }
  if (status == DOVE_OK) status = write_meta(store, error);
  if (status == DOVE_OK) status = dove_store_execute(store, "PRAGMA journal_mode = WAL", error);
  return status;
}

/* Gives the finished file its name, unless something has that name already. */
static dove_status take_name(const char *made, const char *path, dove_error *error) {
  if (link(made, path) == 0) {
    unlink(made);
    return DOVE_OK;
  }
  if (errno == EEXIST) return dove_fail(error, DOVE_IO, "'%s' exists already: choose another name", path);
  /* Some file systems have no links: there a name that appears in this very moment is overwritten. */
  if (access(path, F_OK) != 0 && rename(made, path) == 0) return DOVE_OK;
  return dove_fail_errno(error, "make", path);
}

/* Makes the project under a passing name, so that PATH never holds half a project. */
static dove_status create_file(const char *path, dove_error *error) {
  uint32_t random;
  sqlite3_randomness((int)sizeof random, &random);
  dove_buffer buffer = {0};
  dove_buffer_printf(&buffer, "%s.new-%08x", path, (unsigned)random);
  char *name = dove_buffer_take(&buffer);
  if (name == NULL) return dove_fail_memory(error, "making the project");
  const int descriptor = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    free(name);
    return dove_fail_errno(error, "make", path);
  }
  close(descriptor);
  dove_store *store = NULL;
  dove_status status = open_handle(name, false, false, &store, error);
  if (status == DOVE_OK) status = fill(store, error);
  dove_store_close(store);
  if (status == DOVE_OK) status = take_name(name, path, error);
  if (status != DOVE_OK) unlink(name);
  free(name);
  return status;
}

dove_status dove_store_create(const char *path, dove_store **store, dove_error *error) {
  *store = NULL;
  if (strcmp(path, ":memory:") == 0) {
    dove_status status = open_handle(path, false, false, store, error);
    if (status == DOVE_OK) status = fill(*store, error);
    if (status != DOVE_OK) {
      dove_store_close(*store);
      *store = NULL;
    }
    return status;
  }
  struct stat facts;
  if (lstat(path, &facts) == 0) {
    return dove_fail(error, DOVE_IO, "'%s' exists already: choose another name", path);
  }
  const dove_status status = create_file(path, error);
  return status == DOVE_OK ? dove_store_open(path, store, error) : status;
}
