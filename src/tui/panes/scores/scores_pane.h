/* What the files of the Scores pane share. */
#ifndef DOVE_TUI_PANES_SCORES_PANE_H
#define DOVE_TUI_PANES_SCORES_PANE_H

#include "tui/pane.h"
#include "tui/panes/scores/scores_base.h"
#include "tui/panes/scores/scores_documents.h"
#include "tui/panes/scores/scores_form.h"
#include "tui/panes/scores/scores_matrix.h"
#include "tui/panes/scores/scores_parts.h"
#include "tui/widgets/grid.h"
#include "tui/window_list.h"

enum { PART_RUNS, PART_MATRIX, PART_SCORES, PART_CODES, PART_FLOWS, PART_DOCUMENTS, PARTS };

typedef struct scores_pane {
  dove_explorer *explorer;
  dove_model *model;
  dove_grid grid;
  scores_matrix matrix;
  dove_window_list runs, scores;
  scores_base base;
  scores_parts parts;
  scores_documents documents;
  scores_form form;
  int64_t run;        /* the score run that is shown; 0: none */
  int64_t explained;  /* the score whose codes and flows are read; 0: none */
  int64_t flow_shown; /* the flow whose documents are read, by its row's id */
  int started;        /* runs that a person started here: each is shown as soon as it is there */
} scores_pane;

/* Reads what the selected score is made of, unless that is there. */
dove_status scores_pane_explain(scores_pane *pane, dove_error *error);
bool scores_pane_needs_explanation(size_t part);

/* The selected score in words, or what it is more than the one that it is compared with; nothing without one. */
void scores_pane_describe(scores_pane *pane, dove_buffer *out);

void scores_pane_draw(void *self, const dove_surface *surface, bool focus);

#endif
