/* What models write when they are asked for JSON: the strict form of it, or the reason why there is none. */
#ifndef DOVE_REPLY_H
#define DOVE_REPLY_H

#include <stddef.h>

#include "dove/error.h"

/* The one object or list of objects that a text holds, as strict JSON (freed with free()). Taken: JSON with text or a
 * code fence around it, single quotes, True, False and None, commas before a closing bracket, line feeds within
 * strings. Not guessed at: a text that is cut off, two different values, a string whose end is in doubt: DOVE_INPUT,
 * with a reason that can be told to the model. Numbers in brackets ("[1]") are text. */
dove_status dove_reply_json(const char *text, size_t length, char **json, dove_error *error);

#endif
