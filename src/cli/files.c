#include "cli/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dove/csv.h"
#include "dove/memory.h"
#include "dove/npy.h"
#include "dove/output_file.h"

dove_status cli_check_input(const char *path, dove_error *error) {
  struct stat status;
  if (stat(path, &status) == 0 && access(path, R_OK) == 0) return DOVE_OK;
  return dove_fail(error, DOVE_INPUT, "cannot read '%s': %s", path, strerror(errno));
}

dove_status cli_check_output(const char *path, dove_error *error) {
  struct stat status;
  if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
    return dove_fail(error, DOVE_USAGE, "cannot write '%s': it is a folder; name a file", path);
  }
  char *folder = dove_strdup(path);
  if (folder == NULL) return dove_fail_memory(error, "reading the command line");
  char *slash = strrchr(folder, '/');
  if (slash != NULL) slash[slash == folder ? 1 : 0] = '\0';
  const bool writable = access(slash != NULL ? folder : ".", W_OK) == 0;
  free(folder);
  if (writable || (errno != ENOENT && errno != ENOTDIR)) return DOVE_OK; /* the write itself tells more */
  return dove_fail(error, DOVE_USAGE, "cannot write '%s': its folder does not exist", path);
}

dove_status cli_read_vector(const char *path, dove_matrix_double *vector, dove_error *error) {
  dove_status status = cli_check_input(path, error);
  if (status == DOVE_OK) status = dove_array_read_double(path, false, vector, error);
  if (status != DOVE_OK) return status;
  if (vector->rows != 1 && vector->columns != 1) {
    status = dove_fail(error, DOVE_INPUT, "'%s' has %zu × %zu numbers; one row or one column is needed", path,
                       vector->rows, vector->columns);
    dove_matrix_double_free(vector);
    return status;
  }
  vector->rows *= vector->columns;
  vector->columns = 1;
  return DOVE_OK;
}

/* ---- Writing ---- */

static bool is_csv(const char *path) {
  const size_t length = strlen(path);
  return length >= 4 && strcmp(path + length - 4, ".csv") == 0;
}

dove_status cli_write_matrix(const char *path, const double *data, size_t rows, size_t columns, dove_error *error) {
  if (!is_csv(path)) return dove_npy_write_double(path, data, rows, columns, error);
  dove_output_file output;
  const dove_status status = dove_output_file_open(path, &output, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < rows * columns; i++)
    fprintf(output.file, "%.17g%c", data[i], (i + 1) % columns == 0 ? '\n' : ',');
  return dove_output_file_commit(&output, error);
}

dove_status cli_write_floats(const char *path, dove_matrix_view view, dove_error *error) {
  if (!is_csv(path)) return dove_npy_write(path, view, error);
  dove_output_file output;
  const dove_status status = dove_output_file_open(path, &output, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < view.rows * view.columns; i++)
    fprintf(output.file, "%.9g%c", (double)view.data[i], (i + 1) % view.columns == 0 ? '\n' : ',');
  return dove_output_file_commit(&output, error);
}

dove_status cli_write_labels(const char *path, const int32_t *labels, size_t count, dove_error *error) {
  if (!is_csv(path)) return dove_npy_write_int32(path, labels, count, error);
  dove_output_file output;
  const dove_status status = dove_output_file_open(path, &output, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < count; i++) fprintf(output.file, "%d\n", (int)labels[i]);
  return dove_output_file_commit(&output, error);
}

/* ---- Sheets ---- */

static dove_status copy_fields(const dove_csv_record *record, char **texts, dove_error *error) {
  for (size_t i = 0; i < record->count; i++) {
    texts[i] = dove_strdup(record->fields[i]);
    if (texts[i] == NULL) return dove_fail_memory(error, "reading a CSV file");
  }
  return DOVE_OK;
}

static dove_status number_columns(cli_sheet *sheet, dove_error *error) {
  for (size_t i = 0; i < sheet->columns; i++) {
    char name[24];
    snprintf(name, sizeof name, "%zu", i + 1);
    sheet->names[i] = dove_strdup(name);
    if (sheet->names[i] == NULL) return dove_fail_memory(error, "reading a CSV file");
  }
  return DOVE_OK;
}

static bool is_header(const dove_csv_record *record) {
  double number;
  for (size_t i = 0; i < record->count; i++) {
    if (record->fields[i][0] == '\0' || dove_csv_number(record->fields[i], &number)) return false;
  }
  return true;
}

static dove_status add_row(cli_sheet *sheet, size_t *capacity, const dove_csv_record *record, const dove_csv *csv,
                           dove_error *error) {
  if (record->count != sheet->columns) {
    return dove_csv_fail(csv, error, "%zu fields where %zu are expected", record->count, sheet->columns);
  }
  void *cells = sheet->cells;
  if (!dove_grow(&cells, capacity, (sheet->rows + 1) * sheet->columns, sizeof *sheet->cells)) {
    return dove_fail_memory(error, "reading a CSV file");
  }
  sheet->cells = cells;
  char **row = sheet->cells + sheet->rows * sheet->columns;
  memset(row, 0, sheet->columns * sizeof *row);
  sheet->rows++;
  return copy_fields(record, row, error);
}

static dove_status read_rows(dove_csv *csv, cli_sheet *sheet, dove_error *error) {
  size_t capacity = 0;
  const dove_csv_record *record;
  dove_status status = dove_csv_read(csv, &record, error);
  while (status == DOVE_OK && record != NULL) {
    if (sheet->names == NULL) {
      sheet->columns = record->count;
      sheet->names = dove_alloc_zero(sheet->columns, sizeof *sheet->names);
      if (sheet->names == NULL) return dove_fail_memory(error, "reading a CSV file");
      const bool header = is_header(record);
      status = header ? copy_fields(record, sheet->names, error) : number_columns(sheet, error);
      if (status == DOVE_OK && !header) status = add_row(sheet, &capacity, record, csv, error);
    } else {
      status = add_row(sheet, &capacity, record, csv, error);
    }
    if (status == DOVE_OK) status = dove_csv_read(csv, &record, error);
  }
  return status;
}

dove_status cli_sheet_read(const char *path, cli_sheet *sheet, dove_error *error) {
  *sheet = (cli_sheet){0};
  dove_csv *csv;
  dove_status status = cli_check_input(path, error);
  if (status == DOVE_OK) status = dove_csv_open(path, ',', 0, &csv, error);
  if (status != DOVE_OK) return status;
  status = read_rows(csv, sheet, error);
  dove_csv_close(csv);
  if (status == DOVE_OK && sheet->rows == 0) status = dove_fail(error, DOVE_INPUT, "'%s' holds no rows", path);
  if (status != DOVE_OK) cli_sheet_free(sheet);
  return status;
}

void cli_sheet_free(cli_sheet *sheet) {
  for (size_t i = 0; sheet->names != NULL && i < sheet->columns; i++) free(sheet->names[i]);
  for (size_t i = 0; i < sheet->rows * sheet->columns; i++) free(sheet->cells[i]);
  free(sheet->names);
  free(sheet->cells);
  *sheet = (cli_sheet){0};
}
