/* One code and one decision in detail, and the differences between two iterations. */
#ifndef DOVE_MODEL_CODES_H
#define DOVE_MODEL_CODES_H

#include "dove/model.h"

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
