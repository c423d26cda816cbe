/* Drawing documents anew by topic, and solving what was drawn: what intervals and ceilings share. Private to the
 * method. */
#ifndef DOVE_METHOD_RESAMPLE_H
#define DOVE_METHOD_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "dove/assign.h"
#include "dove/distribution.h"
#include "dove/error.h"
#include "dove/progress.h"
#include "dove/uot.h"

enum { RESAMPLE_SETS = 4, RESAMPLE_STRATA = 1 << RESAMPLE_SETS };

/* Replicates are made and solved in chunks of this many, so that memory does not grow with their number; each chunk has
 * a start to pay for. */
enum { RESAMPLE_CHUNK = 1024 };

/* Documents that are drawn together with those of the other sets. Nothing is owned. */
typedef struct resample_set {
  const dove_sparse *q;
  const uint32_t *topic; /* per row of q: its topic's number, or DOVE_NO_GROUP */
  dove_document_set documents;
} resample_set;

/* What is drawn: a topic, or a document without one. Those that stand in the same sets are a stratum: they are drawn
 * among themselves, as many as there are, so that no replicate leaves a set without documents. Stratum 0 is that of the
 * topics that all sets have. */
typedef struct resample_group {
  uint8_t stratum;
  uint32_t number; /* within its stratum */
} resample_group;

typedef struct resample_groups {
  const resample_set *sets; /* borrowed */
  size_t set_count;
  resample_group *of[RESAMPLE_SETS]; /* per member of each set */
  size_t count[RESAMPLE_STRATA];     /* groups of each stratum */
} resample_groups;

/* `sets` (1 … RESAMPLE_SETS) must outlive the groups. Freed with resample_groups_free(), also after an error. */
dove_status resample_groups_make(const resample_set *sets, size_t count, resample_groups *groups, dove_error *error);
void resample_groups_free(resample_groups *groups);

/* Makes the distributions of replicates first … first + count − 1: rows[s] (count × q->columns of set s) gets those of
 * set s. A replicate depends on the seed and its number alone. */
dove_status resample_draw(const resample_groups *groups, uint64_t seed, size_t first, size_t count,
                          double *const rows[RESAMPLE_SETS], dove_error *error);

/* Room for the problems of a chunk: item r stands between rows r of `a` and `b`. */
typedef struct resample_chunk {
  double *a;
  double *b;
  dove_uot_pair *pairs;
  dove_uot_divergence *divergences;
} resample_chunk;

dove_status resample_chunk_make(size_t items, size_t codes, resample_chunk *chunk, dove_error *error);
void resample_chunk_free(resample_chunk *chunk);

/* Progress over all replicates, made of what the solver says of one chunk: self-terms first, then pairs. */
typedef struct resample_progress {
  const dove_progress *outer;
  double done;
  double chunk;
  double total;
} resample_progress;

dove_progress resample_progress_of(resample_progress *within);

/* Replicates are solved to 1e-5 on the log-scalings, or to the options' tolerance when that is coarser. */
dove_uot_options resample_options(const dove_uot_options *options);

#endif
