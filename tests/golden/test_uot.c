#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <math.h>

#include "dove/uot.h"

typedef struct uot_case {
  size_t codes;
  double epsilon, tau;
  dove_uot_entropic entropic;
  const double *a, *b, *cost, *row_marginal;
  double value_ab, value_aa, value_bb, divergence, score, mass;
} uot_case;

#include "golden/uot_cases.h"

static void expect_near(double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance)) fail_msg("%.15g is not within %g of %.15g", value, tolerance, expected);
}

static dove_uot_options options_of(const uot_case *c) {
  dove_uot_options options = DOVE_UOT_DEFAULTS;
  options.epsilon = c->epsilon;
  options.tau = c->tau;
  options.entropic = c->entropic;
  return options;
}

static void test_reference_values(void **state) {
  (void)state;
  for (size_t n = 0; n < sizeof uot_cases / sizeof *uot_cases; n++) {
    const uot_case *c = &uot_cases[n];
    const dove_uot_options options = options_of(c);
    dove_uot_divergence divergence;
    dove_uot_solution between;
    dove_error error;
    assert_int_equal(
        dove_uot_divergence_solve(c->cost, c->codes, c->a, c->b, &options, NULL, &divergence, &between, &error),
        DOVE_OK);
    assert_true(divergence.converged);
    assert_true(divergence.gap < 1e-8);
    expect_near(divergence.value_ab, c->value_ab, 1e-9);
    expect_near(divergence.value_aa, c->value_aa, 1e-9);
    expect_near(divergence.value_bb, c->value_bb, 1e-9);
    expect_near(divergence.divergence, c->divergence, 1e-9);
    expect_near(divergence.score, c->score, 1e-8);
    expect_near(divergence.mass, c->mass, 1e-8);
    for (size_t i = 0; i < c->codes; i++) expect_near(between.row_marginal[i], c->row_marginal[i], 1e-8);
    dove_uot_solution_free(&between);
  }
}

static void test_batch_gives_the_same(void **state) {
  (void)state;
  for (size_t n = 0; n < sizeof uot_cases / sizeof *uot_cases; n++) {
    const uot_case *c = &uot_cases[n];
    const dove_uot_options options = options_of(c);
    const dove_uot_pair pairs[] = {{c->a, c->b}, {c->b, c->a}, {c->a, c->a}};
    dove_uot_divergence divergences[3];
    dove_error error;
    assert_int_equal(dove_uot_divergence_batch(c->cost, c->codes, pairs, 3, &options, NULL, divergences, &error),
                     DOVE_OK);
    expect_near(divergences[0].value_ab, c->value_ab, 1e-9);
    expect_near(divergences[0].divergence, c->divergence, 1e-9);
    expect_near(divergences[1].divergence, c->divergence, 1e-9);
    expect_near(divergences[1].value_bb, c->value_aa, 1e-9);
    expect_near(divergences[2].divergence, 0.0, 1e-9);
    for (size_t k = 0; k < 3; k++) assert_true(divergences[k].converged);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference_values),
      cmocka_unit_test(test_batch_gives_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
