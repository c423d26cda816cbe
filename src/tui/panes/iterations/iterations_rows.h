/* The iterations of a run, which stand in memory, with their terms as series for the charts. */
#ifndef DOVE_TUI_PANES_ITERATIONS_ROWS_H
#define DOVE_TUI_PANES_ITERATIONS_ROWS_H

#include "dove/model_history.h"
#include "tui/widgets/list.h"

/* The terms of S = −distortion + β1·M·E[H(z|x)] − β2·M·H(z). */
double iterations_distortion_term(const dove_store_iteration *row);
double iterations_conditional_term(const dove_store_iteration *row);
double iterations_marginal_term(const dove_store_iteration *row);
/* log K − H₂, the diagnostic of Prop. 3.1. */
double iterations_diagnostic(const dove_store_iteration *row);

enum { SERIES_S, SERIES_K, SERIES_DISTORTION, SERIES_CONDITIONAL, SERIES_MARGINAL, SERIES };

typedef struct iterations_rows {
  dove_list list;
  dove_store_iteration *rows; /* owned */
  size_t count;
  int64_t used_t;         /* what coding and scoring use, -1: another run's */
  int64_t best_t;         /* of highest S */
  double *series[SERIES]; /* owned: count values each */
} iterations_rows;

void iterations_rows_init(iterations_rows *rows);
void iterations_rows_free(iterations_rows *rows);

/* Copies the model's rows and selects the iteration that is looked at. */
dove_status iterations_rows_load(iterations_rows *rows, dove_model *model, dove_error *error);

/* The selected row; NULL when there is none. */
const dove_store_iteration *iterations_rows_selected(const iterations_rows *rows);

/* Charts of S, of K and of the terms over t; as many as there is room for. */
void iterations_rows_draw_charts(const iterations_rows *rows, const dove_surface *surface);

#endif
