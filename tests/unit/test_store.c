/* The project file: making, opening, refusing, transactions, migrations, several connections, kill -9. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "dove/store_project.h"
#include "store/internal.h"
#include "unit/store_fixture.h"

static void write_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *bytes = malloc(1 << 20);
  assert_non_null(bytes);
  *size = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  return bytes;
}

/* Opening must be refused with `status` and `word` in its message, and must leave the file as it was. */
static void assert_refused(store_fixture *fixture, dove_status status, const char *word) {
  size_t before_size = 0, after_size = 0;
  struct stat facts;
  const bool regular = stat(fixture->path, &facts) == 0 && S_ISREG(facts.st_mode);
  char *before = regular ? read_file(fixture->path, &before_size) : NULL;
  dove_store *store = NULL;
  assert_int_equal(dove_store_open(fixture->path, &store, &fixture->error), status);
  assert_null(store);
  if (strstr(fixture->error.message, word) == NULL) fail_msg("'%s' is not in: %s", word, fixture->error.message);
  if (!regular) return;
  char *after = read_file(fixture->path, &after_size);
  assert_int_equal(before_size, after_size);
  assert_memory_equal(before, after, before_size);
  free(before);
  free(after);
}

static void close_store(store_fixture *fixture) {
  dove_store_close(fixture->store);
  fixture->store = NULL;
}

/* Writes big-endian `value` at `offset` of the file. */
static void patch_file(const char *path, long offset, uint32_t value) {
  const unsigned char bytes[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16),
                                  (unsigned char)(value >> 8), (unsigned char)value};
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fseek(file, offset, SEEK_SET), 0);
  assert_int_equal(fwrite(bytes, 1, sizeof bytes, file), sizeof bytes);
  assert_int_equal(fclose(file), 0);
}

static void a_new_project_says_what_it_is(void **state) {
  store_fixture *fixture = *state;
  dove_store_info info;
  assert_done(fixture, dove_store_info_read(fixture->store, &info, &fixture->error));
  assert_int_equal(strlen(info.uuid), 36);
  assert_int_equal(info.uuid[14], '4'); /* RFC 4122: version 4 */
  assert_int_equal(info.schema_version, dove_store_schema_version());
  assert_true(info.created > INT64_C(1700000000000));
  close_store(fixture);
  size_t size = 0;
  char *bytes = read_file(fixture->path, &size);
  assert_memory_equal(bytes + 68, "DOVE", 4); /* application_id: dove-project(5) */
  free(bytes);
}

static void an_existing_file_is_never_overwritten(void **state) {
  store_fixture *fixture = *state;
  dove_store *store = NULL;
  write_file(fixture->path, "mine", 4);
  assert_int_equal(dove_store_create(fixture->path, &store, &fixture->error), DOVE_IO);
  assert_null(store);
  size_t size = 0;
  char *bytes = read_file(fixture->path, &size);
  assert_int_equal(size, 4);
  assert_memory_equal(bytes, "mine", 4);
  free(bytes);
}

static void what_is_no_project_is_refused(void **state) {
  store_fixture *fixture = *state;
  assert_refused(fixture, DOVE_IO, "dove new");
  assert_int_equal(mkdir(fixture->path, 0777), 0);
  assert_refused(fixture, DOVE_PROJECT, "folder");
  assert_int_equal(rmdir(fixture->path), 0);
  write_file(fixture->path, "", 0);
  assert_refused(fixture, DOVE_PROJECT, "empty");
  write_file(fixture->path, "short", 5);
  assert_refused(fixture, DOVE_PROJECT, "not a DOVE project");
  char text[4096];
  memset(text, 'x', sizeof text);
  write_file(fixture->path, text, sizeof text);
  assert_refused(fixture, DOVE_PROJECT, "not a DOVE project");
}

static void a_database_of_another_program_is_refused(void **state) {
  store_fixture *fixture = *state;
  sqlite3 *database = NULL;
  assert_int_equal(sqlite3_open(fixture->path, &database), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)", NULL, NULL, NULL),
                   SQLITE_OK);
  sqlite3_close(database);
  assert_refused(fixture, DOVE_PROJECT, "another program");
}

static void a_newer_project_is_refused(void **state) {
  store_fixture *fixture = *state;
  close_store(fixture);
  patch_file(fixture->path, 60, (uint32_t)dove_store_schema_version() + 1); /* user_version */
  assert_refused(fixture, DOVE_PROJECT, "newer");
}

static void a_truncated_project_is_refused(void **state) {
  store_fixture *fixture = *state;
  close_store(fixture);
  struct stat facts;
  assert_int_equal(stat(fixture->path, &facts), 0);
  assert_int_equal(truncate(fixture->path, facts.st_size - 8192), 0);
  assert_refused(fixture, DOVE_PROJECT, "truncated");
  assert_int_equal(truncate(fixture->path, 150), 0);
  assert_refused(fixture, DOVE_PROJECT, "truncated");
}

static void a_garbled_project_is_refused(void **state) {
  store_fixture *fixture = *state;
  close_store(fixture);
  for (long offset = 100; offset < 2000; offset += 4) patch_file(fixture->path, offset, 0xdeadbeef);
  assert_refused(fixture, DOVE_PROJECT, "damaged");
}

static void names_with_special_characters_work(void **state) {
  store_fixture *fixture = *state;
  snprintf(fixture->path, sizeof fixture->path, "%s/50%% a?b#c 프로젝트.dove", fixture->folder);
  assert_done(fixture, dove_store_create(fixture->path, &fixture->store, &fixture->error));
  assert_int_equal(access(fixture->path, F_OK), 0);
}

static void transactions_nest_and_roll_back_as_one(void **state) {
  store_fixture *fixture = *state;
  dove_store *store = fixture->store;
  dove_error *error = &fixture->error;
  char *value = NULL;
  assert_done(fixture, dove_store_begin(store, error));
  assert_done(fixture, dove_store_setting_set(store, "M", "7", error));
  assert_done(fixture, dove_store_begin(store, error));
  dove_store_rollback(store);
  assert_int_equal(dove_store_commit(store, error), DOVE_FAILED);
  assert_done(fixture, dove_store_setting_get(store, "M", &value, error));
  assert_null(value);
  assert_done(fixture, dove_store_begin_durable(store, error));
  assert_done(fixture, dove_store_setting_set(store, "M", "7", error));
  assert_done(fixture, dove_store_commit(store, error));
  assert_done(fixture, dove_store_setting_get(store, "M", &value, error));
  assert_string_equal(value, "7");
  free(value);
  assert_int_equal(dove_store_commit(store, error), DOVE_FAILED); /* nothing was begun */
}

static void a_full_disk_is_said_and_nothing_is_half_written(void **state) {
  store_fixture *fixture = *state;
  char text[20000];
  memset(text, 'a', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  /* SQLite says SQLITE_FULL at its page limit exactly as when write() says ENOSPC. */
  assert_done(fixture, dove_store_execute(fixture->store, "PRAGMA max_page_count = 140", &fixture->error));
  dove_status status = dove_store_begin(fixture->store, &fixture->error);
  for (int i = 0; i < 200 && status == DOVE_OK; i++) {
    char id[16];
    snprintf(id, sizeof id, "d%d", i);
    const dove_store_new_document document = {.external_id = id, .source = "human", .culture = "US", .text = text};
    status = dove_store_document_add(fixture->store, &document, NULL, &fixture->error);
  }
  assert_int_equal(status, DOVE_IO);
  assert_non_null(strstr(fixture->error.message, "no space left"));
  dove_store_rollback(fixture->store);
  int64_t count = -1;
  assert_done(fixture, dove_store_document_count(fixture->store, NULL, &count, &fixture->error));
  assert_int_equal(count, 0);
  assert_done(fixture, dove_store_execute(fixture->store, "PRAGMA max_page_count = 1000000", &fixture->error));
  add_document(fixture, "again", "US", "human", "", "there is room again");
  assert_clean(fixture);
}

/* Another project takes the name while this one is open: what is entered is refused, not lost in a file that nobody
 * sees, and the log of the old file does not damage the new one. */
static void a_replaced_project_is_not_written(void **state) {
  store_fixture *fixture = *state;
  char other[160];
  dove_store *store = NULL;
  dove_store_report report = {0};
  const dove_store_file file = dove_store_file_at(fixture->path);
  assert_done(fixture, dove_store_setting_set(fixture->store, "T", "3", &fixture->error));
  snprintf(other, sizeof other, "%s/other.dove", fixture->folder);
  assert_done(fixture, dove_store_create(other, &store, &fixture->error));
  dove_store_close(store);
  assert_done(fixture, dove_store_open_same(fixture->path, file, &store, &fixture->error));
  dove_store_close(store);
  assert_int_equal(rename(other, fixture->path), 0);
  assert_int_equal(dove_store_setting_set(fixture->store, "T", "4", &fixture->error), DOVE_PROJECT);
  assert_non_null(strstr(fixture->error.message, "replaced"));
  assert_int_equal(dove_store_open_same(fixture->path, file, &store, &fixture->error), DOVE_PROJECT);
  assert_null(store);
  close_store(fixture);
  assert_done(fixture, dove_store_open(fixture->path, &fixture->store, &fixture->error));
  char *value = NULL;
  assert_done(fixture, dove_store_setting_get(fixture->store, "T", &value, &fixture->error));
  assert_null(value);
  assert_done(fixture, dove_store_check(fixture->store, NULL, &report, &fixture->error));
  assert_int_equal(report.errors, 0);
  dove_store_report_free(&report);
}

static void a_removed_project_is_not_written(void **state) {
  store_fixture *fixture = *state;
  assert_int_equal(unlink(fixture->path), 0);
  assert_int_equal(dove_store_setting_set(fixture->store, "T", "4", &fixture->error), DOVE_PROJECT);
  assert_non_null(strstr(fixture->error.message, "removed"));
}

static void another_thread_gets_its_own_connection(void **state) {
  store_fixture *fixture = *state;
  dove_store *other = NULL;
  int64_t before = 0, after = 0;
  assert_done(fixture, dove_store_clone(fixture->store, &other, &fixture->error));
  assert_done(fixture, dove_store_data_version(fixture->store, &before, &fixture->error));
  assert_done(fixture, dove_store_setting_set(other, "M", "3", &fixture->error));
  assert_done(fixture, dove_store_data_version(fixture->store, &after, &fixture->error));
  assert_int_not_equal(before, after);
  char *value = NULL;
  assert_done(fixture, dove_store_setting_get(fixture->store, "M", &value, &fixture->error));
  assert_string_equal(value, "3");
  free(value);
  dove_store_close(other);
  assert_done(fixture, dove_store_create(":memory:", &other, &fixture->error));
  dove_store *copy = NULL;
  assert_int_equal(dove_store_clone(other, &copy, &fixture->error), DOVE_USAGE);
  dove_store_close(other);
}

/* Waits for a child that says with its exit code whether all went well. */
static void assert_child_fine(pid_t child) {
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_locked_project_names_who_holds_it(void **state) {
  store_fixture *fixture = *state;
  close_store(fixture);
  int ready[2], done[2];
  assert_int_equal(pipe(ready) | pipe(done), 0);
  const pid_t child = fork();
  if (child == 0) {
    sqlite3 *database = NULL;
    char byte = 'r';
    bool fine = sqlite3_open(fixture->path, &database) == SQLITE_OK &&
                sqlite3_exec(database,
                             "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO setting VALUES ('a', 'b')",
                             NULL, NULL, NULL) == SQLITE_OK;
    fine = write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1 && fine;
    _exit(fine ? 0 : 1);
  }
  char byte = 'd';
  assert_int_equal(read(ready[0], &byte, 1), 1);
  dove_store *store = NULL;
  char process[32];
  snprintf(process, sizeof process, "process %ld", (long)child);
  assert_int_equal(dove_store_open(fixture->path, &store, &fixture->error), DOVE_BUSY);
  assert_non_null(strstr(fixture->error.message, "locked"));
  if (access("/proc/locks", R_OK) == 0) assert_non_null(strstr(fixture->error.message, process));
  assert_int_equal(write(done[1], &byte, 1), 1);
  assert_child_fine(child);
  assert_done(fixture, dove_store_open(fixture->path, &fixture->store, &fixture->error));
}

/* Nothing of what was refused is there, and the same call can be made again. */
static void a_write_waits_only_as_long_as_it_is_told(void **state) {
  store_fixture *fixture = *state;
  dove_store *screen = NULL;
  assert_done(fixture, dove_store_clone(fixture->store, &screen, &fixture->error));
  dove_store_set_patience(screen, 1);
  assert_done(fixture, dove_store_begin(fixture->store, &fixture->error));
  assert_int_equal(dove_store_setting_set(screen, "seed", "7", &fixture->error), DOVE_BUSY);
  assert_int_equal(dove_store_begin_durable(screen, &fixture->error), DOVE_BUSY);
  if (access("/proc/locks", R_OK) == 0) assert_non_null(strstr(fixture->error.message, "a job of this program"));
  assert_false(dove_store_in_transaction(screen));
  dove_store_rollback(fixture->store);
  char *value = NULL;
  assert_done(fixture, dove_store_setting_get(screen, "seed", &value, &fixture->error));
  assert_null(value);
  assert_done(fixture, dove_store_setting_set(screen, "seed", "7", &fixture->error));
  dove_store_close(screen);
}

/* Opens in a process without root's rights: 0 when it could be read and a write was refused as it should be. */
static int read_only_child(const char *path) {
  dove_store *store = NULL;
  dove_error error = {0};
  dove_store_counts counts;
  if (geteuid() == 0 && setuid(65534) != 0) return 1;
  if (dove_store_open(path, &store, &error) != DOVE_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 2;
  }
  if (!dove_store_is_read_only(store)) return 3;
  if (dove_store_counts_read(store, &counts, &error) != DOVE_OK || counts.documents != 1) return 4;
  if (dove_store_setting_set(store, "M", "3", &error) != DOVE_IO) return 5;
  if (strstr(error.message, "reading only") == NULL) return 6;
  dove_store *copy = NULL;
  if (dove_store_clone(store, &copy, &error) != DOVE_OK) return 7;
  if (dove_store_counts_read(copy, &counts, &error) != DOVE_OK || counts.documents != 1) return 8;
  dove_store_close(copy);
  dove_store_close(store);
  return 0;
}

static void assert_read_only_works(store_fixture *fixture) {
  const pid_t child = fork();
  if (child == 0) _exit(read_only_child(fixture->path));
  assert_child_fine(child);
}

static void a_read_only_project_can_be_read(void **state) {
  store_fixture *fixture = *state;
  add_document(fixture, "d", "US", "human", "", "text");
  close_store(fixture);
  assert_int_equal(chmod(fixture->path, 0444), 0);
  assert_int_equal(chmod(fixture->folder, 0777), 0);
  assert_read_only_works(fixture); /* the file alone */
  assert_int_equal(chmod(fixture->folder, 0555), 0);
  assert_read_only_works(fixture); /* the folder too */
  assert_int_equal(chmod(fixture->path, 0666), 0);
  assert_read_only_works(fixture); /* the folder alone */
}

/* Adds documents until it is killed; says each that was committed. */
static void write_until_killed(const char *path, int out) {
  dove_store *store = NULL;
  if (dove_store_open(path, &store, NULL) != DOVE_OK) _exit(1);
  for (uint32_t i = 0;; i++) {
    char id[16];
    snprintf(id, sizeof id, "d%u", i);
    const dove_store_new_document document = {
        .external_id = id, .source = "human", .culture = "KR", .text = "부모를 공경하는 마음"};
    if (dove_store_document_add(store, &document, NULL, NULL) != DOVE_OK) _exit(2);
    if (write(out, &i, sizeof i) != (ssize_t)sizeof i) _exit(3);
  }
}

static void a_killed_writer_leaves_a_clean_project(void **state) {
  store_fixture *fixture = *state;
  close_store(fixture);
  for (int round = 0; round < 5; round++) {
    int64_t before = 0, after = 0;
    assert_done(fixture, dove_store_open(fixture->path, &fixture->store, &fixture->error));
    assert_done(fixture, dove_store_execute(fixture->store, "DELETE FROM document", &fixture->error));
    close_store(fixture);
    int said[2];
    assert_int_equal(pipe(said), 0);
    const pid_t child = fork();
    if (child == 0) write_until_killed(fixture->path, said[1]);
    close(said[1]);
    uint32_t last = 0, seen = 0;
    const uint32_t target = (uint32_t)round * 23 + 5;
    while (seen < target && read(said[0], &last, sizeof last) == (ssize_t)sizeof last) seen++;
    assert_int_equal(seen, target);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(said[0], &last, sizeof last) == (ssize_t)sizeof last) seen++;
    close(said[0]);
    before = seen;
    assert_done(fixture, dove_store_open(fixture->path, &fixture->store, &fixture->error));
    assert_done(fixture, dove_store_document_count(fixture->store, NULL, &after, &fixture->error));
    assert_true(after == before || after == before + 1); /* the last may be committed and not yet said */
    assert_clean(fixture);
    close_store(fixture);
  }
}

/* A project as an older program would have left it, and the patches of a newer one. */
static const char *const third[] = {"ALTER TABLE meta ADD COLUMN note TEXT",
                                    "UPDATE meta SET note = 'third ' || value WHERE key = 'uuid'"};
static const char *const fourth[] = {"CREATE TABLE addition (x INTEGER) STRICT", "INSERT INTO addition VALUES (4)"};
static const char *const broken[] = {"CREATE TABLE half (x INTEGER) STRICT", "INSERT INTO nowhere VALUES (1)"};

static int64_t ask(store_fixture *fixture, const char *sql) {
  int64_t value = 0;
  dove_query query;
  dove_query_open(&query, fixture->store, sql, &fixture->error);
  assert_done(fixture, dove_query_finish_int(&query, -1, &value));
  return value;
}

static void an_older_project_is_backed_up_and_brought_up_to_date(void **state) {
  store_fixture *fixture = *state;
  const dove_store_patch rows[] = {
      {.version = 1, .statements = broken, .count = 2}, /* done before: must not run again */
      {.version = 3, .statements = third, .count = 2},
      {.version = 4, .statements = fourth, .count = 2},
  };
  const dove_store_patches patches = {rows, 3};
  add_document(fixture, "kept", "US", "human", "", "kept text");
  close_store(fixture);
  assert_done(fixture, dove_store_open_with(fixture->path, &patches, &fixture->store, &fixture->error));
  assert_int_equal(ask(fixture, "PRAGMA user_version"), 4);
  assert_int_equal(ask(fixture, "SELECT x FROM addition"), 4);
  assert_int_equal(ask(fixture, "SELECT count(*) FROM meta WHERE note LIKE 'third %'"), 1);
  assert_int_equal(ask(fixture, "SELECT count(*) FROM document"), 1);
  close_store(fixture);
  /* The present program refuses what the newer one made; the backup is as it was. */
  assert_refused(fixture, DOVE_PROJECT, "newer");
  char backup[160];
  snprintf(backup, sizeof backup, "%s.v1.backup", fixture->path);
  assert_done(fixture, dove_store_open(backup, &fixture->store, &fixture->error));
  assert_int_equal(ask(fixture, "SELECT count(*) FROM document"), 1);
  assert_int_equal(ask(fixture, "PRAGMA user_version"), 1);
}

static void a_migration_that_fails_changes_nothing(void **state) {
  store_fixture *fixture = *state;
  const dove_store_patch rows[] = {{.version = 2, .statements = fourth, .count = 2},
                                   {.version = 3, .statements = broken, .count = 2}};
  const dove_store_patches patches = {rows, 2};
  close_store(fixture);
  assert_int_not_equal(dove_store_open_with(fixture->path, &patches, &fixture->store, &fixture->error), DOVE_OK);
  assert_null(fixture->store);
  assert_done(fixture, dove_store_open(fixture->path, &fixture->store, &fixture->error));
  assert_int_equal(ask(fixture, "PRAGMA user_version"), 1);
  assert_int_equal(ask(fixture, "SELECT count(*) FROM sqlite_schema WHERE name IN ('addition', 'half')"), 0);
}

/* Opens with the patches in a child that the system kills at the first byte beyond `bytes` of any file. */
static void migrate_until_killed(const store_fixture *fixture, const dove_store_patches *patches, rlim_t bytes) {
  const pid_t child = fork();
  if (child == 0) {
    const struct rlimit limit = {bytes, bytes}, no_core = {0, 0};
    dove_store *store = NULL;
    setrlimit(RLIMIT_FSIZE, &limit);
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGXFSZ, SIG_DFL);
    _exit(dove_store_open_with(fixture->path, patches, &store, NULL) == DOVE_OK ? 0 : 1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGXFSZ);
}

static void a_killed_migration_leaves_nothing_half_done(void **state) {
  static const char *const large[] = {"CREATE TABLE addition (x BLOB) STRICT",
                                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 800)"
                                      " INSERT INTO addition SELECT randomblob(10000) FROM n"};
  store_fixture *fixture = *state;
  const dove_store_patch row = {.version = 2, .statements = large, .count = 2};
  const dove_store_patches patches = {&row, 1};
  char backup[160], *text = malloc(500001);
  assert_non_null(text);
  for (size_t i = 0; i < 500000; i++) text[i] = (char)('a' + (i * i / 7 + i) % 26);
  text[500000] = '\0';
  add_document(fixture, "kept", "US", "human", "", text);
  free(text);
  close_store(fixture);
  snprintf(backup, sizeof backup, "%s.v1.backup", fixture->path);
  migrate_until_killed(fixture, &patches, 400000); /* in the middle of the backup */
  assert_int_not_equal(access(backup, F_OK), 0);
  migrate_until_killed(fixture, &patches, 5000000); /* in the middle of the patch */
  const char *const both[] = {fixture->path, backup};
  for (size_t i = 0; i < 2; i++) {
    assert_done(fixture, dove_store_open(both[i], &fixture->store, &fixture->error));
    assert_int_equal(ask(fixture, "PRAGMA user_version"), 1);
    assert_int_equal(ask(fixture, "SELECT count(*) FROM sqlite_schema WHERE name = 'addition'"), 0);
    assert_int_equal(ask(fixture, "SELECT sum(length(text)) FROM document_text"), 500000);
    assert_clean(fixture);
    close_store(fixture);
  }
  assert_done(fixture, dove_store_open_with(fixture->path, &patches, &fixture->store, &fixture->error));
  assert_int_equal(ask(fixture, "SELECT count(*) FROM addition"), 800);
}

static void settings_are_kept(void **state) {
  store_fixture *fixture = *state;
  dove_store *store = fixture->store;
  dove_error *error = &fixture->error;
  dove_store_setting_list list;
  char *value = NULL;
  assert_done(fixture, dove_store_setting_set(store, "sigma", "mle", error));
  assert_done(fixture, dove_store_setting_set(store, "M", "5", error));
  assert_done(fixture, dove_store_setting_set(store, "M", "6", error));
  assert_done(fixture, dove_store_setting_set(store, "T", "10", error));
  assert_done(fixture, dove_store_setting_set(store, "T", NULL, error));
  assert_done(fixture, dove_store_setting_list_read(store, &list, error));
  assert_int_equal(list.count, 2);
  assert_string_equal(list.rows[0].key, "M");
  assert_string_equal(list.rows[0].value, "6");
  assert_string_equal(list.rows[1].key, "sigma");
  dove_store_setting_list_free(&list);
  close_store(fixture);
  assert_done(fixture, dove_store_open(fixture->path, &fixture->store, error));
  assert_done(fixture, dove_store_setting_get(fixture->store, "M", &value, error));
  assert_string_equal(value, "6");
  free(value);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_new_project_says_what_it_is, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(an_existing_file_is_never_overwritten, store_folder_setup, store_teardown),
      cmocka_unit_test_setup_teardown(what_is_no_project_is_refused, store_folder_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_database_of_another_program_is_refused, store_folder_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_newer_project_is_refused, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_truncated_project_is_refused, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_garbled_project_is_refused, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(names_with_special_characters_work, store_folder_setup, store_teardown),
      cmocka_unit_test_setup_teardown(transactions_nest_and_roll_back_as_one, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_full_disk_is_said_and_nothing_is_half_written, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(another_thread_gets_its_own_connection, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_replaced_project_is_not_written, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_removed_project_is_not_written, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_locked_project_names_who_holds_it, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_write_waits_only_as_long_as_it_is_told, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_read_only_project_can_be_read, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_killed_writer_leaves_a_clean_project, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(an_older_project_is_backed_up_and_brought_up_to_date, store_setup,
                                      store_teardown),
      cmocka_unit_test_setup_teardown(a_migration_that_fails_changes_nothing, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_killed_migration_leaves_nothing_half_done, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(settings_are_kept, store_setup, store_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
