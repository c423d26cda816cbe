#include "dove/prompts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/paths.h"
#include "dove/text.h"

enum { LONGEST = 64 * 1024 };

static dove_status read_file(const char *path, char **prompt, dove_error *error) {
  FILE *file = fopen(path, "re");
  char *text = dove_alloc(LONGEST + 1, 1);
  if (file == NULL || text == NULL) {
    const dove_status status =
        file == NULL ? dove_fail_errno(error, "read the prompt", path) : dove_fail_memory(error, "reading a prompt");
    if (file != NULL) fclose(file);
    free(text);
    return status;
  }
  const size_t length = fread(text, 1, LONGEST + 1, file);
  const bool bad =
      ferror(file) != 0 || length == 0 || length > LONGEST || dove_utf8_valid_prefix(text, length) != length;
  fclose(file);
  if (bad) {
    free(text);
    return dove_fail(error, DOVE_INPUT, "the prompt '%s' is empty, longer than 64 KiB or not UTF-8", path);
  }
  text[length] = '\0';
  *prompt = text;
  return DOVE_OK;
}

dove_status dove_prompt_read(const char *name, const char *path, char **prompt, dove_error *error) {
  *prompt = NULL;
  if (path[0] != '\0') return read_file(path, prompt, error);
  char asset[128];
  snprintf(asset, sizeof asset, "assets/prompts/%s.txt", name);
  char *own = dove_path_share(asset, error);
  if (own == NULL) return DOVE_IO;
  const dove_status status = read_file(own, prompt, error);
  free(own);
  return status;
}

/* Length of the field's name when `at` is on the brace of one; 0 otherwise. */
static size_t field_length(const char *at) {
  const size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
  return length > 0 && at[1 + length] == '}' ? length : 0;
}

static size_t find_field(const dove_prompt_field *fields, size_t count, const char *name, size_t length) {
  size_t i = 0;
  while (i < count && (strlen(fields[i].name) != length || memcmp(fields[i].name, name, length) != 0)) i++;
  return i;
}

static dove_status check_fields(const char *prompt, const dove_prompt_field *fields, size_t count, dove_error *error) {
  for (size_t i = 0; i < count; i++) {
    char field[64];
    snprintf(field, sizeof field, "{%s}", fields[i].name);
    if (strstr(prompt, field) == NULL) return dove_fail(error, DOVE_INPUT, "the prompt lacks the field %s", field);
  }
  return DOVE_OK;
}

dove_status dove_prompt_render(const char *prompt, const dove_prompt_field *fields, size_t count, char **text,
                               dove_error *error) {
  dove_buffer buffer = {0};
  *text = NULL;
  const dove_status status = check_fields(prompt, fields, count, error);
  if (status != DOVE_OK) return status;
  for (const char *at = prompt; *at != '\0';) {
    const size_t length = *at == '{' ? field_length(at) : 0;
    if (length == 0) {
      dove_buffer_add_char(&buffer, *at++);
      continue;
    }
    const size_t field = find_field(fields, count, at + 1, length);
    if (field == count) {
      dove_buffer_free(&buffer);
      return dove_fail(error, DOVE_INPUT, "the prompt has the field {%.*s}, which is not known here", (int)length,
                       at + 1);
    }
    dove_buffer_add_text(&buffer, fields[field].value);
    at += length + 2;
  }
  *text = dove_buffer_take(&buffer);
  return *text != NULL ? DOVE_OK : dove_fail_memory(error, "writing a prompt");
}
