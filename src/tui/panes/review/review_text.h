/* What overrides would do, in words and numbers. */
#ifndef DOVE_TUI_PANES_REVIEW_TEXT_H
#define DOVE_TUI_PANES_REVIEW_TEXT_H

#include "dove/buffer.h"
#include "dove/preview.h"

/* How many columns the numbers take; narrow: without the changes. */
enum { REVIEW_WIDE = 54, REVIEW_NARROW = 36 };

/* `renames` when nothing but a name would be new. */
void review_describe_preview(const dove_preview *preview, bool renames, bool narrow, dove_buffer *out);

#endif
