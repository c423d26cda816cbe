/* Signals and wake-ups as bytes of a pipe, so that one poll() waits for everything; and the terminal put back when the
 * program dies. */
#ifndef DOVE_TUI_SIGNALS_H
#define DOVE_TUI_SIGNALS_H

#include <stdbool.h>

#include "dove/error.h"

/* What came since the last call. */
typedef struct dove_signals_seen {
  bool resized;
  bool stop;      /* SIGTSTP: suspend */
  bool continued; /* SIGCONT */
  bool leave;     /* SIGTERM, SIGHUP, SIGINT */
  bool woken;     /* dove_signals_wake() */
} dove_signals_seen;

/* Installs the handlers and makes the pipe. */
dove_status dove_signals_open(dove_error *error);
void dove_signals_close(void);

/* The end to poll for reading; −1 when closed. */
int dove_signals_fd(void);
dove_signals_seen dove_signals_take(void);

/* Wakes the loop; from any thread. Fits as the notify callback of jobs. */
void dove_signals_wake(void *unused);

/* What a fatal signal writes to the terminal before the program dies, at most 255 bytes; also keeps the terminal's
 * modes of this moment to be put back. Call before curses changes them. */
void dove_signals_keep_terminal(int fd);
void dove_signals_set_farewell(const char *bytes);

/* Stops the program's process group as Ctrl-Z does, and returns when it goes on. */
void dove_signals_suspend(void);

#endif
