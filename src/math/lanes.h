/* Eight float32 side by side, as a vector type of gcc and clang: for the loops that neither vectorises by itself.
 * Operators work lane by lane; on processors with narrower registers the compiler splits them. */
#ifndef DOVE_MATH_LANES_H
#define DOVE_MATH_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LANES 8

typedef float lanes __attribute__((vector_size(32)));
typedef int32_t lanes_int __attribute__((vector_size(32)));

static inline lanes lanes_load(const float *from) {
  lanes value;
  memcpy(&value, from, sizeof value);
  return value;
}

static inline void lanes_store(lanes value, float *to) { memcpy(to, &value, sizeof value); }

static inline lanes lanes_all(float x) { return (lanes){x, x, x, x, x, x, x, x}; }

/* Lane by lane a where the mask is set (all ones), b where it is clear. */
static inline lanes lanes_select(lanes_int mask, lanes a, lanes b) {
  return (lanes)((mask & (lanes_int)a) | (~mask & (lanes_int)b));
}

static inline lanes lanes_min(lanes a, lanes b) { return lanes_select(a < b, a, b); }
static inline lanes lanes_max(lanes a, lanes b) { return lanes_select(a > b, a, b); }

/* The sums of eight vectors: lane i of the result is the sum of all lanes of rows[i]. */
static inline lanes lanes_sums(const lanes rows[LANES]) {
  lanes half[4], quarter[2];
  for (size_t i = 0; i < 4; i++) {
    const lanes a = rows[2 * i], b = rows[2 * i + 1];
    half[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) +
              __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (size_t i = 0; i < 2; i++) {
    const lanes a = half[2 * i], b = half[2 * i + 1];
    quarter[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) +
                 __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  return __builtin_shufflevector(quarter[0], quarter[1], 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(quarter[0], quarter[1], 4, 5, 6, 7, 12, 13, 14, 15);
}

/* log2(x) for normal x > 0; absolute error under 2e-7 plus rounding. The mantissa is brought to [√½, √2), where
 * log(m) = 2 artanh((m − 1) / (m + 1)) needs five terms. */
static inline lanes lanes_log2(lanes x) {
  const lanes_int bits = (lanes_int)x;
  const lanes_int exponent = (bits - 0x3f3504f3) >> 23;
  const lanes mantissa = (lanes)(bits - exponent * (1 << 23));
  const lanes s = (mantissa - 1.0f) / (mantissa + 1.0f), t = s * s;
  const lanes series = 1.0f + t * (1.0f / 3.0f + t * (0.2f + t * (1.0f / 7.0f + t * (1.0f / 9.0f))));
  return __builtin_convertvector(exponent, lanes) + 2.88539008f * s * series;
}

/* 2^x, relative error under 3e-7; x is held to [-126, 126]. Adding and taking away 1.5 · 2^23 rounds. */
static inline lanes lanes_exp2(lanes x) {
  const lanes held = lanes_min(lanes_max(x, lanes_all(-126.0f)), lanes_all(126.0f));
  const lanes whole = (held + 12582912.0f) - 12582912.0f;
  const lanes r = (held - whole) * 0.693147181f;
  const lanes high = 1.0f / 6.0f + r * (1.0f / 24.0f + r * (1.0f / 120.0f + r * (1.0f / 720.0f)));
  const lanes series = 1.0f + r * (1.0f + r * (0.5f + r * high));
  const lanes_int scale = (__builtin_convertvector(whole, lanes_int) + 127) * (1 << 23);
  return series * (lanes)scale;
}

#endif
