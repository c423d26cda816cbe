#include "dove/model_documents.h"

#include <stdlib.h>

dove_status dove_model_document_at(dove_model *model, int64_t document, int64_t iteration, dove_document_view *view,
                                   dove_error *error) {
  *view = (dove_document_view){0};
  dove_store *store = dove_model_store(model);
  dove_status status = dove_store_document_rows(store, &document, 1, &view->document, error);
  if (status == DOVE_OK) status = dove_store_document_text(store, document, &view->text, &view->metadata, error);
  if (status == DOVE_OK) status = dove_store_translation_list_read(store, document, &view->translations, error);
  if (status == DOVE_OK) status = dove_store_document_expressions(store, document, &view->expressions, error);
  if (status == DOVE_OK && iteration > 0) {
    dove_error reason = {0};
    status = dove_store_document_coding_read(store, iteration, document, &view->coding, &reason);
    view->coded = status == DOVE_OK;
    if (status == DOVE_NOT_FOUND) status = DOVE_OK;
    if (status != DOVE_OK) dove_fail(error, status, "%s", reason.message);
  }
  if (status != DOVE_OK) dove_document_view_free(view);
  return status;
}

dove_status dove_model_document(dove_model *model, int64_t document, dove_document_view *view, dove_error *error) {
  return dove_model_document_at(model, document, dove_model_view(model).iteration, view, error);
}

void dove_document_view_free(dove_document_view *view) {
  dove_store_document_list_free(&view->document);
  free(view->text);
  free(view->metadata);
  dove_store_translation_list_free(&view->translations);
  dove_store_expression_list_free(&view->expressions);
  if (view->coded) dove_store_document_coding_free(&view->coding);
  *view = (dove_document_view){0};
}

bool dove_document_view_recognised(const dove_document_view *view, int64_t code) {
  for (size_t i = 0; i < view->coding.recognised_count; i++) {
    if (view->coding.codes[i].code == code) return true;
  }
  return false;
}

int64_t dove_document_view_code_of(const dove_document_view *view, int64_t expression) {
  for (size_t i = 0; i < view->coding.expression_count; i++) {
    if (view->coding.expressions[i].expression == expression) return view->coding.expressions[i].code;
  }
  return 0;
}

dove_status dove_model_document_rows(dove_model *model, const int64_t *ids, size_t count,
                                     dove_store_document_list *list, dove_error *error) {
  return dove_store_document_rows(dove_model_store(model), ids, count, list, error);
}

void dove_model_document_rows_free(dove_store_document_list *list) {
  dove_store_document_list_free(list);
  *list = (dove_store_document_list){0};
}
