/* What overrides would do, before they are kept (SPEC 5): the codebook is refined in memory as a build would refine it,
 * measured with the same objective (SPEC 4), and scored with the same divergence (SPEC 6). Nothing is stored.
 * With the distortion `centroid` new codes get provisional names from the embedded namer; a decoder that is
 * a model is asked, and a namer with it, as a build would ask them: their replies are kept for it. */
#ifndef DOVE_PREVIEW_H
#define DOVE_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/objective.h"
#include "dove/progress.h"
#include "dove/store.h"
#include "dove/store_overrides.h"

/* A cosine from which on an expression counts as covered by its code. */
#define DOVE_COVERED_COSINE 0.5

typedef struct dove_preview_request {
  int64_t run;
  int64_t t;  /* the step that leads to C^t; C^(t−1) must be there */
  bool rules; /* true: the step as the run would make it, with the rules and the overrides; before: C^t of the run, or,
                 where the run ended at t−1, what the rules alone make of it. false: the overrides alone act on C^(t−1),
                 which is before */
  bool pending; /* also apply what stands for this step of the run already; before: with these, if there are any */
  const dove_store_new_override *entries; /* those to look at: their run and t are the request's */
  size_t count;
} dove_preview_request;

/* One side. Means are over the expressions that the run was built from, and over the codes. */
typedef struct dove_preview_side {
  dove_objective objective;
  size_t codes;       /* K */
  double mean_cosine; /* coverage: mean over expressions of max_k cos(e_v, e_ck) */
  double covered;     /* coverage: share of expressions with max_k cos ≥ DOVE_COVERED_COSINE */
  double
      mean_neighbour; /* redundancy: mean over codes of the cosine to the nearest other centroid; NAN with one code */
  double largest_neighbour;
} dove_preview_side;

/* A pair of the newest score run, under both codebooks. Numbers are percent, as `dove score` prints them. */
typedef struct dove_preview_score {
  char model[64], culture[64], role[64];
  double before, after;
  double stored, low, high; /* as that run stored it, with its 95 % interval; NAN where it has none */
} dove_preview_score;

typedef struct dove_preview_entry {
  bool applied; /* false: impossible */
  char reason[160];
} dove_preview_entry;

typedef struct dove_preview {
  bool rules;
  int64_t t;
  size_t pending;      /* overrides that stand for this step already, and act on both sides */
  double stored_score; /* S of `before` as the run stored it; NAN when it is no iteration of it. `before` is measured
                          with the random draws of t, as `after`, so that the difference is the overrides' alone */
  dove_preview_side before, after;
  dove_preview_entry *entries; /* as many as asked for */
  size_t entry_count;
  char *names_gone;        /* owned: the codes that only `before` has, ", " between them; "" for none */
  char *names_new;         /* owned: those that only `after` has */
  int64_t judgments;       /* answers of annotators that hold for the codebook before … */
  int64_t judgments_stale; /* … and would not for the one after: the members of their codes change */
  int64_t score_run;       /* whose pairs these are; 0: nothing was scored yet */
  bool scored_before;      /* that run was made with the codebook before: `stored` is `before` */
  dove_preview_score *scores;
  size_t score_count;
} dove_preview;

/* No model is asked: replies of earlier builds are in the cache, and where others are needed it is DOVE_USAGE with how
 * many. Freed with dove_preview_free(), also after an error. DOVE_NOT_FOUND when the run has no C^(t−1) or a code is
 * not in it; DOVE_INPUT when the project was embedded anew since the run was built. Stages: "reading vectors",
 * "measuring", "splitting", "merging", "naming", "scoring". */
dove_status dove_preview_make(dove_store *store, const dove_preview_request *request, dove_preview *preview,
                              const dove_progress *progress, dove_error *error);
void dove_preview_free(dove_preview *preview);

#endif
