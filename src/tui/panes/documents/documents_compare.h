/* Documents on one topic side by side: which ones, what is selected in them, and what they share. */
#ifndef DOVE_TUI_PANES_DOCUMENTS_COMPARE_H
#define DOVE_TUI_PANES_DOCUMENTS_COMPARE_H

#include "tui/panes/documents/documents_side.h"
#include "tui/widgets/split.h"

enum { DOCUMENTS_SIDES = 4 };

/* What a side is to show on every topic that has it: a culture's people, a model, a model in a role. */
typedef struct documents_wish {
  bool set; /* false: nothing was chosen yet */
  bool human;
  char *culture, *source, *role; /* owned */
} documents_wish;

typedef struct documents_compare {
  dove_model *model;
  dove_split split; /* one part for each side that is shown; the focus */
  documents_side sides[DOCUMENTS_SIDES];
  documents_wish wishes[DOCUMENTS_SIDES];
  size_t asked;     /* columns that were asked for; 0: as many as read well */
  int64_t topic;    /* 0: documents without a topic */
  char *topic_name; /* owned; "" for none */
  int64_t key;      /* the selected code, see documents_row; 0: none */
  char *words;      /* owned: searched for in the texts; NULL: nothing */
} documents_compare;

void documents_compare_init(documents_compare *compare, dove_model *model);
void documents_compare_free(documents_compare *compare);

/* Shows a topic: on every side the document that is wished for there. `name` "" for documents without a topic. */
dove_status documents_compare_topic(documents_compare *compare, int64_t topic, const char *name, dove_error *error);

/* Shows a document in the first column, and in the second one `other` when it is > 0. DOVE_NOT_FOUND when there is no
 * such document. */
dove_status documents_compare_document(documents_compare *compare, int64_t document, int64_t other, dove_error *error);

/* Puts `document` into column `side`; what is wished for there is from now on what this one is. */
dove_status documents_compare_put(documents_compare *compare, size_t side, int64_t document, dove_error *error);

/* Whether weights are told; for what is read from now on. */
void documents_compare_hide_weights(documents_compare *compare, bool hides);

/* Reads what is shown again. A document that is gone leaves its side empty. */
dove_status documents_compare_reload(documents_compare *compare, dove_error *error);

/* Selects a code and scrolls to its evidence. */
dove_status documents_compare_select(documents_compare *compare, int64_t key, dove_error *error);

/* Searches in the texts, "" for no search; does not scroll. */
dove_status documents_compare_search(documents_compare *compare, const char *words, dove_error *error);

void documents_compare_draw(documents_compare *compare, const dove_surface *surface, bool focus);

/* Moving, scrolling, search, and the choice of documents; not OPEN and not the topics. */
dove_pane_result documents_compare_command(documents_compare *compare, dove_command_id command, const char *argument,
                                           dove_error *error);
dove_pane_result documents_compare_mouse(documents_compare *compare, const dove_mouse *mouse, dove_error *error);

/* The codes of what is shown as tab-separated lines. */
void documents_compare_export(const documents_compare *compare, dove_buffer *out);

/* ---- documents_choose.c ---- */

void documents_wish_free(documents_wish *wish);

/* The document that is wished for in column `side` and stands in none before it; 0 when there is none. */
dove_status documents_choose_wished(documents_compare *compare, size_t side, int64_t *document, dove_error *error);

/* Another document of the topic for the column with the focus: by one of the commands DOCUMENT_NEXT … SIDE_ROLE.
 * DOVE_NOT_FOUND says in words that there is none. */
dove_status documents_choose(const documents_compare *compare, dove_command_id command, const char *argument,
                             int64_t *document, dove_error *error);

#endif
