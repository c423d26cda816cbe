/* Codes, their lives within runs, their usage and members at each iteration. A code never changes: a new name or a new
 * centroid is a new code with the old one as parent. The codebook of a run at t is the codes alive then, ordered by id;
 * a code's place in that order is its ordinal. New codes get larger ids than all before them, so survivors keep their
 * order and new ones follow in the order in which they were added. */
#ifndef DOVE_STORE_CODES_H
#define DOVE_STORE_CODES_H

#include "dove/store.h"

typedef enum dove_store_code_origin {
  DOVE_STORE_CODE_INITIAL,
  DOVE_STORE_CODE_NOISE, /* founded by a point that no cluster took */
  DOVE_STORE_CODE_SPLIT,
  DOVE_STORE_CODE_MERGE,
  DOVE_STORE_CODE_RENAME,
} dove_store_code_origin;

typedef struct dove_store_new_code {
  const char *name;
  const float *centroid; /* unit length */
  int dimension;
  dove_store_code_origin origin;
  const int64_t *parents;
  size_t parent_count;
} dove_store_new_code;

/* Adds a code to a run, alive from t on. */
dove_status dove_store_code_add(dove_store *store, int64_t run, int64_t t, const dove_store_new_code *code, int64_t *id,
                                dove_error *error);
/* Ends a code's life in a run: it is no longer in the codebook of t. */
dove_status dove_store_code_end(dove_store *store, int64_t run, int64_t code, int64_t t, dove_error *error);

/* What was measured of one code at an iteration. NAN where there is no value. */
typedef struct dove_store_usage {
  int64_t code;
  double n, z, d; /* usage, standardised usage, distortion */
  int64_t members;
  char action[16]; /* what the refinement that followed did to it: "", "split", "merge" */
} dove_store_usage;

/* The whole codebook of an iteration, ordered by code id: K rows. Must be written before members and coding. */
dove_status dove_store_usage_add(dove_store *store, int64_t iteration, const dove_store_usage *rows, size_t count,
                                 dove_error *error);
/* Notes what was done to a code of this iteration when the next one was made. */
dove_status dove_store_usage_action(dove_store *store, int64_t iteration, int64_t code, const char *action,
                                    dove_error *error);

/* The members of the code at `ordinal`, most central first: expression ids and cosines to the centroid. */
dove_status dove_store_members_add(dove_store *store, int64_t iteration, size_t ordinal, const int64_t *expressions,
                                   const float *cosines, size_t count, dove_error *error);
/* One page of members, most central first. `expressions` and `cosines` have room for `limit`; cosines may be NULL. */
dove_status dove_store_members_page(dove_store *store, int64_t iteration, int64_t code, int64_t offset, int64_t limit,
                                    int64_t *expressions, float *cosines, size_t *count, dove_error *error);
/* How many members a code has at an iteration; 0 when it was not in the codebook then. */
dove_status dove_store_members_count(dove_store *store, int64_t iteration, int64_t code, int64_t *count,
                                     dove_error *error);

/* All members of all codes of an iteration: expressions[offsets[k] … offsets[k+1]) belong to ordinal k. */
typedef struct dove_store_members {
  size_t codes;
  size_t *offsets; /* codes + 1 */
  int64_t *expressions;
  float *cosines;
} dove_store_members;

dove_status dove_store_members_read(dove_store *store, int64_t iteration, dove_store_members *members,
                                    dove_error *error);
void dove_store_members_free(dove_store_members *members);

/* A codebook in one piece, for computing and for export; everything ordered by code id. */
typedef struct dove_store_codebook {
  size_t codes;
  int dimension;
  int64_t *ids;
  const char **names;
  float *centroids; /* codes × dimension, row-major */
  dove_store_usage *usage;
  void *strings;
} dove_store_codebook;

dove_status dove_store_codebook_read(dove_store *store, int64_t iteration, dove_store_codebook *codebook,
                                     dove_error *error);
void dove_store_codebook_free(dove_store_codebook *codebook);

typedef enum dove_store_code_sort {
  DOVE_STORE_CODE_BY_USAGE, /* n */
  DOVE_STORE_CODE_BY_ID,
  DOVE_STORE_CODE_BY_NAME,
  DOVE_STORE_CODE_BY_Z,
  DOVE_STORE_CODE_BY_DISTORTION,
  DOVE_STORE_CODE_BY_MEMBERS,
  DOVE_STORE_CODE_BY_DOCUMENTS,
  DOVE_STORE_CODE_BY_CHANGE, /* of n since t−1; all of n for a new code */
} dove_store_code_sort;

typedef struct dove_store_code {
  int64_t id;
  int64_t ordinal;
  const char *name;
  dove_store_code_origin origin;
  int64_t born_t;
  int64_t died_t; /* in this run; -1 while alive */
  dove_store_usage usage;
  double n_before;   /* usage at t−1; NAN when it was not there */
  int64_t documents; /* in which it was recognised */
} dove_store_code;

typedef struct dove_store_code_list {
  dove_store_code *rows;
  size_t count;
  void *strings;
} dove_store_code_list;

typedef struct dove_store_code_query {
  int64_t run, t;
  const char *search; /* the name contains it; NULL: any */
  dove_store_code_sort sort;
  bool descending;
  bool uncounted; /* leaves `documents` 0: to count them costs more than all the rest */
  int64_t offset, limit;
} dove_store_code_query;

dove_status dove_store_code_page(dove_store *store, const dove_store_code_query *query, dove_store_code_list *list,
                                 dove_error *error);
dove_status dove_store_code_count(dove_store *store, const dove_store_code_query *query, int64_t *count,
                                  dove_error *error);
/* The 0-based place of a code in the order of `query`; -1 when it is not among them. */
dove_status dove_store_code_place(dove_store *store, const dove_store_code_query *query, int64_t code, int64_t *place,
                                  dove_error *error);
void dove_store_code_list_free(dove_store_code_list *list);

/* The centroid of a code wherever it lived; `centroid` has room for `dimension`, which is checked. */
dove_status dove_store_code_centroid(dove_store *store, int64_t code, int dimension, float *centroid,
                                     dove_error *error);

/* The lineage of a run: every code that ever lived in it, with its life and one row for each parent. */
typedef struct dove_store_lineage_row {
  int64_t code;
  const char *name;
  dove_store_code_origin origin;
  int64_t born_t, died_t; /* died_t -1 while alive */
  int64_t parent;         /* 0: none; a code with two parents has two rows */
} dove_store_lineage_row;

typedef struct dove_store_lineage {
  dove_store_lineage_row *rows; /* ordered by code, then parent */
  size_t count;
  void *strings;
} dove_store_lineage;

/* `code` 0 for all of the run; otherwise that code, its ancestors and its descendants. */
dove_status dove_store_lineage_read(dove_store *store, int64_t run, int64_t code, dove_store_lineage *lineage,
                                    dove_error *error);
void dove_store_lineage_free(dove_store_lineage *lineage);

#endif
