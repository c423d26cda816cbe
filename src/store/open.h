/* Opening a project file and refusing what is none. */
#ifndef DOVE_STORE_OPEN_H
#define DOVE_STORE_OPEN_H

#include "store/internal.h"

/* Connects to a file that was accepted before. */
dove_status dove_store_connect(const char *path, bool read_only, bool immutable, dove_store **store, dove_error *error);

#endif
