#include "dove/npy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dove/buffer.h"

/* The header is padded so that the numbers start at a multiple of this. */
#define ALIGNMENT 64

static bool write_header(FILE *file, const char *type, const char *shape) {
  char header[256];
  const int text =
      snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
  if (text < 0 || (size_t)text + ALIGNMENT >= sizeof header) return false;
  /* 6 bytes magic, 2 version, 2 length, the text, spaces, a line feed. */
  size_t length = (size_t)text + 1;
  length += (ALIGNMENT - (10 + length) % ALIGNMENT) % ALIGNMENT;
  memset(header + text, ' ', length - (size_t)text);
  header[length - 1] = '\n';
  const unsigned char start[10] = {
      0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)(length & 0xff), (unsigned char)(length >> 8)};
  return fwrite(start, 1, sizeof start, file) == sizeof start && fwrite(header, 1, length, file) == length;
}

typedef struct content {
  const char *type;
  const char *shape;
  const void *data;
  size_t width;
  size_t count;
} content;

static bool write_content(FILE *file, const content *what) {
  return write_header(file, what->type, what->shape) &&
         (what->count == 0 || fwrite(what->data, what->width, what->count, file) == what->count);
}

/* True when `path` is there and is no regular file: a pipe or device, which must not be replaced by a file. */
static bool is_special(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && !S_ISREG(about.st_mode);
}

static dove_status write_to(const char *place, const char *path, const content *what, dove_error *error) {
  FILE *file = fopen(place, "wbe");
  if (file == NULL) return dove_fail_errno(error, "write", path);
  const bool written = write_content(file, what);
  const int reason = errno;
  if (fclose(file) == 0 && written) return DOVE_OK;
  if (!written) errno = reason;
  return dove_fail_errno(error, "write", path);
}

static dove_status write_file(const char *path, const content *what, dove_error *error) {
  if (is_special(path)) return write_to(path, path, what, error);
  dove_buffer beside = {0};
  dove_buffer_printf(&beside, "%s.tmp", path);
  char *place = dove_buffer_take(&beside);
  if (place == NULL) return dove_fail_memory(error, "writing an array");
  dove_status status = write_to(place, path, what, error);
  if (status == DOVE_OK && rename(place, path) != 0) status = dove_fail_errno(error, "write", path);
  if (status != DOVE_OK) unlink(place);
  free(place);
  return status;
}

dove_status dove_npy_write(const char *path, dove_matrix_view view, dove_error *error) {
  char shape[64];
  snprintf(shape, sizeof shape, "(%zu, %zu)", view.rows, view.columns);
  const content what = {"<f4", shape, view.data, sizeof(float), view.rows * view.columns};
  return write_file(path, &what, error);
}

dove_status dove_npy_write_header(FILE *file, size_t rows, size_t columns, dove_error *error) {
  char shape[64];
  snprintf(shape, sizeof shape, "(%zu, %zu)", rows, columns);
  return write_header(file, "<f4", shape) ? DOVE_OK : dove_fail_errno(error, "write", "the array");
}

dove_status dove_npy_write_double(const char *path, const double *data, size_t rows, size_t columns,
                                  dove_error *error) {
  char shape[64];
  snprintf(shape, sizeof shape, "(%zu, %zu)", rows, columns);
  const content what = {"<f8", shape, data, sizeof(double), rows * columns};
  return write_file(path, &what, error);
}

dove_status dove_npy_write_int32(const char *path, const int32_t *data, size_t count, dove_error *error) {
  char shape[64];
  snprintf(shape, sizeof shape, "(%zu,)", count);
  const content what = {"<i4", shape, data, sizeof(int32_t), count};
  return write_file(path, &what, error);
}
