#include "math/uot_work.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/symmetric_product.h"
#include "math/vector_math.h"

/* Rows of one block of a parallel loop, fixed so that sums do not depend on the number of threads. */
#define BLOCK 64

/* Side of the tiles in which a cost matrix is compared with its transpose. */
#define SURVEY 32

/* Below this many matrix entries a parallel loop costs more than it saves. */
#define PARALLEL_ENTRIES ((size_t)200000)

/* With D/ε under this the kernel needs no absorption. */
#define PLAIN_RANGE 600.0

/* Fewer codes are multiplied in double: their kernel fits a cache. */
#define SHARED_CODES 400

/* How far a scaling may move from what the kernel has absorbed. */
#define ABSORBED_RANGE 40.0

static dove_status check_masses(const double *mass, size_t count, const char *name, dove_error *error) {
  for (size_t i = 0; i < count; i++) {
    if (isfinite(mass[i]) && mass[i] >= 0.0) continue;
    return dove_fail(error, DOVE_INPUT, "mass %zu of distribution %s is %g; masses must be finite and not negative",
                     i + 1, name, mass[i]);
  }
  return DOVE_OK;
}

static dove_status refuse_cost(const dove_uot_problem *problem, size_t row, dove_error *error) {
  const double *cost = problem->cost + row * problem->columns;
  size_t j = 0;
  while (j + 1 < problem->columns && cost[j] >= 0.0 && cost[j] < HUGE_VAL) j++;
  return dove_fail(error, DOVE_INPUT, "cost of row %zu, column %zu is %g; costs must be finite and not negative",
                   row + 1, j + 1, cost[j]);
}

/* The highest cost of a row, or a negative number when one of them is no cost. */
static double highest_of_row(const double *cost, size_t count) {
  bool sound = true;
  for (size_t j = 0; j < count; j++) sound = sound & (cost[j] >= 0.0) & (cost[j] < HUGE_VAL);
  return sound ? fmax(dove_vector_max(cost, count), 0.0) : -1.0;
}

/* What a look at costs found: the highest, negative when one of them is no cost. */
typedef struct cost_survey {
  double highest;
  bool symmetric;
} cost_survey;

/* Looks at rows i … i+SURVEY-1 up to the diagonal, and compares them with their mirror images tile by tile, so that
 * both stay in the cache. */
static cost_survey survey_block(const double *cost, size_t n, size_t i) {
  const size_t rows_end = i + SURVEY < n ? i + SURVEY : n;
  cost_survey found = {.symmetric = true};
  for (size_t k = i; k < rows_end; k++) {
    const double highest = highest_of_row(cost + k * n, k + 1);
    if (highest < 0.0) return (cost_survey){.highest = -1.0};
    found.highest = fmax(found.highest, highest);
  }
  for (size_t j = 0; j <= i && found.symmetric; j += SURVEY) {
    const size_t columns_end = j + SURVEY < n ? j + SURVEY : n;
    for (size_t k = i; k < rows_end; k++) {
      for (size_t l = j; l < columns_end; l++) found.symmetric = found.symmetric & (cost[k * n + l] == cost[l * n + k]);
    }
  }
  return found;
}

/* Checks the costs of a square problem by one half and finds whether the other is equal; false when they have to be
 * looked at one by one. */
static bool survey_symmetric(uot_work *work, cost_survey *blocks) {
  const size_t n = work->problem->rows;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic) if (n * n > PARALLEL_ENTRIES)
  for (size_t i = 0; i < n; i += SURVEY) blocks[i / SURVEY] = survey_block(work->problem->cost, n, i);
  double highest = 0.0;
  for (size_t block = 0; block * SURVEY < n; block++) {
    if (!blocks[block].symmetric || blocks[block].highest < 0.0) return false;
    highest = fmax(highest, blocks[block].highest);
  }
  work->highest_cost = highest;
  return true;
}

static dove_status survey_rows(uot_work *work, cost_survey *rows, dove_error *error) {
  const dove_uot_problem *problem = work->problem;
#pragma omp parallel for num_threads(dove_threads()) if (problem->rows * problem->columns > PARALLEL_ENTRIES)
  for (size_t i = 0; i < problem->rows; i++)
    rows[i].highest = highest_of_row(problem->cost + i * problem->columns, problem->columns);
  for (size_t i = 0; i < problem->rows; i++) {
    if (rows[i].highest < 0.0) return refuse_cost(problem, i, error);
    work->highest_cost = fmax(work->highest_cost, rows[i].highest);
  }
  return DOVE_OK;
}

/* Checks the costs, finds the highest and whether they are symmetric. */
static dove_status check_costs(uot_work *work, dove_error *error) {
  cost_survey *surveys = dove_alloc(work->problem->rows, sizeof *surveys);
  if (surveys == NULL) return dove_fail_memory(error, "preparing optimal transport");
  dove_status status = DOVE_OK;
  work->symmetric = work->problem->rows == work->problem->columns && survey_symmetric(work, surveys);
  if (!work->symmetric) status = survey_rows(work, surveys, error);
  free(surveys);
  return status;
}

static dove_status create_side(uot_side *side, const double *mass, size_t count, dove_error *error) {
  size_t active = 0;
  for (size_t i = 0; i < count; i++) active += mass[i] > 0.0;
  side->count = active;
  side->index = dove_alloc(active, sizeof *side->index);
  double **const arrays[] = {&side->mass,     &side->log_mass,    &side->base,      &side->scaling,   &side->marginal,
                             &side->absorbed, &side->exponential, &side->reference, &side->known_sums};
  side->place = dove_alloc(active, sizeof *side->place);
  bool complete = side->index != NULL && side->place != NULL;
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
    *arrays[k] = dove_alloc_zero(active, sizeof(double));
    complete = complete && *arrays[k] != NULL;
  }
  if (!complete) return dove_fail_memory(error, "preparing optimal transport");
  size_t next = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(mass[i] > 0.0)) continue;
    side->index[next] = i;
    side->mass[next] = mass[i];
    side->log_mass[next++] = log(mass[i]);
  }
  return DOVE_OK;
}

static void free_side(uot_side *side) {
  free(side->index);
  free(side->place);
  free(side->mass);
  free(side->log_mass);
  free(side->base);
  free(side->scaling);
  free(side->marginal);
  free(side->absorbed);
  free(side->exponential);
  free(side->reference);
  free(side->known_sums);
}

/* Lists the codes that have mass on either side, and gives both sides their places among them. */
static dove_status share_codes(uot_work *work, dove_error *error) {
  const size_t codes = work->problem->rows;
  work->shared_index = dove_alloc(codes, sizeof *work->shared_index);
  if (work->shared_index == NULL) return dove_fail_memory(error, "preparing optimal transport");
  size_t row = 0;
  size_t column = 0;
  for (size_t k = 0; k < codes; k++) {
    const bool in_row = row < work->row.count && work->row.index[row] == k;
    const bool in_column = column < work->column.count && work->column.index[column] == k;
    if (in_row) work->row.place[row++] = work->shared_count;
    if (in_column) work->column.place[column++] = work->shared_count;
    if (in_row || in_column) work->shared_index[work->shared_count++] = k;
  }
  const size_t padded = symmetric_padded(work->shared_count);
  work->shared_vector = dove_alloc_aligned(2 * work->shared_count, sizeof(double));
  work->packed = dove_alloc_aligned(padded * padded, sizeof(float));
  work->packed_vector = dove_alloc_aligned(padded, sizeof(float));
  work->partials = dove_alloc_aligned(symmetric_product_room(work->shared_count), sizeof(float));
  if (work->shared_vector == NULL || work->packed == NULL || work->packed_vector == NULL || work->partials == NULL)
    return dove_fail_memory(error, "preparing optimal transport");
  work->shared = true;
  return DOVE_OK;
}

static dove_status create_matrices(uot_work *work, dove_error *error) {
  const size_t rows = work->row.count;
  const size_t columns = work->column.count;
  if (work->symmetric && rows > SHARED_CODES && columns > SHARED_CODES) {
    const dove_status status = share_codes(work, error);
    if (status != DOVE_OK) return status;
  }
  work->same_codes =
      work->symmetric && rows == columns && memcmp(work->row.index, work->column.index, rows * sizeof(size_t)) == 0;
  work->self = work->same_codes && memcmp(work->row.mass, work->column.mass, rows * sizeof(double)) == 0;
  const size_t entries = rows * columns;
  const size_t shared_entries = work->shared_count * work->shared_count;
  work->kernel = dove_alloc_aligned(entries > shared_entries ? entries : shared_entries, sizeof(double));
  return work->kernel != NULL ? DOVE_OK : dove_fail_memory(error, "preparing optimal transport");
}

static void gather_costs(const uot_work *work) {
  const size_t columns = work->column.count;
#pragma omp parallel for num_threads(dove_threads()) if (work->row.count * columns > PARALLEL_ENTRIES)
  for (size_t i = 0; i < work->row.count; i++) {
    const double *source = work->problem->cost + work->row.index[i] * work->problem->columns;
    double *target = work->cost + i * columns;
    for (size_t j = 0; j < columns; j++) target[j] = source[work->column.index[j]];
  }
}

static void transpose(const double *from, size_t rows, size_t columns, double *to) {
  for (size_t i = 0; i < rows; i += BLOCK) {
    for (size_t j = 0; j < columns; j += BLOCK) {
      for (size_t k = i; k < rows && k < i + BLOCK; k++) {
        for (size_t l = j; l < columns && l < j + BLOCK; l++) to[l * rows + k] = from[k * columns + l];
      }
    }
  }
}

dove_status uot_prepare_exact(uot_work *work, dove_error *error) {
  if (work->cost != NULL) return DOVE_OK;
  const size_t rows = work->row.count;
  const size_t columns = work->column.count;
  const size_t longest = rows > columns ? rows : columns;
  work->cost = dove_alloc_aligned(rows * columns, sizeof(double));
  work->scratch = dove_alloc_aligned((longest / BLOCK + 1) * longest, sizeof(double));
  if (!work->same_codes) work->transposed_cost = dove_alloc_aligned(rows * columns, sizeof(double));
  if (work->cost == NULL || work->scratch == NULL || (!work->same_codes && work->transposed_cost == NULL))
    return dove_fail_memory(error, "preparing optimal transport");
  gather_costs(work);
  if (!work->same_codes) transpose(work->cost, rows, columns, work->transposed_cost);
  work->row.cost = work->cost;
  work->column.cost = work->same_codes ? work->cost : work->transposed_cost;
  return DOVE_OK;
}

dove_status uot_work_create(uot_work *work, const dove_uot_problem *problem, const dove_uot_options *options,
                            dove_error *error) {
  *work =
      (uot_work){.problem = problem, .epsilon = options->epsilon, .tau = options->tau, .entropic = options->entropic};
  if (problem->columns != 0 && problem->rows > SIZE_MAX / problem->columns)
    return dove_fail_memory(error, "preparing optimal transport");
  dove_status status = check_masses(problem->a, problem->rows, "a", error);
  if (status == DOVE_OK) status = check_masses(problem->b, problem->columns, "b", error);
  if (status == DOVE_OK) status = check_costs(work, error);
  if (status == DOVE_OK) status = create_side(&work->row, problem->a, problem->rows, error);
  if (status == DOVE_OK) status = create_side(&work->column, problem->b, problem->columns, error);
  if (status == DOVE_OK) status = create_matrices(work, error);
  if (status != DOVE_OK) {
    uot_work_free(work);
    return status;
  }
  uot_set_epsilon(work, options->epsilon);
  return DOVE_OK;
}

void uot_work_free(uot_work *work) {
  free_side(&work->row);
  free_side(&work->column);
  free(work->cost);
  free(work->transposed_cost);
  free(work->kernel);
  free(work->shared_index);
  free(work->shared_vector);
  free(work->packed);
  free(work->packed_vector);
  free(work->partials);
  free(work->scratch);
  *work = (uot_work){0};
}

static void set_side_epsilon(const uot_work *work, uot_side *side, double ratio) {
  const double factor = work->entropic == DOVE_UOT_KL ? 1.0 + work->kappa : 1.0;
  for (size_t i = 0; i < side->count; i++) {
    side->base[i] = factor * side->log_mass[i];
    side->scaling[i] *= ratio;
  }
}

void uot_set_epsilon(uot_work *work, double epsilon) {
  const double ratio = work->epsilon / epsilon;
  work->epsilon = epsilon;
  work->kappa = epsilon / work->tau;
  work->kernel_ready = false;
  set_side_epsilon(work, &work->row, ratio);
  set_side_epsilon(work, &work->column, ratio);
}

/* LSE_j(y_j − D_j/ε) of one row; `terms` has room for it. */
static double row_log_sum(const double *cost, const double *scaling, size_t count, double inverse_epsilon,
                          double *terms) {
  for (size_t j = 0; j < count; j++) terms[j] = scaling[j] - cost[j] * inverse_epsilon;
  const double highest = dove_vector_max(terms, count);
  for (size_t j = 0; j < count; j++) terms[j] = dove_vector_exp(terms[j] - highest);
  return highest + log(dove_vector_sum(terms, count));
}

void uot_half_step_exact(const uot_work *work, const uot_side *side, const uot_side *other, double *scaling) {
  const size_t blocks = (side->count + BLOCK - 1) / BLOCK;
  const double inverse_epsilon = 1.0 / work->epsilon;
  const double factor = 1.0 / (1.0 + work->kappa);
#pragma omp parallel for num_threads(dove_threads()) \
    schedule(dynamic) if (side->count * other->count > PARALLEL_ENTRIES)
  for (size_t block = 0; block < blocks; block++) {
    double *terms = work->scratch + block * other->count;
    for (size_t i = block * BLOCK; i < side->count && i < (block + 1) * BLOCK; i++) {
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
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic, 16) if (n * n > PARALLEL_ENTRIES)
  for (size_t i = 0; i < n; i++)
    kernel_row(work, work->shared_index[i], work->shared_index, i + 1, work->kernel + i * n);
  symmetric_pack(work->kernel, n, work->packed);
  uot_side *const sides[] = {&work->row, &work->column};
  for (size_t s = 0; s < 2; s++) {
    memset(sides[s]->reference, 0, sides[s]->count * sizeof(double));
    memset(sides[s]->known_sums, 0, sides[s]->count * sizeof(double));
  }
}

static void make_plain_kernel(uot_work *work) {
  const size_t columns = work->column.count;
#pragma omp parallel for num_threads(dove_threads()) if (work->row.count * columns > PARALLEL_ENTRIES)
  for (size_t i = 0; i < work->row.count; i++)
    kernel_row(work, work->row.index[i], work->column.index, columns, work->kernel + i * columns);
}

/* A kernel with the scalings in hand absorbed, for costs that the plain one cannot hold. */
static void make_absorbed_kernel(uot_work *work) {
  const size_t columns = work->column.count;
  const double inverse_epsilon = 1.0 / work->epsilon;
  const double *absorbed = work->column.absorbed;
#pragma omp parallel for num_threads(dove_threads()) if (work->row.count * columns > PARALLEL_ENTRIES)
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
  const int n = (int)work->shared_count;
  double *x = work->shared_vector;
  double *y = work->shared_vector + work->shared_count;
  memset(x, 0, work->shared_count * sizeof *x);
  for (size_t j = 0; j < other->count; j++) x[other->place[j]] = vector[j];
  cblas_dsymv(CblasRowMajor, CblasLower, n, 1.0, work->kernel, n, x, 1, 0.0, y, 1);
  for (size_t i = 0; i < side->count; i++) sums[i] = y[side->place[i]];
  memcpy(other->reference, vector, other->count * sizeof *vector);
  memcpy(side->known_sums, sums, side->count * sizeof *sums);
}

/* The same by the difference to the reference, scaled to the range of float32. */
static void multiply_difference(const uot_work *work, const uot_side *side, const uot_side *other, const double *vector,
                                double *sums) {
  double *y = work->shared_vector;
  float *x = work->packed_vector;
  double largest = 0.0;
  for (size_t j = 0; j < other->count; j++) largest = fmax(largest, fabs(vector[j] - other->reference[j]));
  const double scale = largest > 0.0 ? 1.0 / largest : 0.0;
  memset(x, 0, symmetric_padded(work->shared_count) * sizeof *x);
  for (size_t j = 0; j < other->count; j++) {
    const double scaled = (vector[j] - other->reference[j]) * scale;
    x[other->place[j]] = fabs(scaled) > 1e-30 ? (float)scaled : 0.0f;
  }
  symmetric_product(work->packed, work->shared_count, x, work->partials, y);
  for (size_t i = 0; i < side->count; i++) sums[i] = side->known_sums[i] + largest * y[side->place[i]];
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
  const size_t blocks = (side->count + BLOCK - 1) / BLOCK;
#pragma omp parallel for num_threads(dove_threads()) if (side->count * other->count > PARALLEL_ENTRIES)
  for (size_t block = 0; block < blocks; block++) {
    const size_t first = block * BLOCK;
    const int size = (int)(side->count - first < BLOCK ? side->count - first : BLOCK);
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
  *highest = 0.0;
  for (size_t j = 0; j < other->count; j++) {
    const double relative = other->scaling[j] - other->absorbed[j];
    if (!(fabs(relative) <= range)) return false;
    other->exponential[j] = dove_vector_exp(relative);
    if (other->exponential[j] > *highest) *highest = other->exponential[j];
  }
  return true;
}

/* A sum must dwarf what kernel entries below the smallest double could have added to it. */
static bool sums_are_sound(const double *sums, size_t count, double highest, size_t terms) {
  const double lost = highest * (double)terms * 1e-290;
  bool sound = true;
  for (size_t i = 0; i < count; i++) sound = sound && sums[i] > lost && sums[i] < 1e300;
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
  double highest = -HUGE_VAL;
  for (size_t i = 0; i < side->count; i++) highest = fmax(highest, side->base[i] - work->kappa * scaling[i]);
  double sum = 0.0;
  for (size_t i = 0; i < side->count; i++) sum += dove_vector_exp(side->base[i] - work->kappa * scaling[i] - highest);
  return highest + log(sum);
}

double uot_best_shift(const uot_work *work, const double *x, const double *y) {
  return (log_target_mass(work, &work->row, x) - log_target_mass(work, &work->column, y)) / (2.0 * work->kappa);
}

/* Marginals of one side, row by row of its own cost matrix. */
static void exact_marginal(const uot_work *work, uot_side *side, const uot_side *other) {
  const size_t blocks = (side->count + BLOCK - 1) / BLOCK;
  const double inverse_epsilon = 1.0 / work->epsilon;
#pragma omp parallel for num_threads(dove_threads()) \
    schedule(dynamic) if (side->count * other->count > PARALLEL_ENTRIES)
  for (size_t block = 0; block < blocks; block++) {
    double *terms = work->scratch + block * other->count;
    for (size_t i = block * BLOCK; i < side->count && i < (block + 1) * BLOCK; i++) {
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
