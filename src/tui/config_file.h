/* Files that people write: one statement a line, "#" starts a comment, errors name file and line. */
#ifndef DOVE_TUI_CONFIG_FILE_H
#define DOVE_TUI_CONFIG_FILE_H

#include <stdbool.h>

#include "dove/error.h"

/* Calls `statement` with each line that says something, blanks around it taken off. A failure of it ends the reading
 * and comes back as "PATH:LINE: MESSAGE". DOVE_NOT_FOUND when there is no such file. */
dove_status dove_config_read(const char *path, dove_status (*statement)(void *user, char *line, dove_error *error),
                             void *user, dove_error *error);

/* The same, but a line that fails does not end it: `wrong` is told of each, as "PATH:LINE: MESSAGE". */
dove_status dove_config_read_all(const char *path, dove_status (*statement)(void *user, char *line, dove_error *error),
                                 void (*wrong)(void *user, const dove_error *error), void *user, dove_error *error);

/* Splits "NAME = VALUE" in place; both without blanks around them. False when there is no "=". */
bool dove_config_assignment(char *line, char **name, char **value);

/* The path of a file of the user: "$XDG_CONFIG_HOME/dove/NAME" with the variable `home` ("XDG_CONFIG_HOME",
 * "XDG_STATE_HOME"), or under $HOME/`otherwise` (".config", ".local/state") when it is not set. NULL when neither is
 * known or memory ran out. Freed with free(). */
char *dove_config_path(const char *home, const char *otherwise, const char *name);

#endif
