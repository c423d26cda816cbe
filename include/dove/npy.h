/* Arrays in files: .npy (versions 1 to 3; float32 or float64, little endian, C order, one or two dimensions) and CSV of
 * numbers without a header. A one-dimensional .npy is read as one column. */
#ifndef DOVE_NPY_H
#define DOVE_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dove/error.h"
#include "dove/matrix.h"

/* Reads a file, .npy or CSV by content, converting float32 and float64 into each other (a float64 too large for float32
 * is refused). The caller frees `matrix`. NaN and infinite values are refused (DOVE_INPUT) unless `allow_nonfinite`.
 * DOVE_IO when the file cannot be read; DOVE_INPUT, with file and reason, when it is malformed: wrong magic, type,
 * byte order, Fortran order, dimensions, shorter or longer than its header says, CSV line of another length, not a
 * number (with the line). */
dove_status dove_array_read(const char *path, bool allow_nonfinite, dove_matrix *matrix, dove_error *error);
dove_status dove_array_read_double(const char *path, bool allow_nonfinite, dove_matrix_double *matrix,
                                   dove_error *error);

/* Write version 1.0 files, replacing what was there; a failed write leaves no file behind (the content goes to PATH.tmp
 * first). The last writes one dimension of int32. */
dove_status dove_npy_write(const char *path, dove_matrix_view view, dove_error *error);
dove_status dove_npy_write_double(const char *path, const double *data, size_t rows, size_t columns, dove_error *error);
dove_status dove_npy_write_int32(const char *path, const int32_t *data, size_t count, dove_error *error);

/* The head of a float32 file of rows × columns, for a writer that streams the numbers after it. */
dove_status dove_npy_write_header(FILE *file, size_t rows, size_t columns, dove_error *error);

#endif
