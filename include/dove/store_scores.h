/* Score runs, scores, and what explains them. */
#ifndef DOVE_STORE_SCORES_H
#define DOVE_STORE_SCORES_H

#include "dove/store_runs.h"

typedef struct dove_store_score_code {
  int64_t code;
  const char *name; /* given by the store when reading */
  double human, model, transported_from, transported_to;
} dove_store_score_code;

typedef struct dove_store_score_flow {
  int64_t from, to;
  const char *from_name, *to_name; /* given by the store when reading */
  double mass, cost;
} dove_store_score_flow;

typedef struct dove_store_score {
  int64_t id;        /* given by the store */
  int64_t score_run; /* given by the store */
  const char *model, *culture, *role;
  double divergence, score, percent;
  double low, high, ceiling; /* NAN where they were not computed; in the unit of `score` */
  int64_t documents_human, documents_model;
  double value_ab, value_aa, value_bb, mass, gap;
  int64_t iterations;
  bool converged;
} dove_store_score;

/* A run of `dove score`: which codebook, which settings. */
typedef struct dove_store_score_run {
  int64_t id;
  int64_t run, t, iteration;
  const char *settings; /* JSON */
  uint64_t seed;
  dove_store_run_status status;
  int64_t created, ended;
  int64_t scores; /* how many it has */
} dove_store_score_run;

typedef struct dove_store_score_run_list {
  dove_store_score_run *rows;
  size_t count;
  void *strings;
} dove_store_score_run_list;

dove_status dove_store_score_run_add(dove_store *store, const dove_store_current *codebook, const char *settings,
                                     uint64_t seed, int64_t *id, dove_error *error);
dove_status dove_store_score_run_end(dove_store *store, int64_t score_run, dove_store_run_status status,
                                     dove_error *error);
/* Newest first. */
dove_status dove_store_score_run_page(dove_store *store, int64_t offset, int64_t limit, dove_store_score_run_list *list,
                                      dove_error *error);
/* The newest that finished, as a list of one row; DOVE_NOT_FOUND when there is none. */
dove_status dove_store_score_run_latest(dove_store *store, dove_store_score_run_list *list, dove_error *error);
/* One run, as a list of one row; DOVE_NOT_FOUND when it is gone. */
dove_status dove_store_score_run_read(dove_store *store, int64_t score_run, dove_store_score_run_list *list,
                                      dove_error *error);
void dove_store_score_run_list_free(dove_store_score_run_list *list);

/* Adds one score with its codes and flows (flows in falling order of cost), all in one transaction. */
dove_status dove_store_score_add(dove_store *store, int64_t score_run, const dove_store_score *score,
                                 const dove_store_score_code *codes, size_t code_count,
                                 const dove_store_score_flow *flows, size_t flow_count, int64_t *id, dove_error *error);

typedef struct dove_store_score_list {
  dove_store_score *rows;
  size_t count;
  void *strings;
} dove_store_score_list;

/* The scores of a run, ordered by model, role, culture. */
dove_status dove_store_score_page(dove_store *store, int64_t score_run, int64_t offset, int64_t limit,
                                  dove_store_score_list *list, dove_error *error);
void dove_store_score_list_free(dove_store_score_list *list);

typedef struct dove_store_score_code_list {
  dove_store_score_code *rows;
  size_t count;
  void *strings;
} dove_store_score_code_list;

typedef struct dove_store_score_flow_list {
  dove_store_score_flow *rows;
  size_t count;
  void *strings;
} dove_store_score_flow_list;

/* In the order in which they were added. */
dove_status dove_store_score_codes(dove_store *store, int64_t score, int64_t offset, int64_t limit,
                                   dove_store_score_code_list *list, dove_error *error);
dove_status dove_store_score_flows(dove_store *store, int64_t score, int64_t offset, int64_t limit,
                                   dove_store_score_flow_list *list, dove_error *error);
void dove_store_score_code_list_free(dove_store_score_code_list *list);
void dove_store_score_flow_list_free(dove_store_score_flow_list *list);

/* Two scores told apart: the first minus the second, with its 95 % interval, all in the unit of `score`. */
typedef struct dove_store_score_difference {
  int64_t score, against;
  double difference, low, high;
  int64_t replicates;
  uint64_t seed;
  int64_t created; /* given by the store */
} dove_store_score_difference;

typedef struct dove_store_score_difference_list {
  dove_store_score_difference *rows;
  size_t count;
  void *strings;
} dove_store_score_difference_list;

/* Adds one, or puts it in the place of the one that these two scores had. */
dove_status dove_store_score_difference_put(dove_store *store, const dove_store_score_difference *row,
                                            dove_error *error);

/* Those of scores of one run against scores of another one (or the same), ordered by score. */
dove_status dove_store_score_difference_list_read(dove_store *store, int64_t score_run, int64_t against_run,
                                                  dove_store_score_difference_list *list, dove_error *error);
void dove_store_score_difference_list_free(dove_store_score_difference_list *list);

#endif
