/* The gate: all text reaches the screen through dove_draw_text(), which lets no control character pass, never cuts a
 * cluster in half, and writes what a terminal may show at an uncertain width in a form of certain width: flags as their
 * two letters, joined emoji as their first member, emoji style as text with a blank. */
#ifndef DOVE_TUI_DRAW_H
#define DOVE_TUI_DRAW_H

#include "tui/canvas.h"

typedef enum dove_alignment { DOVE_ALIGN_LEFT, DOVE_ALIGN_RIGHT, DOVE_ALIGN_CENTRE } dove_alignment;

/* Draws `length` bytes at (y, x); what lies outside is clipped, and a wide character that an edge would halve becomes a
 * blank. Returns the columns of the whole text, so that calls can follow each other. */
int dove_draw_text(const dove_surface *surface, int y, int x, const char *text, size_t length, dove_style style);

/* The same for a terminated string, and for a format. */
int dove_draw_string(const dove_surface *surface, int y, int x, const char *text, dove_style style);
__attribute__((format(printf, 5, 6))) int dove_draw_format(const dove_surface *surface, int y, int x, dove_style style,
                                                           const char *format, ...);

/* Draws the text into exactly `width` columns: padded with blanks, or cut with "…". */
void dove_draw_field(const dove_surface *surface, int y, int x, int width, const char *text, size_t length,
                     dove_alignment alignment, dove_style style);

/* Fills a rectangle with blanks of a style. */
void dove_draw_fill(const dove_surface *surface, int y, int x, int height, int width, dove_style style);

/* Puts `role` under what is drawn already: the bar of a selected row. */
void dove_draw_ground(const dove_surface *surface, int y, int x, int height, int width, dove_role role);

/* A horizontal line, a vertical line, a frame around the surface with a title (NULL: none) in its top edge. */
void dove_draw_rule(const dove_surface *surface, int y, int x, int width, dove_style style);
void dove_draw_column_rule(const dove_surface *surface, int y, int x, int height, dove_style style);
void dove_draw_box(const dove_surface *surface, const char *title, bool focus);

#endif
