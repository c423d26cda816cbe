/* Parts of a pane beside or above each other: which has the focus, how wide they are, and one alone when maximised. */
#ifndef DOVE_TUI_SPLIT_H
#define DOVE_TUI_SPLIT_H

#include "dove/buffer.h"
#include "tui/pane.h"

enum { DOVE_SPLIT_PARTS = 6 };

typedef struct dove_split {
  size_t count;                  /* parts */
  int weights[DOVE_SPLIT_PARTS]; /* shares of the space */
  int least[DOVE_SPLIT_PARTS];   /* columns (or rows) under which a part is not shown */
  bool stacked;                  /* one above the other */
  size_t focus;
  bool maximised;
  dove_surface parts[DOVE_SPLIT_PARTS]; /* as last laid out; empty when not shown */
  int origin_y, origin_x;               /* of the surface that was divided */
} dove_split;

/* Divides `surface`; where there is no room for all, the focused part and as many neighbours as fit are shown. A column
 * (row) for the line between two parts is kept and drawn. */
void dove_split_layout(dove_split *split, const dove_surface *surface);

/* What is done with parts, however they are laid out: NEXT_PART, PREVIOUS_PART, MAXIMISE. */
dove_pane_result dove_parts_command(size_t count, size_t *focus, bool *maximised, dove_command_id command);

/* The part under a point of the surface that begins at `origin_y`, `origin_x` and was divided into `parts`; `inside` is
 * relative to it. A press moves the focus there. False when it hits none. */
bool dove_parts_mouse(const dove_surface *parts, size_t count, int origin_y, int origin_x, const dove_mouse *mouse,
                      size_t *focus, size_t *part, dove_mouse *inside);

/* NEXT_PART, PREVIOUS_PART, MAXIMISE. */
dove_pane_result dove_split_command(dove_split *split, dove_command_id command);

/* The part under a point of the divided surface, made relative to that part; false when it hits none. A press moves the
 * focus there. */
bool dove_split_mouse(dove_split *split, const dove_mouse *mouse, size_t *part, dove_mouse *inside);

#endif
