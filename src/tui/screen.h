/* The terminal, through curses: the only file that speaks to it besides signals.c. Shows canvases, reads keys. */
#ifndef DOVE_TUI_SCREEN_H
#define DOVE_TUI_SCREEN_H

#include "dove/buffer.h"
#include "dove/error.h"
#include "dove/keys.h"
#include "tui/pane.h"
#include "tui/theme.h"

typedef enum dove_event_kind {
  DOVE_EVENT_NONE, /* nothing more to read */
  DOVE_EVENT_KEY,
  DOVE_EVENT_MOUSE, /* coordinates of the whole screen */
  DOVE_EVENT_PASTE, /* dove_screen_pasted() has the text */
} dove_event_kind;

typedef struct dove_event {
  dove_event_kind kind;
  dove_key key;
  dove_mouse mouse;
} dove_event;

/* Takes the terminal over: input and output must be one. Library chatter on standard error is kept off the screen. */
dove_status dove_screen_open(dove_error *error);
/* Gives it back; harmless when it is not open. */
void dove_screen_close(void);

/* What the terminal can show, by its locale and its name. */
dove_glyphs dove_screen_glyphs(void);
bool dove_screen_has_colours(void);

/* The size now, after a change of the window too. */
void dove_screen_size(int *height, int *width);

/* Brings the canvas to the terminal with one update; only what changed is sent. */
void dove_screen_show(const dove_canvas *canvas, const dove_theme *theme);

/* Forgets what is on the terminal: the next show sends everything. */
void dove_screen_forget(void);

/* The next event that has arrived; never waits. */
dove_event dove_screen_read(void);
const dove_buffer *dove_screen_pasted(void);

/* Leaves the terminal to others, and comes back. */
void dove_screen_release(void);
void dove_screen_resume(void);

void dove_screen_mouse(bool on);

/* Sends text to the terminal's clipboard (OSC 52). False when the terminal takes no such sequence or it is too long. */
bool dove_screen_copy(const char *text, size_t length);

#endif
