/* Scoring a project: every model beside every culture (SPEC 6; paper Eq. 4, 21, 22, Algorithm 2). The results are kept
 * as a score run, with the settings and the seed that made them; runs are never overwritten. */
#ifndef DOVE_SCORE_H
#define DOVE_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"
#include "dove/settings.h"
#include "dove/store_scores.h"

/* Empty lists mean: all that the project has. A role is the persona that a model took; "" is the control. */
typedef struct dove_score_options {
  const char *const *models;
  size_t model_count;
  const char *const *cultures;
  size_t culture_count;
  const char *const *roles;
  size_t role_count;
  const dove_settings *settings; /* NULL: the project's; epsilon … ceiling_splits, bootstrap, seed are used */
  int64_t codebook_run;          /* 0: the current codebook */
  int64_t iteration;             /* of that run; looked at when codebook_run is not 0 */
  bool anew;                     /* never go on with an unfinished run */
} dove_score_options;

/* Scores and stores. Each pair is committed when it is done; a run that was cancelled or killed is gone on with when
 * the same is asked for again on the same documents, codebook and settings, and what it has is not computed again.
 * Documents that came after the codebook was built are coded first.
 *
 * *score_run gets the run's id, also when the status is DOVE_CANCELLED. DOVE_NOT_FOUND, naming what there is, when
 * there is no codebook, no coded document, or a model, culture or role that was asked for has no documents. Pairs of
 * the default lists that lack documents are left out. */
dove_status dove_score(dove_store *store, const dove_score_options *options, int64_t *score_run,
                       const dove_progress *progress, dove_error *error);

/* A document behind a flow of a stored score. */
typedef struct dove_score_document {
  int64_t document; /* the store's id */
  double q;         /* q(z=code|x) */
  double share;     /* of the mass that its side has on the code: q / (n · a(code)) */
} dove_score_document;

typedef struct dove_score_documents {
  dove_score_document *human; /* by falling share */
  size_t human_count;
  dove_score_document *model;
  size_t model_count;
} dove_score_documents;

/* The documents that carry the flow from code `from` (on the human side) to code `to` (on the model's side): those in
 * which it was recognised, at most `limit` a side. Codes are the store's ids. Freed with dove_score_documents_free().
 */
dove_status dove_score_flow_documents(dove_store *store, const dove_store_score *score, int64_t from, int64_t to,
                                      size_t limit, dove_score_documents *documents, dove_error *error);
void dove_score_documents_free(dove_score_documents *documents);

#endif
