/* The explorer: the full-screen program. cli/ calls it; nothing else does. */
#ifndef DOVE_EXPLORER_H
#define DOVE_EXPLORER_H

#include <stdbool.h>

#include "dove/error.h"

typedef struct dove_explorer_options {
  const char *theme; /* NULL: the configuration's, else by the terminal */
  bool ascii;        /* draw with ASCII only */
  bool no_mouse;
  const char *start; /* command to give first, as after `:`; NULL: none */
} dove_explorer_options;

/* Opens the project (NULL: none, help and menu work) on the terminal and returns when the user leaves. The terminal is
 * put back whatever happens. `options` may be NULL. Fails with DOVE_USAGE when input or output is no terminal or TERM
 * is unknown. */
dove_status dove_explorer_run(const char *project_path, const dove_explorer_options *options, dove_error *error);

#endif
