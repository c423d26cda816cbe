/* Weighted sampling without replacement and the probability of what was drawn (SPEC 4). */
#ifndef DOVE_SAMPLING_H
#define DOVE_SAMPLING_H

#include <stddef.h>
#include <stdint.h>

#include "dove/random.h"

/* The most that one call can draw. */
#define DOVE_SAMPLE_LIMIT ((size_t)256)

/* Draws up to `wanted` (at most DOVE_SAMPLE_LIMIT) of `count` items without replacement, one by one in proportion to
 * their weights (Gumbel top-k). Items with weight ≤ 0 are never drawn, so fewer than `wanted` may come back. Writes
 * their indices in the order of the draw to `chosen` (room for `wanted`) and returns their number. One Gumbel variate
 * is used per positive weight. */
size_t dove_sample_without_replacement(dove_random *random, const double *weights, size_t count, size_t wanted,
                                       uint32_t *chosen);

/* Plackett–Luce log-probability of drawing items with the weights `drawn[0]`, `drawn[1]`, … in this order out of a
 * total weight `total` (1 for probabilities): Σ_m log( drawn[m] / (total − Σ_{l<m} drawn[l]) ). −inf for a weight of 0.
 */
double dove_plackett_luce_log(const double *drawn, size_t count, double total);

#endif
