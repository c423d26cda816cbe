/* Annotations as Label Studio's JSON: a task for each item, an annotation for each annotator. Its import refuses an
 * annotation of a member that it does not know, and gives one without `completed_by` to whoever imports: only names
 * that are e-mail addresses go there. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "method/annotation/annotation_tasks.h"
#include "method/exchange/exchange_formats.h"

/* ---- Writing ---- */

static void put_choice(dove_json_writer *json, const dove_bundle_judgment *row) {
  dove_json_object_begin(json, true);
  dove_json_member_text(json, "id", row->uuid); /* tells the judgment when the file comes back */
  dove_json_member_text(json, "from_name", dove_question_name(row->question));
  dove_json_member_text(json, "to_name", "text");
  dove_json_member_text(json, "type", "choices");
  dove_json_key(json, "value");
  dove_json_object_begin(json, true);
  dove_json_key(json, "choices");
  dove_json_array_begin(json, true);
  dove_json_text(json, dove_answer_name(row->answer));
  dove_json_array_end(json);
  dove_json_object_end(json);
  dove_json_object_end(json);
}

static void put_note(dove_json_writer *json, const dove_bundle_judgment *row) {
  dove_json_object_begin(json, true);
  dove_json_member_text(json, "id", row->uuid);
  dove_json_member_text(json, "from_name", "note");
  dove_json_member_text(json, "to_name", "text");
  dove_json_member_text(json, "type", "textarea");
  dove_json_key(json, "value");
  dove_json_object_begin(json, true);
  dove_json_key(json, "text");
  dove_json_array_begin(json, true);
  dove_json_text(json, row->note);
  dove_json_array_end(json);
  dove_json_object_end(json);
  dove_json_object_end(json);
}

static bool is_choice(dove_answer answer) {
  return answer == DOVE_ANSWER_YES || answer == DOVE_ANSWER_NO || answer == DOVE_ANSWER_FLAG;
}

static void put_person(dove_json_writer *json, const char *name) {
  dove_json_member_text(json, "annotator", name);
  if (strchr(name, '@') == NULL) return;
  dove_json_key(json, "completed_by");
  dove_json_object_begin(json, true);
  dove_json_member_text(json, "email", name);
  dove_json_object_end(json);
}

static void put_times(dove_json_writer *json, int64_t first, int64_t last, double lead) {
  char text[32];
  annotation_format_time(first, text);
  dove_json_member_text(json, "created_at", text);
  annotation_format_time(last, text);
  dove_json_member_text(json, "updated_at", text);
  if (!isnan(lead)) dove_json_member_number(json, "lead_time", lead);
}

/* The judgments from … end−1 of one annotator on one item. */
static void put_annotation(dove_json_writer *json, const annotation_tasks *tasks, size_t from, size_t end) {
  const dove_bundle_judgment *first = annotation_judgment(tasks, from);
  int64_t begun = first->time, ended = first->time;
  double lead = (double)NAN;
  bool answered = false, skipped = false;
  dove_json_object_begin(json, true);
  dove_json_member_integer(json, "id", (int64_t)from + 1);
  put_person(json, first->annotator);
  dove_json_key(json, "result");
  dove_json_array_begin(json, true);
  for (size_t i = from, next; i < end; i = next) {
    next = annotation_run_end(tasks, i, end);
    const dove_bundle_judgment *row = annotation_judgment(tasks, next - 1);
    const double seconds = annotation_lead_time(tasks, row);
    if (row->time < begun) begun = row->time;
    if (row->time > ended) ended = row->time;
    if (!isnan(seconds)) lead = isnan(lead) ? seconds : lead + seconds;
    answered = answered || is_choice(row->answer);
    skipped = skipped || row->answer == DOVE_ANSWER_SKIP;
    if (is_choice(row->answer)) put_choice(json, row);
    if (row->note[0] != '\0') put_note(json, row);
  }
  dove_json_array_end(json);
  dove_json_member_bool(json, "was_cancelled", skipped && !answered);
  dove_json_member_bool(json, "ground_truth", false);
  put_times(json, begun, ended, lead);
  dove_json_object_end(json);
}

static dove_status put_task(dove_json_writer *json, const annotation_tasks *tasks, size_t item, dove_error *error) {
  const size_t from = tasks->first[item], end = tasks->first[item + 1];
  char *text = annotation_text(tasks, item);
  if (text == NULL) return dove_fail_memory(error, "writing tasks");
  dove_json_object_begin(json, true);
  dove_json_member_integer(json, "id", (int64_t)item + 1);
  dove_json_key(json, "data");
  dove_json_object_begin(json, true);
  dove_json_member_text(json, "text", text);
  annotation_put_facts(json, tasks, item);
  annotation_put_records(json, tasks, item, from, end);
  dove_json_object_end(json);
  dove_json_key(json, "annotations");
  dove_json_array_begin(json, true);
  for (size_t i = from, next; i < end; i = next) {
    next = annotation_person_end(tasks, i, end);
    put_annotation(json, tasks, i, next);
  }
  dove_json_array_end(json);
  dove_json_key(json, "predictions");
  dove_json_array_begin(json, true);
  dove_json_array_end(json);
  dove_json_object_end(json);
  free(text);
  return DOVE_OK;
}

dove_status annotation_write_label_studio(annotation_tasks *tasks, FILE *file, dove_error *error) {
  dove_json_writer json = dove_json_writer_on(file);
  dove_status status = DOVE_OK;
  dove_json_array_begin(&json, false);
  for (size_t i = 0; i < tasks->bundle.item_count && status == DOVE_OK; i++) status = put_task(&json, tasks, i, error);
  dove_json_array_end(&json);
  return status;
}

/* ---- Reading ---- */

/* An annotation of a task. */
typedef struct reading {
  annotation_input *input;
  const char *document, *code; /* of the task; "" */
  const char *annotator;
  const char *place;
  int64_t time;
  bool of_item; /* the task asks about one code */
} reading;

/* What was written into the note of the judgment `id`; NULL when there is none. */
static const char *note_of(const cJSON *results, const char *id) {
  const cJSON *result;
  cJSON_ArrayForEach(result, results) {
    if (strcmp(exchange_text(result, "from_name"), "note") != 0 || strcmp(exchange_text(result, "id"), id) != 0)
      continue;
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(result, "value");
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(value, "text");
    const cJSON *first = cJSON_IsArray(text) ? cJSON_GetArrayItem(text, 0) : text;
    if (cJSON_IsString(first)) return first->valuestring;
  }
  return NULL;
}

/* "yes", "no", "skip" or "flag" to a question about the task's code; any other choice is a code of the document. */
static dove_status take_choice(const reading *r, const cJSON *results, const cJSON *result, const char *choice,
                               dove_error *error) {
  static const annotation_says says[] = {[DOVE_ANSWER_YES] = ANNOTATION_YES,
                                         [DOVE_ANSWER_NO] = ANNOTATION_NO,
                                         [DOVE_ANSWER_SKIP] = ANNOTATION_SKIP,
                                         [DOVE_ANSWER_FLAG] = ANNOTATION_FLAG};
  annotation_saying saying = {.uuid = exchange_text(result, "id"),
                              .document = r->document,
                              .code = r->code,
                              .annotator = r->annotator,
                              .time = r->time};
  dove_answer answer = DOVE_ANSWER_NONE;
  const bool asked = dove_question_parse(exchange_text(result, "from_name"), &saying.question);
  const bool answered = dove_answer_parse(choice, &answer) && answer != DOVE_ANSWER_WITHDRAWN;
  if (r->of_item && asked && answered) {
    saying.says = says[answer];
    saying.note = note_of(results, saying.uuid);
    return annotation_say(r->input, &saying, error);
  }
  if (r->of_item || r->document[0] == '\0') {
    r->input->lines.passed_over++;
    return DOVE_OK;
  }
  saying.code = choice;
  saying.question = DOVE_QUESTION_PRESENT;
  saying.says = ANNOTATION_YES;
  return annotation_say(r->input, &saying, error);
}

static dove_status take_result(const reading *r, const cJSON *results, const cJSON *result, dove_error *error) {
  const cJSON *value = cJSON_GetObjectItemCaseSensitive(result, "value");
  const cJSON *labels = cJSON_GetObjectItemCaseSensitive(value, "choices");
  const cJSON *name;
  if (labels == NULL) labels = cJSON_GetObjectItemCaseSensitive(value, "labels");
  cJSON_ArrayForEach(name, labels) {
    if (!cJSON_IsString(name) || name->valuestring[0] == '\0')
      return dove_fail(error, DOVE_INPUT, "%s: a label is not text", r->place);
    const dove_status status = take_choice(r, results, result, name->valuestring, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

/* A task that was skipped as a whole. */
static dove_status take_cancelled(const reading *r, dove_error *error) {
  annotation_saying saying = {.uuid = "",
                              .document = r->document,
                              .code = r->code,
                              .annotator = r->annotator,
                              .time = r->time,
                              .says = ANNOTATION_SKIP};
  const bool of_document = r->document[0] != '\0';
  const dove_question first = of_document ? DOVE_QUESTION_PRESENT : DOVE_QUESTION_MEANINGFUL;
  const dove_question last = of_document ? DOVE_QUESTION_PRESENT : DOVE_QUESTION_REDUNDANT;
  dove_status status = DOVE_OK;
  if (!r->of_item) r->input->lines.passed_over++;
  for (unsigned q = first; q <= last && r->of_item && status == DOVE_OK; q++) {
    saying.question = (dove_question)q;
    status = annotation_say(r->input, &saying, error);
  }
  return status;
}

static dove_status take_annotation(reading *r, const cJSON *annotation, const char *place, dove_error *error) {
  char room[32], where[760];
  const char *own = exchange_text(annotation, "annotator");
  const cJSON *results = cJSON_GetObjectItemCaseSensitive(annotation, "result");
  const cJSON *result;
  size_t i = 0;
  r->annotator = own[0] != '\0' ? own : exchange_completed_by(annotation, room, sizeof room);
  const char *updated = exchange_text(annotation, "updated_at");
  r->time = annotation_read_time(updated[0] != '\0' ? updated : exchange_text(annotation, "created_at"));
  r->place = place;
  if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(annotation, "was_cancelled"))) return take_cancelled(r, error);
  cJSON_ArrayForEach(result, results) {
    snprintf(where, sizeof where, "%s.result[%zu]", place, i++);
    r->place = where;
    const dove_status status = take_result(r, results, result, error);
    r->place = place;
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

static dove_status take_task(void *user, const cJSON *task, const char *place, dove_error *error) {
  annotation_input *input = user;
  const cJSON *data = cJSON_GetObjectItemCaseSensitive(task, "data");
  char where[700], room[32];
  int64_t number;
  size_t i = 0;
  if (!cJSON_IsObject(data)) return dove_fail(error, DOVE_INPUT, "%s: the task has no 'data'", place);
  snprintf(where, sizeof where, "%s.data.dove", place);
  dove_status status =
      annotation_lines_add_all(&input->lines, cJSON_GetObjectItemCaseSensitive(data, "dove"), where, 0, error);
  reading r = {.input = input, .document = exchange_text(data, "document_id"), .code = exchange_text(data, "code")};
  r.of_item = r.code[0] != '\0';
  if (r.document[0] == '\0') r.document = exchange_text(data, "id");
  if (r.document[0] == '\0' && !r.of_item && exchange_integer(cJSON_GetObjectItemCaseSensitive(task, "id"), &number)) {
    snprintf(room, sizeof room, "%lld", (long long)number);
    r.document = room;
  }
  const cJSON *annotation;
  cJSON_ArrayForEach(annotation, cJSON_GetObjectItemCaseSensitive(task, "annotations")) {
    snprintf(where, sizeof where, "%s.annotations[%zu]", place, i++);
    if (status == DOVE_OK) status = take_annotation(&r, annotation, where, error);
  }
  return status;
}

dove_status annotation_read_label_studio(const char *path, annotation_input *input, dove_error *error) {
  return exchange_each_task(path, take_task, input, error);
}
