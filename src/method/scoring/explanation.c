#include "dove/explanation.h"

/* Flows that carry less than this are noise of the entropic term. */
#define LEAST_FLOW 1e-9

void dove_explain(const dove_uot_problem *problem, const dove_uot_options *options, const dove_uot_solution *solution,
                  dove_explained_code *codes, dove_uot_flow *flows, size_t limit, size_t *flow_count) {
  for (size_t k = 0; k < problem->rows; k++) {
    codes[k] = (dove_explained_code){
        .human = problem->a[k],
        .model = problem->b[k],
        .transported_from = solution->row_marginal[k],
        .transported_to = solution->column_marginal[k],
    };
  }
  *flow_count = dove_uot_flows(problem, options, solution, LEAST_FLOW, flows, limit);
}
