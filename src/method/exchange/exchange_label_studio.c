/* Label Studio's JSON: one array of tasks. Spans are results of type "labels", codes of whole documents "choices". */
#include <stdlib.h>
#include <string.h>

#include "method/exchange/exchange_formats.h"

/* ---- Writing ---- */

static void put_result_head(dove_json_writer *json, size_t number, const char *control, const char *type) {
  char id[32];
  snprintf(id, sizeof id, "r%zu", number + 1);
  dove_json_object_begin(json, true);
  dove_json_member_text(json, "id", id);
  dove_json_member_text(json, "from_name", control);
  dove_json_member_text(json, "to_name", "text");
  dove_json_member_text(json, "type", type);
  dove_json_key(json, "value");
  dove_json_object_begin(json, true);
}

static void put_result(dove_json_writer *json, const dove_exchange_set *set, size_t index) {
  const dove_exchange_expression *row = &set->expressions[index];
  const bool span = row->start >= 0;
  put_result_head(json, index, span ? "label" : "codes", span ? "labels" : "choices");
  if (span) {
    dove_json_member_integer(json, "start", row->start);
    dove_json_member_integer(json, "end", row->end);
  }
  dove_json_key(json, span ? "labels" : "choices");
  dove_json_array_begin(json, true);
  dove_json_text(json, dove_exchange_label(set, row));
  dove_json_array_end(json);
  dove_json_object_end(json);
  dove_json_object_end(json);
}

static void put_task(dove_json_writer *json, const dove_exchange_set *set, size_t document, size_t first, size_t end) {
  dove_json_object_begin(json, true);
  dove_json_member_integer(json, "id", (int64_t)document + 1);
  dove_json_key(json, "data");
  dove_json_object_begin(json, true);
  dove_json_member_text(json, "text", set->documents[document].text);
  exchange_put_document(json, &set->documents[document]);
  exchange_put_details(json, set, first, end);
  dove_json_object_end(json);
  dove_json_key(json, "annotations");
  dove_json_array_begin(json, true);
  if (end > first) {
    dove_json_object_begin(json, true);
    dove_json_member_integer(json, "id", (int64_t)document + 1);
    dove_json_key(json, "result");
    dove_json_array_begin(json, true);
    for (size_t i = first; i < end; i++) {
      if (exchange_is_first_label(set, first, i)) put_result(json, set, i);
    }
    dove_json_array_end(json);
    dove_json_member_bool(json, "was_cancelled", false);
    dove_json_member_bool(json, "ground_truth", false);
    dove_json_object_end(json);
  }
  dove_json_array_end(json);
  dove_json_key(json, "predictions");
  dove_json_array_begin(json, true);
  dove_json_array_end(json);
  dove_json_object_end(json);
}

dove_status exchange_write_label_studio(dove_exchange_set *set, FILE *file, dove_error *error) {
  dove_json_writer json = dove_json_writer_on(file);
  size_t next = 0, first = 0, end = 0;
  (void)error;
  dove_json_array_begin(&json, false);
  for (size_t d = 0; d < set->document_count; d++) {
    exchange_expressions_of(set, d, &next, &first, &end);
    put_task(&json, set, d, first, end);
  }
  dove_json_array_end(&json);
  return DOVE_OK;
}

/* ---- Reading ---- */

/* One of an array's names, as a label. */
static dove_status take_names(exchange_reading *reading, const cJSON *names, int64_t start, int64_t end,
                              const char *user, dove_error *error) {
  const cJSON *name;
  cJSON_ArrayForEach(name, names) {
    if (!cJSON_IsString(name)) return dove_fail(error, DOVE_INPUT, "%s: a label is not text", reading->place);
    const exchange_label label = {name->valuestring, start, end, user};
    const dove_status status = exchange_take_label(reading, &label, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

/* Results of other types (ratings, relations, texts) are no codings; they are counted. */
static dove_status take_result(exchange_reading *reading, const cJSON *result, const char *user, dove_error *error) {
  const cJSON *value = cJSON_GetObjectItemCaseSensitive(result, "value");
  const cJSON *labels = cJSON_GetObjectItemCaseSensitive(value, "labels");
  const cJSON *choices = cJSON_GetObjectItemCaseSensitive(value, "choices");
  int64_t start, end;
  if (cJSON_IsArray(choices)) return take_names(reading, choices, -1, -1, user, error);
  if (!cJSON_IsArray(labels)) {
    reading->set->left_out++;
    return DOVE_OK;
  }
  if (!exchange_integer(cJSON_GetObjectItemCaseSensitive(value, "start"), &start) ||
      !exchange_integer(cJSON_GetObjectItemCaseSensitive(value, "end"), &end) || start < 0)
    return dove_fail(error, DOVE_INPUT, "%s: 'value' needs 'start' and 'end', whole numbers", reading->place);
  return take_names(reading, labels, start, end, user, error);
}

/* A number, or an object with an e-mail address or an id. */
const char *exchange_completed_by(const cJSON *annotation, char *room, size_t size) {
  const cJSON *by = cJSON_GetObjectItemCaseSensitive(annotation, "completed_by");
  const cJSON *email = cJSON_GetObjectItemCaseSensitive(by, "email");
  int64_t number;
  if (cJSON_IsString(email)) return email->valuestring;
  if (cJSON_IsString(by)) return by->valuestring;
  if (!exchange_integer(cJSON_IsObject(by) ? cJSON_GetObjectItemCaseSensitive(by, "id") : by, &number)) return "";
  snprintf(room, size, "%lld", (long long)number);
  return room;
}

static dove_status take_annotations(exchange_reading *reading, const char *task_place, const cJSON *annotations,
                                    dove_error *error) {
  const cJSON *annotation, *result;
  size_t a = 0;
  cJSON_ArrayForEach(annotation, annotations) {
    char room[32], place[700];
    size_t i = 0;
    const char *user = exchange_completed_by(annotation, room, sizeof room);
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(annotation, "was_cancelled"))) {
      reading->set->left_out++;
      a++;
      continue;
    }
    cJSON_ArrayForEach(result, cJSON_GetObjectItemCaseSensitive(annotation, "result")) {
      snprintf(place, sizeof place, "%s.annotations[%zu].result[%zu]", task_place, a, i++);
      reading->place = place;
      const dove_status status = take_result(reading, result, user, error);
      reading->place = task_place;
      if (status != DOVE_OK) return status;
    }
    a++;
  }
  return DOVE_OK;
}

/* Whole documents' codes are shown as choices, so that here a detail without its label is one that was removed. */
static dove_status take_task(void *user, const cJSON *task, const char *place, dove_error *error) {
  static const char *const skip[] = {"id", NULL};
  exchange_reading *reading = user;
  const cJSON *data = cJSON_GetObjectItemCaseSensitive(task, "data");
  const cJSON *id = cJSON_GetObjectItemCaseSensitive(task, "id");
  int64_t number;
  reading->place = place;
  if (!cJSON_IsObject(data)) return dove_fail(error, DOVE_INPUT, "%s: the task has no 'data'", place);
  /* The id of the task stands in for one of the document's own. */
  cJSON *own = cJSON_Duplicate(data, 1);
  if (own == NULL) return dove_fail_memory(error, "reading tasks");
  dove_status status = DOVE_OK;
  if (cJSON_GetObjectItemCaseSensitive(own, "id") == NULL && exchange_integer(id, &number) &&
      cJSON_AddNumberToObject(own, "id", (double)number) == NULL)
    status = dove_fail_memory(error, "reading tasks");
  if (status == DOVE_OK) status = exchange_take_document(reading, own, "id", skip, error);
  if (status == DOVE_OK)
    status = take_annotations(reading, place, cJSON_GetObjectItemCaseSensitive(task, "annotations"), error);
  cJSON_Delete(own);
  return status;
}

static size_t line_of(const char *bytes, const char *at) {
  size_t line = 1;
  for (; bytes < at; bytes++) line += *bytes == '\n';
  return line;
}

dove_status exchange_parse_json(const char *path, const char *bytes, size_t length, cJSON **value, dove_error *error) {
  const char *start = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? bytes + 3 : bytes;
  const char *end = start;
  *value = cJSON_ParseWithOpts(start, &end, 1);
  return *value != NULL ? DOVE_OK : dove_fail(error, DOVE_INPUT, "%s:%zu: broken JSON", path, line_of(bytes, end));
}

/* The tasks of a Label Studio export; freed with cJSON_Delete(). */
static dove_status load_tasks(const char *path, cJSON **tasks, dove_error *error) {
  char *bytes = NULL;
  size_t length = 0;
  *tasks = NULL;
  dove_status status = exchange_load(path, &bytes, &length, error);
  if (status == DOVE_OK) status = exchange_parse_json(path, bytes, length, tasks, error);
  free(bytes);
  if (status != DOVE_OK || cJSON_IsArray(*tasks)) return status;
  cJSON_Delete(*tasks);
  *tasks = NULL;
  return dove_fail(error, DOVE_INPUT, "%s: a Label Studio export is an array of tasks", path);
}

dove_status exchange_each_task(const char *path, exchange_task_taker *take, void *user, dove_error *error) {
  char place[600];
  size_t index = 0;
  cJSON *tasks = NULL;
  const cJSON *task;
  dove_status status = load_tasks(path, &tasks, error);
  cJSON_ArrayForEach(task, tasks) {
    if (status != DOVE_OK) break;
    snprintf(place, sizeof place, "%.560s: $[%zu]", path, index++);
    status = take(user, task, place, error);
  }
  cJSON_Delete(tasks);
  return status;
}

dove_status exchange_read_label_studio(const char *path, dove_exchange_set *set, dove_error *error) {
  exchange_reading reading = {.set = set};
  return exchange_each_task(path, take_task, &reading, error);
}
