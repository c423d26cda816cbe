/* Where the program's own files are. */
#ifndef DOVE_PATHS_H
#define DOVE_PATHS_H

#include "dove/error.h"

/* The path of an asset ("assets/vectors/en.dvec", "sample-data/topics.jsonl"), looked for under $DOVE_SHARE, then
 * beside the program (…/build/../NAME), then under the installation's share folder. Freed with free(); NULL with
 * `error` set when it is in none of them. */
char *dove_path_share(const char *name, dove_error *error);

#endif
