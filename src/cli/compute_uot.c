#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compute.h"
#include "cli/files.h"
#include "cli/output.h"
#include "dove/memory.h"
#include "dove/npy.h"
#include "dove/uot.h"

/* What the files hold, and what comes out. */
typedef struct transport {
  dove_matrix_double cost, a, b;
  dove_uot_options options;
  dove_uot_divergence divergence; /* when `debiased` */
  dove_uot_solution solution;
  bool debiased;
} transport;

static dove_status read_inputs(const cli_call *call, transport *job, dove_error *error) {
  dove_status status = cli_require(call, "cost", error);
  if (status == DOVE_OK) status = cli_require(call, "a", error);
  if (status == DOVE_OK) status = cli_require(call, "b", error);
  if (status != DOVE_OK) return status;
  const char *cost = cli_text(call, "cost", NULL);
  status = cli_check_input(cost, error);
  if (status == DOVE_OK) status = dove_array_read_double(cost, false, &job->cost, error);
  if (status == DOVE_OK) status = cli_read_vector(cli_text(call, "a", NULL), &job->a, error);
  if (status == DOVE_OK) status = cli_read_vector(cli_text(call, "b", NULL), &job->b, error);
  if (status != DOVE_OK) return status;
  if (job->cost.rows != job->a.rows || job->cost.columns != job->b.rows) {
    return dove_fail(error, DOVE_INPUT, "the cost is %zu × %zu, but A has %zu numbers and B %zu", job->cost.rows,
                     job->cost.columns, job->a.rows, job->b.rows);
  }
  return DOVE_OK;
}

static dove_uot_options read_options(const cli_call *call) {
  dove_uot_options options = DOVE_UOT_DEFAULTS;
  options.epsilon = cli_real(call, "epsilon", options.epsilon);
  options.tau = cli_real(call, "tau", options.tau);
  options.tolerance = cli_real(call, "tolerance", options.tolerance);
  options.max_iterations = (uint32_t)cli_integer(call, "max-iterations", options.max_iterations);
  options.entropic = strcmp(cli_text(call, "entropic", "plain"), "kl") == 0 ? DOVE_UOT_KL : DOVE_UOT_PLAIN;
  return options;
}

static bool is_symmetric(const dove_matrix_double *cost) {
  if (cost->rows != cost->columns) return false;
  for (size_t i = 0; i < cost->rows; i++) {
    for (size_t j = 0; j < i; j++) {
      const double difference = cost->data[i * cost->columns + j] - cost->data[j * cost->columns + i];
      if (fabs(difference) > 1e-12 * (1.0 + fabs(cost->data[i * cost->columns + j]))) return false;
    }
  }
  return true;
}

static dove_uot_problem problem_of(const transport *job) {
  return (dove_uot_problem){.cost = job->cost.data,
                            .rows = job->cost.rows,
                            .columns = job->cost.columns,
                            .a = job->a.data,
                            .b = job->b.data,
                            .symmetric = job->debiased};
}

static dove_status solve(transport *job, const dove_progress *progress, dove_error *error) {
  job->debiased = is_symmetric(&job->cost);
  if (job->debiased) {
    return dove_uot_divergence_solve(job->cost.data, job->cost.rows, job->a.data, job->b.data, &job->options, progress,
                                     &job->divergence, &job->solution, error);
  }
  const dove_uot_problem problem = problem_of(job);
  return dove_uot_solve(&problem, &job->options, NULL, progress, &job->solution, error);
}

static dove_status write_plan(const transport *job, const char *path, dove_error *error) {
  const dove_uot_problem problem = problem_of(job);
  double *plan = dove_alloc(job->cost.rows * job->cost.columns, sizeof *plan);
  if (plan == NULL) return dove_fail_memory(error, "making the transport plan");
  dove_uot_plan(&problem, &job->options, &job->solution, plan);
  const dove_status status = cli_write_matrix(path, plan, job->cost.rows, job->cost.columns, error);
  free(plan);
  return status;
}

static bool has_converged(const transport *job) {
  return job->debiased ? job->divergence.converged : job->solution.converged;
}

static void print_json(const transport *job) {
  const dove_uot_divergence *r = &job->divergence;
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_number(&writer, "value", job->debiased ? r->value_ab : job->solution.value);
  dove_json_member_number(&writer, "value_aa", job->debiased ? r->value_aa : (double)NAN);
  dove_json_member_number(&writer, "value_bb", job->debiased ? r->value_bb : (double)NAN);
  dove_json_member_number(&writer, "divergence", job->debiased ? r->divergence : (double)NAN);
  dove_json_member_number(&writer, "score", job->debiased ? r->score : (double)NAN);
  dove_json_member_number(&writer, "mass", job->solution.mass);
  dove_json_member_number(&writer, "gap", job->debiased ? r->gap : job->solution.gap);
  dove_json_member_number(&writer, "residual", job->solution.residual);
  dove_json_member_integer(&writer, "iterations", job->solution.iterations);
  dove_json_member_bool(&writer, "converged", has_converged(job));
  dove_json_object_end(&writer);
}

static void print_text(const transport *job) {
  const dove_uot_divergence *r = &job->divergence;
  printf("value       %.12g\n", job->solution.value);
  if (job->debiased) {
    printf("value aa    %.12g\nvalue bb    %.12g\ndivergence  %.12g\nscore       %.2f %%\n", r->value_aa, r->value_bb,
           r->divergence, 100.0 * r->score);
  }
  printf("mass        %.12g\ngap         %.3g\niterations  %u%s\n", job->solution.mass,
         job->debiased ? r->gap : job->solution.gap, (unsigned)job->solution.iterations,
         has_converged(job) ? "" : ", not converged");
}

dove_status cli_compute_uot(const cli_call *call, dove_error *error) {
  transport job = {.options = read_options(call)};
  const char *plan = cli_text(call, "output", NULL);
  dove_status status = plan != NULL ? cli_check_output(plan, error) : DOVE_OK;
  if (status == DOVE_OK) status = read_inputs(call, &job, error);
  if (status == DOVE_OK) {
    status = solve(&job, cli_progress_begin(call), error);
    cli_progress_end();
  }
  if (status == DOVE_OK && plan != NULL) status = write_plan(&job, plan, error);
  if (status == DOVE_OK) {
    if (call->json) {
      print_json(&job);
    } else {
      print_text(&job);
    }
    if (!has_converged(&job)) {
      cli_remark(call, "the transport did not converge in %u iterations; the gap tells how far the value can be off",
                 (unsigned)job.options.max_iterations);
    }
  }
  dove_uot_solution_free(&job.solution);
  dove_matrix_double_free(&job.cost);
  dove_matrix_double_free(&job.a);
  dove_matrix_double_free(&job.b);
  return status;
}
