/* API keys: where they come from, and that they go nowhere else (SPEC 10). A setting says where a key is, never what it
 * is. */
#ifndef DOVE_SECRET_H
#define DOVE_SECRET_H

#include <stdbool.h>

#include "dove/error.h"

/* True for what may stand in a setting: "" (no key), "$NAME", "file:PATH", "command:WORDS". */
bool dove_secret_is_source(const char *source);

/* Reads a key: from the environment variable NAME, from the first line of a file that only its owner can read or write
 * (0600 or 0400, else refused), or from the first line that a shell command prints. *secret is NULL for "", else freed
 * with dove_secret_free(). DOVE_INPUT, naming the source, when there is none or it has characters that no key has. */
dove_status dove_secret_read(const char *source, char **secret, dove_error *error);

/* Overwrites `secret` in `text` by asterisks, wherever it stands. NULL secret: nothing to do. */
void dove_secret_redact(char *text, const char *secret);

/* Overwrites it before it frees it. */
void dove_secret_free(char *secret);

#endif
