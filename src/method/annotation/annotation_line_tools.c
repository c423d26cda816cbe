/* Annotations as Prodigy's and doccano's JSON lines. Prodigy: a line for each answer, a binary task of its text and one
 * label. doccano: a line for each annotator of a document with the codes they said yes to, or of a code with what they
 * found it to be; doccano has no place for a person in its lines, so that `annotator` is among the metadata, and the
 * name of a file ("ann.jsonl") says it otherwise. */
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "method/annotation/annotation_tasks.h"
#include "method/exchange/exchange_formats.h"
#include "method/import/import_reader.h"

static const char doing[] = "writing annotations";

static dove_json_writer begin_line(FILE *file) {
  dove_json_writer json = dove_json_writer_on(file);
  dove_json_object_begin(&json, true);
  return json;
}

/* ---- Prodigy, written ---- */

static const char *prodigy_answer(dove_answer answer) {
  if (answer == DOVE_ANSWER_YES) return "accept";
  return answer == DOVE_ANSWER_NO ? "reject" : "ignore";
}

/* What is judged: whether the text has the code, or whether the code is what the question says. */
static const char *prodigy_label(const dove_bundle_item *item, dove_question question) {
  return question == DOVE_QUESTION_PRESENT ? item->code.name : dove_question_name(question);
}

static void put_prodigy_head(dove_json_writer *json, const annotation_tasks *tasks, size_t item, const char *text,
                             dove_question question) {
  const dove_bundle_item *row = &tasks->bundle.items[item];
  const char *label = prodigy_label(row, question);
  dove_json_member_text(json, "text", text);
  dove_json_member_text(json, "label", label);
  dove_json_member_integer(json, "_input_hash", exchange_hash(1, text));
  dove_json_member_integer(json, "_task_hash", exchange_hash((uint64_t)exchange_hash(1, text) + 3, label));
  dove_json_member_text(json, "_view_id", "classification");
}

static void put_prodigy_line(FILE *file, const annotation_tasks *tasks, size_t item, const char *text, size_t i,
                             bool first) {
  const dove_bundle_judgment *row = annotation_judgment(tasks, i);
  dove_json_writer json = begin_line(file);
  put_prodigy_head(&json, tasks, item, text, row->question);
  dove_json_member_text(&json, "answer", prodigy_answer(row->answer));
  dove_json_member_text(&json, "_session_id", row->annotator);
  dove_json_member_text(&json, "_annotator_id", row->annotator);
  dove_json_member_integer(&json, "_timestamp", row->time / 1000);
  if (row->note[0] != '\0') dove_json_member_text(&json, "note", row->note);
  dove_json_member_text(&json, "question", dove_question_name(row->question));
  annotation_put_facts(&json, tasks, item);
  dove_json_member_text(&json, "judgment", row->uuid);
  annotation_records_begin(&json, tasks, item, first && item == 0);
  annotation_records_item(&json, tasks, item, i, i + 1);
  annotation_records_end(&json);
  dove_json_object_end(&json);
}

/* An item that nobody judged yet is a task without an answer: Prodigy takes one without for accepted, so it says
 * ignore. */
static void put_prodigy_open(FILE *file, const annotation_tasks *tasks, size_t item, const char *text) {
  const bool of_document = tasks->bundle.items[item].document[0] != '\0';
  dove_json_writer json = begin_line(file);
  put_prodigy_head(&json, tasks, item, text, of_document ? DOVE_QUESTION_PRESENT : DOVE_QUESTION_MEANINGFUL);
  dove_json_member_text(&json, "answer", "ignore");
  annotation_put_facts(&json, tasks, item);
  annotation_put_records(&json, tasks, item, 0, 0);
  dove_json_object_end(&json);
}

dove_status annotation_write_prodigy(annotation_tasks *tasks, FILE *file, dove_error *error) {
  for (size_t item = 0; item < tasks->bundle.item_count; item++) {
    const size_t from = tasks->first[item], end = tasks->first[item + 1];
    char *text = annotation_text(tasks, item);
    if (text == NULL) return dove_fail_memory(error, doing);
    if (from == end) put_prodigy_open(file, tasks, item, text);
    for (size_t i = from; i < end; i++) put_prodigy_line(file, tasks, item, text, i, i == from);
    free(text);
  }
  return DOVE_OK;
}

/* ---- doccano, written ---- */

/* Items of one document, or one code, follow each other in their round. */
static size_t group_end(const annotation_tasks *tasks, size_t item) {
  const dove_bundle_item *first = &tasks->bundle.items[item];
  size_t end = item + 1;
  while (end < tasks->bundle.item_count && first->document[0] != '\0' &&
         strcmp(tasks->bundle.items[end].document, first->document) == 0 &&
         strcmp(tasks->bundle.items[end].round, first->round) == 0)
    end++;
  return end;
}

/* The answers of one annotator to one item: from … end−1, empty when there are none. */
static void find_person(const annotation_tasks *tasks, size_t item, const char *annotator, size_t *from, size_t *end) {
  const size_t last = tasks->first[item + 1];
  for (*from = tasks->first[item]; *from < last; *from = *end) {
    *end = annotation_person_end(tasks, *from, last);
    if (strcmp(annotation_judgment(tasks, *from)->annotator, annotator) == 0) return;
  }
  *end = *from;
}

static void put_labels(dove_json_writer *json, const annotation_tasks *tasks, size_t item, size_t from, size_t end) {
  const dove_bundle_item *row = &tasks->bundle.items[item];
  for (size_t i = from, next; i < end; i = next) {
    next = annotation_run_end(tasks, i, end);
    const dove_bundle_judgment *last = annotation_judgment(tasks, next - 1);
    if (last->answer == DOVE_ANSWER_YES) dove_json_text(json, prodigy_label(row, last->question));
  }
}

static void put_comments(dove_json_writer *json, const annotation_tasks *tasks, size_t from, size_t end) {
  for (size_t i = from, next; i < end; i = next) {
    next = annotation_run_end(tasks, i, end);
    const dove_bundle_judgment *last = annotation_judgment(tasks, next - 1);
    if (last->note[0] != '\0') dove_json_text(json, last->note);
  }
}

/* One annotator ("" for nobody) on the items first … last−1 of one document. */
static void put_doccano_line(FILE *file, const annotation_tasks *tasks, size_t first, size_t last, const char *text,
                             const char *annotator, size_t number, bool whole) {
  size_t from, end;
  dove_json_writer json = begin_line(file);
  dove_json_member_integer(&json, "id", (int64_t)number);
  dove_json_member_text(&json, "text", text);
  dove_json_key(&json, "label");
  dove_json_array_begin(&json, true);
  for (size_t item = first; item < last; item++) {
    find_person(tasks, item, annotator, &from, &end);
    put_labels(&json, tasks, item, from, end);
  }
  dove_json_array_end(&json);
  dove_json_key(&json, "Comments");
  dove_json_array_begin(&json, true);
  for (size_t item = first; item < last; item++) {
    find_person(tasks, item, annotator, &from, &end);
    put_comments(&json, tasks, from, end);
  }
  dove_json_array_end(&json);
  if (annotator[0] != '\0') dove_json_member_text(&json, "annotator", annotator);
  annotation_put_facts(&json, tasks, first);
  annotation_records_begin(&json, tasks, first, whole && first == 0);
  for (size_t item = first; item < last; item++) {
    find_person(tasks, item, annotator, &from, &end);
    annotation_records_item(&json, tasks, item, from, end);
  }
  annotation_records_end(&json);
  dove_json_object_end(&json);
}

static bool judged_by(const annotation_tasks *tasks, size_t first, size_t last, const char *annotator) {
  size_t from = 0, end = 0;
  for (size_t item = first; item < last; item++) {
    find_person(tasks, item, annotator, &from, &end);
    if (from < end) return true;
  }
  return false;
}

dove_status annotation_write_doccano(annotation_tasks *tasks, FILE *file, dove_error *error) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  size_t number = 0, last = 0;
  for (size_t first = 0; first < bundle->item_count; first = last) {
    last = group_end(tasks, first);
    const size_t before = number;
    char *text = annotation_text(tasks, first);
    if (text == NULL) return dove_fail_memory(error, doing);
    for (size_t a = 0; a < bundle->annotator_count; a++) {
      const char *annotator = bundle->annotators[a].name;
      if (!judged_by(tasks, first, last, annotator)) continue;
      const bool whole = number == before;
      put_doccano_line(file, tasks, first, last, text, annotator, ++number, whole);
    }
    if (number == before) put_doccano_line(file, tasks, first, last, text, "", ++number, true);
    free(text);
  }
  return DOVE_OK;
}

/* ---- Reading ---- */

typedef struct line_reading {
  annotation_input *input;
  const cJSON *object;
  const char *place;
  char document[32]; /* a number for an id */
} line_reading;

static const char *first_text(const cJSON *object, const char *const *keys) {
  const char *text = "";
  for (; *keys != NULL && text[0] == '\0'; keys++) text = exchange_text(object, *keys);
  return text;
}

/* What the line is about: "document_id", or else `key`, which may be a number; "" for a code by itself. */
static const char *document_of(line_reading *r, const char *key) {
  int64_t number;
  const char *own = exchange_text(r->object, "document_id");
  const cJSON *id = cJSON_GetObjectItemCaseSensitive(r->object, key);
  if (own[0] != '\0') return own;
  if (cJSON_IsString(id)) return id->valuestring;
  if (!exchange_integer(id, &number)) return "";
  snprintf(r->document, sizeof r->document, "%lld", (long long)number);
  return r->document;
}

static bool has_records(const cJSON *object) { return cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(object, "dove")); }

static annotation_says says_of(const char *answer) {
  if (strcmp(answer, "accept") == 0) return ANNOTATION_YES;
  return strcmp(answer, "reject") == 0 ? ANNOTATION_NO : ANNOTATION_SKIP;
}

static bool is_in(const cJSON *array, const char *text) {
  const cJSON *item;
  cJSON_ArrayForEach(item, array) {
    if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0) return true;
  }
  return false;
}

/* The choice interface: what was chosen is there, what else was offered is not. */
static dove_status take_options(const line_reading *r, annotation_saying *saying, dove_error *error) {
  const cJSON *accepted = cJSON_GetObjectItemCaseSensitive(r->object, "accept");
  const cJSON *option;
  const bool answered = saying->says == ANNOTATION_YES;
  cJSON_ArrayForEach(option, cJSON_GetObjectItemCaseSensitive(r->object, "options")) {
    const char *id = exchange_text(option, "id"), *text = exchange_text(option, "text");
    saying->code = text[0] != '\0' ? text : id;
    saying->says = !answered ? ANNOTATION_SKIP : is_in(accepted, id) ? ANNOTATION_YES : ANNOTATION_NO;
    if (saying->code[0] == '\0') return dove_fail(error, DOVE_INPUT, "%s: an option has neither id nor text", r->place);
    const dove_status status = annotation_say(r->input, saying, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

/* Labels on spans: the document has what they say. */
static dove_status take_spans(const line_reading *r, annotation_saying *saying, dove_error *error) {
  const cJSON *span;
  dove_status status = DOVE_OK;
  cJSON_ArrayForEach(span, cJSON_GetObjectItemCaseSensitive(r->object, "spans")) {
    saying->code = exchange_text(span, "label");
    if (status == DOVE_OK && saying->code[0] != '\0') status = annotation_say(r->input, saying, error);
  }
  return status;
}

static dove_status take_prodigy(line_reading *r, dove_error *error) {
  static const char *const people[] = {"_annotator_id", "_session_id", NULL};
  const cJSON *stamp = cJSON_GetObjectItemCaseSensitive(r->object, "_timestamp");
  int64_t seconds = 0;
  const char *label = exchange_text(r->object, "label"), *code = exchange_text(r->object, "code");
  const bool own = has_records(r->object);
  annotation_saying saying = {.uuid = exchange_text(r->object, "judgment"),
                              .document = own ? exchange_text(r->object, "document_id") : document_of(r, "_input_hash"),
                              .code = code[0] != '\0' ? code : label,
                              .annotator = first_text(r->object, people),
                              .says = says_of(exchange_text(r->object, "answer"))};
  if (own && saying.uuid[0] == '\0') return DOVE_OK; /* nobody answered */
  if (!dove_question_parse(exchange_text(r->object, "question"), &saying.question))
    saying.question = DOVE_QUESTION_PRESENT;
  if (exchange_integer(stamp, &seconds) && seconds > 0 && !own) saying.time = seconds * 1000;
  if (cJSON_IsString(cJSON_GetObjectItemCaseSensitive(r->object, "note")))
    saying.note = exchange_text(r->object, "note");
  if (saying.document[0] == '\0' && saying.question == DOVE_QUESTION_PRESENT)
    return dove_fail(error, DOVE_INPUT, "%s: 'document_id' is missing; it must be text", r->place);
  if (saying.code[0] != '\0') return annotation_say(r->input, &saying, error);
  const dove_status status = take_options(r, &saying, error);
  return status == DOVE_OK ? take_spans(r, &saying, error) : status;
}

/* "name", [start, end, "name"] or {"label": "name"}. */
static const char *label_name(const cJSON *label) {
  if (cJSON_IsArray(label)) label = cJSON_GetArrayItem(label, 2);
  if (cJSON_IsObject(label)) return exchange_text(label, "label");
  return cJSON_IsString(label) ? label->valuestring : "";
}

static bool has_label(const cJSON *labels, const char *name) {
  const cJSON *label;
  if (cJSON_IsString(labels)) return strcmp(labels->valuestring, name) == 0;
  cJSON_ArrayForEach(label, labels) {
    if (strcmp(label_name(label), name) == 0) return true;
  }
  return false;
}

/* Each item of the line has its label, or not. */
static dove_status compare_labels(const line_reading *r, const cJSON *labels, annotation_saying *saying,
                                  dove_error *error) {
  const cJSON *record;
  dove_status status = DOVE_OK;
  cJSON_ArrayForEach(record, cJSON_GetObjectItemCaseSensitive(r->object, "dove")) {
    if (strcmp(exchange_text(record, "type"), "item") != 0) continue;
    saying->document = exchange_text(record, "document");
    saying->code = exchange_text(cJSON_GetObjectItemCaseSensitive(record, "code"), "name");
    const bool of_document = saying->document[0] != '\0';
    const unsigned first = of_document ? DOVE_QUESTION_PRESENT : DOVE_QUESTION_MEANINGFUL;
    const unsigned last = of_document ? DOVE_QUESTION_PRESENT : DOVE_QUESTION_REDUNDANT;
    for (unsigned q = first; q <= last && status == DOVE_OK; q++) {
      saying->question = (dove_question)q;
      const bool there = has_label(labels, of_document ? saying->code : dove_question_name(saying->question));
      saying->says = there ? ANNOTATION_YES : ANNOTATION_NOT_YES;
      status = annotation_say(r->input, saying, error);
    }
  }
  return status;
}

static dove_status take_doccano(line_reading *r, dove_error *error) {
  static const char *const people[] = {"annotator", "user", "username", NULL};
  static const char *const places[] = {"label", "labels", "entities", NULL};
  const cJSON *labels = NULL, *label;
  for (size_t i = 0; places[i] != NULL && labels == NULL; i++)
    labels = cJSON_GetObjectItemCaseSensitive(r->object, places[i]);
  annotation_saying saying = {.uuid = "", .document = document_of(r, "id"), .annotator = first_text(r->object, people)};
  if (has_records(r->object)) {
    const bool nobody = saying.annotator[0] == '\0' && !cJSON_GetArraySize(labels);
    return nobody ? DOVE_OK : compare_labels(r, labels, &saying, error);
  }
  if (saying.document[0] == '\0')
    return dove_fail(error, DOVE_INPUT, "%s: 'id' is missing; it must be text or a whole number", r->place);
  saying.says = ANNOTATION_YES;
  saying.code = cJSON_IsString(labels) ? labels->valuestring : "";
  if (saying.code[0] != '\0') return annotation_say(r->input, &saying, error);
  cJSON_ArrayForEach(label, labels) {
    saying.code = label_name(label);
    if (saying.code[0] == '\0') return dove_fail(error, DOVE_INPUT, "%s: a label has no name", r->place);
    const dove_status status = annotation_say(r->input, &saying, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

static dove_status read_lines(const char *path, annotation_input *input,
                              dove_status (*take)(line_reading *r, dove_error *error), dove_error *error) {
  const import_source source = {.path = path, .format = IMPORT_JSONL, .separator = ','};
  import_reader *reader = NULL;
  import_record record = {0};
  char place[600];
  dove_status status = import_reader_open(&source, &reader, error);
  while (status == DOVE_OK) {
    status = import_reader_next(reader, &record, error);
    if (status != DOVE_OK || record.object == NULL) break;
    snprintf(place, sizeof place, "%.560s:%zu", record.path, record.line);
    line_reading r = {.input = input, .object = record.object, .place = place};
    status = annotation_lines_add_all(&input->lines, cJSON_GetObjectItemCaseSensitive(record.object, "dove"),
                                      record.path, record.line, error);
    if (status == DOVE_OK) status = take(&r, error);
  }
  import_reader_close(reader);
  return status;
}

dove_status annotation_read_prodigy(const char *path, annotation_input *input, dove_error *error) {
  return read_lines(path, input, take_prodigy, error);
}

dove_status annotation_read_doccano(const char *path, annotation_input *input, dove_error *error) {
  return read_lines(path, input, take_doccano, error);
}
