/* One annotator at work in one round: what the Annotate pane and the command line do. Each judgment is on the disk
 * before dove_annotation_judge() returns. */
#ifndef DOVE_ANNOTATION_H
#define DOVE_ANNOTATION_H

#include "dove/store_annotations.h"
#include "dove/store_codes.h"

typedef struct dove_annotation {
  dove_store *store; /* borrowed */
  int64_t annotator;
  int64_t round, iteration;
  dove_annotation_target target;
  bool blind, blind_first, closed;
} dove_annotation;

/* Takes up a round. Nothing is held but the ids, so nothing has to be closed. The round is blind when it was started
 * so, until it is closed. DOVE_NOT_FOUND for an unknown round. */
dove_status dove_annotation_open(dove_store *store, int64_t round, const char *annotator, dove_annotation *annotation,
                                 dove_error *error);
/* The same for an annotator who is known by id. */
dove_status dove_annotation_open_as(dove_store *store, int64_t round, int64_t annotator, dove_annotation *annotation,
                                    dove_error *error);

/* A round by its number, name or uuid; `name` NULL: the newest. DOVE_NOT_FOUND with the remedy. */
dove_status dove_annotation_round_find(dove_store *store, const char *name, int64_t *round, dove_error *error);

/* The next item from position `from` on that this annotator has not answered, as a list of one or none.
 * *own_codes_first is true when the annotator's own codes of its document come first (blind-first rounds): the code
 * must not be shown then. */
dove_status dove_annotation_next(const dove_annotation *annotation, int64_t from, dove_store_item_list *list,
                                 bool *own_codes_first, dove_error *error);

/* The questions that this round's items ask: `count` of them from `questions[0]` on. */
size_t dove_annotation_questions(const dove_annotation *annotation, dove_question questions[DOVE_QUESTIONS]);

/* Answers. DOVE_USAGE in a closed round, for an item of another round, and while own codes come first. `other_code`
 * goes with a yes on `redundant`. */
dove_status dove_annotation_judge(const dove_annotation *annotation, int64_t item, dove_question question,
                                  dove_answer answer, int64_t other_code, const char *note, dove_error *error);
dove_status dove_annotation_undo(const dove_annotation *annotation, bool *done, int64_t *item, dove_error *error);
dove_status dove_annotation_redo(const dove_annotation *annotation, bool *done, int64_t *item, dove_error *error);

/* A value that no code covers, with its span in code points (-1, -1: none). In a blind-first round also the annotator's
 * own codes of a document; dove_annotation_reveal() ends them and lets the model's codes be judged. */
dove_status dove_annotation_add_code(const dove_annotation *annotation, int64_t document, const char *name,
                                     int64_t span_start, int64_t span_end, const char *note, dove_error *error);
dove_status dove_annotation_reveal(const dove_annotation *annotation, int64_t document, dove_error *error);

typedef struct dove_annotation_progress {
  int64_t items;            /* of the round */
  int64_t done;             /* every question has an answer: a label, a skip or a flag */
  int64_t skipped, flagged; /* items with such an answer */
  double seconds_per_item;  /* pace: median gap between the last judgments, pauses over 5 minutes left out; NAN: none */
  double seconds_left;      /* NAN without a pace */
} dove_annotation_progress;

dove_status dove_annotation_progress_read(const dove_annotation *annotation, dove_annotation_progress *progress,
                                          dove_error *error);

/* Median seconds between judgments, the last one first; NAN when there are none to compare. No more than
 * DOVE_ANNOTATION_PACE of them count. */
enum { DOVE_ANNOTATION_PACE = 50 };
double dove_annotation_pace(const dove_store_judgment_list *recent);

/* This annotator's last judgments in the round, the last one first. */
dove_status dove_annotation_recent(const dove_annotation *annotation, int64_t limit, dove_store_judgment_list *list,
                                   dove_error *error);
/* What everybody answered on the item's document and code, here and in other rounds that are closed or not blind.
 * DOVE_USAGE while the round is blind. */
dove_status dove_annotation_others(const dove_annotation *annotation, int64_t item, dove_store_judgment_list *list,
                                   dove_error *error);

/* The codes whose centroids are nearest to `code` in the round's codebook, nearest first: ids and cosines, room for
 * `limit`. DOVE_NOT_FOUND when the codebook has no such code. */
dove_status dove_annotation_nearest(const dove_store_codebook *codebook, int64_t code, size_t limit, int64_t *codes,
                                    float *cosines, size_t *count, dove_error *error);

/* What became of the code of a judgment in another codebook: judgments follow a code while its members stay the same
 * ones, whatever it is then called, and are stale otherwise. */
typedef enum dove_standing {
  DOVE_STANDING_KEPT,  /* the same code with the same members */
  DOVE_STANDING_MOVED, /* another code with the same members */
  DOVE_STANDING_STALE,
} dove_standing;

typedef struct dove_standing_row {
  int64_t code;
  dove_standing standing;
  int64_t now; /* the code that it is there; 0 when stale */
} dove_standing_row;

/* One row for each code of iteration `from`, ordered by id, against iteration `to`; freed with free(). */
dove_status dove_annotation_standing(dove_store *store, int64_t from, int64_t to, dove_standing_row **rows,
                                     size_t *count, dove_error *error);

#endif
