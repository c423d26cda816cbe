/* The percentile bootstrap over groups (topics, or documents where topics are missing; SPEC 6). */
#ifndef DOVE_BOOTSTRAP_H
#define DOVE_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

/* Draws `groups` groups with replacement for one replicate: multiplicities[g] says how often group g came. Depends on
 * seed and replicate alone, so that replicates may be computed in any order and by any thread. */
void dove_bootstrap_draw(uint64_t seed, uint64_t replicate, size_t groups, uint32_t *multiplicities);

/* Splits the groups at random into two halves that differ by one group at most: half[g] is 0 or 1 (for ceilings). */
dove_status dove_bootstrap_halves(uint64_t seed, uint64_t replicate, size_t groups, uint8_t *half, dove_error *error);

/* A statistic of one replicate. Called from several threads at once; must not change shared data. */
typedef dove_status (*dove_bootstrap_statistic)(void *user, size_t replicate, const uint32_t *multiplicities,
                                                double *value, dove_error *error);

/* Computes `statistic` on every replicate, in parallel, into values[replicates]. Returns the first failure in order of
 * replicates among those seen, or DOVE_CANCELLED. */
dove_status dove_bootstrap_run(uint64_t seed, size_t groups, size_t replicates, dove_bootstrap_statistic statistic,
                               void *user, const dove_progress *progress, double *values, dove_error *error);

#endif
