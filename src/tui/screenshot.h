/* A canvas as a file. */
#ifndef DOVE_TUI_SCREENSHOT_H
#define DOVE_TUI_SCREENSHOT_H

#include "dove/buffer.h"
#include "dove/error.h"
#include "tui/theme.h"

/* Plain lines without blanks at their ends; the same with colours as escape sequences; a picture. */
void dove_screenshot_text(const dove_canvas *canvas, dove_buffer *out);
void dove_screenshot_ansi(const dove_canvas *canvas, const dove_theme *theme, dove_buffer *out);
void dove_screenshot_svg(const dove_canvas *canvas, const dove_theme *theme, dove_buffer *out);

/* Writes the file in the form of its name's end: .svg, .ansi, or text. */
dove_status dove_screenshot_save(const dove_canvas *canvas, const dove_theme *theme, const char *path,
                                 dove_error *error);

/* Writes bytes to a file; what is half written is removed. For exports too. */
dove_status dove_write_file(const char *path, const char *bytes, size_t length, dove_error *error);

#endif
