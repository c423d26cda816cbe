/* What models make of documents: a judge's verdicts, and translations to be read beside them. */
#ifndef DOVE_STORE_VERDICTS_H
#define DOVE_STORE_VERDICTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/store.h"

/* A judge's answer to one question about one document. Texts are borrowed when it is given, of the list when read. */
typedef struct dove_store_verdict {
  int64_t document;
  const char *question; /* "subjectivity", … */
  const char *label;    /* "subjective" */
  const char *answer;   /* a JSON object with all that was said */
  const char *model;
  const char *prompt; /* its hash */
  int64_t time;       /* ms; set when it is stored */
} dove_store_verdict;

typedef struct dove_store_verdict_list {
  dove_store_verdict *rows;
  size_t count;
  void *strings;
} dove_store_verdict_list;

/* Replaces an earlier answer to the question. */
dove_status dove_store_verdict_set(dove_store *store, const dove_store_verdict *verdict, dove_error *error);

/* The verdicts on a document, ordered by question. */
dove_status dove_store_verdict_list_read(dove_store *store, int64_t document, dove_store_verdict_list *list,
                                         dove_error *error);
void dove_store_verdict_list_free(dove_store_verdict_list *list);

/* How many documents have each label of each question. */
typedef struct dove_store_verdict_count {
  const char *question, *label;
  int64_t documents;
} dove_store_verdict_count;

typedef struct dove_store_verdict_counts {
  dove_store_verdict_count *rows; /* by question, then label */
  size_t count;
  void *strings;
} dove_store_verdict_counts;

dove_status dove_store_verdict_counts_read(dove_store *store, dove_store_verdict_counts *counts, dove_error *error);
void dove_store_verdict_counts_free(dove_store_verdict_counts *counts);

/* Documents that the question was not answered for, ids > `after`, ascending, at most `limit`; `human`: people's alone.
 * `topic`: those with a topic alone. */
typedef struct dove_store_unjudged {
  const char *question;
  bool human, topic;
} dove_store_unjudged;

dove_status dove_store_unjudged_ids(dove_store *store, const dove_store_unjudged *which, int64_t after, int64_t limit,
                                    int64_t *ids, size_t *count, dove_error *error);

/* ---- Translations ---- */

typedef struct dove_store_translation {
  int64_t document;
  const char *lang; /* that it is in */
  const char *text;
  const char *model;
  int64_t time; /* ms; set when it is stored */
} dove_store_translation;

typedef struct dove_store_translation_list {
  dove_store_translation *rows;
  size_t count;
  void *strings;
} dove_store_translation_list;

/* Replaces an earlier one into the language by the model. */
dove_status dove_store_translation_set(dove_store *store, const dove_store_translation *translation, dove_error *error);
/* Those of a document, the newest first. */
dove_status dove_store_translation_list_read(dove_store *store, int64_t document, dove_store_translation_list *list,
                                             dove_error *error);
void dove_store_translation_list_free(dove_store_translation_list *list);

/* Documents without a translation into `lang`, ids > `after`, ascending, at most `limit`. */
dove_status dove_store_untranslated_ids(dove_store *store, const char *lang, int64_t after, int64_t limit, int64_t *ids,
                                        size_t *count, dove_error *error);
dove_status dove_store_translation_count(dove_store *store, int64_t *count, dove_error *error);

#endif
