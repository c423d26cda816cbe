/* The half steps of Sinkhorn's algorithm: exact ones in the log domain, and quick ones through a kernel. */
#include <cblas.h>
#include <math.h>
#include <string.h>

#include "dove/parallel.h"
#include "math/transport/uot_work.h"
#include "math/vector_math.h"

/* With D/ε under this the kernel needs no absorption. */
#define PLAIN_RANGE 600.0

/* How far a scaling may move from what the kernel has absorbed. */
#define ABSORBED_RANGE 40.0

/* LSE_j(y_j − D_j/ε) of one row; `terms` has room for it. */
static double row_log_sum(const double *cost, const double *scaling, size_t count, double inverse_epsilon,
                          double *terms) {
  for (size_t j = 0; j < count; j++) terms[j] = scaling[j] - cost[j] * inverse_epsilon;
  const double highest = dove_vector_max(terms, count);
  for (size_t j = 0; j < count; j++) terms[j] = dove_vector_exp(terms[j] - highest);
  return highest + log(dove_vector_sum(terms, count));
}

void uot_half_step_exact(const uot_work *work, const uot_side *side, const uot_side *other, double *scaling) {
  const size_t blocks = (side->count + UOT_BLOCK - 1) / UOT_BLOCK;
  const double inverse_epsilon = 1.0 / work->epsilon;
  const double factor = 1.0 / (1.0 + work->kappa);
#pragma omp parallel for num_threads(dove_threads()) \
    schedule(dynamic) if (side->count * other->count > UOT_PARALLEL_ENTRIES)
  for (size_t block = 0; block < blocks; block++) {
    double *terms = work->scratch + block * other->count;
    for (size_t i = block * UOT_BLOCK; i < side->count && i < (block + 1) * UOT_BLOCK; i++) {
      const double sum =
          row_log_sum(side->cost + i * other->count, other->scaling, other->count, inverse_epsilon, terms);
      scaling[i] = factor * (side->base[i] - sum);
    }
  }
}

/* Row of the kernel between the codes `row` and index[0 … count-1]. */
static void kernel_row(const uot_work *work, size_t row, const size_t *index, size_t count, double *kernel) {
  const double *cost = work->problem->cost + row * work->problem->columns;
  const double inverse_epsilon = 1.0 / work->epsilon;
  for (size_t j = 0; j < count; j++) kernel[j] = cost[index[j]];
  for (size_t j = 0; j < count; j++) kernel[j] = dove_vector_exp(-kernel[j] * inverse_epsilon);
}

static void make_shared_kernel(uot_work *work) {
  const size_t n = work->shared_count;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic, 16) if (n * n > UOT_PARALLEL_ENTRIES)
  for (size_t i = 0; i < n; i++) {
    kernel_row(work, work->shared_index[i], work->shared_index, i + 1, symmetric_row(&work->shared_kernel, i));
    symmetric_row_written(&work->shared_kernel, i);
  }
  uot_side *const sides[] = {&work->row, &work->column};
  for (size_t s = 0; s < 2; s++) {
    memset(sides[s]->reference, 0, sides[s]->count * sizeof(double));
    memset(sides[s]->known_sums, 0, sides[s]->count * sizeof(double));
  }
}

static void make_plain_kernel(uot_work *work) {
  const size_t columns = work->column.count;
#pragma omp parallel for num_threads(dove_threads()) if (work->row.count * columns > UOT_PARALLEL_ENTRIES)
  for (size_t i = 0; i < work->row.count; i++)
    kernel_row(work, work->row.index[i], work->column.index, columns, work->kernel + i * columns);
}

/* A kernel with the scalings in hand absorbed, for costs that the plain one cannot hold. */
static void make_absorbed_kernel(uot_work *work) {
  const size_t columns = work->column.count;
  const double inverse_epsilon = 1.0 / work->epsilon;
  const double *absorbed = work->column.absorbed;
#pragma omp parallel for num_threads(dove_threads()) if (work->row.count * columns > UOT_PARALLEL_ENTRIES)
  for (size_t i = 0; i < work->row.count; i++) {
    const double *cost = work->cost + i * columns;
    double *kernel = work->kernel + i * columns;
    const double shift = work->row.absorbed[i];
    for (size_t j = 0; j < columns; j++) kernel[j] = dove_vector_exp(shift + absorbed[j] - cost[j] * inverse_epsilon);
  }
}

bool uot_kernel_is_plain(const uot_work *work) { return work->highest_cost <= PLAIN_RANGE * work->epsilon; }

static void make_kernel(uot_work *work) {
  const bool plain = uot_kernel_is_plain(work);
  uot_side *const sides[] = {&work->row, &work->column};
  for (size_t s = 0; s < 2; s++) {
    for (size_t i = 0; i < sides[s]->count; i++) sides[s]->absorbed[i] = plain ? 0.0 : sides[s]->scaling[i];
  }
  if (!plain) {
    make_absorbed_kernel(work);
  } else if (work->shared) {
    make_shared_kernel(work);
  } else {
    make_plain_kernel(work);
  }
  work->kernel_ready = true;
}

/* Kernel times vector over the shared codes, in double; remembered as the reference. */
static void multiply_precisely(const uot_work *work, uot_side *side, uot_side *other, const double *vector,
                               double *sums) {
  double *x = work->full_vector;
  memset(x, 0, work->shared_kernel.padded * sizeof *x);
  for (size_t j = 0; j < other->count; j++) x[other->place[j]] = vector[j];
  symmetric_product_full(&work->shared_kernel, x, work->product);
  for (size_t i = 0; i < side->count; i++) sums[i] = work->product[side->place[i]];
  memcpy(other->reference, vector, other->count * sizeof *vector);
  memcpy(side->known_sums, sums, side->count * sizeof *sums);
}

/* The same by the difference to the reference, scaled to the range of float32. */
static void multiply_difference(const uot_work *work, const uot_side *side, const uot_side *other, const double *vector,
                                double *sums) {
  const double largest = dove_vector_change(other->reference, vector, other->count);
  const double scale = largest > 0.0 ? 1.0 / largest : 0.0;
  float *x = work->single_vector;
  memset(x, 0, work->shared_kernel.padded * sizeof *x);
  for (size_t j = 0; j < other->count; j++) work->terms[j] = (vector[j] - other->reference[j]) * scale;
  for (size_t j = 0; j < other->count; j++) work->terms[j] = fabs(work->terms[j]) > 1e-30 ? work->terms[j] : 0.0;
  for (size_t j = 0; j < other->count; j++) x[other->place[j]] = (float)work->terms[j];
  symmetric_product_single(&work->shared_kernel, x, work->product);
  for (size_t i = 0; i < side->count; i++) sums[i] = side->known_sums[i] + largest * work->product[side->place[i]];
}

/* Kernel times vector: sums over the other side for each code of `side`. */
static void multiply_kernel(const uot_work *work, uot_side *side, uot_side *other, const double *vector, double *sums) {
  if (work->shared && uot_kernel_is_plain(work)) {
    if (work->precise) {
      multiply_precisely(work, side, other, vector, sums);
    } else {
      multiply_difference(work, side, other, vector, sums);
    }
    return;
  }
  const int columns = (int)work->column.count;
  const bool by_rows = side == &work->row;
  const size_t blocks = (side->count + UOT_BLOCK - 1) / UOT_BLOCK;
#pragma omp parallel for num_threads(dove_threads()) if (side->count * other->count > UOT_PARALLEL_ENTRIES)
  for (size_t block = 0; block < blocks; block++) {
    const size_t first = block * UOT_BLOCK;
    const int size = (int)(side->count - first < UOT_BLOCK ? side->count - first : UOT_BLOCK);
    if (by_rows) {
      cblas_dgemv(CblasRowMajor, CblasNoTrans, size, columns, 1.0, work->kernel + first * work->column.count, columns,
                  vector, 1, 0.0, sums + first, 1);
    } else {
      cblas_dgemv(CblasRowMajor, CblasTrans, (int)work->row.count, size, 1.0, work->kernel + first, columns, vector, 1,
                  0.0, sums + first, 1);
    }
  }
}

/* exp(scaling − absorbed) of the other side; false when it left the range in which the kernel can be trusted. */
static bool relative_exponentials(const uot_work *work, uot_side *other, double *highest) {
  const double range = uot_kernel_is_plain(work) ? 0.5 * PLAIN_RANGE : ABSORBED_RANGE;
  if (!(dove_vector_change(other->absorbed, other->scaling, other->count) <= range)) return false;
  for (size_t j = 0; j < other->count; j++)
    other->exponential[j] = dove_vector_exp(other->scaling[j] - other->absorbed[j]);
  *highest = fmax(dove_vector_max(other->exponential, other->count), 0.0);
  return true;
}

/* A sum must dwarf what kernel entries below the smallest double could have added to it. */
static bool sums_are_sound(const double *sums, size_t count, double highest, size_t terms) {
  const double lost = highest * (double)terms * 1e-290;
  bool sound = true;
  for (size_t i = 0; i < count; i++) sound = sound & (sums[i] > lost) & (sums[i] < 1e300);
  return sound;
}

static bool half_step_kernel(uot_work *work, uot_side *side, uot_side *other, double *scaling) {
  double highest;
  if (!relative_exponentials(work, other, &highest)) return false;
  multiply_kernel(work, side, other, other->exponential, side->exponential);
  if (!sums_are_sound(side->exponential, side->count, highest, other->count)) return false;
  const double factor = 1.0 / (1.0 + work->kappa);
  for (size_t i = 0; i < side->count; i++)
    scaling[i] = factor * (side->base[i] + side->absorbed[i] - dove_vector_log(side->exponential[i]));
  return true;
}

bool uot_half_step(uot_work *work, uot_side *side, uot_side *other, double *scaling) {
  const bool plain = uot_kernel_is_plain(work);
  if (!work->kernel_ready && plain) make_kernel(work);
  if (work->kernel_ready && half_step_kernel(work, side, other, scaling)) return true;
  if (plain) return false;
  uot_half_step_exact(work, side, other, scaling);
  /* The kernel is renewed around consistent scalings: those just computed and those they came from. */
  double *kept = side->scaling;
  side->scaling = scaling;
  make_kernel(work);
  side->scaling = kept;
  return true;
}

/* log Σ exp(base − κ scaling): the log of the mass that this side's marginal aims at. */
static double log_target_mass(const uot_work *work, const uot_side *side, const double *scaling) {
  double *terms = work->terms;
  for (size_t i = 0; i < side->count; i++) terms[i] = side->base[i] - work->kappa * scaling[i];
  const double highest = dove_vector_max(terms, side->count);
  for (size_t i = 0; i < side->count; i++) terms[i] = dove_vector_exp(terms[i] - highest);
  return highest + log(dove_vector_sum(terms, side->count));
}

double uot_best_shift(const uot_work *work, const double *x, const double *y) {
  return (log_target_mass(work, &work->row, x) - log_target_mass(work, &work->column, y)) / (2.0 * work->kappa);
}

/* Marginals of one side, row by row of its own cost matrix. */
static void exact_marginal(const uot_work *work, uot_side *side, const uot_side *other) {
  const size_t blocks = (side->count + UOT_BLOCK - 1) / UOT_BLOCK;
  const double inverse_epsilon = 1.0 / work->epsilon;
#pragma omp parallel for num_threads(dove_threads()) \
    schedule(dynamic) if (side->count * other->count > UOT_PARALLEL_ENTRIES)
  for (size_t block = 0; block < blocks; block++) {
    double *terms = work->scratch + block * other->count;
    for (size_t i = block * UOT_BLOCK; i < side->count && i < (block + 1) * UOT_BLOCK; i++) {
      const double *cost = side->cost + i * other->count;
      const double own = side->scaling[i];
      for (size_t j = 0; j < other->count; j++)
        terms[j] = dove_vector_exp(own + other->scaling[j] - cost[j] * inverse_epsilon);
      side->marginal[i] = dove_vector_sum(terms, other->count);
    }
  }
}

/* The same through a plain kernel, which the scalings are known to suit. Where the last product in double was with
 * these very scalings, its sums are there still. */
static void kernel_marginal(const uot_work *work, uot_side *side, uot_side *other) {
  for (size_t j = 0; j < other->count; j++) other->exponential[j] = dove_vector_exp(other->scaling[j]);
  const size_t size = other->count * sizeof *other->exponential;
  if (work->shared && memcmp(other->reference, other->exponential, size) == 0) {
    memcpy(side->marginal, side->known_sums, side->count * sizeof *side->marginal);
  } else {
    multiply_kernel(work, side, other, other->exponential, side->marginal);
  }
  for (size_t i = 0; i < side->count; i++) side->marginal[i] *= dove_vector_exp(side->scaling[i]);
}

dove_status uot_marginals(uot_work *work, dove_error *error) {
  if (work->kernel_ready && uot_kernel_is_plain(work)) {
    work->precise = true;
    kernel_marginal(work, &work->row, &work->column);
    kernel_marginal(work, &work->column, &work->row);
    return DOVE_OK;
  }
  const dove_status status = uot_prepare_exact(work, error);
  if (status != DOVE_OK) return status;
  exact_marginal(work, &work->row, &work->column);
  exact_marginal(work, &work->column, &work->row);
  return DOVE_OK;
}
