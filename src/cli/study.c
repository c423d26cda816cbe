#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"
#include "cli/output.h"
#include "cli/verb.h"
#include "dove/studies.h"

static dove_status run_predictive(const cli_call *call, dove_error *error);
static dove_status run_convergent(const cli_call *call, dove_error *error);
static dove_status run_discriminant(const cli_call *call, dove_error *error);
static dove_status run_priming(const cli_call *call, dove_error *error);

#define SCORES_OPTION(header) \
  { .name = "scores", .kind = CLI_FILE, .value = "S.csv", .help = "CSV: " header }

static const cli_option predictive_options[] = {
    SCORES_OPTION("method,model,culture,score"),
    {.name = "downstream", .kind = CLI_FILE, .value = "D.csv", .help = "CSV: benchmark,model,culture,f1"},
    {.name = "missing",
     .kind = CLI_CHOICE,
     .value = "zero|skip",
     .choices = "zero skip",
     .help = "what a correlation that cannot be computed counts as (default: zero)"},
    {.name = NULL},
};

static const cli_option scores_options[] = {SCORES_OPTION("method,model,culture,score"), {.name = NULL}};
static const cli_option priming_options[] = {SCORES_OPTION("method,role,culture,score"), {.name = NULL}};

const cli_verb cli_study_verbs[] = {
    {.name = "study predictive",
     .arguments = "",
     .words = "",
     .summary = "tells how well methods' scores predict what models do downstream",
     .details = "The mean over benchmarks of the Pearson correlation between score and F1: a benchmark of one culture "
                "over the models, one of several cultures over all (model, culture) pairs together.",
     .options = predictive_options,
     .traits = CLI_JSON,
     .run = run_predictive},
    {.name = "study convergent",
     .arguments = "",
     .words = "",
     .summary = "tells how far methods agree with each other on a culture",
     .details = "",
     .options = scores_options,
     .traits = CLI_JSON,
     .run = run_convergent},
    {.name = "study discriminant",
     .arguments = "",
     .words = "",
     .summary = "tells how far methods tell distinct cultures from similar ones",
     .details = "The mean correlation over KR-JP, KR-CN, JP-CN minus that over KR-US, JP-US, CN-US.",
     .options = scores_options,
     .traits = CLI_JSON,
     .run = run_discriminant},
    {.name = "study priming",
     .arguments = "",
     .words = "",
     .summary = "tells how scores change when a model takes a role",
     .details = "Roles are Korean, Japanese, Chinese, American and Control. 'own' is the mean change ratio on the "
                "role's own culture, 'related' that on KR, JP and CN among themselves, 'opposed' that between US and "
                "the three.",
     .options = priming_options,
     .traits = CLI_JSON,
     .run = run_priming},
    {.name = NULL},
};

static dove_status read_scores(const cli_call *call, dove_study_scores *scores, dove_error *error) {
  dove_status status = cli_require(call, "scores", error);
  if (status == DOVE_OK) status = cli_check_input(cli_text(call, "scores", NULL), error);
  if (status == DOVE_OK) status = dove_study_scores_read(cli_text(call, "scores", NULL), scores, error);
  return status;
}

/* ---- predictive ---- */

static void print_predictions_json(const dove_study_prediction *predictions, size_t count) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < count; i++) {
    const dove_study_prediction *prediction = &predictions[i];
    dove_json_object_begin(&writer, false);
    dove_json_member_text(&writer, "method", prediction->method);
    dove_json_member_number(&writer, "predictive", prediction->defined ? prediction->predictive : (double)NAN);
    dove_json_key(&writer, "correlations");
    dove_json_object_begin(&writer, true);
    for (size_t j = 0; j < prediction->count; j++) {
      const dove_study_correlation *correlation = &prediction->correlations[j];
      dove_json_member_number(&writer, correlation->name, correlation->defined ? correlation->value : (double)NAN);
    }
    dove_json_object_end(&writer);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
}

static void add_percent(cli_table *table, bool defined, double value) {
  if (defined) {
    cli_table_printf(table, "%.2f %%", 100.0 * value);
  } else {
    cli_table_text(table, "–");
  }
}

static dove_status print_predictions(const dove_study_prediction *predictions, size_t count, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "llrr", (const char *[]){"method", "benchmark", "pairs", "correlation"});
  for (size_t i = 0; i < count; i++) {
    const dove_study_prediction *prediction = &predictions[i];
    for (size_t j = 0; j < prediction->count; j++) {
      cli_table_text(&table, prediction->method);
      cli_table_text(&table, prediction->correlations[j].name);
      cli_table_printf(&table, "%zu", prediction->correlations[j].pairs);
      add_percent(&table, prediction->correlations[j].defined, prediction->correlations[j].value);
    }
    cli_table_text(&table, prediction->method);
    cli_table_text(&table, "predictive validity");
    cli_table_text(&table, "");
    add_percent(&table, prediction->defined, prediction->predictive);
  }
  return cli_table_print(&table, stdout, error);
}

static dove_status run_predictive(const cli_call *call, dove_error *error) {
  dove_study_scores scores = {0};
  dove_study_outcomes outcomes = {0};
  dove_study_prediction *predictions = NULL;
  size_t count = 0;
  const bool skip = strcmp(cli_text(call, "missing", "zero"), "skip") == 0;
  dove_status status = read_scores(call, &scores, error);
  if (status == DOVE_OK) status = cli_require(call, "downstream", error);
  if (status == DOVE_OK) status = cli_check_input(cli_text(call, "downstream", NULL), error);
  if (status == DOVE_OK) status = dove_study_outcomes_read(cli_text(call, "downstream", NULL), &outcomes, error);
  if (status == DOVE_OK) {
    status =
        dove_study_predictive(scores.records, scores.count, outcomes.records, outcomes.count,
                              skip ? DOVE_STUDY_MISSING_SKIP : DOVE_STUDY_MISSING_ZERO, &predictions, &count, error);
  }
  if (status == DOVE_OK && call->json) print_predictions_json(predictions, count);
  if (status == DOVE_OK && !call->json) status = print_predictions(predictions, count, error);
  dove_study_predictions_free(predictions, count);
  dove_study_outcomes_free(&outcomes);
  dove_study_scores_free(&scores);
  return status;
}

/* ---- convergent, discriminant ---- */

static void print_values_json(const dove_study_value *values, size_t count) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < count; i++) {
    dove_json_object_begin(&writer, true);
    dove_json_member_text(&writer, "method", values[i].method);
    dove_json_member_number(&writer, "value", values[i].defined ? values[i].value : (double)NAN);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
}

static dove_status print_values(const dove_study_value *values, size_t count, const char *heading, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "lr", (const char *[]){"method", heading});
  for (size_t i = 0; i < count; i++) {
    cli_table_text(&table, values[i].method);
    add_percent(&table, values[i].defined, values[i].value);
  }
  return cli_table_print(&table, stdout, error);
}

typedef dove_status study_of_scores(const dove_study_score *scores, size_t count, dove_study_value **values,
                                    size_t *value_count, dove_error *error);

static dove_status run_on_scores(const cli_call *call, study_of_scores *study, const char *heading, dove_error *error) {
  dove_study_scores scores = {0};
  dove_study_value *values = NULL;
  size_t count = 0;
  dove_status status = read_scores(call, &scores, error);
  if (status == DOVE_OK) status = study(scores.records, scores.count, &values, &count, error);
  if (status == DOVE_OK && call->json) print_values_json(values, count);
  if (status == DOVE_OK && !call->json) status = print_values(values, count, heading, error);
  free(values);
  dove_study_scores_free(&scores);
  return status;
}

static dove_status run_convergent(const cli_call *call, dove_error *error) {
  return run_on_scores(call, dove_study_convergent, "convergent validity", error);
}

static dove_status run_discriminant(const cli_call *call, dove_error *error) {
  return run_on_scores(call, dove_study_discriminant, "discriminant validity", error);
}

/* ---- priming ---- */

static void print_priming_json(const dove_study_priming_result *results, size_t count) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < count; i++) {
    const dove_study_priming_result *result = &results[i];
    dove_json_object_begin(&writer, true);
    dove_json_member_text(&writer, "method", result->method);
    dove_json_member_number(&writer, "own", result->own_defined ? result->own : (double)NAN);
    dove_json_member_number(&writer, "related", result->related_defined ? result->related : (double)NAN);
    dove_json_member_number(&writer, "opposed", result->opposed_defined ? result->opposed : (double)NAN);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
}

static dove_status print_priming(const dove_study_priming_result *results, size_t count, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "lrrr", (const char *[]){"method", "own", "related", "opposed"});
  for (size_t i = 0; i < count; i++) {
    cli_table_text(&table, results[i].method);
    add_percent(&table, results[i].own_defined, results[i].own);
    add_percent(&table, results[i].related_defined, results[i].related);
    add_percent(&table, results[i].opposed_defined, results[i].opposed);
  }
  return cli_table_print(&table, stdout, error);
}

static dove_status run_priming(const cli_call *call, dove_error *error) {
  dove_study_scores scores = {0};
  dove_study_priming_result *results = NULL;
  size_t count = 0;
  dove_status status = read_scores(call, &scores, error);
  if (status == DOVE_OK) status = dove_study_priming(scores.records, scores.count, &results, &count, error);
  if (status == DOVE_OK && call->json) print_priming_json(results, count);
  if (status == DOVE_OK && !call->json) status = print_priming(results, count, error);
  free(results);
  dove_study_scores_free(&scores);
  return status;
}
