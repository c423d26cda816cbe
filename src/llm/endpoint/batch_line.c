#include "dove/batch_line.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/text.h"
#include "llm/endpoint/token_guess.h"
#include "llm/roles/verdict.h"

static const char prefix[] = "dove-";

/* ---- Out ---- */

void dove_batch_line_write(dove_buffer *out, const unsigned char key[DOVE_REQUEST_KEY], const char *path,
                           const char *body) {
  dove_buffer_printf(out, "{\"custom_id\":\"%s", prefix);
  for (size_t i = 0; i < DOVE_REQUEST_KEY; i++) dove_buffer_printf(out, "%02x", key[i]);
  dove_buffer_printf(out, "\",\"method\":\"POST\",\"url\":\"/v1%s\",\"body\":", path);
  dove_buffer_add_text(out, body);
  dove_buffer_add_text(out, "}\n");
}

size_t dove_batch_inputs(const char *path, const char *body) {
  if (strstr(path, "embeddings") == NULL) return 1;
  cJSON *object = cJSON_Parse(body);
  const cJSON *input = cJSON_GetObjectItemCaseSensitive(object, "input");
  const size_t count = cJSON_IsArray(input) ? (size_t)cJSON_GetArraySize(input) : 1;
  cJSON_Delete(object);
  return count;
}

/* ---- In ---- */

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_key(const char *id, unsigned char key[DOVE_REQUEST_KEY]) {
  const size_t skip = sizeof prefix - 1;
  if (strncmp(id, prefix, skip) != 0 || strlen(id) != skip + 2 * (size_t)DOVE_REQUEST_KEY) return false;
  for (size_t i = 0; i < DOVE_REQUEST_KEY; i++) {
    const int high = digit(id[skip + 2 * i]), low = digit(id[skip + 2 * i + 1]);
    if (high < 0 || low < 0) return false;
    key[i] = (unsigned char)(high * 16 + low);
  }
  return true;
}

static void copy_cut(char *to, size_t size, const char *text) {
  size_t length = strlen(text);
  if (length >= size) length = dove_utf8_valid_prefix(text, size - 1);
  memcpy(to, text, length);
  to[length] = '\0';
}

/* The body is judged as if the server had sent it. */
static void read_response(const cJSON *response, dove_batch_line *line) {
  const cJSON *status = cJSON_GetObjectItemCaseSensitive(response, "status_code");
  const cJSON *body = cJSON_GetObjectItemCaseSensitive(response, "body");
  dove_answer_headers headers;
  dove_answer_headers_clear(&headers);
  char *text = body != NULL ? cJSON_PrintUnformatted(body) : NULL;
  line->http_status =
      cJSON_IsNumber(status) && status->valuedouble > 0 && status->valuedouble < 1000 ? (long)status->valuedouble : 200;
  const dove_answer answer = {.result = CURLE_OK,
                              .http_status = line->http_status,
                              .body = text != NULL ? text : "",
                              .length = text != NULL ? strlen(text) : 0,
                              .headers = &headers};
  if (dove_answer_judge(&answer, &line->tokens_in, &line->tokens_out, line->reason) == DOVE_VERDICT_GOOD) {
    line->reply = text;
  } else {
    free(text);
  }
}

static void read_failure(const cJSON *error, dove_batch_line *line) {
  const char *message = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(error, "message"));
  dove_error said;
  dove_fail(&said, DOVE_NETWORK, "the batch says: %s", message != NULL ? message : "no reason is given");
  copy_cut(line->reason, sizeof line->reason, said.message);
}

dove_status dove_batch_line_read(const char *text, dove_batch_line *line, dove_error *error) {
  *line = (dove_batch_line){.tokens_in = -1, .tokens_out = -1};
  if (dove_utf8_valid_prefix(text, strlen(text)) != strlen(text))
    return dove_fail(error, DOVE_INPUT, "it is not valid UTF-8");
  cJSON *object = cJSON_ParseWithOpts(text, NULL, 1);
  const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "custom_id"));
  const cJSON *response = cJSON_GetObjectItemCaseSensitive(object, "response");
  const cJSON *failure = cJSON_GetObjectItemCaseSensitive(object, "error");
  dove_status status = DOVE_OK;
  if (id == NULL) {
    status = dove_fail(error, DOVE_INPUT, "it is not a JSON object with a 'custom_id'");
  } else if (!cJSON_IsObject(response) && !cJSON_IsObject(failure)) {
    status = dove_fail(error, DOVE_INPUT, "it has neither a 'response' nor an 'error': is it a file of requests?");
  } else {
    copy_cut(line->id, sizeof line->id, id);
    line->known = read_key(id, line->key);
    if (cJSON_IsObject(response)) {
      read_response(response, line);
    } else {
      read_failure(failure, line);
    }
  }
  cJSON_Delete(object);
  return status;
}

void dove_batch_line_free(dove_batch_line *line) {
  free(line->reply);
  *line = (dove_batch_line){0};
}

int64_t dove_batch_tokens(const char *text) { return dove_guess_text(text).about; }
