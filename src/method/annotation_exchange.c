#include "dove/annotation_exchange.h"

#include "dove/json_writer.h"
#include "method/annotation_lines.h"

/* ---- Writing ---- */

static void put_code(dove_json_writer *json, const char *key, const dove_code_reference *code) {
  if (code->id == 0) return;
  char mark[17];
  snprintf(mark, sizeof mark, "%016llx", (unsigned long long)code->fingerprint);
  dove_json_key(json, key);
  dove_json_object_begin(json, true);
  dove_json_member_integer(json, "id", code->id);
  dove_json_member_text(json, "name", code->name);
  dove_json_member_text(json, "fingerprint", mark);
  dove_json_object_end(json);
}

static dove_json_writer begin_line(FILE *file, const char *type) {
  dove_json_writer json = dove_json_writer_on(file);
  dove_json_object_begin(&json, true);
  dove_json_member_text(&json, "type", type);
  return json;
}

static void put_round(FILE *file, const dove_bundle_round *row) {
  char seed[24];
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)row->seed); /* more digits than a JSON number holds */
  dove_json_writer json = begin_line(file, "round");
  dove_json_member_text(&json, "uuid", row->uuid);
  dove_json_member_text(&json, "name", row->name);
  dove_json_member_text(&json, "target", dove_annotation_target_name(row->target));
  if (row->parent[0] != '\0') dove_json_member_text(&json, "parent", row->parent);
  dove_json_member_integer(&json, "iteration", row->iteration);
  dove_json_member_integer(&json, "iteration_time", row->iteration_time);
  dove_json_member_text(&json, "rule", row->rule);
  dove_json_member_text(&json, "seed", seed);
  dove_json_member_text(&json, "instruction", row->instruction);
  dove_json_member_text(&json, "settings", row->settings);
  dove_json_member_integer(&json, "created", row->created);
  if (row->closed != 0) dove_json_member_integer(&json, "closed", row->closed);
  dove_json_object_end(&json);
}

static void put_item(FILE *file, const dove_bundle_item *row) {
  dove_json_writer json = begin_line(file, "item");
  dove_json_member_text(&json, "uuid", row->uuid);
  dove_json_member_text(&json, "round", row->round);
  dove_json_member_integer(&json, "position", row->position);
  if (row->document[0] != '\0') dove_json_member_text(&json, "document", row->document);
  put_code(&json, "code", &row->code);
  dove_json_object_end(&json);
}

static void put_judgment(FILE *file, const dove_bundle_judgment *row) {
  dove_json_writer json = begin_line(file, "judgment");
  dove_json_member_text(&json, "uuid", row->uuid);
  dove_json_member_text(&json, "item", row->item);
  dove_json_member_text(&json, "annotator", row->annotator);
  dove_json_member_text(&json, "question", dove_question_name(row->question));
  dove_json_member_text(&json, "answer", dove_answer_name(row->answer));
  put_code(&json, "other", &row->other);
  dove_json_member_bool(&json, "shown", row->shown);
  if (row->note[0] != '\0') dove_json_member_text(&json, "note", row->note);
  dove_json_member_integer(&json, "time", row->time);
  dove_json_object_end(&json);
}

static void put_added_code(FILE *file, const dove_bundle_code *row) {
  dove_json_writer json = begin_line(file, "code");
  dove_json_member_text(&json, "uuid", row->uuid);
  dove_json_member_text(&json, "annotator", row->annotator);
  dove_json_member_text(&json, "round", row->round);
  dove_json_member_text(&json, "document", row->document);
  dove_json_member_text(&json, "name", row->name);
  if (row->span_start >= 0) dove_json_member_integer(&json, "start", row->span_start);
  if (row->span_start >= 0) dove_json_member_integer(&json, "end", row->span_end);
  if (row->note[0] != '\0') dove_json_member_text(&json, "note", row->note);
  if (row->withdrawn) dove_json_member_bool(&json, "withdrawn", true);
  dove_json_member_integer(&json, "time", row->time);
  dove_json_object_end(&json);
}

static void put_consensus(FILE *file, const dove_bundle_consensus *row) {
  dove_json_writer json = begin_line(file, "consensus");
  dove_json_member_text(&json, "item", row->item);
  dove_json_member_text(&json, "question", dove_question_name(row->question));
  dove_json_member_text(&json, "answer", dove_answer_name(row->answer));
  if (row->note[0] != '\0') dove_json_member_text(&json, "note", row->note);
  dove_json_member_text(&json, "author", row->author);
  dove_json_member_integer(&json, "time", row->time);
  dove_json_object_end(&json);
}

static void put_annotator(FILE *file, const dove_bundle_annotator *row) {
  dove_json_writer json = begin_line(file, "annotator");
  dove_json_member_text(&json, "name", row->name);
  dove_json_member_integer(&json, "created", row->created);
  dove_json_object_end(&json);
}

dove_status dove_annotations_export(dove_store *store, int64_t round, FILE *file, dove_error *error) {
  dove_annotation_bundle bundle;
  const dove_status status = dove_store_bundle_read(store, round, &bundle, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < bundle.annotator_count; i++) put_annotator(file, &bundle.annotators[i]);
  for (size_t i = 0; i < bundle.round_count; i++) put_round(file, &bundle.rounds[i]);
  for (size_t i = 0; i < bundle.item_count; i++) put_item(file, &bundle.items[i]);
  for (size_t i = 0; i < bundle.judgment_count; i++) put_judgment(file, &bundle.judgments[i]);
  for (size_t i = 0; i < bundle.code_count; i++) put_added_code(file, &bundle.codes[i]);
  for (size_t i = 0; i < bundle.consensus_count; i++) put_consensus(file, &bundle.consensus[i]);
  dove_store_bundle_free(&bundle);
  return ferror(file) == 0 ? DOVE_OK : dove_fail_errno(error, "write", "the annotations");
}

/* ---- Reading and merging ---- */

dove_status dove_annotations_import(dove_store *store, const char *path, dove_merge_report *report, dove_error *error) {
  annotation_lines lines;
  *report = (dove_merge_report){0};
  dove_status status = annotation_lines_read(path, &lines, error);
  if (status == DOVE_OK) status = dove_store_bundle_merge(store, &lines.bundle, report, error);
  annotation_lines_free(&lines);
  return status;
}

dove_status dove_annotations_merge(dove_store *store, dove_store *other, dove_merge_report *report, dove_error *error) {
  dove_annotation_bundle bundle;
  *report = (dove_merge_report){0};
  dove_status status = dove_store_bundle_read(other, 0, &bundle, error);
  if (status != DOVE_OK) return status;
  status = dove_store_bundle_merge(store, &bundle, report, error);
  dove_store_bundle_free(&bundle);
  return status;
}
