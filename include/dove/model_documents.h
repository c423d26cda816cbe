/* One document as it is read beside another: its text, its expressions with their evidence, its codes. */
#ifndef DOVE_MODEL_DOCUMENTS_H
#define DOVE_MODEL_DOCUMENTS_H

#include "dove/model.h"
#include "dove/store_coding.h"
#include "dove/store_documents.h"
#include "dove/store_expressions.h"
#include "dove/store_verdicts.h"

typedef struct dove_document_view {
  dove_store_document_list document; /* one row */
  char *text;
  char *metadata;                           /* NULL when there is none */
  dove_store_translation_list translations; /* by models, the newest first */
  dove_store_expression_list expressions;
  bool coded; /* by the codebook that is looked at */
  dove_store_document_coding coding;
} dove_document_view;

/* Reads a document with its coding by the codebook that is looked at. Freed with dove_document_view_free(). */
dove_status dove_model_document(dove_model *model, int64_t document, dove_document_view *view, dove_error *error);
/* The same with its coding by the codebook of another iteration. */
dove_status dove_model_document_at(dove_model *model, int64_t document, int64_t iteration, dove_document_view *view,
                                   dove_error *error);
void dove_document_view_free(dove_document_view *view);

/* Whether `code` is among the document's recognised codes. */
bool dove_document_view_recognised(const dove_document_view *view, int64_t code);
/* The code of an expression of the document; 0 when it has none. */
int64_t dove_document_view_code_of(const dove_document_view *view, int64_t expression);

/* The rows of these documents, in the order of `ids`. Freed with dove_model_document_rows_free(); DOVE_NOT_FOUND when
 * one is missing. */
dove_status dove_model_document_rows(dove_model *model, const int64_t *ids, size_t count,
                                     dove_store_document_list *list, dove_error *error);
void dove_model_document_rows_free(dove_store_document_list *list);

#endif
