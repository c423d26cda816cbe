#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/knn.h"
#include "dove/parallel.h"
#include "dove/random.h"

static dove_matrix random_points(size_t rows, size_t columns, double offset) {
  dove_matrix matrix;
  assert_int_equal(dove_matrix_create(&matrix, rows, columns, NULL), DOVE_OK);
  for (size_t i = 0; i < rows; i++) {
    dove_random random = dove_random_stream(11, 0, i);
    for (size_t j = 0; j < columns; j++) matrix.data[i * columns + j] = (float)(offset + dove_random_normal(&random));
  }
  return matrix;
}

static double plain_distance(dove_matrix_view points, size_t i, size_t j, dove_metric metric) {
  long double dot = 0.0L, a = 0.0L, b = 0.0L, square = 0.0L;
  for (size_t c = 0; c < points.columns; c++) {
    const long double x = (long double)dove_matrix_row(points, i)[c], y = (long double)dove_matrix_row(points, j)[c];
    dot += x * y;
    a += x * x;
    b += y * y;
    square += (x - y) * (x - y);
  }
  return (double)(metric == DOVE_METRIC_COSINE ? 1.0L - dot / sqrtl(a * b) : sqrtl(square));
}

/* How many points are nearer to i than `distance` by more than rounding. */
static size_t count_nearer(dove_matrix_view points, size_t i, dove_metric metric, double distance) {
  size_t nearer = 0;
  for (size_t j = 0; j < points.rows; j++)
    nearer += j != i && plain_distance(points, i, j, metric) < distance - 1e-5 ? 1 : 0;
  return nearer;
}

static void check_exact(dove_matrix_view points, size_t k, dove_metric metric) {
  dove_neighbors found;
  const dove_knn_options options = {metric, DOVE_KNN_EXACT, 0};
  assert_int_equal(dove_knn(points, k, &options, &found, NULL, NULL), DOVE_OK);
  assert_int_equal(found.neighbors, k < points.rows ? k : points.rows - 1);
  for (size_t i = 0; i < points.rows; i++) {
    for (size_t c = 0; c < found.neighbors; c++) {
      const size_t at = i * found.neighbors + c;
      const double distance = plain_distance(points, i, found.index[at], metric);
      assert_int_not_equal(found.index[at], i);
      assert_true(fabs((double)found.distance[at] - distance) < 1e-4);
      assert_true(count_nearer(points, i, metric, distance) <= c);
      assert_true(c == 0 || found.distance[at] >= found.distance[at - 1]);
    }
  }
  dove_neighbors_free(&found);
}

static void exact_agrees_with_all_pairs(void **state) {
  (void)state;
  /* Far from the origin float32 products have no digits left unless the points are centred first. */
  for (int far = 0; far < 2; far++) {
    dove_matrix points = random_points(600, 19, far == 1 ? 1000.0 : 0.0);
    check_exact(dove_matrix_as_view(&points), 7, DOVE_METRIC_EUCLIDEAN);
    if (far == 0) check_exact(dove_matrix_as_view(&points), 7, DOVE_METRIC_COSINE);
    dove_matrix_free(&points);
  }
  dove_matrix few = random_points(5, 3, 0.0);
  check_exact(dove_matrix_as_view(&few), 10, DOVE_METRIC_EUCLIDEAN);
  dove_matrix_free(&few);
}

/* 1-d points 0 1 2 3: both sides of 1 are at distance 1, and the smaller index comes first. */
static void ties_go_to_the_smaller_index(void **state) {
  (void)state;
  const float line[] = {0.0f, 1.0f, 2.0f, 3.0f};
  dove_neighbors found;
  const dove_knn_options options = {DOVE_METRIC_EUCLIDEAN, DOVE_KNN_EXACT, 0};
  assert_int_equal(dove_knn((dove_matrix_view){line, 4, 1}, 2, &options, &found, NULL, NULL), DOVE_OK);
  const uint32_t expected[] = {1, 2, 0, 2, 1, 3, 2, 1};
  assert_memory_equal(found.index, expected, sizeof expected);
  dove_neighbors_free(&found);
}

static void zero_vectors_are_near_each_other_under_cosine(void **state) {
  (void)state;
  const float rows[] = {1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f};
  dove_neighbors found;
  const dove_knn_options options = {DOVE_METRIC_COSINE, DOVE_KNN_EXACT, 0};
  assert_int_equal(dove_knn((dove_matrix_view){rows, 4, 2}, 1, &options, &found, NULL, NULL), DOVE_OK);
  assert_int_equal(found.index[1], 3);
  assert_int_equal(found.index[3], 1);
  assert_true(found.distance[1] == 0.0f && found.distance[0] == 1.0f);
  dove_neighbors_free(&found);
}

static double recall(const dove_neighbors *exact, const dove_neighbors *found) {
  size_t hits = 0;
  for (size_t i = 0; i < exact->points; i++) {
    for (size_t a = 0; a < exact->neighbors; a++) {
      for (size_t b = 0; b < exact->neighbors; b++)
        hits += exact->index[i * exact->neighbors + a] == found->index[i * found->neighbors + b] ? 1 : 0;
    }
  }
  return (double)hits / (double)(exact->points * exact->neighbors);
}

static void approximate_finds_most_and_is_the_same_on_any_threads(void **state) {
  (void)state;
  dove_matrix points = random_points(6000, 12, 0.0);
  const dove_matrix_view view = dove_matrix_as_view(&points);
  dove_neighbors exact, one, three;
  const dove_knn_options exactly = {DOVE_METRIC_EUCLIDEAN, DOVE_KNN_EXACT, 0};
  const dove_knn_options roughly = {DOVE_METRIC_EUCLIDEAN, DOVE_KNN_APPROXIMATE, 5};
  assert_int_equal(dove_knn(view, 14, &exactly, &exact, NULL, NULL), DOVE_OK);
  dove_threads_set(1);
  assert_int_equal(dove_knn(view, 14, &roughly, &one, NULL, NULL), DOVE_OK);
  dove_threads_set(3);
  assert_int_equal(dove_knn(view, 14, &roughly, &three, NULL, NULL), DOVE_OK);
  dove_threads_set(0);
  assert_true(recall(&exact, &one) > 0.95);
  assert_memory_equal(one.index, three.index, 6000 * 14 * sizeof(uint32_t));
  assert_memory_equal(one.distance, three.distance, 6000 * 14 * sizeof(float));
  dove_neighbors_free(&exact);
  dove_neighbors_free(&one);
  dove_neighbors_free(&three);
  dove_matrix_free(&points);
}

static void approximate_copes_with_equal_points(void **state) {
  (void)state;
  dove_matrix points;
  dove_neighbors found;
  const dove_knn_options options = {DOVE_METRIC_EUCLIDEAN, DOVE_KNN_APPROXIMATE, 1};
  assert_int_equal(dove_matrix_create(&points, 2000, 3, NULL), DOVE_OK);
  assert_int_equal(dove_knn(dove_matrix_as_view(&points), 5, &options, &found, NULL, NULL), DOVE_OK);
  for (size_t i = 0; i < 2000 * 5; i++) {
    assert_true(found.index[i] < 2000 && found.index[i] != i / 5);
    assert_true(found.distance[i] == 0.0f);
  }
  dove_neighbors_free(&found);
  dove_matrix_free(&points);
}

static bool always(void *user) {
  (void)user;
  return true;
}

static void stops_when_asked(void **state) {
  (void)state;
  dove_matrix points = random_points(3000, 4, 0.0);
  const dove_progress stop = {.cancelled = always};
  dove_neighbors found;
  for (int method = DOVE_KNN_EXACT; method <= DOVE_KNN_APPROXIMATE; method++) {
    const dove_knn_options options = {DOVE_METRIC_EUCLIDEAN, (dove_knn_method)method, 1};
    assert_int_equal(dove_knn(dove_matrix_as_view(&points), 5, &options, &found, &stop, NULL), DOVE_CANCELLED);
  }
  dove_matrix_free(&points);
}

static void bad_arguments_are_refused(void **state) {
  (void)state;
  const float rows[] = {1.0f, NAN};
  dove_neighbors found;
  const dove_knn_options options = {DOVE_METRIC_EUCLIDEAN, DOVE_KNN_AUTOMATIC, 0};
  assert_int_equal(dove_knn((dove_matrix_view){rows, 1, 1}, 0, &options, &found, NULL, NULL), DOVE_USAGE);
  assert_int_equal(dove_knn((dove_matrix_view){rows, 2, 1}, 1, &options, &found, NULL, NULL), DOVE_INPUT);
  assert_int_equal(dove_knn((dove_matrix_view){rows, 1, 1}, 1, &options, &found, NULL, NULL), DOVE_OK);
  assert_int_equal(found.neighbors, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_agrees_with_all_pairs),
      cmocka_unit_test(ties_go_to_the_smaller_index),
      cmocka_unit_test(zero_vectors_are_near_each_other_under_cosine),
      cmocka_unit_test(approximate_finds_most_and_is_the_same_on_any_threads),
      cmocka_unit_test(approximate_copes_with_equal_points),
      cmocka_unit_test(stops_when_asked),
      cmocka_unit_test(bad_arguments_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
