/* One function for each kind of export. `out->format` is one that the kind has; the file is checked and closed by the
 * caller. Private to the export. */
#ifndef DOVE_METHOD_EXPORT_KINDS_H
#define DOVE_METHOD_EXPORT_KINDS_H

#include <stdint.h>
#include <stdio.h>

#include "dove/error.h"
#include "dove/export.h"
#include "dove/progress.h"
#include "dove/store_runs.h"

typedef struct export_job {
  dove_store *store;
  FILE *file;
  dove_export_format format; /* never DEFAULT */
  const dove_export_options *options;
  dove_store_current at; /* the codebook; {0} for kinds that need none */
  const dove_progress *progress;
} export_job;

typedef dove_status export_function(const export_job *job, dove_error *error);

export_function export_documents;
export_function export_expressions;
export_function export_vectors;
export_function export_codebook;
export_function export_codebook_page;
export_function export_codebook_exchange;
export_function export_coding;
export_function export_decisions;
export_function export_iterations;
export_function export_scores;
export_function export_spans;
export_function export_annotations;

/* Reports and polls: DOVE_CANCELLED when the export should stop. */
dove_status export_tell(const export_job *job, double done, double total, dove_error *error);

/* The codebook that the options name; DOVE_NOT_FOUND when there is none. */
dove_status export_find_codebook(dove_store *store, const dove_export_options *options, dove_store_current *at,
                                 dove_error *error);

#endif
