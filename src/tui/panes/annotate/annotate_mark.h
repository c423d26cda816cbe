/* Marking a span of a text by keys: a cursor that moves over characters, words and lines, and where the mark began. */
#ifndef DOVE_TUI_PANES_ANNOTATE_MARK_H
#define DOVE_TUI_PANES_ANNOTATE_MARK_H

#include "tui/widgets/text_view.h"

typedef struct annotate_mark {
  bool on;
  size_t *bytes;  /* owned: where each code point of the text stands in its visible form, and its end */
  size_t points;  /* code points of the text */
  size_t cursor;  /* code point, at the start of a cluster */
  size_t started; /* where the mark began; SIZE_MAX: nowhere yet */
  int column;     /* which moves up and down keep to; −1: the cursor's */
} annotate_mark;

typedef enum annotate_mark_result {
  ANNOTATE_MARK_IGNORED,
  ANNOTATE_MARK_MOVED,
  ANNOTATE_MARK_TAKEN, /* Enter, the second time: the span is what is marked */
  ANNOTATE_MARK_LEFT,  /* Esc, q */
} annotate_mark_result;

/* Begins at the first character that `view` shows, which holds `text` without signs in it and was laid out. */
dove_status annotate_mark_begin(annotate_mark *mark, const dove_text_view *view, const char *text, dove_error *error);
void annotate_mark_end(annotate_mark *mark);

annotate_mark_result annotate_mark_key(annotate_mark *mark, dove_text_view *view, dove_key key);

/* The code point at a byte of the visible text. */
size_t annotate_mark_point(const annotate_mark *mark, size_t byte);
/* What is marked; the cluster under the cursor while nothing is. */
dove_text_range annotate_mark_range(const annotate_mark *mark, const dove_text_view *view);

#endif
