/* The cases of coding_cases.json, for the tests that are held against them. Include it after cmocka.h. */
#ifndef DOVE_TESTS_CODING_REFERENCE_H
#define DOVE_TESTS_CODING_REFERENCE_H

#include <cjson/cJSON.h>
#include <stdio.h>

/* The array of cases; freed with cJSON_Delete(). */
static inline cJSON *read_coding_cases(void) {
  static char text[1 << 20];
  FILE *file = fopen("tests/golden/coding_cases.json", "rb");
  assert_non_null(file);
  const size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  cJSON *cases = cJSON_ParseWithLength(text, length);
  assert_true(cJSON_IsArray(cases));
  return cases;
}

#endif
