/* From a model's words to value expressions: strict about what is there, silent about nothing. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/chat_recognizer.h"
#include "dove/memory.h"
#include "dove/reply.h"
#include "llm/roles/code_names.h"

static const char blanks[] = " \t\r\n";

enum { MOST_VALUES = 64 };

static dove_status check(const dove_value_expression *expression, size_t number, dove_error *error) {
  if (expression->code_name == NULL || expression->description == NULL)
    return dove_fail_memory(error, "reading a reply");
  if (expression->code_name[0] == '\0')
    return dove_fail(error, DOVE_INPUT, "value %zu has an empty \"code_name\"", number);
  if (code_name_count_words(expression->code_name) > CODE_NAME_WORDS ||
      strlen(expression->code_name) > CODE_NAME_LENGTH)
    return dove_fail(error, DOVE_INPUT, "the \"code_name\" of value %zu, \"%.60s\", has more than %d words", number,
                     expression->code_name, CODE_NAME_WORDS);
  if (expression->description[0] == '\0')
    return dove_fail(error, DOVE_INPUT, "value %zu has an empty \"description\"", number);
  return DOVE_OK;
}

static dove_status read_value(const cJSON *item, size_t number, const char *document, dove_locate_quotation *locate,
                              dove_value_expression *expression, dove_error *error) {
  const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "code_name"));
  const char *description = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "description"));
  const char *evidence = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "evidence"));
  *expression = (dove_value_expression){.strength = 1};
  if (name == NULL || description == NULL)
    return dove_fail(error, DOVE_INPUT, "value %zu lacks \"code_name\" or \"description\"", number);
  expression->code_name = code_name_squeezed(name);
  expression->description = code_name_squeezed(description);
  const dove_status status = check(expression, number, error);
  if (status != DOVE_OK || evidence == NULL || evidence[strspn(evidence, blanks)] == '\0') return status;
  if (!locate(document, evidence, &expression->evidence_start, &expression->evidence_end))
    expression->evidence_start = expression->evidence_end = 0;
  return DOVE_OK;
}

static dove_status read_values(const cJSON *list, const char *document, dove_locate_quotation *locate,
                               dove_recognition *recognition, dove_error *error) {
  const size_t count = (size_t)cJSON_GetArraySize(list);
  if (count > MOST_VALUES)
    return dove_fail(error, DOVE_INPUT, "there are %zu values; give at most %d", count, MOST_VALUES);
  recognition->expressions = dove_alloc_zero(count, sizeof *recognition->expressions);
  if (recognition->expressions == NULL) return dove_fail_memory(error, "reading a reply");
  const cJSON *item;
  cJSON_ArrayForEach(item, list) {
    const size_t at = recognition->count++;
    const dove_status status = read_value(item, at + 1, document, locate, &recognition->expressions[at], error);
    if (status != DOVE_OK) return status;
  }
  if (count == 0) snprintf(recognition->reason, sizeof recognition->reason, "the model finds no value in it");
  return DOVE_OK;
}

dove_status dove_recognition_from_reply(const char *content, const char *document, dove_locate_quotation *locate,
                                        dove_recognition *recognition, dove_error *error) {
  char *json = NULL;
  *recognition = (dove_recognition){0};
  dove_status status = dove_reply_json(content, strlen(content), &json, error);
  if (status != DOVE_OK) return status;
  cJSON *root = cJSON_Parse(json);
  free(json);
  const cJSON *list = cJSON_IsArray(root) ? root : cJSON_GetObjectItemCaseSensitive(root, "values");
  if (!cJSON_IsArray(list)) {
    status = dove_fail(error, DOVE_INPUT, "there is no list \"values\"");
  } else {
    status = read_values(list, document, locate, recognition, error);
  }
  cJSON_Delete(root);
  if (status != DOVE_OK) dove_recognition_free(recognition);
  return status;
}
