/* The pane Documents, as its files share it. */
#ifndef DOVE_TUI_PANES_DOCUMENTS_PANE_H
#define DOVE_TUI_PANES_DOCUMENTS_PANE_H

#include "tui/panes/documents/documents_compare.h"
#include "tui/panes/documents/documents_present.h"
#include "tui/panes/documents/documents_topics.h"
#include "tui/window_list.h"

enum { DOCUMENTS_PART_TOPICS, DOCUMENTS_PART_DOCUMENTS, DOCUMENTS_PARTS };

typedef struct documents_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_split split; /* topics, documents */
  documents_topics topics;
  dove_window_list documents; /* of the selected topic */
  char *topic_name;           /* owned: what the query's filter points to */
  int64_t listed;             /* the row of topics whose documents are listed; −1: none yet */
  documents_compare compare;
  documents_present present;
  bool comparing; /* the documents stand side by side; else the lists are shown */
  bool arrived;   /* another pane led to the documents: going back leads there */
} documents_pane;

/* ---- documents.c ---- */

/* Puts the documents of a topic side by side. */
dove_pane_result documents_open_topic(documents_pane *pane, const documents_topic *topic, dove_error *error);

/* Lists the documents of the selected topic, after the selection among the topics may have moved. */
dove_status documents_follow_topic(documents_pane *pane, dove_error *error);

/* ---- documents_list.c ---- */
void documents_list_init(documents_pane *pane);

/* ---- documents_pairs.c: one pair of documents after the other, for an audience ---- */

/* The next topic that has a document for both sides; from the last on to the first when `round`. */
dove_pane_result documents_pairs_step(documents_pane *pane, int step, bool round, dove_error *error);
dove_pane_result documents_pairs_start(documents_pane *pane, const char *argument, dove_error *error);
dove_pane_result documents_pairs_command(documents_pane *pane, dove_command_id command, const char *argument,
                                         dove_error *error);

/* ---- documents_state.c ---- */
void documents_save(void *self, dove_buffer *state);
void documents_restore(void *self, const char *state);

#endif
