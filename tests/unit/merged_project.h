/* Copies of an annotated project, and all that was annotated in one, to be compared after a merge. */
#ifndef TESTS_MERGED_PROJECT_H
#define TESTS_MERGED_PROJECT_H

#include "unit/annotated_project.h"

#include "dove/annotation_exchange.h"

static inline void copy_file(const char *from, const char *to) {
  char command[400];
  snprintf(command, sizeof command, "cp '%s' '%s'", from, to);
  assert_int_equal(system(command), 0);
}

static inline dove_store *open_project(const char *path) {
  dove_error error = {0};
  dove_store *store = NULL;
  assert_fine(dove_store_open(path, &store, &error));
  return store;
}

/* All annotations as lines; freed with free(). */
static char *export_all(dove_store *store) {
  dove_error error = {0};
  char *text = NULL;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  assert_non_null(file);
  assert_fine(dove_annotations_export(store, 0, file, &error));
  assert_int_equal(fclose(file), 0);
  return text;
}

#endif
