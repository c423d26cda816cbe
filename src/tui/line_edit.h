/* One line of text being edited, cluster by cluster: for prompts and forms. */
#ifndef DOVE_TUI_LINE_EDIT_H
#define DOVE_TUI_LINE_EDIT_H

#include "dove/buffer.h"
#include "dove/keys.h"
#include "tui/draw.h"

typedef struct dove_line_edit {
  dove_buffer text;
  size_t cursor; /* byte offset, between clusters */
  size_t first;  /* first byte shown when the line is longer than its field */
} dove_line_edit;

typedef enum dove_edit_result { DOVE_EDIT_IGNORED, DOVE_EDIT_MOVED, DOVE_EDIT_CHANGED } dove_edit_result;

void dove_line_edit_free(dove_line_edit *edit);

/* Replaces the text (made visible first) and puts the cursor behind it. */
void dove_line_edit_set(dove_line_edit *edit, const char *text);

/* Inserts text at the cursor (typed or pasted): line feeds and tabs become blanks, other controls their visible form.
 */
void dove_line_edit_insert(dove_line_edit *edit, const char *text, size_t length);

/* Left, Right, Home, End, C-a, C-e, Backspace, Delete, C-w (word), C-u (to the start), C-k (to the end), A-b, A-f, and
 * characters. */
dove_edit_result dove_line_edit_key(dove_line_edit *edit, dove_key key);

/* Draws the field in `width` columns and, with `focus`, puts the canvas cursor there. */
void dove_line_edit_draw(dove_line_edit *edit, const dove_surface *surface, int y, int x, int width, dove_style style,
                         bool focus);

#endif
