#include "dove/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/output_file.h"

enum { LONGEST = 63 };

/* Where the name is kept; NULL when there is no home folder. */
static char *name_path(void) {
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  dove_buffer path = {0};
  if (config != NULL && config[0] != '\0') {
    dove_buffer_printf(&path, "%s/dove/name", config);
  } else if (home != NULL && home[0] != '\0') {
    dove_buffer_printf(&path, "%s/.config/dove/name", home);
  } else {
    return NULL;
  }
  return dove_buffer_take(&path);
}

/* A copy without blanks around it; NULL when it is no name. */
static char *clean(const char *text) {
  size_t start = strspn(text, " \t\n"), length = strlen(text);
  while (length > start && strchr(" \t\n", text[length - 1]) != NULL) length--;
  for (size_t i = start; i < length; i++) {
    if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) return NULL;
  }
  if (length == start || length - start > LONGEST) return NULL;
  return dove_strndup(text + start, length - start);
}

char *dove_person_name(void) {
  char line[128];
  const char *given = getenv("DOVE_NAME");
  if (given != NULL && given[0] != '\0') return clean(given);
  char *path = name_path();
  FILE *file = path != NULL ? fopen(path, "re") : NULL;
  free(path);
  if (file == NULL) return NULL;
  char *name = fgets(line, sizeof line, file) != NULL ? clean(line) : NULL;
  fclose(file);
  return name;
}

/* Makes the folders above a file; those that are there already are left as they are. */
static void make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
  }
}

static dove_status write_name(char *path, const char *name, dove_error *error) {
  dove_output_file output;
  make_folders(path);
  const dove_status status = dove_output_file_open(path, &output, error);
  if (status != DOVE_OK) return status;
  fprintf(output.file, "%s\n", name);
  return dove_output_file_commit(&output, error);
}

dove_status dove_person_remember(const char *name, dove_error *error) {
  char *kept = clean(name);
  if (kept == NULL)
    return dove_fail(error, DOVE_INPUT, "a name has 1 to %d bytes, none of them a control character", LONGEST);
  char *path = name_path();
  dove_status status = path != NULL ? write_name(path, kept, error)
                                    : dove_fail(error, DOVE_IO, "there is no home folder to remember a name in");
  free(path);
  free(kept);
  return status;
}
