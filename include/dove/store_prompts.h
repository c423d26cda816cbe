/* The prompts that a project has in place of the program's own. */
#ifndef DOVE_STORE_PROMPTS_H
#define DOVE_STORE_PROMPTS_H

#include "dove/store.h"

/* *text is NULL when the project has none of that name; freed with free(). */
dove_status dove_store_prompt_get(dove_store *store, const char *name, char **text, dove_error *error);
/* NULL removes it. Durable. */
dove_status dove_store_prompt_set(dove_store *store, const char *name, const char *text, dove_error *error);

#endif
