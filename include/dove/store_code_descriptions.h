/* What a code means, in words: its definition. Codes that came from a codebook of others have one; those that the
 * program made are told by their members. */
#ifndef DOVE_STORE_CODE_DESCRIPTIONS_H
#define DOVE_STORE_CODE_DESCRIPTIONS_H

#include "dove/store.h"

/* Sets the description of a code; DOVE_NOT_FOUND when there is no such code. */
dove_status dove_store_code_describe(dove_store *store, int64_t code, const char *description, dove_error *error);

/* The description of a code, "" when it has none; freed with free(). */
dove_status dove_store_code_description(dove_store *store, int64_t code, char **description, dove_error *error);

#endif
