/* Exchange with other tools for coding texts: documents, codes, and the expressions that tie them, as one set in memory
 * that each format is written from and read into. REFI-QDA codebooks (.qdc) and projects (.qdpx), doccano JSON lines,
 * Label Studio JSON, Prodigy JSON lines, and CSV.
 *
 * Positions are 0-based code points, the end excluded. The tools know labels on spans; a value expression is more: its
 * own code name, a description, the evidence as it was given. The formats carry that in fields which the tools keep or
 * pass over, so that a set goes out and comes back without loss; where such a field is missing, a span's code gives
 * name and description. Reading refuses entities, nesting, sizes and paths that no honest file has. */
#ifndef DOVE_EXCHANGE_H
#define DOVE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dove/error.h"
#include "dove/import.h"
#include "dove/progress.h"
#include "dove/store.h"
#include "dove/store_runs.h"

typedef enum dove_exchange_format {
  DOVE_EXCHANGE_NONE = 0,
  DOVE_EXCHANGE_QDC,
  DOVE_EXCHANGE_QDPX,
  DOVE_EXCHANGE_DOCCANO,
  DOVE_EXCHANGE_LABEL_STUDIO,
  DOVE_EXCHANGE_PRODIGY,
  DOVE_EXCHANGE_CSV,
} dove_exchange_format;

/* No code, or no parent. */
#define DOVE_EXCHANGE_NO_CODE ((size_t)-1)

/* The largest file that is read, and the most that an archive may unpack to. */
#define DOVE_EXCHANGE_FILE_LIMIT    ((size_t)256 << 20)
#define DOVE_EXCHANGE_ARCHIVE_LIMIT ((size_t)1 << 30)

/* Strings of a set belong to it and are never NULL, "" where there is nothing. */
typedef struct dove_exchange_code {
  const char *guid; /* "" until it is written: then one made from the name */
  const char *name;
  const char *description;
  const char *color; /* "#RRGGBB" */
  size_t parent;     /* an earlier code */
  bool folder;       /* holds other codes and codes nothing itself */
} dove_exchange_code;

typedef struct dove_exchange_document {
  const char *id, *culture, *source, *topic, *lang, *role;
  const char *text;     /* "" where the format has none: the document is the project's */
  const char *metadata; /* a JSON object of further keys */
} dove_exchange_document;

typedef struct dove_exchange_expression {
  size_t document;
  size_t code;             /* of the codebook, or DOVE_EXCHANGE_NO_CODE */
  const char *code_name;   /* the expression's own */
  const char *description; /* one sentence */
  const char *evidence;    /* as it was given */
  int64_t start, end;      /* -1, -1: the whole document */
  const char *user;        /* who coded */
} dove_exchange_expression;

typedef struct dove_exchange_set {
  dove_exchange_code *codes; /* a parent comes before its children */
  size_t code_count, code_capacity;
  dove_exchange_document *documents;
  size_t document_count, document_capacity;
  dove_exchange_expression *expressions;
  size_t expression_count, expression_capacity;
  size_t left_out; /* of the file: rejected, ignored and cancelled answers, parts that are no text */
  struct dove_exchange_block *strings;
  size_t *slots; /* of codes by name, for finding them */
  size_t slot_count, slots_filled;
} dove_exchange_set;

/* Freed with dove_exchange_set_free(); {0} is empty. */
void dove_exchange_set_free(dove_exchange_set *set);
/* A copy of a text that lives as long as the set; NULL gives "". NULL when memory ran out. */
const char *dove_exchange_keep(dove_exchange_set *set, const char *text);
/* Append one row; its NULL strings become "", the others are copied. DOVE_MEMORY. */
dove_status dove_exchange_add_code(dove_exchange_set *set, const dove_exchange_code *code, dove_error *error);
dove_status dove_exchange_add_document(dove_exchange_set *set, const dove_exchange_document *document,
                                       dove_error *error);
dove_status dove_exchange_add_expression(dove_exchange_set *set, const dove_exchange_expression *expression,
                                         dove_error *error);

/* What a span is called elsewhere: the name of its code, or else its own. */
const char *dove_exchange_label(const dove_exchange_set *set, const dove_exchange_expression *expression);

/* Tells by content which exchange format a file has; NONE for everything else (the program's own JSON lines and CSV
 * too). DOVE_IO when it cannot be read. */
dove_status dove_exchange_recognise(const char *path, dove_exchange_format *format, dove_error *error);

/* Writes a set. What XML cannot hold (control characters in names and descriptions) is shown there by its Unicode
 * picture. A stream that fails is seen by ferror(). DOVE_FAILED when a .qdpx would
 * hold a document twice: ids must differ. */
dove_status dove_exchange_write(dove_exchange_set *set, dove_exchange_format format, FILE *file, dove_error *error);

/* Reads a file into an empty set, which is freed also after an error. Unknown fields are passed over, a byte order
 * mark, other versions of a namespace and any order of elements are taken. DOVE_INPUT names the place: FILE:LINE, or
 * FILE and the path within its JSON. */
dove_status dove_exchange_read(const char *path, dove_exchange_format format, dove_exchange_set *set,
                               dove_error *error);

/* The project as a set: all documents, all expressions, and the codes of the codebook `at` (run 0: none). A code
 * without a definition of its own has that of its most central member. */
dove_status dove_exchange_collect(dove_store *store, const dove_store_current *at, bool with_documents,
                                  dove_exchange_set *set, const dove_progress *progress, dove_error *error);

typedef struct dove_exchange_report {
  size_t documents;       /* new ones */
  size_t documents_known; /* that the project had with the same text */
  size_t expressions;     /* new ones */
  size_t repeated;        /* expressions that their document had already */
  size_t codes;           /* of the imported codebook */
  size_t left_out;
  int64_t run; /* the codebook run; 0: none was made */
} dove_exchange_report;

/* Puts a set into the project, all of it or nothing. `options` give culture, source, topic, lang and role where a
 * document does not say. Documents that are there with the same text are used; another text under a known id is
 * DOVE_INPUT. `path` is what messages call the file. `ids` gets the id of each expression of the set; NULL: not asked.
 */
dove_status dove_exchange_store(dove_store *store, const dove_exchange_set *set, const dove_import_options *options,
                                const char *path, int64_t *ids, dove_exchange_report *report,
                                const dove_progress *progress, dove_error *error);

/* Makes the codes of a set a codebook run ("imported"), measured on the project's expressions, which are embedded first
 * where they are not, and makes it the current one. A code's centroid is the unit mean of the
 * expressions that the set codes with it; of those without any, the embedding of name and description. Folders are left
 * out; codes of one name are told apart by their parents' names. DOVE_INPUT when the project has no expressions, or
 * when a code gets no vector. `ids` is what dove_exchange_store() gave; NULL: the set's expressions do not count. */
dove_status dove_exchange_store_codebook(dove_store *store, const dove_exchange_set *set, const int64_t *ids,
                                         const char *path, dove_exchange_report *report, const dove_progress *progress,
                                         dove_error *error);

#endif
