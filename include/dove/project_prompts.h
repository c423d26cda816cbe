/* The prompts that a project's models are asked with: the program's own, or those that the project has in their
 * place. */
#ifndef DOVE_PROJECT_PROMPTS_H
#define DOVE_PROJECT_PROMPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/error.h"
#include "dove/store.h"

typedef struct dove_prompt_info {
  const char *name;   /* "recognizer"; assets/prompts/NAME.txt is the program's own */
  const char *fields; /* separated by spaces: "role topic" */
  const char *help;   /* one line */
} dove_prompt_info;

size_t dove_prompt_count(void);
dove_prompt_info dove_prompt_at(size_t index);
/* DOVE_USAGE, with the names there are, when there is none of that name. */
dove_status dove_prompt_find(const char *name, dove_prompt_info *info, dove_error *error);

/* The prompt that holds in the project, freed with free(). *own (may be NULL): the project has one of its own. */
dove_status dove_project_prompt(dove_store *store, const char *name, char **text, bool *own, dove_error *error);

/* The first 16 hexadecimal digits of a text's SHA-256. */
dove_status dove_prompt_hash(const char *text, char hash[17], dove_error *error);

/* Gives the project a prompt of its own, or with NULL takes it away. DOVE_INPUT, naming the field, when it has not
 * exactly the fields of its name. */
dove_status dove_project_prompt_set(dove_store *store, const char *name, const char *text, dove_error *error);

#endif
