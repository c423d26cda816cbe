/* Enumerations are stored by name. */
#ifndef DOVE_STORE_NAMES_H
#define DOVE_STORE_NAMES_H

#include <stddef.h>

#include "dove/store_runs.h"

/* The place of `name` in `names`; 0 when it is not there, which the schema's CHECKs rule out. */
size_t dove_store_name_index(const char *const *names, size_t count, const char *name);

const char *dove_store_run_status_name(dove_store_run_status status);
dove_store_run_status dove_store_run_status_of(const char *name);

#endif
