/* The history of codes' distortions, which decides on splits (SPEC 5). Private to this room. */
#ifndef DOVE_METHOD_BUILD_HISTORY_H
#define DOVE_METHOD_BUILD_HISTORY_H

#include "dove/codebook.h"
#include "dove/error.h"
#include "dove/objective.h"

/* d(c_k) of each code of C^t of `run` at t−1, NaN without history: from the store; a renamed code has that of its
 * parent. *history is freed with free(). */
dove_status dove_build_history_read(dove_store *store, int64_t run, int64_t t, const dove_codebook *codebook,
                                    double **history, dove_error *error);

/* The same for a codebook that was just made from `before`: codes that live on by identity, renamed ones by their
 * parent. */
dove_status dove_build_history_make(const dove_codebook *before, const dove_measurement *measurement,
                                    const dove_codebook *next, double **history, dove_error *error);

/* No code has a history; NULL when memory ran out. */
double *dove_build_history_none(size_t codes);

#endif
