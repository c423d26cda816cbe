/* When a project that jobs and other programs write to is read again. Reading takes time in which no key is answered,
 * so it waits for a pause between keys, and takes no more than a small share of the time however much is written.
 * Times are those of dove_clock_seconds(). */
#ifndef DOVE_TUI_WATCH_H
#define DOVE_TUI_WATCH_H

#include <stdbool.h>

typedef struct dove_watch {
  bool owed;    /* somebody has written since it was read */
  bool hurried; /* a job has ended: what came of it is waited for */
  double typed; /* when a key was last pressed */
  double read;  /* when it was last read */
  double took;  /* how long that took */
} dove_watch;

/* Seconds until it is to be read again; 0: now; < 0: never, as nothing was written. */
double dove_watch_left(const dove_watch *watch, double now);

/* It was read, from `began` to `ended`. */
void dove_watch_read(dove_watch *watch, double began, double ended);

#endif
