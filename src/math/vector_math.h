/* Exponential and logarithm that the compiler can keep in vector registers (the library's are called one number at a
 * time), and sums in a fixed order. Errors are below two units in the last place. */
#ifndef DOVE_MATH_VECTOR_MATH_H
#define DOVE_MATH_VECTOR_MATH_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __FMA__
#define DOVE_MULTIPLY_ADD(a, b, c) __builtin_fma(a, b, c)
#else
#define DOVE_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

typedef union dove_double_bits {
  double number;
  uint64_t bits;
} dove_double_bits;

/* Adding it leaves the integer part of a small number in the low bits. */
#define DOVE_ROUNDER     0x1.8p52
#define DOVE_LN2_HIGH    0x1.62e42fefap-1
#define DOVE_LN2_LOW     0x1.cf79abc9e3b39p-40
#define DOVE_LOG2_E      0x1.71547652b82fep+0
#define DOVE_SQRT_HALF   0x3fe6a09e667f3bcdu
#define DOVE_EXP_LOWEST  (-708.0)
#define DOVE_EXP_HIGHEST 709.0

/* exp(x); 0 below −708 and infinity above 709, where double has no normal number left. */
static inline double dove_vector_exp(double x) {
  const double clamped = x < DOVE_EXP_LOWEST ? DOVE_EXP_LOWEST : (x > DOVE_EXP_HIGHEST ? DOVE_EXP_HIGHEST : x);
  dove_double_bits k = {.number = clamped * DOVE_LOG2_E + DOVE_ROUNDER};
  const double whole = k.number - DOVE_ROUNDER;
  const double r = (clamped - whole * DOVE_LN2_HIGH) - whole * DOVE_LN2_LOW;
  /* Taylor's series to r^13; |r| ≤ ln(2)/2 leaves 4e-18. */
  double p = 1.0 / 6227020800.0;
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 479001600.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 39916800.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 3628800.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 362880.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 40320.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 5040.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 720.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 120.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 24.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0 / 6.0);
  p = DOVE_MULTIPLY_ADD(p, r, 0.5);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0);
  p = DOVE_MULTIPLY_ADD(p, r, 1.0);
  k.bits = (k.bits + 1023u) << 52;
  const double result = p * k.number;
  return x < DOVE_EXP_LOWEST ? 0.0 : (x > DOVE_EXP_HIGHEST ? HUGE_VAL : result);
}

/* log(x) for normal x > 0. */
static inline double dove_vector_log(double x) {
  dove_double_bits in = {.number = x};
  const uint64_t offset = in.bits - DOVE_SQRT_HALF;
  /* The exponent as a signed number, moved into a double without an integer conversion. */
  const uint64_t exponent = ((offset >> 52) ^ 0x800u) - 0x800u;
  const dove_double_bits mantissa = {.bits = in.bits - (exponent << 52)};
  const dove_double_bits shifted = {.bits = exponent + 0x4338000000000000u};
  const double e = shifted.number - DOVE_ROUNDER;
  const double z = (mantissa.number - 1.0) / (mantissa.number + 1.0);
  const double w = z * z;
  double p = 1.0 / 21.0;
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 19.0);
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 17.0);
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 15.0);
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 13.0);
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 11.0);
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 9.0);
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 7.0);
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 5.0);
  p = DOVE_MULTIPLY_ADD(p, w, 1.0 / 3.0);
  const double atanh_tail = 2.0 * z * w * p;
  return (e * DOVE_LN2_LOW + atanh_tail) + (2.0 * z) + e * DOVE_LN2_HIGH;
}

#define DOVE_SUM_LANES 8

/* Σ values, eight sums side by side and always in the same order. */
static inline double dove_vector_sum(const double *values, size_t count) {
  double lane[DOVE_SUM_LANES] = {0};
  size_t i = 0;
  for (; i + DOVE_SUM_LANES <= count; i += DOVE_SUM_LANES) {
    for (size_t l = 0; l < DOVE_SUM_LANES; l++) lane[l] += values[i + l];
  }
  double rest = 0.0;
  for (; i < count; i++) rest += values[i];
  return (((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]))) + rest;
}

/* The largest |to − from|; NaN when one of them is. */
static inline double dove_vector_change(const double *from, const double *to, size_t count) {
  double lane[DOVE_SUM_LANES] = {0};
  bool number = true;
  size_t i = 0;
  for (; i + DOVE_SUM_LANES <= count; i += DOVE_SUM_LANES) {
    for (size_t l = 0; l < DOVE_SUM_LANES; l++) {
      const double change = fabs(to[i + l] - from[i + l]);
      lane[l] = change > lane[l] ? change : lane[l];
      number = number & (change >= 0.0);
    }
  }
  double largest = 0.0;
  for (; i < count; i++) {
    const double change = fabs(to[i] - from[i]);
    largest = change > largest ? change : largest;
    number = number & (change >= 0.0);
  }
  for (size_t l = 0; l < DOVE_SUM_LANES; l++) largest = lane[l] > largest ? lane[l] : largest;
  return number ? largest : (double)NAN;
}

/* The largest of values; −inf for none. */
static inline double dove_vector_max(const double *values, size_t count) {
  double lane[DOVE_SUM_LANES];
  for (size_t l = 0; l < DOVE_SUM_LANES; l++) lane[l] = -HUGE_VAL;
  size_t i = 0;
  for (; i + DOVE_SUM_LANES <= count; i += DOVE_SUM_LANES) {
    for (size_t l = 0; l < DOVE_SUM_LANES; l++) lane[l] = values[i + l] > lane[l] ? values[i + l] : lane[l];
  }
  double largest = -HUGE_VAL;
  for (; i < count; i++) largest = values[i] > largest ? values[i] : largest;
  for (size_t l = 0; l < DOVE_SUM_LANES; l++) largest = lane[l] > largest ? lane[l] : largest;
  return largest;
}

#endif
