/* Deterministic random streams. A stream is named by a seed and two numbers (say, iteration and document), so that
 * parallel loops draw the same numbers whatever the number of threads. The generator is SplitMix64-seeded
 * xoshiro256++ (Blackman and Vigna 2019): 32 bytes of state on the stack, where GSL's generators are heap objects. */
#ifndef DOVE_RANDOM_H
#define DOVE_RANDOM_H

#include <stdint.h>

typedef struct dove_random {
  uint64_t state[4];
} dove_random;

/* The stream (a, b) of a seed: other numbers give other draws. */
dove_random dove_random_stream(uint64_t seed, uint64_t a, uint64_t b);

/* 64 independent bits. */
uint64_t dove_random_bits(dove_random *random);

/* Uniform in [0, 1), 53 bits; uniform in (0, 1), never an end point. */
double dove_random_uniform(dove_random *random);
double dove_random_uniform_open(dove_random *random);

/* Uniform in 0 … bound-1 without bias; bound ≥ 1. */
uint64_t dove_random_below(dove_random *random, uint64_t bound);

/* Standard normal and standard Gumbel variates. */
double dove_random_normal(dove_random *random);
double dove_random_gumbel(dove_random *random);

/* A well-mixed 64-bit hash of two numbers (counter-based draws). */
uint64_t dove_random_mix(uint64_t a, uint64_t b);

/* Fisher–Yates shuffle of `count` items. */
void dove_random_shuffle(dove_random *random, uint32_t *items, uint32_t count);

#endif
