/* Candidate sets and their weights, on a document whose numbers can be written down. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dove/objective.h"

#define assert_close(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

enum { D = 3, K = 3 };

/* One document with ten expressions, each on an axis: five on the first, three on the second, two on the third. With
 * centroids on the axes and a small σ², q(z|x) is (0.5, 0.3, 0.2). */
typedef struct axes {
  dove_expression_set set;
  dove_codebook codebook;
  dove_decoder decoder;
  dove_settings settings;
  uint32_t document[10];
} axes;

static void open_axes(axes *a) {
  static const size_t axis[10] = {0, 0, 0, 0, 0, 1, 1, 1, 2, 2};
  dove_error error = {0};
  *a = (axes){.set = {.expressions = 10, .documents = 1}};
  a->set.document = a->document;
  assert_int_equal(dove_matrix_create(&a->set.vectors, 10, D, &error), DOVE_OK);
  for (size_t i = 0; i < 10; i++) a->set.vectors.data[i * D + axis[i]] = 1;
  assert_int_equal(dove_expression_set_average(&a->set, &error), DOVE_OK);
  assert_int_equal(dove_codebook_create(&a->codebook, K, D, &error), DOVE_OK);
  for (size_t k = 0; k < K; k++) a->codebook.centroids.data[k * D + k] = 1;
  a->codebook.sigma2 = 0.01;
  assert_int_equal(dove_decoder_open_centroid(&a->decoder, &error), DOVE_OK);
  dove_settings_defaults(&a->settings);
}

static void close_axes(axes *a) {
  dove_decoder_close(&a->decoder);
  dove_codebook_free(&a->codebook);
  dove_matrix_free(&a->set.vectors);
  dove_matrix_free(&a->set.document_vectors);
}

static void measure(axes *a, dove_measurement *m) {
  dove_error error = {0};
  assert_int_equal(dove_measure(&a->codebook, &a->set, &a->settings, 3, &a->decoder, m, NULL, &error), DOVE_OK);
}

/* e_x is (5, 3, 2) made unit: its length is sqrt(38). */
static double cosine_of(size_t k) {
  static const double sum[K] = {5, 3, 2};
  return sum[k] / sqrt(38.0);
}

static void test_weights_of_single_codes(void **state) {
  (void)state;
  axes a;
  dove_measurement m;
  open_axes(&a);
  a.settings.codes_per_document = 1;
  a.settings.candidate_sets = 64;
  a.settings.kept_sets = 64;
  measure(&a, &m);
  /* 63 draws leave the third code out with probability 0.8^63 < 1e-6. Sets come by rising distortion. */
  assert_int_equal(m.kept.count, 3);
  const double weight[K] = {0.5, 0.3, 0.2};
  double distortion = 0;
  for (size_t p = 0; p < 3; p++) {
    assert_int_equal(m.kept.codes[m.kept.starts[p]], p);
    assert_close(m.kept.weight[p], weight[p], 1e-9);
    assert_close(m.kept.distortion[p], -cosine_of(p), 1e-6);
    assert_close(m.code_distortion[p], -cosine_of(p), 1e-6);
    distortion += weight[p] * -cosine_of(p);
  }
  const double entropy = -(0.5 * log(0.5) + 0.3 * log(0.3) + 0.2 * log(0.2));
  assert_close(m.objective.distortion, distortion, 1e-6);
  assert_close(m.objective.conditional_entropy, entropy, 1e-9);
  assert_close(m.objective.marginal_entropy, entropy, 1e-9); /* one document: n is its q */
  assert_close(m.objective.score, -distortion + 0.3 * entropy - 0.08 * entropy, 1e-6);
  assert_close(m.objective.renyi_entropy, -log(0.25 + 0.09 + 0.04), 1e-9);
  assert_close(m.objective.renyi_divergence, log(3) + log(0.38), 1e-9);
  dove_measurement_free(&m);
  close_axes(&a);
}

static void test_keeps_the_least_distortion(void **state) {
  (void)state;
  axes a;
  dove_measurement m;
  open_axes(&a);
  a.settings.codes_per_document = 1;
  a.settings.candidate_sets = 64;
  a.settings.kept_sets = 1;
  measure(&a, &m);
  assert_int_equal(m.kept.count, 1);
  assert_int_equal(m.kept.codes[0], 0);
  assert_close(m.kept.weight[0], 1, 1e-12);
  assert_close(m.objective.distortion, -cosine_of(0), 1e-6);
  assert_true(isnan(m.code_distortion[1]) && isnan(m.code_distortion[2]));
  dove_measurement_free(&m);
  close_axes(&a);
}

/* Pairs: {0,1}, {0,2}, {1,2}, each counted once, whatever the order of the draw. */
static void test_sets_are_distinct(void **state) {
  (void)state;
  axes a;
  dove_measurement m;
  open_axes(&a);
  a.settings.codes_per_document = 2;
  a.settings.candidate_sets = 64;
  a.settings.kept_sets = 64;
  measure(&a, &m);
  assert_int_equal(m.kept.count, 3);
  double sum = 0;
  uint32_t seen = 0;
  for (size_t p = 0; p < 3; p++) {
    seen |= 1u << (m.kept.codes[m.kept.starts[p]] + m.kept.codes[m.kept.starts[p] + 1]);
    sum += m.kept.weight[p];
  }
  assert_int_equal(seen, 1u << 1 | 1u << 2 | 1u << 3);
  assert_close(sum, 1, 1e-12);
  /* The top pair lost least: x̂ = (0.5, 0.3, 0) made unit. */
  assert_close(m.kept.distortion[0], -(0.5 * 5 + 0.3 * 3) / (sqrt(0.34) * sqrt(38.0)), 1e-6);
  dove_measurement_free(&m);
  close_axes(&a);
}

static void test_codes_under_the_least_probability(void **state) {
  (void)state;
  axes a;
  dove_measurement m;
  open_axes(&a);
  a.settings.min_probability = 0.25; /* leaves the first two */
  measure(&a, &m);
  assert_int_equal(m.kept.count, 1); /* M = 5, so that they are the one set there is */
  assert_int_equal(m.kept.starts[1], 2);
  dove_measurement_free(&m);
  a.settings.min_probability = 0.9; /* leaves none: an empty set, whose distortion is 0 */
  measure(&a, &m);
  assert_int_equal(m.kept.count, 1);
  assert_int_equal(m.kept.starts[1], 0);
  assert_close(m.objective.distortion, 0, 0);
  dove_measurement_free(&m);
  close_axes(&a);
}

static void test_usage(void **state) {
  (void)state;
  axes a;
  dove_measurement m;
  open_axes(&a);
  measure(&a, &m);
  /* n = (0.5, 0.3, 0.2): mean 1/3, population sd sqrt(0.14 / 9). */
  const double usage[K] = {0.5, 0.3, 0.2}, sd = sqrt(0.14 / 9.0);
  const size_t members[K] = {5, 3, 2};
  for (size_t k = 0; k < K; k++) {
    assert_close(m.usage[k], usage[k], 1e-9);
    assert_close(m.usage_z[k], (usage[k] - 1.0 / 3.0) / sd, 1e-7);
    assert_int_equal(m.members[k], members[k]);
  }
  dove_measurement_free(&m);
  close_axes(&a);
}

static void test_empty_set_is_refused(void **state) {
  (void)state;
  axes a;
  dove_measurement m;
  dove_error error = {0};
  open_axes(&a);
  a.set.documents = a.set.expressions = 0;
  assert_int_equal(dove_measure(&a.codebook, &a.set, &a.settings, 0, &a.decoder, &m, NULL, &error), DOVE_INPUT);
  close_axes(&a);
}

static void test_recognised_codes(void **state) {
  (void)state;
  size_t offset[] = {0, 5};
  uint32_t column[] = {0, 2, 3, 6, 7}, codes[3];
  double value[] = {0.1, 0.4, 0.005, 0.4, 0.095}, found[3];
  const dove_sparse q = {1, 8, offset, column, value};
  assert_int_equal(dove_recognised_codes(&q, 0, 3, 0.01, codes, found), 3);
  assert_true(codes[0] == 2 && codes[1] == 6 && codes[2] == 0); /* equal ones in order of the codebook */
  assert_close(found[2], 0.1, 0);
  assert_int_equal(dove_recognised_codes(&q, 0, 3, 0.2, codes, NULL), 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_weights_of_single_codes),
      cmocka_unit_test(test_keeps_the_least_distortion),
      cmocka_unit_test(test_sets_are_distinct),
      cmocka_unit_test(test_codes_under_the_least_probability),
      cmocka_unit_test(test_usage),
      cmocka_unit_test(test_empty_set_is_refused),
      cmocka_unit_test(test_recognised_codes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
