#include "cli/scores.h"

#include <math.h>
#include <stdlib.h>

#include "cli/output.h"
#include "cli/project.h"
#include "dove/export.h"
#include "dove/job.h"
#include "dove/memory.h"
#include "dove/store_scores.h"

const cli_option cli_score_options[] = {
    {.name = "model", .kind = CLI_TEXT, .value = "NAME", .repeated = true, .help = "only this model"},
    {.name = "culture", .kind = CLI_TEXT, .value = "G", .repeated = true, .help = "only this culture"},
    {.name = "role",
     .kind = CLI_TEXT,
     .value = "ROLE",
     .repeated = true,
     .help = "only documents written in this role; '' for those without"},
    {.name = "bootstrap",
     .kind = CLI_INTEGER,
     .value = "B",
     .low = 0,
     .high = 1e6,
     .help = "bootstrap replicates for the interval (default: the setting)"},
    CLI_RUN("with the codebook of this run (default: the current codebook)"),
    CLI_ITERATION("the iteration of --run (default: the one of highest S)"),
    {.name = "anew", .kind = CLI_FLAG, .help = "do not go on with a score run that was left unfinished"},
    {.name = "explain", .kind = CLI_FLAG, .help = "tell what each score is made of: codes and flows"},
    {.name = NULL},
};

/* The values of a repeated option as an array, which is freed with free(). */
static dove_status collect(const cli_call *call, const char *name, const char *const **values, size_t *count,
                           dove_error *error) {
  *count = cli_count(call, name);
  const char **items = dove_alloc(*count, sizeof *items);
  if (items == NULL) return dove_fail_memory(error, "reading the command line");
  for (size_t i = 0; i < *count; i++) items[i] = cli_item(call, name, i);
  *values = items;
  return DOVE_OK;
}

/* ---- Results ---- */

static void add_percent(cli_table *table, double score) {
  if (isnan(score)) {
    cli_table_text(table, "–");
  } else {
    cli_table_printf(table, "%.2f", 100.0 * score);
  }
}

static dove_status print_table(const dove_store_score_list *list, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "lllrrrrrr",
                  (const char *[]){"model", "role", "culture", "score %", "low", "high", "ceiling",
                                   "people's documents", "model's"});
  for (size_t i = 0; i < list->count; i++) {
    const dove_store_score *row = &list->rows[i];
    cli_table_text(&table, row->model);
    cli_table_text(&table, row->role);
    cli_table_text(&table, row->culture);
    add_percent(&table, row->score);
    add_percent(&table, row->low);
    add_percent(&table, row->high);
    add_percent(&table, row->ceiling);
    cli_table_printf(&table, "%lld", (long long)row->documents_human);
    cli_table_printf(&table, "%lld", (long long)row->documents_model);
  }
  return cli_table_print(&table, stdout, error);
}

enum { FLOWS_SHOWN = 5 };

static dove_status print_flows(dove_store *store, const dove_store_score *score, dove_error *error) {
  dove_store_score_flow_list flows = {0};
  dove_status status = dove_store_score_flows(store, score->id, 0, FLOWS_SHOWN, &flows, error);
  if (status != DOVE_OK) return status;
  fputc('\n', stdout);
  cli_put_text(stdout, score->model);
  if (score->role[0] != '\0') {
    fputs(" as ", stdout);
    cli_put_text(stdout, score->role);
  }
  fputs(" beside ", stdout);
  cli_put_text(stdout, score->culture);
  fputs(", the flows of highest cost:\n", stdout);
  cli_table table;
  cli_table_begin(&table, "llrr", (const char *[]){"from (people)", "to (model)", "mass", "cost"});
  for (size_t i = 0; i < flows.count; i++) {
    cli_table_text(&table, flows.rows[i].from_name);
    cli_table_text(&table, flows.rows[i].to_name);
    cli_table_printf(&table, "%.5f", flows.rows[i].mass);
    cli_table_printf(&table, "%.5f", flows.rows[i].cost);
  }
  status = cli_table_print(&table, stdout, error);
  dove_store_score_flow_list_free(&flows);
  return status;
}

static dove_status print_scores(const cli_call *call, dove_store *store, int64_t score_run, dove_error *error) {
  dove_store_score_list list = {0};
  dove_status status = dove_store_score_page(store, score_run, 0, INT32_MAX, &list, error);
  if (status == DOVE_OK) status = print_table(&list, error);
  for (size_t i = 0; status == DOVE_OK && cli_flag(call, "explain") && i < list.count; i++) {
    status = print_flows(store, &list.rows[i], error);
  }
  for (size_t i = 0; status == DOVE_OK && i < list.count; i++) {
    if (list.rows[i].converged) continue;
    cli_remark(call, "the transport from %s to %s did not converge; raise max_iterations", list.rows[i].culture,
               list.rows[i].model);
  }
  dove_store_score_list_free(&list);
  return status;
}

static dove_status print_results(const cli_call *call, dove_store *store, int64_t score_run, dove_error *error) {
  if (!call->json) return print_scores(call, store, score_run, error);
  const dove_export_options options = {.what = DOVE_EXPORT_SCORES,
                                       .format = DOVE_EXPORT_JSON,
                                       .stream = stdout,
                                       .score_run = score_run,
                                       .explain = cli_flag(call, "explain")};
  return dove_export(store, &options, NULL, error);
}

/* ---- The verb ---- */

/* Which iteration --run means: the one asked for, or the run's best. */
static dove_status choose_codebook(const cli_call *call, dove_store *store, dove_job_request *request,
                                   dove_error *error) {
  if (!cli_has(call, "run")) return DOVE_OK;
  dove_store_current chosen;
  const dove_status status =
      dove_store_codebook_of_run(store, cli_integer(call, "run", 0), cli_integer(call, "at", -1), &chosen, error);
  request->score.codebook_run = chosen.run;
  request->score.iteration = chosen.t;
  return status;
}

static dove_status score(const cli_call *call, dove_store *store, dove_job_request *request, dove_error *error) {
  dove_job_result result = {0};
  dove_status status = choose_codebook(call, store, request, error);
  if (status == DOVE_OK) {
    status = dove_job_run(store, request, &result, cli_progress_begin(call), error);
    cli_progress_end();
  }
  if (status == DOVE_OK) status = print_results(call, store, result.score_run, error);
  dove_job_result_free(&result);
  return status;
}

dove_status cli_run_score(const cli_call *call, dove_error *error) {
  if (cli_has(call, "at") && !cli_has(call, "run")) return dove_fail(error, DOVE_USAGE, "--at goes with --run");
  dove_job_request request = dove_job_request_of(DOVE_JOB_SCORE);
  request.score.bootstrap = cli_integer(call, "bootstrap", -1);
  request.score.seed = cli_integer(call, "seed", -1);
  request.score.anew = cli_flag(call, "anew");
  dove_store *store = NULL;
  dove_status status = collect(call, "model", &request.score.models, &request.score.model_count, error);
  if (status == DOVE_OK) {
    status = collect(call, "culture", &request.score.cultures, &request.score.culture_count, error);
  }
  if (status == DOVE_OK) status = collect(call, "role", &request.score.roles, &request.score.role_count, error);
  if (status == DOVE_OK) status = cli_open_project(call->arguments[0], &store, error);
  if (status == DOVE_OK) status = score(call, store, &request, error);
  dove_store_close(store);
  free((void *)request.score.models);
  free((void *)request.score.cultures);
  free((void *)request.score.roles);
  return status;
}
