/* The initial codebook C⁰ (SPEC 3; paper App. E.4, F.1). */
#ifndef DOVE_INITIALISE_H
#define DOVE_INITIALISE_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/codebook.h"
#include "dove/error.h"
#include "dove/expression_set.h"
#include "dove/namer.h"
#include "dove/progress.h"
#include "dove/settings.h"

/* How it went, for the record. */
typedef struct dove_initialisation {
  size_t clusters;       /* that HDBSCAN found, or K-means made */
  size_t noise;          /* expressions that HDBSCAN left over */
  size_t noise_codes;    /* of those, the ones that founded a code */
  size_t merged;         /* clusters that similar ones took in */
  bool fallback;         /* HDBSCAN found fewer than two clusters: K-means with K = max(2, round(sqrt(n/2))) */
  double seconds_umap;   /* with the neighbours */
  double seconds_others; /* HDBSCAN, merging, naming */
} dove_initialisation;

/* Makes C⁰ from the set, its width σ² by the rule of the settings. The codes are in order of the number of members,
 * falling, then of their first expression. One expression, or expressions that are all equal, give one code. DOVE_INPUT
 * when the set is empty. */
dove_status dove_initialise(const dove_expression_set *set, const dove_settings *settings, const dove_namer *namer,
                            dove_codebook *codebook, dove_initialisation *record, const dove_progress *progress,
                            dove_error *error);

#endif
