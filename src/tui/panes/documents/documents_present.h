/* Two documents for an audience: large margins, the topic above, nothing else; the next pair by a key or by time. */
#ifndef DOVE_TUI_PANES_DOCUMENTS_PRESENT_H
#define DOVE_TUI_PANES_DOCUMENTS_PRESENT_H

#include "tui/panes/documents/documents_compare.h"

enum { PRESENT_SIDES = 2 };

typedef struct documents_present {
  bool on;
  bool revealed;  /* the codes stand below the texts */
  double seconds; /* for each pair; 0: only by key */
  double due;     /* when the next pair comes; dove_clock_seconds() */
  dove_text_view texts[PRESENT_SIDES];
  int64_t shown[PRESENT_SIDES]; /* the documents in `texts`, 0: none */
} documents_present;

void documents_present_free(documents_present *present);

/* `argument`: seconds for each pair, "" for none. DOVE_USAGE when it is no number from 1 to 3600. */
dove_status documents_present_start(documents_present *present, const char *argument, dove_error *error);
void documents_present_stop(documents_present *present);

/* A new pair stands in `compare`: its codes are hidden again, its time begins. */
void documents_present_turn(documents_present *present);

/* The first two documents of `compare`, scrolled together. */
void documents_present_draw(documents_present *present, const documents_compare *compare, const dove_surface *surface);

/* Scrolls both texts; IGNORED for what does not scroll. */
dove_pane_result documents_present_scroll(documents_present *present, dove_command_id command, dove_error *error);

/* Milliseconds until the next pair is due, −1 when it comes by key only. */
int documents_present_wait(const documents_present *present);

#endif
