/* Everything drawn passes one gate, and can be saved. Expected pictures are written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/draw.h"
#include "tui/screenshot.h"
#include "unit/tui_canvas.h"

/* ---- The gate ---- */

static void draw(const char *text, int height, int width, int x) {
  dove_surface surface = blank(height, width);
  dove_draw_string(&surface, 0, x, text, dove_style_of(DOVE_ROLE_NORMAL));
}

static void test_clipping(void **state) {
  (void)state;
  draw("abcdef", 1, 4, 0);
  expect_screen("abcd\n");
  draw("abcdef", 1, 4, -2);
  expect_screen("cdef\n");
  draw("漢字", 1, 3, 0); /* the second half of 字 has no room: a blank */
  expect_screen("漢\n");
  draw("漢字", 1, 3, -1);
  expect_screen(" 字\n");
  draw("漢字", 1, 4, 0);
  expect_screen("漢字\n");
  draw("漢", 1, 1, 0);
  expect_screen("\n");
}

static void test_overwriting_wide(void **state) {
  (void)state;
  dove_surface surface = blank(1, 6);
  dove_draw_string(&surface, 0, 0, "漢字語", dove_style_of(DOVE_ROLE_NORMAL));
  dove_draw_string(&surface, 0, 1, "x", dove_style_of(DOVE_ROLE_NORMAL)); /* halves 漢 */
  expect_screen(" x字語\n");
  dove_draw_string(&surface, 0, 4, "y", dove_style_of(DOVE_ROLE_NORMAL)); /* halves 語 */
  expect_screen(" x字y\n");
  dove_draw_string(&surface, 0, 1, "国", dove_style_of(DOVE_ROLE_NORMAL)); /* over x and half of 字 */
  expect_screen(" 国 y\n");
}

static void test_uncertain_widths(void **state) {
  (void)state;
  draw("\U0001F1F0\U0001F1F7|", 1, 8, 0); /* a flag as its letters */
  expect_screen("KR|\n");
  draw("\u2764\uFE0F|", 1, 8, 0); /* two columns: the text form and a blank */
  expect_screen("\u2764 |\n");
  draw("\U0001F468\u200D\U0001F469\u200D\U0001F467|", 1, 8, 0);
  expect_screen("\U0001F468|\n");
  assert_string_equal(dove_canvas_cell(&canvas, 0, 2)->text, "|");
  draw("1\uFE0F\u20E3|", 1, 8, 0);
  expect_screen("1\u20E3 |\n");
  draw("\u0928\u093F|", 1, 8, 0); /* a spacing mark has a cell */
  expect_screen("\u0928\u093F|\n");
  assert_string_equal(dove_canvas_cell(&canvas, 0, 1)->text, "\u093F");
  draw("\u1112\u1161\u11AB|", 1, 8, 0); /* jamo are put together: ㅎ ㅏ ㄴ = 한 */
  expect_screen("\uD55C|\n");
}

static void test_marks_are_limited(void **state) {
  (void)state;
  draw("a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308z", 1, 8, 0);
  expect_screen("a\u0300\u0301\u0302\u0303z\n"); /* curses keeps four */
}

static void test_nothing_unsafe_passes(void **state) {
  (void)state;
  draw("a\033[31m\nb\u202Ec", 1, 20, 0);
  expect_screen("a␛[31m␊b⟨202E⟩c\n");
  draw(
      "\xC2\x9B"
      "31m\xFFz",
      1, 20, 0);
  expect_screen("⟨009B⟩31m⟨FF⟩z\n");
}

static void test_ascii(void **state) {
  (void)state;
  canvas.glyphs = DOVE_GLYPHS_ASCII;
  draw("┌─┐│█▏●▲…σ²é漢⣿ \U0001F600", 1, 30, 0);
  expect_screen("+-+|#|*^~s2e??# ??\n");
  for (int x = 0; x < canvas.width; x++) assert_int_equal(dove_canvas_cell(&canvas, 0, x)->columns, 1);
}

static void test_console(void **state) {
  (void)state;
  canvas.glyphs = DOVE_GLYPHS_BASIC;
  draw("┌─█▉▏⣿⠁漢", 1, 30, 0);
  expect_screen("┌─██▌#.漢\n");
}

static void test_field(void **state) {
  (void)state;
  dove_surface surface = blank(5, 6);
  const dove_style style = {0};
  dove_draw_field(&surface, 0, 0, 5, "ab", 2, DOVE_ALIGN_RIGHT, style);
  dove_draw_field(&surface, 1, 0, 5, "ab", 2, DOVE_ALIGN_CENTRE, style);
  dove_draw_field(&surface, 2, 0, 5, "abcdef", 6, DOVE_ALIGN_LEFT, style);
  dove_draw_field(&surface, 3, 0, 5, "漢字語", 9, DOVE_ALIGN_LEFT, style);
  dove_draw_field(&surface, 4, 0, 4, "漢字語", 9, DOVE_ALIGN_LEFT, style); /* 漢, the sign, and a blank */
  expect_screen("   ab\n ab\nabcd…\n漢字…\n漢…\n");
}

static void test_box(void **state) {
  (void)state;
  dove_surface surface = blank(3, 12);
  dove_draw_box(&surface, "title", true);
  expect_screen("┌ title ───┐\n│          │\n└──────────┘\n");
  surface = blank(3, 10);
  dove_draw_box(&surface, "a long title", true);
  expect_screen("┌ a lo… ─┐\n│        │\n└────────┘\n");
}

/* ---- Screenshots ---- */

static void test_screenshots(void **state) {
  (void)state;
  dove_theme theme;
  dove_buffer out = {0};
  dove_theme_mono(&theme);
  dove_surface surface = blank(1, 10);
  int x = dove_draw_string(&surface, 0, 0, "a<", dove_style_of(DOVE_ROLE_NORMAL));
  dove_draw_string(&surface, 0, x, "b", dove_style_of(DOVE_ROLE_STRONG));
  dove_screenshot_ansi(&canvas, &theme, &out);
  assert_string_equal(dove_buffer_text(&out), "a<\033[0;1mb\033[0m\n");
  dove_buffer_clear(&out);
  dove_screenshot_svg(&canvas, &theme, &out);
  assert_non_null(strstr(dove_buffer_text(&out), ">&lt;</text>"));
  assert_non_null(strstr(dove_buffer_text(&out), "font-weight='bold'>b</text>"));
  dove_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_clipping),
      CASE(test_overwriting_wide),
      CASE(test_uncertain_widths),
      CASE(test_marks_are_limited),
      CASE(test_nothing_unsafe_passes),
      CASE(test_ascii),
      CASE(test_console),
      CASE(test_field),
      CASE(test_box),
      CASE(test_screenshots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
