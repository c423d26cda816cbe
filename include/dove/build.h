/* Building a codebook (Algorithm 1) as a job that can be stopped and resumed at any moment: what an iteration found is
 * committed in one transaction, and a run that was killed goes on from its last committed iteration. The same seed
 * gives the same codebook, bit for bit, whatever the number of threads and however often the run was interrupted. */
#ifndef DOVE_BUILD_H
#define DOVE_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/objective.h"
#include "dove/progress.h"
#include "dove/refine.h"
#include "dove/settings.h"
#include "dove/store.h"

typedef struct dove_build_options {
  int64_t resume_run; /* with resume_iteration: the run to resume from, 0 for the current one. Without: an unfinished
                         run to go on with, 0 for the newest one when it was left unfinished */
  int64_t resume_iteration; /* < 0: none. t ≥ 0: a new run that shares C⁰ … C^t with the old one and refines from there;
                               the old run is kept */
  bool fresh;               /* a new run in any case; one that was left unfinished stays as it is */
  int64_t iterations;       /* T; < 0: that of the settings */
  int64_t seed;             /* of a new run; < 0: that of the settings */
  dove_refinement_override *overrides; /* what a reviewer wants done otherwise; `applied` is set */
  size_t override_count;
  bool with_overrides;  /* those that stand in the store for the run that is resumed, in place of `overrides`. With
                           resume_iteration < 0: from the iteration before the earliest of them */
  bool overrides_alone; /* the first step is made by overrides alone, and is the last: the rules do nothing */
  bool dry_run;         /* only tell what would be done */
} dove_build_options;

/* No run named, T and seed of the settings. */
dove_build_options dove_build_defaults(void);

/* Called after each committed iteration, from the thread that builds; may be NULL. */
typedef void dove_build_iteration(void *user, int64_t run, int64_t iteration, size_t codes,
                                  const dove_objective *objective);

typedef struct dove_build_report {
  int64_t run;
  int64_t first_iteration; /* the first that this call computed */
  int64_t last_iteration;
  int64_t best_iteration; /* of highest S */
  size_t codes;           /* of the best */
  double score;           /* S of the best */
  bool resumed;
  bool fallback;            /* C⁰ came from K-means */
  char stopped_by[32];      /* "tau1", "nothing to refine", "patience", "iterations", "overrides alone", "cancelled" */
  size_t documents;         /* in the building */
  size_t documents_without; /* left out: no expression with a vector */
  size_t expressions;       /* in the building */
  size_t expressions_without; /* left out: no vector */
  size_t overrides_applied;
  size_t overrides_impossible;
} dove_build_report;

/* A run that was killed, cancelled or failed goes on from its last committed iteration when the settings and prompts
 * that shape a codebook, the documents and the vectors are still those that it was begun with; otherwise a new run
 * begins and the old one stays as it is. Settings are the project's for a new run; one that is resumed keeps its own, T
 * apart. C^t is measured before it is stored, the last one too. When the run ends it becomes the current one, unless a
 * person chose an iteration of another run.
 *
 * With overrides the step that they are for is made even where the rules would have ended the run before it, and a run
 * that is gone on with after a kill is given those that it was begun with. A run made by overrides alone is used at
 * that step, whatever its S: a person asked for it. When none of them could be applied it is not used.
 *
 * DOVE_INPUT when there is no expression with a vector, or when documents of a run that was named were removed or
 * embedded anew since; DOVE_USAGE when a run that was named is finished. DOVE_CANCELLED leaves the run unfinished, with
 * all iterations committed so far. Two builds at a time in one project: the one that is behind fails. Stages: "reading
 * vectors", those of UMAP, HDBSCAN and the assignment, "splitting", "merging", "naming", "saving". */
dove_status dove_build(dove_store *store, const dove_build_options *options, dove_build_iteration *each, void *user,
                       dove_build_report *report, const dove_progress *progress, dove_error *error);

#endif
