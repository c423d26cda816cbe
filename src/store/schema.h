/* The schema as an ordered list of patches. */
#ifndef DOVE_STORE_SCHEMA_H
#define DOVE_STORE_SCHEMA_H

#include <sqlite3.h>
#include <stddef.h>

#include "dove/error.h"

/* "DOVE" in ASCII. */
#define DOVE_APPLICATION_ID 0x444F5645

typedef struct dove_store_patch {
  int version; /* the version that the project has afterwards */
  const char *const *statements;
  size_t count;
} dove_store_patch;

/* Ordered by version, each one larger than the one before. */
typedef struct dove_store_patches {
  const dove_store_patch *rows;
  size_t count;
} dove_store_patches;

extern const dove_store_patches dove_store_all_patches;

int dove_store_newest_version(const dove_store_patches *patches);

/* Applies all patches above `version` and sets user_version, in one transaction that is rolled back on failure.
 * `path` is for messages. */
dove_status dove_store_apply_patches(sqlite3 *database, const dove_store_patches *patches, int version,
                                     const char *path, dove_error *error);

#endif
