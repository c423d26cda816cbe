#include "dove/json_writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/text.h"

dove_json_writer dove_json_writer_on(FILE *file) { return (dove_json_writer){.file = file}; }

static bool is_compact(const dove_json_writer *writer) {
  return writer->depth > 0 && writer->compact[writer->depth - 1];
}

static void new_line(dove_json_writer *writer) { fprintf(writer->file, "\n%*s", (int)(2 * writer->depth), ""); }

/* What stands between the item before and this one. */
static void separate(dove_json_writer *writer) {
  if (writer->after_key) {
    writer->after_key = false;
    return;
  }
  if (writer->depth == 0) return;
  bool *filled = &writer->filled[writer->depth - 1];
  if (*filled) fputc(',', writer->file);
  *filled = true;
  if (!is_compact(writer)) new_line(writer);
}

static void open_bracket(dove_json_writer *writer, char bracket, bool compact) {
  separate(writer);
  fputc(bracket, writer->file);
  if (writer->depth == DOVE_JSON_MAX_DEPTH) abort(); /* the program's own shapes are flatter */
  const bool inherited = is_compact(writer);
  writer->compact[writer->depth] = compact || inherited;
  writer->filled[writer->depth] = false;
  writer->depth++;
}

static void close_bracket(dove_json_writer *writer, char bracket) {
  const bool compact = is_compact(writer);
  writer->depth--;
  if (writer->filled[writer->depth] && !compact) new_line(writer);
  fputc(bracket, writer->file);
  if (writer->depth == 0) fputc('\n', writer->file);
}

void dove_json_object_begin(dove_json_writer *writer, bool compact) { open_bracket(writer, '{', compact); }
void dove_json_object_end(dove_json_writer *writer) { close_bracket(writer, '}'); }
void dove_json_array_begin(dove_json_writer *writer, bool compact) { open_bracket(writer, '[', compact); }
void dove_json_array_end(dove_json_writer *writer) { close_bracket(writer, ']'); }

static void write_escape(FILE *file, uint32_t code_point) {
  switch (code_point) {
    case '"': fputs("\\\"", file); return;
    case '\\': fputs("\\\\", file); return;
    case '\n': fputs("\\n", file); return;
    case '\r': fputs("\\r", file); return;
    case '\t': fputs("\\t", file); return;
    default: break;
  }
  if (code_point > 0xFFFF) {
    const uint32_t rest = code_point - 0x10000;
    fprintf(file, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
  } else {
    fprintf(file, "\\u%04" PRIx32, code_point);
  }
}

static bool needs_escape(uint32_t code_point) {
  return code_point == '"' || code_point == '\\' || dove_text_is_unsafe(code_point);
}

static void write_string(FILE *file, const char *text, size_t length) {
  fputc('"', file);
  size_t plain = 0; /* start of the stretch that can be written as it is */
  for (size_t offset = 0; offset < length;) {
    uint32_t code_point;
    const size_t step = dove_utf8_decode(text + offset, length - offset, &code_point);
    if (text[offset] == '\0') code_point = 0; /* which decodes as an invalid byte, but JSON can say it */
    const bool invalid = step == 1 && (text[offset] & 0x80) != 0;
    if (invalid || needs_escape(code_point)) {
      fwrite(text + plain, 1, offset - plain, file);
      if (invalid) {
        fputs("\xEF\xBF\xBD", file);
      } else {
        write_escape(file, code_point);
      }
      plain = offset + step;
    }
    offset += step;
  }
  fwrite(text + plain, 1, length - plain, file);
  fputc('"', file);
}

void dove_json_key(dove_json_writer *writer, const char *key) {
  separate(writer);
  write_string(writer->file, key, strlen(key));
  fputs(is_compact(writer) ? ":" : ": ", writer->file);
  writer->after_key = true;
}

/* A value that stands alone is a whole document and ends with a line feed, like a closed object does. */
static void end_value(dove_json_writer *writer) {
  if (writer->depth == 0) fputc('\n', writer->file);
}

void dove_json_text_length(dove_json_writer *writer, const char *text, size_t length) {
  separate(writer);
  write_string(writer->file, text, length);
  end_value(writer);
}

void dove_json_text(dove_json_writer *writer, const char *text) {
  if (text == NULL) {
    dove_json_null(writer);
  } else {
    dove_json_text_length(writer, text, strlen(text));
  }
}

void dove_json_raw(dove_json_writer *writer, const char *json) {
  separate(writer);
  fputs(json, writer->file);
  end_value(writer);
}

void dove_json_number(dove_json_writer *writer, double number) {
  char text[40];
  if (!isfinite(number)) {
    dove_json_null(writer);
    return;
  }
  snprintf(text, sizeof text, "%.15g", number);
  if (strtod(text, NULL) != number) snprintf(text, sizeof text, "%.17g", number);
  dove_json_raw(writer, text);
}

void dove_json_float(dove_json_writer *writer, float number) {
  char text[40];
  if (!isfinite(number)) {
    dove_json_null(writer);
    return;
  }
  snprintf(text, sizeof text, "%.9g", (double)number);
  dove_json_raw(writer, text);
}

void dove_json_integer(dove_json_writer *writer, int64_t number) {
  char text[24];
  snprintf(text, sizeof text, "%" PRId64, number);
  dove_json_raw(writer, text);
}

void dove_json_bool(dove_json_writer *writer, bool value) { dove_json_raw(writer, value ? "true" : "false"); }
void dove_json_null(dove_json_writer *writer) { dove_json_raw(writer, "null"); }

void dove_json_member_text(dove_json_writer *writer, const char *key, const char *text) {
  dove_json_key(writer, key);
  dove_json_text(writer, text);
}

void dove_json_member_number(dove_json_writer *writer, const char *key, double number) {
  dove_json_key(writer, key);
  dove_json_number(writer, number);
}

void dove_json_member_integer(dove_json_writer *writer, const char *key, int64_t number) {
  dove_json_key(writer, key);
  dove_json_integer(writer, number);
}

void dove_json_member_bool(dove_json_writer *writer, const char *key, bool value) {
  dove_json_key(writer, key);
  dove_json_bool(writer, value);
}

void dove_json_floats(dove_json_writer *writer, const float *values, size_t count) {
  dove_json_array_begin(writer, true);
  for (size_t i = 0; i < count; i++) dove_json_float(writer, values[i]);
  dove_json_array_end(writer);
}
