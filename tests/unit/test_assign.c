#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/assign.h"
#include "dove/parallel.h"
#include "dove/random.h"

/* Unit rows; `common` pulls all of them to one side, as the vectors of language models are. */
static dove_matrix random_rows(uint64_t seed, size_t rows, size_t columns, double common) {
  dove_matrix matrix;
  assert_int_equal(dove_matrix_create(&matrix, rows, columns, NULL), DOVE_OK);
  for (size_t i = 0; i < rows; i++) {
    dove_random random = dove_random_stream(seed, 0, i);
    for (size_t j = 0; j < columns; j++) matrix.data[i * columns + j] = (float)(common + dove_random_normal(&random));
  }
  assert_int_equal(dove_normalize_rows(matrix.data, rows, columns), 0);
  return matrix;
}

/* The softmax of one row as SPEC 2 writes it, with plain sums in long double. */
static void plain_softmax(const float *expression, dove_matrix_view centroids, double sigma2, double *q) {
  long double cosine[512], highest = -2.0L, sum = 0.0L;
  assert_true(centroids.rows <= 512);
  for (size_t k = 0; k < centroids.rows; k++) {
    cosine[k] = 0.0L;
    for (size_t j = 0; j < centroids.columns; j++)
      cosine[k] += (long double)expression[j] * (long double)dove_matrix_row(centroids, k)[j];
    highest = cosine[k] > highest ? cosine[k] : highest;
  }
  for (size_t k = 0; k < centroids.rows; k++) sum += expl((cosine[k] - highest) / (long double)sigma2);
  for (size_t k = 0; k < centroids.rows; k++) q[k] = (double)(expl((cosine[k] - highest) / (long double)sigma2) / sum);
}

static double entropy_of(const double *q, size_t count) {
  double sum = 0.0;
  for (size_t k = 0; k < count; k++) sum -= q[k] > 0.0 ? q[k] * log(q[k]) : 0.0;
  return sum;
}

static void check_against_plain(dove_matrix_view expressions, dove_matrix_view centroids, double sigma2) {
  dove_assignment assignment;
  double q[512];
  assert_int_equal(dove_assign(expressions, centroids, sigma2, 0.0, &assignment, NULL, NULL), DOVE_OK);
  for (size_t i = 0; i < expressions.rows; i++) {
    plain_softmax(dove_matrix_row(expressions, i), centroids, sigma2, q);
    size_t best = 0;
    double sum = 0.0;
    for (size_t k = 0; k < centroids.rows; k++) {
      const double got = dove_sparse_at(&assignment.q, i, (uint32_t)k);
      assert_true(fabs(got - q[k]) <= 1e-7);
      sum += got;
      if (q[k] > q[best]) best = k;
    }
    assert_int_equal(assignment.best[i], best);
    assert_true(fabs(sum - 1.0) <= 1e-9);
    assert_true(fabs(assignment.entropy[i] - entropy_of(q, centroids.rows)) <= 2e-6);
  }
  dove_assignment_free(&assignment);
}

static void any_sigma_agrees_with_a_plain_softmax(void **state) {
  (void)state;
  static const double sigma2[] = {1e-12, 1e-7, 4e-6, 1e-4, 1e-3, 0.0117, 0.05, 0.3, 10.0, 1e9};
  static const size_t codes[] = {1, 2, 63, 64, 65, 300};
  for (int common = 0; common < 2; common++) {
    dove_matrix expressions = random_rows(1, 20, 1024, common == 1 ? 1.5 : 0.0);
    for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
      dove_matrix centroids = random_rows(2, codes[c], 1024, common == 1 ? 1.5 : 0.0);
      for (size_t s = 0; s < sizeof sigma2 / sizeof *sigma2; s++)
        check_against_plain(dove_matrix_as_view(&expressions), dove_matrix_as_view(&centroids), sigma2[s]);
      dove_matrix_free(&centroids);
    }
    dove_matrix_free(&expressions);
  }
}

/* Two codes at cosines 1 and 0, σ² = 1: q = 1 / (1 + e^-1) = 0.7310585786300049 and the rest. */
static void two_codes_by_hand(void **state) {
  (void)state;
  const float expression[] = {1.0f, 0.0f}, centroids[] = {0.0f, 1.0f, 1.0f, 0.0f};
  dove_assignment a;
  assert_int_equal(
      dove_assign((dove_matrix_view){expression, 1, 2}, (dove_matrix_view){centroids, 2, 2}, 1.0, 0.0, &a, NULL, NULL),
      DOVE_OK);
  assert_int_equal(a.best[0], 1);
  assert_true(fabs(dove_sparse_at(&a.q, 0, 1) - 0.7310585786300049) < 1e-14);
  assert_true(fabs(dove_sparse_at(&a.q, 0, 0) - 0.2689414213699951) < 1e-14);
  /* H = log(1 + 1/e) + (1/e) / (1 + 1/e) = 0.3132616875 + 0.2689414214, perplexity e^H. */
  assert_true(fabs(a.entropy[0] - 0.5822031089) < 1e-9);
  assert_true(fabs(a.perplexity - exp(0.5822031089)) < 1e-9);
  dove_assignment_free(&a);
}

static void threshold_leaves_out_but_never_the_best(void **state) {
  (void)state;
  dove_matrix expressions = random_rows(3, 50, 32, 0.0), centroids = random_rows(4, 100, 32, 0.0);
  const dove_matrix_view e = dove_matrix_as_view(&expressions), c = dove_matrix_as_view(&centroids);
  dove_assignment full, cut;
  assert_int_equal(dove_assign(e, c, 0.1, 0.0, &full, NULL, NULL), DOVE_OK);
  assert_int_equal(dove_assign(e, c, 0.1, 0.05, &cut, NULL, NULL), DOVE_OK);
  for (size_t i = 0; i < 50; i++) {
    for (uint32_t k = 0; k < 100; k++) {
      const double q = dove_sparse_at(&full.q, i, k);
      assert_true(dove_sparse_at(&cut.q, i, k) == (q >= 0.05 || k == full.best[i] ? q : 0.0));
    }
    assert_true(cut.entropy[i] == full.entropy[i]);
  }
  dove_assignment_free(&cut);
  assert_int_equal(dove_assign(e, c, 0.1, 2.0, &cut, NULL, NULL), DOVE_OK);
  assert_int_equal(cut.q.offset[50], 50);
  for (size_t i = 0; i < 50; i++) assert_int_equal(cut.q.column[i], full.best[i]);
  dove_assignment_free(&cut);
  dove_assignment_free(&full);
  dove_matrix_free(&expressions);
  dove_matrix_free(&centroids);
}

static void ties_go_to_the_smaller_code_and_zeros_are_even(void **state) {
  (void)state;
  const float expressions[] = {1.0f, 0.0f, 0.0f, 0.0f}, centroids[] = {0.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f};
  const dove_matrix_view e = {expressions, 2, 2}, c = {centroids, 3, 2};
  dove_assignment a;
  uint32_t best[2];
  assert_int_equal(dove_assign(e, c, 0.5, 0.0, &a, NULL, NULL), DOVE_OK);
  assert_int_equal(a.best[0], 1);
  assert_int_equal(a.best[1], 0);
  for (uint32_t k = 0; k < 3; k++) assert_true(fabs(dove_sparse_at(&a.q, 1, k) - 1.0 / 3.0) < 1e-15);
  assert_int_equal(dove_nearest(e, c, best, NULL, NULL, NULL), DOVE_OK);
  assert_int_equal(best[0], 1);
  assert_int_equal(best[1], 0);
  dove_assignment_free(&a);
}

static void threads_do_not_change_a_byte(void **state) {
  (void)state;
  dove_matrix expressions = random_rows(5, 3000, 48, 0.0), centroids = random_rows(6, 700, 48, 0.0);
  dove_assignment result[2];
  for (int i = 0; i < 2; i++) {
    dove_threads_set(i == 0 ? 1 : 3);
    assert_int_equal(dove_assign(dove_matrix_as_view(&expressions), dove_matrix_as_view(&centroids), 0.02, 1e-6,
                                 &result[i], NULL, NULL),
                     DOVE_OK);
  }
  dove_threads_set(0);
  assert_memory_equal(result[0].q.offset, result[1].q.offset, 3001 * sizeof(size_t));
  assert_memory_equal(result[0].q.value, result[1].q.value, result[0].q.offset[3000] * sizeof(double));
  assert_memory_equal(result[0].entropy, result[1].entropy, 3000 * sizeof(double));
  dove_assignment_free(&result[0]);
  dove_assignment_free(&result[1]);
  dove_matrix_free(&expressions);
  dove_matrix_free(&centroids);
}

static void perplexity_rule_reaches_its_aim(void **state) {
  (void)state;
  static const double aims[] = {1.01, 2.0, 20.0, 99.0};
  dove_matrix expressions = random_rows(7, 5000, 32, 0.0), centroids = random_rows(8, 100, 32, 0.0);
  const dove_matrix_view e = dove_matrix_as_view(&expressions), c = dove_matrix_as_view(&centroids);
  for (size_t i = 0; i < sizeof aims / sizeof *aims; i++) {
    double sigma2, sum = 0.0, q[512];
    assert_int_equal(dove_sigma2_perplexity(e, c, aims[i], &sigma2, NULL, NULL), DOVE_OK);
    for (size_t row = 0; row < e.rows; row++) {
      plain_softmax(dove_matrix_row(e, row), c, sigma2, q);
      sum += exp(entropy_of(q, 100));
    }
    assert_true(fabs(sum / (double)e.rows / aims[i] - 1.0) <= 1.1e-4);
  }
  double sigma2;
  assert_int_equal(dove_sigma2_perplexity(e, c, 1.0, &sigma2, NULL, NULL), DOVE_USAGE);
  assert_int_equal(dove_sigma2_perplexity(e, c, 100.0, &sigma2, NULL, NULL), DOVE_USAGE);
  /* Two equal codes: no σ brings the perplexity under 2. */
  const float same[] = {1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f}, one[] = {1.0f, 0.0f};
  assert_int_equal(
      dove_sigma2_perplexity((dove_matrix_view){one, 1, 2}, (dove_matrix_view){same, 3, 2}, 1.5, &sigma2, NULL, NULL),
      DOVE_FAILED);
  dove_matrix_free(&expressions);
  dove_matrix_free(&centroids);
}

static void bad_arguments_are_refused(void **state) {
  (void)state;
  const float good[] = {1.0f, 0.0f}, bad[] = {INFINITY, 0.0f};
  const dove_matrix_view one = {good, 1, 2}, infinite = {bad, 1, 2}, narrow = {good, 2, 1}, none = {good, 0, 2};
  dove_assignment a;
  dove_error error;
  assert_int_equal(dove_assign(one, one, 0.0, 0.0, &a, NULL, &error), DOVE_USAGE);
  assert_int_equal(dove_assign(one, one, NAN, 0.0, &a, NULL, &error), DOVE_USAGE);
  assert_int_equal(dove_assign(one, none, 1.0, 0.0, &a, NULL, &error), DOVE_USAGE);
  assert_int_equal(dove_assign(one, narrow, 1.0, 0.0, &a, NULL, &error), DOVE_USAGE);
  assert_int_equal(dove_assign(one, infinite, 1.0, 0.0, &a, NULL, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "infinite"));
  assert_int_equal(dove_assign(none, one, 1.0, 0.0, &a, NULL, &error), DOVE_OK);
  assert_int_equal(a.q.rows, 0);
  dove_assignment_free(&a);
  const uint32_t nobody = DOVE_NO_GROUP;
  double sigma2;
  assert_int_equal(dove_sigma2_mle(one, one, &nobody, &sigma2, &error), DOVE_INPUT);
}

/* Groups 0 and 2 of three, out of order, and a row that belongs to none. */
static void group_means_by_hand(void **state) {
  (void)state;
  size_t offset[] = {0, 2, 3, 4, 5};
  uint32_t column[] = {0, 2, 2, 1, 0};
  double value[] = {0.5, 0.5, 1.0, 1.0, 1.0};
  const uint32_t group[] = {2, 0, 2, DOVE_NO_GROUP};
  const dove_sparse q = {.rows = 4, .columns = 3, .offset = offset, .column = column, .value = value};
  dove_sparse means;
  double row[3];
  assert_int_equal(dove_sparse_group_means(&q, group, 3, &means, NULL), DOVE_OK);
  dove_sparse_row(&means, 0, row);
  assert_true(row[0] == 0.0 && row[1] == 0.0 && row[2] == 1.0);
  assert_int_equal(means.offset[1], means.offset[2]);
  dove_sparse_row(&means, 2, row);
  assert_true(row[0] == 0.25 && row[1] == 0.5 && row[2] == 0.25);
  dove_sparse_free(&means);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_sigma_agrees_with_a_plain_softmax),
      cmocka_unit_test(two_codes_by_hand),
      cmocka_unit_test(threshold_leaves_out_but_never_the_best),
      cmocka_unit_test(ties_go_to_the_smaller_code_and_zeros_are_even),
      cmocka_unit_test(threads_do_not_change_a_byte),
      cmocka_unit_test(perplexity_rule_reaches_its_aim),
      cmocka_unit_test(bad_arguments_are_refused),
      cmocka_unit_test(group_means_by_hand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
