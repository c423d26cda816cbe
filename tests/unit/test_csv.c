#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dove/csv.h"

typedef struct source {
  FILE *stream;
  dove_csv *csv;
  const dove_csv_record *record;
  dove_error error;
} source;

static void open_bytes(source *s, const char *bytes, size_t length, size_t limit) {
  memset(s, 0, sizeof *s);
  s->stream = tmpfile();
  assert_non_null(s->stream);
  assert_int_equal(fwrite(bytes, 1, length, s->stream), length);
  rewind(s->stream);
  assert_int_equal(dove_csv_open_stream(s->stream, "data.csv", ',', limit, &s->csv, &s->error), DOVE_OK);
}

static void open_text(source *s, const char *text) { open_bytes(s, text, strlen(text), 0); }

static void close_source(source *s) {
  dove_csv_close(s->csv);
  fclose(s->stream);
}

static void expect_record(source *s, size_t line, size_t count, const char *const *fields) {
  assert_int_equal(dove_csv_read(s->csv, &s->record, &s->error), DOVE_OK);
  assert_non_null(s->record);
  assert_int_equal(s->record->line, line);
  assert_int_equal(s->record->count, count);
  for (size_t i = 0; i < count; i++) {
    assert_string_equal(s->record->fields[i], fields[i]);
    assert_int_equal(s->record->lengths[i], strlen(fields[i]));
  }
}

static void expect_end(source *s) {
  assert_int_equal(dove_csv_read(s->csv, &s->record, &s->error), DOVE_OK);
  assert_null(s->record);
}

static void expect_fault(source *s, const char *start) {
  assert_int_equal(dove_csv_read(s->csv, &s->record, &s->error), DOVE_INPUT);
  assert_null(s->record);
  if (strncmp(s->error.message, start, strlen(start)) != 0) fail_msg("unexpected message: %s", s->error.message);
}

#define FIELDS(...) ((const char *const[]){__VA_ARGS__})

static void test_plain_records_with_both_line_ends(void **state) {
  (void)state;
  source s;
  open_text(&s, "a,b\r\n1,2\n\n,\nlast,line");
  expect_record(&s, 1, 2, FIELDS("a", "b"));
  expect_record(&s, 2, 2, FIELDS("1", "2"));
  expect_record(&s, 4, 2, FIELDS("", ""));
  expect_record(&s, 5, 2, FIELDS("last", "line"));
  expect_end(&s);
  expect_end(&s);
  close_source(&s);
}

static void test_quotes_breaks_and_byte_order_mark(void **state) {
  (void)state;
  source s;
  open_text(&s, "\xEF\xBB\xBF\"id\",text\n1,\"he said \"\"no\"\", twice\nand left\"\r\n\"\",\"x\"\n");
  expect_record(&s, 1, 2, FIELDS("id", "text"));
  expect_record(&s, 2, 2, FIELDS("1", "he said \"no\", twice\nand left"));
  expect_record(&s, 4, 2, FIELDS("", "x"));
  expect_end(&s);
  close_source(&s);
}

static void test_faults_name_the_line_and_reading_goes_on(void **state) {
  (void)state;
  source s;
  open_text(&s, "a,b\n1,x\"y\n2,\"z\"w\n3,ok\n4,\"never closed\n5,after\n");
  expect_record(&s, 1, 2, FIELDS("a", "b"));
  expect_fault(&s, "data.csv:2: a quote inside a field");
  expect_fault(&s, "data.csv:3: text after the closing quote");
  expect_record(&s, 4, 2, FIELDS("3", "ok"));
  expect_fault(&s, "data.csv:5: a quoted field is not closed");
  expect_record(&s, 6, 2, FIELDS("5", "after"));
  expect_end(&s);
  close_source(&s);
}

static void test_bytes_that_are_no_text(void **state) {
  (void)state;
  source s;
  static const char bytes[] = "a\nb\0c\n\xFF\xFE\nd\n";
  open_bytes(&s, bytes, sizeof bytes - 1, 0);
  expect_record(&s, 1, 1, FIELDS("a"));
  expect_fault(&s, "data.csv:2: the text has a NUL byte");
  expect_fault(&s, "data.csv:3: the text is not valid UTF-8");
  expect_record(&s, 4, 1, FIELDS("d"));
  expect_end(&s);
  close_source(&s);
}

static void test_a_record_over_the_limit(void **state) {
  (void)state;
  source s;
  static const char text[] = "short,line\n0123456789012345678901234567890,x\nnext,one\n";
  open_bytes(&s, text, sizeof text - 1, 16);
  expect_record(&s, 1, 2, FIELDS("short", "line"));
  expect_fault(&s, "data.csv:2: the record is longer than the limit");
  expect_record(&s, 3, 2, FIELDS("next", "one"));
  expect_end(&s);
  close_source(&s);
}

static void test_columns_numbers_and_failures(void **state) {
  (void)state;
  source s;
  open_text(&s, "model,score\nm,1.5\n");
  expect_record(&s, 1, 2, FIELDS("model", "score"));
  assert_int_equal(dove_csv_column(s.record, "score"), 1);
  assert_true(dove_csv_column(s.record, "culture") == DOVE_CSV_NO_COLUMN);
  expect_record(&s, 2, 2, FIELDS("m", "1.5"));
  assert_int_equal(dove_csv_fail(s.csv, &s.error, "no %s", "culture"), DOVE_INPUT);
  assert_string_equal(s.error.message, "data.csv:2: no culture");
  close_source(&s);

  double value = 0.0;
  assert_true(dove_csv_number(" -2.5e1 ", &value));
  assert_true(value == -25.0);
  assert_false(dove_csv_number("", &value));
  assert_false(dove_csv_number("1,5", &value));
  assert_false(dove_csv_number("nan", &value));
  assert_false(dove_csv_number("1e999", &value));
}

static void test_files_that_cannot_be_read(void **state) {
  (void)state;
  dove_csv *csv = NULL;
  dove_error error;
  assert_int_equal(dove_csv_open("tests/no-such-file.csv", ',', 0, &csv, &error), DOVE_IO);
  assert_null(csv);
  assert_int_equal(dove_csv_open("tests", ',', 0, &csv, &error), DOVE_IO);
  assert_null(csv);
  assert_non_null(strstr(error.message, "tests"));
  source s;
  open_text(&s, "");
  expect_end(&s);
  close_source(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_records_with_both_line_ends),
      cmocka_unit_test(test_quotes_breaks_and_byte_order_mark),
      cmocka_unit_test(test_faults_name_the_line_and_reading_goes_on),
      cmocka_unit_test(test_bytes_that_are_no_text),
      cmocka_unit_test(test_a_record_over_the_limit),
      cmocka_unit_test(test_columns_numbers_and_failures),
      cmocka_unit_test(test_files_that_cannot_be_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
