/* The value expressions of a set of documents, with their vectors: what a codebook is built from and codes. Documents
 * without an expression that has a vector are not in it; they are counted. */
#ifndef DOVE_EXPRESSION_SET_H
#define DOVE_EXPRESSION_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/matrix.h"
#include "dove/progress.h"
#include "dove/store.h"

typedef struct dove_expression_set {
  size_t expressions;           /* E */
  int64_t *expression_ids;      /* E, rising */
  uint32_t *document;           /* E: place of the expression's document, < N */
  dove_matrix vectors;          /* E × D, unit rows e_v */
  const char **code_names;      /* E; NULL when they were not asked for */
  const char **descriptions;    /* E; the same */
  size_t documents;             /* N */
  int64_t *document_ids;        /* N, rising */
  dove_matrix document_vectors; /* N × D: e_x, the unit mean of the document's expressions; zero when they cancel out */
  size_t documents_without;     /* documents asked for that have no expression with a vector */
  size_t expressions_without;   /* their expressions, and those of the others, that have no vector */
  char *texts;                  /* holds the strings */
  const char **document_topics; /* N; NULL when they were not asked for (decoding.h) */
  const char **document_texts;  /* N; the same */
  dove_matrix text_vectors;     /* N × D, unit: of the documents' texts; empty when they were not asked for */
  char *document_strings;       /* holds the topics and texts */
} dove_expression_set;

/* Which documents. */
typedef struct dove_expression_selection {
  const char *sources;      /* names with commas between; NULL or "": all. DOVE_INPUT for a source that is not there */
  const int64_t *documents; /* NULL: all of those sources; else these ids, in any order */
  size_t document_count;
  int64_t last_expression; /* > 0: expressions with a greater id are left out, so that a run can be resumed after more
                              were added */
  bool with_names;         /* code names and descriptions too */
} dove_expression_selection;

/* Reads them from the store, under its embedder. An empty set is no error. Freed with dove_expression_set_free(), also
 * after an error. */
dove_status dove_expression_set_load(dove_store *store, const dove_expression_selection *selection,
                                     dove_expression_set *set, const dove_progress *progress, dove_error *error);

/* Fills document_vectors from vectors and document. */
dove_status dove_expression_set_average(dove_expression_set *set, dove_error *error);

void dove_expression_set_free(dove_expression_set *set);

#endif
