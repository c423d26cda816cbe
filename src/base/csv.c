#include "dove/csv.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dove/memory.h"
#include "dove/text.h"

struct dove_csv {
  FILE *stream;
  bool owned;
  char *name;
  char separator;
  size_t limit;
  size_t line;        /* of the next character */
  size_t record_line; /* where the record in hand starts */
  bool started;       /* the byte order mark has been looked for */
  char *text;         /* the fields of the record, each NUL-terminated */
  size_t length;
  size_t capacity;
  size_t *starts; /* of the fields in text */
  size_t start_capacity;
  const char **fields;
  size_t field_capacity;
  size_t *lengths;
  size_t length_capacity;
  size_t count;
  const char *fault; /* what is wrong with the record, NULL while nothing is */
  off_t second_line; /* offset of the line after the record's first, -1 while unknown or where the stream cannot seek */
  dove_csv_record record;
};

/* Where the parser is inside a field. */
typedef enum field_state { AT_START, PLAIN, QUOTED, AFTER_QUOTE } field_state;

static dove_status open_reader(FILE *stream, bool owned, const char *name, char separator, size_t limit, dove_csv **csv,
                               dove_error *error) {
  dove_csv *reader = dove_alloc_zero(1, sizeof *reader);
  char *copy = dove_strdup(name);
  if (reader == NULL || copy == NULL) {
    free(reader);
    free(copy);
    if (owned) fclose(stream);
    return dove_fail_memory(error, "opening a CSV file");
  }
  reader->stream = stream;
  reader->owned = owned;
  reader->name = copy;
  reader->separator = separator;
  reader->limit = limit > 0 ? limit : DOVE_CSV_RECORD_LIMIT;
  reader->line = 1;
  reader->record_line = 1;
  *csv = reader;
  return DOVE_OK;
}

dove_status dove_csv_open(const char *path, char separator, size_t record_limit, dove_csv **csv, dove_error *error) {
  *csv = NULL;
  FILE *stream = fopen(path, "re");
  if (stream == NULL) return dove_fail_errno(error, "read", path);
  struct stat status;
  if (fstat(fileno(stream), &status) == 0 && S_ISDIR(status.st_mode)) {
    fclose(stream);
    errno = EISDIR;
    return dove_fail_errno(error, "read", path);
  }
  return open_reader(stream, true, path, separator, record_limit, csv, error);
}

dove_status dove_csv_open_stream(FILE *stream, const char *name, char separator, size_t record_limit, dove_csv **csv,
                                 dove_error *error) {
  *csv = NULL;
  return open_reader(stream, false, name, separator, record_limit, csv, error);
}

void dove_csv_close(dove_csv *csv) {
  if (csv == NULL) return;
  if (csv->owned) fclose(csv->stream);
  free(csv->name);
  free(csv->text);
  free(csv->starts);
  free(csv->fields);
  free(csv->lengths);
  free(csv);
}

dove_status dove_csv_fail(const dove_csv *csv, dove_error *error, const char *format, ...) {
  char reason[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  return dove_fail(error, DOVE_INPUT, "%s:%zu: %s", csv->name, csv->record_line, reason);
}

static void skip_byte_order_mark(dove_csv *csv) {
  static const int mark[] = {0xEF, 0xBB, 0xBF};
  csv->started = true;
  int seen = 0;
  int byte = 0;
  while (seen < 3 && (byte = getc_unlocked(csv->stream)) == mark[seen]) seen++;
  if (seen == 3) return;
  /* Only the first byte of a mark can start a valid file otherwise, and no valid text starts with a part of it. */
  if (byte != EOF) ungetc(byte, csv->stream);
  if (seen > 0) csv->fault = "the text is not valid UTF-8";
}

/* Adds one byte to the field in hand; false when memory ran out. A record over the limit is a fault, and is not kept.
 */
static bool add_byte(dove_csv *csv, int byte) {
  if (csv->fault != NULL) return true;
  if (csv->length >= csv->limit) {
    csv->fault = "the record is longer than the limit";
    return true;
  }
  void *text = csv->text;
  if (!dove_grow(&text, &csv->capacity, csv->length + 1, 1)) return false;
  csv->text = text;
  csv->text[csv->length++] = (char)byte;
  return true;
}

static bool begin_field(dove_csv *csv) {
  void *starts = csv->starts;
  if (!dove_grow(&starts, &csv->start_capacity, csv->count + 2, sizeof *csv->starts)) return false;
  csv->starts = starts;
  csv->starts[csv->count++] = csv->length;
  return true;
}

/* Ends the field with its NUL, which does not count against the limit. */
static bool end_field(dove_csv *csv) {
  if (csv->fault != NULL) return true;
  void *text = csv->text;
  if (!dove_grow(&text, &csv->capacity, csv->length + 1, 1)) return false;
  csv->text = text;
  csv->text[csv->length++] = '\0';
  return true;
}

/* Counts a line end and remembers where the record's second line starts. */
static void count_line(dove_csv *csv) {
  csv->line++;
  if (csv->line == csv->record_line + 1) csv->second_line = ftello(csv->stream);
}

/* The next byte; CR LF comes back as one '\n'. */
static int next_byte(dove_csv *csv) {
  int byte = getc_unlocked(csv->stream);
  if (byte == '\r') {
    const int after = getc_unlocked(csv->stream);
    if (after == '\n') {
      byte = '\n';
    } else if (after != EOF) {
      ungetc(after, csv->stream);
    }
  }
  if (byte == '\n') count_line(csv);
  return byte;
}

static void set_fault(dove_csv *csv, const char *fault) {
  if (csv->fault == NULL) csv->fault = fault;
}

/* One byte inside a field that is not a separator or the record's end; false when memory ran out. */
static bool take_byte(dove_csv *csv, field_state *state, int byte) {
  if (byte == '\0') set_fault(csv, "the text has a NUL byte");
  switch (*state) {
    case AT_START: *state = byte == '"' ? QUOTED : PLAIN; return byte == '"' || add_byte(csv, byte);
    case PLAIN:
      if (byte == '"')
        set_fault(csv, "a quote inside a field that does not start with one; quote the field and double it");
      return add_byte(csv, byte);
    case QUOTED:
      if (byte == '"') *state = AFTER_QUOTE;
      return byte == '"' || add_byte(csv, byte);
    case AFTER_QUOTE:
      if (byte != '"') set_fault(csv, "text after the closing quote of a field; quotes inside a field must be doubled");
      *state = QUOTED;
      return byte != '"' || add_byte(csv, byte);
  }
  return true;
}

/* Reads one record's bytes into text and starts. *end tells that nothing was left. */
static bool parse_record(dove_csv *csv, bool *end) {
  field_state state = AT_START;
  *end = false;
  if (!begin_field(csv)) return false;
  for (;;) {
    const int byte = next_byte(csv);
    if (byte == EOF && state == QUOTED) set_fault(csv, "a quoted field is not closed before the end of the file");
    const bool outside = state != QUOTED;
    if (byte == EOF || (outside && byte == '\n')) {
      *end = byte == EOF && csv->count == 1 && state == AT_START && csv->fault == NULL;
      return end_field(csv);
    }
    if (outside && byte == csv->separator) {
      if (!end_field(csv) || !begin_field(csv)) return false;
      state = AT_START;
    } else if (!take_byte(csv, &state, byte)) {
      return false;
    }
    if (csv->fault != NULL) return true;
  }
}

/* Goes to the line after the record's first one, or to the end of the line in hand where the stream cannot seek. */
static void resynchronise(dove_csv *csv) {
  if (csv->second_line >= 0 && fseeko(csv->stream, csv->second_line, SEEK_SET) == 0) {
    csv->line = csv->record_line + 1;
    return;
  }
  int byte;
  do {
    byte = next_byte(csv);
  } while (byte != EOF && byte != '\n');
}

/* Sets fields and lengths from starts; checks that every field is UTF-8. */
static bool finish_record(dove_csv *csv) {
  void *fields = csv->fields;
  void *lengths = csv->lengths;
  const bool room = dove_grow(&fields, &csv->field_capacity, csv->count, sizeof *csv->fields);
  csv->fields = fields;
  if (!room || !dove_grow(&lengths, &csv->length_capacity, csv->count, sizeof *csv->lengths)) return false;
  csv->lengths = lengths;
  csv->starts[csv->count] = csv->length;
  for (size_t i = 0; i < csv->count; i++) {
    csv->fields[i] = csv->text + csv->starts[i];
    csv->lengths[i] = csv->starts[i + 1] - csv->starts[i] - 1;
    if (dove_utf8_valid_prefix(csv->fields[i], csv->lengths[i]) != csv->lengths[i])
      set_fault(csv, "the text is not valid UTF-8");
  }
  csv->record =
      (dove_csv_record){.line = csv->record_line, .count = csv->count, .fields = csv->fields, .lengths = csv->lengths};
  return true;
}

static dove_status read_fault(dove_csv *csv, dove_error *error, bool parsed) {
  const char *fault = csv->fault;
  if (!parsed) resynchronise(csv);
  return dove_csv_fail(csv, error, "%s", fault);
}

static bool is_blank(const dove_csv *csv) { return csv->count == 1 && csv->length == 1; }

dove_status dove_csv_read(dove_csv *csv, const dove_csv_record **record, dove_error *error) {
  *record = NULL;
  bool end = false;
  do {
    csv->length = 0;
    csv->count = 0;
    csv->fault = NULL;
    csv->second_line = -1;
    csv->record_line = csv->line;
    if (!csv->started) skip_byte_order_mark(csv);
    if (csv->fault == NULL && !parse_record(csv, &end)) return dove_fail_memory(error, "reading a CSV record");
    if (csv->fault != NULL) return read_fault(csv, error, false);
    if (ferror(csv->stream)) return dove_fail_errno(error, "read", csv->name);
    if (end) return DOVE_OK;
  } while (is_blank(csv));
  if (!finish_record(csv)) return dove_fail_memory(error, "reading a CSV record");
  if (csv->fault != NULL) return read_fault(csv, error, true);
  *record = &csv->record;
  return DOVE_OK;
}

size_t dove_csv_column(const dove_csv_record *header, const char *name) {
  for (size_t i = 0; i < header->count; i++) {
    if (strcmp(header->fields[i], name) == 0) return i;
  }
  return DOVE_CSV_NO_COLUMN;
}

bool dove_csv_number(const char *field, double *value) {
  char *end;
  const double number = strtod(field, &end);
  if (end == field || !isfinite(number)) return false;
  while (*end == ' ' || *end == '\t') end++;
  if (*end != '\0') return false;
  *value = number;
  return true;
}
