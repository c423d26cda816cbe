/* What a review needs, whoever brings it. */
#ifndef DOVE_STORE_OVERRIDES_INTERNAL_H
#define DOVE_STORE_OVERRIDES_INTERNAL_H

#include "dove/store_overrides.h"

/* DOVE_INPUT when something is missing that its kind needs, or a name cannot be one. */
dove_status dove_store_override_needs(const dove_store_new_override *entry, dove_error *error);

#endif
