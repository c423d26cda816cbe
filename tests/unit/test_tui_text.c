/* Texts that are read, marked and edited. Expected pictures are written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/line_edit.h"
#include "tui/panes/annotate/annotate_mark.h"
#include "tui/prompt.h"
#include "tui/widgets/form.h"
#include "tui/widgets/text_view.h"
#include "unit/tui_canvas.h"

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

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_text_wraps_and_highlights),
      CASE(test_text_range_after_unsafe),
      CASE(test_text_scrolls_and_searches),
      CASE(test_text_places),
      CASE(test_marking_a_span),
      CASE(test_line_edit),
      CASE(test_line_edit_scrolls),
      CASE(test_prompt_completes),
      CASE(test_prompt_history),
      CASE(test_form),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
