/* The products of a packed symmetric matrix beside the sums written out, and the survey that decides whether a cost
 * matrix is symmetric. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/parallel.h"
#include "dove/random.h"
#include "math/transport/cost_survey.h"
#include "math/transport/symmetric_product.h"

/* Below, at and above the sizes of strips and tiles. */
static const size_t sizes[] = {1, 3, 4, 7, 8, 9, 31, 32, 33, 64, 101, 257};
#define SIZES (sizeof sizes / sizeof *sizes)

/* n × n, symmetric, entries between 0 and 1; freed by the caller. */
static double *make_matrix(size_t n) {
  double *matrix = malloc(n * n * sizeof *matrix);
  assert_non_null(matrix);
  dove_random random = dove_random_stream(7, n, 0);
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = dove_random_uniform(&random);
  }
  return matrix;
}

static symmetric_matrix pack(const double *matrix, size_t n) {
  symmetric_matrix packed;
  assert_true(symmetric_create(&packed, n));
  assert_true(packed.padded >= n && packed.padded < n + SYMMETRIC_STRIP);
  for (size_t i = 0; i < n; i++) {
    memcpy(symmetric_row(&packed, i), matrix + i * n, (i + 1) * sizeof *matrix);
    symmetric_row_written(&packed, i);
  }
  return packed;
}

static void compare_products(size_t n) {
  double *matrix = make_matrix(n);
  symmetric_matrix packed = pack(matrix, n);
  double *x = calloc(packed.padded, sizeof *x);
  float *single = calloc(packed.padded, sizeof *single);
  double *y = malloc(2 * n * sizeof *y);
  assert_true(x != NULL && single != NULL && y != NULL);
  dove_random random = dove_random_stream(8, n, 0);
  for (size_t i = 0; i < n; i++) single[i] = (float)(dove_random_uniform(&random) - 0.5);
  for (size_t i = 0; i < n; i++) x[i] = (double)single[i];
  symmetric_product_full(&packed, x, y);
  symmetric_product_single(&packed, single, y + n);
  for (size_t i = 0; i < n; i++) {
    double expected = 0.0;
    for (size_t j = 0; j < n; j++) expected += matrix[i * n + j] * x[j];
    assert_true(fabs(y[i] - expected) <= 1e-13 * (double)n);
    assert_true(fabs(y[n + i] - expected) <= 1e-6 * (double)n);
  }
  free(matrix);
  free(x);
  free(single);
  free(y);
  symmetric_free(&packed);
}

static void test_products_of_all_sizes(void **state) {
  (void)state;
  for (size_t k = 0; k < SIZES; k++) compare_products(sizes[k]);
}

static void test_products_do_not_depend_on_threads(void **state) {
  (void)state;
  enum { N = 203 };
  double *matrix = make_matrix(N);
  symmetric_matrix packed = pack(matrix, N);
  float x[N + SYMMETRIC_STRIP] = {0};
  double y[2][N];
  for (size_t i = 0; i < N; i++) x[i] = sinf((float)i);
  for (int run = 0; run < 2; run++) {
    dove_threads_set(run == 0 ? 1 : 5);
    symmetric_product_single(&packed, x, y[run]);
  }
  dove_threads_set(0);
  assert_memory_equal(y[0], y[1], sizeof y[0]);
  symmetric_free(&packed);
  free(matrix);
}

static dove_status survey(const double *cost, size_t n, cost_survey *found) {
  const dove_uot_problem problem = {.cost = cost, .rows = n, .columns = n};
  return cost_survey_make(&problem, found, NULL);
}

static void test_survey_finds_highest_and_symmetry(void **state) {
  (void)state;
  for (size_t k = 0; k < SIZES; k++) {
    const size_t n = sizes[k];
    double *cost = make_matrix(n);
    cost[(n - 1) * n] = cost[n - 1] = 2.5;
    cost_survey found;
    assert_int_equal(survey(cost, n, &found), DOVE_OK);
    assert_true(found.symmetric && found.highest == 2.5);
    free(cost);
  }
}

/* Every place above the diagonal is made to differ once. */
static void test_survey_sees_every_difference(void **state) {
  (void)state;
  enum { N = 37 };
  double *cost = make_matrix(N);
  for (size_t i = 0; i < N; i++) {
    for (size_t j = i + 1; j < N; j++) {
      const double kept = cost[i * N + j];
      cost[i * N + j] = 3.0;
      cost_survey found;
      assert_int_equal(survey(cost, N, &found), DOVE_OK);
      assert_true(!found.symmetric && found.highest == 3.0);
      cost[i * N + j] = kept;
    }
  }
  free(cost);
}

static void test_survey_refuses_what_is_no_cost(void **state) {
  (void)state;
  enum { N = 37 };
  static const double wrong[] = {-1.0, HUGE_VAL, -HUGE_VAL, (double)NAN};
  double *cost = make_matrix(N);
  for (size_t i = 0; i < N; i++) {
    for (size_t w = 0; w < 4; w++) {
      const size_t j = (i * 5) % N;
      const double kept = cost[i * N + j];
      cost[i * N + j] = cost[j * N + i] = wrong[w];
      cost_survey found;
      assert_int_equal(survey(cost, N, &found), DOVE_INPUT);
      cost[i * N + j] = cost[j * N + i] = kept;
    }
  }
  free(cost);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_products_of_all_sizes),
      cmocka_unit_test(test_products_do_not_depend_on_threads),
      cmocka_unit_test(test_survey_finds_highest_and_symmetry),
      cmocka_unit_test(test_survey_sees_every_difference),
      cmocka_unit_test(test_survey_refuses_what_is_no_cost),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
