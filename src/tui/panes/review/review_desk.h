/* What panes need that let people review: entering a review, and starting a run with what stands. */
#ifndef DOVE_TUI_PANES_REVIEW_DESK_H
#define DOVE_TUI_PANES_REVIEW_DESK_H

#include "tui/panes/iterations/iterations_form.h"
#include "tui/panes/review/review.h"

typedef struct review_desk {
  review review;
  iterations_form form; /* of the run */
} review_desk;

void review_desk_init(review_desk *desk, dove_explorer *explorer);
void review_desk_free(review_desk *desk);

/* True while it has the keys; the pane's parts then have no focus and no mouse. */
bool review_desk_is_open(const review_desk *desk);
/* IGNORED while it is closed. */
dove_pane_result review_desk_key(review_desk *desk, dove_key key, dove_error *error);
/* Over the pane, when it is open. */
void review_desk_draw(review_desk *desk, const dove_surface *surface);

/* Opens the form for a run with what stands for `run`. */
dove_pane_result review_desk_start_run(review_desk *desk, int64_t run, dove_error *error);

/* Takes a review back, or lets it stand again; NULL: there is none, which is an error. */
dove_pane_result review_desk_withdraw(review_desk *desk, const dove_store_override *row, dove_error *error);

/* Remembers who is at work, after asking when `name` is "". */
dove_pane_result review_desk_name_person(review_desk *desk, const char *name);

#endif
