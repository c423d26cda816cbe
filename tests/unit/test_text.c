/* Expected widths and boundaries come from UAX 29, UAX 14, UAX 11 and from what terminals do, not from the program. */
#include "dove/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_visible(const char *text, size_t length, const char *expected) {
  char *visible = dove_text_visible(text, length);
  assert_non_null(visible);
  assert_string_equal(visible, expected);
  free(visible);
}

static void expect_cluster(const char *text, size_t bytes, int columns) {
  int seen;
  assert_int_equal(dove_text_cluster(text, strlen(text), &seen), bytes);
  assert_int_equal(seen, columns);
}

/* ---- UTF-8 ---- */

static void test_valid_prefix(void **state) {
  (void)state;
  assert_int_equal(dove_utf8_valid_prefix("", 0), 0);
  assert_int_equal(dove_utf8_valid_prefix("abc", 3), 3);
  assert_int_equal(dove_utf8_valid_prefix("a\0b", 3), 1);
  assert_int_equal(dove_utf8_valid_prefix("한글", 6), 6);
  assert_int_equal(dove_utf8_valid_prefix("한글", 5), 3);
  assert_int_equal(dove_utf8_valid_prefix("x\xC0\x80", 3), 1);         /* overlong NUL */
  assert_int_equal(dove_utf8_valid_prefix("x\xE0\x80\xAF", 4), 1);     /* overlong slash */
  assert_int_equal(dove_utf8_valid_prefix("x\xF0\x80\x80\xAF", 5), 1); /* overlong slash, four bytes */
  assert_int_equal(dove_utf8_valid_prefix("x\xED\xA0\x80", 4), 1);     /* surrogate */
  assert_int_equal(dove_utf8_valid_prefix("x\xF4\x90\x80\x80", 5), 1); /* past U+10FFFF */
  assert_int_equal(dove_utf8_valid_prefix("\xF4\x8F\xBF\xBD", 4), 4);  /* U+10FFFD */
  assert_int_equal(dove_utf8_valid_prefix("x\x80", 2), 1);             /* lone continuation */
  assert_int_equal(dove_utf8_valid_prefix("x\xFF", 2), 1);
}

static void test_decode_and_encode(void **state) {
  (void)state;
  uint32_t code_point;
  assert_int_equal(dove_utf8_decode("", 0, &code_point), 0);
  assert_int_equal(dove_utf8_decode("\xE2\x82\xAC", 3, &code_point), 3);
  assert_int_equal(code_point, 0x20AC);
  assert_int_equal(dove_utf8_decode("\xE2\x82", 2, &code_point), 1);
  assert_int_equal(code_point, 0xFFFD);
  assert_int_equal(dove_utf8_decode("\0", 1, &code_point), 1);
  assert_int_equal(code_point, 0xFFFD);
  char bytes[4];
  assert_int_equal(dove_utf8_encode(0x1F600, bytes), 4);
  assert_memory_equal(bytes, "\xF0\x9F\x98\x80", 4);
  assert_int_equal(dove_utf8_encode(0xD800, bytes), 3);
  assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
  assert_int_equal(dove_utf8_encode(0x110000, bytes), 3);
  assert_int_equal(dove_utf8_encode('a', bytes), 1);
}

static void test_count_and_offset(void **state) {
  (void)state;
  const char *text = "aé한😀z"; /* 1 + 2 + 3 + 4 + 1 bytes */
  assert_int_equal(dove_utf8_count(text, 11), 5);
  assert_int_equal(dove_utf8_offset(text, 11, 0), 0);
  assert_int_equal(dove_utf8_offset(text, 11, 2), 3);
  assert_int_equal(dove_utf8_offset(text, 11, 4), 10);
  assert_int_equal(dove_utf8_offset(text, 11, 5), 11);
  assert_int_equal(dove_utf8_offset(text, 11, 99), 11);
}

/* ---- Clusters and columns ---- */

static void test_simple_clusters(void **state) {
  (void)state;
  expect_cluster("", 0, 0);
  expect_cluster("ab", 1, 1);
  expect_cluster("é", 2, 1);
  expect_cluster("e\u0301x", 3, 1); /* combining acute stays with its base */
  expect_cluster("a\u0300\u0301\u0302", 7, 1);
  expect_cluster("漢字", 3, 2);
  expect_cluster("カ\u3099", 6, 2); /* combining voiced mark */
  expect_cluster("Ａ", 3, 2);       /* fullwidth */
  expect_cluster("ｱ", 3, 1);        /* halfwidth */
  expect_cluster("\u3000", 3, 2);   /* ideographic space */
  expect_cluster("α", 2, 1);        /* ambiguous: narrow */
  expect_cluster("※", 3, 1);        /* ambiguous: narrow */
  expect_cluster("─", 3, 1);
  expect_cluster("\r\nx", 2, 2);    /* GB3 */
  expect_cluster("\n\u0301", 1, 1); /* GB4: nothing joins a control */
  expect_cluster("\u0301", 2, 0);   /* a mark without a base */
}

static void test_hangul(void **state) {
  (void)state;
  expect_cluster("한글", 3, 2);
  expect_cluster("\u1112\u1161\u11AB\u1100", 9, 2); /* L V T, then another L V T */
  expect_cluster("\u1112\u1161", 6, 2);             /* L V */
  expect_cluster("\uD558\u11AB", 6, 2);             /* LV T */
  expect_cluster("ㅋㅋ", 3, 2);                     /* compatibility jamo do not join */
}

static void test_spacing_marks(void **state) {
  (void)state;
  expect_cluster("\u0928\u093F", 6, 2); /* Devanagari na + vowel sign i, which takes a column of its own */
  expect_cluster("\u0915\u094D", 6, 1); /* ka + virama, which takes none */
  expect_cluster("\u0E19\u0E49", 6, 1); /* Thai no nu + mai tho */
}

static void test_emoji(void **state) {
  (void)state;
  expect_cluster("😀!", 4, 2);
  expect_cluster("👍\U0001F3FD", 8, 2);                                  /* skin tone */
  expect_cluster("\U0001F468\u200D\U0001F469\u200D\U0001F467x", 18, 2); /* family */
  expect_cluster("\U0001F3F3\uFE0F\u200D\U0001F308", 14, 2);            /* rainbow flag, narrow base */
  expect_cluster("\u2764\uFE0F", 6, 2);                                 /* heart in emoji style */
  expect_cluster("\u2764", 3, 1);                                       /* heart in text style */
  expect_cluster("1\uFE0F\u20E3", 7, 2);                                /* keycap */
  expect_cluster("\U0001F1F0\U0001F1F7\U0001F1EF\U0001F1F5", 8, 2);     /* two flags: the first pair */
  expect_cluster("\U0001F1F0", 4, 1);
  expect_cluster("\U0001F468\U0001F469", 4, 2); /* not joined */
}

static void test_columns_and_fit(void **state) {
  (void)state;
  const char *text = "a漢e\u0301字";
  size_t length = strlen(text);
  assert_int_equal(dove_text_columns(text, length), 6);
  assert_int_equal(dove_text_columns("", 0), 0);
  int used;
  assert_int_equal(dove_text_fit(text, length, 6, &used), length);
  assert_int_equal(used, 6);
  assert_int_equal(dove_text_fit(text, length, 5, &used), length - 3); /* half of 字 would fit: none of it is taken */
  assert_int_equal(used, 4);
  assert_int_equal(dove_text_fit(text, length, 2, &used), 1);
  assert_int_equal(used, 1);
  assert_int_equal(dove_text_fit(text, length, 0, &used), 0);
  assert_int_equal(used, 0);
}

/* ---- Safety ---- */

static void test_unsafe_code_points(void **state) {
  (void)state;
  static const uint32_t unsafe[] = {0x00,   0x07,   0x09,   0x0A,    0x1B,    0x7F,     0x80,    0x9B,
                                    0xAD,   0x061C, 0x200B, 0x200E,  0x200F,  0x2028,   0x2029,  0x202A,
                                    0x202E, 0x2060, 0x2066, 0x2069,  0xFEFF,  0xFFF9,   0xFFFE,  0xFDD0,
                                    0xD800, 0x034F, 0x3164, 0xE0001, 0xE0041, 0x10FFFF, 0x110000};
  static const uint32_t safe[] = {' ',    'a',    '~',    0xA0,   0xE9,    0x0301, 0x200C,
                                  0x200D, 0xFE0F, 0x3000, 0xAC00, 0x1F600, 0xFFFD};
  for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0]; i++) assert_true(dove_text_is_unsafe(unsafe[i]));
  for (size_t i = 0; i < sizeof safe / sizeof safe[0]; i++) assert_false(dove_text_is_unsafe(safe[i]));
}

static void test_visible_controls(void **state) {
  (void)state;
  expect_visible("", 0, "");
  expect_visible("plain text", 10, "plain text");
  expect_visible("\033[31mred", 8, "␛[31mred");
  expect_visible("a\nb\tc\r", 6, "a␊b␉c␍");
  expect_visible("\0x\x7F", 3, "␀x␡");
  expect_visible(
      "\xC2\x9B"
      "31m",
      5, "⟨009B⟩31m"); /* C1 CSI */
  expect_visible("a\u202Eb", 5, "a⟨202E⟩b");
  expect_visible("\uFEFFa\u200Bb", 8, "⟨FEFF⟩a⟨200B⟩b");
  expect_visible("a\U000E0041", 5, "a⟨E0041⟩");
  expect_visible("a\u2028b", 5, "a⟨2028⟩b");
}

static void test_visible_invalid_bytes(void **state) {
  (void)state;
  expect_visible("\xFF", 1, "⟨FF⟩");
  expect_visible("a\xC0\x80z", 4, "a⟨C0⟩⟨80⟩z");
  expect_visible("\xED\xA0\x80", 3, "⟨ED⟩⟨A0⟩⟨80⟩");
  expect_visible("한\xED\x95", 5, "한⟨ED⟩⟨95⟩");
  expect_visible("\uFFFD", 3, "\uFFFD"); /* a real replacement character is no invalid byte */
}

static void test_visible_joiners(void **state) {
  (void)state;
  const char *family = "\U0001F468\u200D\U0001F469";
  expect_visible(family, strlen(family), family);
  const char *persian = "\u0645\u06CC\u200C\u062E"; /* mi-kh…, the usual place of a non-joiner */
  expect_visible(persian, strlen(persian), persian);
  expect_visible("a\u200Db", 5, "a⟨200D⟩b");
  expect_visible("\u200D", 3, "⟨200D⟩");
  expect_visible("\U0001F468\u200D", 7, "\U0001F468⟨200D⟩"); /* joins nothing */
  expect_visible("\U0001F468\u200Cx", 8, "\U0001F468⟨200C⟩x");
}

static void test_visible_selectors(void **state) {
  (void)state;
  expect_visible("\u2764\uFE0F", 6, "\u2764\uFE0F");
  expect_visible("1\uFE0F\u20E3", 7, "1\uFE0F\u20E3");
  expect_visible("\u2764\uFE0F\uFE0E", 9, "\u2764\uFE0F⟨FE0E⟩"); /* bytes hidden in selectors */
  expect_visible("\uFE0F", 3, "⟨FE0F⟩");
  expect_visible("葛\U000E0100", 7, "葛\U000E0100"); /* an ideographic variant */
}

static void test_visible_lone_marks(void **state) {
  (void)state;
  expect_visible("\u0301", 2, "\u25CC\u0301");
  expect_visible("a\n\u0301", 4, "a␊\u25CC\u0301");
  expect_visible("\u1161", 3, "⟨1161⟩"); /* a vowel jamo without its consonant has no column */
  const char *jamo = "\u1112\u1161\u11AB";
  expect_visible(jamo, strlen(jamo), jamo);
}

/* Whatever goes in, what comes out is valid UTF-8, free of unsafe characters, and every cluster has a column. */
static void test_visible_random_bytes(void **state) {
  (void)state;
  uint32_t seed = 12345;
  static const char *pieces[] = {"\u200D", "\u0301",   "\uFE0F", "\U0001F468", "\U0001F1F0", "\u1161", "한",     "a",
                                 "\x80",   "\xF0\x9F", "\n",     "\u202E",     "\U000E0041", "\u094D", "\u0600", "\r"};
  for (int round = 0; round < 2000; round++) {
    char text[128];
    size_t length = 0;
    while (length < 100) {
      seed = seed * 1664525u + 1013904223u;
      const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof pieces[0])];
      memcpy(text + length, piece, strlen(piece));
      length += strlen(piece);
    }
    char *visible = dove_text_visible(text, length);
    assert_non_null(visible);
    size_t size = strlen(visible);
    assert_int_equal(dove_utf8_valid_prefix(visible, size), size);
    for (size_t offset = 0; offset < size;) {
      uint32_t code_point;
      offset += dove_utf8_decode(visible + offset, size - offset, &code_point);
      assert_false(dove_text_is_unsafe(code_point));
    }
    for (size_t offset = 0; offset < size;) {
      int columns;
      offset += dove_text_cluster(visible + offset, size - offset, &columns);
      assert_in_range(columns, 1, 2);
    }
    char *again = dove_text_visible(visible, size);
    assert_string_equal(again, visible); /* the visible form of safe text is itself */
    free(again);
    free(visible);
  }
}

static void test_visible_lines(void **state) {
  (void)state;
  const char *text = "a\tb\r\n\x1B\u202Ez";
  /* code points:     0 1 2 3 4 5    6     7; result: "a    b\n␛⟨202E⟩z" with bytes 0 1 5 6 6 7 10 20, length 21 */
  size_t marks[] = {0, 1, 2, 4, 5, 6, 7, 8, 50};
  size_t expected[] = {0, 1, 5, 6, 7, 10, 20, 21, 21};
  size_t offsets[9];
  char *visible = dove_text_visible_lines(text, strlen(text), marks, offsets, 9);
  assert_non_null(visible);
  assert_string_equal(visible, "a    b\n␛⟨202E⟩z");
  for (size_t i = 0; i < 9; i++) assert_int_equal(offsets[i], expected[i]);
  free(visible);
}

/* ---- Wrapping ---- */

/* Wraps `text` and joins the lines with "|". */
static void expect_wrap(const char *text, int columns, const char *expected) {
  char joined[512] = "";
  size_t length = strlen(text);
  for (size_t offset = 0; offset < length;) {
    size_t next = 0;
    size_t line = dove_text_wrap(text + offset, length - offset, columns, &next);
    assert_true(next > 0 && next <= length - offset && line <= next);
    if (offset > 0) strcat(joined, "|");
    strncat(joined, text + offset, line);
    offset += next;
  }
  assert_string_equal(joined, expected);
}

static void test_wrap_words(void **state) {
  (void)state;
  expect_wrap("", 10, "");
  expect_wrap("one two three", 7, "one two|three");
  expect_wrap("one two three", 8, "one two|three");
  expect_wrap("one two three", 100, "one two three");
  expect_wrap("one   two", 4, "one|two");
  expect_wrap("one\n\ntwo", 10, "one||two");
  expect_wrap("one\r\ntwo", 10, "one|two");
  expect_wrap("one two\nthree", 7, "one two|three"); /* the line feed at a full line gives no empty line */
  expect_wrap("one two   \nthree", 7, "one two|three");
  expect_wrap("  indented", 20, "  indented");
  expect_wrap("well-known fact", 6, "well-|known|fact");
  expect_wrap("from -5 to 10", 6, "from|-5 to|10");
  expect_wrap("see 'dove x --with-overrides' now", 20, "see 'dove x|--with-overrides'|now"); /* an option is a word */
  expect_wrap("(but --resume-from: x)", 19, "(but --resume-from:|x)");
  expect_wrap("(or then --resume-from: x)", 15, "(or then|--resume-from:|x)");
  expect_wrap("word--word", 7, "word--|word");
  expect_wrap("10\u00A0km far", 6, "10\u00A0km|far");
  expect_wrap("(a) (b)", 4, "(a)|(b)");
}

/* The marks around evidence stay with what they mark. */
static void test_wrap_evidence(void **state) {
  (void)state;
  expect_wrap("우리▌부모▐님", 6, "우리|▌부모▐|님");
  expect_wrap("日本▌語日▐本", 6, "日本|▌語日▐|本"); /* not "日本▌" */
  expect_wrap("日本▌語日▐本", 5, "日本|▌語|日▐本"); /* no line starts with ▐ */
  expect_wrap("keep ▌their word▐", 11, "keep ▌their|word▐");
}

static void test_wrap_long_words(void **state) {
  (void)state;
  expect_wrap("abcdefghij", 4, "abcd|efgh|ij");
  expect_wrap("ab abcdefghij", 4, "ab|abcd|efgh|ij");
  expect_wrap("abc", 1, "ab|c"); /* less than two columns counts as two */
  expect_wrap("e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301");
  expect_wrap("          abc", 4, "|abc");
}

static void test_wrap_cjk(void **state) {
  (void)state;
  expect_wrap("日本語日本語", 6, "日本語|日本語");
  expect_wrap("日本語日本語", 7, "日本語|日本語");  /* a wide character is not halved */
  expect_wrap("日本語。日本", 6, "日本|語。日|本"); /* no line starts with a full stop */
  expect_wrap("日本「語」日", 6, "日本|「語」|日"); /* nor ends with an opening bracket */
  expect_wrap("日本チャット", 6, "日本|チャッ|ト"); /* nor starts with a small kana */
  expect_wrap("コーヒー店", 6, "コー|ヒー店");      /* nor with a long-vowel mark */
  expect_wrap("서로의 부모를", 6, "서로의|부모를");
  expect_wrap("한국어로 쓴", 6, "한국어|로 쓴");
  expect_wrap("abc日本", 5, "abc日|本");
  expect_wrap("价值观——自由", 6, "价值|观——自|由");
}

/* ---- Folding ---- */

static void expect_fold(const char *text, size_t length, const char *expected) {
  char *folded = dove_text_fold(text, length);
  assert_non_null(folded);
  assert_string_equal(folded, expected);
  free(folded);
}

/* What would come back from a file as another name, or as none, is no name. */
static void test_names(void **state) {
  (void)state;
  char longest[1002];
  memset(longest, 'n', sizeof longest);
  longest[1001] = '\0';
  const char *const good[] = {"a", "김 민준", "e\u0301", longest + 1};
  const char *const bad[] = {"", "  ", "\u3000\u00A0", "\u200B", "a\nb", "a\033[31m", "\xC2\x85x", "\xFF", longest};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) assert_true(dove_text_is_name(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(dove_text_is_name(bad[i]));
}

static void test_fold(void **state) {
  (void)state;
  expect_fold("Hello", 5, "hello");
  expect_fold("", 0, "");
  expect_fold("STRASSE", 7, "strasse");
  expect_fold("Straße", 7, "strasse");
  expect_fold("ΣΊΣΥΦΟΣ", 14, "σίσυφοσ");
  expect_fold("E\u0301", 3, "é");                 /* composed */
  expect_fold("\u1112\u1161\u11AB", 9, "\uD55C"); /* decomposed Hangul is found by composed */
  expect_fold("A\xFFZ", 3, "a\uFFFDz");
  expect_fold("A\0Z", 3, "a\uFFFDz");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_valid_prefix),
      cmocka_unit_test(test_decode_and_encode),
      cmocka_unit_test(test_count_and_offset),
      cmocka_unit_test(test_simple_clusters),
      cmocka_unit_test(test_hangul),
      cmocka_unit_test(test_spacing_marks),
      cmocka_unit_test(test_emoji),
      cmocka_unit_test(test_columns_and_fit),
      cmocka_unit_test(test_unsafe_code_points),
      cmocka_unit_test(test_visible_controls),
      cmocka_unit_test(test_visible_invalid_bytes),
      cmocka_unit_test(test_visible_joiners),
      cmocka_unit_test(test_visible_selectors),
      cmocka_unit_test(test_visible_lone_marks),
      cmocka_unit_test(test_visible_random_bytes),
      cmocka_unit_test(test_visible_lines),
      cmocka_unit_test(test_wrap_words),
      cmocka_unit_test(test_wrap_evidence),
      cmocka_unit_test(test_wrap_long_words),
      cmocka_unit_test(test_wrap_cjk),
      cmocka_unit_test(test_fold),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
