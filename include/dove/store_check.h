/* Integrity of a project: of the file, of the references, of the search index, and of what the tables mean. */
#ifndef DOVE_STORE_CHECK_H
#define DOVE_STORE_CHECK_H

#include "dove/progress.h"
#include "dove/store.h"

typedef enum dove_store_finding_kind {
  DOVE_STORE_FINDING_ERROR,
  DOVE_STORE_FINDING_NOTE, /* no damage: a run that can be resumed, a codebook that knows fewer documents */
} dove_store_finding_kind;

typedef struct dove_store_finding {
  dove_store_finding_kind kind;
  const char *text; /* names the thing and the remedy */
} dove_store_finding;

typedef struct dove_store_report {
  dove_store_finding *rows;
  size_t count;
  size_t errors; /* how many of them are errors */
  void *strings;
} dove_store_report;

/* DOVE_OK when the check could be made, whatever it found; at most 200 findings. Reads the whole file. */
dove_status dove_store_check(dove_store *store, const dove_progress *progress, dove_store_report *report,
                             dove_error *error);
void dove_store_report_free(dove_store_report *report);

#endif
