/* What a scoring works on: the coded documents, and which of them stand on either side of each pair. Private to the
 * scoring. */
#ifndef DOVE_METHOD_SCORE_PLAN_H
#define DOVE_METHOD_SCORE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "dove/codebook.h"
#include "dove/coding.h"
#include "dove/distribution.h"
#include "dove/score.h"
#include "dove/store_documents.h"
#include "dove/store_project.h"
#include "dove/uot.h"

/* One culture, or one model in one role, with its documents. */
typedef struct score_side {
  const char *name;           /* the culture or the model; owned by the labels */
  const char *role;           /* "" for the control */
  uint32_t *rows;             /* of the coding's q */
  dove_document_set rows_set; /* the same, as a set */
} score_side;

/* All pairs are cultures × models, in this order. */
typedef struct score_plan {
  dove_store_current at; /* the codebook */
  dove_codebook codebook;
  dove_coding coding;
  uint32_t *topic;                                   /* per row of q: the topic's label, or DOVE_NO_GROUP */
  dove_store_document_key *keys;                     /* per row of q */
  dove_store_label_list labels[DOVE_STORE_ROLE + 1]; /* by dove_store_label_kind */
  score_side *cultures;
  size_t culture_count;
  score_side *models;
  size_t model_count;
} score_plan;

/* Codes what is not coded yet and finds the pairs. Freed with score_plan_free(), also after an error. */
dove_status score_plan_make(dove_store *store, const dove_score_options *options, score_plan *plan,
                            const dove_progress *progress, dove_error *error);
void score_plan_free(score_plan *plan);

/* The same for a coding that is there: plan->coding is filled in (its q may be of another codebook), the rest empty. */
dove_status score_plan_sort(dove_store *store, const dove_score_options *options, score_plan *plan, dove_error *error);

/* How distributions are transported under these settings. */
dove_uot_options score_transport(const dove_settings *settings);

/* A hash of everything that the scores depend on, apart from settings: documents, their labels, their coding. */
uint64_t score_plan_fingerprint(const score_plan *plan);

#endif
