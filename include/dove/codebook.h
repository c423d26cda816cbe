/* The codebook C^t in memory (SPEC 1): K codes, each with a name, a unit centroid and an identity that it keeps from
 * iteration to iteration, and the width σ² that codes with it. */
#ifndef DOVE_CODEBOOK_H
#define DOVE_CODEBOOK_H

#include <stddef.h>
#include <stdint.h>

#include "dove/assign.h"
#include "dove/error.h"
#include "dove/matrix.h"
#include "dove/progress.h"
#include "dove/settings.h"
#include "dove/store_codes.h"

typedef struct dove_codebook_code {
  int64_t id;       /* the store's id; negative (-1, -2, … in order of creation) until it is stored */
  char *name;       /* unique in its codebook, whatever the case */
  int64_t *parents; /* ids of the codes that it was made from; none for those of C⁰ */
  size_t parent_count;
  dove_store_code_origin origin;
} dove_codebook_code;

/* Code k is codes[k], its centroid row k. Codes that live on keep their order, new ones come last. {0} is empty. */
typedef struct dove_codebook {
  size_t count; /* K */
  dove_codebook_code *codes;
  dove_matrix centroids; /* K × D, unit rows */
  double sigma2;         /* σ²; 0 until dove_codebook_set_width() */
} dove_codebook;

/* Room for `count` codes of dimension `dimension`, all zero. */
dove_status dove_codebook_create(dove_codebook *codebook, size_t count, size_t dimension, dove_error *error);
void dove_codebook_free(dove_codebook *codebook);

/* Notes the parents of a code (copied). */
dove_status dove_codebook_set_parents(dove_codebook_code *code, const int64_t *parents, size_t count,
                                      dove_error *error);

/* Copies one code with its centroid to place `to` of another codebook; its id and parents are kept. */
dove_status dove_codebook_copy_code(const dove_codebook *from, size_t index, dove_codebook *into, size_t to,
                                    dove_error *error);

/* The place of the code with identity `id`; `count` when it is not in the codebook. */
size_t dove_codebook_find(const dove_codebook *codebook, int64_t id);

/* What is left of q(z|v) under this is dropped: 1,300 codes lose 1.3e-7 of an expression's probability at the most. */
#define DOVE_CODING_THRESHOLD 1e-10

/* The least σ² that is used: expressions that all equal their centroids have a width of zero, and every code with
 * another cosine then has probability zero, as in the limit. */
#define DOVE_LEAST_SIGMA2 1e-8

/* Sets codebook->sigma2 by the rule (SPEC 2). Members are taken by argmax. `perplexity:P` with P ≥ K cannot be reached:
 * DOVE_USAGE says so and names K. */
dove_status dove_codebook_set_width(dove_codebook *codebook, dove_matrix_view expressions, dove_sigma_setting rule,
                                    const dove_progress *progress, dove_error *error);

/* A document's recognised codes (SPEC 2): the `limit` codes of highest q(z|x) in falling order, those under
 * `min_probability` left out; equal ones in order of the codebook. `limit` ≤ 64; `codes` and `values` (may be
 * NULL) have room for so many; returns how many there are. */
size_t dove_recognised_codes(const dove_sparse *q, size_t document, size_t limit, double min_probability,
                             uint32_t *codes, double *values);

/* Reads C^t of a run from the store, in the order of its ordinals; parents are not read. DOVE_NOT_FOUND when the run
 * has no iteration t. */
dove_status dove_codebook_load(dove_store *store, int64_t run, int64_t t, dove_codebook *codebook, dove_error *error);

#endif
