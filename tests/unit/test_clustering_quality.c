/* Expected numbers: scikit-learn 1.2.1, metrics.adjusted_rand_score and manifold.trustworthiness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <math.h>

#include "dove/clustering_quality.h"

static double rand_index(const int32_t *a, const int32_t *b, size_t count) {
  double index;
  assert_int_equal(dove_adjusted_rand_index(a, b, count, &index, NULL), DOVE_OK);
  return index;
}

static void adjusted_rand_index_agrees_with_scikit_learn(void **state) {
  (void)state;
  assert_true(fabs(rand_index((const int32_t[]){0, 0, 1, 1}, (const int32_t[]){0, 0, 1, 2}, 4) - 0.5714285714285714) <
              1e-12);
  assert_true(fabs(rand_index((const int32_t[]){0, 0, 0, 1, 1, 1, -1}, (const int32_t[]){1, 1, 0, 0, 2, 2, 2}, 7) -
                   0.14035087719298245) < 1e-12);
  assert_true(fabs(rand_index((const int32_t[]){0, 0, 1, 1}, (const int32_t[]){0, 1, 0, 1}, 4) + 0.5) < 1e-12);
}

static void equal_partitions_have_index_one(void **state) {
  (void)state;
  assert_true(rand_index((const int32_t[]){5, 5, -1, 9}, (const int32_t[]){0, 0, 7, 2}, 4) == 1.0);
  assert_true(rand_index((const int32_t[]){1, 1, 1}, (const int32_t[]){2, 2, 2}, 3) == 1.0);
  assert_true(rand_index((const int32_t[]){1, 2, 3}, (const int32_t[]){3, 1, 2}, 3) == 1.0);
  assert_true(rand_index((const int32_t[]){1}, (const int32_t[]){2}, 1) == 1.0);
  assert_true(rand_index((const int32_t[]){1}, (const int32_t[]){2}, 0) == 1.0);
}

static void trustworthiness_agrees_with_scikit_learn(void **state) {
  (void)state;
  const float points[] = {0, 0, 1, 0, 3, 0, 6, 1, 10, 0, 15, 2, 21, 0, 28, 1};
  const float shifted[] = {1, 1, 2, 1, 4, 1, 7, 2, 11, 1, 16, 3, 22, 1, 29, 2};
  /* No two distances are equal. */
  const float line[] = {0.0f, 3.125f, 1.0625f, 2.25f, 8.5f, 4.375f, 6.1875f, 7.5f};
  const dove_matrix_view embedding = {line, 8, 1};
  double got;
  assert_int_equal(
      dove_trustworthiness((dove_matrix_view){points, 8, 2}, embedding, 3, DOVE_METRIC_EUCLIDEAN, &got, NULL), DOVE_OK);
  assert_true(fabs(got - 0.8055555555555556) < 1e-12);
  assert_int_equal(
      dove_trustworthiness((dove_matrix_view){shifted, 8, 2}, embedding, 2, DOVE_METRIC_COSINE, &got, NULL), DOVE_OK);
  assert_true(fabs(got - 0.7777777777777778) < 1e-12);
  assert_int_equal(
      dove_trustworthiness((dove_matrix_view){line, 8, 1}, embedding, 3, DOVE_METRIC_EUCLIDEAN, &got, NULL), DOVE_OK);
  assert_true(got == 1.0);
}

static void trustworthiness_refuses_what_has_no_value(void **state) {
  (void)state;
  const float line[] = {0, 3, 1, 2};
  const dove_matrix_view four = {line, 4, 1}, three = {line, 3, 1};
  double got;
  assert_int_equal(dove_trustworthiness(four, three, 1, DOVE_METRIC_EUCLIDEAN, &got, NULL), DOVE_USAGE);
  assert_int_equal(dove_trustworthiness(four, four, 2, DOVE_METRIC_EUCLIDEAN, &got, NULL), DOVE_USAGE);
  assert_int_equal(dove_trustworthiness(four, four, 0, DOVE_METRIC_EUCLIDEAN, &got, NULL), DOVE_USAGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(adjusted_rand_index_agrees_with_scikit_learn),
      cmocka_unit_test(equal_partitions_have_index_one),
      cmocka_unit_test(trustworthiness_agrees_with_scikit_learn),
      cmocka_unit_test(trustworthiness_refuses_what_has_no_value),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
