#include "tui/panes/documents/documents_side.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "tui/panes/documents/documents_marks.h"

/* ---- Reading ---- */

static void forget(documents_side *side) {
  dove_document_view_free(&side->view);
  free(side->rows);
  side->rows = NULL;
  side->row_count = side->shared_count = 0;
  side->document = 0;
}

void documents_side_free(documents_side *side) {
  forget(side);
  dove_text_view_free(&side->text);
}

const dove_store_document *documents_side_document(const documents_side *side) {
  return side->document != 0 ? &side->view.document.rows[0] : NULL;
}

static int compare_names(const void *left, const void *right) {
  return strcmp(((const documents_row *)left)->name, ((const documents_row *)right)->name);
}

/* The recognised codes, or the expressions of a document that is not coded. */
static bool list_rows(documents_side *side) {
  const dove_document_view *view = &side->view;
  size_t count = view->coded ? view->coding.recognised_count : view->expressions.count;
  side->rows = dove_alloc_zero(count, sizeof *side->rows);
  if (side->rows == NULL) return false;
  side->row_count = count;
  for (size_t i = 0; i < count; i++) {
    const dove_store_coded_code *code = view->coded ? &view->coding.codes[i] : NULL;
    const dove_store_expression *expression = view->coded ? NULL : &view->expressions.rows[i];
    side->rows[i] = code != NULL ? (documents_row){.key = code->code, .name = code->name, .q = code->q}
                                 : (documents_row){.key = -expression->id, .name = expression->code_name, .q = NAN};
  }
  if (side->hides_weights) qsort(side->rows, count, sizeof *side->rows, compare_names);
  return true;
}

dove_status documents_side_load(documents_side *side, dove_model *model, int64_t document, dove_error *error) {
  bool same = document != 0 && document == side->document;
  forget(side);
  if (!same) {
    side->top = side->text.top = 0;
    side->to_show = -1;
    side->looked_at = 0;
  }
  dove_status status = DOVE_OK;
  if (document != 0) status = dove_model_document(model, document, &side->view, error);
  if (status == DOVE_OK && !list_rows(side)) status = dove_fail_memory(error, "reading a document");
  if (status == DOVE_OK) side->document = document;
  if (side->document == 0) documents_side_free(side);
  return status;
}

bool documents_side_find(const documents_side *side, int64_t key, size_t *row) {
  for (size_t i = 0; i < side->row_count; i++) {
    if (side->rows[i].key != key) continue;
    *row = i;
    return true;
  }
  return false;
}

int64_t documents_side_key_of(const documents_side *side, const dove_store_expression *expression) {
  return side->view.coded ? dove_document_view_code_of(&side->view, expression->id) : -expression->id;
}

/* ---- Evidence ---- */

const dove_store_translation *documents_side_translation(const documents_side *side) {
  const dove_store_translation_list *list = &side->view.translations;
  return side->document != 0 && side->translated && list->count > 0 ? &list->rows[0] : NULL;
}

/* Its first line says what it is: nobody must take it for what the author wrote. */
static dove_status show_translation(documents_side *side, const dove_store_translation *translation,
                                    dove_error *error) {
  dove_buffer text = {0};
  documents_evidence none = {0};
  dove_buffer_printf(&text, "[Machine translation by %s]\n\n%s", translation->model, translation->text);
  const dove_status status = text.failed
                                 ? dove_fail_memory(error, "showing a translation")
                                 : documents_marks_set(&side->text, dove_buffer_text(&text), &none, 0, false, error);
  dove_buffer_free(&text);
  return status;
}

dove_status documents_side_mark(documents_side *side, int64_t key, bool signs, dove_error *error) {
  if (side->document == 0) return DOVE_OK;
  const dove_store_translation *translation = documents_side_translation(side);
  if (translation != NULL) return show_translation(side, translation, error);
  const dove_store_expression_list *expressions = &side->view.expressions;
  documents_evidence *evidence = dove_alloc(expressions->count, sizeof *evidence);
  if (evidence == NULL) return dove_fail_memory(error, "marking the evidence");
  size_t count = 0;
  for (size_t i = 0; i < expressions->count; i++) {
    const dove_store_expression *expression = &expressions->rows[i];
    if (expression->evidence_start < 0 || expression->evidence_end <= expression->evidence_start) continue;
    evidence[count++] = (documents_evidence){.start = (size_t)expression->evidence_start,
                                             .end = (size_t)expression->evidence_end,
                                             .focus = documents_side_key_of(side, expression) == key};
  }
  dove_status status = documents_marks_set(&side->text, side->view.text, evidence, count, signs, error);
  free(evidence);
  return status;
}

bool documents_side_next_evidence(documents_side *side, int64_t key) {
  const dove_store_expression_list *expressions = &side->view.expressions;
  size_t after = 0;
  if (documents_side_translation(side) != NULL) return false;
  for (size_t i = 0; i < expressions->count; i++) {
    if (expressions->rows[i].id == side->looked_at) after = i + 1;
  }
  for (size_t i = 0; i < expressions->count; i++) {
    const dove_store_expression *expression = &expressions->rows[(after + i) % expressions->count];
    if (expression->evidence_start < 0 || documents_side_key_of(side, expression) != key) continue;
    side->to_show = expression->evidence_start;
    side->looked_at = expression->id;
    return true;
  }
  return false;
}

void documents_side_quote(const documents_side *side, int64_t key, dove_buffer *out) {
  for (size_t i = 0; i < side->view.expressions.count; i++) {
    const dove_store_expression *expression = &side->view.expressions.rows[i];
    if (documents_side_key_of(side, expression) != key) continue;
    if (expression->evidence[0] == '\0') continue;
    dove_buffer_printf(out, "%s\n", expression->evidence);
  }
}

void documents_side_name(const documents_side *side, dove_buffer *out) {
  const dove_store_document *document = documents_side_document(side);
  if (document == NULL) return;
  if (document->culture[0] != '\0') dove_buffer_printf(out, "%s · ", document->culture);
  dove_buffer_add_text(out, document->source);
  if (document->role[0] != '\0') dove_buffer_printf(out, " · role %s", document->role);
}
