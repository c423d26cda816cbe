#include "dove/json_writer.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

/* What is written between begin() and end(), in memory. */
typedef struct capture {
  char *text;
  size_t length;
  dove_json_writer writer;
} capture;

static void begin(capture *out) {
  FILE *file = open_memstream(&out->text, &out->length);
  assert_non_null(file);
  out->writer = dove_json_writer_on(file);
}

static void end(capture *out) { assert_int_equal(fclose(out->writer.file), 0); }

static void expect(capture *out, const char *text) {
  end(out);
  assert_string_equal(out->text, text);
  free(out->text);
}

static void test_layout(void **state) {
  (void)state;
  capture out;
  begin(&out);
  dove_json_writer *w = &out.writer;
  dove_json_object_begin(w, false);
  dove_json_member_text(w, "name", "x");
  dove_json_key(w, "rows");
  dove_json_array_begin(w, false);
  dove_json_object_begin(w, true);
  dove_json_member_integer(w, "n", -3);
  dove_json_member_bool(w, "good", true);
  dove_json_key(w, "inner");
  dove_json_array_begin(w, false); /* inside a compact object all is compact */
  dove_json_integer(w, 1);
  dove_json_null(w);
  dove_json_array_end(w);
  dove_json_object_end(w);
  dove_json_array_end(w);
  dove_json_key(w, "empty");
  dove_json_object_begin(w, false);
  dove_json_object_end(w);
  dove_json_object_end(w);
  expect(&out,
         "{\n  \"name\": \"x\",\n  \"rows\": [\n    {\"n\":-3,\"good\":true,\"inner\":[1,null]}\n  ],\n  \"empty\": "
         "{}\n}\n");
}

static void test_value_alone(void **state) {
  (void)state;
  capture out;
  begin(&out);
  dove_json_text(&out.writer, NULL);
  expect(&out, "null\n");
}

static void test_text_is_escaped(void **state) {
  (void)state;
  capture out;
  begin(&out);
  /* quotes, C0, DEL, C1, bidi override, zero-width space, a tag character beyond U+FFFF; letters stay */
  dove_json_text(&out.writer,
                 "\"\\\n\t\x1b\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\x8b\xf3\xa0\x81\x81 \xea\xb0\x80\xf0\x9f\x98\x80");
  expect(&out, "\"\\\"\\\\\\n\\t\\u001b\\u007f\\u009b\\u202e\\u200b\\udb40\\udc41 \xea\xb0\x80\xf0\x9f\x98\x80\"\n");
}

static void test_invalid_bytes_and_nul(void **state) {
  (void)state;
  capture out;
  begin(&out);
  dove_json_text_length(&out.writer,
                        "a\xff\x00"
                        "b\xe2\x82",
                        6);
  expect(&out, "\"a\xef\xbf\xbd\\u0000b\xef\xbf\xbd\xef\xbf\xbd\"\n");
}

static void test_numbers_read_back_as_they_were(void **state) {
  (void)state;
  const double numbers[] = {0.0, 0.05, 0.1 + 0.2, 1.0 / 3.0, -1e-300, DBL_MAX, DBL_MIN, 5e-324, 9007199254740993.0};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    capture out;
    begin(&out);
    dove_json_number(&out.writer, numbers[i]);
    end(&out);
    assert_true(strtod(out.text, NULL) == numbers[i]);
    free(out.text);
  }
  const float floats[] = {0.1F, 1.0F / 3.0F, FLT_MAX, FLT_MIN, -16777217.0F};
  for (size_t i = 0; i < sizeof floats / sizeof floats[0]; i++) {
    capture out;
    begin(&out);
    dove_json_float(&out.writer, floats[i]);
    end(&out);
    assert_true(strtof(out.text, NULL) == floats[i]);
    free(out.text);
  }
}

static void test_short_numbers_stay_short_and_others_are_null(void **state) {
  (void)state;
  capture out;
  begin(&out);
  dove_json_array_begin(&out.writer, true);
  dove_json_number(&out.writer, 0.05);
  dove_json_number(&out.writer, (double)NAN);
  dove_json_number(&out.writer, (double)-INFINITY);
  dove_json_floats(&out.writer, (const float[]){0.5F, (float)INFINITY}, 2);
  dove_json_integer(&out.writer, INT64_MIN);
  dove_json_array_end(&out.writer);
  expect(&out, "[0.05,null,null,[0.5,null],-9223372036854775808]\n");
}

/* Another reader agrees about a long and deep document. */
static void test_another_reader(void **state) {
  (void)state;
  capture out;
  begin(&out);
  dove_json_array_begin(&out.writer, false);
  for (int i = 0; i < 1000; i++) {
    dove_json_object_begin(&out.writer, i % 2 == 0);
    dove_json_member_number(&out.writer, "square", (double)i * i);
    dove_json_member_text(&out.writer, "text", "\xe6\x96\x87\x1b[0m");
    dove_json_object_end(&out.writer);
  }
  dove_json_array_end(&out.writer);
  end(&out);
  cJSON *parsed = cJSON_Parse(out.text);
  assert_non_null(parsed);
  assert_int_equal(cJSON_GetArraySize(parsed), 1000);
  const cJSON *row = cJSON_GetArrayItem(parsed, 31);
  assert_true(cJSON_GetObjectItem(row, "square")->valuedouble == 961.0);
  assert_string_equal(cJSON_GetObjectItem(row, "text")->valuestring, "\xe6\x96\x87\x1b[0m");
  cJSON_Delete(parsed);
  free(out.text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_layout),
      cmocka_unit_test(test_value_alone),
      cmocka_unit_test(test_text_is_escaped),
      cmocka_unit_test(test_invalid_bytes_and_nul),
      cmocka_unit_test(test_numbers_read_back_as_they_were),
      cmocka_unit_test(test_short_numbers_stay_short_and_others_are_null),
      cmocka_unit_test(test_another_reader),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
