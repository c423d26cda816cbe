/* Entropies of probability vectors, in nats (SPEC 2, 4). Entries that are 0 contribute nothing. */
#ifndef DOVE_ENTROPY_H
#define DOVE_ENTROPY_H

#include <stddef.h>

/* Shannon entropy H(p) = −Σ p log p of `count` probabilities. */
double dove_entropy(const double *p, size_t count);

/* Rényi entropy of order 2: H_2(p) = −log Σ p². */
double dove_entropy_renyi2(const double *p, size_t count);

/* Prop. 3.1: log K − H_2, 0 when all K codes are used alike. */
double dove_redundancy(const double *p, size_t count);

/* M(M−1)/2 · exp(−H_2): bound on the chance that M draws repeat a code (SPEC 4); may exceed 1. */
double dove_repeat_bound(size_t draws, double renyi2);

#endif
