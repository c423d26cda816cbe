/* The debiased divergence of two distributions (paper Eq. 21; Séjourné et al. 2019 for the kl entropy). */
#include <math.h>
#include <stdlib.h>

#include "dove/uot.h"
#include "math/transport/uot_divergence.h"

double dove_uot_score(double divergence) { return (0.1 - divergence) * 10.0; }

double uot_total(const double *mass, size_t codes) {
  double sum = 0.0;
  for (size_t i = 0; i < codes; i++) sum += mass[i];
  return sum;
}

void uot_combine(dove_uot_divergence *result, const dove_uot_options *options, const double *a, const double *b,
                 size_t codes) {
  double divergence = result->value_ab - 0.5 * result->value_aa - 0.5 * result->value_bb;
  if (options->entropic == DOVE_UOT_KL) {
    const double difference = uot_total(a, codes) - uot_total(b, codes);
    divergence += 0.5 * options->epsilon * difference * difference;
  }
  result->divergence = divergence;
  result->score = dove_uot_score(divergence);
}

/* The value of transporting `mass` to itself; worsens gap and convergence of the whole. */
static dove_status solve_self(const double *cost, size_t codes, const double *mass, const dove_uot_options *options,
                              const dove_progress *progress, dove_uot_divergence *whole, double *value,
                              dove_error *error) {
  const dove_uot_problem problem = {
      .cost = cost, .rows = codes, .columns = codes, .a = mass, .b = mass, .symmetric = true};
  dove_uot_solution solution;
  const dove_status status = dove_uot_solve(&problem, options, NULL, progress, &solution, error);
  if (status != DOVE_OK) return status;
  *value = solution.value;
  whole->gap = fmax(whole->gap, solution.gap);
  whole->converged = whole->converged && solution.converged;
  dove_uot_solution_free(&solution);
  return DOVE_OK;
}

dove_status dove_uot_divergence_solve(const double *cost, size_t codes, const double *a, const double *b,
                                      const dove_uot_options *options, const dove_progress *progress,
                                      dove_uot_divergence *divergence, dove_uot_solution *between, dove_error *error) {
  *divergence = (dove_uot_divergence){0};
  if (between != NULL) *between = (dove_uot_solution){0};
  const dove_uot_problem problem = {.cost = cost, .rows = codes, .columns = codes, .a = a, .b = b, .symmetric = true};
  dove_uot_solution solution;
  dove_status status = dove_uot_solve(&problem, options, NULL, progress, &solution, error);
  if (status != DOVE_OK) return status;
  divergence->value_ab = solution.value;
  divergence->mass = solution.mass;
  divergence->gap = solution.gap;
  divergence->iterations = solution.iterations;
  divergence->converged = solution.converged;
  status = solve_self(cost, codes, a, options, progress, divergence, &divergence->value_aa, error);
  if (status == DOVE_OK)
    status = solve_self(cost, codes, b, options, progress, divergence, &divergence->value_bb, error);
  if (status == DOVE_OK) uot_combine(divergence, options, a, b, codes);
  if (status == DOVE_OK && between != NULL) {
    *between = solution;
  } else {
    dove_uot_solution_free(&solution);
  }
  return status;
}
