/* Opening a project for a verb. */
#ifndef CLI_PROJECT_H
#define CLI_PROJECT_H

#include "dove/error.h"
#include "dove/store.h"

/* DOVE_PROJECT when there is no file at `path`, with how to make one. */
dove_status cli_check_project(const char *path, dove_error *error);

/* Opens the project that a verb was given, as dove_store_open(); a missing file is DOVE_PROJECT here, since the command
 * line promises exit code 5 for it. */
dove_status cli_open_project(const char *path, dove_store **store, dove_error *error);

#endif
