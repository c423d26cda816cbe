#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>
#include <unistd.h>

#include "dove/word_vectors.h"
#include "near.h"

static char in_path[64];
static char out_path[64];

static int set_up(void **state) {
  (void)state;
  snprintf(in_path, sizeof in_path, "/tmp/dove-vectors-%ld.txt", (long)getpid());
  snprintf(out_path, sizeof out_path, "/tmp/dove-vectors-%ld.dvec", (long)getpid());
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  unlink(in_path);
  unlink(out_path);
  return 0;
}

static void write_bytes(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  fclose(file);
}

static dove_status convert(const char *text, uint32_t words, dove_word_vectors_summary *summary, dove_error *error) {
  write_bytes(in_path, text, strlen(text));
  unlink(out_path);
  return dove_word_vectors_convert(in_path, out_path, words, summary, NULL, error);
}

static uint32_t find(const dove_word_vectors *vectors, const char *word) {
  return dove_word_vectors_find(vectors, word, strlen(word));
}

static void keeps_words_and_values(void **state) {
  (void)state;
  dove_word_vectors_summary summary;
  dove_error error = {0};
  /* A BOM, CRLF, tabs and spaces at line ends, as published files have them. */
  assert_int_equal(
      convert("\xef\xbb\xbfthe 1.27 -0.5 0\r\nof\t0.1 0.2 -0.4 \nÉté 1e-2 2e-2 3e-2\n", 0, &summary, &error), DOVE_OK);
  assert_int_equal(summary.words, 3);
  assert_int_equal(summary.dimension, 3);
  dove_word_vectors *vectors;
  assert_int_equal(dove_word_vectors_open(out_path, &vectors, &error), DOVE_OK);
  assert_int_equal(dove_word_vectors_verify(vectors, &error), DOVE_OK);
  assert_int_equal(dove_word_vectors_count(vectors), 3);
  assert_int_equal(find(vectors, "the"), 0);
  assert_int_equal(find(vectors, "of"), 1);
  assert_int_equal(find(vectors, "E\xcc\x81t\xc3\xa9"), DOVE_NO_WORD); /* words are looked up in NFC */
  assert_int_equal(find(vectors, "\xc3\x89t\xc3\xa9"), 2);
  assert_int_equal(find(vectors, "The"), DOVE_NO_WORD);
  assert_int_equal(dove_word_vectors_longest(vectors), 3);
  /* Scale 1.27 / 127 = 0.01: the components are 127, -50, 0. */
  float sum[3] = {1.0f, 1.0f, 1.0f};
  dove_word_vectors_add(vectors, 0, 2.0f, sum);
  assert_near(sum[0], 3.54f, 1e-6f);
  assert_near(sum[1], 0.0f, 1e-6f);
  assert_near(sum[2], 1.0f, 0.0f);
  size_t length;
  const char *word = dove_word_vectors_word(vectors, 1, &length);
  assert_int_equal(length, 2);
  assert_memory_equal(word, "of", 2);
  dove_word_vectors_close(vectors);
}

static void reads_word2vec_header(void **state) {
  (void)state;
  dove_word_vectors_summary summary;
  dove_error error = {0};
  assert_int_equal(convert("2 2\n</s> 0 0\n사랑 1 2 \n", 0, &summary, &error), DOVE_OK);
  assert_int_equal(summary.dimension, 2);
  assert_int_equal(summary.words, 1);
  assert_int_equal(summary.unusable, 1); /* all zero */
  assert_int_equal(convert("3 2\na 1 2\nb 1 2\n", 0, NULL, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "after 2 of 3 words"));
}

static void leaves_out_what_is_no_word(void **state) {
  (void)state;
  dove_word_vectors_summary summary;
  dove_error error = {0};
  /* A name with spaces, a second "x", a no-break space, no word at all. */
  assert_int_equal(convert("x 1 2\nat name@domain.com 3 4\nx 5 6\nno\xc2\xa0"
                           "break 1 1\n 7 8\ny 9 9\n",
                           0, &summary, &error),
                   DOVE_OK);
  assert_int_equal(summary.words, 2);
  assert_int_equal(summary.duplicates, 1);
  assert_int_equal(summary.unusable, 3);
  assert_int_equal(summary.lines, 6);
}

static void stops_after_enough_words(void **state) {
  (void)state;
  dove_word_vectors_summary summary;
  dove_error error = {0};
  assert_int_equal(convert("a 1 2\na 1 2\nb 1 2\nbroken\n", 2, &summary, &error), DOVE_OK);
  assert_int_equal(summary.words, 2);
  assert_int_equal(summary.lines, 3);
}

static void names_bad_lines(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"a 1 2 3\nb 1 2\n", ":2: 2 values instead of 3"},
      {"a 1 2 3\nb 1 2 3 4\n", ":2: 4 values instead of 3"},
      {"a 1 2\nb 1 nan\n", ":2: a value is NaN"},
      {"a 1 2\nb 1 1e99\n", ":2: a value is NaN or infinite"},
      {"a 1 2\n\nb 1 2\n", ":2: 0 values"},
      {"a 1 2\nb 1 two\n", ":2: a value is not a number"},
      {"a 1 2\nb 1,5 2\n", ":2: a value is not a number"},
      {"hello world\n", ":1: this is not a word"},
      {"", "is empty"},
      {"\x1f\x8b\x08 1 2\n", "gunzip"},
      {"a 0 0\n", "no usable word"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    dove_error error = {0};
    assert_int_equal(convert(cases[i].text, 0, NULL, &error), DOVE_INPUT);
    if (strstr(error.message, cases[i].message) == NULL) fail_msg("'%s' for '%s'", error.message, cases[i].text);
    assert_int_not_equal(access(out_path, F_OK), 0);
  }
  dove_error error = {0};
  write_bytes(in_path, "a 1\0 2\n", 7);
  assert_int_equal(dove_word_vectors_convert(in_path, out_path, 0, NULL, NULL, &error), DOVE_INPUT);
  assert_int_equal(dove_word_vectors_convert("/tmp", out_path, 0, NULL, NULL, &error), DOVE_INPUT);
  assert_int_equal(dove_word_vectors_convert("/nonexistent", out_path, 0, NULL, NULL, &error), DOVE_IO);
  write_bytes(in_path, "a 1 2\n", 6);
  assert_int_equal(dove_word_vectors_convert(in_path, "/nonexistent/x.dvec", 0, NULL, NULL, &error), DOVE_IO);
}

static size_t read_all(const char *path, unsigned char *bytes, size_t size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  const size_t length = fread(bytes, 1, size, file);
  fclose(file);
  return length;
}

/* Whatever is cut off or altered, a file is refused or read without harm; an altered section fails verify. */
static void refuses_damaged_files(void **state) {
  (void)state;
  dove_error error = {0};
  assert_int_equal(convert("alpha 1 2\nbeta 3 4\n", 0, NULL, &error), DOVE_OK);
  unsigned char bytes[1 << 16];
  const size_t size = read_all(out_path, bytes, sizeof bytes);
  assert_true(size > 64 && size < sizeof bytes);
  dove_word_vectors *vectors;
  for (size_t length = 0; length < size; length += length < 80 ? 1 : 97) {
    write_bytes(out_path, bytes, length);
    assert_int_equal(dove_word_vectors_open(out_path, &vectors, &error), DOVE_INPUT);
    assert_null(vectors);
  }
  for (size_t at = 0; at < size; at++) {
    bytes[at] ^= 0xa5;
    write_bytes(out_path, bytes, size);
    const dove_status status = dove_word_vectors_open(out_path, &vectors, &error);
    if (at < 64) assert_int_equal(status, DOVE_INPUT);
    if (status == DOVE_OK) {
      assert_int_equal(dove_word_vectors_verify(vectors, &error), DOVE_INPUT);
      float sum[2] = {0};
      dove_word_vectors_add(vectors, find(vectors, "beta"), 1.0f, sum);
      find(vectors, "gamma");
      dove_word_vectors_close(vectors);
    }
    bytes[at] ^= 0xa5;
  }
  assert_int_equal(dove_word_vectors_open("/nonexistent", &vectors, &error), DOVE_IO);
  assert_int_equal(dove_word_vectors_open("/tmp", &vectors, &error), DOVE_INPUT);
}

/* Zipf: the estimates add up to 1 over the 400,000 words they are made for, and fall with the rank. */
static void probabilities_add_up(void **state) {
  (void)state;
  double sum = 0.0;
  for (uint32_t i = 0; i < 400000; i++) sum += dove_word_vectors_probability(i);
  assert_true(fabs(sum - 1.0) < 1e-4);
  assert_true(dove_word_vectors_probability(0) > dove_word_vectors_probability(1));
}

static void shipped_file_is_whole(void **state) {
  (void)state;
  dove_error error = {0};
  dove_word_vectors *vectors;
  assert_int_equal(dove_word_vectors_open("assets/vectors/en.dvec", &vectors, &error), DOVE_OK);
  assert_int_equal(dove_word_vectors_verify(vectors, &error), DOVE_OK);
  assert_int_equal(dove_word_vectors_count(vectors), 40000);
  assert_int_equal(dove_word_vectors_dimension(vectors), 100);
  /* Ranks as in the source list: "the" first, "should" number 180, "reciprocity" number 31080. */
  assert_int_equal(find(vectors, "the"), 0);
  assert_int_equal(find(vectors, "should"), 180);
  assert_int_equal(find(vectors, "reciprocity"), 31080);
  dove_word_vectors_close(vectors);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_words_and_values),
      cmocka_unit_test(reads_word2vec_header),
      cmocka_unit_test(leaves_out_what_is_no_word),
      cmocka_unit_test(stops_after_enough_words),
      cmocka_unit_test(names_bad_lines),
      cmocka_unit_test(refuses_damaged_files),
      cmocka_unit_test(probabilities_add_up),
      cmocka_unit_test(shipped_file_is_whole),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
