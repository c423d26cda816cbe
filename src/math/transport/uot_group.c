#include "math/transport/uot_group.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/transport/anderson.h"
#include "math/transport/uot_own_step.h"
#include "math/transport/uot_value.h"
#include "math/vector_math.h"

/* Problems in one group, fixed so that results do not depend on the number of threads. */
#define GROUP 32

/* Iterations in a group before a problem is left to the single solver. */
#define GROUP_ITERATIONS 120

/* One problem of a group. */
typedef struct slot {
  uot_job *job;
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

static void set_base(const uot_batch *all, const double *mass, double *base) {
  const dove_uot_options *options = all->options;
  const double factor = options->entropic == DOVE_UOT_KL ? 1.0 + options->epsilon / options->tau : 1.0;
  for (size_t k = 0; k < all->codes; k++) base[k] = mass[k] > 0.0 ? factor * dove_vector_log(mass[k]) : 0.0;
}

static void fill_slot(const uot_batch *all, slot *s, uot_job *work) {
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
static void scaling_from_sums(const uot_batch *all, const double *sums, const double *base, const double *mass,
                              double *scaling) {
  const double factor = 1.0 / (1.0 + all->options->epsilon / all->options->tau);
  for (size_t k = 0; k < all->codes; k++)
    scaling[k] = mass[k] > 0.0 ? factor * (base[k] - dove_vector_log(sums[k])) : 0.0;
}

/* sums = vectors · kernel (transposed for row sums), for `count` packed vectors. */
static void multiply(const uot_batch *all, group *g, size_t count, bool row_sums) {
  const int codes = (int)all->codes;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, row_sums ? CblasTrans : CblasNoTrans, (int)count, codes, codes, 1.0,
              g->vectors, codes, all->kernel, codes, 0.0, g->sums, codes);
}

/* Half steps of all active slots: x from y (row sums), or the image of y from x. */
static void half_steps(const uot_batch *all, group *g, bool to_rows, bool self) {
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
static double target_mass(const uot_batch *all, const double *mass, const double *base, const double *scaling) {
  const double kappa = all->options->epsilon / all->options->tau;
  double sum = 0.0;
  for (size_t k = 0; k < all->codes; k++) sum += mass[k] > 0.0 ? dove_vector_exp(base[k] - kappa * scaling[k]) : 0.0;
  return sum;
}

/* Value, mass and gap at the scalings in hand; `residual` belongs to them. The row marginals equal their targets after
 * a row half step, and the column marginals follow from y and its image. */
static void finish(const uot_batch *all, slot *s, double residual) {
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
static void lengthen_own_steps(const uot_batch *all, slot *s) {
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
static void advance(const uot_batch *all, slot *s) {
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
static void solve_group(const uot_batch *all, group *g, uot_job *jobs, size_t count, bool self) {
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

dove_status uot_solve_groups(const uot_batch *all, size_t first, size_t last, bool self, dove_error *error) {
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
