/* Rounds: starting, listing, what is to be discussed, passing them around. */
#include <stdlib.h>
#include <string.h>

#include "cli/annotate.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/project.h"
#include "dove/annotation_disputes.h"
#include "dove/annotation_exchange.h"
#include "dove/annotation_round.h"
#include "dove/clock.h"
#include "dove/output_file.h"
#include "dove/project_settings.h"

/* ---- rounds ---- */

static void write_round(dove_json_writer *writer, const dove_store_round *row) {
  dove_json_object_begin(writer, false);
  dove_json_member_integer(writer, "round", row->id);
  dove_json_member_text(writer, "uuid", row->uuid);
  dove_json_member_text(writer, "name", row->name);
  dove_json_member_text(writer, "target", dove_annotation_target_name(row->target));
  dove_json_member_text(writer, "rule", row->rule);
  dove_json_member_integer(writer, "seed", (int64_t)row->seed);
  dove_json_member_text(writer, "instruction", row->instruction);
  dove_json_member_integer(writer, "parent", row->parent);
  dove_json_member_integer(writer, "items", row->items);
  dove_json_member_bool(writer, "blind", row->blind);
  dove_json_member_bool(writer, "blind_first", row->blind_first);
  dove_json_member_bool(writer, "closed", row->closed != 0);
  dove_json_object_end(writer);
}

static dove_status print_rounds(const dove_store_round_list *list, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "rlllrll", (const char *[]){"round", "name", "target", "rule", "items", "started", "state"});
  for (size_t i = 0; i < list->count; i++) {
    const dove_store_round *row = &list->rows[i];
    char started[32] = "–"; /* answers of other tools came without a round */
    if (row->created > 0) dove_clock_format(row->created, started, sizeof started);
    cli_table_printf(&table, "%lld", (long long)row->id);
    cli_table_text(&table, row->name);
    cli_table_text(&table, dove_annotation_target_name(row->target));
    cli_table_text(&table, row->rule);
    cli_table_printf(&table, "%lld", (long long)row->items);
    cli_table_text(&table, started);
    cli_table_text(&table, row->closed != 0 ? "closed" : row->blind ? "blind" : "open");
  }
  return cli_table_print(&table, stdout, error);
}

dove_status cli_annotate_rounds(const cli_call *call, dove_store *store, dove_error *error) {
  dove_store_round_list list;
  dove_status status = dove_store_round_list_read(store, &list, error);
  if (status != DOVE_OK) return status;
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_array_begin(&writer, false);
    for (size_t i = 0; i < list.count; i++) write_round(&writer, &list.rows[i]);
    dove_json_array_end(&writer);
  } else {
    status = print_rounds(&list, error);
  }
  dove_store_round_list_free(&list);
  return status;
}

/* ---- start ---- */

static dove_status print_started(const cli_call *call, dove_store *store, int64_t round, dove_error *error) {
  dove_store_round_list list;
  const dove_status status = dove_store_round_list_read(store, &list, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < list.count; i++) {
    if (list.rows[i].id != round) continue;
    if (call->json) {
      dove_json_writer writer = dove_json_writer_on(stdout);
      write_round(&writer, &list.rows[i]);
    } else if (!call->quiet) {
      printf("round %lld with %lld items\n", (long long)round, (long long)list.rows[i].items);
    }
  }
  dove_store_round_list_free(&list);
  return DOVE_OK;
}

dove_status cli_annotate_start(const cli_call *call, dove_store *store, dove_error *error) {
  dove_settings settings;
  dove_annotation_plan plan = {.rule = cli_text(call, "rule", "all"),
                               .name = cli_text(call, "name", NULL),
                               .instruction = cli_text(call, "instruction", NULL),
                               .blind_first = cli_flag(call, "blind-first")};
  int64_t round = 0;
  dove_annotation_target_parse(cli_text(call, "target", "document"), &plan.target);
  dove_status status = dove_project_settings_load(store, &settings, error);
  if (status != DOVE_OK) return status;
  plan.seed = (uint64_t)cli_integer(call, "seed", settings.seed);
  plan.open = cli_flag(call, "open") || settings.annotators == DOVE_ANNOTATORS_OPEN;
  const bool follows = cli_has(call, "parent") || strcmp(plan.rule, "disagreements") == 0;
  if (follows) status = dove_annotation_round_find(store, cli_text(call, "parent", NULL), &plan.parent, error);
  if (status == DOVE_OK) status = dove_annotation_round_start(store, &plan, &round, error);
  return status == DOVE_OK ? print_started(call, store, round, error) : status;
}

/* ---- discuss, shift ---- */

static void write_dispute(dove_json_writer *writer, const dove_dispute *row) {
  dove_json_object_begin(writer, true);
  dove_json_member_integer(writer, "item", row->item);
  dove_json_member_text(writer, "question", dove_question_name(row->question));
  dove_json_member_text(writer, "document", row->external_id);
  dove_json_member_text(writer, "code", row->code_name);
  dove_json_member_integer(writer, "yes", (int64_t)row->yes);
  dove_json_member_integer(writer, "no", (int64_t)row->no);
  dove_json_member_integer(writer, "flags", (int64_t)row->flags);
  dove_json_object_end(writer);
}

static dove_status print_disputes(const dove_dispute_list *list, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "rlllrrr", (const char *[]){"item", "question", "document", "code", "yes", "no", "flags"});
  for (size_t i = 0; i < list->count; i++) {
    const dove_dispute *row = &list->rows[i];
    cli_table_printf(&table, "%lld", (long long)row->item);
    cli_table_text(&table, dove_question_name(row->question));
    cli_table_text(&table, row->external_id);
    cli_table_text(&table, row->code_name);
    cli_table_printf(&table, "%zu", row->yes);
    cli_table_printf(&table, "%zu", row->no);
    cli_table_printf(&table, "%zu", row->flags);
  }
  return cli_table_print(&table, stdout, error);
}

dove_status cli_annotate_discuss(const cli_call *call, dove_store *store, dove_error *error) {
  dove_dispute_list list;
  int64_t round = 0;
  dove_status status = cli_annotate_round(call, store, &round, error);
  if (status == DOVE_OK) status = dove_annotation_disputes(store, round, DOVE_DISPUTE_TALK, &list, error);
  if (status != DOVE_OK) return status;
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_array_begin(&writer, false);
    for (size_t i = 0; i < list.count; i++) write_dispute(&writer, &list.rows[i]);
    dove_json_array_end(&writer);
  } else {
    status = print_disputes(&list, error);
  }
  dove_dispute_list_free(&list);
  return status;
}

static void write_shift(dove_json_writer *writer, const dove_shift *row) {
  dove_json_object_begin(writer, true);
  dove_json_member_text(writer, "annotator", row->name);
  dove_json_member_integer(writer, "items", (int64_t)row->items);
  dove_json_member_integer(writer, "kept", (int64_t)row->kept);
  dove_json_member_integer(writer, "dropped", (int64_t)row->dropped);
  dove_json_member_integer(writer, "adopted", (int64_t)row->adopted);
  dove_json_member_integer(writer, "refused", (int64_t)row->refused);
  dove_json_member_number(writer, "shift", row->shift);
  dove_json_object_end(writer);
}

static dove_status print_shifts(const dove_shift_list *list, dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "lrrrrrr",
                  (const char *[]){"annotator", "items", "kept", "dropped", "adopted", "refused", "shift %"});
  for (size_t i = 0; i < list->count; i++) {
    const dove_shift *row = &list->rows[i];
    cli_table_text(&table, row->name);
    cli_table_printf(&table, "%zu", row->items);
    cli_table_printf(&table, "%zu", row->kept);
    cli_table_printf(&table, "%zu", row->dropped);
    cli_table_printf(&table, "%zu", row->adopted);
    cli_table_printf(&table, "%zu", row->refused);
    cli_table_printf(&table, "%.2f", 100.0 * row->shift);
  }
  return cli_table_print(&table, stdout, error);
}

dove_status cli_annotate_shift(const cli_call *call, dove_store *store, dove_error *error) {
  dove_shift_list list;
  int64_t round = 0;
  dove_status status = cli_annotate_round(call, store, &round, error);
  if (status == DOVE_OK) status = dove_annotation_shifts(store, round, &list, error);
  if (status != DOVE_OK) return status;
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_array_begin(&writer, false);
    for (size_t i = 0; i < list.count; i++) write_shift(&writer, &list.rows[i]);
    dove_json_array_end(&writer);
  } else {
    status = print_shifts(&list, error);
  }
  dove_shift_list_free(&list);
  return status;
}

/* ---- export, import ---- */

dove_status cli_annotate_export(const cli_call *call, dove_store *store, dove_error *error) {
  const char *path = cli_text(call, "output", NULL);
  int64_t round = 0;
  dove_output_file output;
  dove_status status = DOVE_OK;
  if (call->json) return dove_fail(error, DOVE_USAGE, "an export of annotations is JSON lines; leave --json out");
  if (cli_has(call, "round")) status = cli_annotate_round(call, store, &round, error);
  if (status == DOVE_OK && path == NULL) return dove_annotations_export(store, round, stdout, error);
  if (status == DOVE_OK) status = cli_check_output(path, error);
  if (status == DOVE_OK) status = dove_output_file_open(path, &output, error);
  if (status != DOVE_OK) return status;
  status = dove_annotations_export(store, round, output.file, error);
  if (status == DOVE_OK) return dove_output_file_commit(&output, error);
  dove_output_file_discard(&output);
  return status;
}

static bool is_project(const char *path) {
  const size_t length = strlen(path);
  return length > 5 && strcmp(path + length - 5, ".dove") == 0;
}

static dove_status merge_file(dove_store *store, const char *path, bool by_name, dove_merge_report *report,
                              dove_error *error) {
  dove_store *other = NULL;
  dove_status status = cli_check_input(path, error);
  if (status != DOVE_OK) return status;
  if (!is_project(path)) return dove_annotations_import(store, path, by_name, report, error);
  status = cli_open_project(path, &other, error);
  if (status == DOVE_OK) status = dove_annotations_merge(store, other, report, error);
  dove_store_close(other);
  return status;
}

static void write_merge(dove_json_writer *writer, const char *path, const dove_merge_report *report) {
  dove_json_object_begin(writer, false);
  dove_json_member_text(writer, "file", path);
  dove_json_member_integer(writer, "rounds", (int64_t)report->rounds);
  dove_json_member_integer(writer, "items", (int64_t)report->items);
  dove_json_member_integer(writer, "judgments", (int64_t)report->judgments);
  dove_json_member_integer(writer, "codes", (int64_t)report->codes);
  dove_json_member_integer(writer, "consensus", (int64_t)report->consensus);
  dove_json_member_integer(writer, "reviews", (int64_t)report->reviews);
  dove_json_member_integer(writer, "repeated", (int64_t)report->repeated);
  dove_json_member_integer(writer, "unplaced", (int64_t)report->unplaced);
  dove_json_member_integer(writer, "passed_over", (int64_t)report->passed_over);
  dove_json_key(writer, "conflicts");
  dove_json_array_begin(writer, false);
  for (size_t i = 0; i < report->conflict_count && i < DOVE_MERGE_CONFLICTS; i++)
    dove_json_text(writer, report->conflicts[i]);
  dove_json_array_end(writer);
  dove_json_object_end(writer);
}

static void say_merge(const cli_call *call, const char *path, const dove_merge_report *report) {
  for (size_t i = 0; i < report->conflict_count && i < DOVE_MERGE_CONFLICTS; i++)
    cli_remark(call, "%s", report->conflicts[i]);
  if (report->unplaced > 0)
    cli_remark(call,
               "%zu records were left out: their document or code, or the run that they review, is not in this project "
               "('dove import' brings documents and codes; runs come with a copy of the project)",
               report->unplaced);
  if (report->passed_over > 0) cli_remark(call, "%zu parts of the file are not answers", report->passed_over);
  if (call->quiet) return;
  cli_put_text(stdout, path);
  printf(
      ": %zu rounds, %zu items, %zu judgments, %zu added codes, %zu consensus labels, %zu reviews; %zu were there "
      "already\n",
      report->rounds, report->items, report->judgments, report->codes, report->consensus, report->reviews,
      report->repeated);
}

dove_status cli_annotate_merge(const cli_call *call, dove_store *store, size_t first, bool by_name, dove_error *error) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_status status = DOVE_OK;
  if (call->json) dove_json_array_begin(&writer, false);
  for (size_t i = first; i < call->argument_count && status == DOVE_OK; i++) {
    dove_merge_report report = {0};
    status = merge_file(store, call->arguments[i], by_name, &report, error);
    if (status == DOVE_OK && call->json) write_merge(&writer, call->arguments[i], &report);
    if (status == DOVE_OK && !call->json) say_merge(call, call->arguments[i], &report);
    dove_merge_report_free(&report);
  }
  if (call->json) dove_json_array_end(&writer);
  return status;
}

dove_status cli_annotate_import(const cli_call *call, dove_store *store, dove_error *error) {
  if (call->argument_count < 3)
    return dove_fail(error, DOVE_USAGE,
                     "'dove annotate PROJECT import' needs FILE…: exports, or copies of the project");
  return cli_annotate_merge(call, store, 2, false, error);
}
