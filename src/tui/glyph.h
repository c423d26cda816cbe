/* From a cluster of text to the cells that show it: the inner half of the gate. */
#ifndef DOVE_TUI_GLYPH_H
#define DOVE_TUI_GLYPH_H

#include "tui/canvas.h"

/* Writes the cells of one cluster (`length` bytes, `columns` as dove_text_cluster() gave it) to out[0 … 1], whose
 * styles stay as they are, and returns their number: 0 for a cluster without columns, 1 for a narrow one, 1 (of two
 * columns) or 2 (of one each) for a wide one. The sum of their columns is `columns`, and every cell's text has exactly
 * its columns on any terminal. */
int dove_glyph_cells(const char *cluster, size_t length, int columns, dove_glyphs glyphs, dove_cell out[2]);

#endif
