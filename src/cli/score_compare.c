#include "cli/score_compare.h"

#include <math.h>

#include "cli/output.h"
#include "cli/project.h"
#include "dove/job.h"
#include "dove/store_scores.h"

enum { ALL_SCORES = 1000000 };

const cli_option cli_compare_options[] = {
    CLI_RUN("the score run (default: the newest that finished)"),
    CLI_ID("against", "N", "the score run to compare with (default: the same run, with --model)"),
    {.name = "model",
     .kind = CLI_TEXT,
     .value = "NAME",
     .help = "compare all with this model of that run (default: each model with itself)"},
    {.name = "role", .kind = CLI_TEXT, .value = "ROLE", .help = "in this role (default: in none)"},
    {.name = "bootstrap",
     .kind = CLI_INTEGER,
     .value = "B",
     .low = 2,
     .high = 1e6,
     .help = "bootstrap replicates (default: as the run was scored, at least 200)"},
    {.name = NULL},
};

/* ---- Results ---- */

typedef struct compared {
  dove_score_against against;
  dove_store_score_list scores, others;
  dove_store_score_difference_list differences;
} compared;

static dove_status read_results(dove_store *store, compared *found, dove_error *error) {
  const dove_score_against *against = &found->against;
  dove_status status = dove_store_score_page(store, against->score_run, 0, ALL_SCORES, &found->scores, error);
  if (status == DOVE_OK)
    status = dove_store_score_page(store, against->against_run, 0, ALL_SCORES, &found->others, error);
  if (status == DOVE_OK)
    status = dove_store_score_difference_list_read(store, against->score_run, against->against_run, &found->differences,
                                                   error);
  return status;
}

static void free_results(compared *found) {
  dove_store_score_list_free(&found->scores);
  dove_store_score_list_free(&found->others);
  dove_store_score_difference_list_free(&found->differences);
}

static const dove_store_score_difference *difference_of(const compared *found, int64_t score, int64_t other) {
  for (size_t i = 0; i < found->differences.count; i++) {
    const dove_store_score_difference *row = &found->differences.rows[i];
    if (row->score == score && row->against == other) return row;
  }
  return NULL;
}

typedef void visit_pair(void *user, const dove_store_score *score, const dove_store_score *other,
                        const dove_store_score_difference *difference);

static void for_each_pair(const compared *found, visit_pair *visit, void *user) {
  for (size_t i = 0; i < found->scores.count; i++) {
    const dove_store_score *score = &found->scores.rows[i];
    const dove_store_score *other =
        dove_score_counterpart(&found->against, score, found->others.rows, found->others.count);
    const dove_store_score_difference *row = other != NULL ? difference_of(found, score->id, other->id) : NULL;
    if (row != NULL) visit(user, score, other, row);
  }
}

static void write_pair(void *user, const dove_store_score *score, const dove_store_score *other,
                       const dove_store_score_difference *row) {
  dove_json_writer *writer = user;
  dove_json_object_begin(writer, true);
  dove_json_member_integer(writer, "score_run", score->score_run);
  dove_json_member_text(writer, "model", score->model);
  dove_json_member_text(writer, "role", score->role);
  dove_json_member_integer(writer, "against_run", other->score_run);
  dove_json_member_text(writer, "against_model", other->model);
  dove_json_member_text(writer, "against_role", other->role);
  dove_json_member_text(writer, "culture", score->culture);
  dove_json_member_number(writer, "score", score->score);
  dove_json_member_number(writer, "against_score", other->score);
  dove_json_member_number(writer, "difference", row->difference);
  dove_json_member_number(writer, "low", row->low);
  dove_json_member_number(writer, "high", row->high);
  dove_json_member_integer(writer, "replicates", row->replicates);
  dove_json_member_integer(writer, "seed", (int64_t)row->seed);
  dove_json_object_end(writer);
}

static void add_side(cli_table *table, const dove_store_score *score) {
  if (score->role[0] == '\0') {
    cli_table_text(table, score->model);
  } else {
    cli_table_printf(table, "%s · %s", score->model, score->role);
  }
}

static void add_pair(void *user, const dove_store_score *score, const dove_store_score *other,
                     const dove_store_score_difference *row) {
  cli_table *table = user;
  add_side(table, score);
  add_side(table, other);
  cli_table_text(table, score->culture);
  cli_table_printf(table, "%.2f", score->percent);
  cli_table_printf(table, "%.2f", other->percent);
  cli_table_printf(table, "%+.2f", 100 * row->difference);
  cli_table_printf(table, "%+.2f", 100 * row->low);
  cli_table_printf(table, "%+.2f", 100 * row->high);
}

static dove_status print_results(const cli_call *call, const compared *found, dove_error *error) {
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_array_begin(&writer, false);
    for_each_pair(found, write_pair, &writer);
    dove_json_array_end(&writer);
    return DOVE_OK;
  }
  cli_table table;
  cli_table_begin(&table, "lllrrrrr",
                  (const char *[]){"model", "other", "culture", "score %", "other %", "points", "low", "high"});
  for_each_pair(found, add_pair, &table);
  return cli_table_print(&table, stdout, error);
}

/* ---- The verb ---- */

static dove_status choose_runs(const cli_call *call, dove_store *store, dove_score_against *against,
                               dove_error *error) {
  against->score_run = cli_integer(call, "run", 0);
  if (against->score_run == 0) {
    dove_store_score_run_list newest = {0};
    const dove_status status = dove_store_score_run_latest(store, &newest, error);
    if (status != DOVE_OK) return status;
    against->score_run = newest.rows[0].id;
    dove_store_score_run_list_free(&newest);
  }
  against->against_run = cli_integer(call, "against", against->score_run);
  return DOVE_OK;
}

static dove_status compare(const cli_call *call, dove_store *store, dove_job_request *request, dove_error *error) {
  dove_job_result result = {0};
  compared found = {0};
  dove_status status = choose_runs(call, store, &request->compare.against, error);
  if (status == DOVE_OK) {
    status = dove_job_run(store, request, &result, cli_progress_begin(call), error);
    cli_progress_end();
  }
  found.against = request->compare.against;
  if (status == DOVE_OK) status = read_results(store, &found, error);
  if (status == DOVE_OK) status = print_results(call, &found, error);
  free_results(&found);
  dove_job_result_free(&result);
  return status;
}

dove_status cli_run_compare(const cli_call *call, dove_error *error) {
  if (!cli_has(call, "against") && !cli_has(call, "model"))
    return dove_fail(error, DOVE_USAGE, "--model NAME or --against N says with what to compare");
  if (cli_has(call, "role") && !cli_has(call, "model")) return dove_fail(error, DOVE_USAGE, "--role goes with --model");
  dove_job_request request = dove_job_request_of(DOVE_JOB_COMPARE);
  request.compare.against.model = cli_text(call, "model", NULL);
  request.compare.against.role = cli_text(call, "role", NULL);
  request.compare.replicates = cli_integer(call, "bootstrap", 0);
  request.compare.seed = cli_integer(call, "seed", -1);
  dove_store *store = NULL;
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status == DOVE_OK) status = compare(call, store, &request, error);
  dove_store_close(store);
  return status;
}
