/* What a code stands for, in words: its definition, where it has one, and what its most central members say. */
#ifndef DOVE_MODEL_QUOTES_H
#define DOVE_MODEL_QUOTES_H

#include "dove/model.h"
#include "dove/store_expressions.h"

typedef struct dove_code_quotes {
  int64_t code;                       /* 0: none */
  char *description;                  /* "" where there is none */
  dove_store_expression_list members; /* most central first */
  int64_t total;                      /* of all members */
} dove_code_quotes;

/* At most `limit` members of a code at an iteration. Freed with dove_code_quotes_free(); on failure there is nothing to
 * free. */
dove_status dove_model_code_quotes(dove_model *model, int64_t iteration, int64_t code, size_t limit,
                                   dove_code_quotes *quotes, dove_error *error);
void dove_code_quotes_free(dove_code_quotes *quotes);

#endif
