#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/bootstrap.h"
#include "dove/entropy.h"
#include "dove/parallel.h"
#include "dove/sampling.h"
#include "dove/statistics.h"

static void expect_near(double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance)) fail_msg("%.15g is not within %g of %.15g", value, tolerance, expected);
}

/* 2 4 4 4 5 5 7 9: mean 5, squared deviations 9 1 1 1 0 0 4 16 sum to 32: population sd 2, sample sd sqrt(32/7). */
static const double eight[] = {2, 4, 4, 4, 5, 5, 7, 9};

static void test_moments_and_z_scores(void **state) {
  (void)state;
  expect_near(dove_mean(eight, 8), 5.0, 1e-15);
  expect_near(dove_sd_population(eight, 8), 2.0, 1e-15);
  expect_near(dove_sd_sample(eight, 8), sqrt(32.0 / 7.0), 1e-15);
  double z[8];
  assert_true(dove_z_scores(eight, 8, z));
  expect_near(z[0], -1.5, 1e-15);
  expect_near(z[7], 2.0, 1e-15);
  static const double equal[] = {0.1, 0.1, 0.1};
  assert_false(dove_z_scores(equal, 3, z));
  assert_true(z[0] == 0.0 && z[2] == 0.0);
  double variation;
  dove_error error;
  assert_int_equal(dove_variation(eight, 8, &variation, &error), DOVE_OK);
  expect_near(variation, sqrt(32.0 / 7.0) / 5.0, 1e-15);
}

/* Type 7: position p (n − 1). Of 1 … 5 the quartile is 2, the median 3; of 8 values 0.9 is at 6.3: 7 + 0.3 · 2. */
static void test_quantiles(void **state) {
  (void)state;
  static const double five[] = {5, 3, 1, 4, 2};
  double q;
  dove_error error;
  assert_int_equal(dove_quantile(five, 5, 0.25, &q, &error), DOVE_OK);
  expect_near(q, 2.0, 1e-15);
  assert_int_equal(dove_median(five, 5, &q, &error), DOVE_OK);
  expect_near(q, 3.0, 1e-15);
  assert_int_equal(dove_quantile(eight, 8, 0.9, &q, &error), DOVE_OK);
  expect_near(q, 7.6, 1e-12);
  dove_interval interval;
  assert_int_equal(dove_percentile_interval(five, 5, 0.5, &interval, &error), DOVE_OK);
  expect_near(interval.low, 2.0, 1e-15);
  expect_near(interval.high, 4.0, 1e-15);
  assert_int_equal(dove_quantile(five, 0, 0.5, &q, &error), DOVE_INPUT);
  assert_int_equal(dove_quantile(five, 5, 1.5, &q, &error), DOVE_USAGE);
}

/* x 1 2 3 4, y 1 3 2 5: covariance sum 5.5, sums of squares 5 and 8.75: r = 5.5 / sqrt(43.75). Ranks 1 2 3 4 and
 * 1 3 2 4: ρ = 1 − 6·2/(4·15) = 0.8. With a tie, x 1 2 2 3 against 1 2 3 4: ranks 1 2.5 2.5 4, r = 4.5/sqrt(4.5·5). */
static void test_correlations(void **state) {
  (void)state;
  static const double x[] = {1, 2, 3, 4}, y[] = {1, 3, 2, 5}, tied[] = {1, 2, 2, 3};
  double r;
  dove_error error;
  assert_int_equal(dove_pearson(x, y, 4, &r, &error), DOVE_OK);
  expect_near(r, 5.5 / sqrt(43.75), 1e-14);
  assert_int_equal(dove_spearman(x, y, 4, &r, &error), DOVE_OK);
  expect_near(r, 0.8, 1e-14);
  assert_int_equal(dove_spearman(tied, x, 4, &r, &error), DOVE_OK);
  expect_near(r, 4.5 / sqrt(22.5), 1e-14);
}

static void test_data_without_a_statistic(void **state) {
  (void)state;
  static const double x[] = {1, 2, 3, 4}, equal[] = {7, 7, 7, 7}, bad[] = {1, NAN, 3, 4}, zero[] = {-1, 1};
  double r;
  dove_error error;
  assert_int_equal(dove_pearson(x, equal, 4, &r, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "second"));
  assert_int_equal(dove_spearman(equal, x, 4, &r, &error), DOVE_INPUT);
  assert_int_equal(dove_pearson(x, bad, 4, &r, &error), DOVE_INPUT);
  assert_int_equal(dove_pearson(x, x, 1, &r, &error), DOVE_INPUT);
  assert_int_equal(dove_variation(zero, 2, &r, &error), DOVE_INPUT);
  assert_int_equal(dove_cronbach_alpha(equal, 2, 2, &r, &error), DOVE_INPUT);
  assert_int_equal(dove_cronbach_alpha(x, 4, 1, &r, &error), DOVE_INPUT);
}

/* p = ½ ¼ ¼ 0: H = 1.5 ln 2, Σp² = 3/8. */
static void test_entropies(void **state) {
  (void)state;
  static const double p[] = {0.5, 0.25, 0.25, 0.0};
  expect_near(dove_entropy(p, 4), 1.5 * log(2.0), 1e-15);
  expect_near(dove_entropy_renyi2(p, 4), log(8.0 / 3.0), 1e-15);
  expect_near(dove_redundancy(p, 4), log(4.0) - log(8.0 / 3.0), 1e-15);
  expect_near(dove_repeat_bound(5, dove_entropy_renyi2(p, 4)), 10.0 * 3.0 / 8.0, 1e-14);
}

/* The share of each ordered pair must match its Plackett–Luce probability; 60,000 draws leave a standard error of
 * 0.002 at most, and 6 of them are allowed. */
static void test_sampling_follows_plackett_luce(void **state) {
  (void)state;
  static const double q[] = {0.4, 0.0, 0.3, 0.2, 0.1};
  double seen[5][5] = {{0}};
  const size_t draws = 60000;
  dove_random random = dove_random_stream(9, 1, 2);
  for (size_t n = 0; n < draws; n++) {
    uint32_t chosen[2];
    assert_int_equal(dove_sample_without_replacement(&random, q, 5, 2, chosen), 2);
    seen[chosen[0]][chosen[1]] += 1.0 / (double)draws;
  }
  for (size_t i = 0; i < 5; i++) {
    for (size_t j = 0; j < 5; j++) {
      const double ordered[] = {q[i], q[j]};
      const double expected = i == j ? 0.0 : exp(dove_plackett_luce_log(ordered, 2, 1.0));
      expect_near(seen[i][j], expected, 0.012);
    }
  }
  uint32_t all[8];
  assert_int_equal(dove_sample_without_replacement(&random, q, 5, 8, all), 4);
  assert_int_equal(dove_sample_without_replacement(&random, q, 5, 0, all), 0);
}

static void test_plackett_luce_of_everything(void **state) {
  (void)state;
  /* 0.4 · 0.3/0.6 · 0.2/0.3 · 1 */
  static const double order[] = {0.4, 0.3, 0.2, 0.1}, with_zero[] = {0.4, 0.0};
  expect_near(exp(dove_plackett_luce_log(order, 4, 1.0)), 0.4 * 0.5 * (2.0 / 3.0), 1e-12);
  assert_true(dove_plackett_luce_log(with_zero, 2, 1.0) == -HUGE_VAL);
}

static dove_status weighted_mean(void *user, size_t replicate, const uint32_t *multiplicities, double *value,
                                 dove_error *error) {
  (void)error;
  (void)replicate;
  const double *values = user;
  *value = 0.0;
  for (size_t g = 0; g < 8; g++) *value += values[g] * (double)multiplicities[g] / 8.0;
  return DOVE_OK;
}

/* The bootstrap variance of a mean is the population variance over n: 4/8. */
static void test_bootstrap_of_a_mean(void **state) {
  (void)state;
  static double values[4000], again[4000];
  dove_error error;
  double data[8];
  memcpy(data, eight, sizeof data);
  dove_threads_set(1);
  assert_int_equal(dove_bootstrap_run(5, 8, 4000, weighted_mean, data, NULL, values, &error), DOVE_OK);
  dove_threads_set(3);
  assert_int_equal(dove_bootstrap_run(5, 8, 4000, weighted_mean, data, NULL, again, &error), DOVE_OK);
  dove_threads_set(0);
  assert_memory_equal(values, again, sizeof values);
  expect_near(dove_mean(values, 4000), 5.0, 0.06);
  expect_near(dove_sd_population(values, 4000), sqrt(0.5), 0.04);
}

static dove_status fail_at(void *user, size_t replicate, const uint32_t *multiplicities, double *value,
                           dove_error *error) {
  (void)user;
  (void)multiplicities;
  *value = 0.0;
  return replicate == 7 ? dove_fail(error, DOVE_INPUT, "replicate %zu is bad", replicate) : DOVE_OK;
}

static void test_bootstrap_draws_halves_and_failures(void **state) {
  (void)state;
  uint32_t multiplicities[50];
  dove_bootstrap_draw(1, 2, 50, multiplicities);
  uint32_t sum = 0;
  for (size_t g = 0; g < 50; g++) sum += multiplicities[g];
  assert_int_equal(sum, 50);
  uint8_t half[51];
  dove_error error;
  assert_int_equal(dove_bootstrap_halves(1, 2, 51, half, &error), DOVE_OK);
  size_t ones = 0;
  for (size_t g = 0; g < 51; g++) ones += half[g];
  assert_int_equal(ones, 26);
  double values[20];
  assert_int_equal(dove_bootstrap_run(1, 3, 20, fail_at, NULL, NULL, values, &error), DOVE_INPUT);
  assert_string_equal(error.message, "replicate 7 is bad");
  assert_int_equal(dove_bootstrap_run(1, 0, 20, fail_at, NULL, NULL, values, &error), DOVE_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_moments_and_z_scores),
      cmocka_unit_test(test_quantiles),
      cmocka_unit_test(test_correlations),
      cmocka_unit_test(test_data_without_a_statistic),
      cmocka_unit_test(test_entropies),
      cmocka_unit_test(test_sampling_follows_plackett_luce),
      cmocka_unit_test(test_plackett_luce_of_everything),
      cmocka_unit_test(test_bootstrap_of_a_mean),
      cmocka_unit_test(test_bootstrap_draws_halves_and_failures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
