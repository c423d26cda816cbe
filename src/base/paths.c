#include "dove/paths.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dove/buffer.h"

static char *existing(const char *folder, const char *name) {
  dove_buffer path = {0};
  dove_buffer_printf(&path, "%s/%s", folder, name);
  char *text = dove_buffer_take(&path);
  if (text != NULL && access(text, R_OK) == 0) return text;
  free(text);
  return NULL;
}

/* The parent of the folder that the program is in: the source tree of a program that was built in place. */
static char *beside_program(const char *name) {
  char program[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length <= 0) return NULL;
  program[length] = '\0';
  for (int level = 0; level < 3; level++) {
    char *slash = strrchr(program, '/');
    if (slash == NULL) return NULL;
    *slash = '\0';
    if (level == 0) continue;
    char *found = existing(program, name);
    if (found != NULL) return found;
  }
  return NULL;
}

char *dove_path_share(const char *name, dove_error *error) {
  const char *chosen = getenv("DOVE_SHARE");
  char *found = chosen != NULL ? existing(chosen, name) : NULL;
  if (found == NULL) found = beside_program(name);
  if (found == NULL) found = existing(DOVE_SHARE, name);
  if (found == NULL) {
    dove_fail(error, DOVE_IO,
              "the program's file '%s' is missing; set DOVE_SHARE to the folder that holds it, or install again", name);
  }
  return found;
}
