/* Choosing another code, the nearest first: typing narrows the list. */
#ifndef DOVE_TUI_PANES_REVIEW_CHOOSE_H
#define DOVE_TUI_PANES_REVIEW_CHOOSE_H

#include "dove/model_reviews.h"
#include "tui/line_edit.h"
#include "tui/widgets/list.h"

typedef struct review_choose {
  dove_neighbour_codes codes;
  size_t *shown; /* owned: places in codes.rows */
  size_t shown_count;
  dove_list list;
  dove_line_edit words;
  bool open;
} review_choose;

/* The codes of C^t of `run` beside `code`. */
dove_status review_choose_open(review_choose *choose, dove_model *model, int64_t run, int64_t t, int64_t code,
                               dove_error *error);
void review_choose_free(review_choose *choose);

typedef enum review_choice { REVIEW_CHOOSING, REVIEW_CHOSEN, REVIEW_LEFT } review_choice;

/* Characters narrow the list, arrows move, Enter chooses, Esc leaves. */
review_choice review_choose_key(review_choose *choose, dove_key key);
/* The selected code; NULL when there is none. */
const dove_neighbour_code *review_choose_selected(const review_choose *choose);

void review_choose_draw(review_choose *choose, const dove_surface *surface, const char *title);

#endif
