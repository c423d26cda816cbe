/* Models (in their roles) × cultures: score in percent, its interval, the ceiling; or differences of scores. */
#ifndef DOVE_TUI_PANES_SCORES_MATRIX_H
#define DOVE_TUI_PANES_SCORES_MATRIX_H

#include "dove/model_window.h"
#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/panes/scores/scores_base.h"

typedef struct scores_matrix {
  char **rows, **columns; /* owned names: "cedar · Korean", "KR" */
  size_t row_count, column_count;
  double *percent;    /* owned, rows × columns; NAN: no score */
  char **notes;       /* owned, rows × columns: "-170.62 … -63.31 ≤ 20.04" */
  char **short_notes; /* owned, likewise: "-171 … -63" */
  int64_t *scores;    /* owned, rows × columns: ids, 0: none */
  size_t row, column; /* the selected cell */
  size_t top;         /* first row shown */
  bool unselected;    /* no cell is marked */
  bool differences;   /* cells are differences in points; notes, their intervals */
} scores_matrix;

void scores_matrix_free(scores_matrix *matrix);

/* Fills it from the scores of a window of DOVE_WINDOW_SCORES, or with their differences from those of `base` (may be
 * NULL, and compare nothing) when any has one; the selected cell stays where it can. */
dove_status scores_matrix_load(scores_matrix *matrix, dove_window *scores, const scores_base *base, dove_error *error);

/* The id of the score in the selected cell; 0: none. */
int64_t scores_matrix_selected(const scores_matrix *matrix);

/* Selects the cell of a score; false when it has none. */
bool scores_matrix_select(scores_matrix *matrix, int64_t score);

/* LEFT, RIGHT, UP, DOWN and the ends. */
dove_pane_result scores_matrix_command(scores_matrix *matrix, dove_command_id command);

/* The notes for which `width` columns are enough: those with the ceiling, or the short ones; NULL: neither, or there
 * are none. */
const char *const *scores_matrix_notes(const scores_matrix *matrix, int width);

void scores_matrix_draw(scores_matrix *matrix, const dove_surface *surface);

/* "-170.6 … -63.3", "–" where they were not computed. */
void scores_add_interval(dove_buffer *out, const dove_store_score *score);

/* "cedar", "cedar · Korean". */
void scores_add_model(dove_buffer *out, const dove_store_score *score);

#endif
