#include "dove/random.h"

#include <math.h>

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t split_mix(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t dove_random_mix(uint64_t a, uint64_t b) {
  uint64_t state = a;
  uint64_t mixed = split_mix(&state) ^ b;
  return split_mix(&mixed);
}

dove_random dove_random_stream(uint64_t seed, uint64_t a, uint64_t b) {
  uint64_t state = dove_random_mix(dove_random_mix(seed, a), b);
  dove_random random;
  for (int i = 0; i < 4; i++) random.state[i] = split_mix(&state);
  return random;
}

static uint64_t rotate(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

uint64_t dove_random_bits(dove_random *random) {
  uint64_t *s = random->state;
  const uint64_t result = rotate(s[0] + s[3], 23) + s[0];
  const uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotate(s[3], 45);
  return result;
}

double dove_random_uniform(dove_random *random) { return (double)(dove_random_bits(random) >> 11) * 0x1p-53; }

double dove_random_uniform_open(dove_random *random) {
  return ((double)(dove_random_bits(random) >> 12) + 0.5) * 0x1p-52;
}

uint64_t dove_random_below(dove_random *random, uint64_t bound) {
  const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  uint64_t bits;
  do {
    bits = dove_random_bits(random);
  } while (bits >= limit);
  return bits % bound;
}

double dove_random_normal(dove_random *random) {
  const double radius = sqrt(-2.0 * log(dove_random_uniform_open(random)));
  return radius * cos(6.283185307179586476925 * dove_random_uniform(random));
}

double dove_random_gumbel(dove_random *random) { return -log(-log(dove_random_uniform_open(random))); }

void dove_random_shuffle(dove_random *random, uint32_t *items, uint32_t count) {
  for (uint32_t i = count; i > 1; i--) {
    const uint32_t j = (uint32_t)dove_random_below(random, i);
    const uint32_t kept = items[i - 1];
    items[i - 1] = items[j];
    items[j] = kept;
  }
}
