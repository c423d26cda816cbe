/* What the scores are compared with: a model of a run (every score with that model's beside the same culture), or a run
 * (every score with that of the same model in the same role there). */
#ifndef DOVE_TUI_PANES_SCORES_BASE_H
#define DOVE_TUI_PANES_SCORES_BASE_H

#include "dove/buffer.h"
#include "dove/model.h"
#include "dove/score_compare.h"

typedef struct scores_base {
  int64_t run;        /* 0: nothing is compared */
  char *model, *role; /* owned; NULL: each model with itself, run beside run */
  dove_store_score_list others;
  dove_store_score_difference_list known;
} scores_base;

/* Compares nothing. */
void scores_base_clear(scores_base *base);

/* Takes a run, or a model of it (NULL: the run as a whole), to compare with. */
dove_status scores_base_choose(scores_base *base, int64_t run, const char *model, const char *role, dove_error *error);

/* Reads its scores and the differences that are known to those of `score_run`; clears it when its run is gone. */
dove_status scores_base_load(scores_base *base, dove_model *model, int64_t score_run, dove_error *error);

/* The score that `score` is compared with; NULL when nothing is compared or it has no counterpart. */
const dove_store_score *scores_base_of(const scores_base *base, const dove_store_score *score);

/* The difference of two scores as it was drawn; NULL when that was not done yet. */
const dove_store_score_difference *scores_base_known(const scores_base *base, int64_t score, int64_t against);

/* The request that draws the differences. Its strings are the base's. */
dove_score_against scores_base_against(const scores_base *base, int64_t score_run);

/* "run 2", "birch", "cedar · Korean, run 2" (the run where it is not `score_run`). */
void scores_base_describe(const scores_base *base, int64_t score_run, dove_buffer *out);

/* "+38.28", and "+5.10 … +60.20" or "–". In points: percent minus percent. */
void scores_add_difference(dove_buffer *out, double percent);
void scores_add_difference_interval(dove_buffer *out, const dove_store_score_difference *known);

#endif
