/* A batch of requests for a provider's Batch API, and what came of it. */
#ifndef DOVE_BATCH_H
#define DOVE_BATCH_H

#include <stddef.h>

#include "dove/error.h"
#include "dove/ledger.h"
#include "dove/progress.h"
#include "dove/settings.h"
#include "dove/store.h"

typedef struct dove_batch dove_batch;

typedef struct dove_batch_report {
  size_t requests, repeated; /* written; equal to one that is written already */
  size_t files;
} dove_batch_report;

/* Begins files of requests of one role: `path`, and where a limit is reached path-2, path-3, … before its ending. They
 * appear complete or not at all. */
dove_status dove_batch_begin(dove_store *store, const char *role, const char *path, dove_batch **batch,
                             dove_error *error);
/* Takes a request of a plan, as the listener of its ledger; those of other roles are left out. `user` is the batch. */
dove_status dove_batch_add(void *user, const dove_planned_request *request, dove_error *error);
/* Puts the files in their places and notes in the project what was written, so that answers are known. */
dove_status dove_batch_commit(dove_batch *batch, dove_batch_report *report, dove_error *error);
void dove_batch_free(dove_batch *batch); /* drops what was not committed */

enum { DOVE_BATCH_NAMED = 5 };

typedef struct dove_batch_import_report {
  size_t lines;
  size_t answered;                  /* new in the cache */
  size_t failed;                    /* kept as failures */
  size_t known;                     /* answered before */
  size_t unknown;                   /* of requests that this project never made */
  char named[DOVE_BATCH_NAMED][96]; /* of these, the first */
} dove_batch_import_report;

/* Takes a file of results into the cache, a few hundred lines in a transaction. Costs are half of those of `settings`.
 * DOVE_INPUT, naming the line, when one is no result; what was before it is kept. */
dove_status dove_batch_import(dove_store *store, const dove_settings *settings, const char *path,
                              dove_batch_import_report *report, const dove_progress *progress, dove_error *error);

#endif
