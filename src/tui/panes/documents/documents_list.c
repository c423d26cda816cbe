/* The list of the documents of a topic: its columns and its order. */
#include "tui/panes/documents/documents_pane.h"

enum {
  COLUMN_ID,
  COLUMN_CULTURE,
  COLUMN_SOURCE,
  COLUMN_EXPRESSIONS,
  COLUMN_LENGTH,
  COLUMN_ROLE,
  COLUMN_TOPIC,
};

static const dove_list_column document_columns[] = {
    [COLUMN_ID] = {.title = "document", .width = 14, .weight = 2, .sortable = true},
    [COLUMN_CULTURE] = {.title = "culture", .width = 8, .weight = 1, .sortable = true},
    [COLUMN_SOURCE] = {.title = "source", .width = 8, .weight = 1, .sortable = true},
    [COLUMN_EXPRESSIONS] =
        {.title = "values", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [COLUMN_LENGTH] =
        {.title = "length", .width = 7, .alignment = DOVE_ALIGN_RIGHT, .sortable = true, .optional = true},
    [COLUMN_ROLE] = {.title = "role", .width = 8, .weight = 1, .optional = true},
    [COLUMN_TOPIC] = {.title = "topic", .width = 20, .weight = 6, .sortable = true, .optional = true},
};

static void document_cell(void *pane, const void *row, size_t column, dove_buffer *out, dove_style *style) {
  const dove_store_document *document = row;
  (void)pane;
  (void)style;
  switch (column) {
    case COLUMN_ID: dove_buffer_add_text(out, document->external_id); break;
    case COLUMN_CULTURE: dove_buffer_add_text(out, document->culture); break;
    case COLUMN_SOURCE: dove_buffer_add_text(out, document->source); break;
    case COLUMN_EXPRESSIONS: dove_buffer_printf(out, "%lld", (long long)document->expressions); break;
    case COLUMN_LENGTH: dove_buffer_printf(out, "%lld", (long long)document->characters); break;
    case COLUMN_ROLE: dove_buffer_add_text(out, document->role); break;
    default: dove_buffer_add_text(out, document->topic); break;
  }
}

static void sort_documents(dove_window_query *query, size_t column, bool descending) {
  static const dove_store_document_sort orders[] = {
      [COLUMN_ID] = DOVE_STORE_DOCUMENT_BY_EXTERNAL_ID, [COLUMN_CULTURE] = DOVE_STORE_DOCUMENT_BY_CULTURE,
      [COLUMN_SOURCE] = DOVE_STORE_DOCUMENT_BY_SOURCE,  [COLUMN_EXPRESSIONS] = DOVE_STORE_DOCUMENT_BY_EXPRESSIONS,
      [COLUMN_LENGTH] = DOVE_STORE_DOCUMENT_BY_LENGTH,  [COLUMN_ROLE] = DOVE_STORE_DOCUMENT_BY_SOURCE,
      [COLUMN_TOPIC] = DOVE_STORE_DOCUMENT_BY_TOPIC,
  };
  query->documents.sort = orders[column];
  query->documents.descending = descending;
}

static const char **document_words(dove_window_query *query) { return &query->documents.filter.search; }

static const dove_window_list_operations document_operations = {
    .cell = document_cell, .sort = sort_documents, .words = document_words};

void documents_list_init(documents_pane *pane) {
  dove_window_list_init(&pane->documents, &document_operations, pane, document_columns,
                        sizeof document_columns / sizeof document_columns[0]);
}
