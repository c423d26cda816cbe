/* The program's log: a file that the user names (DOVE_LOG or --log), never the screen. Silent until opened.
 * Control characters are made visible, so that a log can be read in a terminal. Thread-safe. */
#ifndef DOVE_LOG_H
#define DOVE_LOG_H

#include "dove/error.h"

dove_status dove_log_open(const char *path, dove_error *error);
void dove_log_close(void);
__attribute__((format(printf, 1, 2))) void dove_log(const char *format, ...);

#endif
