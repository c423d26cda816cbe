/* An annotator at work: where they stand in the queue of a round, what they answered last, what comes next and how
 * fast they are. Each answer is on the disk before the next item is there, and no step costs more in a long round than
 * in a short one. Lives on the thread of the connection that it was opened with. */
#ifndef DOVE_ANNOTATOR_H
#define DOVE_ANNOTATOR_H

#include "dove/annotation.h"
#include "dove/store_codes.h"

enum { DOVE_NEAREST_CODES = 9 };

/* A code that might say the same as the one that is judged. */
typedef struct dove_nearest_code {
  int64_t code;
  const char *name; /* the codebook's */
  float cosine;     /* not for annotators while the round is blind */
} dove_nearest_code;

typedef struct dove_annotator {
  dove_annotation annotation; /* round 0: at work in none */
  dove_store_item_list items; /* the items of the document that is judged, or the code by itself; empty: all is done */
  size_t current;             /* the item that is judged */
  dove_question question;     /* and what is asked of it */
  bool own_codes_first;       /* the codes must not be shown yet */
  dove_annotation_progress progress;
  dove_store_judgment_list recent;  /* the last judgments, the last one first */
  dove_store_added_code_list added; /* what the annotator added to the document */
  dove_store_codebook codebook;     /* of the round; empty until it is asked for */
  dove_standing_row *standing;      /* by code id, against the codebook in use; NULL while that is the round's */
  size_t standing_count;
} dove_annotator;

/* Takes up a round at its first unanswered item. On failure the annotator is at work in none. */
dove_status dove_annotator_open(dove_annotator *annotator, dove_store *store, int64_t round, const char *name,
                                dove_error *error);
void dove_annotator_close(dove_annotator *annotator);

/* Reads again what stands there. */
dove_status dove_annotator_reload(dove_annotator *annotator, dove_error *error);

/* The item that is judged; NULL when every item is done. */
const dove_store_item *dove_annotator_item(const dove_annotator *annotator);

/* Goes to the first unanswered item from `position` on, round its end; to the item at `position`; one step on (+1) or
 * back (-1), by questions where an item has several. *moved is false at the ends. */
dove_status dove_annotator_next(dove_annotator *annotator, int64_t position, dove_error *error);
dove_status dove_annotator_go(dove_annotator *annotator, int64_t position, dove_error *error);
dove_status dove_annotator_step(dove_annotator *annotator, int step, bool *moved, dove_error *error);

/* Answers what is asked, keeping the note that is there, and goes to what comes next. */
dove_status dove_annotator_answer(dove_annotator *annotator, dove_answer answer, int64_t other_code, dove_error *error);
/* Writes a note beside the answer that is there, or without one; "" takes it away. Stays. */
dove_status dove_annotator_note(dove_annotator *annotator, const char *note, dove_error *error);

typedef enum dove_annotator_undone {
  DOVE_UNDONE_NOTHING, /* there was no step */
  DOVE_UNDONE_ANSWER,
  DOVE_UNDONE_CODE, /* an added one, or the end of the annotator's own */
} dove_annotator_undone;

/* Takes the last step back, or does it again, and goes to where it was made, into another round if need be. */
dove_status dove_annotator_undo(dove_annotator *annotator, bool again, dove_annotator_undone *undone,
                                dove_error *error);

/* Adds a code to the document that is judged, with its span in code points (-1, -1: none). */
dove_status dove_annotator_add(dove_annotator *annotator, const char *name, int64_t span_start, int64_t span_end,
                               dove_error *error);
/* Ends the annotator's own codes: the model's are shown from now on. */
dove_status dove_annotator_reveal(dove_annotator *annotator, dove_error *error);

/* The codebook of the round, without reading it again and again; borrowed. */
dove_status dove_annotator_codebook(dove_annotator *annotator, const dove_store_codebook **codebook, dove_error *error);
/* The codes nearest to the one that is judged, nearest first. */
dove_status dove_annotator_nearest(dove_annotator *annotator, dove_nearest_code codes[DOVE_NEAREST_CODES],
                                   size_t *count, dove_error *error);

/* What became of a code of the round in the codebook in use; *now is the code that it is there, 0 for none. */
dove_standing dove_annotator_standing(const dove_annotator *annotator, int64_t code, int64_t *now);

#endif
