/* A window on a list of rows: however long the list is, only the rows around those that were asked for are read.
 * One interface for every list of the program, so that one list widget can show them all. */
#ifndef DOVE_MODEL_WINDOW_H
#define DOVE_MODEL_WINDOW_H

#include "dove/model.h"
#include "dove/store_coding.h"
#include "dove/store_decisions.h"
#include "dove/store_documents.h"
#include "dove/store_expressions.h"
#include "dove/store_jobs.h"
#include "dove/store_scores.h"

typedef enum dove_window_kind {
  DOVE_WINDOW_DOCUMENTS,      /* rows: dove_store_document */
  DOVE_WINDOW_EXPRESSIONS,    /* dove_store_expression */
  DOVE_WINDOW_CODES,          /* dove_store_code */
  DOVE_WINDOW_MEMBERS,        /* dove_member */
  DOVE_WINDOW_CODE_DOCUMENTS, /* dove_store_code_document */
  DOVE_WINDOW_DECISIONS,      /* dove_store_decision */
  DOVE_WINDOW_RUNS,           /* dove_store_run */
  DOVE_WINDOW_SCORE_RUNS,     /* dove_store_score_run */
  DOVE_WINDOW_SCORES,         /* dove_store_score */
  DOVE_WINDOW_SCORE_CODES,    /* dove_store_score_code */
  DOVE_WINDOW_SCORE_FLOWS,    /* dove_store_score_flow */
  DOVE_WINDOW_JOBS,           /* dove_store_job */
  DOVE_WINDOW_JOB_LINES,      /* dove_store_job_line */
} dove_window_kind;

/* A member of a code. */
typedef struct dove_member {
  dove_store_expression expression;
  double cosine; /* to the centroid */
} dove_member;

/* What to list. Of the queries, offset and limit are not used. Strings are borrowed: they must live as long as the
 * window does or until it gets another query. */
typedef struct dove_window_query {
  dove_window_kind kind;
  union {
    dove_store_document_query documents;
    dove_store_expression_filter expressions;
    dove_store_code_query codes;
    dove_store_decision_query decisions;
    struct {
      int64_t iteration, code;
      const dove_store_document_filter *filter; /* of the documents; NULL: all */
    } of_code;                                  /* members, code documents */
    int64_t parent; /* score run of scores, score of its codes and flows, job of its lines */
  };
} dove_window_query;

typedef struct dove_window dove_window;

/* Counts the rows; reads none. The window must be closed before its model. */
dove_status dove_window_open(dove_model *model, const dove_window_query *query, dove_window **window,
                             dove_error *error);
void dove_window_close(dove_window *window);

/* Another query of any kind on the same window. */
dove_status dove_window_set(dove_window *window, const dove_window_query *query, dove_error *error);
/* Counts again and forgets the rows that were read; after a change. */
dove_status dove_window_refresh(dove_window *window, dove_error *error);

int64_t dove_window_total(const dove_window *window);

/* How many rows the screen shows at once: what one row makes the window read is measured by it. */
void dove_window_expect(dove_window *window, int rows);
/* Reads `count` rows from `first` on, as far as there are, in one go; nothing when they were read already. */
dove_status dove_window_prepare(dove_window *window, int64_t first, int64_t count, dove_error *error);

/* Row number `row` (from 0), of the type that the kind tells; NULL past the end or when reading failed
 * (dove_window_prepare() tells why). Valid until the next call on this window. */
const void *dove_window_row(dove_window *window, int64_t row);

/* The identity of a row, by which a selection survives sorting, filtering and change; 0 past the end. */
int64_t dove_window_id(dove_window *window, int64_t row);
/* The row that has this identity; -1 when it is not in the list. */
int64_t dove_window_place(dove_window *window, int64_t id);

#endif
