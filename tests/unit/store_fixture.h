/* A folder of its own for each test of the store, and short ways to fill a project. */
#ifndef DOVE_TEST_STORE_FIXTURE_H
#define DOVE_TEST_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#include "dove/store.h"
#include "dove/store_check.h"
#include "dove/store_documents.h"

typedef struct store_fixture {
  char folder[32];
  char path[128];
  dove_store *store; /* closed by the teardown; a test may close it and set it to NULL */
  dove_error error;
} store_fixture;

#define assert_done(fixture, call)                                                    \
  do {                                                                                \
    const dove_status assert_done_status = (call);                                    \
    if (assert_done_status != DOVE_OK) print_error("%s\n", (fixture)->error.message); \
    assert_int_equal(assert_done_status, DOVE_OK);                                    \
  } while (0)

static inline int store_folder_setup(void **state) {
  store_fixture *fixture = calloc(1, sizeof *fixture);
  if (fixture == NULL) return -1;
  strcpy(fixture->folder, "/tmp/dove-store-XXXXXX");
  if (mkdtemp(fixture->folder) == NULL) return -1;
  snprintf(fixture->path, sizeof fixture->path, "%s/p.dove", fixture->folder);
  *state = fixture;
  return 0;
}

static inline int store_setup(void **state) {
  if (store_folder_setup(state) != 0) return -1;
  store_fixture *fixture = *state;
  return dove_store_create(fixture->path, &fixture->store, &fixture->error) == DOVE_OK ? 0 : -1;
}

static inline int store_teardown(void **state) {
  store_fixture *fixture = *state;
  char command[128];
  dove_store_close(fixture->store);
  snprintf(command, sizeof command, "chmod -R u+rwx '%s'; rm -rf '%s'", fixture->folder, fixture->folder);
  const int result = system(command);
  free(fixture);
  return result;
}

static inline int64_t add_document(store_fixture *fixture, const char *id, const char *culture, const char *source,
                                   const char *topic, const char *text) {
  int64_t added = 0;
  const dove_store_new_document document = {
      .external_id = id, .culture = culture, .source = source, .topic = topic, .lang = "en", .text = text};
  assert_done(fixture, dove_store_document_add(fixture->store, &document, &added, &fixture->error));
  return added;
}

/* Fails, showing what was found, when the project is not clean. */
static inline void assert_clean(store_fixture *fixture) {
  dove_store_report report;
  assert_done(fixture, dove_store_check(fixture->store, NULL, &report, &fixture->error));
  for (size_t i = 0; i < report.count; i++) {
    if (report.rows[i].kind == DOVE_STORE_FINDING_ERROR) print_error("%s\n", report.rows[i].text);
  }
  assert_int_equal(report.errors, 0);
  dove_store_report_free(&report);
}

#endif
