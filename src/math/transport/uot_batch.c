/* Many divergences under one cost: which problems there are, their common start, and what is made of their values.
 * Where exp(−D/ε) fits a double they are solved side by side; what does not converge quickly that way is solved by
 * itself afterwards. */
#include <math.h>
#include <stdlib.h>

#include "dove/blas.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/transport/uot_divergence.h"
#include "math/transport/uot_group.h"
#include "math/transport/uot_value.h"
#include "math/vector_math.h"

/* D/ε up to which the kernel is used as it is. */
#define KERNEL_RANGE 600.0

static dove_status solve_alone(const uot_batch *all, uot_job *work, dove_error *error) {
  const dove_uot_problem problem = {
      .cost = all->cost, .rows = all->codes, .columns = all->codes, .a = work->a, .b = work->b, .symmetric = true};
  dove_uot_solution solution;
  const dove_status status = dove_uot_solve(&problem, all->options, NULL, all->progress, &solution, error);
  if (status != DOVE_OK) return status;
  work->value = solution.value;
  work->mass = solution.mass;
  work->gap = solution.gap;
  work->iterations += solution.iterations;
  work->converged = solution.converged;
  work->solved = true;
  dove_uot_solution_free(&solution);
  return DOVE_OK;
}

/* Every job that has not been solved, by itself; the jobs in parallel. */
static dove_status solve_rest(const uot_batch *all, dove_error *error) {
  dove_status worst = DOVE_OK;
  size_t failed = SIZE_MAX;
  dove_error first = {0};
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic)
  for (size_t n = 0; n < all->count; n++) {
    dove_error own = {0};
    if (all->jobs[n].solved) continue;
    const dove_status status = solve_alone(all, &all->jobs[n], &own);
    if (status == DOVE_OK) continue;
#pragma omp critical(dove_uot_batch_failure)
    if (n < failed) {
      failed = n;
      worst = status;
      first = own;
    }
  }
  if (worst != DOVE_OK && error != NULL) *error = first;
  return worst;
}

/* Jobs with an empty side have a known value. */
static void solve_empty(const uot_batch *all) {
  for (size_t n = 0; n < all->count; n++) {
    const double a = uot_total(all->jobs[n].a, all->codes);
    const double b = uot_total(all->jobs[n].b, all->codes);
    if (all->jobs[n].solved || (a > 0.0 && b > 0.0)) continue;
    all->jobs[n].value = all->options->tau * (a + b);
    all->jobs[n].converged = true;
    all->jobs[n].solved = true;
  }
}

static dove_status make_kernel(uot_batch *all, dove_error *error) {
  const size_t entries = all->codes * all->codes;
  double highest = 0.0;
  for (size_t i = 0; i < entries; i++) highest = all->cost[i] > highest ? all->cost[i] : highest;
  if (!(highest <= KERNEL_RANGE * all->options->epsilon)) return DOVE_OK;
  all->kernel = dove_alloc_aligned(entries, sizeof(double));
  if (all->kernel == NULL) return dove_fail_memory(error, "solving optimal transport");
  const double inverse_epsilon = 1.0 / all->options->epsilon;
  for (size_t i = 0; i < entries; i++) all->kernel[i] = dove_vector_exp(-all->cost[i] * inverse_epsilon);
  return DOVE_OK;
}

/* Mean of one side over the pairs. */
static void mean_mass(const dove_uot_pair *pairs, size_t count, size_t codes, bool side_b, double *mean) {
  for (size_t k = 0; k < codes; k++) mean[k] = 0.0;
  for (size_t n = 0; n < count; n++) {
    const double *mass = side_b ? pairs[n].b : pairs[n].a;
    for (size_t k = 0; k < codes; k++) mean[k] += mass[k] / (double)count;
  }
}

static dove_status solve_mean(const uot_batch *all, const double *a, const double *b, double *start,
                              dove_error *error) {
  const dove_uot_problem problem = {
      .cost = all->cost, .rows = all->codes, .columns = all->codes, .a = a, .b = b, .symmetric = true};
  dove_uot_solution solution;
  const dove_status status = dove_uot_solve(&problem, all->options, NULL, all->progress, &solution, error);
  if (status != DOVE_OK) return status;
  const double factor = all->options->entropic == DOVE_UOT_KL ? 1.0 + all->options->epsilon / all->options->tau : 1.0;
  for (size_t k = 0; k < all->codes; k++)
    start[k] = isfinite(solution.log_v[k]) ? solution.log_v[k] - 0.5 * factor * log(b[k]) : 0.0;
  dove_uot_solution_free(&solution);
  return DOVE_OK;
}

/* The scalings of the mean problem: a start near all of them. */
static dove_status make_start(uot_batch *all, const dove_uot_pair *pairs, size_t count, dove_error *error) {
  all->start = dove_alloc_zero(4 * all->codes, sizeof(double));
  if (all->start == NULL) return dove_fail_memory(error, "solving optimal transport");
  double *a = all->start + 2 * all->codes;
  double *b = all->start + 3 * all->codes;
  mean_mass(pairs, count, all->codes, false, a);
  mean_mass(pairs, count, all->codes, true, b);
  if (!(uot_total(a, all->codes) > 0.0) || !(uot_total(b, all->codes) > 0.0)) return DOVE_OK;
  dove_status status = solve_mean(all, a, b, all->start, error);
  if (status == DOVE_OK) status = solve_mean(all, b, b, all->start + all->codes, error);
  return status;
}

/* One side of one pair: number 2n is a of pair n, 2n + 1 its b. */
typedef struct endpoint {
  const double *mass;
  size_t number;
} endpoint;

static int compare_endpoints(const void *left, const void *right) {
  const endpoint *a = left;
  const endpoint *b = right;
  if (a->mass != b->mass) return (uintptr_t)a->mass < (uintptr_t)b->mass ? -1 : 1;
  return (a->number > b->number) - (a->number < b->number);
}

/* self_of[endpoint] = number of its self-term; equal pointers share one. They are numbered in order of appearance, not
 * of address, so that a run can be repeated. Returns how many there are, 0 when memory ran out. */
static size_t number_self_terms(const dove_uot_pair *pairs, size_t count, size_t *self_of) {
  endpoint *endpoints = dove_alloc(2 * count, sizeof *endpoints);
  if (endpoints == NULL) return 0;
  for (size_t n = 0; n < count; n++) {
    endpoints[2 * n] = (endpoint){pairs[n].a, 2 * n};
    endpoints[2 * n + 1] = (endpoint){pairs[n].b, 2 * n + 1};
  }
  qsort(endpoints, 2 * count, sizeof *endpoints, compare_endpoints);
  size_t leader = 0;
  for (size_t i = 0; i < 2 * count; i++) {
    if (i == 0 || endpoints[i].mass != endpoints[i - 1].mass) leader = endpoints[i].number;
    self_of[endpoints[i].number] = leader;
  }
  size_t terms = 0;
  for (size_t i = 0; i < 2 * count; i++) self_of[i] = self_of[i] == i ? terms++ : self_of[self_of[i]];
  free(endpoints);
  return terms;
}

static dove_status check_mass(const double *mass, size_t codes, dove_error *error) {
  for (size_t k = 0; k < codes; k++) {
    if (mass[k] >= 0.0 && mass[k] < HUGE_VAL) continue;
    return dove_fail(error, DOVE_INPUT,
                     "a distribution has the mass %g at code %zu; masses must be finite and not negative", mass[k],
                     k + 1);
  }
  return DOVE_OK;
}

/* Fills in the jobs. A pair of one and the same distribution is its self-term. */
static dove_status list_jobs(uot_batch *all, const dove_uot_pair *pairs, size_t count, const size_t *self_of,
                             dove_error *error) {
  for (size_t n = 0; n < count; n++) {
    uot_job *a = &all->jobs[self_of[2 * n]];
    uot_job *b = &all->jobs[self_of[2 * n + 1]];
    a->a = a->b = pairs[n].a;
    b->a = b->b = pairs[n].b;
    all->jobs[all->self_count + n] = (uot_job){.a = pairs[n].a, .b = pairs[n].b, .solved = pairs[n].a == pairs[n].b};
  }
  dove_status status = DOVE_OK;
  for (size_t n = 0; n < all->self_count && status == DOVE_OK; n++)
    status = check_mass(all->jobs[n].a, all->codes, error);
  return status;
}

static void collect(const uot_batch *all, const dove_uot_pair *pairs, size_t count, const size_t *self_of,
                    dove_uot_divergence *divergences) {
  for (size_t n = 0; n < count; n++) {
    const uot_job *a = &all->jobs[self_of[2 * n]];
    const uot_job *b = &all->jobs[self_of[2 * n + 1]];
    const uot_job *between = a == b ? a : &all->jobs[all->self_count + n];
    divergences[n] = (dove_uot_divergence){.value_ab = between->value,
                                           .value_aa = a->value,
                                           .value_bb = b->value,
                                           .mass = between->mass,
                                           .gap = fmax(between->gap, fmax(a->gap, b->gap)),
                                           .iterations = between->iterations,
                                           .converged = between->converged && a->converged && b->converged};
    uot_combine(&divergences[n], all->options, pairs[n].a, pairs[n].b, all->codes);
  }
}

static dove_status solve_jobs(uot_batch *all, const dove_uot_pair *pairs, size_t count, dove_error *error) {
  solve_empty(all);
  dove_status status = make_kernel(all, error);
  if (status == DOVE_OK) status = make_start(all, pairs, count, error);
  if (status == DOVE_OK && all->kernel != NULL) {
    status = uot_solve_groups(all, 0, all->self_count, true, error);
    if (status == DOVE_OK) status = uot_solve_groups(all, all->self_count, all->count, false, error);
  }
  if (dove_progress_cancelled(all->progress)) return dove_fail(error, DOVE_CANCELLED, "optimal transport was stopped");
  return status == DOVE_OK ? solve_rest(all, error) : status;
}

dove_status dove_uot_divergence_batch(const double *cost, size_t codes, const dove_uot_pair *pairs, size_t count,
                                      const dove_uot_options *options, const dove_progress *progress,
                                      dove_uot_divergence *divergences, dove_error *error) {
  if (count == 0) return DOVE_OK;
  dove_blas_single_thread();
  uot_batch all = {.cost = cost, .codes = codes, .options = options, .progress = progress};
  size_t *self_of = dove_alloc(count, 2 * sizeof *self_of);
  if (self_of != NULL) all.self_count = number_self_terms(pairs, count, self_of);
  all.count = all.self_count + count;
  if (all.self_count > 0) all.jobs = dove_alloc_zero(all.count, sizeof *all.jobs);
  dove_status status = all.jobs == NULL ? dove_fail_memory(error, "solving optimal transport")
                                        : list_jobs(&all, pairs, count, self_of, error);
  if (status == DOVE_OK) status = solve_jobs(&all, pairs, count, error);
  if (status == DOVE_OK) collect(&all, pairs, count, self_of, divergences);
  free(all.kernel);
  free(all.start);
  free(all.jobs);
  free(self_of);
  return status;
}
