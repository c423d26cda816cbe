/* The import of arbitrary bytes: a file is taken or refused, whatever is in it, and evidence is found within its text
 * or not at all. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dove/evidence.h"
#include "dove/import.h"
#include "dove/memory.h"
#include "dove/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static dove_store *store;

static void import_bytes(const uint8_t *data, size_t size, dove_import_kind kind) {
  char path[64];
  const char *const paths[] = {path};
  const dove_import_options options = {.as = kind, .skip_bad = size % 2 == 0};
  const int file = memfd_create("fuzz", 0);
  dove_import_report report;
  dove_error error;
  if (file < 0 || write(file, data, size) != (ssize_t)size) abort();
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  const dove_status status = dove_import(store, paths, 1, &options, &report, NULL, &error);
  if (status != DOVE_OK && status != DOVE_INPUT) abort();
  dove_import_report_free(&report);
  close(file);
}

/* The first half is the text, the second the evidence, as far as they are valid. */
static void find_evidence(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;
  char *text = dove_strndup(bytes, dove_utf8_valid_prefix(bytes, size / 2));
  char *evidence = dove_strndup(bytes + size / 2, dove_utf8_valid_prefix(bytes + size / 2, size - size / 2));
  dove_evidence_span span;
  if (text != NULL && evidence != NULL && dove_evidence_find(text, evidence, &span)) {
    if (span.start >= span.end || span.end > dove_utf8_count(text, strlen(text))) abort();
  }
  free(text);
  free(evidence);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char first[] = "{\"id\":\"a\",\"culture\":\"KR\",\"source\":\"human\",\"text\":\"One must help.\"}\n";
  dove_error error;
  if (store == NULL) {
    if (dove_store_create(":memory:", &store, &error) != DOVE_OK) abort();
    import_bytes((const uint8_t *)first, sizeof first - 1, DOVE_IMPORT_DOCUMENTS);
  }
  if (size == 0) return 0;
  if (data[0] % 4 == 3) {
    find_evidence(data + 1, size - 1);
  } else {
    import_bytes(data + 1, size - 1, (dove_import_kind)(data[0] % 4));
  }
  return 0;
}
