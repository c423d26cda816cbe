/* What the JSON formats have in common: the members of a document, labels on spans, and "value_expressions", the field
 * that holds what a label cannot say. Where a tool has removed a label, the expression is gone; where it has added one,
 * there is an expression named like the label. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "method/exchange/exchange_formats.h"

static const char doing[] = "reading labels";

void exchange_expressions_of(const dove_exchange_set *set, size_t document, size_t *next, size_t *first, size_t *end) {
  while (*next < set->expression_count && set->expressions[*next].document < document) (*next)++;
  *first = *next;
  while (*next < set->expression_count && set->expressions[*next].document == document) (*next)++;
  *end = *next;
}

/* ---- Writing ---- */

static void put_member(dove_json_writer *json, const char *key, const char *value) {
  if (value[0] != '\0') dove_json_member_text(json, key, value);
}

void exchange_put_document(dove_json_writer *json, const dove_exchange_document *document) {
  dove_json_member_text(json, "document_id", document->id);
  put_member(json, "culture", document->culture);
  put_member(json, "source", document->source);
  put_member(json, "topic", document->topic);
  put_member(json, "lang", document->lang);
  put_member(json, "role", document->role);
  put_member(json, "metadata", document->metadata); /* as text: the tools show fields of text only */
}

void exchange_put_details(dove_json_writer *json, const dove_exchange_set *set, size_t first, size_t end) {
  dove_json_key(json, "value_expressions");
  dove_json_array_begin(json, true);
  for (size_t i = first; i < end; i++) {
    const dove_exchange_expression *row = &set->expressions[i];
    dove_json_object_begin(json, true);
    if (row->start >= 0) {
      dove_json_member_integer(json, "start", row->start);
      dove_json_member_integer(json, "end", row->end);
    }
    if (row->code != DOVE_EXCHANGE_NO_CODE) dove_json_member_text(json, "code", set->codes[row->code].name);
    dove_json_member_text(json, "code_name", row->code_name);
    dove_json_member_text(json, "description", row->description);
    put_member(json, "evidence", row->evidence);
    put_member(json, "user", row->user);
    dove_json_object_end(json);
  }
  dove_json_array_end(json);
}

bool exchange_is_first_label(const dove_exchange_set *set, size_t first, size_t index) {
  const dove_exchange_expression *row = &set->expressions[index];
  for (size_t i = first; i < index; i++) {
    const dove_exchange_expression *other = &set->expressions[i];
    if (other->start == row->start && other->end == row->end &&
        strcmp(dove_exchange_label(set, other), dove_exchange_label(set, row)) == 0)
      return false;
  }
  return true;
}

/* ---- Reading ---- */

bool exchange_integer(const cJSON *item, int64_t *value) {
  if (!cJSON_IsNumber(item) || item->valuedouble != floor(item->valuedouble) || fabs(item->valuedouble) > 9e15)
    return false;
  *value = (int64_t)item->valuedouble;
  return true;
}

static const char *const document_keys[] = {"document_id", "text", "culture",  "source",           "topic",
                                            "lang",        "role", "metadata", "value_expressions"};

static bool is_document_key(const char *key) {
  for (size_t i = 0; i < sizeof document_keys / sizeof document_keys[0]; i++) {
    if (strcmp(document_keys[i], key) == 0) return true;
  }
  return false;
}

static bool is_skipped(const char *key, const char *const *skip) {
  while (*skip != NULL && strcmp(*skip, key) != 0) skip++;
  return *skip != NULL;
}

/* The further keys as a JSON object; freed with cJSON_free(). What an export put under "metadata" comes first. */
static dove_status read_metadata(const cJSON *object, const char *const *skip, char **text, dove_error *error) {
  const cJSON *kept = cJSON_GetObjectItemCaseSensitive(object, "metadata");
  cJSON *metadata = cJSON_IsString(kept) ? cJSON_Parse(kept->valuestring) : NULL;
  if (!cJSON_IsObject(metadata)) {
    cJSON_Delete(metadata);
    metadata = cJSON_CreateObject();
  }
  bool good = metadata != NULL;
  for (const cJSON *item = object->child; item != NULL && good; item = item->next) {
    if (is_document_key(item->string) || is_skipped(item->string, skip)) continue;
    cJSON *copy = cJSON_Duplicate(item, 1);
    good = copy != NULL && cJSON_AddItemToObject(metadata, item->string, copy);
  }
  *text = good && metadata->child != NULL ? cJSON_PrintUnformatted(metadata) : NULL;
  good = good && (metadata->child == NULL || *text != NULL);
  cJSON_Delete(metadata);
  return good ? DOVE_OK : dove_fail_memory(error, doing);
}

/* Text or a number, as text; "" when it is neither. */
static const char *id_text(const cJSON *item, char *room, size_t size) {
  int64_t number;
  if (cJSON_IsString(item)) return item->valuestring;
  if (!exchange_integer(item, &number)) return "";
  snprintf(room, size, "%lld", (long long)number);
  return room;
}

const char *exchange_text(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsString(item) ? item->valuestring : "";
}

dove_status exchange_take_document(exchange_reading *reading, const cJSON *object, const char *id_key,
                                   const char *const *skip, dove_error *error) {
  char room[32], *metadata = NULL;
  const cJSON *own = cJSON_GetObjectItemCaseSensitive(object, "document_id");
  const cJSON *id = own != NULL ? own : cJSON_GetObjectItemCaseSensitive(object, id_key);
  dove_exchange_document document = {.id = id_text(id, room, sizeof room),
                                     .text = exchange_text(object, "text"),
                                     .culture = exchange_text(object, "culture"),
                                     .source = exchange_text(object, "source"),
                                     .topic = exchange_text(object, "topic"),
                                     .lang = exchange_text(object, "lang"),
                                     .role = exchange_text(object, "role")};
  if (document.text[0] == '\0') return dove_fail(error, DOVE_INPUT, "%s: 'text' is missing or empty", reading->place);
  if (document.id[0] == '\0')
    return dove_fail(error, DOVE_INPUT, "%s: '%s' is missing; it must be text or a whole number", reading->place,
                     id_key);
  dove_status status = read_metadata(object, skip, &metadata, error);
  document.metadata = metadata;
  if (status == DOVE_OK) status = dove_exchange_add_document(reading->set, &document, error);
  cJSON_free(metadata);
  if (status != DOVE_OK) return status;
  const cJSON *details = cJSON_GetObjectItemCaseSensitive(object, "value_expressions");
  reading->details = cJSON_IsArray(details) ? details : NULL;
  reading->document = reading->set->document_count - 1;
  reading->document_size = dove_utf8_count(document.text, strlen(document.text));
  reading->first = reading->set->expression_count;
  return DOVE_OK;
}

/* The label that a detail had when it was written. */
static const char *detail_label(const cJSON *detail) {
  const char *code = exchange_text(detail, "code");
  return code[0] != '\0' ? code : exchange_text(detail, "code_name");
}

static void detail_span(const cJSON *detail, int64_t *start, int64_t *end) {
  if (exchange_integer(cJSON_GetObjectItemCaseSensitive(detail, "start"), start) &&
      exchange_integer(cJSON_GetObjectItemCaseSensitive(detail, "end"), end))
    return;
  *start = *end = -1;
}

static dove_status take_detail(exchange_reading *reading, const cJSON *detail, int64_t start, int64_t end,
                               const char *user, dove_error *error) {
  const char *code = exchange_text(detail, "code"), *own_user = exchange_text(detail, "user");
  dove_exchange_expression row = {.document = reading->document,
                                  .code = DOVE_EXCHANGE_NO_CODE,
                                  .code_name = exchange_text(detail, "code_name"),
                                  .description = exchange_text(detail, "description"),
                                  .evidence = exchange_text(detail, "evidence"),
                                  .start = start,
                                  .end = end,
                                  .user = own_user[0] != '\0' ? own_user : user};
  if (row.code_name[0] == '\0')
    return dove_fail(error, DOVE_INPUT, "%s: a value expression has no 'code_name'", reading->place);
  if (row.description[0] == '\0') row.description = row.code_name;
  const dove_status status = code[0] != '\0' ? exchange_code_of(reading->set, code, &row.code, error) : DOVE_OK;
  return status == DOVE_OK ? dove_exchange_add_expression(reading->set, &row, error) : status;
}

/* All details of a label; *found tells whether there were any. */
static dove_status take_details(exchange_reading *reading, const exchange_label *label, bool *found,
                                dove_error *error) {
  const cJSON *detail;
  *found = false;
  cJSON_ArrayForEach(detail, reading->details) {
    int64_t start, end;
    detail_span(detail, &start, &end);
    if (start != label->start || end != label->end || strcmp(detail_label(detail), label->name) != 0) continue;
    const dove_status status = take_detail(reading, detail, start, end, label->user, error);
    if (status != DOVE_OK) return status;
    *found = true;
  }
  return DOVE_OK;
}

static const char *evidence_of(const exchange_reading *reading, const exchange_label *label, char **copy) {
  const char *text = reading->set->documents[reading->document].text;
  const size_t length = strlen(text);
  *copy = NULL;
  if (label->start < 0) return "";
  const size_t from = dove_utf8_offset(text, length, (size_t)label->start);
  *copy = dove_strndup(text + from, dove_utf8_offset(text, length, (size_t)label->end) - from);
  return *copy;
}

/* A label that came once already, from another annotator say, is one expression. */
static bool came_before(const exchange_reading *reading, const exchange_label *label) {
  const dove_exchange_set *set = reading->set;
  for (size_t i = reading->first; i < set->expression_count; i++) {
    const dove_exchange_expression *row = &set->expressions[i];
    if (row->start == label->start && row->end == label->end && strcmp(dove_exchange_label(set, row), label->name) == 0)
      return true;
  }
  return false;
}

dove_status exchange_take_label(exchange_reading *reading, const exchange_label *label, dove_error *error) {
  bool found = false;
  if (label->name[0] == '\0') return dove_fail(error, DOVE_INPUT, "%s: a label has no name", reading->place);
  const bool whole = label->start == -1 && label->end == -1;
  if (!whole && (label->start < 0 || label->end <= label->start || (uint64_t)label->end > reading->document_size))
    return dove_fail(error, DOVE_INPUT, "%s: the span %lld to %lld is not in the text, which has %zu characters",
                     reading->place, (long long)label->start, (long long)label->end, reading->document_size);
  if (came_before(reading, label)) return DOVE_OK;
  dove_status status = take_details(reading, label, &found, error);
  if (status != DOVE_OK || found) return status;
  char *copy = NULL;
  dove_exchange_expression row = {.document = reading->document,
                                  .code_name = label->name,
                                  .description = label->name,
                                  .start = label->start,
                                  .end = label->end,
                                  .user = label->user};
  row.evidence = evidence_of(reading, label, &copy);
  status = row.evidence != NULL ? exchange_code_of(reading->set, label->name, &row.code, error)
                                : dove_fail_memory(error, doing);
  if (status == DOVE_OK) status = dove_exchange_add_expression(reading->set, &row, error);
  free(copy);
  return status;
}

dove_status exchange_take_whole(exchange_reading *reading, dove_error *error) {
  const cJSON *detail;
  cJSON_ArrayForEach(detail, reading->details) {
    int64_t start, end;
    detail_span(detail, &start, &end);
    if (start >= 0) continue;
    const dove_status status = take_detail(reading, detail, -1, -1, NULL, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}
