/* The formats with one record a line: doccano and Prodigy JSON lines, and CSV of codings. */
#include <stdlib.h>
#include <string.h>

#include "dove/csv.h"
#include "dove/random.h"
#include "method/exchange/exchange_formats.h"
#include "method/export/export_table.h"
#include "method/import/import_reader.h"

/* ---- doccano ---- */

dove_status exchange_write_doccano(dove_exchange_set *set, FILE *file, dove_error *error) {
  export_table table = export_table_begin(file, DOVE_EXPORT_JSONL, NULL);
  dove_json_writer *json = &table.json;
  size_t next = 0, first = 0, end = 0;
  (void)error;
  for (size_t d = 0; d < set->document_count; d++) {
    exchange_expressions_of(set, d, &next, &first, &end);
    export_row_begin(&table);
    dove_json_member_integer(json, "id", (int64_t)d + 1);
    dove_json_member_text(json, "text", set->documents[d].text);
    dove_json_key(json, "label");
    dove_json_array_begin(json, true);
    for (size_t i = first; i < end; i++) {
      const dove_exchange_expression *row = &set->expressions[i];
      if (row->start < 0 || !exchange_is_first_label(set, first, i)) continue;
      dove_json_array_begin(json, true);
      dove_json_integer(json, row->start);
      dove_json_integer(json, row->end);
      dove_json_text(json, dove_exchange_label(set, row));
      dove_json_array_end(json);
    }
    dove_json_array_end(json);
    dove_json_key(json, "Comments");
    dove_json_array_begin(json, true);
    dove_json_array_end(json);
    exchange_put_document(json, &set->documents[d]);
    exchange_put_details(json, set, first, end);
    export_row_end(&table);
  }
  export_table_end(&table);
  return DOVE_OK;
}

/* [start, end, "label"], or {"start_offset", "end_offset", "label"}, or "label" for the whole document. */
static bool read_doccano_label(const cJSON *item, exchange_label *label) {
  const cJSON *name = item;
  *label = (exchange_label){.start = -1, .end = -1};
  if (cJSON_IsArray(item)) {
    name = cJSON_GetArrayItem(item, 2);
    if (!exchange_integer(cJSON_GetArrayItem(item, 0), &label->start) ||
        !exchange_integer(cJSON_GetArrayItem(item, 1), &label->end) || label->start < 0)
      return false;
  } else if (cJSON_IsObject(item)) {
    name = cJSON_GetObjectItemCaseSensitive(item, "label");
    if (!exchange_integer(cJSON_GetObjectItemCaseSensitive(item, "start_offset"), &label->start) ||
        !exchange_integer(cJSON_GetObjectItemCaseSensitive(item, "end_offset"), &label->end) || label->start < 0)
      return false;
  }
  if (!cJSON_IsString(name)) return false;
  label->name = name->valuestring;
  return true;
}

static dove_status take_doccano_labels(exchange_reading *reading, const cJSON *labels, dove_error *error) {
  const cJSON *item;
  size_t index = 0;
  if (labels != NULL && !cJSON_IsArray(labels) && !cJSON_IsNull(labels))
    return dove_fail(error, DOVE_INPUT, "%s: the labels are not an array", reading->place);
  cJSON_ArrayForEach(item, labels) {
    exchange_label label;
    if (!read_doccano_label(item, &label))
      return dove_fail(error, DOVE_INPUT, "%s: label %zu is neither [start, end, \"name\"] nor a name", reading->place,
                       index + 1);
    const dove_status status = exchange_take_label(reading, &label, error);
    if (status != DOVE_OK) return status;
    index++;
  }
  return DOVE_OK;
}

static dove_status read_doccano(exchange_reading *reading, const cJSON *object, dove_error *error) {
  static const char *const skip[] = {"id", "label", "labels", "entities", "relations", "Comments", "comments", NULL};
  static const char *const places[] = {"label", "labels", "entities"};
  dove_status status = exchange_take_document(reading, object, "id", skip, error);
  for (size_t i = 0; i < sizeof places / sizeof places[0] && status == DOVE_OK; i++)
    status = take_doccano_labels(reading, cJSON_GetObjectItemCaseSensitive(object, places[i]), error);
  return status == DOVE_OK ? exchange_take_whole(reading, error) : status;
}

/* ---- Prodigy ---- */

int64_t exchange_hash(uint64_t state, const char *text) {
  for (; *text != '\0'; text++) state = dove_random_mix(state, (unsigned char)*text);
  return (int64_t)(state & 0x7fffffff);
}

static void put_prodigy_spans(dove_json_writer *json, const dove_exchange_set *set, size_t first, size_t end) {
  dove_json_key(json, "spans");
  dove_json_array_begin(json, true);
  for (size_t i = first; i < end; i++) {
    const dove_exchange_expression *row = &set->expressions[i];
    if (row->start < 0 || !exchange_is_first_label(set, first, i)) continue;
    dove_json_object_begin(json, true);
    dove_json_member_integer(json, "start", row->start);
    dove_json_member_integer(json, "end", row->end);
    dove_json_member_text(json, "label", dove_exchange_label(set, row));
    dove_json_object_end(json);
  }
  dove_json_array_end(json);
}

dove_status exchange_write_prodigy(dove_exchange_set *set, FILE *file, dove_error *error) {
  export_table table = export_table_begin(file, DOVE_EXPORT_JSONL, NULL);
  dove_json_writer *json = &table.json;
  size_t next = 0, first = 0, end = 0;
  (void)error;
  for (size_t d = 0; d < set->document_count; d++) {
    const dove_exchange_document *document = &set->documents[d];
    exchange_expressions_of(set, d, &next, &first, &end);
    export_row_begin(&table);
    dove_json_member_text(json, "text", document->text);
    put_prodigy_spans(json, set, first, end);
    dove_json_member_text(json, "answer", "accept");
    dove_json_member_integer(json, "_input_hash", exchange_hash(1, document->text));
    dove_json_member_integer(json, "_task_hash",
                             exchange_hash((uint64_t)exchange_hash(1, document->text) + 2, document->id));
    dove_json_member_text(json, "_view_id", "spans");
    exchange_put_document(json, document);
    exchange_put_details(json, set, first, end);
    export_row_end(&table);
  }
  export_table_end(&table);
  return DOVE_OK;
}

static dove_status take_prodigy_spans(exchange_reading *reading, const cJSON *spans, const char *user,
                                      dove_error *error) {
  const cJSON *item;
  cJSON_ArrayForEach(item, spans) {
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "label");
    exchange_label label = {.user = user};
    if (!exchange_integer(cJSON_GetObjectItemCaseSensitive(item, "start"), &label.start) ||
        !exchange_integer(cJSON_GetObjectItemCaseSensitive(item, "end"), &label.end) || label.start < 0 ||
        !cJSON_IsString(name))
      return dove_fail(error, DOVE_INPUT, "%s: a span needs 'start', 'end' and 'label'", reading->place);
    label.name = name->valuestring;
    const dove_status status = exchange_take_label(reading, &label, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

/* What the option with this id says; the id itself where there is no such option. */
static const char *option_text(const cJSON *options, const cJSON *id) {
  const cJSON *option;
  cJSON_ArrayForEach(option, options) {
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(option, "text");
    if (cJSON_Compare(cJSON_GetObjectItemCaseSensitive(option, "id"), id, 1) && cJSON_IsString(text))
      return text->valuestring;
  }
  return cJSON_IsString(id) ? id->valuestring : NULL;
}

static dove_status take_prodigy_choices(exchange_reading *reading, const cJSON *object, const char *user,
                                        dove_error *error) {
  const cJSON *options = cJSON_GetObjectItemCaseSensitive(object, "options"), *id;
  cJSON_ArrayForEach(id, cJSON_GetObjectItemCaseSensitive(object, "accept")) {
    const exchange_label label = {option_text(options, id), -1, -1, user};
    if (label.name == NULL)
      return dove_fail(error, DOVE_INPUT, "%s: 'accept' names an option that is not there", reading->place);
    const dove_status status = exchange_take_label(reading, &label, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

/* Only accepted answers are codings; without an answer the task was not annotated in Prodigy, and is taken as it is. */
static dove_status read_prodigy(exchange_reading *reading, const cJSON *object, dove_error *error) {
  static const char *const skip[] = {"spans",       "tokens",     "answer",   "accept",      "options",
                                     "_input_hash", "_task_hash", "_view_id", "_session_id", "_annotator_id",
                                     "_timestamp",  "_is_binary", "meta",     "config",      NULL};
  const cJSON *answer = cJSON_GetObjectItemCaseSensitive(object, "answer");
  const cJSON *session = cJSON_GetObjectItemCaseSensitive(object, "_session_id");
  const char *user = cJSON_IsString(session) ? session->valuestring : "";
  if (cJSON_IsString(answer) && strcmp(answer->valuestring, "accept") != 0) {
    reading->set->left_out++;
    return DOVE_OK;
  }
  dove_status status = exchange_take_document(reading, object, "_input_hash", skip, error);
  if (status == DOVE_OK)
    status = take_prodigy_spans(reading, cJSON_GetObjectItemCaseSensitive(object, "spans"), user, error);
  if (status == DOVE_OK) status = take_prodigy_choices(reading, object, user, error);
  return status == DOVE_OK ? exchange_take_whole(reading, error) : status;
}

/* ---- CSV ---- */

dove_status exchange_write_csv(dove_exchange_set *set, FILE *file, dove_error *error) {
  static const char *const columns[] = {"document_id", "start",    "end",  "code", "code_name",
                                        "description", "evidence", "user", NULL};
  export_table table = export_table_begin(file, DOVE_EXPORT_CSV, columns);
  for (size_t i = 0; i < set->expression_count; i++) {
    const dove_exchange_expression *row = &set->expressions[i];
    export_row_begin(&table);
    export_text(&table, "document_id", set->documents[row->document].id);
    export_integer(&table, "start", row->start);
    export_integer(&table, "end", row->end);
    export_text(&table, "code", row->code != DOVE_EXCHANGE_NO_CODE ? set->codes[row->code].name : "");
    export_text(&table, "code_name", row->code_name);
    export_text(&table, "description", row->description);
    export_text(&table, "evidence", row->evidence);
    export_text(&table, "user", row->user);
    export_row_end(&table);
  }
  export_table_end(&table);
  return table.failed ? dove_fail_memory(error, "writing codings") : DOVE_OK;
}

static const char *cell(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsString(item) ? item->valuestring : "";
}

/* Rows of one document mostly follow each other. */
static dove_status find_document(exchange_reading *reading, const char *id, dove_error *error) {
  dove_exchange_set *set = reading->set;
  if (set->document_count > 0 && strcmp(set->documents[set->document_count - 1].id, id) == 0) return DOVE_OK;
  const dove_exchange_document document = {.id = id};
  return dove_exchange_add_document(set, &document, error);
}

static bool read_cell(const char *text, int64_t *value) {
  double number;
  if (text[0] == '\0') {
    *value = -1;
    return true;
  }
  if (!dove_csv_number(text, &number) || number < -1 || number > 1e15 || number != (double)(int64_t)number)
    return false;
  *value = (int64_t)number;
  return true;
}

static dove_status read_csv(exchange_reading *reading, const cJSON *object, dove_error *error) {
  dove_exchange_expression row = {.code = DOVE_EXCHANGE_NO_CODE};
  const char *id = cell(object, "document_id"), *code = cell(object, "code");
  row.code_name = cell(object, "code_name")[0] != '\0' ? cell(object, "code_name") : code;
  row.description = cell(object, "description")[0] != '\0' ? cell(object, "description") : row.code_name;
  row.evidence = cell(object, "evidence");
  row.user = cell(object, "user");
  if (id[0] == '\0') return dove_fail(error, DOVE_INPUT, "%s: 'document_id' is empty", reading->place);
  if (row.code_name[0] == '\0')
    return dove_fail(error, DOVE_INPUT, "%s: 'code' and 'code_name' are empty; one is needed", reading->place);
  if (!read_cell(cell(object, "start"), &row.start) || !read_cell(cell(object, "end"), &row.end) ||
      (row.start < 0) != (row.end < 0) || (row.start >= 0 && row.end <= row.start))
    return dove_fail(error, DOVE_INPUT, "%s: 'start' and 'end' must be whole numbers, start before end, or both empty",
                     reading->place);
  dove_status status = code[0] != '\0' ? exchange_code_of(reading->set, code, &row.code, error) : DOVE_OK;
  if (status == DOVE_OK) status = find_document(reading, id, error);
  row.document = reading->set->document_count - 1;
  return status == DOVE_OK ? dove_exchange_add_expression(reading->set, &row, error) : status;
}

/* ---- Lines ---- */

static dove_status read_record(exchange_reading *reading, dove_exchange_format format, const import_record *record,
                               dove_error *error) {
  char place[600];
  snprintf(place, sizeof place, "%.560s:%zu", record->path, record->line);
  reading->place = place;
  switch (format) {
    case DOVE_EXCHANGE_DOCCANO: return read_doccano(reading, record->object, error);
    case DOVE_EXCHANGE_PRODIGY: return read_prodigy(reading, record->object, error);
    default: return read_csv(reading, record->object, error);
  }
}

dove_status exchange_read_records(const char *path, dove_exchange_format format, dove_exchange_set *set,
                                  dove_error *error) {
  const import_source source = {.path = path,
                                .format = format == DOVE_EXCHANGE_CSV ? IMPORT_CSV : IMPORT_JSONL,
                                .kind = DOVE_IMPORT_DOCUMENTS,
                                .separator = ','};
  exchange_reading reading = {.set = set};
  import_reader *reader = NULL;
  dove_status status = import_reader_open(&source, &reader, error);
  while (status == DOVE_OK) {
    import_record record;
    status = import_reader_next(reader, &record, error);
    if (status != DOVE_OK || record.object == NULL) break;
    status = read_record(&reading, format, &record, error);
  }
  import_reader_close(reader);
  return status;
}
