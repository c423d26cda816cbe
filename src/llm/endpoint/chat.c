#include "dove/chat.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

static bool add_messages(cJSON *object, const dove_chat_message *messages, size_t count) {
  cJSON *list = cJSON_AddArrayToObject(object, "messages");
  for (size_t i = 0; list != NULL && i < count; i++) {
    cJSON *message = cJSON_CreateObject();
    if (message == NULL || !cJSON_AddItemToArray(list, message)) return false;
    if (cJSON_AddStringToObject(message, "role", messages[i].role) == NULL ||
        cJSON_AddStringToObject(message, "content", messages[i].content) == NULL)
      return false;
  }
  return list != NULL;
}

/* The nested form: llm servers that read a schema at all read this one. Takes over `schema`. */
static bool add_schema(cJSON *object, const char *name, cJSON *schema) {
  cJSON *format = cJSON_AddObjectToObject(object, "response_format");
  cJSON *inner = NULL;
  if (format != NULL && cJSON_AddStringToObject(format, "type", "json_schema") != NULL)
    inner = cJSON_AddObjectToObject(format, "json_schema");
  if (inner == NULL || cJSON_AddStringToObject(inner, "name", name) == NULL ||
      cJSON_AddTrueToObject(inner, "strict") == NULL) {
    cJSON_Delete(schema);
    return false;
  }
  return cJSON_AddItemToObject(inner, "schema", schema);
}

static bool add_parameters(cJSON *object, const dove_chat_parameters *parameters) {
  const char *tokens = parameters->old_max_tokens ? "max_tokens" : "max_completion_tokens";
  if (isfinite(parameters->temperature) &&
      cJSON_AddNumberToObject(object, "temperature", parameters->temperature) == NULL)
    return false;
  return parameters->max_tokens <= 0 || cJSON_AddNumberToObject(object, tokens, (double)parameters->max_tokens) != NULL;
}

dove_status dove_chat_body(const dove_chat_parameters *parameters, const dove_chat_message *messages, size_t count,
                           char **body, dove_error *error) {
  cJSON *schema = NULL;
  *body = NULL;
  if (parameters->schema != NULL && (schema = cJSON_Parse(parameters->schema)) == NULL)
    return dove_fail(error, DOVE_INPUT, "the schema '%s' is not JSON", parameters->schema_name);
  cJSON *object = cJSON_CreateObject();
  bool made = object != NULL && cJSON_AddStringToObject(object, "model", parameters->model) != NULL &&
              add_messages(object, messages, count) && add_parameters(object, parameters);
  if (made && schema != NULL) {
    made = add_schema(object, parameters->schema_name, schema);
  } else {
    cJSON_Delete(schema);
  }
  if (made) *body = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  return *body != NULL ? DOVE_OK : dove_fail_memory(error, "writing a chat request");
}

static bool says(const cJSON *object, const char *key, const char *word) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  return cJSON_IsString(item) && strcmp(item->valuestring, word) == 0;
}

dove_status dove_chat_read(const char *body, dove_chat_reply *reply, dove_error *error) {
  *reply = (dove_chat_reply){0};
  cJSON *object = cJSON_Parse(body);
  const cJSON *choice = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(object, "choices"), 0);
  const cJSON *message = cJSON_GetObjectItemCaseSensitive(choice, "message");
  dove_status status = DOVE_OK;
  if (!cJSON_IsObject(message)) {
    status = dove_fail(error, DOVE_INPUT, "the reply has no choice with a message: is this a chat model?");
  } else {
    const char *content = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "content"));
    const char *refusal = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "refusal"));
    const bool refused = refusal != NULL && refusal[0] != '\0';
    reply->cut = says(choice, "finish_reason", "length");
    reply->filtered = says(choice, "finish_reason", "content_filter");
    reply->content = dove_strdup(content != NULL ? content : "");
    reply->refusal = refused ? dove_strdup(refusal) : NULL;
    if (reply->content == NULL || (refused && reply->refusal == NULL))
      status = dove_fail_memory(error, "reading a chat reply");
  }
  cJSON_Delete(object);
  if (status != DOVE_OK) dove_chat_reply_free(reply);
  return status;
}

void dove_chat_reply_free(dove_chat_reply *reply) {
  free(reply->content);
  free(reply->refusal);
  *reply = (dove_chat_reply){0};
}
