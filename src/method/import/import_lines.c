#include "method/import/import_lines.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "dove/text.h"

dove_status import_lines_open(const char *path, size_t limit, import_lines *lines, dove_error *error) {
  *lines = (import_lines){.path = path, .limit = limit, .file = fopen(path, "re")};
  if (lines->file == NULL) return dove_fail_errno(error, "read", path);
  struct stat info;
  if (fstat(fileno(lines->file), &info) == 0 && !S_ISDIR(info.st_mode)) return DOVE_OK;
  import_lines_close(lines);
  errno = EISDIR;
  return dove_fail_errno(error, "read", path);
}

void import_lines_close(import_lines *lines) {
  if (lines->file != NULL) fclose(lines->file);
  dove_buffer_free(&lines->line);
  *lines = (import_lines){0};
}

/* Reads up to the line feed or the end; what is over the limit is read over. False at the end of the file. */
static bool read_raw(import_lines *lines, bool *too_long) {
  char piece[65536];
  size_t filled = 0;
  int byte = EOF;
  *too_long = false;
  dove_buffer_clear(&lines->line);
  while ((byte = getc_unlocked(lines->file)) != EOF) {
    lines->position++;
    if (byte == '\n') break;
    if (filled == sizeof piece) {
      if (!*too_long) dove_buffer_add(&lines->line, piece, filled);
      filled = 0;
      if (lines->line.length > lines->limit) *too_long = true;
    }
    piece[filled++] = (char)byte;
  }
  if (!*too_long) dove_buffer_add(&lines->line, piece, filled);
  *too_long = *too_long || lines->line.length > lines->limit;
  return byte != EOF || filled > 0;
}

static void cut_ends(import_lines *lines) {
  dove_buffer *line = &lines->line;
  if (line->length > 0 && line->data[line->length - 1] == '\r') line->data[--line->length] = '\0';
  if (lines->number == 1 && line->length >= 3 && memcmp(line->data, "\xEF\xBB\xBF", 3) == 0) {
    line->length -= 3;
    memmove(line->data, line->data + 3, line->length + 1);
  }
}

static bool is_blank(const dove_buffer *line) {
  for (size_t i = 0; i < line->length; i++) {
    if (line->data[i] != ' ' && line->data[i] != '\t') return false;
  }
  return true;
}

static dove_status check_text(const import_lines *lines, dove_error *error) {
  const dove_buffer *line = &lines->line;
  const size_t valid = dove_utf8_valid_prefix(dove_buffer_text(line), line->length);
  if (valid == line->length) return DOVE_OK;
  const unsigned char byte = (unsigned char)line->data[valid];
  if (byte == 0)
    return dove_fail(error, DOVE_INPUT, "%s:%zu: a NUL byte at byte %zu of the line; text has none: remove it",
                     lines->path, lines->number, valid + 1);
  return dove_fail(error, DOVE_INPUT, "%s:%zu: not UTF-8: byte 0x%02X at byte %zu of the line; save the file as UTF-8",
                   lines->path, lines->number, byte, valid + 1);
}

dove_status import_lines_next(import_lines *lines, bool *there, dove_error *error) {
  do {
    bool too_long = false;
    *there = read_raw(lines, &too_long);
    if (ferror(lines->file)) return dove_fail_errno(error, "read", lines->path);
    if (!*there) return DOVE_OK;
    lines->number++;
    if (too_long)
      return dove_fail(error, DOVE_INPUT, "%s:%zu: the line is longer than %zu MiB; split the document", lines->path,
                       lines->number, lines->limit >> 20);
    if (lines->line.failed) return dove_fail_memory(error, "reading a long line");
    cut_ends(lines);
  } while (is_blank(&lines->line));
  return check_text(lines, error);
}
