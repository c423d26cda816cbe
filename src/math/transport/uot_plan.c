/* The transport plan of a solution, whole or in its dearest flows. */
#include <math.h>
#include <stdlib.h>

#include "dove/uot.h"
#include "math/vector_math.h"

static void plan_row(const dove_uot_problem *problem, const dove_uot_options *options,
                     const dove_uot_solution *solution, size_t i, double *plan) {
  const double *cost = problem->cost + i * problem->columns;
  const double inverse_epsilon = 1.0 / options->epsilon;
  for (size_t j = 0; j < problem->columns; j++)
    plan[j] = dove_vector_exp(solution->log_u[i] + solution->log_v[j] - cost[j] * inverse_epsilon);
}

void dove_uot_plan(const dove_uot_problem *problem, const dove_uot_options *options, const dove_uot_solution *solution,
                   double *plan) {
  for (size_t i = 0; i < problem->rows; i++) plan_row(problem, options, solution, i, plan + i * problem->columns);
}

/* Order of flows: by falling cost, then falling mass, then codes. */
static int compare_flows(const void *left, const void *right) {
  const dove_uot_flow *a = left;
  const dove_uot_flow *b = right;
  if (a->cost != b->cost) return a->cost > b->cost ? -1 : 1;
  if (a->mass != b->mass) return a->mass > b->mass ? -1 : 1;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

/* Lets the flow at `at` sink in a heap whose top is the last in order. */
static void sift_down(dove_uot_flow *heap, size_t count, size_t at) {
  for (;;) {
    size_t last = at;
    for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
      if (compare_flows(&heap[child], &heap[last]) > 0) last = child;
    }
    if (last == at) return;
    const dove_uot_flow kept = heap[at];
    heap[at] = heap[last];
    heap[last] = kept;
    at = last;
  }
}

static size_t offer_flow(dove_uot_flow *heap, size_t count, size_t limit, const dove_uot_flow *flow) {
  if (count < limit) {
    heap[count++] = *flow;
    if (count == limit) {
      for (size_t i = limit / 2 + 1; i-- > 0;) sift_down(heap, limit, i);
    }
  } else if (compare_flows(flow, &heap[0]) < 0) {
    heap[0] = *flow;
    sift_down(heap, limit, 0);
  }
  return count;
}

size_t dove_uot_flows(const dove_uot_problem *problem, const dove_uot_options *options,
                      const dove_uot_solution *solution, double min_mass, dove_uot_flow *flows, size_t limit) {
  if (limit == 0) return 0;
  const double inverse_epsilon = 1.0 / options->epsilon;
  size_t count = 0;
  for (size_t i = 0; i < problem->rows; i++) {
    for (size_t j = 0; j < problem->columns; j++) {
      const double cost = problem->cost[i * problem->columns + j];
      const double mass = exp(solution->log_u[i] + solution->log_v[j] - cost * inverse_epsilon);
      if (!(mass >= min_mass) || mass == 0.0) continue;
      const dove_uot_flow flow = {
          .from = (uint32_t)i, .to = (uint32_t)j, .mass = mass, .unit_cost = cost, .cost = mass * cost};
      count = offer_flow(flows, count, limit, &flow);
    }
  }
  qsort(flows, count, sizeof *flows, compare_flows);
  return count;
}
