#include "tui/screenshot.h"

#include <stdio.h>
#include <string.h>

#include "dove/output_file.h"

/* The last column of a row that shows something, plus one. With `styled`, a background counts. */
static int row_end(const dove_canvas *canvas, int y, bool styled) {
  int end = canvas->width;
  for (; end > 0; end--) {
    const dove_cell *cell = dove_canvas_cell(canvas, y, end - 1);
    bool plain = !styled || (cell->style.role == 0 && cell->style.ground == 0 && cell->style.attributes == 0);
    if (!plain || strcmp(cell->text, " ") != 0) break;
  }
  return end;
}

void dove_screenshot_text(const dove_canvas *canvas, dove_buffer *out) {
  for (int y = 0; y < canvas->height; y++) {
    int end = row_end(canvas, y, false);
    for (int x = 0; x < end; x++) dove_buffer_add_text(out, dove_canvas_cell(canvas, y, x)->text);
    dove_buffer_add_char(out, '\n');
  }
}

/* ---- Escape sequences ---- */

static void add_colour(dove_buffer *out, short colour, int basic, int extended) {
  if (colour < 0) return;
  if (colour < 8) {
    dove_buffer_printf(out, ";%d", basic + colour);
  } else if (colour < 16) {
    dove_buffer_printf(out, ";%d", basic + 60 + colour - 8);
  } else {
    dove_buffer_printf(out, ";%d;5;%d", extended, colour);
  }
}

static void add_look(dove_buffer *out, const dove_look *look) {
  static const struct {
    uint8_t attribute;
    const char *code;
  } codes[] = {{DOVE_BOLD, ";1"}, {DOVE_DIM, ";2"}, {DOVE_ITALIC, ";3"}, {DOVE_UNDERLINE, ";4"}, {DOVE_REVERSE, ";7"}};
  dove_buffer_add_text(out, "\033[0");
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    if ((look->attributes & codes[i].attribute) != 0) dove_buffer_add_text(out, codes[i].code);
  }
  add_colour(out, look->foreground, 30, 38);
  add_colour(out, look->background, 40, 48);
  dove_buffer_add_char(out, 'm');
}

static bool same_look(const dove_look *a, const dove_look *b) {
  return a->foreground == b->foreground && a->background == b->background && a->attributes == b->attributes;
}

void dove_screenshot_ansi(const dove_canvas *canvas, const dove_theme *theme, dove_buffer *out) {
  const dove_look plain = {.foreground = -1, .background = -1};
  for (int y = 0; y < canvas->height; y++) {
    dove_look now = plain;
    int end = row_end(canvas, y, true);
    for (int x = 0; x < end; x++) {
      const dove_cell *cell = dove_canvas_cell(canvas, y, x);
      dove_look look = dove_theme_look(theme, cell->style);
      if (!same_look(&look, &now)) add_look(out, &look);
      now = look;
      dove_buffer_add_text(out, cell->text);
    }
    if (!same_look(&now, &plain)) dove_buffer_add_text(out, "\033[0m");
    dove_buffer_add_char(out, '\n');
  }
}

/* ---- A picture ---- */

enum { CELL_WIDTH = 9, CELL_HEIGHT = 18, BASELINE = 14 };

static void add_escaped(dove_buffer *out, const char *text) {
  for (const char *c = text; *c != '\0'; c++) {
    switch (*c) {
      case '<': dove_buffer_add_text(out, "&lt;"); break;
      case '>': dove_buffer_add_text(out, "&gt;"); break;
      case '&': dove_buffer_add_text(out, "&amp;"); break;
      default: dove_buffer_add_char(out, *c);
    }
  }
}

static void add_rgb(dove_buffer *out, short colour) {
  uint8_t rgb[3];
  dove_theme_rgb(colour, rgb);
  dove_buffer_printf(out, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
}

/* The colours that are seen, reversed where the look says so. */
static void svg_colours(const dove_look *look, bool light, short *text, short *ground) {
  *text = look->foreground >= 0 ? look->foreground : light ? 235 : 252;
  *ground = look->background >= 0 ? look->background : light ? 231 : 234;
  if ((look->attributes & DOVE_REVERSE) == 0) return;
  short kept = *text;
  *text = *ground;
  *ground = kept;
}

static void add_svg_cell(dove_buffer *out, const dove_cell *cell, const dove_theme *theme, bool light, int y, int x) {
  dove_look look = dove_theme_look(theme, cell->style);
  short text;
  short ground;
  svg_colours(&look, light, &text, &ground);
  if (ground != (light ? 231 : 234)) {
    dove_buffer_printf(out, "<rect x='%d' y='%d' width='%d' height='%d' fill='", x * CELL_WIDTH, y * CELL_HEIGHT,
                       cell->columns * CELL_WIDTH, CELL_HEIGHT);
    add_rgb(out, ground);
    dove_buffer_add_text(out, "'/>");
  }
  if (strcmp(cell->text, " ") == 0) return;
  dove_buffer_printf(out, "<text x='%d' y='%d' fill='", x * CELL_WIDTH, y * CELL_HEIGHT + BASELINE);
  add_rgb(out, text);
  dove_buffer_printf(out, "'%s%s%s>", (look.attributes & DOVE_BOLD) != 0 ? " font-weight='bold'" : "",
                     (look.attributes & DOVE_UNDERLINE) != 0 ? " text-decoration='underline'" : "",
                     (look.attributes & DOVE_DIM) != 0 ? " opacity='0.6'" : "");
  add_escaped(out, cell->text);
  dove_buffer_add_text(out, "</text>\n");
}

void dove_screenshot_svg(const dove_canvas *canvas, const dove_theme *theme, dove_buffer *out) {
  bool light = strcmp(theme->name, "light") == 0;
  int width = canvas->width * CELL_WIDTH;
  int height = canvas->height * CELL_HEIGHT;
  dove_buffer_printf(out,
                     "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' "
                     "font-family='monospace' font-size='15' xml:space='preserve'>\n<rect width='100%%' height='100%%' "
                     "fill='",
                     width, height, width, height);
  add_rgb(out, light ? 231 : 234);
  dove_buffer_add_text(out, "'/>\n");
  for (int y = 0; y < canvas->height; y++) {
    for (int x = 0; x < canvas->width; x++) {
      const dove_cell *cell = dove_canvas_cell(canvas, y, x);
      if (cell->columns > 0) add_svg_cell(out, cell, theme, light, y, x);
    }
  }
  dove_buffer_add_text(out, "</svg>\n");
}

/* ---- Files ---- */

dove_status dove_write_file(const char *path, const char *bytes, size_t length, dove_error *error) {
  dove_output_file output;
  const dove_status status = dove_output_file_open(path, &output, error);
  if (status != DOVE_OK) return status;
  /* What could not be written is said at the end. */
  const size_t written = fwrite(bytes, 1, length, output.file);
  (void)written;
  return dove_output_file_commit(&output, error);
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text);
  size_t size = strlen(end);
  return length >= size && strcmp(text + length - size, end) == 0;
}

dove_status dove_screenshot_save(const dove_canvas *canvas, const dove_theme *theme, const char *path,
                                 dove_error *error) {
  dove_buffer out = {0};
  if (ends_with(path, ".svg")) {
    dove_screenshot_svg(canvas, theme, &out);
  } else if (ends_with(path, ".ansi")) {
    dove_screenshot_ansi(canvas, theme, &out);
  } else {
    dove_screenshot_text(canvas, &out);
  }
  dove_status status = out.failed ? dove_fail_memory(error, "saving the screen")
                                  : dove_write_file(path, dove_buffer_text(&out), out.length, error);
  dove_buffer_free(&out);
  return status;
}
