/* What annotators make of the codebook (paper, Fig. 7): a bar with its interval for each measure. */
#ifndef DOVE_TUI_PANES_AGREEMENT_QUALITY_H
#define DOVE_TUI_PANES_AGREEMENT_QUALITY_H

#include "dove/agreement_report.h"
#include "dove/buffer.h"
#include "tui/draw.h"

void agreement_quality_draw(const dove_agreement_report *report, const dove_surface *surface);

/* The same as text, one line a measure. */
void agreement_quality_add(const dove_agreement_report *report, dove_buffer *out);

#endif
