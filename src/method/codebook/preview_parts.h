/* What the parts of a preview share. Private to this room. */
#ifndef DOVE_METHOD_PREVIEW_PARTS_H
#define DOVE_METHOD_PREVIEW_PARTS_H

#include "dove/codebook.h"
#include "dove/objective.h"
#include "dove/preview.h"
#include "method/codebook/build_run.h"

/* A codebook, measured. */
typedef struct preview_side {
  dove_codebook codebook;
  dove_measurement measurement;
} preview_side;

/* Counts the answers that hold for the first side, and those of them that would not for the second. */
dove_status preview_judgments(dove_store *store, const dove_expression_set *set, const preview_side *before,
                              const preview_side *after, dove_preview *preview, dove_error *error);

/* Scores the pairs of the newest score run under both; none when nothing was scored. `iteration` is that of `before` in
 * the store, 0 when it is none. */
dove_status preview_scores(dove_store *store, const dove_build_run *run, const preview_side *before,
                           const preview_side *after, int64_t iteration, dove_preview *preview,
                           const dove_progress *progress, dove_error *error);

#endif
