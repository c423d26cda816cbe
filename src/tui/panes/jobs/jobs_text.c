#include "tui/panes/jobs/jobs_text.h"

#include <stdarg.h>
#include <stdio.h>

static size_t code_points(jobs_text *text) {
  const char *bytes = dove_buffer_text(&text->out);
  for (; text->counted < text->out.length; text->counted++)
    text->points += ((unsigned char)bytes[text->counted] & 0xC0) != 0x80;
  return text->points;
}

void jobs_text_begin(jobs_text *text, dove_role role) {
  if (text->count == JOBS_TEXT_RANGES) return;
  text->ranges[text->count] = (dove_text_range){.first = code_points(text), .style = dove_style_of(role), .id = -1};
}

void jobs_text_end(jobs_text *text) {
  if (text->count < JOBS_TEXT_RANGES) text->ranges[text->count++].end = code_points(text);
}

void jobs_text_add(jobs_text *text, dove_role role, const char *words) {
  jobs_text_begin(text, role);
  dove_buffer_add_text(&text->out, words);
  jobs_text_end(text);
}

void jobs_text_format(jobs_text *text, dove_role role, const char *format, ...) {
  char words[1280]; /* the names of an endpoint and a model fit */
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(words, sizeof words, format, arguments);
  va_end(arguments);
  jobs_text_add(text, role, words);
}

void jobs_text_heading(jobs_text *text, const char *words) {
  dove_buffer_add_char(&text->out, '\n');
  jobs_text_add(text, DOVE_ROLE_HEADER, words);
  dove_buffer_add_char(&text->out, '\n');
}
