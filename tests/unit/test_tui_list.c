/* The list draws onto a canvas, which is compared as text. Expected pictures are written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/widgets/list.h"
#include "unit/tui_canvas.h"

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

static dove_pane_result typed(dove_list *list, const char *words) {
  dove_error error;
  return dove_list_command(list, DOVE_COMMAND_SEARCH_TYPED, words, &error);
}

/* What begins with words that were not found is not looked for; a mark may make another letter of the last one. */
static void test_list_searches_no_further(void **state) {
  (void)state;
  dove_list list = new_list(100);
  assert_int_equal(typed(&list, "Row 1050"), DOVE_PANE_REDRAW);
  assert_int_equal(typed(&list, "Row 1050e"), DOVE_PANE_FAILED);
  source.prepared = 0;
  assert_int_equal(typed(&list, "Row 1050ex"), DOVE_PANE_FAILED);
  assert_int_equal(source.prepared, 0);
  assert_int_equal(typed(&list, "Row 1050e\xCC\x81"), DOVE_PANE_FAILED);
  assert_int_equal(source.prepared, 100);
  assert_int_equal(typed(&list, "Row 105"), DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1050);
  assert_int_equal(typed(&list, "Row 1051"), DOVE_PANE_REDRAW);
  assert_int_equal(dove_list_selected(&list), 1051);
  dove_list_free(&list);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_list_draws),
      CASE(test_list_asks_for_what_it_shows),
      CASE(test_list_moves),
      CASE(test_list_keeps_selection),
      CASE(test_list_gives_hidden_row_back),
      CASE(test_list_sorts),
      CASE(test_list_searches),
      CASE(test_list_searches_no_further),
      CASE(test_list_mouse),
      CASE(test_list_state),
      CASE(test_list_exports),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
