/* What `dove annotate PROJECT agreement` prints. */
#include <math.h>

#include "cli/annotate.h"
#include "cli/output.h"
#include "dove/agreement_report.h"
#include "dove/project_settings.h"

/* ---- JSON ---- */

static void write_interval(dove_json_writer *writer, const dove_interval *interval) {
  dove_json_member_number(writer, "low", interval->low);
  dove_json_member_number(writer, "high", interval->high);
}

static void write_row(dove_json_writer *writer, const dove_agreement_row *row) {
  dove_json_object_begin(writer, false);
  dove_json_member_text(writer, "question", dove_question_name(row->question));
  dove_json_member_text(writer, "group", dove_agreement_group_name(row->group));
  dove_json_member_text(writer, "name", row->name);
  dove_json_member_integer(writer, "things", (int64_t)row->things);
  dove_json_member_integer(writer, "n", (int64_t)row->agreement.items);
  dove_json_member_integer(writer, "labels", (int64_t)row->agreement.labels);
  dove_json_member_integer(writer, "yes", (int64_t)row->yes);
  dove_json_member_integer(writer, "no", (int64_t)row->no);
  for (int c = 0; c < DOVE_COEFFICIENTS; c++) {
    dove_json_key(writer, dove_coefficient_name((dove_coefficient)c));
    dove_json_object_begin(writer, true);
    dove_json_member_number(writer, "value", row->agreement.values[c]);
    write_interval(writer, &row->agreement.intervals[c]);
    if (row->has_more[c]) dove_json_member_integer(writer, "more_items", (int64_t)row->more[c]);
    dove_json_object_end(writer);
  }
  dove_json_object_end(writer);
}

static void write_pair(dove_json_writer *writer, const dove_agreement_pair_row *row) {
  const dove_pair_agreement *pair = &row->pair;
  dove_json_object_begin(writer, true);
  dove_json_member_text(writer, "question", dove_question_name(row->question));
  dove_json_member_text(writer, "a", row->first);
  dove_json_member_text(writer, "b", row->second);
  dove_json_member_integer(writer, "n", (int64_t)pair->items);
  dove_json_member_number(writer, "percent", pair->percent);
  dove_json_member_number(writer, "kappa", pair->kappa);
  write_interval(writer, &pair->interval);
  dove_json_member_integer(writer, "yes_yes", (int64_t)pair->table[1][1]);
  dove_json_member_integer(writer, "yes_no", (int64_t)pair->table[1][0]);
  dove_json_member_integer(writer, "no_yes", (int64_t)pair->table[0][1]);
  dove_json_member_integer(writer, "no_no", (int64_t)pair->table[0][0]);
  dove_json_member_number(writer, "prevalence", pair->prevalence);
  dove_json_member_number(writer, "bias", pair->bias);
  dove_json_object_end(writer);
}

static void write_quality(dove_json_writer *writer, const dove_codebook_quality *quality) {
  dove_json_key(writer, quality->name);
  dove_json_object_begin(writer, true);
  dove_json_member_number(writer, "value", quality->value);
  write_interval(writer, &quality->interval);
  dove_json_member_integer(writer, "decided", (int64_t)quality->decided);
  dove_json_member_integer(writer, "tied", (int64_t)quality->tied);
  dove_json_member_integer(writer, "unlabelled", (int64_t)quality->unlabelled);
  dove_json_object_end(writer);
}

static void write_report(const dove_agreement_report *report) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_integer(&writer, "annotators", (int64_t)report->annotators);
  dove_json_member_integer(&writer, "skips", (int64_t)report->skips);
  dove_json_member_integer(&writer, "flags", (int64_t)report->flags);
  dove_json_member_integer(&writer, "stale", (int64_t)report->stale);
  for (int q = 0; q < DOVE_QUESTIONS; q++) write_quality(&writer, &report->quality[q]);
  dove_json_key(&writer, "agreement");
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < report->row_count; i++) write_row(&writer, &report->rows[i]);
  dove_json_array_end(&writer);
  dove_json_key(&writer, "pairs");
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < report->pair_count; i++) write_pair(&writer, &report->pairs[i]);
  dove_json_array_end(&writer);
  dove_json_object_end(&writer);
}

/* ---- Tables ---- */

static void add_value(cli_table *table, double value, const dove_interval *interval) {
  if (isnan(value)) {
    cli_table_text(table, "undefined");
  } else if (isnan(interval->low)) {
    cli_table_printf(table, "%.3f", value);
  } else {
    cli_table_printf(table, "%.3f [%.3f, %.3f]", value, interval->low, interval->high);
  }
}

static dove_status print_rows(const dove_agreement_report *report, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "lllrrrrrr",
                  (const char *[]){"question", "of", "", "items", "agreement", "mean Cohen κ", "Fleiss κ",
                                   "Krippendorff α", "Gwet AC1"});
  for (size_t i = 0; i < report->row_count; i++) {
    const dove_agreement_row *row = &report->rows[i];
    cli_table_text(&table, dove_question_name(row->question));
    cli_table_text(&table, dove_agreement_group_name(row->group));
    cli_table_text(&table, row->name);
    cli_table_printf(&table, "%zu", row->agreement.items);
    for (int c = 0; c < DOVE_COEFFICIENTS; c++)
      add_value(&table, row->agreement.values[c], &row->agreement.intervals[c]);
  }
  return cli_table_print(&table, stdout, error);
}

static dove_status print_pairs(const dove_agreement_report *report, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "lllrrrrrrrrr",
                  (const char *[]){"question", "annotator", "annotator", "items", "agreement", "κ", "yes yes", "yes no",
                                   "no yes", "no no", "prevalence", "bias"});
  for (size_t i = 0; i < report->pair_count; i++) {
    const dove_agreement_pair_row *row = &report->pairs[i];
    const dove_interval none = {(double)NAN, (double)NAN};
    cli_table_text(&table, dove_question_name(row->question));
    cli_table_text(&table, row->first);
    cli_table_text(&table, row->second);
    cli_table_printf(&table, "%zu", row->pair.items);
    add_value(&table, row->pair.percent, &none);
    add_value(&table, row->pair.kappa, &row->pair.interval);
    for (int cell = 3; cell >= 0; cell--) cli_table_printf(&table, "%zu", row->pair.table[cell / 2][cell % 2]);
    add_value(&table, row->pair.prevalence, &none);
    add_value(&table, row->pair.bias, &none);
  }
  return cli_table_print(&table, stdout, error);
}

static dove_status print_quality(const dove_agreement_report *report, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "lrrrr", (const char *[]){"quality", "share", "decided", "tied", "unlabelled"});
  for (int q = 0; q < DOVE_QUESTIONS; q++) {
    const dove_codebook_quality *quality = &report->quality[q];
    cli_table_text(&table, quality->name);
    add_value(&table, quality->value, &quality->interval);
    cli_table_printf(&table, "%zu", quality->decided);
    cli_table_printf(&table, "%zu", quality->tied);
    cli_table_printf(&table, "%zu", quality->unlabelled);
  }
  return cli_table_print(&table, stdout, error);
}

static void print_more(const dove_agreement_report *report) {
  for (size_t i = 0; i < report->row_count; i++) {
    const dove_agreement_row *row = &report->rows[i];
    const char *before = "";
    for (int c = 0; c < DOVE_COEFFICIENTS; c++) {
      if (!row->has_more[c]) continue;
      if (before[0] == '\0') printf("%s: more items for the width that is wanted: ", dove_question_name(row->question));
      printf("%s%s %zu", before, dove_coefficient_name((dove_coefficient)c), row->more[c]);
      before = ", ";
    }
    if (before[0] != '\0') fputc('\n', stdout);
  }
}

static dove_status print_report(const cli_call *call, const dove_agreement_report *report, dove_error *error) {
  dove_status status = print_quality(report, error);
  if (status == DOVE_OK && report->row_count > 0) {
    fputc('\n', stdout);
    status = print_rows(report, error);
  }
  if (status == DOVE_OK && report->pair_count > 0) {
    fputc('\n', stdout);
    status = print_pairs(report, error);
  }
  if (status == DOVE_OK) print_more(report);
  if (report->skips + report->flags > 0)
    cli_remark(call, "%zu skips and %zu flags are neither labels nor disagreements", report->skips, report->flags);
  if (report->stale > 0)
    cli_remark(call, "%zu judged codes have other members in the current codebook (--fresh leaves them out)",
               report->stale);
  return status;
}

/* ---- The verb ---- */

dove_status cli_annotate_agreement(const cli_call *call, dove_store *store, dove_error *error) {
  dove_settings settings;
  dove_agreement_report report;
  dove_agreement_options options = {.replicates = (size_t)cli_integer(call, "bootstrap", DOVE_AGREEMENT_REPLICATES),
                                    .level = DOVE_AGREEMENT_LEVEL,
                                    .wanted = cli_real(call, "width", 0.0),
                                    .groups = cli_flag(call, "groups"),
                                    .by_codebook = cli_flag(call, "fresh")};
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status == DOVE_OK && cli_has(call, "round")) status = cli_annotate_round(call, store, &options.round, error);
  if (status != DOVE_OK) return status;
  options.seed = (uint64_t)cli_integer(call, "seed", settings.seed);
  status = dove_agreement_report_make(store, &options, &report, cli_progress_begin(call), error);
  cli_progress_end();
  if (status != DOVE_OK) return status;
  if (call->json) {
    write_report(&report);
  } else {
    status = print_report(call, &report, error);
  }
  dove_agreement_report_free(&report);
  return status;
}
