/* Texts in rooms of fixed size. Private to this room. */
#ifndef DOVE_METHOD_CUT_TEXT_H
#define DOVE_METHOD_CUT_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "dove/text.h"

/* Drops the half of a character that a cut has left at the end: what is stored must be UTF-8. */
static inline void dove_mend_cut(char *text) { text[dove_utf8_valid_prefix(text, strlen(text))] = '\0'; }

/* As much of `text` as fits, cut between characters. */
static inline void dove_copy_cut(char *out, size_t size, const char *text) {
  snprintf(out, size, "%s", text);
  dove_mend_cut(out);
}

/* A formatted text, cut in the same way. */
__attribute__((format(printf, 3, 0))) static inline void dove_format_cut(char *out, size_t size, const char *format,
                                                                         va_list arguments) {
  vsnprintf(out, size, format, arguments);
  dove_mend_cut(out);
}

#endif
