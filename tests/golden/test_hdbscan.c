#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/hdbscan.h"
#include "dove/parallel.h"
#include "dove/random.h"
#include "math/hdbscan/hdbscan_internal.h"

typedef struct hdbscan_case {
  size_t count, dimensions;
  uint32_t min_cluster_size, min_samples;
  const double *points;
  const int32_t *labels;
  uint32_t clusters;
  size_t noise;
} hdbscan_case;

#include "golden/hdbscan_cases.h"

/* Pairs that both labellings put together, over pairs that the first does: written out, as a check apart from the
 * library's own index. Labels are -1 … 62. */
static double pairs_within(const int32_t *labels, size_t count) {
  double sizes[64] = {0};
  for (size_t i = 0; i < count; i++) sizes[labels[i] + 1] += 1.0;
  double pairs = 0.0;
  for (size_t c = 0; c < 64; c++) pairs += sizes[c] * (sizes[c] - 1.0) / 2.0;
  return pairs;
}

static double adjusted_rand_index(const int32_t *a, const int32_t *b, size_t count) {
  static double table[64][64];
  memset(table, 0, sizeof table);
  for (size_t i = 0; i < count; i++) table[a[i] + 1][b[i] + 1] += 1.0;
  double both = 0.0;
  for (size_t c = 0; c < 64 * 64; c++) both += table[c / 64][c % 64] * (table[c / 64][c % 64] - 1.0) / 2.0;
  const double pa = pairs_within(a, count);
  const double pb = pairs_within(b, count);
  const double expected = pa * pb / ((double)count * ((double)count - 1.0) / 2.0);
  return (both - expected) / (0.5 * (pa + pb) - expected);
}

static void cluster(const float *points, size_t count, size_t dimensions, uint32_t min_cluster_size,
                    uint32_t min_samples, dove_hdbscan *result) {
  const dove_hdbscan_options options = {.min_cluster_size = min_cluster_size, .min_samples = min_samples};
  dove_error error;
  assert_int_equal(dove_hdbscan_run(points, count, dimensions, &options, NULL, result, &error), DOVE_OK);
}

static void test_reference_labels(void **state) {
  (void)state;
  for (size_t n = 0; n < sizeof hdbscan_cases / sizeof *hdbscan_cases; n++) {
    const hdbscan_case *c = &hdbscan_cases[n];
    float *points = malloc(c->count * c->dimensions * sizeof *points);
    assert_non_null(points);
    for (size_t i = 0; i < c->count * c->dimensions; i++) points[i] = (float)c->points[i];
    dove_hdbscan result;
    cluster(points, c->count, c->dimensions, c->min_cluster_size, c->min_samples, &result);
    assert_int_equal(result.clusters, c->clusters);
    const double index = adjusted_rand_index(result.labels, c->labels, c->count);
    if (index < 0.99) fail_msg("case %zu: adjusted Rand index %.4f, %zu noise", n, index, result.noise);
    dove_hdbscan_free(&result);
    free(points);
  }
}

/* Blobs around `centres` random places, and a tenth of scattered points. */
static float *blobs(size_t count, size_t dimensions, size_t centres, uint64_t seed) {
  float *points = malloc(count * dimensions * sizeof *points);
  assert_non_null(points);
  for (size_t i = 0; i < count; i++) {
    dove_random own = dove_random_stream(seed, i, 1);
    dove_random centre = dove_random_stream(seed, dove_random_below(&own, centres), 2);
    const bool scattered = dove_random_uniform(&own) < 0.1;
    for (size_t j = 0; j < dimensions; j++) {
      const double place = 20.0 * dove_random_uniform(&centre);
      points[i * dimensions + j] =
          (float)(scattered ? 20.0 * dove_random_uniform(&own) : place + 0.3 * dove_random_normal(&own));
    }
  }
  return points;
}

static int compare_weights(const void *left, const void *right) {
  const double a = ((const hdbscan_edge *)left)->weight;
  const double b = ((const hdbscan_edge *)right)->weight;
  return (a > b) - (a < b);
}

/* All minimum spanning trees of a graph have the same sorted weights; Prim's algorithm over all pairs checks Borůvka's.
 */
static void test_both_spanning_trees_weigh_the_same(void **state) {
  (void)state;
  static const size_t dimensions[] = {1, 2, 5, 9};
  for (size_t n = 0; n < 4; n++) {
    const size_t count = 1500;
    float *points = blobs(count, dimensions[n], 12, 40 + n);
    if (n == 1) memcpy(points + 300, points, 200 * sizeof *points); /* duplicates */
    hdbscan_edge *fast = malloc(count * sizeof *fast);
    hdbscan_edge *slow = malloc(count * sizeof *slow);
    assert_true(fast != NULL && slow != NULL);
    dove_error error;
    assert_int_equal(hdbscan_boruvka(points, count, dimensions[n], 4, NULL, fast, &error), DOVE_OK);
    assert_int_equal(hdbscan_prim(points, count, dimensions[n], 4, NULL, slow, &error), DOVE_OK);
    qsort(fast, count - 1, sizeof *fast, compare_weights);
    qsort(slow, count - 1, sizeof *slow, compare_weights);
    for (size_t e = 0; e + 1 < count; e++) assert_true(fabs(fast[e].weight - slow[e].weight) < 1e-9);
    free(fast);
    free(slow);
    free(points);
  }
}

static void test_threads_do_not_matter(void **state) {
  (void)state;
  const size_t count = 4000;
  float *points = blobs(count, 3, 30, 5);
  dove_hdbscan one, three;
  dove_threads_set(1);
  cluster(points, count, 3, 5, 5, &one);
  dove_threads_set(3);
  cluster(points, count, 3, 5, 5, &three);
  dove_threads_set(0);
  assert_true(one.clusters > 10);
  assert_memory_equal(one.labels, three.labels, count * sizeof *one.labels);
  assert_memory_equal(one.probabilities, three.probabilities, count * sizeof *one.probabilities);
  dove_hdbscan_free(&one);
  dove_hdbscan_free(&three);
  free(points);
}

/* Two pairs of tight groups on a line, far apart, with min_cluster_size 3: both groups are clusters, the lonely point
 * is noise. High dimension: the same points padded with zeros must give the same labels through the other algorithm. */
static void test_line_in_one_and_in_many_dimensions(void **state) {
  (void)state;
  static const float line[] = {0.0f, 0.1f, 0.2f, 0.31f, 50.0f, 10.0f, 10.1f, 10.2f, 10.31f};
  static const int32_t expected[] = {0, 0, 0, 0, -1, 1, 1, 1, 1};
  dove_hdbscan result;
  cluster(line, 9, 1, 3, 2, &result);
  assert_int_equal(result.clusters, 2);
  assert_int_equal(result.noise, 1);
  assert_memory_equal(result.labels, expected, sizeof expected);
  dove_hdbscan_free(&result);
  float wide[9 * 64] = {0};
  for (size_t i = 0; i < 9; i++) wide[i * 64 + 7] = line[i];
  cluster(wide, 9, 64, 3, 2, &result);
  assert_memory_equal(result.labels, expected, sizeof expected);
  assert_true(result.probabilities[4] == 0.0f);
  for (size_t i = 0; i < 9; i++) assert_true(result.probabilities[i] >= 0.0f && result.probabilities[i] <= 1.0f);
  dove_hdbscan_free(&result);
}

static void test_few_equal_and_duplicate_points(void **state) {
  (void)state;
  static const float equal[40] = {0};
  dove_hdbscan result;
  cluster(equal, 20, 2, 5, 5, &result);
  assert_int_equal(result.clusters, 0);
  assert_int_equal(result.noise, 20);
  dove_hdbscan_free(&result);
  cluster(equal, 3, 2, 5, 5, &result);
  assert_int_equal(result.noise, 3);
  dove_hdbscan_free(&result);
  cluster(equal, 0, 2, 5, 5, &result);
  assert_int_equal(result.count, 0);
  dove_hdbscan_free(&result);
  /* Two heaps of equal points are two clusters. */
  float heaps[40] = {0};
  for (size_t i = 20; i < 40; i++) heaps[i] = 3.0f;
  cluster(heaps, 20, 2, 5, 5, &result);
  assert_int_equal(result.clusters, 2);
  assert_int_equal(result.noise, 0);
  for (size_t i = 0; i < 20; i++) {
    assert_int_equal(result.labels[i], i < 10 ? 0 : 1);
    assert_true(result.probabilities[i] == 1.0f);
  }
  dove_hdbscan_free(&result);
}

static void test_bad_input(void **state) {
  (void)state;
  float points[] = {0.0f, 1.0f, 2.0f, NAN, 4.0f, 5.0f};
  dove_hdbscan result;
  dove_error error;
  dove_hdbscan_options options = DOVE_HDBSCAN_DEFAULTS;
  assert_int_equal(dove_hdbscan_run(points, 6, 1, &options, NULL, &result, &error), DOVE_INPUT);
  options.min_cluster_size = 1;
  assert_int_equal(dove_hdbscan_run(points, 3, 1, &options, NULL, &result, &error), DOVE_USAGE);
  options = DOVE_HDBSCAN_DEFAULTS;
  options.min_samples = 0;
  assert_int_equal(dove_hdbscan_run(points, 3, 1, &options, NULL, &result, &error), DOVE_USAGE);
  assert_null(result.labels);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference_labels),
      cmocka_unit_test(test_both_spanning_trees_weigh_the_same),
      cmocka_unit_test(test_threads_do_not_matter),
      cmocka_unit_test(test_line_in_one_and_in_many_dimensions),
      cmocka_unit_test(test_few_equal_and_duplicate_points),
      cmocka_unit_test(test_bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
