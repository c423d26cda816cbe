/* Loading a file, and telling by content what it is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "method/exchange/exchange_formats.h"

/* A first line that is longer is not looked at. */
enum { LOOK = 1 << 20 };

static dove_status read_up_to(const char *path, size_t limit, char **bytes, size_t *length, dove_error *error) {
  struct stat status;
  FILE *file = fopen(path, "rb");
  *bytes = NULL;
  if (file == NULL || fstat(fileno(file), &status) != 0) {
    if (file != NULL) fclose(file);
    return dove_fail_errno(error, "open", path);
  }
  size_t room = S_ISREG(status.st_mode) && status.st_size >= 0 && (uint64_t)status.st_size < limit
                    ? (size_t)status.st_size
                    : limit;
  *bytes = dove_alloc(room + 1, 1);
  if (*bytes == NULL) {
    fclose(file);
    return dove_fail_memory(error, "reading a file");
  }
  *length = fread(*bytes, 1, room, file);
  const bool failed = ferror(file) != 0;
  fclose(file);
  (*bytes)[*length] = '\0';
  if (!failed) return DOVE_OK;
  free(*bytes);
  *bytes = NULL;
  return dove_fail_errno(error, "read", path);
}

dove_status exchange_load(const char *path, char **bytes, size_t *length, dove_error *error) {
  const dove_status status = read_up_to(path, DOVE_EXCHANGE_FILE_LIMIT + 1, bytes, length, error);
  if (status != DOVE_OK) return status;
  const char *reason = NULL;
  if (*length > DOVE_EXCHANGE_FILE_LIMIT) reason = "is larger than 256 MiB";
  if (dove_utf8_valid_prefix(*bytes, *length) != *length) reason = "is not UTF-8; save it in that encoding";
  if (reason == NULL) return DOVE_OK;
  free(*bytes);
  *bytes = NULL;
  return dove_fail(error, DOVE_INPUT, "'%s' %s", path, reason);
}

static bool has(const cJSON *object, const char *key) { return cJSON_GetObjectItemCaseSensitive(object, key) != NULL; }

static dove_exchange_format recognise_object(const char *line) {
  cJSON *object = cJSON_ParseWithOpts(line, NULL, 0);
  dove_exchange_format format = DOVE_EXCHANGE_NONE;
  if (has(object, "text")) {
    if (has(object, "_task_hash") || has(object, "_input_hash") || has(object, "answer") || has(object, "spans")) {
      format = DOVE_EXCHANGE_PRODIGY;
    } else if (has(object, "label") || has(object, "labels") || has(object, "entities")) {
      format = DOVE_EXCHANGE_DOCCANO;
    }
  }
  cJSON_Delete(object);
  return format;
}

static bool header_has(const char *line, size_t length, const char *name) {
  const size_t size = strlen(name);
  for (size_t at = 0; at + size <= length; at++) {
    const bool begins = at == 0 || strchr(",;\t\"", line[at - 1]) != NULL;
    const bool ends = at + size == length || strchr(",;\t\"\r", line[at + size]) != NULL;
    if (begins && ends && memcmp(line + at, name, size) == 0) return true;
  }
  return false;
}

static dove_exchange_format recognise_start(const char *text) {
  text += strspn(text, " \t\r\n");
  if (*text == '<') return DOVE_EXCHANGE_QDC;
  if (*text == '[') return DOVE_EXCHANGE_LABEL_STUDIO;
  if (*text == '{') return recognise_object(text);
  const size_t length = strcspn(text, "\n");
  const bool csv = header_has(text, length, "document_id") && header_has(text, length, "code") &&
                   header_has(text, length, "start") && header_has(text, length, "end");
  return csv ? DOVE_EXCHANGE_CSV : DOVE_EXCHANGE_NONE;
}

dove_status dove_exchange_recognise(const char *path, dove_exchange_format *format, dove_error *error) {
  struct stat file;
  char *bytes = NULL;
  size_t length = 0;
  *format = DOVE_EXCHANGE_NONE;
  if (stat(path, &file) != 0) return dove_fail_errno(error, "open", path);
  if (!S_ISREG(file.st_mode)) return DOVE_OK;
  const dove_status status = read_up_to(path, LOOK, &bytes, &length, error);
  if (status != DOVE_OK) return status;
  if (length >= 4 && memcmp(bytes, "PK\3\4", 4) == 0) {
    *format = DOVE_EXCHANGE_QDPX;
  } else {
    *format = recognise_start(bytes + (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0));
  }
  free(bytes);
  return DOVE_OK;
}

dove_status exchange_first_object(const char *path, bool *object, bool *typed, dove_error *error) {
  char *bytes = NULL;
  size_t length = 0;
  *object = *typed = false;
  const dove_status status = read_up_to(path, LOOK, &bytes, &length, error);
  if (status != DOVE_OK) return status;
  const char *text = bytes + (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
  text += strspn(text, " \t\r\n");
  *object = *text == '{';
  cJSON *parsed = *object ? cJSON_ParseWithOpts(text, NULL, 0) : NULL;
  *typed = has(parsed, "type");
  cJSON_Delete(parsed);
  free(bytes);
  return DOVE_OK;
}
