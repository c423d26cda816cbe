#include "tui/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/text.h"

static char *trim(char *text) {
  while (*text == ' ' || *text == '\t') text++;
  size_t length = strlen(text);
  while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) text[--length] = '\0';
  return text;
}

/* A "#" at the start, or after a blank, begins a comment; "#0055aa" after "=" would be lost otherwise. */
static void drop_comment(char *line) {
  for (char *c = line; *c != '\0'; c++) {
    bool begins = *c == '#' && (c == line || c[-1] == ' ' || c[-1] == '\t');
    bool comment = begins && (c[1] == ' ' || c[1] == '\0' || c[1] == '\n' || c == line);
    if (comment) *c = '\0';
    if (comment) return;
  }
}

static dove_status read_line(const char *path, unsigned number, char *line, size_t length,
                             dove_status (*statement)(void *, char *, dove_error *), void *user, dove_error *error) {
  if (dove_utf8_valid_prefix(line, length) != length) {
    return dove_fail(error, DOVE_INPUT, "%s:%u: the line is not valid UTF-8", path, number);
  }
  drop_comment(line);
  char *said = trim(line);
  if (*said == '\0') return DOVE_OK;
  if (statement(user, said, error) == DOVE_OK) return DOVE_OK;
  return dove_fail_context(error, "%s:%u", path, number);
}

dove_status dove_config_read_all(const char *path, dove_status (*statement)(void *user, char *line, dove_error *error),
                                 void (*wrong)(void *user, const dove_error *error), void *user, dove_error *error) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    int reason = errno;
    dove_fail_errno(error, "read", path);
    if (reason == ENOENT && error != NULL) error->code = DOVE_NOT_FOUND;
    return reason == ENOENT ? DOVE_NOT_FOUND : DOVE_IO;
  }
  dove_status status = DOVE_OK;
  char *line = NULL;
  size_t capacity = 0;
  ssize_t length;
  for (unsigned number = 1; status == DOVE_OK && (length = getline(&line, &capacity, file)) >= 0; number++) {
    dove_error reason = {0};
    status = read_line(path, number, line, (size_t)length, statement, user, &reason);
    if (status != DOVE_OK && wrong == NULL && error != NULL) *error = reason;
    if (status == DOVE_OK || wrong == NULL) continue;
    wrong(user, &reason);
    status = DOVE_OK;
  }
  if (status == DOVE_OK && ferror(file)) status = dove_fail_errno(error, "read", path);
  free(line);
  fclose(file);
  return status;
}

dove_status dove_config_read(const char *path, dove_status (*statement)(void *user, char *line, dove_error *error),
                             void *user, dove_error *error) {
  return dove_config_read_all(path, statement, NULL, user, error);
}

bool dove_config_assignment(char *line, char **name, char **value) {
  char *equals = strchr(line, '=');
  if (equals == NULL) return false;
  *equals = '\0';
  *name = trim(line);
  *value = trim(equals + 1);
  return true;
}

char *dove_config_path(const char *home, const char *otherwise, const char *name) {
  dove_buffer path = {0};
  const char *folder = getenv(home);
  const char *user = getenv("HOME");
  if (folder != NULL && folder[0] == '/') {
    dove_buffer_printf(&path, "%s/dove/%s", folder, name);
  } else if (user != NULL && user[0] != '\0') {
    dove_buffer_printf(&path, "%s/%s/dove/%s", user, otherwise, name);
  } else {
    return NULL;
  }
  return dove_buffer_take(&path);
}
