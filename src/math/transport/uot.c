#include "dove/uot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/blas.h"
#include "dove/memory.h"
#include "math/transport/uot_value.h"
#include "math/transport/uot_work.h"

/* Annealing starts where the costs are within this many ε, and lowers ε by this factor. */
#define ANNEAL_FROM   80.0
#define ANNEAL_FACTOR 4.0

/* How well the stages before the last one are solved. */
#define STAGE_TOLERANCE 1e-2

static dove_status check_options(const dove_uot_options *options, dove_error *error) {
  if (!(options->epsilon > 0.0) || !isfinite(options->epsilon))
    return dove_fail(error, DOVE_USAGE, "epsilon is %g; it must be a positive number", options->epsilon);
  if (!(options->tau > 0.0) || !isfinite(options->tau))
    return dove_fail(error, DOVE_USAGE, "tau is %g; it must be a positive number", options->tau);
  if (!(options->tolerance > 0.0))
    return dove_fail(error, DOVE_USAGE, "the tolerance is %g; it must be a positive number", options->tolerance);
  return DOVE_OK;
}

static dove_status solve_stage(uot_work *work, double tolerance, uot_progress *progress, dove_error *error) {
  dove_status status = uot_sinkhorn(work, tolerance, progress, error);
  if (status == DOVE_FAILED) status = uot_newton(work, tolerance, progress, error);
  return status;
}

/* From a wide ε down to the one asked for, each stage starting at the potentials of the one before. */
static dove_status anneal(uot_work *work, const dove_uot_options *options, uot_progress *progress, dove_error *error) {
  double epsilon = options->epsilon;
  while (work->highest_cost > ANNEAL_FROM * epsilon) epsilon *= ANNEAL_FACTOR;
  for (; epsilon > 1.001 * options->epsilon; epsilon /= ANNEAL_FACTOR) {
    uot_set_epsilon(work, epsilon);
    const dove_status status = solve_stage(work, STAGE_TOLERANCE, progress, error);
    if (status != DOVE_OK) return status;
  }
  uot_set_epsilon(work, options->epsilon);
  return DOVE_OK;
}

static uot_side_value evaluate_side(const uot_side *side, const dove_uot_options *options) {
  uot_side_value value = {0};
  for (size_t i = 0; i < side->count; i++)
    uot_value_add(&value, options, side->mass[i], side->scaling[i], side->marginal[i]);
  return value;
}

static dove_status evaluate(uot_work *work, const dove_uot_options *options, dove_uot_solution *solution,
                            dove_error *error) {
  const dove_status status = uot_marginals(work, error);
  if (status != DOVE_OK) return status;
  const uot_side_value a = evaluate_side(&work->row, options);
  const uot_side_value b = evaluate_side(&work->column, options);
  const uot_value value = uot_value_of(options, &a, &b);
  solution->mass = a.mass;
  solution->value = value.primal;
  solution->dual = value.dual;
  solution->gap = value.gap;
  return DOVE_OK;
}

static dove_status create_solution(const dove_uot_problem *problem, dove_uot_solution *solution, dove_error *error) {
  *solution = (dove_uot_solution){.rows = problem->rows, .columns = problem->columns};
  solution->log_u = dove_alloc(problem->rows, sizeof(double));
  solution->log_v = dove_alloc(problem->columns, sizeof(double));
  solution->row_marginal = dove_alloc_zero(problem->rows, sizeof(double));
  solution->column_marginal = dove_alloc_zero(problem->columns, sizeof(double));
  if (solution->log_u == NULL || solution->log_v == NULL || solution->row_marginal == NULL ||
      solution->column_marginal == NULL) {
    dove_uot_solution_free(solution);
    return dove_fail_memory(error, "solving optimal transport");
  }
  for (size_t i = 0; i < problem->rows; i++) solution->log_u[i] = -HUGE_VAL;
  for (size_t j = 0; j < problem->columns; j++) solution->log_v[j] = -HUGE_VAL;
  return DOVE_OK;
}

void dove_uot_solution_free(dove_uot_solution *solution) {
  free(solution->log_u);
  free(solution->log_v);
  free(solution->row_marginal);
  free(solution->column_marginal);
  *solution = (dove_uot_solution){0};
}

static void scatter_side(const uot_side *side, double *scaling, double *marginal) {
  for (size_t i = 0; i < side->count; i++) {
    scaling[side->index[i]] = side->scaling[i];
    marginal[side->index[i]] = side->marginal[i];
  }
}

static void start_from(uot_work *work, const dove_uot_solution *start) {
  for (size_t j = 0; j < work->column.count; j++) {
    const double scaling = start->log_v[work->column.index[j]];
    work->column.scaling[j] = isfinite(scaling) ? scaling : 0.0;
  }
}

/* Nothing can be transported to or from an empty side: the plan is 0 and costs what the other side's mass costs. */
static void solve_empty(const uot_work *work, dove_uot_solution *solution) {
  double total = 0.0;
  for (size_t i = 0; i < work->row.count; i++) total += work->row.mass[i];
  for (size_t j = 0; j < work->column.count; j++) total += work->column.mass[j];
  solution->value = work->tau * total;
  solution->dual = solution->value;
  solution->converged = true;
}

static dove_status solve_work(uot_work *work, const dove_uot_options *options, const dove_uot_solution *start,
                              dove_uot_solution *solution, dove_error *error) {
  if (work->row.count == 0 || work->column.count == 0) {
    solve_empty(work, solution);
    return DOVE_OK;
  }
  uot_progress progress = {.limit = options->max_iterations, .residual = HUGE_VAL};
  dove_status status = DOVE_OK;
  if (start != NULL) {
    start_from(work, start);
  } else {
    status = anneal(work, options, &progress, error);
  }
  if (status == DOVE_OK) status = solve_stage(work, options->tolerance, &progress, error);
  if (status == DOVE_OK && progress.cancelled)
    status = dove_fail(error, DOVE_CANCELLED, "optimal transport was stopped");
  if (status == DOVE_OK) status = evaluate(work, options, solution, error);
  if (status != DOVE_OK) return status;
  solution->residual = progress.residual;
  solution->iterations = progress.iterations;
  solution->converged = progress.residual <= options->tolerance && isfinite(solution->value);
  return DOVE_OK;
}

dove_status dove_uot_solve(const dove_uot_problem *problem, const dove_uot_options *options,
                           const dove_uot_solution *start, const dove_progress *progress, dove_uot_solution *solution,
                           dove_error *error) {
  *solution = (dove_uot_solution){0};
  dove_status status = check_options(options, error);
  if (status != DOVE_OK) return status;
  if (problem->symmetric && problem->rows != problem->columns)
    return dove_fail(error, DOVE_USAGE, "a cost of %zu rows and %zu columns cannot be symmetric", problem->rows,
                     problem->columns);
  if (start != NULL && (start->rows != problem->rows || start->columns != problem->columns))
    return dove_fail(error, DOVE_USAGE, "the solution to start from has another shape than the problem");
  dove_blas_single_thread();
  uot_work work;
  status = uot_work_create(&work, problem, options, error);
  if (status != DOVE_OK) return status;
  work.progress = progress;
  status = create_solution(problem, solution, error);
  if (status == DOVE_OK) status = solve_work(&work, options, start, solution, error);
  if (status == DOVE_OK) {
    scatter_side(&work.row, solution->log_u, solution->row_marginal);
    scatter_side(&work.column, solution->log_v, solution->column_marginal);
  } else {
    dove_uot_solution_free(solution);
  }
  uot_work_free(&work);
  return status;
}
