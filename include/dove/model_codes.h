/* One code and one decision in detail, and the differences between two iterations. */
#ifndef DOVE_MODEL_CODES_H
#define DOVE_MODEL_CODES_H

#include "dove/model.h"

/* Usage of codes per group of documents: the mean of q(z=k|x) over the group's documents that are coded (the a^g of
 * SPEC 6 for cultures, the a^θ for models). */
typedef struct dove_usage_group {
  const char *name; /* a culture, or a model's name; borrowed from the matrix */
  bool human;
  int64_t documents;
} dove_usage_group;

typedef struct dove_usage_matrix {
  size_t codes;  /* K, in the order of the codebook */
  size_t groups; /* human documents by culture, then models */
  dove_usage_group *group;
  double *mean; /* groups × codes */
  void *strings;
} dove_usage_matrix;

/* Of the iteration that is looked at; borrowed until the next change or change of view. */
dove_status dove_model_usage(dove_model *model, const dove_usage_matrix **matrix, dove_error *error);

typedef struct dove_near_code {
  int64_t code;
  char *name; /* owned by the detail */
  double cosine;
} dove_near_code;

typedef struct dove_code_relative {
  int64_t code;
  const char *name;
  int64_t born_t;
} dove_code_relative;

typedef struct dove_code_detail {
  int64_t code;
  const char *name;
  dove_store_code_origin origin;
  int64_t born_t, died_t;
  size_t ordinal; /* in the codebook that is looked at; SIZE_MAX when it does not live there */
  dove_code_relative *parents, *children;
  size_t parent_count, child_count;
  dove_near_code *nearest; /* at most 8, most similar first */
  size_t nearest_count;
  void *strings;
} dove_code_detail;

/* A code of the run that is looked at. Freed with dove_code_detail_free(). */
dove_status dove_model_code(dove_model *model, int64_t code, dove_code_detail *detail, dove_error *error);
void dove_code_detail_free(dove_code_detail *detail);

#endif
