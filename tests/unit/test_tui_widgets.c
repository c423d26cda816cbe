/* Widgets draw onto a canvas, which is compared as text. Expected pictures are written by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/draw.h"
#include "tui/line_edit.h"
#include "tui/panes/annotate_mark.h"
#include "tui/prompt.h"
#include "tui/screenshot.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/form.h"
#include "tui/widgets/list.h"
#include "tui/widgets/split.h"
#include "tui/widgets/text_view.h"
#include "tui/widgets/tree.h"

static dove_canvas canvas;

static dove_surface blank(int height, int width) {
  assert_true(dove_canvas_resize(&canvas, height, width));
  return dove_surface_whole(&canvas);
}

static int set_up(void **state) {
  (void)state;
  canvas = (dove_canvas){.glyphs = DOVE_GLYPHS_FULL};
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  dove_canvas_free(&canvas);
  return 0;
}

static void expect_screen(const char *expected) {
  dove_buffer text = {0};
  dove_screenshot_text(&canvas, &text);
  assert_string_equal(dove_buffer_text(&text), expected);
  dove_buffer_free(&text);
}

static int row_with_role(int x, dove_role role) {
  for (int y = 0; y < canvas.height; y++) {
    const dove_style style = dove_canvas_cell(&canvas, y, x)->style;
    if (style.role == role || style.ground == role) return y;
  }
  return -1;
}

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
  expect_screen("a␛[31m␊b\uFFFDc\n");
  draw("\xFFz", 1, 8, 0);
  expect_screen("\uFFFDz\n");
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

/* ---- List ---- */

enum { MOST_ROWS = 100000 };

static struct {
  size_t count;
  size_t prepared; /* rows that were asked to be read */
  bool descending;
  char filter[32];
} source;

static size_t fake_count(void *user) {
  (void)user;
  return source.filter[0] != '\0' ? source.count / 2 : source.count;
}

/* Ids count from 1000 upwards in the unsorted order; a filter keeps the even ones. */
static int64_t fake_id(void *user, size_t row) {
  size_t count = fake_count(user);
  size_t place = source.descending ? count - 1 - row : row;
  return 1000 + (int64_t)(source.filter[0] != '\0' ? 2 * place : place);
}

static bool fake_find(void *user, int64_t id, size_t *row) {
  for (size_t i = 0; i < fake_count(user); i++) {
    if (fake_id(user, i) == id) {
      *row = i;
      return true;
    }
  }
  return false;
}

static dove_status fake_prepare(void *user, size_t first, size_t count, dove_error *error) {
  (void)user;
  (void)error;
  assert_true(first + count <= fake_count(user));
  source.prepared += count;
  return DOVE_OK;
}

static void fake_cell(void *user, size_t row, size_t column, dove_buffer *out, dove_style *style) {
  (void)style;
  if (column == 0) dove_buffer_printf(out, "%lld", (long long)fake_id(user, row));
  if (column == 1) dove_buffer_printf(out, "Row %lld", (long long)fake_id(user, row));
  if (column == 2) dove_buffer_add_text(out, "x");
}

static dove_status fake_sort(void *user, size_t column, bool descending, dove_error *error) {
  (void)user;
  (void)column;
  (void)error;
  source.descending = descending;
  return DOVE_OK;
}

static dove_status fake_filter(void *user, const char *words, dove_error *error) {
  (void)user;
  (void)error;
  snprintf(source.filter, sizeof source.filter, "%s", words);
  return DOVE_OK;
}

static const dove_list_source fake_source = {.count = fake_count,
                                             .prepare = fake_prepare,
                                             .id = fake_id,
                                             .find = fake_find,
                                             .cell = fake_cell,
                                             .sort = fake_sort,
                                             .filter = fake_filter};
static const dove_list_column fake_columns[] = {
    {.title = "id", .width = 5, .alignment = DOVE_ALIGN_RIGHT, .sortable = true},
    {.title = "name", .width = 8, .weight = 1, .sortable = true},
    {.title = "more", .width = 4, .optional = true},
};

static dove_list new_list(size_t count) {
  dove_list list;
  memset(&source, 0, sizeof source);
  source.count = count;
  dove_list_init(&list, &fake_source, NULL, fake_columns, 3);
  return list;
}

static void command(dove_list *list, dove_command_id id, const char *argument, dove_pane_result expected) {
  dove_error error = {0};
  assert_int_equal(dove_list_command(list, id, argument, &error), expected);
}

static void test_list_draws(void **state) {
  (void)state;
  dove_list list = new_list(3);
  dove_surface surface = blank(5, 24);
  dove_list_draw(&list, &surface, true);
  expect_screen("   id name          more\n 1000 Row 1000      x\n 1001 Row 1001      x\n 1002 Row 1002      x\n\n");
  surface = blank(3, 16); /* the optional column goes first */
  dove_list_draw(&list, &surface, true);
  expect_screen("   id name\n 1000 Row 1000\n 1001 Row 1001\n");
  assert_int_equal(row_with_role(0, DOVE_ROLE_SELECTED), 1);
  dove_list_free(&list);
}

static void test_list_asks_for_what_it_shows(void **state) {
  (void)state;
  dove_list list = new_list(MOST_ROWS);
  dove_surface surface = blank(11, 30);
  command(&list, DOVE_COMMAND_BOTTOM, "", DOVE_PANE_REDRAW);
  dove_list_draw(&list, &surface, true);
  assert_int_equal(source.prepared, 10);
  assert_int_equal(dove_list_selected(&list), 1000 + MOST_ROWS - 1);
  assert_int_equal(row_with_role(0, DOVE_ROLE_SELECTED), 10);
  dove_list_free(&list);
}

static void test_list_moves(void **state) {
  (void)state;
  dove_list list = new_list(50);
  dove_surface surface = blank(11, 30); /* a header and 10 rows */
  dove_list_draw(&list, &surface, true);
  command(&list, DOVE_COMMAND_UP, "", DOVE_PANE_HANDLED);
  command(&list, DOVE_COMMAND_DOWN, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1001);
  command(&list, DOVE_COMMAND_PAGE_DOWN, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1010);
  command(&list, DOVE_COMMAND_HALF_UP, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1005);
  command(&list, DOVE_COMMAND_BOTTOM, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1049);
  command(&list, DOVE_COMMAND_DOWN, "", DOVE_PANE_HANDLED);
  command(&list, DOVE_COMMAND_TOP, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1000);
  command(&list, DOVE_COMMAND_QUIT, "", DOVE_PANE_IGNORED);
  dove_list_free(&list);
}

/* The selection stays with its row through sorting, filtering, shrinking. */
static void test_list_keeps_selection(void **state) {
  (void)state;
  dove_list list = new_list(50);
  dove_surface surface = blank(11, 30);
  assert_true(dove_list_select(&list, 1010));
  command(&list, DOVE_COMMAND_SORT, "id", DOVE_PANE_REDRAW);
  command(&list, DOVE_COMMAND_SORT_INVERT, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1010);
  assert_int_equal(list.selected, 39);
  command(&list, DOVE_COMMAND_FILTER, "even", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1010);
  dove_list_draw(&list, &surface, true);
  command(&list, DOVE_COMMAND_CLEAR, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1010);
  command(&list, DOVE_COMMAND_CLEAR, "", DOVE_PANE_IGNORED);
  source.count = 5; /* the row is gone: the nearest one is selected */
  dove_list_refresh(&list);
  assert_int_equal(dove_list_selected(&list), 1000);
  source.count = 0;
  dove_list_refresh(&list);
  assert_int_equal(dove_list_selected(&list), -1);
  dove_list_draw(&list, &surface, true);
  dove_list_free(&list);
}

/* A filter that leaves the selected row out gives it back when it is cleared, unless another was selected since. */
static void test_list_gives_hidden_row_back(void **state) {
  (void)state;
  dove_list list = new_list(50);
  dove_surface surface = blank(11, 30);
  assert_true(dove_list_select(&list, 1011));
  command(&list, DOVE_COMMAND_FILTER, "even", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1022); /* row 11 of the even ones */
  dove_list_draw(&list, &surface, true);
  command(&list, DOVE_COMMAND_FILTER, "even again", DOVE_PANE_REDRAW);
  source.count = 0; /* nothing is left of it */
  dove_list_refresh(&list);
  dove_list_draw(&list, &surface, true);
  assert_int_equal(dove_list_selected(&list), -1);
  source.count = 50;
  command(&list, DOVE_COMMAND_CLEAR, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1011);
  assert_int_equal(list.selected, 11);
  command(&list, DOVE_COMMAND_FILTER, "even", DOVE_PANE_REDRAW);
  command(&list, DOVE_COMMAND_DOWN, "", DOVE_PANE_REDRAW);
  command(&list, DOVE_COMMAND_UP, "", DOVE_PANE_REDRAW);
  command(&list, DOVE_COMMAND_CLEAR, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1022);
  dove_list_free(&list);
}

static void test_list_sorts(void **state) {
  (void)state;
  dove_list list = new_list(5);
  dove_error error = {0};
  command(&list, DOVE_COMMAND_SORT, "", DOVE_PANE_REDRAW);
  assert_int_equal(list.sort_column, 0);
  command(&list, DOVE_COMMAND_SORT, "", DOVE_PANE_REDRAW);
  assert_int_equal(list.sort_column, 1);
  command(&list, DOVE_COMMAND_SORT, "", DOVE_PANE_REDRAW); /* "more" cannot be sorted by */
  assert_int_equal(list.sort_column, 0);
  assert_int_equal(dove_list_command(&list, DOVE_COMMAND_SORT, "nothing", &error), DOVE_PANE_FAILED);
  dove_surface surface = blank(4, 24);
  dove_list_draw(&list, &surface, true);
  dove_mouse header = {.kind = DOVE_MOUSE_PRESS, .y = 0, .x = 8};
  assert_int_equal(dove_list_mouse(&list, &header, &error), DOVE_PANE_REDRAW);
  assert_int_equal(list.sort_column, 1);
  assert_false(list.descending);
  dove_list_mouse(&list, &header, &error);
  assert_true(list.descending);
  dove_list_free(&list);
}

static void test_list_searches(void **state) {
  (void)state;
  dove_list list = new_list(30);
  dove_error error = {0};
  command(&list, DOVE_COMMAND_SEARCH, "row 102", DOVE_PANE_REDRAW); /* lower case finds "Row" */
  assert_int_equal(dove_list_selected(&list), 1020);
  command(&list, DOVE_COMMAND_SEARCH_NEXT, "", DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1021);
  command(&list, DOVE_COMMAND_SEARCH_PREVIOUS, "", DOVE_PANE_REDRAW);
  command(&list, DOVE_COMMAND_SEARCH_PREVIOUS, "", DOVE_PANE_REDRAW); /* round the top */
  assert_int_equal(dove_list_selected(&list), 1029);
  command(&list, DOVE_COMMAND_SEARCH_NEXT, "", DOVE_PANE_REDRAW); /* round the bottom */
  assert_int_equal(dove_list_selected(&list), 1020);
  assert_int_equal(dove_list_command(&list, DOVE_COMMAND_SEARCH, "ROW", &error), DOVE_PANE_FAILED);
  assert_int_equal(error.code, DOVE_NOT_FOUND);
  dove_list_free(&list);
}

static void test_list_mouse(void **state) {
  (void)state;
  dove_list list = new_list(50);
  dove_error error = {0};
  dove_surface surface = blank(11, 30);
  dove_list_draw(&list, &surface, true);
  dove_mouse click = {.kind = DOVE_MOUSE_PRESS, .y = 4, .x = 2};
  assert_int_equal(dove_list_mouse(&list, &click, &error), DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1003);
  click.kind = DOVE_MOUSE_DOUBLE;
  assert_int_equal(dove_list_mouse(&list, &click, &error), DOVE_PANE_OPEN);
  dove_mouse wheel = {.kind = DOVE_MOUSE_WHEEL_DOWN};
  dove_list_mouse(&list, &wheel, &error);
  assert_int_equal(dove_list_selected(&list), 1006);
  dove_list_free(&list);
}

static void test_list_state(void **state) {
  (void)state;
  dove_list list = new_list(50);
  dove_buffer saved = {0};
  command(&list, DOVE_COMMAND_FILTER, "two words", DOVE_PANE_REDRAW);
  command(&list, DOVE_COMMAND_SORT, "name", DOVE_PANE_REDRAW);
  command(&list, DOVE_COMMAND_SORT_INVERT, "", DOVE_PANE_REDRAW);
  dove_list_select(&list, 1012);
  dove_list_save(&list, &saved);
  assert_string_equal(dove_buffer_text(&saved), "id=1012 sort=1 descending=1 filter=two words");
  dove_list again = new_list(50);
  dove_list_restore(&again, dove_buffer_text(&saved));
  assert_int_equal(dove_list_selected(&again), 1012);
  assert_true(again.sorted && again.descending && again.sort_column == 1);
  assert_string_equal(again.filter, "two words");
  dove_list_restore(&again, "sort=99 nonsense id=");
  dove_buffer_free(&saved);
  dove_list_free(&list);
  dove_list_free(&again);
}

static void test_list_exports(void **state) {
  (void)state;
  dove_list list = new_list(2);
  dove_buffer out = {0};
  dove_error error;
  assert_int_equal(dove_list_export(&list, &out, &error), DOVE_OK);
  assert_string_equal(dove_buffer_text(&out), "id\tname\tmore\n1000\tRow 1000\tx\n1001\tRow 1001\tx\n");
  dove_buffer_free(&out);
  dove_list_free(&list);
}

/* ---- Text view ---- */

static dove_text_view new_view(const char *text, const dove_text_range *ranges, size_t count) {
  dove_text_view view = {0};
  dove_error error;
  assert_int_equal(dove_text_view_set(&view, text, strlen(text), ranges, count, &error), DOVE_OK);
  return view;
}

static void test_text_wraps_and_highlights(void **state) {
  (void)state;
  /* The range is "three four": code points 8 … 18. */
  const dove_text_range range = {.first = 8, .end = 18, .style = dove_style_of(DOVE_ROLE_EVIDENCE), .id = 7};
  dove_text_view view = new_view("one two three four", &range, 1);
  dove_surface surface = blank(3, 9);
  dove_text_view_draw(&view, &surface, true);
  expect_screen("one two\nthree\nfour\n");
  assert_int_equal(dove_canvas_cell(&canvas, 0, 0)->style.role, DOVE_ROLE_NORMAL);
  assert_int_equal(dove_canvas_cell(&canvas, 1, 0)->style.role, DOVE_ROLE_EVIDENCE);
  assert_int_equal(dove_canvas_cell(&canvas, 2, 3)->style.role, DOVE_ROLE_EVIDENCE);
  assert_int_equal(dove_canvas_cell(&canvas, 2, 4)->style.role, DOVE_ROLE_NORMAL);
  dove_text_view_free(&view);
}

/* Ranges count the code points of the stored text, whatever its unsafe characters are shown as. */
static void test_text_range_after_unsafe(void **state) {
  (void)state;
  const dove_text_range range = {.first = 4, .end = 6, .style = dove_style_of(DOVE_ROLE_EVIDENCE)};
  dove_text_view view = new_view("a\u202E\tb한국z", &range, 1);
  dove_surface surface = blank(1, 30);
  dove_text_view_draw(&view, &surface, true);
  expect_screen("a⟨202E⟩    b한국z\n");
  assert_int_equal(dove_canvas_cell(&canvas, 0, 11)->style.role, DOVE_ROLE_NORMAL); /* b */
  assert_int_equal(dove_canvas_cell(&canvas, 0, 12)->style.role, DOVE_ROLE_EVIDENCE);
  assert_int_equal(dove_canvas_cell(&canvas, 0, 15)->style.role, DOVE_ROLE_EVIDENCE);
  assert_int_equal(dove_canvas_cell(&canvas, 0, 16)->style.role, DOVE_ROLE_NORMAL); /* z */
  dove_text_view_free(&view);
}

/* "한국 abc" has 8 columns, one too many: the lines are "한국" (bytes 0 to 5) and "abc def" (7 to 13). */
static void test_text_places(void **state) {
  (void)state;
  dove_surface surface = blank(3, 7);
  dove_text_view view = new_view("한국 abc def", NULL, 0);
  size_t line;
  int x;
  dove_text_view_draw(&view, &surface, true);
  assert_int_equal(dove_text_view_byte_at(&view, 0, 0), 0);
  assert_int_equal(dove_text_view_byte_at(&view, 0, 1), 0); /* the right half of the first */
  assert_int_equal(dove_text_view_byte_at(&view, 0, 2), 3);
  assert_int_equal(dove_text_view_byte_at(&view, 0, 6), 3); /* beside the line: its last */
  assert_int_equal(dove_text_view_byte_at(&view, 1, 4), 11);
  assert_int_equal(dove_text_view_byte_at(&view, 9, 6), 13); /* below the text: its last line */
  dove_text_view_place(&view, 3, &line, &x);
  assert_int_equal(line, 0);
  assert_int_equal(x, 2);
  dove_text_view_place(&view, 12, &line, &x);
  assert_int_equal(line, 1);
  assert_int_equal(x, 5);
  dove_text_view_free(&view);
}

/* Words, lines and clusters: an accent that stands by itself belongs to its letter. */
static void test_marking_a_span(void **state) {
  (void)state;
  static const char text[] = "e\u0301t\u0301 한국 ab\ncd"; /* code points: e ´ t ´ blank 한 국 blank a b LF c d */
  dove_error error = {0};
  dove_surface surface = blank(3, 20);
  dove_text_view view = new_view(text, NULL, 0);
  annotate_mark mark = {0};
  dove_text_view_draw(&view, &surface, true);
  assert_int_equal(annotate_mark_begin(&mark, &view, text, &error), DOVE_OK);
  assert_int_equal(mark.points, 13);
  assert_int_equal(annotate_mark_key(&mark, &view, 'l'), ANNOTATE_MARK_MOVED);
  assert_int_equal(mark.cursor, 2);
  annotate_mark_key(&mark, &view, 'h');
  assert_int_equal(mark.cursor, 0);
  annotate_mark_key(&mark, &view, 'w');
  assert_int_equal(mark.cursor, 5);
  annotate_mark_key(&mark, &view, DOVE_KEY_ENTER);
  annotate_mark_key(&mark, &view, 'l');
  dove_text_range range = annotate_mark_range(&mark, &view);
  assert_int_equal(range.first, 5);
  assert_int_equal(range.end, 7);
  annotate_mark_key(&mark, &view, 'j'); /* from column 5 to the end of the shorter line below, … */
  assert_int_equal(mark.cursor, 12);
  annotate_mark_key(&mark, &view, 'k'); /* … and back to where it came from */
  assert_int_equal(mark.cursor, 6);
  annotate_mark_key(&mark, &view, 'g'); /* backwards: the cluster where the mark began is in it */
  range = annotate_mark_range(&mark, &view);
  assert_int_equal(range.first, 0);
  assert_int_equal(range.end, 6);
  assert_int_equal(annotate_mark_key(&mark, &view, 'x'), ANNOTATE_MARK_IGNORED);
  assert_int_equal(annotate_mark_key(&mark, &view, DOVE_KEY_ENTER), ANNOTATE_MARK_TAKEN);
  assert_int_equal(annotate_mark_key(&mark, &view, DOVE_KEY_ESCAPE), ANNOTATE_MARK_LEFT);
  annotate_mark_end(&mark);
  dove_text_view_free(&view);
}

static void test_text_scrolls_and_searches(void **state) {
  (void)state;
  dove_text_view view = new_view("a\nb\nc\nd\nNeedle\nf\nneedle", NULL, 0);
  dove_error error = {0};
  dove_surface surface = blank(3, 10);
  dove_text_view_draw(&view, &surface, true);
  assert_int_equal(dove_text_view_command(&view, DOVE_COMMAND_UP, "", &error), DOVE_PANE_HANDLED);
  assert_int_equal(dove_text_view_command(&view, DOVE_COMMAND_BOTTOM, "", &error), DOVE_PANE_REDRAW);
  assert_int_equal(view.top, 4);
  dove_text_view_command(&view, DOVE_COMMAND_TOP, "", &error);
  assert_int_equal(dove_text_view_command(&view, DOVE_COMMAND_SEARCH, "needle", &error), DOVE_PANE_REDRAW);
  assert_int_equal(view.match, 8); /* "a\nb\nc\nd\n" is 8 bytes */
  dove_text_view_command(&view, DOVE_COMMAND_SEARCH_NEXT, "", &error);
  assert_int_equal(view.match, 17);
  dove_text_view_command(&view, DOVE_COMMAND_SEARCH_NEXT, "", &error);
  assert_int_equal(view.match, 8);
  dove_text_view_command(&view, DOVE_COMMAND_SEARCH_PREVIOUS, "", &error);
  assert_int_equal(view.match, 17);
  assert_int_equal(dove_text_view_command(&view, DOVE_COMMAND_SEARCH, "Needle", &error), DOVE_PANE_REDRAW);
  assert_int_equal(view.match, 8); /* a capital: itself only */
  assert_int_equal(dove_text_view_command(&view, DOVE_COMMAND_SEARCH, "x", &error), DOVE_PANE_FAILED);
  dove_text_view_free(&view);
}

/* ---- Pictures of numbers ---- */

static void test_bars(void **state) {
  (void)state;
  dove_surface surface = blank(5, 10);
  const dove_style style = dove_style_of(DOVE_ROLE_BAR);
  dove_draw_bar(&surface, 0, 0, 8, 0.5, style);
  dove_draw_bar(&surface, 1, 0, 8, 0.53125, style); /* 4.25 columns = 34 eighths */
  dove_draw_bar(&surface, 2, 0, 8, 0.0001, style);  /* something is never nothing */
  dove_draw_bar(&surface, 3, 0, 8, 7.0, style);
  dove_draw_bar(&surface, 4, 0, 8, (double)NAN, style);
  expect_screen("████\n████▎\n▏\n████████\n\n");
}

static void test_sparkline(void **state) {
  (void)state;
  const double values[] = {0, 7, 3.5, NAN, 7, 1};
  dove_surface surface = blank(1, 8);
  dove_draw_sparkline(&surface, 0, 0, 8, values, 6, dove_style_of(DOVE_ROLE_BAR));
  expect_screen("▁█▅ █▂\n"); /* 3.5 of 7 is step round(3.5) = 4 of 0 … 7 */
  surface = blank(1, 8);
  dove_draw_sparkline(&surface, 0, 0, 2, values, 6, dove_style_of(DOVE_ROLE_BAR));
  expect_screen("█▁\n"); /* the last two */
}

static void test_heat_map(void **state) {
  (void)state;
  const char *rows[] = {"model-a", "model-b"};
  const char *columns[] = {"KR", "US"};
  const double values[] = {0, 0.5, 1, NAN};
  dove_heat_map map = {.row_names = rows,
                       .column_names = columns,
                       .rows = 2,
                       .columns = 2,
                       .values = values,
                       .selected_row = -1,
                       .selected_column = -1};
  dove_surface surface = blank(3, 30);
  dove_draw_heat_map(&surface, &map);
  expect_screen("            KR     US\nmodel-a   0.00   0.50\nmodel-b   1.00      –\n");
  assert_int_equal(dove_canvas_cell(&canvas, 1, 13)->style.ground, DOVE_ROLE_HEAT_1);
  assert_int_equal(dove_canvas_cell(&canvas, 1, 20)->style.ground, DOVE_ROLE_HEAT_3);
  assert_int_equal(dove_canvas_cell(&canvas, 2, 13)->style.ground, DOVE_ROLE_HEAT_5);
  assert_int_equal(dove_canvas_cell(&canvas, 2, 20)->style.ground, DOVE_ROLE_NORMAL);
}

static void test_dot_plot(void **state) {
  (void)state;
  /* One cell: its corners are dots 1 (0x01), 4 (0x08), 7 (0x40) and 8 (0x80). */
  const float x[] = {0, 1, 0, 1, 50, NAN};
  const float y[] = {0, 0, 1, 1, 50, 0};
  dove_surface surface = blank(1, 1);
  const dove_dot_plot plot = {.x = x, .y = y, .count = 6, .left = 0, .right = 1, .bottom = 0, .top = 1};
  dove_draw_dot_plot(&surface, &plot);
  expect_screen("\u28C9\n"); /* 0x2800 + 0xC9 */
}

/* No size, however small, and no value may hurt. */
static void test_pictures_at_any_size(void **state) {
  (void)state;
  const double values[] = {1, -INFINITY, NAN, 1e300, -1e300, 0};
  const char *names[] = {"日本語", ""};
  for (int height = 1; height < 12; height++) {
    for (int width = 1; width < 30; width++) {
      dove_surface surface = blank(height, width);
      const dove_chart_series series[] = {{.name = "S", .values = values, .mark = 'a'},
                                          {.name = "K", .values = values + 1}};
      dove_draw_line_chart(&surface, series, 2, 5, 4);
      dove_draw_line_chart(&surface, series, 1, 1, 0);
      dove_draw_line_chart(&surface, series, 1, 0, 0);
      dove_heat_map map = {.row_names = names, .column_names = names, .rows = 2, .columns = 2, .values = values};
      dove_draw_heat_map(&surface, &map);
      dove_draw_interval(&surface, 0, 0, width, 0.1, 0.2, 0.3, (dove_style){0});
      dove_draw_box(&surface, "日本語", false);
    }
  }
  assert_int_equal(canvas.width, 29);
}

/* ---- Split, tree ---- */

static void test_split(void **state) {
  (void)state;
  dove_split split = {.count = 3, .weights = {1, 2, 1}, .least = {10, 10, 10}};
  dove_surface surface = blank(2, 42); /* 40 columns and two lines between */
  dove_split_layout(&split, &surface);
  assert_int_equal(split.parts[0].width, 10);
  assert_int_equal(split.parts[1].width, 20);
  assert_int_equal(split.parts[1].x, 11);
  assert_int_equal(split.parts[2].width, 10);
  surface = blank(2, 25); /* room for two: the focused one and its neighbour */
  split.focus = 2;
  dove_split_layout(&split, &surface);
  assert_int_equal(split.parts[0].width, 0);
  assert_int_equal(split.parts[1].width + split.parts[2].width, 24);
  assert_int_equal(dove_split_command(&split, DOVE_COMMAND_MAXIMISE), DOVE_PANE_REDRAW);
  dove_split_layout(&split, &surface);
  assert_int_equal(split.parts[2].width, 25);
  assert_int_equal(dove_split_command(&split, DOVE_COMMAND_NEXT_PART), DOVE_PANE_REDRAW);
  assert_int_equal(split.focus, 0);
  surface = blank(1, 1);
  split.maximised = false;
  dove_split_layout(&split, &surface);
  assert_int_equal(split.parts[0].width, 1);
}

static void test_tree(void **state) {
  (void)state;
  /* root ─ a ─ b, root ─ c, and a second root. */
  dove_tree_node nodes[] = {{.id = 1, .parent = -1},
                            {.id = 2, .parent = 0},
                            {.id = 3, .parent = 1},
                            {.id = 4, .parent = 0},
                            {.id = 5, .parent = -1}};
  static const char *const expected[] = {"▾ ", "├─ ▾ ", "│  └─ ", "└─ ", ""};
  dove_tree tree = {0};
  dove_error error = {0};
  assert_int_equal(dove_tree_build(&tree, nodes, 5, &error), DOVE_OK);
  assert_int_equal(tree.row_count, 5);
  for (size_t i = 0; i < 5; i++) {
    dove_buffer guides = {0};
    dove_tree_guides(&tree, i, &guides);
    assert_string_equal(dove_buffer_text(&guides), expected[i]);
    dove_buffer_free(&guides);
  }
  nodes[1].closed = true;
  assert_int_equal(dove_tree_build(&tree, nodes, 5, &error), DOVE_OK);
  assert_int_equal(tree.row_count, 4);
  assert_int_equal(tree.rows[2], 3);
  nodes[0].parent = 3; /* a parent after its child */
  assert_int_equal(dove_tree_build(&tree, nodes, 5, &error), DOVE_FAILED);
  dove_tree_free(&tree);
}

/* ---- Editing ---- */

static void type(dove_line_edit *edit, const char *text) { dove_line_edit_insert(edit, text, strlen(text)); }

static void test_line_edit(void **state) {
  (void)state;
  dove_line_edit edit = {0};
  type(&edit, "한글 e\u0301x");
  dove_line_edit_key(&edit, DOVE_KEY_BACKSPACE);
  dove_line_edit_key(&edit, DOVE_KEY_BACKSPACE); /* the whole cluster é */
  assert_string_equal(dove_buffer_text(&edit.text), "한글 ");
  dove_line_edit_key(&edit, DOVE_KEY_HOME);
  dove_line_edit_key(&edit, DOVE_KEY_RIGHT);
  dove_line_edit_key(&edit, 'a');
  assert_string_equal(dove_buffer_text(&edit.text), "한a글 ");
  dove_line_edit_key(&edit, DOVE_KEY_DELETE);
  assert_string_equal(dove_buffer_text(&edit.text), "한a ");
  dove_line_edit_key(&edit, DOVE_KEY_END);
  dove_line_edit_key(&edit, 'w' | DOVE_KEY_CONTROL);
  assert_string_equal(dove_buffer_text(&edit.text), "");
  type(&edit, "one\ntwo\033[31m"); /* a paste cannot bring control characters */
  assert_string_equal(dove_buffer_text(&edit.text), "one two␛[31m");
  dove_line_edit_free(&edit);
}

static void test_line_edit_scrolls(void **state) {
  (void)state;
  dove_line_edit edit = {0};
  dove_surface surface = blank(1, 8);
  type(&edit, "0123456789");
  dove_line_edit_draw(&edit, &surface, 0, 0, 8, (dove_style){0}, true);
  expect_screen("3456789\n");
  assert_int_equal(canvas.cursor_x, 7);
  dove_line_edit_key(&edit, DOVE_KEY_HOME);
  dove_line_edit_draw(&edit, &surface, 0, 0, 8, (dove_style){0}, true);
  expect_screen("01234567\n");
  assert_int_equal(canvas.cursor_x, 0);
  dove_line_edit_free(&edit);
}

static void complete_two(void *user, const char *text, dove_completions *candidates) {
  (void)user;
  if (strncmp("search", text, strlen(text)) == 0) dove_completions_add(candidates, "search");
  if (strncmp("search-next", text, strlen(text)) == 0) dove_completions_add(candidates, "search-next");
}

static const char *prompt_text(const dove_prompt *prompt) { return dove_buffer_text(&prompt->edit.text); }

static void test_prompt_completes(void **state) {
  (void)state;
  dove_prompt prompt = {0};
  dove_prompt_open(&prompt, ":", "s", NULL);
  prompt.complete = complete_two;
  dove_prompt_key(&prompt, DOVE_KEY_TAB);
  assert_string_equal(prompt_text(&prompt), "search"); /* what both share */
  dove_prompt_key(&prompt, DOVE_KEY_TAB);
  dove_prompt_key(&prompt, DOVE_KEY_TAB);
  assert_string_equal(prompt_text(&prompt), "search-next");
  dove_prompt_key(&prompt, DOVE_KEY_TAB | DOVE_KEY_SHIFT);
  assert_string_equal(prompt_text(&prompt), "search");
  assert_int_equal(dove_prompt_key(&prompt, DOVE_KEY_ENTER), DOVE_PROMPT_DONE);
  dove_prompt_free(&prompt);
}

static void test_prompt_history(void **state) {
  (void)state;
  dove_history history = {0};
  dove_prompt prompt = {0};
  for (int i = 0; i < DOVE_HISTORY_LINES + 5; i++) {
    char line[24];
    snprintf(line, sizeof line, "line %d", i);
    dove_history_add(&history, line);
  }
  assert_int_equal(history.count, DOVE_HISTORY_LINES);
  dove_history_add(&history, "other");
  dove_history_add(&history, "other"); /* not twice */
  dove_prompt_open(&prompt, ":", "li", &history);
  dove_prompt_key(&prompt, DOVE_KEY_UP); /* only what begins alike */
  assert_string_equal(prompt_text(&prompt), "line 104");
  dove_prompt_key(&prompt, DOVE_KEY_UP);
  assert_string_equal(prompt_text(&prompt), "line 103");
  dove_prompt_key(&prompt, DOVE_KEY_DOWN);
  dove_prompt_key(&prompt, DOVE_KEY_DOWN);
  assert_string_equal(prompt_text(&prompt), "li");
  assert_int_equal(dove_prompt_key(&prompt, DOVE_KEY_ESCAPE), DOVE_PROMPT_LEFT);
  dove_prompt_free(&prompt);
  dove_history_free(&history);
}

static void test_form(void **state) {
  (void)state;
  static const char *const choices[] = {"mle", "fixed", NULL};
  const dove_form_field fields[] = {{.label = "name", .kind = DOVE_FIELD_TEXT},
                                    {.label = "T", .kind = DOVE_FIELD_NUMBER, .low = 1, .high = 100},
                                    {.label = "rule", .kind = DOVE_FIELD_CHOICE, .choices = choices},
                                    {.label = "anew", .kind = DOVE_FIELD_FLAG}};
  dove_form form;
  dove_error error = {0};
  dove_form_init(&form, fields, 4);
  dove_form_key(&form, 'x', &error);
  dove_form_key(&form, DOVE_KEY_DOWN, &error);
  dove_form_key(&form, '0', &error);
  assert_int_equal(dove_form_key(&form, DOVE_KEY_ENTER, &error), DOVE_FORM_WRONG);
  assert_non_null(strstr(error.message, "T must be a number from 1 to 100"));
  dove_form_key(&form, DOVE_KEY_BACKSPACE, &error);
  dove_form_key(&form, '7', &error);
  dove_form_key(&form, DOVE_KEY_DOWN, &error);
  dove_form_key(&form, DOVE_KEY_LEFT, &error); /* round to the last choice */
  dove_form_key(&form, DOVE_KEY_DOWN, &error);
  dove_form_key(&form, ' ', &error);
  dove_surface surface = blank(5, 20);
  dove_form_draw(&form, &surface);
  expect_screen("  name  x\n  T     7\n  rule  < fixed >\n▸ anew  < yes >\n\n");
  assert_int_equal(dove_form_key(&form, DOVE_KEY_ENTER, &error), DOVE_FORM_ACCEPTED);
  assert_true(dove_form_number(&form, 1) == 7.0);
  assert_int_equal(form.chosen[2], 1);
  dove_form_free(&form);
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
      CASE(test_list_draws),
      CASE(test_list_asks_for_what_it_shows),
      CASE(test_list_moves),
      CASE(test_list_keeps_selection),
      CASE(test_list_gives_hidden_row_back),
      CASE(test_list_sorts),
      CASE(test_list_searches),
      CASE(test_list_mouse),
      CASE(test_list_state),
      CASE(test_list_exports),
      CASE(test_text_wraps_and_highlights),
      CASE(test_text_range_after_unsafe),
      CASE(test_text_scrolls_and_searches),
      CASE(test_text_places),
      CASE(test_marking_a_span),
      CASE(test_bars),
      CASE(test_sparkline),
      CASE(test_heat_map),
      CASE(test_dot_plot),
      CASE(test_pictures_at_any_size),
      CASE(test_split),
      CASE(test_tree),
      CASE(test_line_edit),
      CASE(test_line_edit_scrolls),
      CASE(test_prompt_completes),
      CASE(test_prompt_history),
      CASE(test_form),
      CASE(test_screenshots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
