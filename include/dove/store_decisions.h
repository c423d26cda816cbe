/* Decisions of the refinement: what was done between C^(t−1) and C^t, and on what evidence. */
#ifndef DOVE_STORE_DECISIONS_H
#define DOVE_STORE_DECISIONS_H

#include "dove/store.h"

typedef enum dove_store_decision_kind {
  DOVE_STORE_SPLIT,
  DOVE_STORE_MERGE,
  DOVE_STORE_RECREATE,
} dove_store_decision_kind;

typedef struct dove_store_decision_code {
  int64_t code;
  const char *name;
  int64_t size; /* member expressions; -1 when it does not apply */
} dove_store_decision_code;

typedef struct dove_store_decision {
  int64_t id;      /* given by the store */
  int64_t t;       /* the iteration that the decision led to */
  int64_t ordinal; /* the order in which decisions of an iteration were made, from 0 */
  dove_store_decision_kind kind;
  bool done;                  /* false: considered and left */
  const char *rule;           /* which rule fired */
  const char *reason;         /* why it was left; "" when it was done */
  const char *reviewer;       /* who forced or vetoed it; "" for none */
  double n, z, d, d_previous; /* NAN where there is none */
  int64_t neighbour;          /* 0: none */
  const char *neighbour_name; /* given by the store */
  double neighbour_cosine;    /* NAN: none */
  const dove_store_decision_code *before, *after;
  size_t before_count, after_count;
} dove_store_decision;

/* Adds a decision to the iteration that it led to; `decision->t` is that iteration's t. What was considered and left
 * when a run stopped goes to its last iteration with t one larger. */
dove_status dove_store_decision_add(dove_store *store, int64_t iteration, const dove_store_decision *decision,
                                    int64_t *id, dove_error *error);

typedef struct dove_store_decision_list {
  dove_store_decision *rows;
  size_t count;
  void *strings; /* also holds the before and after arrays */
} dove_store_decision_list;

typedef enum dove_store_decision_show {
  DOVE_STORE_DONE,
  DOVE_STORE_LEFT,
  DOVE_STORE_DONE_AND_LEFT,
} dove_store_decision_show;

typedef struct dove_store_decision_query {
  int64_t run;
  int64_t t;    /* -1: any */
  int kind;     /* a dove_store_decision_kind, or -1 for any */
  int64_t code; /* before, after or neighbour; 0: any */
  dove_store_decision_show show;
  const char *search; /* in the names before and after; NULL: any */
  int64_t offset, limit;
} dove_store_decision_query;

/* Ordered by t, then ordinal. */
dove_status dove_store_decision_page(dove_store *store, const dove_store_decision_query *query,
                                     dove_store_decision_list *list, dove_error *error);
dove_status dove_store_decision_count(dove_store *store, const dove_store_decision_query *query, int64_t *count,
                                      dove_error *error);
dove_status dove_store_decision_place(dove_store *store, const dove_store_decision_query *query, int64_t id,
                                      int64_t *place, dove_error *error);
void dove_store_decision_list_free(dove_store_decision_list *list);

#endif
