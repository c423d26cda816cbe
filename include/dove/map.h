/* The map of a project: where its expressions lie in two dimensions (UMAP, as in Fig. 4 and 5 of the paper), for
 * looking at; no number of the method comes from it. */
#ifndef DOVE_MAP_H
#define DOVE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/error.h"
#include "dove/progress.h"
#include "dove/store.h"

typedef struct dove_map_options {
  bool again; /* although there is one of the same expressions and settings */
} dove_map_options;

typedef struct dove_map_report {
  size_t expressions; /* on the map */
  size_t without;     /* left out: no vector */
  bool kept;          /* the one that was there is still right */
} dove_map_report;

/* Lays out all expressions that have a vector: 2 dimensions, min_dist 0.1, neighbors and seed of the settings. The
 * same seed gives the same map. The map is replaced when the new one is complete; DOVE_CANCELLED leaves the old one.
 * DOVE_INPUT when nothing has a vector. Stages: those of UMAP, "saving". */
dove_status dove_map(dove_store *store, const dove_map_options *options, dove_map_report *report,
                     const dove_progress *progress, dove_error *error);

#endif
