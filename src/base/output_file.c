#include "dove/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dove/buffer.h"
#include "dove/memory.h"

static void clear(dove_output_file *output) {
  free(output->path);
  free(output->temporary);
  *output = (dove_output_file){0};
}

/* A pipe or device that is there must not be replaced by a file. */
static bool is_special(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && !S_ISREG(about.st_mode);
}

static bool holds_project(const char *path) {
  static const char beginning[] = "SQLite format 3";
  char found[sizeof beginning] = {0};
  FILE *file = fopen(path, "rbe");
  if (file == NULL) return false;
  const bool same = fread(found, 1, sizeof found, file) == sizeof found && memcmp(found, beginning, sizeof found) == 0;
  fclose(file);
  return same;
}

/* A project, or one of the files that SQLite keeps beside it: writing there would destroy what cannot be made again. */
static bool belongs_to_project(const char *path) {
  static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
  const size_t length = strlen(path);
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    const size_t end = strlen(ends[i]);
    if (length <= end || strcmp(path + length - end, ends[i]) != 0) continue;
    char *project = dove_strndup(path, length - end);
    const bool found = project == NULL || holds_project(project);
    free(project);
    if (found) return true;
  }
  return false;
}

/* What the file at `path` would be allowed to whom: as it is, or as the process makes files. */
static mode_t wanted_mode(const char *path) {
  struct stat about;
  if (stat(path, &about) == 0) return about.st_mode & 0777;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

static int open_beside(dove_output_file *output, dove_error *error) {
  const int descriptor = mkstemp(output->temporary);
  if (descriptor < 0) {
    dove_fail_errno(error, "write", output->path);
    free(output->temporary);
    output->temporary = NULL;
    return -1;
  }
  if (fchmod(descriptor, wanted_mode(output->path)) == 0 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0)
    return descriptor;
  dove_fail_errno(error, "write", output->path);
  close(descriptor);
  return -1;
}

static dove_status open_stream(dove_output_file *output, dove_error *error) {
  if (output->temporary == NULL) {
    output->file = fopen(output->path, "wbe");
    return output->file != NULL ? DOVE_OK : dove_fail_errno(error, "write", output->path);
  }
  const int descriptor = open_beside(output, error);
  if (descriptor < 0) return DOVE_IO;
  output->file = fdopen(descriptor, "wb");
  if (output->file != NULL) return DOVE_OK;
  close(descriptor);
  return dove_fail_errno(error, "write", output->path);
}

dove_status dove_output_file_open(const char *path, dove_output_file *output, dove_error *error) {
  dove_buffer beside = {0};
  *output = (dove_output_file){0};
  const bool special = is_special(path);
  if (!special && belongs_to_project(path)) {
    return dove_fail(error, DOVE_USAGE, "'%s' belongs to a project: write to another file", path);
  }
  output->path = dove_strdup(path);
  if (!special) {
    dove_buffer_printf(&beside, "%s.XXXXXX", path);
    output->temporary = dove_buffer_take(&beside);
  }
  if (output->path == NULL || (!special && output->temporary == NULL)) {
    clear(output);
    return dove_fail_memory(error, "opening a file");
  }
  const dove_status status = open_stream(output, error);
  if (status != DOVE_OK) dove_output_file_discard(output);
  return status;
}

/* The name of the file is on the disk only when its folder is. */
static void sync_folder(const char *path) {
  char *folder = dove_strdup(path);
  char *slash = folder != NULL ? strrchr(folder, '/') : NULL;
  if (slash != NULL) slash[slash == folder] = '\0';
  const int descriptor = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    fsync(descriptor);
    close(descriptor);
  }
  free(folder);
}

static bool write_out(dove_output_file *output) {
  bool good = ferror(output->file) == 0 && fflush(output->file) == 0;
  if (good && output->temporary != NULL) good = fsync(fileno(output->file)) == 0;
  const int reason = errno;
  const bool closed = fclose(output->file) == 0;
  output->file = NULL;
  if (!good) errno = reason;
  return good && closed;
}

dove_status dove_output_file_commit(dove_output_file *output, dove_error *error) {
  errno = 0;
  const bool good = write_out(output) && (output->temporary == NULL || rename(output->temporary, output->path) == 0);
  dove_status status = DOVE_OK;
  if (good) {
    if (output->temporary != NULL) sync_folder(output->path);
  } else if (errno == 0) {
    status = dove_fail(error, DOVE_IO, "'%s' could not be written in full; is the disk full?", output->path);
  } else {
    status = dove_fail_errno(error, "write", output->path);
  }
  if (status != DOVE_OK && output->temporary != NULL) unlink(output->temporary);
  clear(output);
  return status;
}

void dove_output_file_discard(dove_output_file *output) {
  if (output->file != NULL) fclose(output->file);
  if (output->temporary != NULL) unlink(output->temporary);
  clear(output);
}
