/* Files that verbs read and write on the side of projects. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stddef.h>

#include "dove/error.h"
#include "dove/matrix.h"

/* DOVE_INPUT when the file cannot be read: to be called for the files that a user named, before work starts. */
dove_status cli_check_input(const char *path, dove_error *error);

/* DOVE_USAGE when nothing can be written at `path`, so that long work is not done in vain. */
dove_status cli_check_output(const char *path, dove_error *error);

/* A vector in a file: one row or one column of numbers. Freed with dove_matrix_double_free(). */
dove_status cli_read_vector(const char *path, dove_matrix_double *vector, dove_error *error);

/* Writes numbers or labels, as CSV when the name ends in ".csv", otherwise as .npy. */
dove_status cli_write_matrix(const char *path, const double *data, size_t rows, size_t columns, dove_error *error);
dove_status cli_write_floats(const char *path, dove_matrix_view view, dove_error *error);
dove_status cli_write_labels(const char *path, const int32_t *labels, size_t count, dove_error *error);

/* A small CSV file in memory. When no field of the first record is a number, they are the columns' names; otherwise the
 * columns are named "1", "2", … */
typedef struct cli_sheet {
  size_t rows;
  size_t columns;
  char **names; /* columns */
  char **cells; /* rows × columns */
} cli_sheet;

/* DOVE_INPUT for records of different lengths or a file without a row. Freed with cli_sheet_free(). */
dove_status cli_sheet_read(const char *path, cli_sheet *sheet, dove_error *error);
void cli_sheet_free(cli_sheet *sheet);

#endif
