/* The picture that panes draw: a grid of cells, each one a grapheme cluster with a style. It knows no terminal, so that
 * clipping, screenshots and tests are all made from it; screen.c brings it to curses, which finds out what changed. */
#ifndef DOVE_TUI_CANVAS_H
#define DOVE_TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a piece of the screen means; the theme says how that looks. Never rely on colour alone: add a sign or a word. */
typedef enum dove_role {
  DOVE_ROLE_NORMAL,
  DOVE_ROLE_STRONG, /* the important number of a line */
  DOVE_ROLE_FAINT,  /* units, hints, what is not shared */
  DOVE_ROLE_TITLE,  /* title of a box */
  DOVE_ROLE_BORDER, /* frame of a part without the focus, and of the part with it */
  DOVE_ROLE_BORDER_FOCUS,
  DOVE_ROLE_HEADER,   /* column titles */
  DOVE_ROLE_SELECTED, /* the selected row; the same in a part without the focus */
  DOVE_ROLE_SELECTED_IDLE,
  DOVE_ROLE_MATCH,    /* found by a search */
  DOVE_ROLE_EVIDENCE, /* evidence in a document; that of the selected code */
  DOVE_ROLE_EVIDENCE_FOCUS,
  DOVE_ROLE_SHARED, /* a code that both sides have */
  DOVE_ROLE_GOOD,   /* better, kept, agreed */
  DOVE_ROLE_BAD,    /* worse, failed, disagreed */
  DOVE_ROLE_WARNING,
  DOVE_ROLE_KEY,    /* a key in a hint */
  DOVE_ROLE_STATUS, /* the top line */
  DOVE_ROLE_TAB,    /* the line of panes; the open one */
  DOVE_ROLE_TAB_OPEN,
  DOVE_ROLE_HINT, /* the bottom line */
  DOVE_ROLE_PROMPT,
  DOVE_ROLE_BAR,      /* bars and progress */
  DOVE_ROLE_SERIES_1, /* series, cultures, sources: always with a legend or a sign as well */
  DOVE_ROLE_SERIES_2,
  DOVE_ROLE_SERIES_3,
  DOVE_ROLE_SERIES_4,
  DOVE_ROLE_SERIES_5,
  DOVE_ROLE_SERIES_6,
  DOVE_ROLE_HEAT_1, /* heat map, low to high */
  DOVE_ROLE_HEAT_2,
  DOVE_ROLE_HEAT_3,
  DOVE_ROLE_HEAT_4,
  DOVE_ROLE_HEAT_5,
  DOVE_ROLE_COUNT,
} dove_role;

enum { DOVE_BOLD = 1, DOVE_UNDERLINE = 2, DOVE_REVERSE = 4, DOVE_DIM = 8, DOVE_ITALIC = 16 };

/* `role` colours the text; `ground`, when not NORMAL, gives the background (and, where the role is NORMAL, the text
 * colour too): a selected row keeps the colours of its cells. */
typedef struct dove_style {
  uint8_t role;
  uint8_t ground;
  uint8_t attributes;
} dove_style;

static inline dove_style dove_style_of(dove_role role) { return (dove_style){.role = (uint8_t)role}; }

/* What the terminal can show: the gate writes everything else in the nearest form. */
typedef enum dove_glyphs {
  DOVE_GLYPHS_ASCII, /* nothing but ASCII */
  DOVE_GLYPHS_BASIC, /* no braille and no eighths of blocks: the Linux console */
  DOVE_GLYPHS_FULL,
} dove_glyphs;

enum { DOVE_CELL_BYTES = 26 };

typedef struct dove_cell {
  char text[DOVE_CELL_BYTES]; /* one spacing character and at most 4 marks, NUL-terminated */
  uint8_t columns;            /* 1 or 2; 0 for the right half of a wide one */
  dove_style style;
} dove_cell;

typedef struct dove_canvas {
  int height, width;
  dove_cell *cells; /* height × width, row-major */
  size_t capacity;
  dove_glyphs glyphs;
  int cursor_y, cursor_x; /* where the cursor is shown; y < 0: nowhere */
} dove_canvas;

/* Gives the canvas its size (both at least 1) and blanks it; false when memory ran out (the old size stays). */
bool dove_canvas_resize(dove_canvas *canvas, int height, int width);
void dove_canvas_clear(dove_canvas *canvas);
void dove_canvas_free(dove_canvas *canvas);

static inline dove_cell *dove_canvas_cell(const dove_canvas *canvas, int y, int x) {
  return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

/* A rectangle of a canvas: coordinates are relative to it, and nothing is drawn outside of it. May be empty. */
typedef struct dove_surface {
  dove_canvas *canvas;
  int y, x, height, width;
} dove_surface;

dove_surface dove_surface_whole(dove_canvas *canvas);

/* The part at (y, x) of height × width, cut where it reaches over the edges. */
dove_surface dove_surface_part(const dove_surface *surface, int y, int x, int height, int width);

/* The part without a frame of one cell. */
dove_surface dove_surface_inside(const dove_surface *surface);

#endif
