/* The text files of a folder, as documents. Private to the import. */
#ifndef DOVE_METHOD_IMPORT_FOLDER_H
#define DOVE_METHOD_IMPORT_FOLDER_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "dove/error.h"

typedef struct import_folder {
  char **paths; /* of the .txt files, sorted */
  size_t count;
  size_t capacity;
  size_t root; /* length of the folder's own path with its slash */
} import_folder;

/* Finds the .txt files at any depth up to 16. DOVE_INPUT when there are none. */
dove_status import_folder_open(const char *path, import_folder *folder, dove_error *error);
void import_folder_close(import_folder *folder);

/* File number `index` as an object: id, text, and topic where the file is in a sub-folder. The caller deletes it.
 * DOVE_INPUT, "FILE: reason", when it is not UTF-8, has NUL bytes or is longer than `limit`. */
dove_status import_folder_read(const import_folder *folder, size_t index, size_t limit, cJSON **object,
                               dove_error *error);

#endif
