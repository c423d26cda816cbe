/* A text being written together with the styles of its parts, for a view that scrolls. */
#ifndef DOVE_TUI_PANES_JOBS_TEXT_H
#define DOVE_TUI_PANES_JOBS_TEXT_H

#include "dove/buffer.h"
#include "tui/widgets/text_view.h"

enum { JOBS_TEXT_RANGES = 512 };

typedef struct jobs_text {
  dove_buffer out; /* may be added to directly: that has no style */
  dove_text_range ranges[JOBS_TEXT_RANGES];
  size_t count;
  size_t counted, points; /* bytes whose code points were counted, and how many these are */
} jobs_text;

/* What is written between these two has the style; they are not nested. */
void jobs_text_begin(jobs_text *text, dove_role role);
void jobs_text_end(jobs_text *text);

void jobs_text_add(jobs_text *text, dove_role role, const char *words);
__attribute__((format(printf, 3, 4))) void jobs_text_format(jobs_text *text, dove_role role, const char *format, ...);
/* A line of its own, after an empty one. */
void jobs_text_heading(jobs_text *text, const char *words);

#endif
