/* What annotators disagree on, and how their answers shift once they see the model's codes (SPEC 9; paper App. C). */
#ifndef DOVE_ANNOTATION_DISPUTES_H
#define DOVE_ANNOTATION_DISPUTES_H

#include "dove/store_annotations.h"

typedef struct dove_dispute {
  int64_t item, round, document, code;
  const char *external_id, *code_name; /* in `answers` of the list */
  dove_question question;
  size_t yes, no, skips, flags;
  dove_answer consensus;             /* NONE without */
  size_t facts;                      /* the item's place in `answers` */
  size_t first_answer, answer_count; /* its answers there, to all of its questions */
} dove_dispute;

typedef struct dove_dispute_list {
  dove_dispute *rows; /* in the order of items, then questions */
  size_t count;
  dove_store_answers answers; /* owns the strings */
} dove_dispute_list;

typedef enum dove_dispute_kind {
  DOVE_DISPUTE_SPLIT, /* some say yes, some no: for the next round. Skips and notes are never disagreements */
  DOVE_DISPUTE_TALK,  /* as many yes as no, or a flag, and no consensus yet: to be discussed */
  DOVE_DISPUTE_ANY,   /* every question that an item asks, whatever was answered */
} dove_dispute_kind;

/* Whether a row is of the kind. */
bool dove_dispute_is(const dove_dispute *row, dove_dispute_kind kind);

/* Of one round, or of all (0). */
dove_status dove_annotation_disputes(dove_store *store, int64_t round, dove_dispute_kind kind, dove_dispute_list *list,
                                     dove_error *error);
void dove_dispute_list_free(dove_dispute_list *list);

/* One annotator in a blind-first round: the model's codes that they judged, by whether a code of the same name (upper
 * and lower case alike) was among their own, and by what they said once they saw it. */
typedef struct dove_shift {
  int64_t annotator;
  const char *name; /* in `answers` of the list */
  size_t items;     /* labelled ones */
  size_t kept;      /* own, then yes */
  size_t dropped;   /* own, then no */
  size_t adopted;   /* not own, then yes */
  size_t refused;   /* not own, then no */
  double shift;     /* (dropped + adopted) / items; NAN without items */
} dove_shift;

typedef struct dove_shift_list {
  dove_shift *rows; /* by name; annotators with labels in the round */
  size_t count;
  dove_store_answers answers;
} dove_shift_list;

/* How far annotators moved from their own codes to the model's, of a round (0: of all). The list is freed with
 * dove_shift_list_free(). */
dove_status dove_annotation_shifts(dove_store *store, int64_t round, dove_shift_list *list, dove_error *error);
void dove_shift_list_free(dove_shift_list *list);

#endif
