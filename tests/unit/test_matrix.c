#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/blas.h"
#include "dove/matrix.h"
#include "dove/parallel.h"
#include "dove/random.h"

static dove_matrix random_rows(uint64_t seed, size_t rows, size_t columns) {
  dove_matrix matrix;
  assert_int_equal(dove_matrix_create(&matrix, rows, columns, NULL), DOVE_OK);
  for (size_t i = 0; i < rows * columns; i++) {
    dove_random random = dove_random_stream(seed, 0, i);
    matrix.data[i] = (float)dove_random_normal(&random);
  }
  return matrix;
}

static void check_product(const dove_matrix *a, const dove_matrix *b) {
  float *out = malloc(a->rows * b->rows * sizeof *out);
  assert_non_null(out);
  assert_int_equal(dove_matrix_product(dove_matrix_as_view(a), dove_matrix_as_view(b), out, NULL), DOVE_OK);
  for (size_t i = 0; i < a->rows; i++) {
    for (size_t j = 0; j < b->rows; j++) {
      long double sum = 0.0L;
      for (size_t c = 0; c < a->columns; c++)
        sum += (long double)a->data[i * a->columns + c] * (long double)b->data[j * b->columns + c];
      assert_true(fabs((double)out[i * b->rows + j] - (double)sum) < 1e-4);
    }
  }
  free(out);
}

static void product_is_right_before_and_after_the_kernel_is_chosen(void **state) {
  (void)state;
  dove_matrix a = random_rows(1, 301, 67), b = random_rows(2, 143, 67);
  check_product(&a, &b);
  dove_blas_prefer();
  assert_true(strlen(dove_blas_kernel()) > 0);
  check_product(&a, &b);
  /* Once chosen, there is nothing better left. */
  assert_false(dove_blas_prefer());
  dove_matrix_free(&a);
  dove_matrix_free(&b);
}

static void kernel_choice_leaves_the_environment_as_it_was(void **state) {
  (void)state;
  setenv("OPENBLAS_CORETYPE", "Haswell", 1);
  setenv("DOVE_BLAS", "keep", 1);
  assert_false(dove_blas_prefer());
  unsetenv("DOVE_BLAS");
  dove_blas_prefer();
  assert_string_equal(getenv("OPENBLAS_CORETYPE"), "Haswell");
}

static void product_refuses_unequal_lengths(void **state) {
  (void)state;
  const float data[6] = {0};
  float out[6];
  assert_int_equal(dove_matrix_product((dove_matrix_view){data, 2, 3}, (dove_matrix_view){data, 3, 2}, out, NULL),
                   DOVE_USAGE);
}

static void sizes_that_overflow_are_refused(void **state) {
  (void)state;
  dove_matrix matrix;
  dove_matrix_double wide;
  assert_int_equal(dove_matrix_create(&matrix, SIZE_MAX / 2, 3, NULL), DOVE_MEMORY);
  assert_int_equal(dove_matrix_create(&matrix, SIZE_MAX / 4, 2, NULL), DOVE_MEMORY);
  assert_int_equal(dove_matrix_double_create(&wide, SIZE_MAX / 8, 2, NULL), DOVE_MEMORY);
  assert_null(matrix.data);
}

/* 3-4-5 triangles of 19 numbers, so that both the lanes and the rest are used. */
static void vectors_by_hand(void **state) {
  (void)state;
  float a[19] = {0}, b[19] = {0};
  double wide_a[19] = {0}, wide_b[19] = {0};
  a[0] = 3.0f;
  a[18] = 4.0f;
  b[18] = 2.0f;
  wide_a[0] = 3.0;
  wide_a[18] = 4.0;
  wide_b[18] = 2.0;
  assert_true(dove_dot(a, b, 19) == 8.0);
  assert_true(dove_dot_double(wide_a, wide_b, 19) == 8.0);
  assert_true(dove_squared_distance(a, b, 19) == 13.0);
  assert_true(fabs(dove_cosine(a, b, 19) - 0.8) < 1e-15);
  assert_true(dove_normalize(a, 19));
  assert_true(fabs((double)a[0] - 0.6) < 1e-7 && fabs((double)a[18] - 0.8) < 1e-7);
  memset(b, 0, sizeof b);
  assert_false(dove_normalize(b, 19));
  assert_true(dove_cosine(a, b, 19) == 0.0);
}

static void rows_are_normalized_and_zeros_counted(void **state) {
  (void)state;
  float rows[] = {3.0f, 4.0f, 0.0f, 0.0f, 0.0f, -2.0f};
  assert_int_equal(dove_normalize_rows(rows, 3, 2), 1);
  const float expected[] = {0.6f, 0.8f, 0.0f, 0.0f, 0.0f, -1.0f};
  for (int i = 0; i < 6; i++) assert_true(fabsf(rows[i] - expected[i]) < 1e-7f);
}

static void means_by_hand(void **state) {
  (void)state;
  const float rows[] = {1.0f, 0.0f, 0.0f, 1.0f, 0.0f, 1.0f, -1.0f, 0.0f, 5.0f, 5.0f};
  const dove_matrix_view view = {rows, 5, 2};
  double mean[2];
  dove_matrix_mean(view, mean);
  assert_true(mean[0] == 1.0 && fabs(mean[1] - 1.4) < 1e-15);
  const uint32_t group[] = {0, 0, 1, 1, DOVE_NO_GROUP};
  const double weight[] = {3.0, 4.0, 0.0, 2.0, 1.0};
  dove_matrix means;
  size_t size[3];
  assert_int_equal(dove_matrix_group_unit_means(view, group, weight, 3, &means, size, NULL), DOVE_OK);
  const float expected[] = {0.6f, 0.8f, -1.0f, 0.0f, 0.0f, 0.0f};
  for (int i = 0; i < 6; i++) assert_true(fabsf(means.data[i] - expected[i]) < 1e-7f);
  assert_true(size[0] == 2 && size[1] == 2 && size[2] == 0);
  dove_matrix_free(&means);
}

static void numbers_that_are_not_finite_are_named(void **state) {
  (void)state;
  float rows[40] = {0};
  dove_error error;
  assert_int_equal(dove_matrix_check_finite((dove_matrix_view){rows, 2, 20}, "the rows", &error), DOVE_OK);
  rows[25] = INFINITY;
  assert_int_equal(dove_matrix_check_finite((dove_matrix_view){rows, 2, 20}, "the rows", &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "the rows: row 2, column 6 is infinite"));
  rows[3] = NAN;
  assert_int_equal(dove_matrix_check_finite((dove_matrix_view){rows, 2, 20}, "the rows", &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "row 1, column 4 is NaN"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(product_is_right_before_and_after_the_kernel_is_chosen),
      cmocka_unit_test(kernel_choice_leaves_the_environment_as_it_was),
      cmocka_unit_test(product_refuses_unequal_lengths),
      cmocka_unit_test(sizes_that_overflow_are_refused),
      cmocka_unit_test(vectors_by_hand),
      cmocka_unit_test(rows_are_normalized_and_zeros_counted),
      cmocka_unit_test(means_by_hand),
      cmocka_unit_test(numbers_that_are_not_finite_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
