#include "math/transport/uot_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/transport/cost_survey.h"

/* Fewer codes are multiplied in double: their kernel fits a cache. */
#define SHARED_CODES 400

static dove_status check_masses(const double *mass, size_t count, const char *name, dove_error *error) {
  for (size_t i = 0; i < count; i++) {
    if (isfinite(mass[i]) && mass[i] >= 0.0) continue;
    return dove_fail(error, DOVE_INPUT, "mass %zu of distribution %s is %g; masses must be finite and not negative",
                     i + 1, name, mass[i]);
  }
  return DOVE_OK;
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
  if (!symmetric_create(&work->shared_kernel, work->shared_count))
    return dove_fail_memory(error, "preparing optimal transport");
  const size_t padded = work->shared_kernel.padded;
  work->single_vector = dove_alloc_aligned(padded, sizeof(float));
  work->full_vector = dove_alloc_aligned(padded, sizeof(double));
  work->product = dove_alloc_aligned(work->shared_count, sizeof(double));
  if (work->single_vector == NULL || work->full_vector == NULL || work->product == NULL)
    return dove_fail_memory(error, "preparing optimal transport");
  work->shared = true;
  return DOVE_OK;
}

/* Finds the codes that both sides have, when both are over the same codes. */
static dove_status pair_codes(uot_work *work, dove_error *error) {
  const dove_uot_problem *problem = work->problem;
  if (problem->rows != problem->columns) return DOVE_OK;
  work->pairs = dove_alloc(work->row.count, sizeof *work->pairs);
  if (work->pairs == NULL) return dove_fail_memory(error, "preparing optimal transport");
  size_t column = 0;
  for (size_t row = 0; row < work->row.count; row++) {
    const size_t code = work->row.index[row];
    while (column < work->column.count && work->column.index[column] < code) column++;
    if (column == work->column.count) break;
    if (work->column.index[column] == code)
      work->pairs[work->pair_count++] = (uot_pair){row, column, problem->cost[code * problem->columns + code]};
  }
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
  work->terms = dove_alloc_aligned(rows > columns ? rows : columns, sizeof(double));
  const bool shared_always = work->shared && uot_kernel_is_plain(work);
  if (!shared_always) work->kernel = dove_alloc_aligned(rows * columns, sizeof(double));
  if (work->terms == NULL || (work->kernel == NULL && !shared_always))
    return dove_fail_memory(error, "preparing optimal transport");
  return DOVE_OK;
}

static void gather_costs(const uot_work *work) {
  const size_t columns = work->column.count;
#pragma omp parallel for num_threads(dove_threads()) if (work->row.count * columns > UOT_PARALLEL_ENTRIES)
  for (size_t i = 0; i < work->row.count; i++) {
    const double *source = work->problem->cost + work->row.index[i] * work->problem->columns;
    double *target = work->cost + i * columns;
    for (size_t j = 0; j < columns; j++) target[j] = source[work->column.index[j]];
  }
}

static void transpose(const double *from, size_t rows, size_t columns, double *to) {
  for (size_t i = 0; i < rows; i += UOT_BLOCK) {
    for (size_t j = 0; j < columns; j += UOT_BLOCK) {
      for (size_t k = i; k < rows && k < i + UOT_BLOCK; k++) {
        for (size_t l = j; l < columns && l < j + UOT_BLOCK; l++) to[l * rows + k] = from[k * columns + l];
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
  work->scratch = dove_alloc_aligned((longest / UOT_BLOCK + 1) * longest, sizeof(double));
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
  cost_survey survey = {0};
  if (status == DOVE_OK) status = cost_survey_make(problem, &survey, error);
  work->highest_cost = survey.highest;
  work->symmetric = survey.symmetric;
  if (status == DOVE_OK) status = create_side(&work->row, problem->a, problem->rows, error);
  if (status == DOVE_OK) status = create_side(&work->column, problem->b, problem->columns, error);
  if (status == DOVE_OK) status = pair_codes(work, error);
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
  free(work->pairs);
  free(work->cost);
  free(work->transposed_cost);
  free(work->kernel);
  free(work->shared_index);
  symmetric_free(&work->shared_kernel);
  free(work->single_vector);
  free(work->full_vector);
  free(work->product);
  free(work->terms);
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
