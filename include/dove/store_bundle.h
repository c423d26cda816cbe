/* A compact copy of a project, for showing and replaying it elsewhere. */
#ifndef DOVE_STORE_BUNDLE_H
#define DOVE_STORE_BUNDLE_H

#include <stdbool.h>

#include "dove/store.h"

/* Writes a copy to `path`, complete or not at all; a project that stands there is not replaced (DOVE_IO). Left out are
 * settings that say where keys are, what was asked (the answers stay, so that running again asks nothing), failed
 * requests, the record of jobs and the steps back; without `answers` the answers too. */
dove_status dove_store_bundle(dove_store *store, const char *path, bool answers, dove_error *error);

#endif
