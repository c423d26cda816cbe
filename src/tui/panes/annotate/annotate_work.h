/* Judging: one item after another, with what has to be read for it. What is answered, and what comes next, is the
 * annotator's (dove/annotator.h); here is what of it is on the screen. */
#ifndef DOVE_TUI_PANES_ANNOTATE_WORK_H
#define DOVE_TUI_PANES_ANNOTATE_WORK_H

#include "dove/annotator.h"
#include "dove/model_documents.h"
#include "dove/model_quotes.h"
#include "tui/panes/annotate/annotate_mark.h"
#include "tui/panes/documents/documents_marks.h"

typedef struct annotate_work {
  dove_model *model;
  dove_annotator annotator;
  char *name, *instruction; /* owned: of the round `named` */
  int64_t named;

  dove_document_view document; /* of the item; read while `shown_document` is its id */
  int64_t shown_document;
  dove_code_quotes quotes;      /* of the item's code; empty while it must not be shown */
  dove_text_view text;          /* the document */
  documents_evidence *evidence; /* owned: what is marked in it, by place */
  size_t evidence_count;
  bool signs;                                    /* the evidence is set between signs */
  dove_text_view words;                          /* what the code stands for */
  dove_store_judgment_list others;               /* everybody's answers on the item; empty while the round is blind */
  dove_store_consensus_list consensus;           /* what discussions came to; empty while the round is blind */
  dove_nearest_code nearest[DOVE_NEAREST_CODES]; /* for the question whether another code says the same */
  size_t nearest_count;
  char *shift; /* owned: how answers shifted once the codes were shown; NULL: not asked yet */

  bool all_codes;         /* the document's codes in a list, else one after another */
  bool show_quotes;       /* the code's quotes in place of the document */
  bool whole_instruction; /* else its first lines */
  bool long_instruction;  /* which are not all of it, as last drawn */
  bool choosing;          /* with which code: digits choose */
  annotate_mark mark;
  dove_text_range picked; /* the span of the code whose name is asked for; empty: none */
  bool to_evidence;       /* the next drawing scrolls to the code's evidence */
  int64_t looked_at;      /* the expression whose evidence was gone to last */
  size_t pressed;         /* byte of the text where the mouse was pressed; SIZE_MAX: nowhere */

  dove_surface text_area, rows_area; /* as last drawn, relative to the pane */
  size_t rows_top;                   /* the document's code in the first row */
} annotate_work;

void annotate_work_init(annotate_work *work, dove_model *model);
void annotate_work_free(annotate_work *work);

/* Takes up a round as `name`. */
dove_status annotate_work_open(annotate_work *work, int64_t round, const char *name, dove_error *error);
bool annotate_work_is_open(const annotate_work *work);

/* Reads what is shown of the item that the annotator came to. */
dove_status annotate_work_follow(annotate_work *work, dove_error *error);
/* The same after the project changed. */
dove_status annotate_work_reload(annotate_work *work, dove_error *error);

/* Puts the document's text into its view again: its evidence, and what is marked. */
dove_status annotate_work_show_text(annotate_work *work, dove_error *error);
/* Whether evidence of the code is in the text, and may be seen. */
bool annotate_work_has_evidence(const annotate_work *work);
/* Goes to the next evidence of the code, round its end; false when there is none. */
bool annotate_work_next_evidence(annotate_work *work);

/* Begins to mark a span; DOVE_NOT_FOUND without a document. */
dove_status annotate_work_mark(annotate_work *work, dove_error *error);
/* Leaves the mark; with `taken`, its span is kept for the code whose name is asked for next. */
dove_status annotate_work_end_mark(annotate_work *work, bool taken, dove_error *error);
/* Shows what two bytes of the view enclose as marked. */
void annotate_work_light(annotate_work *work, size_t from_byte, size_t to_byte);
/* The span that two bytes of the view enclose, for the code whose name is asked for next. */
dove_status annotate_work_pick(annotate_work *work, size_t from_byte, size_t to_byte, dove_error *error);

/* Whether the round shows what others answered, and probabilities. */
bool annotate_work_is_open_to_see(const annotate_work *work);

/* ---- annotate_work_draw.c ---- */

void annotate_work_draw(annotate_work *work, const dove_surface *surface, bool focus);
/* "round 1 · item 3 of 20 · blind". */
void annotate_work_title(const annotate_work *work, dove_buffer *out);
void annotate_work_hints(const annotate_work *work, dove_buffer *out);

#endif
