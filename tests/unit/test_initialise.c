/* C⁰: planted clusters are found, and the small and degenerate cases. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dove/initialise.h"
#include "dove/random.h"

enum { D = 16 };

typedef struct fixture {
  dove_settings settings;
  dove_expression_set set;
  dove_namer namer;
  dove_codebook codebook;
  dove_initialisation record;
  dove_error error;
} fixture;

static int setup(void **state) {
  fixture *f = calloc(1, sizeof *f);
  if (f == NULL) return -1;
  *state = f;
  dove_settings_defaults(&f->settings);
  return dove_namer_open_frequent(&f->namer, &f->error) == DOVE_OK ? 0 : -1;
}

static int teardown(void **state) {
  fixture *f = *state;
  dove_namer_close(&f->namer);
  dove_codebook_free(&f->codebook);
  dove_expression_set_free(&f->set);
  free(f);
  return 0;
}

/* `count` unit vectors; number i lies around axis i % clusters, `spread` away. */
static void plant(fixture *f, size_t count, size_t clusters, double spread) {
  static const char *const names[] = {"care", "duty", "trust", "peace", "order", "faith", "zeal", "tact"};
  f->set.expressions = count;
  assert_int_equal(dove_matrix_create(&f->set.vectors, count, D, &f->error), DOVE_OK);
  f->set.code_names = calloc(count, sizeof *f->set.code_names);
  f->set.descriptions = calloc(count, sizeof *f->set.descriptions);
  assert_true(f->set.code_names != NULL && f->set.descriptions != NULL);
  for (size_t i = 0; i < count; i++) {
    dove_random random = dove_random_stream(7, i, 0);
    float *row = f->set.vectors.data + i * D;
    for (size_t j = 0; j < D; j++) row[j] = (float)(spread * dove_random_normal(&random) / sqrt(D));
    row[i % clusters] += 1;
    assert_true(dove_normalize(row, D));
    f->set.code_names[i] = f->set.descriptions[i] = names[i % clusters];
  }
}

static void initialise(fixture *f) {
  const dove_status status =
      dove_initialise(&f->set, &f->settings, &f->namer, &f->codebook, &f->record, NULL, &f->error);
  if (status != DOVE_OK) print_error("%s\n", f->error.message);
  assert_int_equal(status, DOVE_OK);
}

static void assert_unit_centroids(const fixture *f) {
  for (size_t k = 0; k < f->codebook.count; k++) {
    const float *row = f->codebook.centroids.data + k * D;
    assert_true(fabs(dove_dot(row, row, D) - 1) < 1e-6);
  }
}

static void test_finds_planted_clusters(void **state) {
  fixture *f = *state;
  plant(f, 400, 8, 0.3);
  initialise(f);
  assert_int_equal(f->codebook.count, 8);
  assert_false(f->record.fallback);
  assert_unit_centroids(f);
  assert_true(f->codebook.sigma2 > 0);
  /* Each code is named by what its members are called: eight different names. */
  for (size_t k = 0; k < 8; k++) {
    size_t axis = 0;
    for (size_t j = 1; j < D; j++)
      if (f->codebook.centroids.data[k * D + j] > f->codebook.centroids.data[k * D + axis]) axis = j;
    static const char *const names[] = {"Care", "Duty", "Trust", "Peace", "Order", "Faith", "Zeal", "Tact"};
    assert_string_equal(f->codebook.codes[k].name, names[axis]);
    assert_true(f->codebook.codes[k].id < 0);
  }
}

/* σ = mean_k σ_k with σ_k² = mean ‖e_v − e_ck‖² / D, written out. */
static void test_width(void **state) {
  fixture *f = *state;
  plant(f, 400, 8, 0.3);
  initialise(f);
  double sum[8] = {0}, count[8] = {0}, sigma = 0;
  for (size_t i = 0; i < 400; i++) {
    size_t best = 0;
    double least = 9;
    for (size_t k = 0; k < 8; k++) {
      double square = 0;
      for (size_t j = 0; j < D; j++)
        square += pow((double)f->set.vectors.data[i * D + j] - (double)f->codebook.centroids.data[k * D + j], 2);
      if (square < least) {
        least = square;
        best = k;
      }
    }
    sum[best] += least / D;
    count[best]++;
  }
  for (size_t k = 0; k < 8; k++) sigma += sqrt(sum[k] / count[k]) / 8;
  assert_true(fabs(f->codebook.sigma2 - sigma * sigma) < 1e-8);
}

static void test_similar_clusters_become_one(void **state) {
  fixture *f = *state;
  plant(f, 400, 8, 0.3);
  f->settings.merge_similarity = -1; /* everything is that similar */
  initialise(f);
  assert_int_equal(f->codebook.count, 1);
  assert_int_equal(f->record.merged, 7);
}

static void test_falls_back_to_kmeans(void **state) {
  fixture *f = *state;
  plant(f, 18, 3, 0.1);
  f->settings.min_cluster_size = 10; /* no cluster is that large */
  initialise(f);
  assert_true(f->record.fallback);
  /* K = round(sqrt(18 / 2)) = 3 */
  assert_int_equal(f->record.clusters, 3);
  assert_int_equal(f->codebook.count, 3);
}

static void test_one_expression(void **state) {
  fixture *f = *state;
  plant(f, 1, 1, 0);
  initialise(f);
  assert_int_equal(f->codebook.count, 1);
  assert_string_equal(f->codebook.codes[0].name, "Care");
  assert_true(f->codebook.sigma2 == DOVE_LEAST_SIGMA2);
}

static void test_equal_expressions(void **state) {
  fixture *f = *state;
  plant(f, 60, 1, 0);
  initialise(f);
  assert_int_equal(f->codebook.count, 1);
  assert_true(f->codebook.sigma2 == DOVE_LEAST_SIGMA2);
}

static void test_two_expressions(void **state) {
  fixture *f = *state;
  plant(f, 2, 2, 0);
  initialise(f);
  assert_true(f->record.fallback);
  assert_int_equal(f->codebook.count, 2);
}

static void test_no_expression(void **state) {
  fixture *f = *state;
  assert_int_equal(dove_initialise(&f->set, &f->settings, &f->namer, &f->codebook, &f->record, NULL, &f->error),
                   DOVE_INPUT);
}

/* Clusters so wide that HDBSCAN leaves points over: with a limit of 1 every one of them founds a code, with -1 none. */
static void test_noise(void **state) {
  fixture *f = *state;
  plant(f, 400, 8, 2.0);
  f->settings.merge_similarity = 1;
  f->settings.noise_similarity = -1;
  initialise(f);
  const size_t noise = f->record.noise, clusters = f->record.clusters;
  assert_true(noise > 0);
  assert_int_equal(f->record.noise_codes, 0);
  assert_int_equal(f->codebook.count, clusters);
  dove_codebook_free(&f->codebook);
  f->settings.noise_similarity = 1;
  initialise(f);
  assert_int_equal(f->record.noise_codes, noise);
  assert_int_equal(f->codebook.count, clusters + noise);
  size_t founded = 0;
  for (size_t k = 0; k < f->codebook.count; k++) founded += f->codebook.codes[k].origin == DOVE_STORE_CODE_NOISE;
  assert_int_equal(founded, noise);
}

int main(void) {
#define initialise_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      initialise_test(test_finds_planted_clusters),
      initialise_test(test_width),
      initialise_test(test_similar_clusters_become_one),
      initialise_test(test_falls_back_to_kmeans),
      initialise_test(test_one_expression),
      initialise_test(test_equal_expressions),
      initialise_test(test_two_expressions),
      initialise_test(test_no_expression),
      initialise_test(test_noise),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
