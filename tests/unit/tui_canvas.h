/* What tests of the explorer's parts draw on: a canvas that is compared as text. */
#ifndef UNIT_TUI_CANVAS_H
#define UNIT_TUI_CANVAS_H

#include "tui/draw.h"
#include "tui/screenshot.h"

static dove_canvas canvas;

static inline dove_surface blank(int height, int width) {
  assert_true(dove_canvas_resize(&canvas, height, width));
  return dove_surface_whole(&canvas);
}

static inline int set_up(void **state) {
  (void)state;
  canvas = (dove_canvas){.glyphs = DOVE_GLYPHS_FULL};
  return 0;
}

static inline int tear_down(void **state) {
  (void)state;
  dove_canvas_free(&canvas);
  return 0;
}

static inline void expect_screen(const char *expected) {
  dove_buffer text = {0};
  dove_screenshot_text(&canvas, &text);
  assert_string_equal(dove_buffer_text(&text), expected);
  dove_buffer_free(&text);
}

static inline int row_with_role(int x, dove_role role) {
  for (int y = 0; y < canvas.height; y++) {
    const dove_style style = dove_canvas_cell(&canvas, y, x)->style;
    if (style.role == role || style.ground == role) return y;
  }
  return -1;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
