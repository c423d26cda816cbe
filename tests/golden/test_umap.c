/* UMAP against umap-learn 0.5.3 on the same 1,500 × 48 points (cosine, 15 neighbours, min_dist 0; seeds 1 to 3), by
 * trustworthiness (k = 15) and by the adjusted Rand index to the true labels after HDBSCAN(5, 5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/clustering_quality.h"
#include "dove/hdbscan.h"
#include "dove/npy.h"
#include "dove/parallel.h"
#include "dove/random.h"
#include "dove/umap.h"

/* The lowest of umap-learn's three seeds, and what may be missing from it. */
#define TRUSTWORTHINESS_2 0.9865382983525164
#define TRUSTWORTHINESS_5 0.988006589934552
#define RAND_INDEX_2      0.9838256512319332
#define RAND_INDEX_5      0.991589754150165
#define SLACK             0.01

static void read_case(dove_matrix *points, int32_t **labels) {
  dove_error error;
  dove_matrix column;
  assert_int_equal(dove_array_read("tests/golden/umap_input.npy", false, points, &error), DOVE_OK);
  assert_int_equal(dove_array_read("tests/golden/umap_labels.csv", false, &column, &error), DOVE_OK);
  assert_int_equal(points->rows, 1500);
  assert_int_equal(points->columns, 48);
  assert_int_equal(column.rows, 1500);
  *labels = malloc(column.rows * sizeof **labels);
  assert_non_null(*labels);
  for (size_t i = 0; i < column.rows; i++) (*labels)[i] = (int32_t)column.data[i];
  dove_matrix_free(&column);
}

static double rand_index_after_hdbscan(const dove_matrix *embedding, const int32_t *labels) {
  const dove_hdbscan_options options = DOVE_HDBSCAN_DEFAULTS;
  dove_hdbscan clusters;
  dove_error error;
  double index;
  assert_int_equal(
      dove_hdbscan_run(embedding->data, embedding->rows, embedding->columns, &options, NULL, &clusters, &error),
      DOVE_OK);
  assert_int_equal(dove_adjusted_rand_index(labels, clusters.labels, embedding->rows, &index, &error), DOVE_OK);
  dove_hdbscan_free(&clusters);
  return index;
}

static void check_dimension(size_t dimensions, double least_trustworthiness, double least_rand_index) {
  dove_matrix points, embedding;
  int32_t *labels;
  dove_error error;
  read_case(&points, &labels);
  dove_umap_options options = dove_umap_defaults();
  options.dimensions = dimensions;
  for (options.seed = 1; options.seed <= 3; options.seed++) {
    double trustworthiness;
    const dove_matrix_view view = dove_matrix_as_view(&points);
    assert_int_equal(dove_umap(view, &options, &embedding, NULL, NULL, &error), DOVE_OK);
    assert_int_equal(dove_trustworthiness(view, dove_matrix_as_view(&embedding), 15, DOVE_METRIC_EUCLIDEAN,
                                          &trustworthiness, &error),
                     DOVE_OK);
    assert_true(trustworthiness >= least_trustworthiness - SLACK);
    assert_true(rand_index_after_hdbscan(&embedding, labels) >= least_rand_index - SLACK);
    dove_matrix_free(&embedding);
  }
  dove_matrix_free(&points);
  free(labels);
}

static void two_dimensions_match_umap_learn(void **state) {
  (void)state;
  check_dimension(2, TRUSTWORTHINESS_2, RAND_INDEX_2);
}

static void five_dimensions_match_umap_learn(void **state) {
  (void)state;
  check_dimension(5, TRUSTWORTHINESS_5, RAND_INDEX_5);
}

/* `count` points near `directions` random directions on the unit sphere (noise 0.045 a coordinate, cosine to the own
 * direction about 0.81); other directions are near orthogonal. */
static int32_t *make_directions(size_t count, size_t directions, size_t columns, dove_matrix *points) {
  dove_matrix centres;
  dove_error error;
  int32_t *labels = malloc(count * sizeof *labels);
  assert_non_null(labels);
  assert_int_equal(dove_matrix_create(&centres, directions, columns, &error), DOVE_OK);
  assert_int_equal(dove_matrix_create(points, count, columns, &error), DOVE_OK);
  for (size_t i = 0; i < directions; i++) {
    dove_random random = dove_random_stream(7, 1, i);
    for (size_t j = 0; j < columns; j++) centres.data[i * columns + j] = (float)dove_random_normal(&random);
  }
  dove_normalize_rows(centres.data, directions, columns);
  for (size_t i = 0; i < count; i++) {
    dove_random random = dove_random_stream(7, 2, i);
    labels[i] = (int32_t)dove_random_below(&random, directions);
    const float *centre = centres.data + (size_t)labels[i] * columns;
    for (size_t j = 0; j < columns; j++)
      points->data[i * columns + j] = (float)((double)centre[j] + 0.045 * dove_random_normal(&random));
  }
  dove_normalize_rows(points->data, count, columns);
  dove_matrix_free(&centres);
  return labels;
}

static void many_directions_are_found(void **state) {
  (void)state;
  dove_matrix points, embedding;
  dove_error error;
  int32_t *labels = make_directions(10000, 300, 256, &points);
  const dove_umap_options options = dove_umap_defaults();
  assert_int_equal(dove_umap(dove_matrix_as_view(&points), &options, &embedding, NULL, NULL, &error), DOVE_OK);
  assert_true(rand_index_after_hdbscan(&embedding, labels) >= 0.95);
  dove_matrix_free(&points);
  dove_matrix_free(&embedding);
  free(labels);
}

static void threads_do_not_change_a_byte(void **state) {
  (void)state;
  dove_matrix points, alone, together;
  dove_error error;
  int32_t *labels = make_directions(5000, 20, 64, &points);
  dove_umap_options options = dove_umap_defaults();
  options.epochs = 30;
  options.knn_method = DOVE_KNN_APPROXIMATE;
  dove_threads_set(1);
  assert_int_equal(dove_umap(dove_matrix_as_view(&points), &options, &alone, NULL, NULL, &error), DOVE_OK);
  dove_threads_set(3);
  assert_int_equal(dove_umap(dove_matrix_as_view(&points), &options, &together, NULL, NULL, &error), DOVE_OK);
  dove_threads_set(0);
  assert_memory_equal(alone.data, together.data, alone.rows * alone.columns * sizeof(float));
  dove_matrix_free(&points);
  dove_matrix_free(&alone);
  dove_matrix_free(&together);
  free(labels);
}

/* umap.umap_.find_ab_params(spread, min_dist) of umap-learn 0.5.3. */
static void curve_matches_umap_learn(void **state) {
  (void)state;
  static const struct {
    double spread, min_dist, a, b;
  } cases[] = {{1.0, 0.0, 1.9328083975546724, 0.7904949734010681},
               {1.0, 0.1, 1.5769434601962196, 0.8950608779914887},
               {1.0, 0.5, 0.583030020479462, 1.3341669929263487},
               {2.0, 0.3, 0.3794946888755375, 0.9488152190879922}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double a, b;
    assert_int_equal(dove_umap_fit_curve(cases[i].min_dist, cases[i].spread, &a, &b, NULL), DOVE_OK);
    assert_true(fabs(a - cases[i].a) < 1e-5);
    assert_true(fabs(b - cases[i].b) < 1e-5);
  }
}

static void check_finite_embedding(dove_matrix_view points, size_t dimensions) {
  dove_matrix embedding;
  dove_error error;
  dove_umap_options options = dove_umap_defaults();
  options.dimensions = dimensions;
  options.epochs = 50;
  assert_int_equal(dove_umap(points, &options, &embedding, NULL, NULL, &error), DOVE_OK);
  assert_int_equal(embedding.rows, points.rows);
  assert_int_equal(embedding.columns, dimensions);
  assert_int_equal(dove_matrix_check_finite(dove_matrix_as_view(&embedding), "the embedding", &error), DOVE_OK);
  dove_matrix_free(&embedding);
}

static void odd_inputs_come_out_finite(void **state) {
  (void)state;
  dove_matrix points;
  int32_t *labels = make_directions(60, 3, 16, &points);
  const dove_matrix_view all = dove_matrix_as_view(&points);
  for (size_t count = 0; count <= 20; count++) check_finite_embedding(dove_matrix_rows(all, 0, count), 5);
  check_finite_embedding(all, 1);
  check_finite_embedding(all, 20);
  for (size_t i = 1; i < 30; i++) memcpy(points.data + i * 16, points.data, 16 * sizeof(float));
  check_finite_embedding(all, 5);
  for (size_t i = 1; i < 60; i++) memcpy(points.data + i * 16, points.data, 16 * sizeof(float));
  check_finite_embedding(all, 2);
  memset(points.data, 0, 60 * 16 * sizeof(float));
  check_finite_embedding(all, 2);
  dove_matrix_free(&points);
  free(labels);
}

static void bad_arguments_are_refused(void **state) {
  (void)state;
  const float numbers[] = {1.0f, 2.0f, NAN, 4.0f, 5.0f, 6.0f};
  dove_matrix embedding;
  dove_error error;
  dove_umap_options options = dove_umap_defaults();
  assert_int_equal(dove_umap((dove_matrix_view){numbers, 3, 2}, &options, &embedding, NULL, NULL, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "row 2, column 1"));
  options.dimensions = 0;
  assert_int_equal(dove_umap((dove_matrix_view){numbers, 1, 2}, &options, &embedding, NULL, NULL, &error), DOVE_USAGE);
  options = dove_umap_defaults();
  options.min_dist = 2.0;
  assert_int_equal(dove_umap((dove_matrix_view){numbers, 1, 2}, &options, &embedding, NULL, NULL, &error), DOVE_USAGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_dimensions_match_umap_learn), cmocka_unit_test(five_dimensions_match_umap_learn),
      cmocka_unit_test(many_directions_are_found),       cmocka_unit_test(threads_do_not_change_a_byte),
      cmocka_unit_test(curve_matches_umap_learn),        cmocka_unit_test(odd_inputs_come_out_finite),
      cmocka_unit_test(bad_arguments_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
