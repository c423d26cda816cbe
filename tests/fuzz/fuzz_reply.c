/* Replies of models, and lines of a batch's results: whatever comes, what is taken is strict JSON. */
#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "dove/batch_line.h"
#include "dove/memory.h"
#include "dove/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_batch_line(const char *data, size_t size) {
  char *text = dove_strndup(data, size);
  dove_batch_line line;
  dove_error error;
  if (text != NULL && dove_batch_line_read(text, &line, &error) == DOVE_OK) {
    cJSON *reply = cJSON_Parse(line.reply != NULL ? line.reply : "{}");
    if (!cJSON_IsObject(reply)) abort();
    cJSON_Delete(reply);
    dove_batch_line_free(&line);
  }
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *json = NULL;
  dove_error error;
  read_batch_line((const char *)data, size);
  if (dove_reply_json((const char *)data, size, &json, &error) != DOVE_OK) return 0;
  cJSON *value = cJSON_ParseWithOpts(json, NULL, 1);
  if (!cJSON_IsArray(value) && !cJSON_IsObject(value)) abort();
  cJSON_Delete(value);
  free(json);
  return 0;
}
