#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/kmeans.h"
#include "dove/parallel.h"
#include "dove/random.h"

static const dove_kmeans_options two = {.clusters = 2, .restarts = 10, .max_iterations = 100, .seed = 1};

/* 0 1 2 and 10 11 12: means 1 and 11, inertia 4. Far away, to see that digits are kept. */
static void two_groups_by_hand(void **state) {
  (void)state;
  for (int far = 0; far < 2; far++) {
    const float shift = far == 1 ? 100000.0f : 0.0f;
    float line[] = {0.0f, 10.0f, 1.0f, 11.0f, 2.0f, 12.0f};
    for (int i = 0; i < 6; i++) line[i] += shift;
    dove_kmeans result;
    assert_int_equal(dove_kmeans_fit((dove_matrix_view){line, 6, 1}, &two, &result, NULL, NULL), DOVE_OK);
    assert_true(fabs(result.inertia - 4.0) < 1e-6);
    const uint32_t low = result.label[0];
    assert_true(result.label[2] == low && result.label[4] == low);
    assert_true(result.label[1] == 1 - low && result.label[3] == 1 - low && result.label[5] == 1 - low);
    assert_true(fabsf(result.centroids.data[low] - shift - 1.0f) < 1e-2f);
    assert_true(fabsf(result.centroids.data[1 - low] - shift - 11.0f) < 1e-2f);
    assert_true(result.size[0] == 3 && result.size[1] == 3);
    dove_kmeans_free(&result);
  }
}

static dove_matrix random_points(size_t rows, size_t columns) {
  dove_matrix matrix;
  assert_int_equal(dove_matrix_create(&matrix, rows, columns, NULL), DOVE_OK);
  for (size_t i = 0; i < rows * columns; i++) {
    dove_random random = dove_random_stream(3, 0, i);
    matrix.data[i] = (float)dove_random_normal(&random);
  }
  return matrix;
}

/* At the end every point is in the nearest cluster, centroids are means, and the inertia is what it says. */
static void result_is_a_fixed_point(void **state) {
  (void)state;
  dove_matrix points = random_points(2000, 9);
  const dove_kmeans_options options = {.clusters = 17, .restarts = 2, .max_iterations = 500, .seed = 4};
  dove_kmeans result;
  assert_int_equal(dove_kmeans_fit(dove_matrix_as_view(&points), &options, &result, NULL, NULL), DOVE_OK);
  double inertia = 0.0, sums[17][9] = {{0}};
  for (size_t i = 0; i < 2000; i++) {
    const float *row = points.data + i * 9;
    const double own = dove_squared_distance(row, result.centroids.data + result.label[i] * 9, 9);
    for (size_t k = 0; k < 17; k++)
      assert_true(dove_squared_distance(row, result.centroids.data + k * 9, 9) >= own - 1e-4);
    for (size_t j = 0; j < 9; j++) sums[result.label[i]][j] += (double)row[j];
    inertia += own;
  }
  assert_true(fabs(inertia - result.inertia) < 1e-2);
  for (size_t k = 0; k < 17; k++) {
    assert_true(result.size[k] > 0);
    for (size_t j = 0; j < 9; j++)
      assert_true(fabs(sums[k][j] / (double)result.size[k] - (double)result.centroids.data[k * 9 + j]) < 1e-4);
  }
  dove_kmeans_free(&result);
  dove_matrix_free(&points);
}

static void threads_do_not_change_a_byte(void **state) {
  (void)state;
  dove_matrix points = random_points(6000, 40);
  const dove_kmeans_options options = {.clusters = 12, .restarts = 2, .max_iterations = 20, .seed = 4};
  dove_kmeans result[2];
  for (int i = 0; i < 2; i++) {
    dove_threads_set(i == 0 ? 1 : 3);
    assert_int_equal(dove_kmeans_fit(dove_matrix_as_view(&points), &options, &result[i], NULL, NULL), DOVE_OK);
  }
  dove_threads_set(0);
  assert_memory_equal(result[0].label, result[1].label, 6000 * sizeof(uint32_t));
  assert_memory_equal(result[0].centroids.data, result[1].centroids.data, 12 * 40 * sizeof(float));
  assert_true(result[0].inertia == result[1].inertia);
  dove_kmeans_free(&result[0]);
  dove_kmeans_free(&result[1]);
  dove_matrix_free(&points);
}

static void equal_points_and_few_points_are_fine(void **state) {
  (void)state;
  const float same[] = {2.0f, 2.0f, 2.0f, 2.0f}, mixed[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 7.0f};
  dove_kmeans result;
  assert_int_equal(dove_kmeans_fit((dove_matrix_view){same, 4, 1}, &two, &result, NULL, NULL), DOVE_OK);
  assert_true(result.inertia == 0.0 && result.size[0] + result.size[1] == 4);
  dove_kmeans_free(&result);
  /* Both distinct points get a cluster. */
  assert_int_equal(dove_kmeans_fit((dove_matrix_view){mixed, 6, 1}, &two, &result, NULL, NULL), DOVE_OK);
  assert_true(result.inertia < 1e-9);
  assert_int_equal(result.size[result.label[5]], 1);
  dove_kmeans_free(&result);
  assert_int_equal(dove_kmeans_fit((dove_matrix_view){same, 1, 1}, &two, &result, NULL, NULL), DOVE_OK);
  assert_int_equal(result.clusters, 1);
  dove_kmeans_free(&result);
}

static void bad_arguments_are_refused(void **state) {
  (void)state;
  const float rows[] = {1.0f, NAN};
  const dove_kmeans_options none = {.clusters = 0, .restarts = 1, .max_iterations = 1};
  dove_kmeans result;
  assert_int_equal(dove_kmeans_fit((dove_matrix_view){rows, 1, 1}, &none, &result, NULL, NULL), DOVE_USAGE);
  assert_int_equal(dove_kmeans_fit((dove_matrix_view){rows, 0, 1}, &two, &result, NULL, NULL), DOVE_INPUT);
  assert_int_equal(dove_kmeans_fit((dove_matrix_view){rows, 2, 1}, &two, &result, NULL, NULL), DOVE_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_groups_by_hand),           cmocka_unit_test(result_is_a_fixed_point),
      cmocka_unit_test(threads_do_not_change_a_byte), cmocka_unit_test(equal_points_and_few_points_are_fine),
      cmocka_unit_test(bad_arguments_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
