/* What the files of the model share. */
#ifndef DOVE_MODEL_INTERNAL_H
#define DOVE_MODEL_INTERNAL_H

#include "dove/model.h"
#include "dove/model_codes.h"
#include "dove/model_map.h"
#include "dove/model_usage.h"
#include "dove/store_documents.h"

/* As many usage matrices are kept as somebody steps back and forth between. */
enum { DOVE_MODEL_USAGES = 8 };

struct dove_model {
  dove_store *store;
  int64_t data_version;
  uint64_t generation;
  bool follow; /* the view follows the project's current codebook */
  bool view_known;
  dove_view view;
  bool iterations_known;
  dove_store_iteration *iterations;
  size_t iteration_count;
  bool overview_known;
  dove_overview overview;
  dove_store_document_key *documents; /* NULL until they are asked for */
  size_t document_count;
  int64_t usage_iteration[DOVE_MODEL_USAGES]; /* of `usage`; 0: none */
  dove_usage_matrix usage[DOVE_MODEL_USAGES];
  size_t usage_next;          /* the place that is taken next */
  int64_t codebook_iteration; /* of `codebook`; 0: none */
  dove_store_codebook codebook;
  bool map_known;
  int64_t map_iteration; /* of the codes in `map`; 0: none */
  dove_point_map map;
};

/* Forgets the usage per group of all iterations. */
void dove_model_forget_usage(dove_model *model);

void dove_model_forget_codebook(dove_model *model);

void dove_model_forget_map(dove_model *model);

/* The codebook that is looked at, with its centroids; borrowed. DOVE_NOT_FOUND without one. */
dove_status dove_model_codebook(dove_model *model, const dove_store_codebook **codebook, dove_error *error);

#endif
