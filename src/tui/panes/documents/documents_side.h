/* One of the documents that stand side by side: its text with the evidence marked, and its codes below. */
#ifndef DOVE_TUI_PANES_DOCUMENTS_SIDE_H
#define DOVE_TUI_PANES_DOCUMENTS_SIDE_H

#include "dove/model_documents.h"
#include "tui/widgets/text_view.h"

/* What stands below the text: the recognised codes or, while the document is not coded, its value expressions. */
typedef struct documents_row {
  int64_t key;      /* the code's id; minus the expression's where there is no code */
  const char *name; /* the view's */
  double q;         /* NAN without a coding */
  bool shared;      /* a document beside has the code, too */
} documents_row;

typedef struct documents_side {
  int64_t document; /* 0: none */
  dove_document_view view;
  documents_row *rows; /* owned */
  size_t row_count;
  size_t top;          /* first row shown */
  bool hides_weights;  /* rows stand by name then, and weights are not told */
  size_t shared_count; /* rows with a code that is shared */
  dove_text_view text;
  bool translated;   /* a machine translation is read in place of the text, where there is one */
  int64_t to_show;   /* the code point that the next drawing scrolls to, the start of an evidence; −1: none */
  int64_t looked_at; /* the expression whose evidence was gone to last */
  /* As last drawn, relative to the side. */
  int text_y, text_height, rows_y, rows_height;
} documents_side;

void documents_side_free(documents_side *side);

/* Reads a document; 0 empties the side. On failure the side is empty. */
dove_status documents_side_load(documents_side *side, dove_model *model, int64_t document, dove_error *error);

/* The document's row of the store; NULL when the side is empty. */
const dove_store_document *documents_side_document(const documents_side *side);

/* The place of the row with this key; false when the side has none. */
bool documents_side_find(const documents_side *side, int64_t key, size_t *row);

/* The key of the row that an expression of the document belongs to. */
int64_t documents_side_key_of(const documents_side *side, const dove_store_expression *expression);

/* The translation that is read; NULL when it is the text itself. */
const dove_store_translation *documents_side_translation(const documents_side *side);

/* Marks the evidence in the text, that of `key` most of all. Marks are signs in the text, which would come between the
 * words that a search looks for: without `signs` the evidence is underlined only. A translation has none. */
dove_status documents_side_mark(documents_side *side, int64_t key, bool signs, dove_error *error);

/* Goes to the next evidence of `key`, round its end; false when it has none in this text. */
bool documents_side_next_evidence(documents_side *side, int64_t key);

/* Appends the evidence of `key`, a line each. */
void documents_side_quote(const documents_side *side, int64_t key, dove_buffer *out);

/* "KR · human", "birch · role Korean". */
void documents_side_name(const documents_side *side, dove_buffer *out);

/* Draws heading, text, and rows; `empty` says why there is nothing. `focus`: the keys are here. */
void documents_side_draw(documents_side *side, const dove_surface *surface, int64_t key, const char *empty, bool focus);

#endif
