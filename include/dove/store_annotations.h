/* Annotation (SPEC 9; paper App. C): annotators, rounds, their items, judgments, added codes, consensus.
 *
 * An item is what is judged: a document with one recognised code (question `present`), or a code by itself (questions
 * `meaningful` and `redundant`). Judgments are only ever added; the last of an annotator, item and question counts, by
 * time, then uuid. An annotator is known by name: the same name in two copies of a project is the same person. What a
 * person entered is on the disk when the function returns. */
#ifndef DOVE_STORE_ANNOTATIONS_H
#define DOVE_STORE_ANNOTATIONS_H

#include "dove/store.h"

typedef enum dove_question {
  DOVE_QUESTION_PRESENT,    /* does the document express the code? */
  DOVE_QUESTION_MEANINGFUL, /* is the code meaningful? */
  DOVE_QUESTION_REDUNDANT,  /* does another code say the same? */
  DOVE_QUESTIONS
} dove_question;

typedef enum dove_answer {
  DOVE_ANSWER_NONE, /* not asked yet */
  DOVE_ANSWER_YES,
  DOVE_ANSWER_NO,
  DOVE_ANSWER_SKIP,
  DOVE_ANSWER_FLAG,      /* to be talked about; no label */
  DOVE_ANSWER_WITHDRAWN, /* taken back; with a note: a remark without an answer */
} dove_answer;

typedef enum dove_annotation_target { DOVE_JUDGE_DOCUMENTS, DOVE_JUDGE_CODES } dove_annotation_target;

const char *dove_question_name(dove_question question);
const char *dove_answer_name(dove_answer answer); /* "" for NONE */
const char *dove_annotation_target_name(dove_annotation_target target);
/* False for an unknown name. */
bool dove_question_parse(const char *name, dove_question *question);
bool dove_answer_parse(const char *name, dove_answer *answer);
bool dove_annotation_target_parse(const char *name, dove_annotation_target *target);

/* The annotator of this name, made when new. DOVE_INPUT for an empty name. Durable. */
dove_status dove_store_annotator_intern(dove_store *store, const char *name, int64_t *id, dove_error *error);
/* The same without making one: 0 when there is none of that name. */
dove_status dove_store_annotator_find(dove_store *store, const char *name, int64_t *id, dove_error *error);

/* ---- Rounds ---- */

typedef struct dove_store_new_item {
  int64_t document; /* 0 for a code by itself */
  int64_t code;
} dove_store_new_item;

typedef struct dove_store_new_round {
  const char *name; /* "" or NULL: "round N" */
  dove_annotation_target target;
  int64_t parent;    /* 0: none */
  int64_t iteration; /* whose codes are judged */
  const char *rule;  /* in words that dove_annotation_round_start() takes */
  uint64_t seed;
  const char *instruction;
  bool blind;       /* annotators see neither each other's answers nor probabilities */
  bool blind_first; /* own codes are asked before the model's are shown */
  const dove_store_new_item *items;
  size_t item_count;
} dove_store_new_round;

typedef struct dove_store_round {
  int64_t id;
  const char *uuid, *name;
  dove_annotation_target target;
  int64_t parent, iteration; /* 0: none */
  const char *rule, *instruction;
  uint64_t seed;
  bool blind, blind_first;
  int64_t created, closed; /* closed 0: open */
  int64_t items;
} dove_store_round;

typedef struct dove_store_round_list {
  dove_store_round *rows; /* ordered by creation, then uuid */
  size_t count;
  void *strings;
} dove_store_round_list;

/* A round never changes afterwards, apart from being closed. Durable. */
dove_status dove_store_round_add(dove_store *store, const dove_store_new_round *round, int64_t *id, dove_error *error);
dove_status dove_store_round_close(dove_store *store, int64_t round, dove_error *error);
dove_status dove_store_round_list_read(dove_store *store, dove_store_round_list *list, dove_error *error);
void dove_store_round_list_free(dove_store_round_list *list);

/* ---- Items ---- */

typedef struct dove_store_item {
  int64_t id, round, position; /* position from 0 */
  const char *uuid;
  int64_t document, code; /* document 0: a code by itself */
  const char *external_id, *code_name;
  dove_answer answers[DOVE_QUESTIONS]; /* of the annotator that was asked for */
  int64_t other_code;                  /* with which the code is redundant; 0: none */
  const char *other_name;
  const char *note;                  /* of the last judgment */
  const char *notes[DOVE_QUESTIONS]; /* of the last one on each question */
} dove_store_item;

typedef struct dove_store_item_list {
  dove_store_item *rows; /* ordered by position */
  size_t count;
  void *strings;
} dove_store_item_list;

typedef struct dove_store_item_query {
  int64_t round;
  int64_t annotator; /* whose answers; 0: nobody's */
  bool only_open;    /* items with a question of theirs that this annotator has not answered yet */
  int64_t from;      /* the first position */
  int64_t limit;
} dove_store_item_query;

dove_status dove_store_item_page(dove_store *store, const dove_store_item_query *query, dove_store_item_list *list,
                                 dove_error *error);
void dove_store_item_list_free(dove_store_item_list *list);
/* How many items a round has. */
dove_status dove_store_item_count(dove_store *store, int64_t round, int64_t *count, dove_error *error);

/* Where an item stands. */
typedef struct dove_store_place {
  int64_t round, position;
  int64_t document; /* 0 for a code by itself */
} dove_store_place;

/* DOVE_NOT_FOUND when the item does not exist. */
dove_status dove_store_item_place(dove_store *store, int64_t item, dove_store_place *place, dove_error *error);
/* The first item of the round with this document (0: any) and this code (0: any); position -1 when there is none. */
dove_status dove_store_item_find(dove_store *store, int64_t round, int64_t document, int64_t code, int64_t *position,
                                 dove_error *error);

/* How far an annotator is in a round: items on which they answered something. */
typedef struct dove_store_round_work {
  int64_t round;
  int64_t done;             /* every question has an answer: a label, a skip or a flag */
  int64_t skipped, flagged; /* items with such an answer */
} dove_store_round_work;

/* One row for each round that the annotator answered in, by round. *rows is freed with free(). The cost depends on what
 * was answered, not on how long the rounds are. */
dove_status dove_store_round_work_read(dove_store *store, int64_t annotator, dove_store_round_work **rows,
                                       size_t *count, dove_error *error);

/* What a round can be drawn from: recognised codes of documents at an iteration, by document, then rank. Labels are ids
 * as in dove_store_label_list_read(), 0 for none. */
typedef struct dove_store_candidate {
  int64_t document, code;
  int64_t culture, source, topic;
} dove_store_candidate;

/* *rows is freed with free(). For DOVE_JUDGE_CODES: the codes of the iteration, by id, without document and labels. */
dove_status dove_store_candidates(dove_store *store, dove_annotation_target target, int64_t iteration,
                                  dove_store_candidate **rows, size_t *count, dove_error *error);

/* ---- Judgments ---- */

typedef struct dove_store_new_judgment {
  int64_t item, annotator;
  dove_question question;
  dove_answer answer;
  int64_t other_code; /* with which the code is redundant; 0: none */
  bool shown;         /* the model's codes were in view */
  const char *note;   /* NULL: none */
} dove_store_new_judgment;

/* Adds a judgment, and a step that can be undone. DOVE_INPUT when the question is none of the item's. Durable. */
dove_status dove_store_judge(dove_store *store, const dove_store_new_judgment *judgment, dove_error *error);

/* Takes the annotator's last step back (or does it again), by adding what was before: nothing is removed. Steps are
 * kept over restarts, without limit; a new step ends what can be done again. *done is false when there is none; *item
 * is the item concerned, 0 for an added code. DOVE_USAGE for a step in a round that is closed by now. Durable. */
dove_status dove_store_annotation_undo(dove_store *store, int64_t annotator, bool *done, int64_t *item,
                                       dove_error *error);
dove_status dove_store_annotation_redo(dove_store *store, int64_t annotator, bool *done, int64_t *item,
                                       dove_error *error);

typedef struct dove_store_judgment {
  int64_t id, item, position, round;
  const char *annotator, *round_name;
  dove_question question;
  dove_answer answer;
  int64_t other_code;
  bool shown;
  const char *note;
  int64_t time;
  const char *external_id, *code_name;
} dove_store_judgment;

typedef struct dove_store_judgment_list {
  dove_store_judgment *rows;
  size_t count;
  void *strings;
} dove_store_judgment_list;

typedef struct dove_store_judgment_query {
  int64_t round, annotator, item; /* 0: any */
  int64_t like; /* of the document and code of this item, in rounds that are not blind or closed; 0: any */
  bool current; /* only what counts; otherwise all that was ever answered */
  int64_t limit;
} dove_store_judgment_query;

/* The last one first. */
dove_status dove_store_judgment_page(dove_store *store, const dove_store_judgment_query *query,
                                     dove_store_judgment_list *list, dove_error *error);
void dove_store_judgment_list_free(dove_store_judgment_list *list);

/* ---- Added codes ---- */

typedef struct dove_store_new_added_code {
  int64_t annotator, round, document;
  const char *name;             /* "" ends the annotator's own codes of a document in a blind-first round */
  int64_t span_start, span_end; /* code points, end excluded; -1, -1: none */
  const char *note;
} dove_store_new_added_code;

typedef struct dove_store_added_code {
  int64_t id, round, document;
  const char *annotator, *external_id, *name, *note;
  int64_t span_start, span_end; /* -1, -1: none */
  bool withdrawn;
  int64_t time;
} dove_store_added_code;

typedef struct dove_store_added_code_list {
  dove_store_added_code *rows; /* ordered by time, then uuid */
  size_t count;
  void *strings;
} dove_store_added_code_list;

/* "A value is expressed that no code covers." DOVE_INPUT when the span is not within the document. Can be undone.
 * Durable. */
dove_status dove_store_added_code_add(dove_store *store, const dove_store_new_added_code *code, dove_error *error);
/* `round`, `annotator` and `document` 0: any. Withdrawn ones and those that end a document are listed too. */
dove_status dove_store_added_code_list_read(dove_store *store, int64_t round, int64_t annotator, int64_t document,
                                            dove_store_added_code_list *list, dove_error *error);
void dove_store_added_code_list_free(dove_store_added_code_list *list);

/* ---- Consensus ---- */

/* Sets the label that a discussion came to, or takes it back (withdrawn). Earlier ones are kept; the last counts.
 * DOVE_INPUT unless yes, no or withdrawn. Durable. */
dove_status dove_store_consensus_set(dove_store *store, int64_t item, dove_question question, dove_answer answer,
                                     const char *note, const char *author, dove_error *error);

typedef struct dove_store_consensus {
  dove_question question;
  dove_answer answer;
  const char *note, *author;
  int64_t time;
} dove_store_consensus;

typedef struct dove_store_consensus_list {
  dove_store_consensus *rows; /* by question, the last one first */
  size_t count;
  void *strings;
} dove_store_consensus_list;

/* Everything that was ever agreed on about an item. */
dove_status dove_store_consensus_read(dove_store *store, int64_t item, dove_store_consensus_list *list,
                                      dove_error *error);
void dove_store_consensus_list_free(dove_store_consensus_list *list);

/* ---- Labels ---- */

/* One answer that counts, with what it is grouped by. An answer of a later round on the same document, code and
 * question stands beside the earlier one. */
typedef struct dove_store_answer {
  int64_t item, round, annotator;
  int64_t document, code; /* document 0: a code by itself */
  dove_question question;
  dove_answer answer;
  bool shown;
} dove_store_answer;

typedef struct dove_store_item_facts {
  int64_t item, round, document, code, iteration;
  const char *external_id, *culture, *source, *code_name;
  dove_answer consensus[DOVE_QUESTIONS]; /* NONE without */
} dove_store_item_facts;

typedef struct dove_store_name_row {
  int64_t id;
  const char *name;
} dove_store_name_row;

typedef struct dove_store_answers {
  dove_store_answer *answers; /* ordered by round of creation, item position, annotator, question */
  size_t answer_count;
  dove_store_item_facts *items; /* every item, ordered by round of creation, then position */
  size_t item_count;
  dove_store_name_row *annotators; /* ordered by name */
  size_t annotator_count;
  void *strings[3];
} dove_store_answers;

/* All that counts in one round, or in all rounds (0). */
dove_status dove_store_answers_read(dove_store *store, int64_t round, dove_store_answers *answers, dove_error *error);
void dove_store_answers_free(dove_store_answers *answers);
/* The name of an annotator; "" when it is none of them. */
const char *dove_store_answers_name(const dove_store_answers *answers, int64_t annotator);

#endif
