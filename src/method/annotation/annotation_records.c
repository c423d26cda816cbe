#include "method/annotation/annotation_records.h"

#include <stdio.h>

void annotation_format_mark(uint64_t fingerprint, char mark[17]) {
  snprintf(mark, 17, "%016llx", (unsigned long long)fingerprint);
}

static void put_code(dove_json_writer *json, const char *key, const dove_code_reference *code) {
  if (code->id == 0) return;
  char mark[17];
  annotation_format_mark(code->fingerprint, mark);
  dove_json_key(json, key);
  dove_json_object_begin(json, true);
  dove_json_member_integer(json, "id", code->id);
  dove_json_member_text(json, "name", code->name);
  dove_json_member_text(json, "fingerprint", mark);
  dove_json_object_end(json);
}

static void begin(dove_json_writer *json, const char *type) {
  dove_json_object_begin(json, true);
  dove_json_member_text(json, "type", type);
}

void annotation_put_round(dove_json_writer *json, const dove_bundle_round *row) {
  char seed[24];
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)row->seed); /* more digits than a JSON number holds */
  begin(json, "round");
  dove_json_member_text(json, "uuid", row->uuid);
  dove_json_member_text(json, "name", row->name);
  dove_json_member_text(json, "target", dove_annotation_target_name(row->target));
  if (row->parent[0] != '\0') dove_json_member_text(json, "parent", row->parent);
  dove_json_member_integer(json, "iteration", row->iteration);
  dove_json_member_integer(json, "iteration_time", row->iteration_time);
  dove_json_member_text(json, "rule", row->rule);
  dove_json_member_text(json, "seed", seed);
  dove_json_member_text(json, "instruction", row->instruction);
  dove_json_member_text(json, "settings", row->settings);
  dove_json_member_integer(json, "created", row->created);
  if (row->closed != 0) dove_json_member_integer(json, "closed", row->closed);
  dove_json_object_end(json);
}

void annotation_put_item(dove_json_writer *json, const dove_bundle_item *row) {
  begin(json, "item");
  dove_json_member_text(json, "uuid", row->uuid);
  dove_json_member_text(json, "round", row->round);
  dove_json_member_integer(json, "position", row->position);
  if (row->document[0] != '\0') dove_json_member_text(json, "document", row->document);
  put_code(json, "code", &row->code);
  dove_json_object_end(json);
}

void annotation_put_judgment(dove_json_writer *json, const dove_bundle_judgment *row, const dove_bundle_item *item) {
  begin(json, "judgment");
  dove_json_member_text(json, "uuid", row->uuid);
  dove_json_member_text(json, "item", row->item);
  if (item != NULL && item->document[0] != '\0') dove_json_member_text(json, "document", item->document);
  if (item != NULL) dove_json_member_text(json, "name", item->code.name);
  dove_json_member_text(json, "annotator", row->annotator);
  dove_json_member_text(json, "question", dove_question_name(row->question));
  dove_json_member_text(json, "answer", dove_answer_name(row->answer));
  put_code(json, "other", &row->other);
  dove_json_member_bool(json, "shown", row->shown);
  if (row->note[0] != '\0') dove_json_member_text(json, "note", row->note);
  dove_json_member_integer(json, "time", row->time);
  dove_json_object_end(json);
}

void annotation_put_added_code(dove_json_writer *json, const dove_bundle_code *row) {
  begin(json, "code");
  dove_json_member_text(json, "uuid", row->uuid);
  dove_json_member_text(json, "annotator", row->annotator);
  dove_json_member_text(json, "round", row->round);
  dove_json_member_text(json, "document", row->document);
  dove_json_member_text(json, "name", row->name);
  if (row->span_start >= 0) dove_json_member_integer(json, "start", row->span_start);
  if (row->span_start >= 0) dove_json_member_integer(json, "end", row->span_end);
  if (row->note[0] != '\0') dove_json_member_text(json, "note", row->note);
  if (row->withdrawn) dove_json_member_bool(json, "withdrawn", true);
  dove_json_member_integer(json, "time", row->time);
  dove_json_object_end(json);
}

void annotation_put_consensus(dove_json_writer *json, const dove_bundle_consensus *row) {
  begin(json, "consensus");
  dove_json_member_text(json, "item", row->item);
  dove_json_member_text(json, "question", dove_question_name(row->question));
  dove_json_member_text(json, "answer", dove_answer_name(row->answer));
  if (row->note[0] != '\0') dove_json_member_text(json, "note", row->note);
  dove_json_member_text(json, "author", row->author);
  dove_json_member_integer(json, "time", row->time);
  dove_json_object_end(json);
}

void annotation_put_review(dove_json_writer *json, const dove_bundle_review *row) {
  begin(json, "review");
  dove_json_member_text(json, "uuid", row->uuid);
  dove_json_member_text(json, "author", row->author);
  dove_json_member_text(json, "kind", dove_review_kind_name(row->kind));
  dove_json_member_integer(json, "run", row->run);
  dove_json_member_integer(json, "run_time", row->run_time);
  dove_json_member_integer(json, "t", row->t);
  if (row->decision != 0) dove_json_member_integer(json, "decision", row->decision);
  if (row->decision != 0) dove_json_member_integer(json, "decision_time", row->decision_time);
  put_code(json, "code", &row->code);
  put_code(json, "other", &row->other);
  if (row->name[0] != '\0') dove_json_member_text(json, "name", row->name);
  if (row->note[0] != '\0') dove_json_member_text(json, "note", row->note);
  if (row->withdrawn) dove_json_member_bool(json, "withdrawn", true);
  dove_json_member_integer(json, "time", row->time);
  if (row->changed != row->time) dove_json_member_integer(json, "changed", row->changed);
  dove_json_object_end(json);
}

void annotation_put_annotator(dove_json_writer *json, const dove_bundle_annotator *row) {
  begin(json, "annotator");
  dove_json_member_text(json, "name", row->name);
  dove_json_member_integer(json, "created", row->created);
  dove_json_object_end(json);
}
