/* What a reader wants to know of a code: its definition, quotes from each culture, usage, and where it comes from.
 * Private to the export. */
#ifndef DOVE_METHOD_CODE_PORTRAIT_H
#define DOVE_METHOD_CODE_PORTRAIT_H

#include "dove/store_codes.h"
#include "dove/store_runs.h"

/* At most so many quotes of a culture, or of a model. */
enum { CODE_QUOTES = 2 };

typedef struct code_quote {
  char *group;    /* the culture of a person's document, the source of a model's */
  char *document; /* its external id */
  char *text;     /* the evidence, or what the expression says where there is none */
} code_quote;

typedef struct code_portrait {
  char *definition;   /* its own, or the description of its most central member; "" without either */
  code_quote *quotes; /* by group, in the order in which groups first come among the members */
  size_t quote_count, quote_capacity;
} code_portrait;

/* The code at an iteration; freed with code_portrait_free(), also after an error. */
dove_status code_portrait_read(dove_store *store, int64_t iteration, int64_t code, code_portrait *portrait,
                               dove_error *error);
void code_portrait_free(code_portrait *portrait);

#endif
