/* What a model would be asked, word for word, before anybody asks it. */
#ifndef DOVE_PROMPT_PREVIEW_H
#define DOVE_PROMPT_PREVIEW_H

#include "dove/error.h"
#include "dove/store.h"

/* The message of a prompt for a document: its text, topic and culture are put in, what comes from elsewhere (the values
 * of a set, a role) stays as {field}. `document` 0: the first one. Above it stands which model is asked, whose prompt
 * it is, and about how many tokens it has. Freed with free(). DOVE_USAGE when there is no such prompt, DOVE_NOT_FOUND
 * when there is no document. */
dove_status dove_prompt_preview(dove_store *store, const char *name, int64_t document, char **text, dove_error *error);

#endif
