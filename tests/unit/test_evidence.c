#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dove/evidence.h"

static void finds(const char *text, const char *evidence, uint64_t start, uint64_t end) {
  dove_evidence_span span = {99, 99};
  if (!dove_evidence_find(text, evidence, &span)) fail_msg("'%s' is not found in '%s'", evidence, text);
  assert_int_equal(span.start, start);
  assert_int_equal(span.end, end);
}

static void finds_not(const char *text, const char *evidence) {
  dove_evidence_span span;
  assert_false(dove_evidence_find(text, evidence, &span));
}

static void exact_passages_in_code_points(void **state) {
  (void)state;
  finds("One must help.", "must help", 4, 13);
  finds("家族は大切です。", "大切", 3, 5);
  finds("aé😀b", "b", 3, 4);
  finds("abab", "ab", 0, 2); /* the first place */
}

static void white_space_and_marks(void **state) {
  (void)state;
  finds("we should\r\n  help each\xC2\xA0other", "should help each other", 3, 28);
  finds("She said “it’s fair” — always.", "\"it's fair\" - always", 10, 29);
  finds(
      "self\xC2\xAD"
      "help",
      "selfhelp", 0, 9);                                 /* a soft hyphen in the text */
  finds("a word", "\xEF\xBB\xBFword\xE2\x80\x8B", 2, 6); /* marks of no width around the evidence */
  finds("keep promises.", "“… keep promises …”", 0, 13);
}

static void characters_are_never_cut(void **state) {
  (void)state;
  finds("caf\xC3\xA9 life", "cafe\xCC\x81 life", 0, 9); /* composed in the text, decomposed in the evidence */
  finds_not("caf\xC3\xA9", "CAFE");
  finds_not("wait\xE2\x80\xA6", "t..x");
  finds("한국의 가족", "\xE1\x84\x80\xE1\x85\xA1족", 4, 6); /* decomposed Hangul */
  finds_not("각", "\xE1\x84\x80\xE1\x85\xA1");              /* 가 is no part of 각, though its letters are */
}

static void what_is_not_there(void **state) {
  (void)state;
  finds_not("One must help.", "must not help");
  finds_not("text", "");
  finds_not("text", " … ");
  finds_not("", "a");
}

/* A prefix that repeats must not make the search slow: 2,000,000 × 500,000 comparisons would outlast any time limit. */
static void repeated_prefixes_are_linear(void **state) {
  (void)state;
  enum { TEXT = 2000000, NEEDLE = 500000 };
  static char text[TEXT + 1], needle[NEEDLE + 3];
  memset(text, 'a', TEXT);
  memset(needle, 'a', NEEDLE);
  memcpy(needle + NEEDLE, "\tb", 2);
  finds_not(text, needle);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_passages_in_code_points), cmocka_unit_test(white_space_and_marks),
      cmocka_unit_test(characters_are_never_cut),      cmocka_unit_test(what_is_not_there),
      cmocka_unit_test(repeated_prefixes_are_linear),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
