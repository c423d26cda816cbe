#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/parallel.h"
#include "dove/statistics.h"
#include "dove/uncertainty.h"
#include "near.h"

enum { DOCUMENTS = 24, CODES = 3, TOPICS = 6 };

/* 12 human documents, then 12 of a model; two of each side per topic. */
typedef struct corpus {
  size_t offset[DOCUMENTS + 1];
  uint32_t column[DOCUMENTS * CODES];
  double value[DOCUMENTS * CODES];
  uint32_t topic[DOCUMENTS];
  uint32_t rows[DOCUMENTS];
  double cost[CODES * CODES];
  dove_sparse q;
  dove_score_sides sides;
} corpus;

static void set_row(corpus *c, uint32_t row, double first, double second) {
  c->value[row * CODES] = first;
  c->value[row * CODES + 1] = second;
  c->value[row * CODES + 2] = 1 - first - second;
}

static void make_corpus(corpus *c) {
  static const double cost[CODES][CODES] = {{0, 0.8, 0.5}, {0.8, 0, 0.9}, {0.5, 0.9, 0}};
  for (uint32_t i = 0; i < DOCUMENTS; i++) {
    c->offset[i + 1] = (i + 1) * CODES;
    for (uint32_t k = 0; k < CODES; k++) c->column[i * CODES + k] = k;
    c->topic[i] = i % TOPICS;
    c->rows[i] = i;
    const double step = 0.1 * (i % TOPICS);
    if (i < DOCUMENTS / 2) {
      set_row(c, i, 0.2 + step, 0.3 - 0.5 * step);
    } else {
      set_row(c, i, 0.1 + 0.5 * step, 0.5 - 0.7 * step);
    }
  }
  c->offset[0] = 0;
  memcpy(c->cost, cost, sizeof cost);
  c->q = (dove_sparse){DOCUMENTS, CODES, c->offset, c->column, c->value};
  c->sides =
      (dove_score_sides){&c->q, c->cost, c->topic, {c->rows, DOCUMENTS / 2}, {c->rows + DOCUMENTS / 2, DOCUMENTS / 2}};
}

static dove_score_interval bootstrap(const corpus *c, size_t replicates, uint64_t seed, double *scores) {
  dove_score_interval interval;
  dove_error error = {0};
  const dove_uot_options options = DOVE_UOT_DEFAULTS;
  if (dove_score_bootstrap(&c->sides, &options, replicates, seed, &interval, scores, NULL, &error) != DOVE_OK)
    fail_msg("%s", error.message);
  return interval;
}

/* A model that wrote what people wrote, topic by topic: drawn jointly, every replicate compares equals, so every score
 * is
 * 1. Drawn apart, replicates would differ. */
static void topics_are_drawn_jointly(void **state) {
  (void)state;
  corpus c;
  double scores[100];
  make_corpus(&c);
  memcpy(c.value + DOCUMENTS / 2 * CODES, c.value, sizeof c.value / 2);
  const dove_score_interval interval = bootstrap(&c, 100, 7, scores);
  for (int r = 0; r < 100; r++) assert_near(scores[r], 1.0, 1e-9);
  assert_near(interval.low, 1.0, 1e-9);
  for (uint32_t i = 0; i < DOCUMENTS; i++) c.topic[i] = DOVE_NO_GROUP;
  assert_true(bootstrap(&c, 100, 7, scores).low < 0.999);
}

static void replicates_vary_and_threads_do_not_matter(void **state) {
  (void)state;
  corpus c;
  static double one[600], four[600];
  make_corpus(&c);
  dove_threads_set(1);
  const dove_score_interval first = bootstrap(&c, 600, 11, one);
  dove_threads_set(4);
  const dove_score_interval second = bootstrap(&c, 600, 11, four);
  dove_threads_set(0);
  assert_memory_equal(one, four, sizeof one);
  assert_near(first.low, second.low, 0);
  assert_true(first.low < first.median && first.median < first.high);
  bootstrap(&c, 600, 12, four);
  assert_memory_not_equal(one, four, sizeof one);
}

/* Two models beside the same people. All wrote on all topics, so each model alone is drawn by the same topics as in the
 * comparison: the differences of their replicates are what the comparison must see. */
static void differences_are_of_the_same_draws(void **state) {
  (void)state;
  corpus c;
  static double one[400], other[400];
  make_corpus(&c);
  const dove_score_sides first = c.sides;
  /* The other model: half of the documents, one per topic. */
  const dove_score_sides second = {
      &c.q, c.cost, c.topic, c.sides.human, {c.rows + DOCUMENTS / 2 + TOPICS / 2, DOCUMENTS / 4}};
  bootstrap(&c, 400, 5, one);
  c.sides = second;
  bootstrap(&c, 400, 5, other);
  for (int r = 0; r < 400; r++) one[r] -= other[r];
  const dove_uot_options options[2] = {DOVE_UOT_DEFAULTS, DOVE_UOT_DEFAULTS};
  const dove_score_sides both[2] = {first, second}, same[2] = {first, first};
  dove_interval expected;
  dove_score_interval interval;
  dove_error error;
  assert_int_equal(dove_percentile_interval(one, 400, 0.95, &expected, &error), DOVE_OK);
  assert_int_equal(dove_score_difference_bootstrap(both, options, 400, 5, &interval, NULL, &error), DOVE_OK);
  assert_near(interval.low, expected.low, 1e-12);
  assert_near(interval.high, expected.high, 1e-12);
  assert_true(interval.low < interval.high);
  /* A score does not differ from itself in any draw, on topics or without them. */
  assert_int_equal(dove_score_difference_bootstrap(same, options, 100, 5, &interval, NULL, &error), DOVE_OK);
  assert_near(interval.low, 0, 0);
  assert_near(interval.high, 0, 0);
}

/* Replicates that were solved to 1e-5 have the scores of those solved to 1e-12. */
static void coarse_replicates_are_exact_enough(void **state) {
  (void)state;
  corpus c;
  make_corpus(&c);
  double a[CODES], b[CODES];
  dove_uot_options fine = DOVE_UOT_DEFAULTS;
  fine.tolerance = 1e-12;
  /* With one topic alone a replicate is the corpus itself. */
  for (uint32_t i = 0; i < DOCUMENTS; i++) c.topic[i] = 0;
  dove_uot_divergence divergence;
  dove_error error;
  dove_distribution_mean(&c.q, c.sides.human, NULL, a);
  dove_distribution_mean(&c.q, c.sides.model, NULL, b);
  assert_int_equal(dove_uot_divergence_solve(c.cost, CODES, a, b, &fine, NULL, &divergence, NULL, &error), DOVE_OK);
  const dove_score_interval interval = bootstrap(&c, 20, 3, NULL);
  assert_near(interval.low, divergence.score, 1e-7);
  assert_near(interval.high, divergence.score, 1e-7);
}

/* Equal documents: halves do not differ. Two kinds that lie in different topics: every split by topic tells them apart,
 * more or less, and the mean is above zero. */
static void halves_by_topic(void **state) {
  (void)state;
  corpus c;
  double mean = -1, again = -1;
  dove_error error;
  const dove_uot_options options = DOVE_UOT_DEFAULTS;
  make_corpus(&c);
  for (uint32_t i = 0; i < DOCUMENTS; i++) set_row(&c, i, 0.2, 0.3);
  assert_int_equal(dove_half_divergence(&c.sides, &options, 20, 1, &mean, NULL, &error), DOVE_OK);
  assert_near(mean, 0, 1e-9);
  make_corpus(&c);
  assert_int_equal(dove_half_divergence(&c.sides, &options, 20, 1, &mean, NULL, &error), DOVE_OK);
  assert_int_equal(dove_half_divergence(&c.sides, &options, 20, 1, &again, NULL, &error), DOVE_OK);
  assert_true(mean > 1e-4);
  assert_near(mean, again, 0);
}

static void what_cannot_be_split_or_drawn(void **state) {
  (void)state;
  corpus c;
  double mean;
  dove_score_interval interval;
  dove_error error;
  const dove_uot_options options = DOVE_UOT_DEFAULTS;
  make_corpus(&c);
  c.sides.human.count = 1;
  assert_int_equal(dove_half_divergence(&c.sides, &options, 20, 1, &mean, NULL, &error), DOVE_NOT_FOUND);
  assert_int_equal(dove_score_bootstrap(&c.sides, &options, 1, 1, &interval, NULL, NULL, &error), DOVE_USAGE);
  c.sides.model.count = 0;
  assert_int_equal(dove_score_bootstrap(&c.sides, &options, 9, 1, &interval, NULL, NULL, &error), DOVE_INPUT);
  /* One topic alone: split by document. */
  make_corpus(&c);
  for (uint32_t i = 0; i < DOCUMENTS; i++) c.topic[i] = 4;
  assert_int_equal(dove_half_divergence(&c.sides, &options, 20, 1, &mean, NULL, &error), DOVE_OK);
  assert_true(mean > 1e-5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(topics_are_drawn_jointly),
      cmocka_unit_test(replicates_vary_and_threads_do_not_matter),
      cmocka_unit_test(differences_are_of_the_same_draws),
      cmocka_unit_test(coarse_replicates_are_exact_enough),
      cmocka_unit_test(halves_by_topic),
      cmocka_unit_test(what_cannot_be_split_or_drawn),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
