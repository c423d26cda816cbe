#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <math.h>

#include "dove/npy.h"

static char path[64];

static int make_path(void **state) {
  (void)state;
  snprintf(path, sizeof path, "/tmp/dove-npy-XXXXXX");
  const int file = mkstemp(path);
  if (file < 0) return -1;
  close(file);
  return 0;
}

static int remove_path(void **state) {
  (void)state;
  return unlink(path);
}

static void put(const void *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

/* A version 1 file with the given header text and `bytes` of data. */
static void put_npy(const char *header, const void *data, size_t bytes) {
  unsigned char file[1024] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  const size_t length = strlen(header);
  file[8] = (unsigned char)(length & 0xff);
  file[9] = (unsigned char)(length >> 8);
  assert_true(10 + length + bytes <= sizeof file);
  memcpy(file + 10, header, length);
  if (bytes > 0) memcpy(file + 10 + length, data, bytes);
  put(file, 10 + length + bytes);
}

static void refused(const char *reason) {
  dove_matrix matrix;
  dove_error error;
  assert_int_equal(dove_array_read(path, false, &matrix, &error), DOVE_INPUT);
  if (strstr(error.message, reason) == NULL || strstr(error.message, path) == NULL)
    fail_msg("'%s' is not in: %s", reason, error.message);
  assert_null(matrix.data);
}

static void written_arrays_come_back(void **state) {
  (void)state;
  const float narrow[] = {1.5f, -2.0f, 3.25f, 0.0f, 5.0f, 6.0f};
  const double wide[] = {0.1, -1e300};
  dove_matrix matrix;
  dove_matrix_double doubles;
  assert_int_equal(dove_npy_write(path, (dove_matrix_view){narrow, 2, 3}, NULL), DOVE_OK);
  assert_int_equal(dove_array_read(path, false, &matrix, NULL), DOVE_OK);
  assert_true(matrix.rows == 2 && matrix.columns == 3);
  assert_memory_equal(matrix.data, narrow, sizeof narrow);
  dove_matrix_free(&matrix);
  assert_int_equal(dove_array_read_double(path, false, &doubles, NULL), DOVE_OK);
  for (int i = 0; i < 6; i++) assert_true(doubles.data[i] == (double)narrow[i]);
  dove_matrix_double_free(&doubles);
  assert_int_equal(dove_npy_write_double(path, wide, 2, 1, NULL), DOVE_OK);
  assert_int_equal(dove_array_read_double(path, false, &doubles, NULL), DOVE_OK);
  assert_true(doubles.rows == 2 && doubles.columns == 1);
  assert_memory_equal(doubles.data, wide, sizeof wide);
  dove_matrix_double_free(&doubles);
  refused("row 2, column 1 is too large for float32");
}

/* The bytes that numpy.save writes for numpy.array([7, -1], dtype='int32'). */
static void int32_is_written_as_numpy_writes_it(void **state) {
  (void)state;
  const int32_t labels[] = {7, -1};
  unsigned char bytes[256];
  assert_int_equal(dove_npy_write_int32(path, labels, 2, NULL), DOVE_OK);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fread(bytes, 1, sizeof bytes, file), 128 + 8);
  fclose(file);
  const char *header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
  assert_memory_equal(bytes, "\x93NUMPY\x01\x00\x76\x00", 10);
  assert_memory_equal(bytes + 10, header, strlen(header));
  for (size_t i = 10 + strlen(header); i < 127; i++) assert_int_equal(bytes[i], ' ');
  assert_int_equal(bytes[127], '\n');
  assert_memory_equal(bytes + 128, labels, sizeof labels);
}

static void one_dimension_is_a_column(void **state) {
  (void)state;
  const float data[] = {1.0f, 2.0f, 3.0f};
  dove_matrix matrix;
  put_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }\n", data, sizeof data);
  assert_int_equal(dove_array_read(path, false, &matrix, NULL), DOVE_OK);
  assert_true(matrix.rows == 3 && matrix.columns == 1 && matrix.data[2] == 3.0f);
  dove_matrix_free(&matrix);
}

static void malformed_npy_is_refused(void **state) {
  (void)state;
  const float data[] = {1.0f, 2.0f, 3.0f, NAN};
  const char *good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n";
  put_npy(good, data, 12);
  refused("truncated: its shape (2, 2) needs 16 bytes of numbers, it has 12");
  put_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n", data, 12);
  refused("too long");
  put_npy(good, data, 16);
  refused("row 2, column 2 is NaN");
  put_npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2, 1), }\n", data, 16);
  refused("holds '<i8'");
  put_npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 2), }\n", data, 16);
  refused("big-endian");
  put_npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }\n", data, 16);
  refused("Fortran order");
  put_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 2), }\n", data, 16);
  refused("neither one nor two dimensions");
  put_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", data, 4);
  refused("neither one nor two dimensions");
  put_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807), }\n", data, 4);
  refused("too large");
  put_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2), }\n", data, 4);
  refused("dimensions");
  put_npy("{'fortran_order': False, 'shape': (2, 2), }\n", data, 16);
  refused("no 'descr'");
  put_npy("{'descr': '<f4', 'shape': (2, 2), }\n", data, 16);
  refused("no 'fortran_order'");
  put_npy("{'descr': '<f4', 'fortran_order': False, }\n", data, 16);
  refused("no 'shape'");
  put("\x93NUMPY\x01\x00\xff\x00{'d", 13);
  refused("truncated inside its .npy header");
  put("\x93NUMPY\x09\x00\x10\x00", 10);
  refused("header cannot be read");
  put("\x93NUMPY", 6);
  refused("header cannot be read");
}

static void csv_is_read(void **state) {
  (void)state;
  dove_matrix_double matrix;
  put("\xef\xbb\xbf"
      "1, 2.5\r\n\n-3e2,\t.5\n",
      21);
  assert_int_equal(dove_array_read_double(path, false, &matrix, NULL), DOVE_OK);
  assert_true(matrix.rows == 2 && matrix.columns == 2);
  const double expected[] = {1.0, 2.5, -300.0, 0.5};
  assert_memory_equal(matrix.data, expected, sizeof expected);
  dove_matrix_double_free(&matrix);
}

static void malformed_csv_is_refused(void **state) {
  (void)state;
  put("1,2\n3\n", 6);
  refused("line 2 has 1 numbers, the lines before it 2");
  put("a,b\n1,2\n", 8);
  refused("line 1, field 1 is not a number");
  put("1,2\n3,\n", 7);
  refused("line 2, field 2 is not a number");
  put("1;2\n", 4);
  refused("a comma is expected");
  put("1,2\n3,4\0\n", 9);
  refused("line 2 has a NUL byte");
  put("", 0);
  refused("is empty");
  put("1,nan\n", 6);
  refused("row 1, column 2 is NaN");
}

static void nonfinite_numbers_pass_on_request(void **state) {
  (void)state;
  dove_matrix matrix;
  put("1,inf\n", 6);
  assert_int_equal(dove_array_read(path, true, &matrix, NULL), DOVE_OK);
  assert_true(isinf(matrix.data[1]));
  dove_matrix_free(&matrix);
}

static void missing_files_and_directories_are_refused(void **state) {
  (void)state;
  dove_matrix matrix;
  dove_error error;
  assert_int_equal(dove_array_read("/tmp/dove-no-such-file.npy", false, &matrix, &error), DOVE_IO);
  assert_int_equal(dove_array_read("/tmp", false, &matrix, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "directory"));
  assert_int_equal(dove_npy_write("/tmp/dove-no-such-folder/x.npy", (dove_matrix_view){NULL, 0, 1}, &error), DOVE_IO);
}

/* /dev/full takes nothing; a file that was there before a failed write must stay. */
static void failed_writes_leave_what_was_there(void **state) {
  (void)state;
  const float one[] = {1.0f};
  dove_error error;
  assert_int_equal(dove_npy_write("/dev/full", (dove_matrix_view){one, 1, 1}, &error), DOVE_IO);
  assert_int_equal(access("/dev/full", F_OK), 0);
  char beside[80];
  snprintf(beside, sizeof beside, "%s.tmp", path);
  assert_int_equal(dove_npy_write(path, (dove_matrix_view){one, 1, 1}, &error), DOVE_OK);
  assert_int_not_equal(access(beside, F_OK), 0);
}

int main(void) {
#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, make_path, remove_path)
  const struct CMUnitTest tests[] = {
      WITH_FILE(written_arrays_come_back),
      WITH_FILE(int32_is_written_as_numpy_writes_it),
      WITH_FILE(one_dimension_is_a_column),
      WITH_FILE(malformed_npy_is_refused),
      WITH_FILE(csv_is_read),
      WITH_FILE(malformed_csv_is_refused),
      WITH_FILE(nonfinite_numbers_pass_on_request),
      WITH_FILE(missing_files_and_directories_are_refused),
      WITH_FILE(failed_writes_leave_what_was_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
