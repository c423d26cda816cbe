#include "method/annotation/annotation_lines.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "method/import/import_reader.h"
#include "method/import/import_rows.h"

/* A line with what was found wrong in it: the first fault sticks. */
typedef struct line {
  const import_record *record;
  dove_status status;
  dove_error *error;
} line;

/* ---- Fields ---- */

/* "" where it is missing and may be. */
static const char *take_text(line *in, const char *key, bool needed) {
  const char *text = NULL;
  if (in->status != DOVE_OK) return "";
  in->status = needed ? import_needed_text(in->record, key, 0, &text, in->error)
                      : import_text(in->record, key, 0, &text, in->error);
  return text == NULL ? "" : text;
}

/* A whole number that a double holds exactly. */
static bool read_whole(const cJSON *field, int64_t *number) {
  if (!cJSON_IsNumber(field) || field->valuedouble < -9007199254740992.0 || field->valuedouble > 9007199254740992.0)
    return false;
  *number = (int64_t)field->valuedouble;
  return (double)*number == field->valuedouble;
}

static int64_t take_number(line *in, const char *key, bool needed, int64_t otherwise) {
  const cJSON *field = cJSON_GetObjectItemCaseSensitive(in->record->object, key);
  int64_t number = otherwise;
  if (in->status != DOVE_OK || (field == NULL && !needed)) return otherwise;
  if (field == NULL || !read_whole(field, &number) || number < 0)
    in->status = import_fail(in->error, in->record, "'%s' must be a whole number from 0", key);
  return number;
}

static bool take_bool(line *in, const char *key) {
  const cJSON *field = cJSON_GetObjectItemCaseSensitive(in->record->object, key);
  if (in->status == DOVE_OK && field != NULL && !cJSON_IsBool(field))
    in->status = import_fail(in->error, in->record, "'%s' must be true or false", key);
  return cJSON_IsTrue(field);
}

static void fail_word(line *in, const char *key, const char *word) {
  if (in->status == DOVE_OK) in->status = import_fail(in->error, in->record, "'%s' cannot be '%s'", key, word);
}

static dove_question take_question(line *in) {
  dove_question question = DOVE_QUESTION_PRESENT;
  const char *word = take_text(in, "question", true);
  if (!dove_question_parse(word, &question)) fail_word(in, "question", word);
  return question;
}

static dove_answer take_answer(line *in) {
  dove_answer answer = DOVE_ANSWER_NONE;
  const char *word = take_text(in, "answer", true);
  if (!dove_answer_parse(word, &answer)) fail_word(in, "answer", word);
  return answer;
}

static bool read_hexadecimal(const char *text, uint64_t *value) {
  char *end = NULL;
  if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16) return false;
  *value = strtoull(text, &end, 16);
  return *end == '\0';
}

static dove_code_reference take_code(line *in, const char *key, bool needed) {
  dove_code_reference code = {.name = ""};
  const cJSON *field = cJSON_GetObjectItemCaseSensitive(in->record->object, key);
  if (in->status != DOVE_OK || (field == NULL && !needed)) return code;
  const cJSON *name = cJSON_GetObjectItemCaseSensitive(field, "name");
  const cJSON *mark = cJSON_GetObjectItemCaseSensitive(field, "fingerprint");
  const bool good = read_whole(cJSON_GetObjectItemCaseSensitive(field, "id"), &code.id) && code.id > 0 &&
                    cJSON_IsString(name) && cJSON_IsString(mark) &&
                    read_hexadecimal(mark->valuestring, &code.fingerprint);
  if (good) {
    code.name = name->valuestring;
  } else {
    in->status = import_fail(in->error, in->record, "'%s' must be a code with id, name and fingerprint", key);
  }
  return code;
}

/* ---- Rows ---- */

/* Makes room for one more; NULL, with the fault noted, when memory ran out. */
static void *grow(line *in, void **rows, size_t *room, size_t count, size_t size) {
  if (dove_grow(rows, room, count + 1, size)) return (char *)*rows + count * size;
  in->status = dove_fail_memory(in->error, "reading annotations");
  return NULL;
}

#define NEXT(in, lines, part, number)                                                                 \
  grow((in), (void **)&(lines)->bundle.part##s, &(lines)->room[number], (lines)->bundle.part##_count, \
       sizeof *(lines)->bundle.part##s)

static void add_annotator(line *in, annotation_lines *lines) {
  dove_bundle_annotator *row = NEXT(in, lines, annotator, 0);
  if (row == NULL) return;
  *row = (dove_bundle_annotator){.name = take_text(in, "name", true), .created = take_number(in, "created", true, 0)};
  lines->bundle.annotator_count++;
}

static void add_round(line *in, annotation_lines *lines) {
  dove_bundle_round *row = NEXT(in, lines, round, 1);
  if (row == NULL) return;
  *row = (dove_bundle_round){.uuid = take_text(in, "uuid", true),
                             .name = take_text(in, "name", true),
                             .parent = take_text(in, "parent", false),
                             .iteration = take_number(in, "iteration", false, 0),
                             .iteration_time = take_number(in, "iteration_time", false, 0),
                             .rule = take_text(in, "rule", false),
                             .instruction = take_text(in, "instruction", false),
                             .settings = take_text(in, "settings", false),
                             .created = take_number(in, "created", true, 0),
                             .closed = take_number(in, "closed", false, 0)};
  const char *target = take_text(in, "target", true), *seed = take_text(in, "seed", false);
  row->seed = strtoull(seed, NULL, 10);
  if (row->settings[0] == '\0') row->settings = "{}";
  cJSON *settings = cJSON_Parse(row->settings);
  if (!cJSON_IsObject(settings)) fail_word(in, "settings", row->settings);
  cJSON_Delete(settings);
  if (!dove_annotation_target_parse(target, &row->target)) fail_word(in, "target", target);
  lines->bundle.round_count++;
}

static void add_item(line *in, annotation_lines *lines) {
  dove_bundle_item *row = NEXT(in, lines, item, 2);
  if (row == NULL) return;
  *row = (dove_bundle_item){.uuid = take_text(in, "uuid", true),
                            .round = take_text(in, "round", true),
                            .position = take_number(in, "position", true, 0),
                            .document = take_text(in, "document", false),
                            .code = take_code(in, "code", true)};
  lines->bundle.item_count++;
}

static void add_judgment(line *in, annotation_lines *lines) {
  dove_bundle_judgment *row = NEXT(in, lines, judgment, 3);
  if (row == NULL) return;
  *row = (dove_bundle_judgment){.uuid = take_text(in, "uuid", true),
                                .item = take_text(in, "item", true),
                                .annotator = take_text(in, "annotator", true),
                                .question = take_question(in),
                                .answer = take_answer(in),
                                .other = take_code(in, "other", false),
                                .shown = take_bool(in, "shown"),
                                .note = take_text(in, "note", false),
                                .time = take_number(in, "time", true, 0)};
  lines->bundle.judgment_count++;
}

static void add_code(line *in, annotation_lines *lines) {
  dove_bundle_code *row = NEXT(in, lines, code, 4);
  if (row == NULL) return;
  *row = (dove_bundle_code){.uuid = take_text(in, "uuid", true),
                            .annotator = take_text(in, "annotator", true),
                            .round = take_text(in, "round", true),
                            .document = take_text(in, "document", true),
                            .name = take_text(in, "name", false),
                            .note = take_text(in, "note", false),
                            .span_start = take_number(in, "start", false, -1),
                            .span_end = take_number(in, "end", false, -1),
                            .withdrawn = take_bool(in, "withdrawn"),
                            .time = take_number(in, "time", true, 0)};
  const bool none = row->span_start == -1 && row->span_end == -1;
  if (in->status == DOVE_OK && !none && (row->span_start < 0 || row->span_end <= row->span_start))
    in->status = import_fail(in->error, in->record, "'end' must come after 'start'");
  lines->bundle.code_count++;
}

static void add_consensus(line *in, annotation_lines *lines) {
  dove_bundle_consensus *row = grow(in, (void **)&lines->bundle.consensus, &lines->room[5],
                                    lines->bundle.consensus_count, sizeof *lines->bundle.consensus);
  if (row == NULL) return;
  *row = (dove_bundle_consensus){.item = take_text(in, "item", true),
                                 .question = take_question(in),
                                 .answer = take_answer(in),
                                 .note = take_text(in, "note", false),
                                 .author = take_text(in, "author", false),
                                 .time = take_number(in, "time", true, 0)};
  if (row->answer != DOVE_ANSWER_YES && row->answer != DOVE_ANSWER_NO && row->answer != DOVE_ANSWER_WITHDRAWN)
    fail_word(in, "answer", dove_answer_name(row->answer));
  lines->bundle.consensus_count++;
}

static dove_review_kind take_kind(line *in) {
  dove_review_kind kind = DOVE_REVIEW_AGREE;
  const char *word = take_text(in, "kind", true);
  if (!dove_review_kind_parse(word, &kind)) fail_word(in, "kind", word);
  return kind;
}

static void add_review(line *in, annotation_lines *lines) {
  dove_bundle_review *row = NEXT(in, lines, review, 6);
  if (row == NULL) return;
  *row = (dove_bundle_review){.uuid = take_text(in, "uuid", true),
                              .author = take_text(in, "author", true),
                              .kind = take_kind(in),
                              .run = take_number(in, "run", true, 0),
                              .run_time = take_number(in, "run_time", true, 0),
                              .t = take_number(in, "t", true, 0),
                              .decision = take_number(in, "decision", false, 0),
                              .decision_time = take_number(in, "decision_time", false, 0),
                              .code = take_code(in, "code", false),
                              .other = take_code(in, "other", false),
                              .name = take_text(in, "name", false),
                              .note = take_text(in, "note", false),
                              .time = take_number(in, "time", true, 0),
                              .withdrawn = take_bool(in, "withdrawn")};
  row->changed = take_number(in, "changed", false, row->time);
  lines->bundle.review_count++;
}

static dove_status add_line(const import_record *record, annotation_lines *lines, dove_error *error) {
  static const struct {
    const char *type;
    void (*add)(line *in, annotation_lines *lines);
  } types[] = {{"annotator", add_annotator}, {"round", add_round}, {"item", add_item},
               {"judgment", add_judgment},   {"code", add_code},   {"consensus", add_consensus},
               {"review", add_review}};
  line in = {.record = record, .error = error};
  const char *type = take_text(&in, "type", true);
  if (in.status != DOVE_OK) return in.status;
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    if (strcmp(types[i].type, type) != 0) continue;
    types[i].add(&in, lines);
    return in.status;
  }
  return import_fail(error, record, "a line of type '%s' is not an annotation", type);
}

/* ---- The file ---- */

dove_status annotation_lines_add(annotation_lines *lines, const import_record *record, dove_error *error) {
  void *objects = lines->objects;
  if (!dove_grow(&objects, &lines->capacity, lines->count + 1, sizeof *lines->objects))
    return dove_fail_memory(error, "reading annotations");
  lines->objects = objects;
  cJSON *copy = cJSON_Duplicate(record->object, 1);
  if (copy == NULL) return dove_fail_memory(error, "reading annotations");
  lines->objects[lines->count++] = copy;
  const import_record kept = {.object = copy, .path = record->path, .line = record->line};
  return add_line(&kept, lines, error);
}

dove_status annotation_lines_add_all(annotation_lines *lines, const cJSON *records, const char *place, size_t number,
                                     dove_error *error) {
  const cJSON *object;
  dove_status status = DOVE_OK;
  cJSON_ArrayForEach(object, records) {
    const import_record record = {.object = object, .path = place, .line = number};
    if (status == DOVE_OK) status = annotation_lines_add(lines, &record, error);
  }
  return status;
}

dove_status annotation_lines_read(const char *path, annotation_lines *lines, dove_error *error) {
  const import_source source = {.path = path, .format = IMPORT_JSONL, .separator = ','};
  import_reader *reader = NULL;
  import_record record = {0};
  *lines = (annotation_lines){0};
  dove_status status = import_reader_open(&source, &reader, error);
  if (status != DOVE_OK) return status;
  do {
    status = import_reader_next(reader, &record, error);
    if (status == DOVE_OK && record.object != NULL) status = annotation_lines_add(lines, &record, error);
  } while (status == DOVE_OK && record.object != NULL);
  import_reader_close(reader);
  return status;
}

void annotation_lines_free(annotation_lines *lines) {
  for (size_t i = 0; i < lines->count; i++) cJSON_Delete(lines->objects[i]);
  free(lines->objects);
  free(lines->bundle.annotators);
  free(lines->bundle.rounds);
  free(lines->bundle.items);
  free(lines->bundle.judgments);
  free(lines->bundle.codes);
  free(lines->bundle.consensus);
  free(lines->bundle.reviews);
  *lines = (annotation_lines){0};
}
