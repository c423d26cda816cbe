/* Many divergences under one cost. Where exp(−D/ε) fits a double, problems are solved side by side: their scalings form
 * a matrix, and a half step of all is one product with the shared kernel, which reads the kernel once for all of them.
 * What does not converge quickly that way is solved by itself afterwards. */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/blas.h"
#include "dove/memory.h"
#include "dove/parallel.h"
#include "dove/uot.h"
#include "math/transport/anderson.h"
#include "math/transport/uot_divergence.h"
#include "math/transport/uot_own_step.h"
#include "math/transport/uot_value.h"
#include "math/vector_math.h"

/* Problems in one group, fixed so that results do not depend on the number of threads. */
#define GROUP 32

/* Iterations in a group before a problem is left to the single solver. */
#define GROUP_ITERATIONS 120

/* D/ε up to which the kernel is used as it is. */
#define KERNEL_RANGE 600.0

typedef struct job {
  const double *a;
  const double *b; /* equal to a for a self-term */
  double value;
  double mass;
  double gap;
  uint32_t iterations;
  bool converged;
  bool solved;
} job;

typedef struct batch {
  const double *cost;
  size_t codes;
  const dove_uot_options *options;
  const dove_progress *progress;
  job *jobs; /* self-terms first, then pairs */
  size_t self_count;
  size_t count;
  double *kernel; /* NULL when it does not fit a double */
  double *start;  /* codes: log v to start pairs from, relative to ½ log b; then the same for self-terms */
} batch;

/* One problem of a group. */
typedef struct slot {
  job *job;
  double *base_a; /* codes; 0 where there is no mass */
  double *base_b;
  double *x;
  double *y;
  double *image;
  anderson accelerator;
  double last_residual;
  bool active;
} slot;

typedef struct group {
  slot slots[GROUP];
  size_t count;
  double *vectors; /* GROUP × codes: what goes into a product, packed */
  double *sums;    /* GROUP × codes: what comes out */
  double *memory;  /* behind the slots' arrays */
} group;

static bool create_group(group *g, size_t codes) {
  *g = (group){0};
  g->vectors = dove_alloc_aligned(GROUP * codes, sizeof(double));
  g->sums = dove_alloc_aligned(GROUP * codes, sizeof(double));
  g->memory = dove_alloc_aligned(GROUP * codes, 5 * sizeof(double));
  bool complete = g->vectors != NULL && g->sums != NULL && g->memory != NULL;
  for (size_t s = 0; s < GROUP; s++) complete = anderson_create(&g->slots[s].accelerator, codes) && complete;
  if (!complete) return false;
  for (size_t s = 0; s < GROUP; s++) {
    double *own = g->memory + s * 5 * codes;
    g->slots[s].base_a = own;
    g->slots[s].base_b = own + codes;
    g->slots[s].x = own + 2 * codes;
    g->slots[s].y = own + 3 * codes;
    g->slots[s].image = own + 4 * codes;
  }
  return true;
}

static void free_group(group *g) {
  for (size_t s = 0; s < GROUP; s++) anderson_free(&g->slots[s].accelerator);
  free(g->vectors);
  free(g->sums);
  free(g->memory);
}

static void set_base(const batch *all, const double *mass, double *base) {
  const dove_uot_options *options = all->options;
  const double factor = options->entropic == DOVE_UOT_KL ? 1.0 + options->epsilon / options->tau : 1.0;
  for (size_t k = 0; k < all->codes; k++) base[k] = mass[k] > 0.0 ? factor * dove_vector_log(mass[k]) : 0.0;
}

static void fill_slot(const batch *all, slot *s, job *work) {
  s->job = work;
  s->active = true;
  s->last_residual = HUGE_VAL;
  anderson_restart(&s->accelerator);
  set_base(all, work->a, s->base_a);
  set_base(all, work->b, s->base_b);
  const double *start = all->start + (work->a == work->b ? all->codes : 0);
  for (size_t k = 0; k < all->codes; k++) s->y[k] = work->b[k] > 0.0 ? start[k] + 0.5 * s->base_b[k] : 0.0;
}

/* exp of the scalings of one slot, 0 for codes without mass. */
static void exponentials(const double *scaling, const double *mass, size_t codes, double *out) {
  for (size_t k = 0; k < codes; k++) out[k] = mass[k] > 0.0 ? dove_vector_exp(scaling[k]) : 0.0;
}

/* A half step's scaling from the kernel's sums, 0 for codes without mass. */
static void scaling_from_sums(const batch *all, const double *sums, const double *base, const double *mass,
                              double *scaling) {
  const double factor = 1.0 / (1.0 + all->options->epsilon / all->options->tau);
  for (size_t k = 0; k < all->codes; k++)
    scaling[k] = mass[k] > 0.0 ? factor * (base[k] - dove_vector_log(sums[k])) : 0.0;
}

/* sums = vectors · kernel (transposed for row sums), for `count` packed vectors. */
static void multiply(const batch *all, group *g, size_t count, bool row_sums) {
  const int codes = (int)all->codes;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, row_sums ? CblasTrans : CblasNoTrans, (int)count, codes, codes, 1.0,
              g->vectors, codes, all->kernel, codes, 0.0, g->sums, codes);
}

/* Half steps of all active slots: x from y (row sums), or the image of y from x. */
static void half_steps(const batch *all, group *g, bool to_rows, bool self) {
  size_t packed = 0;
  for (size_t i = 0; i < g->count; i++) {
    const slot *s = &g->slots[i];
    if (!s->active) continue;
    const bool from_y = to_rows || self;
    exponentials(from_y ? s->y : s->x, from_y ? s->job->b : s->job->a, all->codes, g->vectors + packed++ * all->codes);
  }
  multiply(all, g, packed, to_rows);
  packed = 0;
  for (size_t i = 0; i < g->count; i++) {
    slot *s = &g->slots[i];
    if (!s->active) continue;
    const double *sums = g->sums + packed++ * all->codes;
    if (to_rows) {
      scaling_from_sums(all, sums, s->base_a, s->job->a, s->x);
    } else {
      scaling_from_sums(all, sums, s->base_b, s->job->b, s->image);
    }
  }
}

/* Σ exp(base − κ scaling) over the codes with mass. */
static double target_mass(const batch *all, const double *mass, const double *base, const double *scaling) {
  const double kappa = all->options->epsilon / all->options->tau;
  double sum = 0.0;
  for (size_t k = 0; k < all->codes; k++) sum += mass[k] > 0.0 ? dove_vector_exp(base[k] - kappa * scaling[k]) : 0.0;
  return sum;
}

/* Value, mass and gap at the scalings in hand; `residual` belongs to them. The row marginals equal their targets after
 * a row half step, and the column marginals follow from y and its image. */
static void finish(const batch *all, slot *s, double residual) {
  const dove_uot_options *options = all->options;
  const double kappa = options->epsilon / options->tau;
  const bool self = s->job->a == s->job->b;
  const double *x = self ? s->y : s->x;
  uot_side_value row = {0};
  uot_side_value column = {0};
  for (size_t k = 0; k < all->codes; k++) {
    if (s->job->b[k] > 0.0) {
      const double marginal = exp(s->base_b[k] - kappa * s->y[k] + (1.0 + kappa) * (s->y[k] - s->image[k]));
      uot_value_add(&column, options, s->job->b[k], s->y[k], marginal);
    }
    if (!self && s->job->a[k] > 0.0) uot_value_add(&row, options, s->job->a[k], x[k], exp(s->base_a[k] - kappa * x[k]));
  }
  if (self) row = column;
  const uot_value value = uot_value_of(options, &row, &column);
  s->job->value = value.primal;
  s->job->gap = value.gap;
  s->job->mass = row.mass;
  s->job->converged = residual <= options->tolerance && isfinite(value.primal);
  s->job->solved = s->job->converged;
  s->active = false;
}

/* Makes the steps of codes with mass on both sides longer. */
static void lengthen_own_steps(const batch *all, slot *s) {
  const dove_uot_options *options = all->options;
  const double kappa = options->epsilon / options->tau;
  for (size_t k = 0; k < all->codes; k++) {
    const bool paired = s->job->a[k] > 0.0 && s->job->b[k] > 0.0;
    const double own = uot_own_log(s->x[k], s->y[k], s->image[k], s->base_a[k], s->base_b[k],
                                   all->cost[k * all->codes + k] / options->epsilon, kappa);
    s->image[k] += paired ? uot_own_gain(own, kappa) * (s->image[k] - s->y[k]) : 0.0;
  }
}

/* What follows the half steps of one slot: stop, or take an accelerated step. */
static void advance(const batch *all, slot *s) {
  const bool self = s->job->a == s->job->b;
  const double residual = dove_vector_change(s->y, s->image, all->codes);
  if (residual <= all->options->tolerance) {
    finish(all, s, residual);
    return;
  }
  if (!(residual < 1e6)) {
    s->active = false;
    return;
  }
  if (self) {
    for (size_t k = 0; k < all->codes; k++) s->image[k] = 0.5 * (s->image[k] + s->y[k]);
  } else {
    lengthen_own_steps(all, s);
    const double a = target_mass(all, s->job->a, s->base_a, s->x);
    const double b = target_mass(all, s->job->b, s->base_b, s->image);
    const double shift = log(a / b) / (2.0 * all->options->epsilon / all->options->tau);
    for (size_t k = 0; k < all->codes; k++) s->image[k] = s->job->b[k] > 0.0 ? s->image[k] - shift : 0.0;
  }
  if (residual > 2.0 * s->last_residual) anderson_restart(&s->accelerator);
  s->last_residual = residual;
  anderson_step(&s->accelerator, s->image, s->y);
  s->job->iterations++;
}

/* Solves up to GROUP jobs of one kind; those that do not converge stay unsolved. */
static void solve_group(const batch *all, group *g, job *jobs, size_t count, bool self) {
  g->count = count;
  for (size_t i = 0; i < count; i++) {
    fill_slot(all, &g->slots[i], &jobs[i]);
    g->slots[i].active = !jobs[i].solved;
  }
  uint32_t limit = all->options->max_iterations < GROUP_ITERATIONS ? all->options->max_iterations : GROUP_ITERATIONS;
  for (uint32_t iteration = 0; iteration <= limit; iteration++) {
    bool active = false;
    for (size_t i = 0; i < count; i++) active = active || g->slots[i].active;
    if (!active || dove_progress_cancelled(all->progress)) return;
    if (!self) half_steps(all, g, true, false);
    half_steps(all, g, false, self);
    for (size_t i = 0; i < count; i++) {
      if (g->slots[i].active) advance(all, &g->slots[i]);
    }
  }
}

/* Jobs of one kind, `first` to `last`, in groups, the groups in parallel. */
static dove_status solve_groups(const batch *all, size_t first, size_t last, bool self, dove_error *error) {
  const size_t groups = (last - first + GROUP - 1) / GROUP;
  bool complete = true;
  size_t done = 0;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic) reduction(&& : complete)
  for (size_t n = 0; n < groups; n++) {
    const size_t start = first + n * GROUP;
    const size_t size = last - start < GROUP ? last - start : GROUP;
    group g;
    if (create_group(&g, all->codes)) {
      solve_group(all, &g, all->jobs + start, size, self);
    } else {
      complete = false;
    }
    free_group(&g);
    size_t finished;
#pragma omp atomic capture
    finished = ++done;
    dove_progress_report(all->progress, self ? "self-terms" : "transport", (double)finished, (double)groups);
  }
  if (!complete) return dove_fail_memory(error, "solving optimal transport");
  return DOVE_OK;
}

static dove_status solve_alone(const batch *all, job *work, dove_error *error) {
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
static dove_status solve_rest(const batch *all, dove_error *error) {
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
static void solve_empty(const batch *all) {
  for (size_t n = 0; n < all->count; n++) {
    const double a = uot_total(all->jobs[n].a, all->codes);
    const double b = uot_total(all->jobs[n].b, all->codes);
    if (all->jobs[n].solved || (a > 0.0 && b > 0.0)) continue;
    all->jobs[n].value = all->options->tau * (a + b);
    all->jobs[n].converged = true;
    all->jobs[n].solved = true;
  }
}

static dove_status make_kernel(batch *all, dove_error *error) {
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

static dove_status solve_mean(const batch *all, const double *a, const double *b, double *start, dove_error *error) {
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
static dove_status make_start(batch *all, const dove_uot_pair *pairs, size_t count, dove_error *error) {
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
static dove_status list_jobs(batch *all, const dove_uot_pair *pairs, size_t count, const size_t *self_of,
                             dove_error *error) {
  for (size_t n = 0; n < count; n++) {
    job *a = &all->jobs[self_of[2 * n]];
    job *b = &all->jobs[self_of[2 * n + 1]];
    a->a = a->b = pairs[n].a;
    b->a = b->b = pairs[n].b;
    all->jobs[all->self_count + n] = (job){.a = pairs[n].a, .b = pairs[n].b, .solved = pairs[n].a == pairs[n].b};
  }
  dove_status status = DOVE_OK;
  for (size_t n = 0; n < all->self_count && status == DOVE_OK; n++)
    status = check_mass(all->jobs[n].a, all->codes, error);
  return status;
}

static void collect(const batch *all, const dove_uot_pair *pairs, size_t count, const size_t *self_of,
                    dove_uot_divergence *divergences) {
  for (size_t n = 0; n < count; n++) {
    const job *a = &all->jobs[self_of[2 * n]];
    const job *b = &all->jobs[self_of[2 * n + 1]];
    const job *between = a == b ? a : &all->jobs[all->self_count + n];
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

static dove_status solve_jobs(batch *all, const dove_uot_pair *pairs, size_t count, dove_error *error) {
  solve_empty(all);
  dove_status status = make_kernel(all, error);
  if (status == DOVE_OK) status = make_start(all, pairs, count, error);
  if (status == DOVE_OK && all->kernel != NULL) {
    status = solve_groups(all, 0, all->self_count, true, error);
    if (status == DOVE_OK) status = solve_groups(all, all->self_count, all->count, false, error);
  }
  if (dove_progress_cancelled(all->progress))
    return dove_fail(error, DOVE_CANCELLED, "optimal transport was cancelled");
  return status == DOVE_OK ? solve_rest(all, error) : status;
}

dove_status dove_uot_divergence_batch(const double *cost, size_t codes, const dove_uot_pair *pairs, size_t count,
                                      const dove_uot_options *options, const dove_progress *progress,
                                      dove_uot_divergence *divergences, dove_error *error) {
  if (count == 0) return DOVE_OK;
  dove_blas_single_thread();
  batch all = {.cost = cost, .codes = codes, .options = options, .progress = progress};
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
