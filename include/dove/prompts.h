/* Prompts: texts with named fields. A field is a name of lower-case letters and underscores in braces, {document}; any
 * other brace stands for itself. */
#ifndef DOVE_PROMPTS_H
#define DOVE_PROMPTS_H

#include <stddef.h>

#include "dove/error.h"

typedef struct dove_prompt_field {
  const char *name;
  const char *value;
} dove_prompt_field;

/* Reads a prompt: the file `path`, or for "" the program's own assets/prompts/NAME.txt. Freed with free(). DOVE_INPUT
 * when it is empty, longer than 64 KiB or not UTF-8. */
dove_status dove_prompt_read(const char *name, const char *path, char **prompt, dove_error *error);

/* Puts the values in. What stands in a value is not looked at again. Freed with free(). DOVE_INPUT, naming the field,
 * when the prompt has one that is not given, or lacks one that is. */
dove_status dove_prompt_render(const char *prompt, const dove_prompt_field *fields, size_t count, char **text,
                               dove_error *error);

#endif
