/* Coefficients of agreement, held against hand calculations and a published table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "dove/agreement_coefficients.h"
#include "dove/parallel.h"

#define MISSING DOVE_LABEL_MISSING

static void expect_near(double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance)) fail_msg("%.15g is not within %g of %.15g", value, tolerance, expected);
}

/* Three annotators, five items, two labels missing:
 *   A 1 1 0 – 1    B 1 0 0 1 1    C 1 – 0 0 1
 * Shares of agreeing pairs 1, 0, 1, 0, 1: P = 3/5. Shares of yes 1, 1/2, 0, 1/2, 1: π = 3/5.
 *   Fleiss: Pe = 9/25 + 4/25 = 13/25, κ = (15 − 13) / (25 − 13) = 1/6.
 *   Gwet:   Pg = 2 · 3/5 · 2/5 = 12/25, AC1 = (15 − 12) / (25 − 12) = 3/13.
 *   Krippendorff: 13 labels, 8 yes; Do = (2 + 2) / 13, De = 2 · 8 · 5 / (13 · 12), α = 1 − 4 · 12 / 80 = 2/5.
 *   Cohen: A with B on items 1 2 3 5: observed 3/4, chance 3/4 · 2/4 + 1/4 · 2/4 = 1/2, κ = 1/2; A with C all three
 *   equal with both labels, κ = 1; B with C on 1 3 4 5: observed 3/4, chance 1/2, κ = 1/2. Mean 2/3. */
static const int32_t three[] = {1, 1, 0, MISSING, 1, 1, 0, 0, 1, 1, 1, MISSING, 0, 0, 1};
static const dove_ratings of_three = {.labels = three, .annotators = 3, .items = 5, .categories = 2};

static void test_by_hand(void **state) {
  (void)state;
  dove_agreement agreement;
  dove_error error;
  assert_int_equal(dove_agreement_compute(&of_three, NULL, &agreement, &error), DOVE_OK);
  assert_int_equal(agreement.items, 5);
  assert_int_equal(agreement.labels, 13);
  expect_near(agreement.values[DOVE_PERCENT_AGREEMENT], 0.6, 1e-12);
  expect_near(agreement.values[DOVE_FLEISS_KAPPA], 1.0 / 6.0, 1e-12);
  expect_near(agreement.values[DOVE_GWET_AC1], 3.0 / 13.0, 1e-12);
  expect_near(agreement.values[DOVE_KRIPPENDORFF_ALPHA], 0.4, 1e-12);
  expect_near(agreement.values[DOVE_COHEN_KAPPA_MEAN], 2.0 / 3.0, 1e-12);
}

/* An item drawn twice counts as two items: the same five with the second twice. P = 3/6, π = 3.5/6. */
static void test_items_counted_twice(void **state) {
  (void)state;
  static const uint32_t twice[] = {1, 2, 1, 1, 1};
  dove_agreement agreement;
  dove_error error;
  assert_int_equal(dove_agreement_compute(&of_three, twice, &agreement, &error), DOVE_OK);
  assert_int_equal(agreement.items, 6);
  expect_near(agreement.values[DOVE_PERCENT_AGREEMENT], 0.5, 1e-12);
  const double yes = 3.5 / 6.0, chance = yes * yes + (1.0 - yes) * (1.0 - yes);
  expect_near(agreement.values[DOVE_FLEISS_KAPPA], (0.5 - chance) / (1.0 - chance), 1e-12);
}

static void test_pairs_by_hand(void **state) {
  (void)state;
  dove_pair_agreement pairs[3];
  dove_error error;
  assert_int_equal(dove_agreement_pairs(&of_three, 1, 0, 0.95, pairs, NULL, &error), DOVE_OK);
  /* A with B: yes-yes on 1 and 5, yes-no on 2, no-no on 3. */
  assert_int_equal(pairs[0].items, 4);
  assert_int_equal(pairs[0].table[1][1], 2);
  assert_int_equal(pairs[0].table[1][0], 1);
  assert_int_equal(pairs[0].table[0][1], 0);
  assert_int_equal(pairs[0].table[0][0], 1);
  expect_near(pairs[0].kappa, 0.5, 1e-12);
  expect_near(pairs[0].prevalence, 0.25, 1e-12);
  expect_near(pairs[0].bias, 0.25, 1e-12);
  expect_near(pairs[1].kappa, 1.0, 1e-12);
  expect_near(pairs[2].bias, 0.25, 1e-12); /* B says yes to 4 where C says no */
  assert_true(isnan(pairs[0].interval.low));
}

/* The worked example of Fleiss (1971): 10 subjects, 14 raters, 5 categories; κ = 0.210, P = 0.378. */
static void test_published_table(void **state) {
  (void)state;
  static const int counts[10][5] = {{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0},
                                    {2, 2, 8, 1, 1},  {7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2},
                                    {6, 5, 2, 1, 0},  {0, 2, 2, 3, 7}};
  int32_t labels[14 * 10];
  for (size_t i = 0; i < 10; i++) {
    size_t rater = 0;
    for (int32_t k = 0; k < 5; k++) {
      for (int n = 0; n < counts[i][k]; n++) labels[rater++ * 10 + i] = k;
    }
  }
  const dove_ratings ratings = {.labels = labels, .annotators = 14, .items = 10, .categories = 5};
  dove_agreement agreement;
  dove_error error;
  assert_int_equal(dove_agreement_compute(&ratings, NULL, &agreement, &error), DOVE_OK);
  expect_near(agreement.values[DOVE_FLEISS_KAPPA], 0.210, 5e-4);
  expect_near(agreement.values[DOVE_PERCENT_AGREEMENT], 0.378, 5e-4);
}

static void expect_undefined(const int32_t *labels, size_t annotators, size_t items) {
  const dove_ratings ratings = {.labels = labels, .annotators = annotators, .items = items, .categories = 2};
  dove_agreement agreement;
  dove_error error;
  assert_int_equal(dove_agreement_estimate(&ratings, 1, 100, 0.95, &agreement, NULL, &error), DOVE_OK);
  assert_int_equal(agreement.items, 0);
  for (int c = 0; c < DOVE_COEFFICIENTS; c++) {
    assert_true(isnan(agreement.values[c]));
    assert_true(isnan(agreement.intervals[c].low) && isnan(agreement.intervals[c].high));
  }
}

static void test_nothing_to_compare(void **state) {
  (void)state;
  static const int32_t alone[] = {1, 0, 1};
  static const int32_t apart[] = {1, MISSING, 1, MISSING, 0, MISSING};
  static const int32_t empty[] = {MISSING, MISSING, MISSING, MISSING};
  expect_undefined(alone, 1, 3);
  expect_undefined(apart, 2, 3);
  expect_undefined(empty, 2, 2);
  expect_undefined(NULL, 2, 0);
}

/* All say yes: they agree, and Gwet's chance is 0; κ and α have nothing to be corrected by. */
static void test_one_category(void **state) {
  (void)state;
  static const int32_t yes[] = {1, 1, 1, 1, 1, 1};
  const dove_ratings ratings = {.labels = yes, .annotators = 2, .items = 3, .categories = 2};
  dove_agreement agreement;
  dove_pair_agreement pair;
  dove_error error;
  assert_int_equal(dove_agreement_estimate(&ratings, 1, 100, 0.95, &agreement, NULL, &error), DOVE_OK);
  expect_near(agreement.values[DOVE_PERCENT_AGREEMENT], 1.0, 0.0);
  expect_near(agreement.values[DOVE_GWET_AC1], 1.0, 0.0);
  assert_true(isnan(agreement.values[DOVE_FLEISS_KAPPA]));
  assert_true(isnan(agreement.values[DOVE_KRIPPENDORFF_ALPHA]));
  assert_true(isnan(agreement.values[DOVE_COHEN_KAPPA_MEAN]));
  assert_int_equal(dove_agreement_pairs(&ratings, 1, 100, 0.95, &pair, NULL, &error), DOVE_OK);
  assert_true(isnan(pair.kappa) && isnan(pair.interval.low));
  expect_near(pair.prevalence, 1.0, 0.0);
}

/* 60 items of 20 documents; two annotators who differ on every fourth item. */
static void test_intervals(void **state) {
  (void)state;
  int32_t labels[120];
  uint32_t groups[60];
  for (size_t i = 0; i < 60; i++) {
    labels[i] = i % 2 == 0 ? 1 : 0;
    labels[60 + i] = i % 4 == 3 ? 1 - labels[i] : labels[i];
    groups[i] = (uint32_t)(i / 3);
  }
  const dove_ratings ratings = {
      .labels = labels, .annotators = 2, .items = 60, .categories = 2, .groups = groups, .group_count = 20};
  dove_agreement one, two;
  dove_pair_agreement pair;
  dove_error error;
  dove_threads_set(1);
  assert_int_equal(dove_agreement_estimate(&ratings, 7, 500, 0.95, &one, NULL, &error), DOVE_OK);
  dove_threads_set(2);
  assert_int_equal(dove_agreement_estimate(&ratings, 7, 500, 0.95, &two, NULL, &error), DOVE_OK);
  dove_threads_set(0);
  assert_memory_equal(&one, &two, sizeof one);
  expect_near(one.values[DOVE_PERCENT_AGREEMENT], 0.75, 1e-12);
  for (int c = 0; c < DOVE_COEFFICIENTS; c++) {
    assert_true(one.intervals[c].low < one.values[c] && one.values[c] < one.intervals[c].high);
  }
  /* The same draws give the pair's κ, which is the mean of one. */
  assert_int_equal(dove_agreement_pairs(&ratings, 7, 500, 0.95, &pair, NULL, &error), DOVE_OK);
  expect_near(pair.interval.low, one.intervals[DOVE_COHEN_KAPPA_MEAN].low, 1e-12);
  /* Every document has 2 or 3 of its 3 items alike, or 2/3 … 1: no resample can leave that. */
  assert_true(one.intervals[DOVE_PERCENT_AGREEMENT].low >= 2.0 / 3.0);
}

/* Half the width takes four times the items. */
static void test_items_needed(void **state) {
  (void)state;
  size_t more = 1;
  dove_error error;
  assert_int_equal(dove_agreement_items_needed(50, (dove_interval){0.25, 0.75}, 0.25, &more, &error), DOVE_OK);
  assert_int_equal(more, 150);
  assert_int_equal(dove_agreement_items_needed(50, (dove_interval){0.25, 0.75}, 0.5, &more, &error), DOVE_OK);
  assert_int_equal(more, 0);
  assert_int_equal(dove_agreement_items_needed(50, (dove_interval){NAN, NAN}, 0.5, &more, &error), DOVE_INPUT);
  assert_int_equal(dove_agreement_items_needed(50, (dove_interval){0.5, 0.5}, 0.5, &more, &error), DOVE_INPUT);
  assert_int_equal(dove_agreement_items_needed(50, (dove_interval){0.2, 0.5}, 0.0, &more, &error), DOVE_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_items_counted_twice),
      cmocka_unit_test(test_pairs_by_hand),
      cmocka_unit_test(test_published_table),
      cmocka_unit_test(test_nothing_to_compare),
      cmocka_unit_test(test_one_category),
      cmocka_unit_test(test_intervals),
      cmocka_unit_test(test_items_needed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
