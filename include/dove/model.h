/* What panes and verbs read: one model per opened project, on its own connection. It holds the codebook that is being
 * looked at (a run and an iteration of it) and what is costly to read twice; everything else is read page by page.
 * A model belongs to one thread. Nothing here writes. */
#ifndef DOVE_MODEL_H
#define DOVE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/store.h"
#include "dove/store_codes.h"
#include "dove/store_project.h"
#include "dove/store_runs.h"

typedef struct dove_model dove_model;

/* Opens a project; the cost is the same for a small and a large one. */
dove_status dove_model_open(const char *path, dove_model **model, dove_error *error);
void dove_model_close(dove_model *model);

bool dove_model_is_read_only(const dove_model *model);

/* The model's connection, for the controller that lives on the same thread; owned by the model. */
dove_store *dove_model_store(dove_model *model);

/* True when something was committed since the last dove_model_catch_up() (by a job, or by another program): what is
 * shown is of before that. Cheap, and drops nothing. */
bool dove_model_changed(dove_model *model);
/* Drops what the model keeps: what is asked of it next is read again, with what others committed until now. */
void dove_model_catch_up(dove_model *model);
/* The same for what this thread itself wrote. */
void dove_model_invalidate(dove_model *model);
/* Rises whenever something that was borrowed from the model is gone: after a change and after a change of view. Whoever
 * keeps borrowed things compares it with what it was when they were read, and reads them again. */
uint64_t dove_model_generation(const dove_model *model);

/* The codebook that is looked at. It follows the project's current one until a person steps elsewhere. */
typedef struct dove_view {
  int64_t run;       /* 0: there is no codebook */
  int64_t t;         /* of `iterations` ones, 0 … iterations-1 */
  int64_t iteration; /* its id in the store */
  int64_t iterations;
  bool current; /* the one that coding and scoring use */
} dove_view;

dove_view dove_model_view(dove_model *model);
/* DOVE_NOT_FOUND when the run has no such iteration; the view is then unchanged. */
dove_status dove_model_view_set(dove_model *model, int64_t run, int64_t t, dove_error *error);
/* One iteration on (+1) or back (-1); false at the end. */
bool dove_model_view_step(dove_model *model, int step);
/* Back to the project's current codebook, which is then followed again. */
void dove_model_view_follow(dove_model *model);

/* The iterations of the run that is looked at, C⁰ … C^T; borrowed until the next change or change of view. NULL and 0
 * without a codebook. */
const dove_store_iteration *dove_model_iterations(dove_model *model, size_t *count);
/* The one that is looked at; NULL without a codebook. */
const dove_store_iteration *dove_model_iteration(dove_model *model);

/* The first thing that is still to be done. */
typedef enum dove_next_step {
  DOVE_NEXT_IMPORT,
  DOVE_NEXT_EXTRACT,
  DOVE_NEXT_EMBED,
  DOVE_NEXT_BUILD,
  DOVE_NEXT_SCORE,
  DOVE_NEXT_NOTHING,
} dove_next_step;

/* What the project holds. Borrowed until the next change. */
typedef struct dove_overview {
  dove_store_counts counts;
  dove_store_label_list cultures, sources, topics, roles;
  char embedder[128]; /* "" while there is none */
  int dimension;
  dove_next_step next;
} dove_overview;

dove_status dove_model_overview(dove_model *model, const dove_overview **overview, dove_error *error);

#endif
