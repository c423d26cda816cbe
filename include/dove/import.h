/* Import of documents and value expressions: JSON lines or CSV, told apart by content, or a folder of .txt files.
 *
 * Documents: id, culture, source, topic, lang, text, role (optional). Every other key is kept as metadata. A person's
 * document needs a culture; one that a model's document names is no culture of its own and is kept as metadata.
 * Expressions: document_id, code_name, description, evidence (optional), vector (optional, an array of numbers: an
 * embedding made elsewhere). Every other key is left out and counted, apart from those that an export writes.
 *
 * A folder: each *.txt is a document, its id the file's name without ".txt". A sub-folder's name is the topic of the
 * files in it ("essays/on work/ann.txt" has id "on work/ann", topic "on work"); the rest comes from the defaults below,
 * and the source is "human" where a culture but no source is given.
 *
 * Everything is one transaction: with a bad line nothing is imported, unless skip_bad. An expression that its document
 * had already (same code_name, description and evidence) is skipped and counted, so that importing twice changes
 * nothing, while a file that says the same twice means it twice; its vector, where the line has one, is taken. A
 * document id that exists is an error. Evidence that is not in its document's text is kept without a place and counted.
 */
#ifndef DOVE_IMPORT_H
#define DOVE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"
#include "dove/store.h"

typedef enum dove_import_kind {
  DOVE_IMPORT_BY_CONTENT = 0,
  DOVE_IMPORT_DOCUMENTS,
  DOVE_IMPORT_EXPRESSIONS,
} dove_import_kind;

/* Longest line that is taken: 64 MiB. */
#define DOVE_IMPORT_LINE_LIMIT ((size_t)64 << 20)

typedef struct dove_import_options {
  dove_import_kind as;
  bool skip_bad;
  /* Taken where a document does not say; NULL or "": none. */
  const char *culture;
  const char *source;
  const char *topic;
  const char *lang;
  const char *role;
  const char *embedder; /* the name under which vectors in the file are kept; NULL: "imported" */
} dove_import_options;

/* A line that was not imported, or a remark about one that was. */
typedef struct dove_import_remark {
  char *text; /* "FILE:LINE: reason" */
  bool skipped;
} dove_import_remark;

enum { DOVE_IMPORT_REMARKS = 1000 };

typedef struct dove_import_report {
  size_t documents;
  size_t expressions;
  size_t vectors;
  size_t repeated;             /* expressions that were there already */
  size_t skipped;              /* bad lines left out (skip_bad) */
  size_t cultures_dropped;     /* models' documents that named a culture: it went to the metadata, as "given_culture" */
  size_t evidence_dropped;     /* evidence that is not in its document */
  size_t ignored_keys;         /* unknown keys of expressions */
  dove_import_remark *remarks; /* the first DOVE_IMPORT_REMARKS */
  size_t remark_count;
} dove_import_report;

/* Imports files and folders; documents first, whatever the order of the paths. DOVE_INPUT with "FILE:LINE: reason" for
 * bad data, DOVE_IO for a file that cannot be read. `report` is filled also after an error (with what was found bad)
 * and freed with dove_import_report_free(). */
dove_status dove_import(dove_store *store, const char *const *paths, size_t path_count,
                        const dove_import_options *options, dove_import_report *report, const dove_progress *progress,
                        dove_error *error);
void dove_import_report_free(dove_import_report *report);

#endif
