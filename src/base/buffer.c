#include "dove/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

void dove_buffer_free(dove_buffer *buffer) {
  free(buffer->data);
  *buffer = (dove_buffer){0};
}

void dove_buffer_clear(dove_buffer *buffer) {
  buffer->length = 0;
  buffer->failed = false;
  if (buffer->data != NULL) buffer->data[0] = '\0';
}

static bool reserve(dove_buffer *buffer, size_t extra) {
  if (buffer->failed) return false;
  void *data = buffer->data;
  if (extra >= SIZE_MAX / 2 - buffer->length || !dove_grow(&data, &buffer->capacity, buffer->length + extra + 1, 1)) {
    buffer->failed = true;
    return false;
  }
  buffer->data = data;
  return true;
}

void dove_buffer_add(dove_buffer *buffer, const char *bytes, size_t length) {
  if (!reserve(buffer, length)) return;
  if (length > 0) memcpy(buffer->data + buffer->length, bytes, length);
  buffer->length += length;
  buffer->data[buffer->length] = '\0';
}

void dove_buffer_add_text(dove_buffer *buffer, const char *text) { dove_buffer_add(buffer, text, strlen(text)); }

void dove_buffer_add_char(dove_buffer *buffer, char byte) { dove_buffer_add(buffer, &byte, 1); }

void dove_buffer_printf(dove_buffer *buffer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  int needed = vsnprintf(NULL, 0, format, arguments);
  if (needed < 0) {
    buffer->failed = true;
  } else if (reserve(buffer, (size_t)needed)) {
    vsnprintf(buffer->data + buffer->length, (size_t)needed + 1, format, again);
    buffer->length += (size_t)needed;
  }
  va_end(again);
  va_end(arguments);
}

const char *dove_buffer_text(const dove_buffer *buffer) { return buffer->data != NULL ? buffer->data : ""; }

char *dove_buffer_take(dove_buffer *buffer) {
  if (buffer->failed) {
    dove_buffer_free(buffer);
    return NULL;
  }
  char *text = buffer->data != NULL ? buffer->data : dove_strndup("", 0);
  *buffer = (dove_buffer){0};
  return text;
}
