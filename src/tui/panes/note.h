/* A few lines of running text under a list: what a row is too short for. */
#ifndef DOVE_TUI_PANES_NOTE_H
#define DOVE_TUI_PANES_NOTE_H

#include "tui/draw.h"

/* Wraps the text into the surface; "…" ends the last line when there is more. */
void dove_draw_note(const dove_surface *surface, const char *text, size_t length, dove_style style);

#endif
