/* Widgets draw onto a canvas, which is compared as text. Expected pictures are written by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/widgets/chart.h"
#include "tui/widgets/split.h"
#include "tui/widgets/tree.h"
#include "unit/tui_canvas.h"

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

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_bars),  CASE(test_sparkline), CASE(test_heat_map), CASE(test_dot_plot), CASE(test_pictures_at_any_size),
      CASE(test_split), CASE(test_tree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
