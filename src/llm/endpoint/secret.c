#include "dove/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dove/memory.h"

enum { LONGEST = 4096 };

static const char file_prefix[] = "file:";
static const char command_prefix[] = "command:";

static bool starts_with(const char *text, const char *prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

static bool is_variable(const char *name) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  if (name[0] == '\0' || strchr(letters, name[0]) == NULL) return false;
  return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789")] == '\0';
}

bool dove_secret_is_source(const char *source) {
  if (source[0] == '\0') return true;
  if (source[0] == '$') return is_variable(source + 1);
  return (starts_with(source, file_prefix) && source[strlen(file_prefix)] != '\0') ||
         (starts_with(source, command_prefix) && source[strlen(command_prefix)] != '\0');
}

static void wipe(char *bytes, size_t size) {
  volatile char *at = bytes;
  while (size-- > 0) *at++ = '\0';
}

/* A header must not be split by what stands in a key. */
static bool is_key(const char *line) {
  for (const char *at = line; *at != '\0'; at++)
    if (*at <= ' ' || *at > '~') return false;
  return line[0] != '\0';
}

/* The first line of an open file, without white space at its ends. */
static dove_status read_line(FILE *file, const char *source, char **secret, dove_error *error) {
  char line[LONGEST];
  const bool got = fgets(line, sizeof line, file) != NULL;
  char *start = line;
  if (got) {
    start += strspn(line, " \t");
    size_t length = strlen(start);
    while (length > 0 && strchr(" \t\r\n", start[length - 1]) != NULL) start[--length] = '\0';
  }
  dove_status status = DOVE_OK;
  if (!got || !is_key(start)) {
    status = dove_fail(error, DOVE_INPUT, "there is no API key in the first line of '%s'", source);
  } else if ((*secret = dove_strdup(start)) == NULL) {
    status = dove_fail_memory(error, "reading an API key");
  }
  wipe(line, sizeof line);
  return status;
}

static dove_status read_variable(const char *source, char **secret, dove_error *error) {
  const char *value = getenv(source + 1);
  if (value == NULL || !is_key(value))
    return dove_fail(error, DOVE_INPUT,
                     "the environment variable %s, where the API key should be, is %s; export it, or set the key "
                     "to file:PATH or command:WORDS",
                     source + 1, value == NULL || value[0] == '\0' ? "not set" : "not a key");
  *secret = dove_strdup(value);
  return *secret != NULL ? DOVE_OK : dove_fail_memory(error, "reading an API key");
}

static dove_status read_file(const char *source, char **secret, dove_error *error) {
  const char *path = source + strlen(file_prefix);
  struct stat info;
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "r") : NULL;
  if (file == NULL) {
    const dove_status status = dove_fail_errno(error, "read the API key in", path);
    if (descriptor >= 0) close(descriptor);
    return status;
  }
  setvbuf(file, NULL, _IONBF, 0);
  dove_status status;
  if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 0177) != 0) {
    status =
        dove_fail(error, DOVE_INPUT,
                  "others may read the API key in '%s', or it is not a plain file; make it yours alone: chmod 600 %s",
                  path, path);
  } else {
    status = read_line(file, source, secret, error);
  }
  fclose(file);
  return status;
}

static dove_status read_command(const char *source, char **secret, dove_error *error) {
  FILE *pipe = popen(source + strlen(command_prefix), "r");
  if (pipe == NULL) return dove_fail_errno(error, "run", source);
  setvbuf(pipe, NULL, _IONBF, 0);
  const dove_status status = read_line(pipe, source, secret, error);
  const int ended = pclose(pipe);
  if (status != DOVE_OK || ended == 0) return status;
  dove_secret_free(*secret);
  *secret = NULL;
  return dove_fail(error, DOVE_INPUT, "'%s', which should print the API key, failed", source);
}

dove_status dove_secret_read(const char *source, char **secret, dove_error *error) {
  *secret = NULL;
  if (source == NULL || source[0] == '\0') return DOVE_OK;
  if (!dove_secret_is_source(source))
    return dove_fail(error, DOVE_INPUT,
                     "a key is not written down here: say where it is, as $NAME, file:PATH or command:WORDS");
  if (source[0] == '$') return read_variable(source, secret, error);
  return starts_with(source, file_prefix) ? read_file(source, secret, error) : read_command(source, secret, error);
}

void dove_secret_redact(char *text, const char *secret) {
  if (secret == NULL || secret[0] == '\0') return;
  const size_t length = strlen(secret);
  for (char *at = strstr(text, secret); at != NULL; at = strstr(at + length, secret)) memset(at, '*', length);
}

void dove_secret_free(char *secret) {
  if (secret != NULL) wipe(secret, strlen(secret));
  free(secret);
}
