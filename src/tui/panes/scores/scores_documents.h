/* The documents behind a flow: those of people first, then the model's, by falling share of what their side has. */
#ifndef DOVE_TUI_PANES_SCORES_DOCUMENTS_H
#define DOVE_TUI_PANES_SCORES_DOCUMENTS_H

#include "dove/controller.h"
#include "dove/model_documents.h"
#include "tui/widgets/list.h"

typedef struct scores_documents {
  dove_list list;
  dove_score_documents behind; /* human, then model: the rows in this order */
  dove_store_document_list rows;
  bool hides_weights;
  bool known;
} scores_documents;

void scores_documents_init(scores_documents *documents);
void scores_documents_free(scores_documents *documents);
void scores_documents_clear(scores_documents *documents);

dove_status scores_documents_load(scores_documents *documents, dove_controller *controller,
                                  const dove_store_score *score, int64_t from, int64_t to, dove_error *error);

#endif
