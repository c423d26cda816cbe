/* What reviewers made of the decisions of a run. */
#ifndef DOVE_TUI_PANES_DECISIONS_REVIEWS_H
#define DOVE_TUI_PANES_DECISIONS_REVIEWS_H

#include "dove/buffer.h"
#include "dove/model_reviews.h"
#include "tui/canvas.h"

typedef struct decisions_reviews {
  dove_store_override_list list; /* of all runs, which share iterations, in the order in which they were entered */
  int64_t run;                   /* the one that is looked at */
} decisions_reviews;

dove_status decisions_reviews_load(decisions_reviews *reviews, dove_model *model, int64_t run, dove_error *error);
void decisions_reviews_free(decisions_reviews *reviews);

/* How many stand for the run that it could be built anew with. */
size_t decisions_reviews_pending(const decisions_reviews *reviews);

/* The newest that stands on a decision, one that a run can be built with before others, with its author, and how many
 * more there are: "veto Ada +1". */
void decisions_reviews_mark(const decisions_reviews *reviews, const dove_store_decision *decision, dove_buffer *out,
                            dove_style *style);

/* All of them, a line each, what was withdrawn too. Nothing when there are none. */
void decisions_reviews_describe(const decisions_reviews *reviews, const dove_store_decision *decision,
                                dove_buffer *out);

/* The newest on a decision, withdrawn or not; NULL when there is none. */
const dove_store_override *decisions_reviews_newest(const decisions_reviews *reviews,
                                                    const dove_store_decision *decision);

#endif
