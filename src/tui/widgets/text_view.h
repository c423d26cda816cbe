/* A scrolling text: wrapped at its width, with ranges highlighted and search matches marked. The text is wrapped once
 * per width; scrolling costs what is shown. */
#ifndef DOVE_TUI_TEXT_VIEW_H
#define DOVE_TUI_TEXT_VIEW_H

#include "dove/buffer.h"
#include "tui/draw.h"
#include "tui/pane.h"
#include "tui/search.h"

/* Code points first … end−1 of the text as it is stored (before it was made visible). */
typedef struct dove_text_range {
  size_t first, end;
  dove_style style;
  int64_t id; /* what the range stands for, −1 for nothing */
} dove_text_range;

typedef struct dove_text_view {
  char *text; /* owned, in its visible form */
  size_t length;
  struct dove_text_line *lines; /* owned: byte ranges of the wrapped lines */
  size_t line_count, line_capacity;
  int wrapped_width;            /* the width the lines are for; 0: not wrapped yet */
  struct dove_text_span *spans; /* owned: the ranges in bytes */
  size_t span_count;
  size_t top;
  dove_search search;
  size_t match, match_end; /* bytes of the current match; equal: none */
  size_t lit, lit_end; /* bytes that are shown as marked, set by the pane until the text is set again; equal: none */
  bool typing;         /* the words of a search are being typed: what was seen before, and what was searched for */
  size_t typing_top, typing_match, typing_match_end;
  dove_search typing_search;
  int height, width; /* as last drawn */
} dove_text_view;

void dove_text_view_free(dove_text_view *view);

/* Takes a copy of `text` in its visible form (line feeds stay) with `ranges` (any order, later ones on top). */
dove_status dove_text_view_set(dove_text_view *view, const char *text, size_t length, const dove_text_range *ranges,
                               size_t range_count, dove_error *error);

void dove_text_view_draw(dove_text_view *view, const dove_surface *surface, bool focus);

/* Scrolling and search. */
dove_pane_result dove_text_view_command(dove_text_view *view, dove_command_id command, const char *argument,
                                        dove_error *error);
dove_pane_result dove_text_view_mouse(dove_text_view *view, const dove_mouse *mouse);

/* Scrolls so that the first range with this id is seen; false when there is none. Needs to have been drawn once. */
bool dove_text_view_show(dove_text_view *view, int64_t id);

/* Bytes of the visible text and where they were last drawn: the byte of the cluster at a point of the surface, the
 * nearest one of its line beside it, the last one below the text; the line of a byte, from 0, and the column that it
 * stands in; and the byte at a column of a line. For texts that have been laid out at least once. */
size_t dove_text_view_byte_at(const dove_text_view *view, int y, int x);
void dove_text_view_place(const dove_text_view *view, size_t byte, size_t *line, int *x);
size_t dove_text_view_byte_of(const dove_text_view *view, size_t line, int x);
/* Scrolls so that a byte is seen. */
void dove_text_view_show_byte(dove_text_view *view, size_t byte);

/* Lines at a width: how high the view would like to be. */
size_t dove_text_view_lines(dove_text_view *view, int width);

#endif
