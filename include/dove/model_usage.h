/* Who uses which codes: the mean of q(z=k|x) over groups of documents, and what sets two groups apart. */
#ifndef DOVE_MODEL_USAGE_H
#define DOVE_MODEL_USAGE_H

#include "dove/contrast.h"
#include "dove/model.h"

/* The coded documents of people of one culture (the a^g of SPEC 6), or those of one model in one role (the a^θ). */
typedef struct dove_usage_group {
  const char *name; /* "KR", "cedar", "cedar · Korean"; borrowed from the matrix */
  bool human;
  bool role; /* a model that was asked to take a role */
  int64_t documents;
} dove_usage_group;

typedef struct dove_usage_matrix {
  size_t codes;  /* K, in the order of the codebook */
  size_t groups; /* human documents by culture, then models by role */
  const int64_t *ids;
  const char *const *names; /* of the codes; borrowed from the codebook */
  dove_usage_group *group;
  double *mean; /* groups × codes */
  void *strings;
} dove_usage_matrix;

/* Of the iteration that is looked at; borrowed until the next change or change of view. DOVE_NOT_FOUND without a
 * codebook. */
dove_status dove_model_usage(dove_model *model, const dove_usage_matrix **matrix, dove_error *error);

/* True when it is at hand; otherwise dove_model_usage() goes through the coding of all documents. */
bool dove_model_usage_known(dove_model *model);

/* A side of a comparison: the number of a group of the matrix, or several groups at once. */
enum {
  DOVE_SIDE_PEOPLE = -1, /* people of all cultures */
  DOVE_SIDE_MODELS = -2, /* all models, in no role */
  DOVE_SIDE_NONE = -3,   /* nobody: the first side by itself */
};

/* "people", "models", or the name of a group; "" for nobody and for a number past the last group. */
const char *dove_side_name(const dove_usage_matrix *matrix, int side);

/* The side of a name; false when there is none of that name. */
bool dove_side_find(const dove_usage_matrix *matrix, const char *name, int *side);

typedef struct dove_usage_contrast {
  size_t codes;        /* K, in the order of the codebook */
  dove_contrast *code; /* owned */
  size_t documents_first, documents_second;
  size_t topics; /* of either side: the groups behind the intervals */
} dove_usage_contrast;

/* What sets two sides apart; see dove_contrast_codes(). DOVE_INPUT, naming it, when the first side has no coded
 * document. Freed with dove_usage_contrast_free(). */
dove_status dove_model_contrast(dove_model *model, int first, int second, dove_usage_contrast *contrast,
                                dove_error *error);
void dove_usage_contrast_free(dove_usage_contrast *contrast);

#endif
