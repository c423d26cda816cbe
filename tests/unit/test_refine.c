/* Refinement on a codebook of five codes whose usage, distortion and members are written down by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dove/refine.h"

#define assert_close(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

enum { D = 3, K = 5, E = 9 };

/* Code 0 is used most: n = (10, 4, 3, 1, 2), mean 4, population sd sqrt(10), z = (1.897, 0, -0.316, -0.949, -0.632).
 * Its members are three times (0.8, 0.6, 0) and twice (0.8, -0.6, 0). The centroids of codes 3 and 4 are near that of
 * code 2: cosines 0.8 (0.6 with code 1) and 0.6 (0.8 with code 0). */
static const float vectors[E * D] = {0.8f, 0.6f, 0, 0.8f, 0.6f, 0, 0.8f, 0.6f, 0,    0.8f, -0.6f, 0, 0.8f, -0.6f,
                                     0,    0,    1, 0,    0,    0, 1,    0,    0.6f, 0.8f, 0.8f,  0, 0.6f};
static const float centroids[K * D] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0.6f, 0.8f, 0.8f, 0, 0.6f};
static const char *const names[E] = {"alpha", "alpha", "alpha", "beta", "beta", "delta", "gamma", "gamma", "gamma"};

typedef struct fixture {
  dove_settings settings;
  dove_expression_set set;
  dove_codebook codebook;
  dove_measurement measurement;
  dove_namer namer;
  dove_refinement refinement;
  bool alone; /* the rules do nothing */
  float vectors[E * D];
  const char *names[E];
  uint32_t label[E];
  double usage[K], usage_z[K], distortion[K], previous[K];
  size_t members[K];
  size_t offset[E + 1];
  uint32_t column[2 * E];
  double value[2 * E];
  dove_error error;
} fixture;

/* q(z|v): half for the own code, and for the last three what the test of the centroids needs. */
static void fill_q(fixture *f) {
  static const uint32_t columns[] = {0, 0, 0, 0, 0, 1, 2, 3, 2, 3, 4};
  static const double values[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9, 0.1, 0.3, 0.5, 0.7};
  static const size_t starts[E + 1] = {0, 1, 2, 3, 4, 5, 6, 8, 10, 11};
  memcpy(f->column, columns, sizeof columns);
  memcpy(f->value, values, sizeof values);
  memcpy(f->offset, starts, sizeof starts);
  f->measurement.expression_q = (dove_sparse){E, K, f->offset, f->column, f->value};
}

static void fill_measurement(fixture *f) {
  static const double usage[K] = {10, 4, 3, 1, 2}, distortion[K] = {-0.5, -0.6, -0.7, -0.8, -0.9};
  static const uint32_t label[E] = {0, 0, 0, 0, 0, 1, 2, 3, 4};
  memcpy(f->usage, usage, sizeof usage);
  memcpy(f->distortion, distortion, sizeof distortion);
  memcpy(f->label, label, sizeof label);
  for (size_t k = 0; k < K; k++) {
    f->usage_z[k] = (usage[k] - 4) / sqrt(10.0);
    f->previous[k] = (double)NAN;
  }
  f->measurement = (dove_measurement){.label = f->label,
                                      .usage = f->usage,
                                      .usage_z = f->usage_z,
                                      .code_distortion = f->distortion,
                                      .members = f->members};
  fill_q(f);
}

static int setup(void **state) {
  static const char *const code_names[K] = {"Zero", "One", "Two", "Three", "Four"};
  fixture *f = calloc(1, sizeof *f);
  if (f == NULL) return -1;
  *state = f;
  dove_settings_defaults(&f->settings);
  f->settings.min_cluster_size = 2;
  memcpy(f->vectors, vectors, sizeof vectors);
  memcpy(f->names, names, sizeof names);
  f->set = (dove_expression_set){
      .expressions = E, .vectors = {f->vectors, E, D}, .code_names = f->names, .descriptions = f->names};
  if (dove_codebook_create(&f->codebook, K, D, &f->error) != DOVE_OK) return -1;
  memcpy(f->codebook.centroids.data, centroids, sizeof centroids);
  for (size_t k = 0; k < K; k++) {
    f->codebook.codes[k].id = (int64_t)k + 11;
    f->codebook.codes[k].name = strdup(code_names[k]);
  }
  fill_measurement(f);
  return dove_namer_open_frequent(&f->namer, &f->error) == DOVE_OK ? 0 : -1;
}

static int teardown(void **state) {
  fixture *f = *state;
  dove_refinement_free(&f->refinement);
  dove_codebook_free(&f->codebook);
  dove_namer_close(&f->namer);
  free(f);
  return 0;
}

static void refine(fixture *f, dove_refinement_override *overrides, size_t count) {
  dove_refinement_free(&f->refinement);
  const dove_refinement_review review = {.overrides = overrides, .count = count, .alone = f->alone};
  const dove_status status = dove_refine(&f->codebook, &f->measurement, &f->set, &f->settings, 1, f->previous,
                                         &f->namer, &review, &f->refinement, NULL, &f->error);
  if (status != DOVE_OK) print_error("%s\n", f->error.message);
  assert_int_equal(status, DOVE_OK);
}

/* The place in C^t of the code with this name; the test fails when there is none. */
static size_t named(const fixture *f, const char *name) {
  for (size_t k = 0; k < f->refinement.codebook.count; k++) {
    if (strcmp(f->refinement.codebook.codes[k].name, name) == 0) return k;
  }
  fail_msg("no code is called %s", name);
  return 0;
}

static const dove_refinement_decision *decision(const fixture *f, dove_store_decision_kind kind, int64_t code) {
  for (size_t i = 0; i < f->refinement.decision_count; i++) {
    const dove_refinement_decision *d = &f->refinement.decisions[i];
    if (d->kind == kind && d->before[0].code == code) return d;
  }
  return NULL;
}

static void assert_centroid(const fixture *f, size_t k, double x, double y, double z) {
  const float *row = f->refinement.codebook.centroids.data + k * D;
  assert_close((double)row[0], x, 1e-6);
  assert_close((double)row[1], y, 1e-6);
  assert_close((double)row[2], z, 1e-6);
}

static void test_split_and_merges(void **state) {
  fixture *f = *state;
  refine(f, NULL, 0);
  const dove_codebook *next = &f->refinement.codebook;
  assert_int_equal(f->refinement.splits, 1);
  assert_int_equal(f->refinement.merges, 2);
  assert_int_equal(next->count, 4); /* One, both halves of Zero, and Two with Three and Four in it */
  assert_int_equal(next->codes[0].id, 12);
  assert_string_equal(next->codes[0].name, "One");
  assert_centroid(f, 0, 0, 1, 0);
  const size_t larger = named(f, "Alpha"), smaller = named(f, "Beta"), merged = named(f, "Gamma");
  assert_int_equal(larger + 1, smaller);
  assert_centroid(f, larger, 0.8, 0.6, 0);
  assert_centroid(f, smaller, 0.8, -0.6, 0);
  assert_int_equal(next->codes[larger].origin, DOVE_STORE_CODE_SPLIT);
  assert_int_equal(next->codes[larger].parent_count, 1);
  assert_int_equal(next->codes[larger].parents[0], 11);
  /* 0.9 (0,0,1) + 0.5 (0,0.6,0.8) + 0.7 (0.8,0,0.6) = (0.56, 0.30, 1.72), of length 1.8335757 */
  assert_centroid(f, merged, 0.3054142, 0.1636147, 0.9380578);
  assert_int_equal(next->codes[merged].origin, DOVE_STORE_CODE_MERGE);
  assert_int_equal(next->codes[merged].parent_count, 3);
  assert_int_equal(next->codes[merged].parents[0], 13);
  assert_true(next->codes[merged].id < 0 && next->codes[merged].id != next->codes[larger].id);
  assert_true(next->sigma2 > 0);
}

static void test_evidence(void **state) {
  fixture *f = *state;
  refine(f, NULL, 0);
  const dove_refinement_decision *split = decision(f, DOVE_STORE_SPLIT, 11);
  const dove_refinement_decision *first = decision(f, DOVE_STORE_MERGE, 14);
  const dove_refinement_decision *second = decision(f, DOVE_STORE_MERGE, 15);
  assert_true(split != NULL && first != NULL && second != NULL && first < second); /* in order of rising n */
  assert_true(split->done && split->after_count == 2);
  assert_int_equal(split->after[0].size, 3);
  assert_int_equal(split->after[1].size, 2);
  assert_int_equal(split->before[0].size, 5);
  assert_close(split->usage, 10, 0);
  assert_close(split->usage_z, 6 / sqrt(10.0), 1e-12);
  assert_close(split->distortion, -0.5, 0);
  assert_true(isnan(split->previous_distortion) && isnan(split->neighbour_cosine));
  /* Code 0 would be the nearest of code 4 (0.8), but it is split: no target. */
  assert_int_equal(second->before[1].code, 13);
  assert_close(second->neighbour_cosine, 0.6, 1e-6);
  assert_close(first->neighbour_cosine, 0.8, 1e-6);
  assert_int_equal(first->after[0].code, second->after[0].code);
  size_t recreations = 0;
  for (size_t i = 0; i < f->refinement.decision_count; i++)
    recreations += f->refinement.decisions[i].kind == DOVE_STORE_RECREATE;
  assert_int_equal(recreations, 3);
  assert_string_equal(decision(f, DOVE_STORE_RECREATE, 13)->after[0].name, "Gamma");
}

static void test_distortion_spares_a_code(void **state) {
  fixture *f = *state;
  f->previous[0] = -0.49; /* fallen by 2 % of 0.49 */
  refine(f, NULL, 0);
  assert_false(decision(f, DOVE_STORE_SPLIT, 11)->done);
  f->previous[0] = -0.496; /* by 0.8 %: not enough */
  refine(f, NULL, 0);
  assert_true(decision(f, DOVE_STORE_SPLIT, 11)->done);
  f->previous[0] = (double)NAN;
  f->distortion[0] = -0.75; /* is the median of (-0.9, -0.8, -0.75, -0.7, -0.6) itself */
  refine(f, NULL, 0);
  assert_true(decision(f, DOVE_STORE_SPLIT, 11)->done);
  f->distortion[0] = -0.85; /* the median is -0.8 */
  refine(f, NULL, 0);
  assert_false(decision(f, DOVE_STORE_SPLIT, 11)->done);
  f->distortion[0] = (double)NAN;
  refine(f, NULL, 0);
  assert_false(decision(f, DOVE_STORE_SPLIT, 11)->done);
  assert_int_equal(f->refinement.splits, 0);
}

static void test_too_few_members(void **state) {
  fixture *f = *state;
  f->settings.min_cluster_size = 3; /* two of them need six members */
  refine(f, NULL, 0);
  const dove_refinement_decision *split = decision(f, DOVE_STORE_SPLIT, 11);
  assert_false(split->done);
  assert_non_null(strstr(split->reason, "5"));
  assert_int_equal(split->after_count, 0);
  assert_int_equal(f->refinement.merges, 2);
  /* Code 0 stays now, and is the nearest of code 4. */
  assert_int_equal(decision(f, DOVE_STORE_MERGE, 15)->before[1].code, 11);
}

static void test_equal_members_are_not_parted(void **state) {
  fixture *f = *state;
  for (size_t i = 3; i < 5; i++) f->vectors[i * D + 1] = 0.6f;
  refine(f, NULL, 0);
  assert_false(decision(f, DOVE_STORE_SPLIT, 11)->done);
}

/* Code 4 goes into code 3, and code 3, which is used little itself, takes it along into code 2. */
static void test_merges_follow_each_other(void **state) {
  fixture *f = *state;
  static const double usage[K] = {10, 4, 3, 2, 1};
  static const float near_three[D] = {0, 0.8f, 0.6f};
  memcpy(f->usage, usage, sizeof usage);
  for (size_t k = 0; k < K; k++) f->usage_z[k] = (usage[k] - 4) / sqrt(10.0);
  memcpy(f->codebook.centroids.data + 4 * D, near_three, sizeof near_three); /* cosine 0.96 with code 3 */
  refine(f, NULL, 0);
  assert_int_equal(decision(f, DOVE_STORE_MERGE, 15)->before[1].code, 14);
  const dove_refinement_decision *last = decision(f, DOVE_STORE_MERGE, 14);
  assert_int_equal(last->before[1].code, 13);
  assert_int_equal(decision(f, DOVE_STORE_MERGE, 15)->after[0].code, last->after[0].code);
  assert_int_equal(f->refinement.codebook.codes[named(f, "Gamma")].parent_count, 3);
}

static void test_all_alike_asks_for_nothing(void **state) {
  fixture *f = *state;
  memset(f->usage_z, 0, sizeof f->usage_z);
  f->settings.split_z = -1; /* even so */
  refine(f, NULL, 0);
  assert_false(f->refinement.changed);
  assert_int_equal(f->refinement.decision_count, 0);
  assert_int_equal(f->refinement.codebook.count, 0);
}

static void test_codes_without_members(void **state) {
  fixture *f = *state;
  f->label[8] = 0; /* code 4 has none, code 2 neither */
  f->label[6] = 0;
  f->settings.split_z = 100;
  refine(f, NULL, 0);
  assert_int_equal(decision(f, DOVE_STORE_MERGE, 14)->before[1].code, 13);
  /* Code 4 goes into code 0, the nearest; its centroid is that of five halves and of code 4's former member, which now
   * counts with the larger of its weights for codes 0 and 4. */
  assert_int_equal(decision(f, DOVE_STORE_MERGE, 15)->before[1].code, 11);
  assert_int_equal(f->refinement.codebook.count, 3);
}

static void test_merge_of_two_empty_codes(void **state) {
  fixture *f = *state;
  for (size_t i = 6; i < E; i++) f->label[i] = 0;
  f->settings.split_z = 100;
  f->usage_z[4] = 0; /* leaves the merge of code 3 into code 2 */
  refine(f, NULL, 0);
  const size_t merged = named(f, "Two"); /* the target's name and centroid */
  assert_centroid(f, merged, 0, 0, 1);
  assert_int_equal(f->refinement.codebook.codes[merged].parent_count, 2);
}

/* Four codes would be left, and no width gives four codes a perplexity of 4. */
static void test_keeps_enough_codes_for_the_perplexity(void **state) {
  fixture *f = *state;
  dove_refinement_override rename = {
      .kind = DOVE_OVERRIDE_RENAME, .t = 1, .codes = {12}, .name = "Other", .reviewer = "Ada"};
  f->settings.sigma = (dove_sigma_setting){DOVE_SIGMA_PERPLEXITY, 4};
  refine(f, &rename, 1);
  assert_false(f->refinement.changed);
  assert_false(rename.applied);
  assert_non_null(strstr(decision(f, DOVE_STORE_SPLIT, 11)->reason, "perplexity"));
  f->settings.sigma.value = 1.5;
  refine(f, &rename, 1);
  assert_true(f->refinement.changed && rename.applied);
}

/* What goes into the store is UTF-8, wherever a long name is cut. */
static void test_cuts_between_characters(void **state) {
  fixture *f = *state;
  char reviewer[128] = "";
  for (size_t i = 0; i < 30; i++) strcat(reviewer, "세"); /* three bytes each; there is room for 63 */
  dove_refinement_override rename = {
      .kind = DOVE_OVERRIDE_RENAME, .t = 1, .codes = {12}, .name = "Other", .reviewer = reviewer};
  refine(f, &rename, 1);
  assert_int_equal(strlen(decision(f, DOVE_STORE_RECREATE, 12)->reviewer), 63);
  strcat(reviewer, "!");
  rename.reviewer = reviewer + 2; /* a broken first character and more: nothing of it can be kept */
  refine(f, &rename, 1);
  assert_string_equal(decision(f, DOVE_STORE_RECREATE, 12)->reviewer, "");
}

static void test_overrides(void **state) {
  fixture *f = *state;
  dove_refinement_override overrides[] = {
      {.kind = DOVE_OVERRIDE_VETO, .t = 1, .codes = {11}, .reviewer = "Ada"},
      {.kind = DOVE_OVERRIDE_MERGE, .t = 1, .codes = {15, 12}, .reviewer = "Ada"},
      {.kind = DOVE_OVERRIDE_RENAME, .t = 1, .codes = {11}, .name = "Sum Of All", .reviewer = "Bo"},
      {.kind = DOVE_OVERRIDE_MERGE, .t = 1, .codes = {99, 12}, .reviewer = "Bo"},
      {.kind = DOVE_OVERRIDE_SPLIT, .t = 2, .codes = {12}, .reviewer = "Bo"},
  };
  refine(f, overrides, 5);
  const dove_refinement_decision *vetoed = decision(f, DOVE_STORE_SPLIT, 11);
  const dove_refinement_decision *renamed = decision(f, DOVE_STORE_RECREATE, 11);
  assert_true(vetoed == NULL || (!vetoed->done && strcmp(vetoed->reviewer, "Ada") == 0));
  assert_true(renamed->done && strcmp(renamed->reviewer, "Bo") == 0);
  assert_string_equal(renamed->after[0].name, "Sum Of All");
  const size_t place = named(f, "Sum Of All");
  assert_centroid(f, place, 1, 0, 0);
  assert_int_equal(f->refinement.codebook.codes[place].origin, DOVE_STORE_CODE_RENAME);
  assert_int_equal(f->refinement.codebook.codes[place].parents[0], 11);
  assert_true(decision(f, DOVE_STORE_MERGE, 15)->done);
  assert_int_equal(decision(f, DOVE_STORE_MERGE, 15)->before[1].code, 12);
  assert_true(overrides[0].applied && overrides[1].applied && overrides[2].applied);
  assert_false(overrides[3].applied);
  assert_false(overrides[4].applied);
}

static void test_veto_of_a_split(void **state) {
  fixture *f = *state;
  dove_refinement_override veto = {.kind = DOVE_OVERRIDE_VETO, .t = 1, .codes = {11}, .reviewer = "Ada"};
  refine(f, &veto, 1);
  const dove_refinement_decision *split = decision(f, DOVE_STORE_SPLIT, 11);
  assert_false(split->done);
  assert_string_equal(split->reviewer, "Ada");
  assert_int_equal(f->refinement.splits, 0);
}

static void test_forced_split_and_taken_name(void **state) {
  fixture *f = *state;
  dove_refinement_override overrides[] = {
      {.kind = DOVE_OVERRIDE_SPLIT, .t = 1, .codes = {12}, .reviewer = "Ada"}, /* has one member */
      {.kind = DOVE_OVERRIDE_SPLIT, .t = 1, .codes = {11}, .reviewer = "Ada"},
      {.kind = DOVE_OVERRIDE_RENAME, .t = 1, .codes = {12}, .name = "tWO", .reviewer = "Ada"},
  };
  memset(f->usage_z, 0, sizeof f->usage_z);
  refine(f, overrides, 3);
  assert_false(overrides[0].applied);
  assert_true(overrides[1].applied);
  assert_false(overrides[2].applied);
  assert_int_equal(f->refinement.splits, 1);
  assert_int_equal(f->refinement.codebook.count, 6);
}

/* By the rules code 11 would be split and 14 merged; alone, only what the reviewer wants is done, and what is not done
 * has its reason. */
static void test_overrides_alone(void **state) {
  fixture *f = *state;
  dove_refinement_override overrides[] = {
      {.kind = DOVE_OVERRIDE_MERGE, .t = 1, .codes = {15, 12}, .reviewer = "Ada"},
      {.kind = DOVE_OVERRIDE_MERGE, .t = 1, .codes = {15, 13}, .reviewer = "Ada"},
      {.kind = DOVE_OVERRIDE_SPLIT, .t = 1, .codes = {99}, .reviewer = "Ada"},
  };
  f->alone = true;
  refine(f, overrides, 3);
  assert_int_equal(f->refinement.splits, 0);
  assert_int_equal(f->refinement.merges, 1);
  assert_int_equal(f->refinement.codebook.count, K - 1);
  assert_true(overrides[0].applied);
  assert_string_equal(overrides[0].reason, "");
  assert_false(overrides[1].applied);
  assert_string_equal(overrides[1].reason, "one of the two codes is split or merged already");
  assert_false(overrides[2].applied);
  assert_string_equal(overrides[2].reason, "code 99 is not in the codebook");
}

int main(void) {
#define refine_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      refine_test(test_split_and_merges),
      refine_test(test_evidence),
      refine_test(test_distortion_spares_a_code),
      refine_test(test_too_few_members),
      refine_test(test_equal_members_are_not_parted),
      refine_test(test_merges_follow_each_other),
      refine_test(test_all_alike_asks_for_nothing),
      refine_test(test_codes_without_members),
      refine_test(test_merge_of_two_empty_codes),
      refine_test(test_keeps_enough_codes_for_the_perplexity),
      refine_test(test_cuts_between_characters),
      refine_test(test_overrides),
      refine_test(test_overrides_alone),
      refine_test(test_veto_of_a_split),
      refine_test(test_forced_split_and_taken_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
