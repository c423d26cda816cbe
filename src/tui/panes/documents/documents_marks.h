/* Marks evidence in a text: signs at its two ends, and a style. */
#ifndef DOVE_TUI_PANES_DOCUMENTS_MARKS_H
#define DOVE_TUI_PANES_DOCUMENTS_MARKS_H

#include "tui/widgets/text_view.h"

typedef struct documents_evidence {
  size_t start, end; /* code points of the text, start < end; the start is the range's id in the view */
  bool focus;        /* of the selected code */
} documents_evidence;

/* Gives the view the text with its evidence styled and, with `signs`, set between ▌ and ▐. Sorts `evidence`. What two
 * expressions share is set between one pair of signs. */
dove_status documents_marks_set(dove_text_view *view, const char *text, documents_evidence *evidence, size_t count,
                                bool signs, dove_error *error);

#endif
