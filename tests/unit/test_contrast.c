#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "dove/contrast.h"

static void expect_near(double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance)) fail_msg("%.15g is not within %g of %.15g", value, tolerance, expected);
}

/* Six documents over two codes. Rows 0 1 2 have .5 .3 .1 of code 0, rows 3 4 5 have .2 each; the rest is code 1's. */
static size_t offsets[] = {0, 2, 4, 6, 8, 10, 12};
static uint32_t columns[] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
static double values[] = {0.5, 0.5, 0.3, 0.7, 0.1, 0.9, 0.2, 0.8, 0.2, 0.8, 0.2, 0.8};
static const dove_sparse q = {.rows = 6, .columns = 2, .offset = offsets, .column = columns, .value = values};
static const uint32_t rows[] = {0, 1, 2, 3, 4, 5};
static const dove_document_set first = {rows, 3}, second = {rows + 3, 3}, none = {NULL, 0};

/* The same three topics on both sides: the paired t interval of .3 .1 −.1, whose mean is .1 and sd .2:
 * ± 4.302652730 · .2/√3 (t of two degrees of freedom). */
static void test_shared_topics_are_pairs(void **state) {
  (void)state;
  static const uint32_t topic[] = {7, 8, 9, 7, 8, 9};
  dove_contrast codes[2];
  size_t topics = 0;
  assert_int_equal(dove_contrast_codes(&q, first, second, topic, codes, &topics, NULL), DOVE_OK);
  assert_int_equal(topics, 3);
  expect_near(codes[0].first, 0.3, 1e-15);
  expect_near(codes[0].second, 0.2, 1e-15);
  expect_near(codes[0].difference, 0.1, 1e-15);
  expect_near(codes[0].low, 0.1 - 4.302652730 * 0.2 / sqrt(3), 1e-9);
  expect_near(codes[0].high, 0.1 + 4.302652730 * 0.2 / sqrt(3), 1e-9);
  /* Two codes that sum to 1 mirror each other. */
  expect_near(codes[1].difference, -0.1, 1e-15);
  expect_near(codes[1].low, -codes[0].high, 1e-12);
}

/* Topics apart, and documents without any: six groups, Σ e² = 2 (.2/3)², × 6/5; t of five degrees is 2.570581836. */
static void test_topics_apart(void **state) {
  (void)state;
  static const uint32_t apart[] = {1, 2, 3, 4, 5, 6};
  static const uint32_t alone[] = {DOVE_NO_GROUP, DOVE_NO_GROUP, DOVE_NO_GROUP,
                                   DOVE_NO_GROUP, DOVE_NO_GROUP, DOVE_NO_GROUP};
  const double half = 2.570581836 * sqrt(1.2 * 2 * 0.2 * 0.2 / 9);
  const uint32_t *const topics[] = {apart, alone};
  for (int i = 0; i < 2; i++) {
    dove_contrast codes[2];
    size_t found = 0;
    assert_int_equal(dove_contrast_codes(&q, first, second, topics[i], codes, &found, NULL), DOVE_OK);
    assert_int_equal(found, 6);
    expect_near(codes[0].low, 0.1 - half, 1e-9);
    expect_near(codes[0].high, 0.1 + half, 1e-9);
  }
}

/* One set alone: the t interval of a mean, .3 ± 4.302652730 · .2/√3; a topic of two documents counts once. */
static void test_one_set(void **state) {
  (void)state;
  static const uint32_t topic[] = {1, 2, 3, 4, 4, 5};
  dove_contrast codes[2];
  size_t topics = 0;
  assert_int_equal(dove_contrast_codes(&q, first, none, topic, codes, &topics, NULL), DOVE_OK);
  expect_near(codes[0].difference, 0.3, 1e-15);
  expect_near(codes[0].high, 0.3 + 4.302652730 * 0.2 / sqrt(3), 1e-9);
  assert_int_equal(dove_contrast_codes(&q, second, none, topic, codes, &topics, NULL), DOVE_OK);
  assert_int_equal(topics, 2);
}

static void test_too_little(void **state) {
  (void)state;
  static const uint32_t topic[] = {1, 1, 1, 1, 1, 1};
  dove_contrast codes[2];
  dove_error error = {0};
  assert_int_equal(dove_contrast_codes(&q, first, second, topic, codes, NULL, &error), DOVE_OK);
  assert_true(isnan(codes[0].low) && isnan(codes[0].high));
  assert_int_equal(dove_contrast_codes(&q, none, second, topic, codes, NULL, &error), DOVE_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shared_topics_are_pairs),
      cmocka_unit_test(test_topics_apart),
      cmocka_unit_test(test_one_set),
      cmocka_unit_test(test_too_little),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
