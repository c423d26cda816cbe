/* What must hold for any cost, ε and τ: optimality of the plan, certificate, symmetry, independence of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/parallel.h"
#include "dove/uot.h"
#include "uot_problems.h"

static const double epsilons[] = {1.0, 0.05, 0.01, 1e-3, 1e-4};
static const double taus[] = {0.01, 0.3, 1.0, 30.0, 1000.0};

static uot_problem_data make(size_t codes, uint64_t seed) {
  const uot_problem_data data = uot_problem_make(codes, seed);
  assert_true(data.cost != NULL && data.a != NULL && data.b != NULL);
  return data;
}

static dove_uot_problem problem_of(const uot_problem_data *data) {
  return (dove_uot_problem){
      .cost = data->cost, .rows = data->codes, .columns = data->codes, .a = data->a, .b = data->b};
}

static double generalised_kl(const double *p, const double *q, size_t count) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) {
    if (p[i] > 0.0) sum += p[i] * log(p[i] / q[i]);
    sum += q[i] - p[i];
  }
  return sum;
}

/* The objective of SPEC 6, term by term, at a plan. */
static double objective(const dove_uot_problem *problem, const dove_uot_options *options, const double *plan) {
  const size_t n = problem->rows;
  double *rows = calloc(n, sizeof *rows);
  double *columns = calloc(n, sizeof *columns);
  assert_true(rows != NULL && columns != NULL);
  double value = 0.0;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++) {
      const double p = plan[i * n + j];
      const double reference = problem->a[i] * problem->b[j];
      rows[i] += p;
      columns[j] += p;
      value += p * problem->cost[i * n + j];
      if (options->entropic == DOVE_UOT_KL) {
        if (p > 0.0) value += options->epsilon * p * log(p / reference);
        value += options->epsilon * (reference - p);
      } else if (p > 0.0) {
        value += options->epsilon * p * (log(p) - 1.0);
      }
    }
  }
  value += options->tau * (generalised_kl(rows, problem->a, n) + generalised_kl(columns, problem->b, n));
  free(rows);
  free(columns);
  return value;
}

/* Where the objective's derivative must vanish: D + ε log π + τ log(r/a) + τ log(c/b) = 0 for the plain entropy, with
 * ε log(π/ab) for kl, wherever π has not vanished. Returns the largest deviation over ε. */
static double stationarity(const dove_uot_problem *problem, const dove_uot_options *options,
                           const dove_uot_solution *solution, const double *plan) {
  const size_t n = problem->rows;
  double worst = 0.0;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++) {
      const double p = plan[i * n + j];
      if (!(p > 1e-200)) continue;
      double derivative = problem->cost[i * n + j] + options->epsilon * log(p);
      if (options->entropic == DOVE_UOT_KL) derivative -= options->epsilon * log(problem->a[i] * problem->b[j]);
      derivative += options->tau * log(solution->row_marginal[i] / problem->a[i]);
      derivative += options->tau * log(solution->column_marginal[j] / problem->b[j]);
      worst = fmax(worst, fabs(derivative) / options->epsilon);
    }
  }
  return worst;
}

static void expect_optimal(const uot_problem_data *data, const dove_uot_options *options) {
  const dove_uot_problem problem = problem_of(data);
  dove_uot_solution solution;
  dove_error error;
  assert_int_equal(dove_uot_solve(&problem, options, NULL, NULL, &solution, &error), DOVE_OK);
  double *plan = calloc(data->codes * data->codes, sizeof *plan);
  assert_non_null(plan);
  dove_uot_plan(&problem, options, &solution, plan);
  const double value = objective(&problem, options, plan);
  const double scale = fmax(1.0, fabs(value) + options->tau * 1e-4);
  if (!solution.converged || !(solution.gap < 1e-8) || !(fabs(value - solution.value) <= 1e-9 * scale))
    fail_msg("epsilon %g tau %g: value %.12g, from the plan %.12g, gap %g, converged %d", options->epsilon,
             options->tau, solution.value, value, solution.gap, solution.converged);
  assert_true(solution.dual <= solution.value);
  /* At the stop rule log-marginals may be off by the tolerance, which moves the derivative by that times τ/ε. */
  const double allowed = 1e-7 + 2.0 * options->tolerance * (1.0 + options->tau / options->epsilon);
  const double worst = stationarity(&problem, options, &solution, plan);
  if (worst > allowed) fail_msg("epsilon %g tau %g: derivative %g", options->epsilon, options->tau, worst);
  for (size_t i = 0; i < data->codes; i++) {
    if (data->a[i] == 0.0) assert_true(solution.row_marginal[i] == 0.0 && plan[i * data->codes] == 0.0);
  }
  free(plan);
  dove_uot_solution_free(&solution);
}

static void test_plans_are_optimal_over_the_grid(void **state) {
  (void)state;
  const uot_problem_data data = make(40, 3);
  for (size_t e = 0; e < sizeof epsilons / sizeof *epsilons; e++) {
    for (size_t t = 0; t < sizeof taus / sizeof *taus; t++) {
      dove_uot_options options = DOVE_UOT_DEFAULTS;
      options.epsilon = epsilons[e];
      options.tau = taus[t];
      expect_optimal(&data, &options);
      options.entropic = DOVE_UOT_KL;
      expect_optimal(&data, &options);
    }
  }
  uot_problem_data copy = data;
  uot_problem_free(&copy);
}

static void test_divergence_is_symmetric_and_vanishes(void **state) {
  (void)state;
  uot_problem_data data = make(50, 4);
  const dove_uot_options options = DOVE_UOT_DEFAULTS;
  dove_uot_divergence forward, backward, self;
  dove_error error;
  assert_int_equal(dove_uot_divergence_solve(data.cost, 50, data.a, data.b, &options, NULL, &forward, NULL, &error),
                   DOVE_OK);
  assert_int_equal(dove_uot_divergence_solve(data.cost, 50, data.b, data.a, &options, NULL, &backward, NULL, &error),
                   DOVE_OK);
  assert_int_equal(dove_uot_divergence_solve(data.cost, 50, data.a, data.a, &options, NULL, &self, NULL, &error),
                   DOVE_OK);
  assert_true(fabs(forward.divergence - backward.divergence) < 1e-10);
  assert_true(forward.divergence > 0.01);
  assert_true(fabs(self.divergence) < 1e-12);
  assert_true(fabs(self.score - 1.0) < 1e-10);
  uot_problem_free(&data);
}

static void test_threads_do_not_matter(void **state) {
  (void)state;
  uot_problem_data data = make(500, 5);
  dove_uot_options options = DOVE_UOT_DEFAULTS;
  dove_uot_divergence one, three;
  dove_error error;
  for (int pass = 0; pass < 2; pass++) {
    if (pass == 1) {
      options.epsilon = 1e-3; /* through Newton's method */
      options.tau = 100.0;
    }
    dove_threads_set(1);
    assert_int_equal(dove_uot_divergence_solve(data.cost, 500, data.a, data.b, &options, NULL, &one, NULL, &error),
                     DOVE_OK);
    dove_threads_set(3);
    assert_int_equal(dove_uot_divergence_solve(data.cost, 500, data.a, data.b, &options, NULL, &three, NULL, &error),
                     DOVE_OK);
    assert_true(one.converged);
    assert_true(one.value_ab == three.value_ab && one.value_aa == three.value_aa && one.value_bb == three.value_bb);
  }
  dove_threads_set(0);
  uot_problem_free(&data);
}

/* Forty pairs side by side against each by itself. */
static void test_batch_agrees_with_single_problems(void **state) {
  (void)state;
  enum { PAIRS = 40, CODES = 30 };
  uot_problem_data data = make(CODES, 6);
  static double masses[PAIRS + 1][CODES];
  dove_uot_pair pairs[PAIRS];
  dove_random random = dove_random_stream(8, 8, 8);
  for (size_t p = 0; p <= PAIRS; p++) uot_problem_masses(&random, masses[p], CODES);
  memset(masses[3], 0, sizeof masses[3]); /* one without any mass */
  for (size_t p = 0; p < PAIRS; p++) pairs[p] = (dove_uot_pair){masses[p], masses[PAIRS]};
  for (int pass = 0; pass < 2; pass++) {
    dove_uot_options options = DOVE_UOT_DEFAULTS;
    if (pass == 1) options.epsilon = 1e-3;
    dove_uot_divergence batch[PAIRS], one, again[PAIRS];
    dove_error error;
    dove_threads_set(1);
    assert_int_equal(dove_uot_divergence_batch(data.cost, CODES, pairs, PAIRS, &options, NULL, again, &error), DOVE_OK);
    dove_threads_set(3);
    assert_int_equal(dove_uot_divergence_batch(data.cost, CODES, pairs, PAIRS, &options, NULL, batch, &error), DOVE_OK);
    dove_threads_set(0);
    for (size_t p = 0; p < PAIRS; p++) {
      assert_int_equal(
          dove_uot_divergence_solve(data.cost, CODES, pairs[p].a, pairs[p].b, &options, NULL, &one, NULL, &error),
          DOVE_OK);
      assert_true(batch[p].converged);
      assert_true(fabs(batch[p].divergence - one.divergence) < 1e-9);
      assert_true(batch[p].divergence == again[p].divergence);
    }
  }
  uot_problem_free(&data);
}

static void test_flows_are_the_dearest_of_the_plan(void **state) {
  (void)state;
  uot_problem_data data = make(20, 7);
  const dove_uot_problem problem = problem_of(&data);
  const dove_uot_options options = DOVE_UOT_DEFAULTS;
  dove_uot_solution solution;
  dove_error error;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &solution, &error), DOVE_OK);
  double plan[400];
  dove_uot_plan(&problem, &options, &solution, plan);
  dove_uot_flow flows[400];
  const size_t all = dove_uot_flows(&problem, &options, &solution, 0.0, flows, 400);
  double mass = 0.0;
  for (size_t f = 0; f < all; f++) {
    mass += flows[f].mass;
    assert_true(fabs(flows[f].mass - plan[flows[f].from * 20 + flows[f].to]) <= 1e-12);
    assert_true(f == 0 || flows[f].cost <= flows[f - 1].cost);
  }
  assert_true(fabs(mass - solution.mass) < 1e-12);
  dove_uot_flow few[7];
  assert_int_equal(dove_uot_flows(&problem, &options, &solution, 0.0, few, 7), 7);
  assert_memory_equal(few, flows, sizeof few);
  dove_uot_solution_free(&solution);
  uot_problem_free(&data);
}

/* π is 0 when one side has no mass, and costs τ times the mass of the other. Of a single pair (a = b = 1, D = 0) the
 * plain optimum is π² = exp(...): with u = v the fixed point is π = u², u = (1/u)^ρ, so π = 1 and the value −ε. */
static void test_small_problems_by_hand(void **state) {
  (void)state;
  const double cost[] = {0.0, 1.0, 1.0, 0.0};
  const double none[] = {0.0, 0.0}, some[] = {0.25, 0.5}, one[] = {1.0, 0.0};
  dove_uot_options options = DOVE_UOT_DEFAULTS;
  options.tau = 2.0;
  dove_uot_problem problem = {.cost = cost, .rows = 2, .columns = 2, .a = none, .b = some};
  dove_uot_solution solution;
  dove_error error;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &solution, &error), DOVE_OK);
  assert_true(solution.converged && solution.mass == 0.0);
  assert_true(fabs(solution.value - 1.5) < 1e-15);
  dove_uot_solution_free(&solution);
  problem.a = problem.b = one;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &solution, &error), DOVE_OK);
  assert_true(fabs(solution.mass - 1.0) < 1e-8);
  assert_true(fabs(solution.value + 0.05) < 1e-9);
  dove_uot_solution_free(&solution);
}

static void test_start_limits_and_refusals(void **state) {
  (void)state;
  uot_problem_data data = make(60, 9);
  dove_uot_problem problem = problem_of(&data);
  dove_uot_options options = DOVE_UOT_DEFAULTS;
  dove_uot_solution cold, warm;
  dove_error error;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &cold, &error), DOVE_OK);
  assert_int_equal(dove_uot_solve(&problem, &options, &cold, NULL, &warm, &error), DOVE_OK);
  assert_true(warm.iterations < 3 && warm.converged && cold.iterations > 5);
  assert_true(fabs(warm.value - cold.value) < 1e-12);
  dove_uot_solution_free(&warm);
  dove_uot_solution_free(&cold);
  options.max_iterations = 2;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &cold, &error), DOVE_OK);
  assert_false(cold.converged);
  assert_true(isfinite(cold.value) && cold.gap > 0.0 && cold.residual > options.tolerance);
  dove_uot_solution_free(&cold);
  options.tau = 0.0;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &cold, &error), DOVE_USAGE);
  options = DOVE_UOT_DEFAULTS;
  data.cost[7] = NAN;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &cold, &error), DOVE_INPUT);
  data.cost[7] = 0.5;
  data.a[2] = -1.0;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &cold, &error), DOVE_INPUT);
  assert_null(cold.log_u);
  uot_problem_free(&data);
}

/* The promise of a symmetric cost changes nothing of the solution, and the lower triangle is looked at all the same. */
static void test_promised_symmetry(void **state) {
  (void)state;
  static const size_t sizes[] = {30, 450}; /* below and above the size from which both sides share a kernel */
  for (size_t k = 0; k < 2; k++) {
    uot_problem_data data = make(sizes[k], 12);
    dove_uot_problem problem = problem_of(&data);
    const dove_uot_options options = DOVE_UOT_DEFAULTS;
    dove_uot_solution compared, promised;
    dove_error error;
    assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &compared, &error), DOVE_OK);
    problem.symmetric = true;
    assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &promised, &error), DOVE_OK);
    assert_true(compared.converged && promised.value == compared.value);
    assert_memory_equal(promised.log_v, compared.log_v, sizes[k] * sizeof(double));
    dove_uot_solution_free(&promised);
    dove_uot_solution_free(&compared);
    data.cost[7 * sizes[k] + 3] = NAN;
    assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &promised, &error), DOVE_INPUT);
    assert_non_null(strstr(error.message, "row 8, column 4"));
    problem.columns--;
    assert_int_equal(dove_uot_solve(&problem, &options, NULL, NULL, &promised, &error), DOVE_USAGE);
    uot_problem_free(&data);
  }
}

static bool always(void *user) {
  (void)user;
  return true;
}

static void test_cancelling(void **state) {
  (void)state;
  uot_problem_data data = make(60, 10);
  const dove_uot_problem problem = problem_of(&data);
  const dove_uot_options options = DOVE_UOT_DEFAULTS;
  const dove_progress progress = {.cancelled = always};
  const dove_uot_pair pair = {data.a, data.b};
  dove_uot_solution solution;
  dove_uot_divergence divergence;
  dove_error error;
  assert_int_equal(dove_uot_solve(&problem, &options, NULL, &progress, &solution, &error), DOVE_CANCELLED);
  assert_int_equal(dove_uot_divergence_batch(data.cost, 60, &pair, 1, &options, &progress, &divergence, &error),
                   DOVE_CANCELLED);
  uot_problem_free(&data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plans_are_optimal_over_the_grid),
      cmocka_unit_test(test_divergence_is_symmetric_and_vanishes),
      cmocka_unit_test(test_threads_do_not_matter),
      cmocka_unit_test(test_batch_agrees_with_single_problems),
      cmocka_unit_test(test_flows_are_the_dearest_of_the_plan),
      cmocka_unit_test(test_small_problems_by_hand),
      cmocka_unit_test(test_start_limits_and_refusals),
      cmocka_unit_test(test_promised_symmetry),
      cmocka_unit_test(test_cancelling),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
