/* How a code is known in another copy of a project. */
#ifndef DOVE_STORE_ANNOTATION_MERGE_H
#define DOVE_STORE_ANNOTATION_MERGE_H

#include "store/internal.h"

/* Of a row with a code's name and centroid. */
uint64_t dove_code_fingerprint(const dove_query *query, int name_column, int centroid_column);

#endif
