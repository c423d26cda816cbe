/* Entering a review from a pane: it asks for what is missing (who reviews, into which code, which name), shows what it
 * would do, worked out in the background, and keeps it when Enter is pressed. */
#ifndef DOVE_TUI_PANES_REVIEW_H
#define DOVE_TUI_PANES_REVIEW_H

#include "dove/background.h"
#include "dove/preview.h"
#include "tui/pane.h"
#include "tui/panes/review/review_choose.h"
#include "tui/widgets/text_view.h"

/* What the background works on. */
typedef struct review_work {
  dove_store_new_override entry;
  dove_preview_request request;
  dove_preview preview;
} review_work;

typedef struct review {
  dove_explorer *explorer;
  dove_store_new_override entry;                       /* its texts are the next ones */
  char *code_name, *other_name, *name, *note, *author; /* owned */
  review_choose choose;
  bool previewing;
  bool rules; /* the preview lets the rules act too */
  review_work *work;
  dove_background *background;
  bool ready;  /* the text is there … */
  bool narrow; /* … for a narrow screen */
  bool impossible;
  dove_text_view text;
} review;

void review_init(review *self, dove_explorer *explorer);
void review_free(review *self);

/* Begins to enter `entry` (texts are copied); the names are those of entry->code and entry->other, NULL without one.
 * `rules`: the preview starts with the step as the run would make it, with the rules; else with the override alone. */
dove_pane_result review_begin(review *self, const dove_store_new_override *entry, const char *code_name,
                              const char *other_name, bool rules, dove_error *error);

/* A code that MERGE, SPLIT, RENAME and their arguments are about. */
typedef struct review_code {
  int64_t run, t; /* it is in C^t of this run */
  int64_t code;
  const char *name;
  int64_t decision; /* of the step from C^t, 0: it was chosen by itself */
} review_code;

/* The commands that force something on a code; IGNORED for others. */
dove_pane_result review_code_command(review *self, const review_code *code, dove_command_id command,
                                     const char *argument, dove_error *error);

/* True while it has the keys. */
bool review_is_open(const review *self);
dove_pane_result review_key(review *self, dove_key key, dove_error *error);
void review_draw(review *self, const dove_surface *surface);

#endif
