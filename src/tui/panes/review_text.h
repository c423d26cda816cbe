/* What overrides would do, in words and numbers. */
#ifndef DOVE_TUI_PANES_REVIEW_TEXT_H
#define DOVE_TUI_PANES_REVIEW_TEXT_H

#include "dove/buffer.h"
#include "dove/preview.h"

/* Some 64 columns wide. `renames` when nothing but a name would be new. */
void review_describe_preview(const dove_preview *preview, bool renames, dove_buffer *out);

#endif
