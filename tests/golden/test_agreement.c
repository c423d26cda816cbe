#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "dove/agreement.h"
#include "dove/sampling.h"
#include "dove/statistics.h"

/* Labels of three annotators and the values of 3 repetitions, with results from plain Python. */
static const int32_t annotator_a[] = {1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1,
                                      1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1};
static const int32_t annotator_b[] = {0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1,
                                      0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1};
static const int32_t annotator_c[] = {1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1,
                                      1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};

/* 12 subjects × 3 repetitions. */
static const double repetitions[] = {
    2.326266641669661,   2.219968103891947,   2.973558499397929,   -0.4369938996997226,  -1.4092324790450965,
    0.2144724004307491,  -1.2730792041638361, -2.021546967338019,  -0.39072258756930267, -0.30090625139255817,
    -0.2062984632915368, 0.7517464153180682,  2.1753482994864433,  1.8648112985590726,   2.5905766302839237,
    -1.6931489756781974, -2.1007204944245954, -1.0241463466464966, 0.6745390317116486,   1.9377981047137292,
    1.3265850191394883,  0.07163976590840004, 0.04181013880922302, 0.4205022314136487,   -0.18059023321537432,
    0.09764748837860478, 0.48980873397028524, 1.733925876614703,   1.294759793053054,    1.2384906298137774,
    -2.059323005645834,  -2.569896572988094,  -2.121629719592275,  -0.3448356576928088,  -1.0407688360726952,
    -0.3807084986466024};

#define ITEMS (sizeof annotator_a / sizeof *annotator_a)

static void expect_near(double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance)) fail_msg("%.15g is not within %g of %.15g", value, tolerance, expected);
}

static void test_kappa_of_three_annotators(void **state) {
  (void)state;
  const int32_t *const labels[] = {annotator_a, annotator_b, annotator_c};
  dove_kappa pairs[3];
  double mean;
  dove_error error;
  assert_int_equal(dove_cohen_kappa_pairs(labels, 3, ITEMS, pairs, &mean, &error), DOVE_OK);
  static const double expected[] = {0.5948136142625609, 0.21487603305785122, -0.016260162601626032};
  for (size_t p = 0; p < 3; p++) {
    expect_near(pairs[p].kappa, expected[p], 1e-9);
    assert_true(pairs[p].defined);
    assert_int_equal(pairs[p].items, ITEMS);
  }
  assert_int_equal(pairs[2].first, 1);
  assert_int_equal(pairs[2].second, 2);
  expect_near(mean, (expected[0] + expected[1] + expected[2]) / 3.0, 1e-9);
}

/* Three categories, one item missing: of 4 common items 3 agree; shares 2/4 1/4 1/4 and 1/4 2/4 1/4, so chance is
 * 2/16 + 2/16 + 1/16 = 5/16 and κ = (12/16 − 5/16) / (11/16) = 7/11. */
static void test_kappa_by_hand(void **state) {
  (void)state;
  static const char *const words[] = {"yes", "yes", "no", "maybe", "no", "yes", "no", "no", "maybe", ""};
  int32_t labels[10];
  dove_error error;
  assert_int_equal(dove_labels_encode(words, 10, labels, &error), DOVE_OK);
  static const int32_t codes[] = {0, 0, 1, 2, 1, 0, 1, 1, 2, DOVE_LABEL_MISSING};
  assert_memory_equal(labels, codes, sizeof codes);
  dove_kappa kappa;
  assert_int_equal(dove_cohen_kappa(labels, labels + 5, 5, &kappa, &error), DOVE_OK);
  assert_int_equal(kappa.items, 4);
  expect_near(kappa.kappa, 7.0 / 11.0, 1e-12);
}

static void test_kappa_that_is_undefined(void **state) {
  (void)state;
  static const int32_t same[] = {1, 1, 1};
  static const int32_t none[] = {DOVE_LABEL_MISSING, DOVE_LABEL_MISSING, DOVE_LABEL_MISSING};
  const int32_t *const labels[] = {same, same, none};
  dove_kappa pairs[3];
  double mean;
  dove_error error;
  assert_int_equal(dove_cohen_kappa_pairs(labels, 3, 3, pairs, &mean, &error), DOVE_INPUT);
  assert_false(pairs[0].defined);
  assert_int_equal(pairs[1].items, 0);
  assert_int_equal(dove_cohen_kappa_pairs(labels, 1, 3, pairs, &mean, &error), DOVE_INPUT);
}

static void test_cronbach_alpha(void **state) {
  (void)state;
  double alpha;
  dove_error error;
  assert_int_equal(dove_cronbach_alpha(repetitions, 12, 3, &alpha, &error), DOVE_OK);
  expect_near(alpha, 0.9762671488965089, 1e-9);
}

static void test_probability_of_a_drawn_set(void **state) {
  (void)state;
  static const double drawn[] = {0.3, 0.4};
  expect_near(exp(dove_plackett_luce_log(drawn, 2, 1.0)), 0.17142857142857146, 1e-9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kappa_of_three_annotators),  cmocka_unit_test(test_kappa_by_hand),
      cmocka_unit_test(test_kappa_that_is_undefined),    cmocka_unit_test(test_cronbach_alpha),
      cmocka_unit_test(test_probability_of_a_drawn_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
