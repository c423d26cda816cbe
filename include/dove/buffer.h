/* A growing string of bytes, always NUL-terminated. A failed allocation is remembered in `failed`, so that a
 * chain of appends is checked once at its end. */
#ifndef DOVE_BUFFER_H
#define DOVE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dove_buffer {
  char *data; /* NULL while nothing was appended */
  size_t length;
  size_t capacity;
  bool failed;
} dove_buffer;

void dove_buffer_free(dove_buffer *buffer);
void dove_buffer_clear(dove_buffer *buffer); /* keeps the memory */
void dove_buffer_add(dove_buffer *buffer, const char *bytes, size_t length);
void dove_buffer_add_text(dove_buffer *buffer, const char *text);
void dove_buffer_add_char(dove_buffer *buffer, char byte);
__attribute__((format(printf, 2, 3))) void dove_buffer_printf(dove_buffer *buffer, const char *format, ...);

/* The text so far, "" when empty; owned by the buffer. */
const char *dove_buffer_text(const dove_buffer *buffer);

/* Hands the string to the caller (freed with free()) and empties the buffer; NULL when it had failed. */
char *dove_buffer_take(dove_buffer *buffer);

#endif
