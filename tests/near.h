/* assert_near: two numbers within a margin, compared in double. cmocka's assert_float_equal compares in float, so that
 * a margin of 1e-12 means nothing to it. Include after <cmocka.h>. */
#ifndef DOVE_TESTS_NEAR_H
#define DOVE_TESTS_NEAR_H

#include <math.h>

static inline void assert_near_at(double found, double wanted, double margin, const char *file, int line) {
  if (fabs(found - wanted) <= margin) return; /* false for NaN */
  print_error("%.17g is not within %g of %.17g\n", found, margin, wanted);
  _fail(file, line);
}

#define assert_near(found, wanted, margin) assert_near_at(found, wanted, margin, __FILE__, __LINE__)

#endif
