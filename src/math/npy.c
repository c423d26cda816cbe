#include "dove/npy.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dove/buffer.h"
#include "dove/memory.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the .npy reader and writer copy little-endian numbers as they are"
#endif

#define MAGIC        "\x93NUMPY"
#define MAGIC_LENGTH 6
/* NumPy itself refuses longer headers; a real one has about a hundred bytes. */
#define MAX_HEADER 10000

/* A file's numbers in the width that the file has. */
typedef struct raw_array {
  bool wide; /* float64 */
  size_t rows;
  size_t columns;
  void *data;
} raw_array;

typedef struct reader {
  FILE *file;
  const char *path;
  long long size; /* bytes; -1 when the file is not a regular one */
  dove_error *error;
} reader;

static dove_status malformed(const reader *in, const char *reason) {
  return dove_fail(in->error, DOVE_INPUT, "'%s' %s", in->path, reason);
}

/* The text after 'key': in the header, NULL when the key is missing. */
static const char *header_value(const char *header, const char *key) {
  const char *place = strstr(header, key);
  if (place == NULL) return NULL;
  place += strlen(key);
  while (*place == ' ') place++;
  if (*place != ':') return NULL;
  do place++;
  while (*place == ' ');
  return place;
}

static bool starts_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

/* The number type of 'descr': '<f4' or '<f8'. */
static dove_status parse_type(const reader *in, const char *header, raw_array *array) {
  const char *value = header_value(header, "'descr'");
  if (value == NULL) return malformed(in, "is a damaged .npy file: its header has no 'descr'");
  if (starts_with(value, "'<f4'") || starts_with(value, "'<f8'")) {
    array->wide = value[3] == '8';
    return DOVE_OK;
  }
  if (starts_with(value, "'>f")) {
    return malformed(in, "has big-endian numbers; save it as float32 or float64 with a.astype('<f4')");
  }
  int length = 0;
  while (length < 24 && value[length] != '\0' && value[length] != ',' && value[length] != '}') length++;
  return dove_fail(in->error, DOVE_INPUT, "'%s' holds %.*s; save it as float32 or float64 with a.astype('<f4')",
                   in->path, length, value);
}

/* One dimension of the shape; moves *text past it. */
static bool parse_dimension(const char **text, size_t *dimension) {
  if (!isdigit((unsigned char)**text)) return false;
  char *end;
  errno = 0;
  const unsigned long long value = strtoull(*text, &end, 10);
  if (errno != 0 || value > SIZE_MAX / 2) return false;
  *dimension = (size_t)value;
  while (*end == ' ') end++;
  *text = end;
  return true;
}

/* 'shape': (n,) or (n, d). */
static dove_status parse_shape(const reader *in, const char *header, raw_array *array) {
  static const char wrong[] = "has neither one nor two dimensions; save it as rows × columns";
  const char *value = header_value(header, "'shape'");
  if (value == NULL || *value != '(') return malformed(in, "is a damaged .npy file: its header has no 'shape'");
  value++;
  while (*value == ' ') value++;
  if (!parse_dimension(&value, &array->rows) || *value != ',') return malformed(in, wrong);
  do value++;
  while (*value == ' ');
  array->columns = 1;
  if (*value == ')') return DOVE_OK;
  if (!parse_dimension(&value, &array->columns)) return malformed(in, wrong);
  if (*value == ',') value++;
  while (*value == ' ') value++;
  return *value == ')' ? DOVE_OK : malformed(in, wrong);
}

static dove_status parse_header(const reader *in, const char *header, raw_array *array) {
  dove_status status = parse_type(in, header, array);
  if (status != DOVE_OK) return status;
  const char *order = header_value(header, "'fortran_order'");
  if (order == NULL) return malformed(in, "is a damaged .npy file: its header has no 'fortran_order'");
  status = parse_shape(in, header, array);
  if (status != DOVE_OK) return status;
  if (starts_with(order, "False")) return DOVE_OK;
  /* One row or column is the same in both orders. */
  if (array->rows <= 1 || array->columns <= 1) return DOVE_OK;
  return malformed(in, "is in Fortran order; save it with numpy.ascontiguousarray(a)");
}

/* Reads version and header length, after the magic; 0 when that fails. */
static size_t read_header_length(const reader *in) {
  unsigned char version[2], length[4] = {0};
  if (fread(version, 1, 2, in->file) != 2 || version[0] < 1 || version[0] > 3) return 0;
  const size_t bytes = version[0] == 1 ? 2 : 4;
  if (fread(length, 1, bytes, in->file) != bytes) return 0;
  return (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 | (size_t)length[3] << 24;
}

/* Refuses a file whose length is not what its header says, before memory is taken for it. */
static dove_status check_length(const reader *in, const raw_array *array) {
  const size_t width = array->wide ? sizeof(double) : sizeof(float);
  if (array->columns != 0 && array->rows > SIZE_MAX / 2 / width / array->columns)
    return malformed(in, "has a shape too large for this machine");
  const size_t bytes = array->rows * array->columns * width;
  const long here = ftell(in->file);
  if (in->size < 0 || here < 0) return DOVE_OK;
  const size_t present = (size_t)(in->size - here);
  if (present == bytes) return DOVE_OK;
  return dove_fail(in->error, DOVE_INPUT, "'%s' is %s: its shape (%zu, %zu) needs %zu bytes of numbers, it has %zu",
                   in->path, present < bytes ? "truncated" : "too long", array->rows, array->columns, bytes, present);
}

static dove_status read_npy_data(const reader *in, raw_array *array) {
  dove_status status = check_length(in, array);
  if (status != DOVE_OK) return status;
  const size_t width = array->wide ? sizeof(double) : sizeof(float);
  const size_t count = array->rows * array->columns;
  array->data = dove_alloc_aligned(count, width);
  if (array->data == NULL) return dove_fail_memory(in->error, "reading an array");
  if (fread(array->data, width, count, in->file) == count) return DOVE_OK;
  if (ferror(in->file)) return dove_fail_errno(in->error, "read", in->path);
  return malformed(in, "is truncated: it has fewer numbers than its shape says");
}

static dove_status read_npy(const reader *in, raw_array *array) {
  const size_t length = read_header_length(in);
  if (length == 0 || length > MAX_HEADER) return malformed(in, "is a damaged .npy file: its header cannot be read");
  char header[MAX_HEADER + 1];
  if (fread(header, 1, length, in->file) != length) return malformed(in, "is truncated inside its .npy header");
  header[length] = '\0';
  const dove_status status = parse_header(in, header, array);
  return status == DOVE_OK ? read_npy_data(in, array) : status;
}

typedef struct csv_numbers {
  double *values;
  size_t count;
  size_t capacity;
  size_t columns;
  size_t rows;
} csv_numbers;

static bool append(csv_numbers *numbers, double value) {
  void *values = numbers->values;
  if (!dove_grow(&values, &numbers->capacity, numbers->count + 1, sizeof value)) return false;
  numbers->values = values;
  numbers->values[numbers->count++] = value;
  return true;
}

static const char *skip_blanks(const char *text) {
  while (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n') text++;
  return text;
}

/* One line of numbers with commas between them. */
static dove_status parse_csv_line(const reader *in, const char *line, size_t number, csv_numbers *numbers) {
  size_t columns = 0;
  for (const char *text = line;; text++) {
    text = skip_blanks(text);
    char *end;
    const double value = strtod(text, &end);
    if (end == text) {
      return dove_fail(in->error, DOVE_INPUT, "'%s', line %zu, field %zu is not a number (CSV has no header here)",
                       in->path, number, columns + 1);
    }
    if (!append(numbers, value)) return dove_fail_memory(in->error, "reading CSV");
    columns++;
    text = skip_blanks(end);
    if (*text == '\0') break;
    if (*text != ',') {
      return dove_fail(in->error, DOVE_INPUT, "'%s', line %zu, field %zu: a comma is expected after the number",
                       in->path, number, columns);
    }
  }
  if (numbers->rows > 0 && columns != numbers->columns) {
    return dove_fail(in->error, DOVE_INPUT, "'%s', line %zu has %zu numbers, the lines before it %zu", in->path, number,
                     columns, numbers->columns);
  }
  numbers->columns = columns;
  numbers->rows++;
  return DOVE_OK;
}

static dove_status read_csv_lines(const reader *in, csv_numbers *numbers) {
  char *line = NULL;
  size_t capacity = 0, number = 0;
  ssize_t length;
  dove_status status = DOVE_OK;
  while (status == DOVE_OK && (length = getline(&line, &capacity, in->file)) >= 0) {
    number++;
    const char *text = number == 1 && starts_with(line, "\xef\xbb\xbf") ? line + 3 : line;
    if (strlen(line) != (size_t)length) {
      status = dove_fail(in->error, DOVE_INPUT, "'%s', line %zu has a NUL byte: it is neither .npy nor CSV", in->path,
                         number);
    } else if (*skip_blanks(text) != '\0') {
      status = parse_csv_line(in, text, number, numbers);
    }
  }
  if (status == DOVE_OK && ferror(in->file)) status = dove_fail_errno(in->error, "read", in->path);
  free(line);
  return status;
}

/* Numbers in files have a decimal point, whatever the user's language. */
static dove_status read_csv(const reader *in, raw_array *array) {
  csv_numbers numbers = {0};
  const locale_t c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  if (c_locale == (locale_t)0) return dove_fail_memory(in->error, "reading CSV");
  const locale_t before = uselocale(c_locale);
  dove_status status = read_csv_lines(in, &numbers);
  uselocale(before);
  freelocale(c_locale);
  if (status == DOVE_OK && numbers.rows == 0) status = malformed(in, "is empty");
  if (status != DOVE_OK) {
    free(numbers.values);
    return status;
  }
  *array = (raw_array){.wide = true, .rows = numbers.rows, .columns = numbers.columns, .data = numbers.values};
  return DOVE_OK;
}

static dove_status read_by_content(const reader *in, raw_array *array) {
  char magic[MAGIC_LENGTH];
  const size_t length = fread(magic, 1, sizeof magic, in->file);
  if (length == sizeof magic && memcmp(magic, MAGIC, sizeof magic) == 0) return read_npy(in, array);
  if (ferror(in->file)) return dove_fail_errno(in->error, "read", in->path);
  if (fseek(in->file, 0, SEEK_SET) != 0) return dove_fail_errno(in->error, "read", in->path);
  return read_csv(in, array);
}

static double number_at(const raw_array *array, size_t i) {
  return array->wide ? ((const double *)array->data)[i] : (double)((const float *)array->data)[i];
}

static dove_status check_numbers(const reader *in, const raw_array *array) {
  const size_t count = array->rows * array->columns;
  for (size_t i = 0; i < count; i++) {
    const double value = number_at(array, i);
    if (isfinite(value)) continue;
    return dove_fail(in->error, DOVE_INPUT, "'%s': row %zu, column %zu is %s, not a finite number", in->path,
                     i / array->columns + 1, i % array->columns + 1, isnan(value) ? "NaN" : "infinite");
  }
  return DOVE_OK;
}

static dove_status read_raw(const char *path, bool allow_nonfinite, raw_array *array, dove_error *error) {
  *array = (raw_array){0};
  reader in = {.file = fopen(path, "rbe"), .path = path, .size = -1, .error = error};
  if (in.file == NULL) return dove_fail_errno(error, "open", path);
  struct stat about;
  dove_status status;
  if (fstat(fileno(in.file), &about) != 0) {
    status = dove_fail_errno(error, "read", path);
  } else if (S_ISDIR(about.st_mode)) {
    status = malformed(&in, "is a directory; name a .npy or CSV file");
  } else {
    if (S_ISREG(about.st_mode)) in.size = (long long)about.st_size;
    status = read_by_content(&in, array);
  }
  if (status == DOVE_OK && !allow_nonfinite) status = check_numbers(&in, array);
  fclose(in.file);
  if (status != DOVE_OK) {
    free(array->data);
    *array = (raw_array){0};
  }
  return status;
}

/* Rounds to float32; false for a number that has no float32 near it. */
static bool narrow(const raw_array *array, float *out, size_t *bad) {
  const double *in = array->data;
  for (size_t i = 0; i < array->rows * array->columns; i++) {
    if (isfinite(in[i]) && fabs(in[i]) > (double)FLT_MAX) {
      *bad = i;
      return false;
    }
    out[i] = (float)in[i];
  }
  return true;
}

dove_status dove_array_read(const char *path, bool allow_nonfinite, dove_matrix *matrix, dove_error *error) {
  *matrix = (dove_matrix){0};
  raw_array array;
  dove_status status = read_raw(path, allow_nonfinite, &array, error);
  if (status != DOVE_OK) return status;
  if (!array.wide) {
    *matrix = (dove_matrix){.data = array.data, .rows = array.rows, .columns = array.columns};
    return DOVE_OK;
  }
  size_t bad = 0;
  status = dove_matrix_create(matrix, array.rows, array.columns, error);
  if (status == DOVE_OK && !narrow(&array, matrix->data, &bad)) {
    status = dove_fail(error, DOVE_INPUT, "'%s': row %zu, column %zu is too large for float32", path,
                       bad / array.columns + 1, bad % array.columns + 1);
    dove_matrix_free(matrix);
  }
  free(array.data);
  return status;
}

dove_status dove_array_read_double(const char *path, bool allow_nonfinite, dove_matrix_double *matrix,
                                   dove_error *error) {
  *matrix = (dove_matrix_double){0};
  raw_array array;
  dove_status status = read_raw(path, allow_nonfinite, &array, error);
  if (status != DOVE_OK) return status;
  if (array.wide) {
    *matrix = (dove_matrix_double){.data = array.data, .rows = array.rows, .columns = array.columns};
    return DOVE_OK;
  }
  status = dove_matrix_double_create(matrix, array.rows, array.columns, error);
  for (size_t i = 0; status == DOVE_OK && i < array.rows * array.columns; i++) matrix->data[i] = number_at(&array, i);
  free(array.data);
  return status;
}
