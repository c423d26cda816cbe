/* Export of what a project holds, in the shapes that the command line promises. Rows are streamed: memory does not grow
 * with the project, apart from spans, which are gathered first. */
#ifndef DOVE_EXPORT_H
#define DOVE_EXPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "dove/error.h"
#include "dove/progress.h"
#include "dove/store.h"

typedef enum dove_export_what {
  DOVE_EXPORT_DOCUMENTS,
  DOVE_EXPORT_EXPRESSIONS,
  DOVE_EXPORT_VECTORS,
  DOVE_EXPORT_CODEBOOK,
  DOVE_EXPORT_CODING,
  DOVE_EXPORT_DECISIONS,
  DOVE_EXPORT_ITERATIONS,
  DOVE_EXPORT_SCORES,
  DOVE_EXPORT_SPANS,       /* documents with their coded spans, for other tools: see dove/exchange.h */
  DOVE_EXPORT_ANNOTATIONS, /* rounds, items, judgments, consensus: see dove/annotation_exchange.h */
  DOVE_EXPORT_KINDS
} dove_export_what;

typedef enum dove_export_format {
  DOVE_EXPORT_DEFAULT = 0, /* JSON lines for documents and expressions (import takes them back), JSON for the rest */
  DOVE_EXPORT_JSON,
  DOVE_EXPORT_JSONL,
  DOVE_EXPORT_CSV,
  DOVE_EXPORT_NPY,      /* vectors and codebook (its centroids), into a file */
  DOVE_EXPORT_MARKDOWN, /* the codebook as a document to read */
  DOVE_EXPORT_HTML,
  DOVE_EXPORT_QDC, /* the codebook for other tools */
  DOVE_EXPORT_QDPX,
  DOVE_EXPORT_DOCCANO,
  DOVE_EXPORT_LABEL_STUDIO,
  DOVE_EXPORT_PRODIGY,
} dove_export_format;

typedef struct dove_export_options {
  dove_export_what what;
  dove_export_format format;
  const char *path;     /* NULL: to `stream` */
  FILE *stream;         /* the caller's */
  int64_t codebook_run; /* 0: the current one */
  bool has_iteration;   /* false: the current codebook's */
  int64_t iteration;
  int64_t score_run; /* 0: the last finished one */
  int64_t round;     /* of annotations; 0: all */
  bool explain;      /* scores: with codes and flows */
} dove_export_options;

/* "documents" … "annotations"; NULL out of range. The second gives false for an unknown name. */
const char *dove_export_what_name(dove_export_what what);
bool dove_export_what_parse(const char *name, dove_export_what *what);
bool dove_export_format_parse(const char *name, dove_export_format *format);

/* Writes one kind. A file appears complete or not at all: it is written beside its place, synced, and renamed.
 * DOVE_USAGE for a format that the kind does not have, DOVE_NOT_FOUND when there is nothing of it in the project (no
 * codebook, no scores), DOVE_IO when it cannot be written. */
dove_status dove_export(dove_store *store, const dove_export_options *options, const dove_progress *progress,
                        dove_error *error);

#endif
