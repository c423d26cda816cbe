/* Codebook runs and their iterations. A run is a chain of iterations 0…T. A run that resumes another at iteration t
 * shares that run's iterations 0…t by reference, and goes on with its own. Everything measured at an iteration (usage,
 * members, coding, decisions) hangs on the iteration's id. */
#ifndef DOVE_STORE_RUNS_H
#define DOVE_STORE_RUNS_H

#include "dove/store.h"

typedef enum dove_store_run_status {
  DOVE_STORE_RUNNING,
  DOVE_STORE_FINISHED,
  DOVE_STORE_RUN_CANCELLED,
  DOVE_STORE_RUN_FAILED,
} dove_store_run_status;

typedef struct dove_store_run {
  int64_t id;
  int64_t created, ended; /* ended 0: not yet */
  const char *settings;   /* JSON: the settings in force */
  uint64_t seed;
  dove_store_run_status status;
  int64_t embedder;
  int64_t parent;         /* the run it resumes, 0 for none */
  int64_t parent_t;       /* at this iteration; -1 for none */
  bool current;           /* the run that other steps use */
  int64_t chosen_t;       /* the iteration a person chose; -1: the one with the highest S */
  int64_t best_t;         /* the iteration with the highest S (the earlier of equals); -1 without iterations */
  int64_t iterations;     /* how many it has, shared ones included */
  const char *stopped_by; /* why it ended, "" while it runs */
  const char *initial;    /* how C⁰ was made: "umap+hdbscan", "k-means", … */
} dove_store_run;

typedef struct dove_store_run_list {
  dove_store_run *rows;
  size_t count;
  void *strings;
} dove_store_run_list;

typedef struct dove_store_new_run {
  const char *settings; /* JSON */
  uint64_t seed;
  int64_t embedder;
  const char *initial;
  int64_t parent; /* 0, or the run to resume: its codes and iterations 0…parent_t are shared */
  int64_t parent_t;
} dove_store_new_run;

/* The new run is `running` and not current. */
dove_status dove_store_run_add(dove_store *store, const dove_store_new_run *run, int64_t *id, dove_error *error);
dove_status dove_store_run_initial_set(dove_store *store, int64_t run, const char *initial, dove_error *error);
/* Ends a run; `stopped_by` in words ("no code to refine", "cancelled", …). */
dove_status dove_store_run_end(dove_store *store, int64_t run, dove_store_run_status status, const char *stopped_by,
                               dove_error *error);
/* Takes a run up again: its status becomes `running`. */
dove_status dove_store_run_reopen(dove_store *store, int64_t run, dove_error *error);
/* Makes a run the current one; `chosen_t` -1 for the iteration with the highest S. Durable. */
dove_status dove_store_run_choose(dove_store *store, int64_t run, int64_t chosen_t, dove_error *error);

/* All runs, newest first. */
dove_status dove_store_run_list_read(dove_store *store, int64_t offset, int64_t limit, dove_store_run_list *list,
                                     dove_error *error);
/* One run, as a list of one row; DOVE_NOT_FOUND when it does not exist. */
dove_status dove_store_run_read(dove_store *store, int64_t run, dove_store_run_list *list, dove_error *error);
void dove_store_run_list_free(dove_store_run_list *list);

typedef struct dove_store_current {
  int64_t run, t, iteration;
} dove_store_current;

/* Which codebook others use: the current run (the newest with an iteration, where none was made current) at the
 * chosen or best iteration. DOVE_NOT_FOUND, with the remedy in words, when there is no codebook. */
dove_status dove_store_current_codebook(dove_store *store, dove_store_current *current, dove_error *error);
/* The same for a given run; t -1 for its chosen or best iteration. */
dove_status dove_store_codebook_of_run(dove_store *store, int64_t run, int64_t t, dove_store_current *current,
                                       dove_error *error);

/* Where an iteration stands: in its own run, which is the first of those that share it. */
dove_status dove_store_codebook_of_iteration(dove_store *store, int64_t iteration, dove_store_current *current,
                                             dove_error *error);

/* Numbers that an iteration may lack are NAN. */
typedef struct dove_store_iteration {
  int64_t id;  /* given by the store */
  int64_t run; /* the run that made it, given by the store */
  int64_t t;
  int64_t codes; /* K */
  int64_t M;
  double S, distortion, conditional_entropy, marginal_entropy; /* S = −L(C); entropies without their β and M */
  double beta1, beta2;
  double sigma2;
  double perplexity;   /* mean over expressions of exp(H(q(z|v))) */
  double renyi2;       /* H_2 = −log Σ q̂² */
  double repeat_bound; /* M(M−1)/2 · exp(−H_2) */
  double seconds;      /* wall time that it took */
  int64_t splits, merges, recreated;
  int64_t documents, expressions; /* that it was measured on */
  int64_t time;
  char sigma_rule[32];
  char stopped_by[96]; /* "" unless the run ended here */
} dove_store_iteration;

/* Adds iteration t to a running run (t one more than its last). Call it inside the transaction that also writes its
 * codes, usage, members, coding and decisions. */
dove_status dove_store_iteration_add(dove_store *store, int64_t run, const dove_store_iteration *iteration, int64_t *id,
                                     dove_error *error);
dove_status dove_store_iteration_stopped(dove_store *store, int64_t iteration, const char *stopped_by,
                                         dove_error *error);
/* All iterations of a run (T+1 rows, T small), ordered by t; freed with free(). */
dove_status dove_store_iteration_list(dove_store *store, int64_t run, dove_store_iteration **rows, size_t *count,
                                      dove_error *error);
dove_status dove_store_iteration_read(dove_store *store, int64_t run, int64_t t, dove_store_iteration *row,
                                      dove_error *error);

#endif
