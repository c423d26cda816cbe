#include "dove/project_settings.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/store_project.h"

dove_status dove_project_settings_load(dove_store *store, dove_settings *settings, dove_error *error) {
  dove_store_setting_list list = {0};
  dove_settings_defaults(settings);
  dove_status status = dove_store_setting_list_read(store, &list, error);
  for (size_t i = 0; status == DOVE_OK && i < list.count; i++) {
    if (dove_settings_set(settings, list.rows[i].key, list.rows[i].value, error) == DOVE_OK) continue;
    dove_fail_context(error, "the project's settings");
    if (error != NULL) error->code = DOVE_PROJECT;
    status = DOVE_PROJECT;
  }
  dove_store_setting_list_free(&list);
  return status;
}

/* Setting values are short ASCII or paths; what JSON reserves is escaped. */
static void add_json_text(dove_buffer *buffer, const char *text) {
  dove_buffer_add_char(buffer, '"');
  for (const char *at = text; *at != '\0'; at++) {
    const unsigned char byte = (unsigned char)*at;
    if (byte < 0x20) {
      dove_buffer_printf(buffer, "\\u%04x", byte);
      continue;
    }
    if (byte == '"' || byte == '\\') dove_buffer_add_char(buffer, '\\');
    dove_buffer_add_char(buffer, *at);
  }
  dove_buffer_add_char(buffer, '"');
}

char *dove_settings_to_json(const dove_settings *settings) {
  dove_buffer buffer = {0};
  char value[512];
  dove_buffer_add_char(&buffer, '{');
  for (size_t i = 0; i < dove_setting_count(); i++) {
    const char *key = dove_setting_at(i).key;
    if (dove_settings_get(settings, key, value, sizeof value, NULL) != DOVE_OK) continue;
    if (i > 0) dove_buffer_add_char(&buffer, ',');
    add_json_text(&buffer, key);
    dove_buffer_add_char(&buffer, ':');
    add_json_text(&buffer, value);
  }
  dove_buffer_add_char(&buffer, '}');
  return dove_buffer_take(&buffer);
}

dove_status dove_settings_from_json(const char *json, dove_settings *settings, dove_error *error) {
  dove_settings_defaults(settings);
  cJSON *object = cJSON_Parse(json);
  if (!cJSON_IsObject(object)) {
    cJSON_Delete(object);
    return dove_fail(error, DOVE_PROJECT,
                     "the settings kept with a run are not a JSON object; 'dove check' on the command line says more");
  }
  dove_status status = DOVE_OK;
  for (const cJSON *item = object->child; item != NULL && status == DOVE_OK; item = item->next) {
    if (!cJSON_IsString(item) || dove_setting_canonical(item->string) == NULL) continue;
    status = dove_settings_set(settings, item->string, item->valuestring, error);
  }
  cJSON_Delete(object);
  if (status == DOVE_OK) return DOVE_OK;
  dove_fail_context(error, "the settings kept with a run");
  if (error != NULL) error->code = DOVE_PROJECT;
  return DOVE_PROJECT;
}
