#include "math/transport/cost_survey.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/parallel.h"
#include "math/transport/uot_work.h"

/* Side of the tiles in which a matrix is compared with its transpose, so that both stay in the cache, and of the
 * smaller ones that stay in registers. */
#define TILE ((size_t)32)
#define QUAD ((size_t)4)

typedef double quad __attribute__((vector_size(32)));
typedef int64_t quad_bits __attribute__((vector_size(32)));

static inline quad load(const double *from) {
  quad value;
  memcpy(&value, from, sizeof value);
  return value;
}

static inline quad larger(quad a, quad b) {
  const quad_bits mask = a > b;
  return (quad)((mask & (quad_bits)a) | (~mask & (quad_bits)b));
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
  quad highest = {0};
  quad_bits sound = {-1, -1, -1, -1};
  size_t j = 0;
  for (; j + QUAD <= count; j += QUAD) {
    const quad here = load(cost + j);
    sound &= (here >= 0.0) & (here < HUGE_VAL);
    highest = larger(here, highest);
  }
  for (; j < count; j++) {
    const quad one = {cost[j]};
    sound &= (one >= 0.0) & (one < HUGE_VAL);
    highest = larger(one, highest);
  }
  double result = 0.0;
  for (size_t l = 0; l < QUAD; l++) {
    if (sound[l] == 0) return -1.0;
    result = fmax(result, highest[l]);
  }
  return result;
}

/* Every cost, or the lower triangle where that says all. */
static dove_status survey_rows(const dove_uot_problem *problem, double *highest, cost_survey *survey,
                               dove_error *error) {
  const size_t columns = problem->columns;
#pragma omp parallel for num_threads(dove_threads()) \
    schedule(dynamic, 16) if (problem->rows * columns > UOT_PARALLEL_ENTRIES)
  for (size_t i = 0; i < problem->rows; i++)
    highest[i] = highest_of_row(problem->cost + i * columns, problem->symmetric ? i + 1 : columns);
  for (size_t i = 0; i < problem->rows; i++) {
    if (highest[i] < 0.0) return refuse_cost(problem, i, error);
    survey->highest = fmax(survey->highest, highest[i]);
  }
  return DOVE_OK;
}

/* What comparing numbers with their mirror images has found so far, lane by lane. */
typedef struct comparison {
  quad highest;
  quad_bits signs;     /* the sign bit of every number, or-ed */
  quad_bits different; /* all ones where one was */
} comparison;

/* Compares the 4 × 4 numbers at `here` with the transpose of those at `mirror`. Not-a-numbers differ from themselves.
 */
static inline void compare_quads(const double *here, const double *mirror, size_t n, comparison *found) {
  const quad a = load(here), b = load(here + n), c = load(here + 2 * n), d = load(here + 3 * n);
  const quad ab_even = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab_odd = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const quad cd_even = __builtin_shufflevector(c, d, 0, 4, 2, 6), cd_odd = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  found->different |= __builtin_shufflevector(ab_even, cd_even, 0, 1, 4, 5) != load(mirror);
  found->different |= __builtin_shufflevector(ab_odd, cd_odd, 0, 1, 4, 5) != load(mirror + n);
  found->different |= __builtin_shufflevector(ab_even, cd_even, 2, 3, 6, 7) != load(mirror + 2 * n);
  found->different |= __builtin_shufflevector(ab_odd, cd_odd, 2, 3, 6, 7) != load(mirror + 3 * n);
  found->signs |= (quad_bits)a | (quad_bits)b | (quad_bits)c | (quad_bits)d;
  found->highest = larger(larger(larger(a, b), larger(c, d)), found->highest);
}

/* The same for what quads do not cover, at the lower and right edges. */
static void compare_one(const double *cost, size_t n, size_t k, size_t l, comparison *found) {
  const quad one = {cost[k * n + l]};
  const quad mirror = {cost[l * n + k]};
  found->different |= one != mirror;
  found->signs |= (quad_bits)one;
  found->highest = larger(one, found->highest);
}

static void compare_tile(const double *cost, size_t n, size_t i, size_t j, comparison *found) {
  const size_t rows_end = i + TILE < n ? i + TILE : n;
  const size_t columns_end = j + TILE < n ? j + TILE : n;
  const size_t quads_end = i + (rows_end - i) / QUAD * QUAD;
  for (size_t k = i; k < quads_end; k += QUAD) {
    size_t l = j;
    for (; l + QUAD <= columns_end; l += QUAD) compare_quads(cost + k * n + l, cost + l * n + k, n, found);
    for (; l < columns_end; l++) {
      for (size_t row = k; row < k + QUAD; row++) compare_one(cost, n, row, l, found);
    }
  }
  for (size_t k = quads_end; k < rows_end; k++) {
    for (size_t l = j; l < columns_end; l++) compare_one(cost, n, k, l, found);
  }
}

/* Begins to read a row of a tile: rows of mirror images lie too far apart for the processor to foresee them. */
static void fetch_ahead(const double *row) {
  for (size_t j = 0; j < TILE; j += 8) __builtin_prefetch(row + j);
}

/* Compares rows i … i+TILE-1 up to the diagonal with their mirror images; returns the highest cost, or a negative
 * number when they differ or one of them is no cost. */
static double survey_band(const double *cost, size_t n, size_t i) {
  comparison found = {0};
  for (size_t j = 0; j <= i; j += TILE) {
    for (size_t l = j + TILE; l < j + 2 * TILE && l < i; l++) fetch_ahead(cost + l * n + i);
    compare_tile(cost, n, i, j, &found);
  }
  double highest = 0.0;
  for (size_t l = 0; l < QUAD; l++) {
    if (found.different[l] != 0 || found.signs[l] < 0) return -1.0;
    highest = found.highest[l] > highest ? found.highest[l] : highest;
  }
  return highest < HUGE_VAL ? highest : -1.0;
}

/* Checks the costs of a square problem by one half and finds whether the other is equal; false when they have to be
 * looked at one by one. `bands` has room for one number a band. */
static bool survey_symmetric(const dove_uot_problem *problem, double *bands, cost_survey *survey) {
  const size_t n = problem->rows;
#pragma omp parallel for num_threads(dove_threads()) schedule(dynamic) if (n * n > UOT_PARALLEL_ENTRIES)
  for (size_t i = 0; i < n; i += TILE) bands[i / TILE] = survey_band(problem->cost, n, i);
  double highest = 0.0;
  for (size_t band = 0; band * TILE < n; band++) {
    if (bands[band] < 0.0) return false;
    highest = fmax(highest, bands[band]);
  }
  *survey = (cost_survey){.highest = highest, .symmetric = true};
  return true;
}

dove_status cost_survey_make(const dove_uot_problem *problem, cost_survey *survey, dove_error *error) {
  *survey = (cost_survey){0};
  double *room = dove_alloc(problem->rows, sizeof *room);
  if (room == NULL) return dove_fail_memory(error, "preparing optimal transport");
  dove_status status = DOVE_OK;
  if (problem->symmetric || problem->rows != problem->columns || !survey_symmetric(problem, room, survey)) {
    survey->symmetric = problem->symmetric;
    status = survey_rows(problem, room, survey, error);
  }
  free(room);
  return status;
}
