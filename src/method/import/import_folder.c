#include "method/import/import_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/text.h"

/* Deeper folders are passed over: links may go round in circles. */
enum { DEEPEST = 16 };

static const char suffix[] = ".txt";

static bool is_text_file(const char *name) {
  const size_t length = strlen(name), end = sizeof suffix - 1;
  return length > end && strcmp(name + length - end, suffix) == 0;
}

static char *join(const char *folder, const char *name) {
  dove_buffer path = {0};
  const size_t length = strlen(folder);
  dove_buffer_printf(&path, "%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/", name);
  return dove_buffer_take(&path);
}

static dove_status add_path(import_folder *folder, char *path, dove_error *error) {
  void *paths = folder->paths;
  const bool grown = dove_grow(&paths, &folder->capacity, folder->count + 1, sizeof *folder->paths);
  folder->paths = paths;
  if (!grown) {
    free(path);
    return dove_fail_memory(error, "listing a folder");
  }
  folder->paths[folder->count++] = path;
  return DOVE_OK;
}

static dove_status walk(const char *path, int depth, import_folder *folder, dove_error *error);

static dove_status visit(const char *parent, const char *name, int depth, import_folder *folder, dove_error *error) {
  struct stat info;
  char *path = join(parent, name);
  if (path == NULL) return dove_fail_memory(error, "listing a folder");
  const bool there = stat(path, &info) == 0;
  if (there && S_ISREG(info.st_mode) && is_text_file(name)) return add_path(folder, path, error);
  dove_status status = DOVE_OK;
  if (there && S_ISDIR(info.st_mode) && depth < DEEPEST) status = walk(path, depth + 1, folder, error);
  free(path);
  return status;
}

static dove_status walk(const char *path, int depth, import_folder *folder, dove_error *error) {
  struct dirent **entries = NULL;
  const int count = scandir(path, &entries, NULL, NULL);
  if (count < 0) return dove_fail_errno(error, "read", path);
  dove_status status = DOVE_OK;
  for (int i = 0; i < count; i++) {
    if (status == DOVE_OK && entries[i]->d_name[0] != '.')
      status = visit(path, entries[i]->d_name, depth, folder, error);
    free(entries[i]);
  }
  free(entries);
  return status;
}

static int by_path(const void *left, const void *right) { return strcmp(*(char *const *)left, *(char *const *)right); }

dove_status import_folder_open(const char *path, import_folder *folder, dove_error *error) {
  const size_t length = strlen(path);
  *folder = (import_folder){.root = length + (length == 0 || path[length - 1] != '/')};
  dove_status status = walk(path, 0, folder, error);
  if (status == DOVE_OK && folder->count == 0)
    status = dove_fail(error, DOVE_INPUT, "the folder '%s' has no .txt files", path);
  if (status != DOVE_OK) {
    import_folder_close(folder);
    return status;
  }
  qsort(folder->paths, folder->count, sizeof *folder->paths, by_path);
  return DOVE_OK;
}

void import_folder_close(import_folder *folder) {
  for (size_t i = 0; i < folder->count; i++) free(folder->paths[i]);
  free(folder->paths);
  *folder = (import_folder){0};
}

static dove_status read_file(const char *path, size_t limit, dove_buffer *text, dove_error *error) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return dove_fail_errno(error, "read", path);
  char piece[65536];
  size_t length = 0;
  while (text->length <= limit && (length = fread(piece, 1, sizeof piece, file)) > 0)
    dove_buffer_add(text, piece, length);
  dove_status status = DOVE_OK;
  if (ferror(file)) {
    status = dove_fail_errno(error, "read", path);
  } else if (text->length > limit) {
    status = dove_fail(error, DOVE_INPUT, "%s: the file is longer than %zu MiB; split the document", path, limit >> 20);
  } else if (text->failed) {
    status = dove_fail_memory(error, "reading a text file");
  }
  fclose(file);
  return status;
}

static dove_status check_text(const char *path, const dove_buffer *text, dove_error *error) {
  const size_t valid = dove_utf8_valid_prefix(dove_buffer_text(text), text->length);
  if (valid == text->length) return DOVE_OK;
  const unsigned char byte = (unsigned char)text->data[valid];
  if (byte == 0) return dove_fail(error, DOVE_INPUT, "%s: a NUL byte at byte %zu; text has none", path, valid + 1);
  return dove_fail(error, DOVE_INPUT, "%s: not UTF-8: byte 0x%02X at byte %zu; save the file as UTF-8", path, byte,
                   valid + 1);
}

/* The file without its byte order mark and the line feeds at its end. */
static const char *content(dove_buffer *text) {
  while (text->length > 0 && (text->data[text->length - 1] == '\n' || text->data[text->length - 1] == '\r'))
    text->data[--text->length] = '\0';
  const char *start = dove_buffer_text(text);
  return strncmp(start, "\xEF\xBB\xBF", 3) == 0 ? start + 3 : start;
}

/* "on work/ann.txt" has id "on work/ann" and topic "on work". */
static cJSON *describe(const char *name, const char *text) {
  cJSON *object = cJSON_CreateObject();
  char *id = dove_strndup(name, strlen(name) - (sizeof suffix - 1));
  if (id != NULL) cJSON_AddStringToObject(object, "id", id);
  char *slash = id != NULL ? strrchr(id, '/') : NULL;
  if (slash != NULL) {
    *slash = '\0';
    cJSON_AddStringToObject(object, "topic", id);
  }
  free(id);
  cJSON_AddStringToObject(object, "text", text);
  return object;
}

dove_status import_folder_read(const import_folder *folder, size_t index, size_t limit, cJSON **object,
                               dove_error *error) {
  const char *path = folder->paths[index], *name = path + folder->root;
  dove_buffer text = {0};
  *object = NULL;
  dove_status status = read_file(path, limit, &text, error);
  if (status == DOVE_OK) status = check_text(path, &text, error);
  if (status == DOVE_OK && dove_utf8_valid_prefix(name, strlen(name)) != strlen(name))
    status = dove_fail(error, DOVE_INPUT, "%s: the name of the file is not UTF-8; it would be the document's id", path);
  if (status == DOVE_OK) *object = describe(name, content(&text));
  dove_buffer_free(&text);
  return status;
}
