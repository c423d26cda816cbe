/* Candidate sets of codes (SPEC 4): drawing them, and keeping the best. Private to this room. */
#ifndef DOVE_METHOD_CANDIDATES_H
#define DOVE_METHOD_CANDIDATES_H

#include <stdint.h>

#include "dove/objective.h"

/* Draws the sets of every document of q. `weight` is the log-probability of each draw; `distortion` is not yet set. */
dove_status dove_candidates_draw(const dove_sparse *q, const dove_settings *settings, uint64_t stream,
                                 dove_candidate_sets *sets, dove_error *error);

/* Keeps the `limit` sets of least distortion of each document (the earlier draw of equals), with weights that sum to 1
 * within the document. */
dove_status dove_candidates_keep(const dove_candidate_sets *drawn, size_t limit, dove_candidate_sets *kept,
                                 dove_error *error);

void dove_candidates_free(dove_candidate_sets *sets);

#endif
