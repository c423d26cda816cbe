/* What became of codes from iteration to iteration: their lineage, and the difference between two codebooks, of one run
 * or of two. */
#ifndef DOVE_MODEL_HISTORY_H
#define DOVE_MODEL_HISTORY_H

#include "dove/model.h"

/* The codebook that coding and scoring use, wherever the view is: run 0 when there is none. Reads the store. */
dove_store_current dove_model_used(dove_model *model);

/* A code of the run that is looked at with its ancestors and descendants. Freed with dove_model_lineage_free(). */
dove_status dove_model_lineage(dove_model *model, int64_t code, dove_store_lineage *lineage, dove_error *error);
void dove_model_lineage_free(dove_store_lineage *lineage);

typedef enum dove_code_change_kind {
  DOVE_CHANGE_NEW,
  DOVE_CHANGE_GONE,
  DOVE_CHANGE_RENAMED,
  DOVE_CHANGE_GROWN,  /* n rose by more than 1 % */
  DOVE_CHANGE_SHRUNK, /* n fell by more than 1 % */
  DOVE_CHANGE_SAME,
  DOVE_CHANGE_KINDS,
} dove_code_change_kind;

const char *dove_code_change_name(dove_code_change_kind kind); /* "new", "gone", … */

typedef struct dove_code_change {
  dove_code_change_kind kind;
  int64_t code; /* in the later codebook; of one that is gone: in the earlier */
  const char *name;
  double n_before, n_after; /* usage; NAN where the code was not there */
  char *relatives; /* owned by the difference: of a new or renamed code the names it came from, of one that is gone the
                      names of what it went into; "" for the others */
} dove_code_change;

/* An iteration of a run; t −1: the one that the run is used at (chosen, or of highest S). */
typedef struct dove_iteration_at {
  int64_t run, t;
} dove_iteration_at;

/* Ordered by kind, then by the size of the change of n. */
typedef struct dove_difference {
  dove_store_iteration from, to;    /* both sides with all their terms */
  dove_iteration_at from_at, to_at; /* of a shared iteration the run that was asked for */
  dove_code_change *rows;
  size_t count;
  size_t counts[DOVE_CHANGE_KINDS];
  dove_store_code_list from_codes, to_codes; /* hold the names */
} dove_difference;

/* Compares two iterations, which may be of two runs. Codes are the same when their identity is; between two runs also
 * when their names are (whatever the case), and one with the same members and another name counts as renamed. Of one
 * run the earlier iteration is `from`, whichever is given first. Reads both codebooks without centroids. Freed with
 * dove_difference_free(); DOVE_NOT_FOUND when a run has no such iteration. */
dove_status dove_model_difference(dove_model *model, dove_iteration_at from, dove_iteration_at to,
                                  dove_difference *difference, dove_error *error);
void dove_difference_free(dove_difference *difference);

#endif
