/* Texts of cells that several panes write: numbers, changes and bars in a list, long texts on one line. */
#ifndef DOVE_TUI_PANES_CELL_TEXT_H
#define DOVE_TUI_PANES_CELL_TEXT_H

#include "dove/buffer.h"
#include "dove/store_codes.h"
#include "dove/store_runs.h"
#include "tui/canvas.h"

/* A number, "–" where there is none (NaN). */
void dove_cell_number(dove_buffer *out, double value, int decimals);

/* A probability or another share of one without its zero: ".31", "1.0"; what is less than half a unit "<.01". */
void dove_cell_share(dove_buffer *out, double share);

/* A change with its direction: "▲0.11", "▼2.0", "=" when it rounds to nothing, "–" for NaN. */
void dove_cell_change(dove_buffer *out, double change, int decimals);

/* A bar of `share` (0 … 1) of `width` columns, in eighths. Something is never shown as nothing. */
void dove_cell_bar(dove_buffer *out, double share, int width);

/* A time (ms since 1970). */
void dove_cell_time(dove_buffer *out, int64_t time);

/* A text on one line: runs of blanks, tabs and line feeds become one blank, those at the ends go. */
void dove_cell_line(dove_buffer *out, const char *text);

/* What made a code: "cluster", "noise", "split", "merge", "rename". */
const char *dove_cell_origin(dove_store_code_origin origin);

/* How a run of any kind stands: "unended", "finished", "stopped", or "failed", which is drawn as bad. */
void dove_cell_run_status(dove_buffer *out, dove_store_run_status status, dove_style *style);

#endif
