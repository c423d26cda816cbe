/* Replies of models: whatever comes, what is taken is strict JSON. */
#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "dove/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *json = NULL;
  dove_error error;
  if (dove_reply_json((const char *)data, size, &json, &error) != DOVE_OK) return 0;
  cJSON *value = cJSON_ParseWithOpts(json, NULL, 1);
  if (!cJSON_IsArray(value) && !cJSON_IsObject(value)) abort();
  cJSON_Delete(value);
  free(json);
  return 0;
}
