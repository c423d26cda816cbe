/* One annotator at work, one command at a time. */
#include <stdlib.h>
#include <string.h>

#include "cli/annotate.h"
#include "cli/output.h"
#include "dove/clock.h"
#include "dove/store_documents.h"

static dove_status open_round(const cli_call *call, dove_store *store, dove_annotation *annotation, dove_error *error) {
  int64_t round = 0;
  dove_status status = cli_require(call, "as", error);
  if (status == DOVE_OK) status = cli_annotate_round(call, store, &round, error);
  if (status != DOVE_OK) return status;
  return dove_annotation_open(store, round, cli_text(call, "as", NULL), annotation, error);
}

/* ---- items ---- */

static void write_item(dove_json_writer *writer, const dove_annotation *annotation, const dove_store_item *item) {
  dove_question questions[DOVE_QUESTIONS];
  const size_t count = dove_annotation_questions(annotation, questions);
  dove_json_object_begin(writer, true);
  dove_json_member_integer(writer, "item", item->id);
  dove_json_member_integer(writer, "position", item->position);
  if (item->document != 0) dove_json_member_text(writer, "document", item->external_id);
  dove_json_member_integer(writer, "code", item->code);
  dove_json_member_text(writer, "name", item->code_name);
  for (size_t q = 0; q < count; q++)
    dove_json_member_text(writer, dove_question_name(questions[q]), dove_answer_name(item->answers[questions[q]]));
  if (item->other_code != 0) dove_json_member_integer(writer, "other", item->other_code);
  if (item->note[0] != '\0') dove_json_member_text(writer, "note", item->note);
  dove_json_object_end(writer);
}

static dove_status print_items(const dove_annotation *annotation, const dove_store_item_list *list, dove_error *error) {
  dove_question questions[DOVE_QUESTIONS];
  const size_t count = dove_annotation_questions(annotation, questions);
  cli_table table;
  cli_table_begin(&table, "rllll", (const char *[]){"item", "document", "code", "answers", "note"});
  for (size_t i = 0; i < list->count; i++) {
    const dove_store_item *item = &list->rows[i];
    const char *second = count > 1 ? dove_answer_name(item->answers[questions[1]]) : "";
    cli_table_printf(&table, "%lld", (long long)item->id);
    cli_table_text(&table, item->external_id);
    cli_table_text(&table, item->code_name);
    cli_table_printf(&table, "%s%s%s", dove_answer_name(item->answers[questions[0]]), count > 1 ? " / " : "", second);
    cli_table_text(&table, item->note);
  }
  return cli_table_print(&table, stdout, error);
}

dove_status cli_annotate_items(const cli_call *call, dove_store *store, dove_error *error) {
  dove_annotation annotation;
  dove_store_item_list list;
  dove_status status = open_round(call, store, &annotation, error);
  if (status != DOVE_OK) return status;
  const dove_store_item_query query = {.round = annotation.round,
                                       .annotator = annotation.annotator,
                                       .only_open = cli_flag(call, "open-only"),
                                       .limit = cli_integer(call, "limit", INT64_MAX)};
  status = dove_store_item_page(store, &query, &list, error);
  if (status != DOVE_OK) return status;
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_array_begin(&writer, false);
    for (size_t i = 0; i < list.count; i++) write_item(&writer, &annotation, &list.rows[i]);
    dove_json_array_end(&writer);
  } else {
    status = print_items(&annotation, &list, error);
  }
  dove_store_item_list_free(&list);
  return status;
}

/* ---- judge, consensus ---- */

static dove_status judge(const cli_call *call, dove_store *store, dove_question question, dove_answer answer,
                         dove_error *error) {
  dove_annotation annotation;
  const dove_status status = open_round(call, store, &annotation, error);
  if (status != DOVE_OK) return status;
  return dove_annotation_judge(&annotation, cli_integer(call, "item", 0), question, answer,
                               cli_integer(call, "other", 0), cli_text(call, "note", NULL), error);
}

dove_status cli_annotate_judge(const cli_call *call, dove_store *store, dove_error *error) {
  dove_question question = DOVE_QUESTION_PRESENT;
  dove_answer answer = DOVE_ANSWER_NONE;
  dove_status status = cli_require(call, "as", error);
  if (status == DOVE_OK) status = cli_require(call, "item", error);
  if (status == DOVE_OK) status = cli_require(call, "answer", error);
  if (status != DOVE_OK) return status;
  dove_question_parse(cli_text(call, "question", "present"), &question);
  dove_answer_parse(cli_text(call, "answer", ""), &answer);
  if (strcmp(call->arguments[1], "judge") == 0) return judge(call, store, question, answer, error);
  return dove_store_consensus_set(store, cli_integer(call, "item", 0), question, answer, cli_text(call, "note", NULL),
                                  cli_text(call, "as", NULL), error);
}

/* ---- undo, redo ---- */

dove_status cli_annotate_undo(const cli_call *call, dove_store *store, dove_error *error) {
  dove_annotation annotation;
  const bool again = strcmp(call->arguments[1], "redo") == 0;
  const int64_t wanted = cli_integer(call, "steps", 1);
  int64_t taken = 0;
  bool done = true;
  dove_status status = open_round(call, store, &annotation, error);
  while (status == DOVE_OK && done && taken < wanted) {
    int64_t item;
    status = again ? dove_annotation_redo(&annotation, &done, &item, error)
                   : dove_annotation_undo(&annotation, &done, &item, error);
    taken += status == DOVE_OK && done ? 1 : 0;
  }
  if (status != DOVE_OK) return status;
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_object_begin(&writer, true);
    dove_json_member_integer(&writer, "steps", taken);
    dove_json_object_end(&writer);
  } else if (!call->quiet) {
    printf("%lld steps %s\n", (long long)taken, again ? "done again" : "taken back");
  }
  return DOVE_OK;
}

/* ---- add, reveal ---- */

/* "12:30" */
static dove_status read_span(const char *text, int64_t *start, int64_t *end, dove_error *error) {
  char *colon = NULL, *rest = NULL;
  *start = *end = -1;
  if (text == NULL) return DOVE_OK;
  const bool digits = text[0] >= '0' && text[0] <= '9';
  *start = strtoll(text, &colon, 10);
  if (digits && *colon == ':' && colon[1] >= '0' && colon[1] <= '9') {
    *end = strtoll(colon + 1, &rest, 10);
    if (*rest == '\0') return DOVE_OK;
  }
  return dove_fail(error, DOVE_USAGE, "--span is START:END in characters, not '%s'", text);
}

dove_status cli_annotate_add(const cli_call *call, dove_store *store, dove_error *error) {
  dove_annotation annotation;
  int64_t document = 0, start = -1, end = -1;
  const bool reveals = strcmp(call->arguments[1], "reveal") == 0;
  dove_status status = cli_require(call, "document", error);
  if (status == DOVE_OK && !reveals) status = cli_require(call, "code", error);
  if (status == DOVE_OK) status = read_span(cli_text(call, "span", NULL), &start, &end, error);
  if (status == DOVE_OK) status = open_round(call, store, &annotation, error);
  if (status == DOVE_OK) status = dove_store_document_find(store, cli_text(call, "document", NULL), &document, error);
  if (status != DOVE_OK) return status;
  if (reveals) return dove_annotation_reveal(&annotation, document, error);
  return dove_annotation_add_code(&annotation, document, cli_text(call, "code", NULL), start, end,
                                  cli_text(call, "note", NULL), error);
}

/* ---- progress ---- */

static void print_progress(const dove_annotation_progress *progress) {
  char pace[24] = "–", left[24] = "–";
  if (progress->seconds_per_item >= 0.0) {
    dove_clock_format_span(progress->seconds_per_item, pace, sizeof pace);
    dove_clock_format_span(progress->seconds_left, left, sizeof left);
  }
  printf("%lld of %lld items; %lld skipped, %lld flagged; %s an item, %s left\n", (long long)progress->done,
         (long long)progress->items, (long long)progress->skipped, (long long)progress->flagged, pace, left);
}

dove_status cli_annotate_progress(const cli_call *call, dove_store *store, dove_error *error) {
  dove_annotation annotation;
  dove_annotation_progress progress;
  dove_status status = open_round(call, store, &annotation, error);
  if (status == DOVE_OK) status = dove_annotation_progress_read(&annotation, &progress, error);
  if (status != DOVE_OK) return status;
  if (!call->json) {
    print_progress(&progress);
    return DOVE_OK;
  }
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_member_integer(&writer, "items", progress.items);
  dove_json_member_integer(&writer, "done", progress.done);
  dove_json_member_integer(&writer, "skipped", progress.skipped);
  dove_json_member_integer(&writer, "flagged", progress.flagged);
  dove_json_member_number(&writer, "seconds_per_item", progress.seconds_per_item);
  dove_json_member_number(&writer, "seconds_left", progress.seconds_left);
  dove_json_object_end(&writer);
  return DOVE_OK;
}
