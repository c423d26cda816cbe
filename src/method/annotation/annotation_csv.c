/* Annotations as one CSV table: a row a record, told apart by `type`; judgments also name their document and code. A
 * row without a type is an answer that somebody wrote down: document, code, annotator, question, answer, note. */
#include <stdlib.h>
#include <string.h>

#include "dove/csv.h"
#include "dove/memory.h"
#include "method/annotation/annotation_records.h"
#include "method/annotation/annotation_tasks.h"
#include "method/export/export_table.h"
#include "method/import/import_reader.h"

/* The cells of a row, in the order of the columns; those that are NULL are empty. */
typedef enum column {
  TYPE,
  ROUND,
  DOCUMENT,
  CODE,
  ANNOTATOR,
  QUESTION,
  ANSWER,
  OTHER,
  NOTE,
  TIME,
  SHOWN,
  UUID,
  ITEM,
  POSITION,
  CODE_ID,
  FINGERPRINT,
  OTHER_ID,
  OTHER_FINGERPRINT,
  START,
  END,
  WITHDRAWN,
  AUTHOR,
  NAME,
  TARGET,
  PARENT,
  ITERATION,
  ITERATION_TIME,
  RULE,
  SEED,
  INSTRUCTION,
  SETTINGS,
  CREATED,
  CLOSED,
  KIND,
  RUN,
  RUN_TIME,
  STEP,
  DECISION,
  DECISION_TIME,
  CHANGED,
  COLUMNS
} column;

static const char *const names[COLUMNS + 1] = {
    [TYPE] = "type",
    [ROUND] = "round",
    [DOCUMENT] = "document",
    [CODE] = "code",
    [ANNOTATOR] = "annotator",
    [QUESTION] = "question",
    [ANSWER] = "answer",
    [OTHER] = "other",
    [NOTE] = "note",
    [TIME] = "time",
    [SHOWN] = "shown",
    [UUID] = "uuid",
    [ITEM] = "item",
    [POSITION] = "position",
    [CODE_ID] = "code_id",
    [FINGERPRINT] = "fingerprint",
    [OTHER_ID] = "other_id",
    [OTHER_FINGERPRINT] = "other_fingerprint",
    [START] = "start",
    [END] = "end",
    [WITHDRAWN] = "withdrawn",
    [AUTHOR] = "author",
    [NAME] = "name",
    [TARGET] = "target",
    [PARENT] = "parent",
    [ITERATION] = "iteration",
    [ITERATION_TIME] = "iteration_time",
    [RULE] = "rule",
    [SEED] = "seed",
    [INSTRUCTION] = "instruction",
    [SETTINGS] = "settings",
    [CREATED] = "created",
    [CLOSED] = "closed",
    [KIND] = "kind",
    [RUN] = "run",
    [RUN_TIME] = "run_time",
    [STEP] = "t",
    [DECISION] = "decision",
    [DECISION_TIME] = "decision_time",
    [CHANGED] = "changed",
};

/* ---- Writing ---- */

enum { NUMBER_SIZE = 24 };

typedef struct row {
  const char *cells[COLUMNS];
  char numbers[COLUMNS][NUMBER_SIZE];
} row;

static void put_number(row *out, column at, int64_t number) {
  snprintf(out->numbers[at], NUMBER_SIZE, "%lld", (long long)number);
  out->cells[at] = out->numbers[at];
}

static void put_code(row *out, const dove_code_reference *code, column name, column id, column mark) {
  if (code->id == 0) return;
  out->cells[name] = code->name;
  put_number(out, id, code->id);
  annotation_format_mark(code->fingerprint, out->numbers[mark]);
  out->cells[mark] = out->numbers[mark];
}

static void put_row(export_table *table, const row *out) {
  export_row_begin(table);
  for (size_t i = 0; i < COLUMNS; i++) export_optional_text(table, names[i], out->cells[i]);
  export_row_end(table);
}

static void put_round(export_table *table, const dove_bundle_round *round) {
  row out = {.cells = {[TYPE] = "round",
                       [UUID] = round->uuid,
                       [NAME] = round->name,
                       [TARGET] = dove_annotation_target_name(round->target),
                       [PARENT] = round->parent,
                       [RULE] = round->rule,
                       [INSTRUCTION] = round->instruction,
                       [SETTINGS] = round->settings}};
  put_number(&out, ITERATION, round->iteration);
  put_number(&out, ITERATION_TIME, round->iteration_time);
  put_number(&out, CREATED, round->created);
  if (round->closed != 0) put_number(&out, CLOSED, round->closed);
  snprintf(out.numbers[SEED], NUMBER_SIZE, "%llu", (unsigned long long)round->seed);
  out.cells[SEED] = out.numbers[SEED];
  put_row(table, &out);
}

static void put_item(export_table *table, const dove_bundle_item *item) {
  row out = {.cells = {[TYPE] = "item", [UUID] = item->uuid, [ROUND] = item->round, [DOCUMENT] = item->document}};
  put_number(&out, POSITION, item->position);
  put_code(&out, &item->code, CODE, CODE_ID, FINGERPRINT);
  put_row(table, &out);
}

static void put_judgment(export_table *table, const dove_bundle_judgment *judgment, const dove_bundle_item *item) {
  row out = {.cells = {[TYPE] = "judgment",
                       [ROUND] = item->round,
                       [DOCUMENT] = item->document,
                       [CODE] = item->code.name,
                       [ANNOTATOR] = judgment->annotator,
                       [QUESTION] = dove_question_name(judgment->question),
                       [ANSWER] = dove_answer_name(judgment->answer),
                       [NOTE] = judgment->note,
                       [SHOWN] = judgment->shown ? "true" : "false",
                       [UUID] = judgment->uuid,
                       [ITEM] = judgment->item}};
  put_number(&out, TIME, judgment->time);
  put_code(&out, &judgment->other, OTHER, OTHER_ID, OTHER_FINGERPRINT);
  put_row(table, &out);
}

static void put_added_code(export_table *table, const dove_bundle_code *code) {
  row out = {.cells = {[TYPE] = "code",
                       [UUID] = code->uuid,
                       [ANNOTATOR] = code->annotator,
                       [ROUND] = code->round,
                       [DOCUMENT] = code->document,
                       [NAME] = code->name,
                       [NOTE] = code->note,
                       [WITHDRAWN] = code->withdrawn ? "true" : ""}};
  put_number(&out, TIME, code->time);
  if (code->span_start >= 0) put_number(&out, START, code->span_start);
  if (code->span_start >= 0) put_number(&out, END, code->span_end);
  put_row(table, &out);
}

static void put_consensus(export_table *table, const dove_bundle_consensus *consensus) {
  row out = {.cells = {[TYPE] = "consensus",
                       [ITEM] = consensus->item,
                       [QUESTION] = dove_question_name(consensus->question),
                       [ANSWER] = dove_answer_name(consensus->answer),
                       [NOTE] = consensus->note,
                       [AUTHOR] = consensus->author}};
  put_number(&out, TIME, consensus->time);
  put_row(table, &out);
}

static void put_review(export_table *table, const dove_bundle_review *review) {
  row out = {.cells = {[TYPE] = "review",
                       [UUID] = review->uuid,
                       [AUTHOR] = review->author,
                       [KIND] = dove_review_kind_name(review->kind),
                       [NAME] = review->name,
                       [NOTE] = review->note,
                       [WITHDRAWN] = review->withdrawn ? "true" : ""}};
  put_number(&out, RUN, review->run);
  put_number(&out, RUN_TIME, review->run_time);
  put_number(&out, STEP, review->t);
  if (review->decision != 0) put_number(&out, DECISION, review->decision);
  if (review->decision != 0) put_number(&out, DECISION_TIME, review->decision_time);
  put_code(&out, &review->code, CODE, CODE_ID, FINGERPRINT);
  put_code(&out, &review->other, OTHER, OTHER_ID, OTHER_FINGERPRINT);
  put_number(&out, TIME, review->time);
  put_number(&out, CHANGED, review->changed);
  put_row(table, &out);
}

dove_status annotation_write_csv(annotation_tasks *tasks, FILE *file, dove_error *error) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  export_table table = export_table_begin(file, DOVE_EXPORT_CSV, names);
  for (size_t i = 0; i < bundle->item_count; i++) {
    for (size_t j = tasks->first[i]; j < tasks->first[i + 1]; j++)
      put_judgment(&table, annotation_judgment(tasks, j), &bundle->items[i]);
  }
  for (size_t i = 0; i < bundle->consensus_count; i++) put_consensus(&table, &bundle->consensus[i]);
  for (size_t i = 0; i < bundle->review_count; i++) put_review(&table, &bundle->reviews[i]);
  for (size_t i = 0; i < bundle->code_count; i++) put_added_code(&table, &bundle->codes[i]);
  for (size_t i = 0; i < bundle->item_count; i++) put_item(&table, &bundle->items[i]);
  for (size_t i = 0; i < bundle->round_count; i++) put_round(&table, &bundle->rounds[i]);
  for (size_t i = 0; i < bundle->annotator_count; i++) {
    row out = {.cells = {[TYPE] = "annotator", [NAME] = bundle->annotators[i].name}};
    put_number(&out, CREATED, bundle->annotators[i].created);
    put_row(&table, &out);
  }
  export_table_end(&table);
  return table.failed ? dove_fail_memory(error, "writing annotations") : DOVE_OK;
}

/* ---- Reading ---- */

static const char *cell(const cJSON *object, column at) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, names[at]);
  return cJSON_IsString(item) ? item->valuestring : "";
}

static bool is_number(column at) {
  switch (at) {
    case TIME:
    case POSITION:
    case START:
    case END:
    case ITERATION:
    case ITERATION_TIME:
    case CREATED:
    case CLOSED:
    case RUN:
    case RUN_TIME:
    case STEP:
    case DECISION:
    case DECISION_TIME:
    case CHANGED: return true;
    default: return false;
  }
}

/* A number that is none stays text, which the record's own check then names. */
static cJSON *value_of(const char *text, column at) {
  double number;
  if (is_number(at) && dove_csv_number(text, &number)) return cJSON_CreateNumber(number);
  if (at == SHOWN || at == WITHDRAWN) {
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) return cJSON_CreateBool(text[0] == 't');
  }
  return cJSON_CreateString(text);
}

static bool add_code(cJSON *record, const cJSON *fields, const char *key, column name, column id, column mark) {
  double number;
  if (cell(fields, id)[0] == '\0') return true;
  cJSON *code = cJSON_AddObjectToObject(record, key);
  cJSON *value =
      dove_csv_number(cell(fields, id), &number) ? cJSON_CreateNumber(number) : cJSON_CreateString(cell(fields, id));
  return code != NULL && cJSON_AddItemToObject(code, "id", value) &&
         cJSON_AddStringToObject(code, "name", cell(fields, name)) != NULL &&
         cJSON_AddStringToObject(code, "fingerprint", cell(fields, mark)) != NULL;
}

/* The row as the record that it was; freed with cJSON_Delete(). NULL when memory ran out. */
static cJSON *record_of(const cJSON *fields) {
  cJSON *record = cJSON_CreateObject();
  bool good = record != NULL;
  for (unsigned i = 0; i < COLUMNS && good; i++) {
    const char *text = cell(fields, (column)i);
    const bool of_code =
        i == CODE || i == CODE_ID || i == FINGERPRINT || i == OTHER || i == OTHER_ID || i == OTHER_FINGERPRINT;
    if (text[0] == '\0' || of_code) continue;
    cJSON *value = value_of(text, (column)i);
    good = value != NULL && cJSON_AddItemToObject(record, names[i], value);
  }
  good = good && add_code(record, fields, "code", CODE, CODE_ID, FINGERPRINT) &&
         add_code(record, fields, "other", OTHER, OTHER_ID, OTHER_FINGERPRINT);
  if (good) return record;
  cJSON_Delete(record);
  return NULL;
}

/* "yes", "Y", "1", "true" and so on. */
static bool read_answer(const char *text, annotation_says *says) {
  static const struct {
    const char *word;
    annotation_says says;
  } words[] = {{"yes", ANNOTATION_YES},   {"y", ANNOTATION_YES}, {"1", ANNOTATION_YES},    {"true", ANNOTATION_YES},
               {"no", ANNOTATION_NO},     {"n", ANNOTATION_NO},  {"0", ANNOTATION_NO},     {"false", ANNOTATION_NO},
               {"skip", ANNOTATION_SKIP}, {"", ANNOTATION_SKIP}, {"flag", ANNOTATION_FLAG}};
  char lower[8] = "";
  for (size_t i = 0; i + 1 < sizeof lower && text[i] != '\0'; i++)
    lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    *says = words[i].says;
    if (strcmp(words[i].word, lower) == 0 && strlen(text) == strlen(lower)) return true;
  }
  return false;
}

static dove_status take_answer(annotation_input *input, const import_record *record, dove_error *error) {
  const cJSON *fields = record->object;
  annotation_saying saying = {.uuid = cell(fields, UUID),
                              .document = cell(fields, DOCUMENT),
                              .code = cell(fields, CODE),
                              .annotator = cell(fields, ANNOTATOR),
                              .note = cell(fields, NOTE)};
  const char *question = cell(fields, QUESTION), *time = cell(fields, TIME);
  double milliseconds = 0;
  if (saying.code[0] == '\0') return import_fail(error, record, "'code' is empty");
  if (!read_answer(cell(fields, ANSWER), &saying.says))
    return import_fail(error, record, "'answer' must be yes, no, skip or flag; not '%s'", cell(fields, ANSWER));
  saying.question = saying.document[0] != '\0' ? DOVE_QUESTION_PRESENT : DOVE_QUESTION_MEANINGFUL;
  if (question[0] != '\0' && !dove_question_parse(question, &saying.question))
    return import_fail(error, record, "'question' must be present, meaningful or redundant; not '%s'", question);
  if ((saying.question == DOVE_QUESTION_PRESENT) != (saying.document[0] != '\0'))
    return import_fail(error, record, "'present' is asked of documents, the other questions of codes by themselves");
  if (dove_csv_number(time, &milliseconds) && milliseconds > 0 && milliseconds < 9e15) {
    saying.time = (int64_t)milliseconds;
  } else {
    saying.time = annotation_read_time(time);
  }
  return annotation_say(input, &saying, error);
}

static dove_status take_row(annotation_input *input, const import_record *record, dove_error *error) {
  if (cell(record->object, TYPE)[0] == '\0') return take_answer(input, record, error);
  cJSON *object = record_of(record->object);
  if (object == NULL) return dove_fail_memory(error, "reading annotations");
  const import_record made = {.object = object, .path = record->path, .line = record->line};
  const dove_status status = annotation_lines_add(&input->lines, &made, error);
  cJSON_Delete(object);
  return status;
}

/* A table of something else is refused, also when it has no rows. */
static dove_status check_header(const import_source *source, dove_error *error) {
  dove_csv *csv = NULL;
  const dove_csv_record *header = NULL;
  dove_status status = dove_csv_open(source->path, source->separator, 0, &csv, error);
  if (status == DOVE_OK) status = dove_csv_read(csv, &header, error);
  const bool typed = status == DOVE_OK && header != NULL && dove_csv_column(header, names[TYPE]) != DOVE_CSV_NO_COLUMN;
  const bool answers = status == DOVE_OK && header != NULL &&
                       dove_csv_column(header, names[CODE]) != DOVE_CSV_NO_COLUMN &&
                       dove_csv_column(header, names[ANSWER]) != DOVE_CSV_NO_COLUMN;
  if (status == DOVE_OK && !typed && !answers)
    status = dove_fail(error, DOVE_INPUT, "%s:1: a table of annotations has the columns 'code' and 'answer', or 'type'",
                       source->path);
  dove_csv_close(csv);
  return status;
}

dove_status annotation_read_csv(const char *path, annotation_input *input, dove_error *error) {
  import_source source;
  import_reader *reader = NULL;
  import_record record = {0};
  dove_status status = import_source_look(path, DOVE_IMPORT_DOCUMENTS, &source, error);
  if (status == DOVE_OK) status = check_header(&source, error);
  if (status == DOVE_OK) status = import_reader_open(&source, &reader, error);
  while (status == DOVE_OK) {
    status = import_reader_next(reader, &record, error);
    if (status != DOVE_OK || record.object == NULL) break;
    status = take_row(input, &record, error);
  }
  import_reader_close(reader);
  return status;
}
