#include "method/import/import_reader.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dove/csv.h"
#include "dove/memory.h"
#include "method/import/import_folder.h"
#include "method/import/import_lines.h"

/* Lines that are looked at to find out what a file holds. */
enum { LOOK_LINES = 100 };

struct import_reader {
  const import_source *source;
  cJSON *object; /* the record in hand */
  import_lines lines;
  dove_csv *csv;
  char **header; /* of CSV */
  size_t columns;
  double csv_position;
  import_folder folder;
  size_t next; /* file of the folder */
};

dove_status import_fail(dove_error *error, const import_record *record, const char *format, ...) {
  char reason[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  if (record->line == 0) return dove_fail(error, DOVE_INPUT, "%s: %s", record->path, reason);
  return dove_fail(error, DOVE_INPUT, "%s:%zu: %s", record->path, record->line, reason);
}

/* --- JSON lines --- */

/* \u0000 would end the text early inside the program. */
static bool has_escaped_nul(const char *line) {
  for (const char *at = strchr(line, '\\'); at != NULL; at = strchr(at, '\\')) {
    if (strncmp(at, "\\u0000", 6) == 0) return true;
    at += at[1] != '\0' ? 2 : 1;
  }
  return false;
}

static dove_status parse_line(const import_lines *lines, cJSON **object, dove_error *error) {
  const char *line = dove_buffer_text(&lines->line), *end = line;
  const import_record here = {NULL, lines->path, lines->number};
  *object = NULL;
  if (has_escaped_nul(line))
    return import_fail(error, &here, "the escape \\u0000 stands for a NUL character; text has none: remove it");
  cJSON *parsed = cJSON_ParseWithOpts(line, &end, 1);
  if (parsed == NULL)
    return import_fail(error, &here, "broken JSON at byte %zu; each line must be one whole object",
                       (size_t)(end - line) + 1);
  if (cJSON_IsObject(parsed)) {
    *object = parsed;
    return DOVE_OK;
  }
  cJSON_Delete(parsed);
  return import_fail(error, &here, "not a JSON object; each line must be one whole object {…}");
}

static dove_status next_json(import_reader *reader, import_record *record, dove_error *error) {
  bool there = false;
  dove_status status = import_lines_next(&reader->lines, &there, error);
  record->line = reader->lines.number;
  if (status != DOVE_OK || !there) return status;
  status = parse_line(&reader->lines, &reader->object, error);
  record->object = reader->object;
  return status;
}

/* --- CSV --- */

static dove_status open_csv(import_reader *reader, dove_error *error) {
  const dove_csv_record *header = NULL;
  dove_status status =
      dove_csv_open(reader->source->path, reader->source->separator, DOVE_IMPORT_LINE_LIMIT, &reader->csv, error);
  if (status == DOVE_OK) status = dove_csv_read(reader->csv, &header, error);
  if (status != DOVE_OK || header == NULL) return status;
  reader->header = dove_alloc_zero(header->count, sizeof *reader->header);
  if (reader->header == NULL) return dove_fail_memory(error, "reading a CSV header");
  reader->columns = header->count;
  for (size_t i = 0; i < header->count; i++) {
    reader->header[i] = dove_strdup(header->fields[i]);
    if (reader->header[i] == NULL) return dove_fail_memory(error, "reading a CSV header");
  }
  return DOVE_OK;
}

/* An empty field is as good as no field. */
static cJSON *object_of_fields(const import_reader *reader, const dove_csv_record *row) {
  cJSON *object = cJSON_CreateObject();
  for (size_t i = 0; object != NULL && i < row->count; i++) {
    if (row->lengths[i] == 0) continue;
    if (cJSON_AddStringToObject(object, reader->header[i], row->fields[i]) == NULL) {
      cJSON_Delete(object);
      return NULL;
    }
  }
  return object;
}

static dove_status next_csv(import_reader *reader, import_record *record, dove_error *error) {
  const dove_csv_record *row = NULL;
  const dove_status status = dove_csv_read(reader->csv, &row, error);
  if (status != DOVE_OK || row == NULL) return status;
  record->line = row->line;
  for (size_t i = 0; i < row->count; i++) reader->csv_position += (double)row->lengths[i] + 1;
  if (row->count != reader->columns)
    return import_fail(error, record, "%zu fields, but the header has %zu; quote fields that hold the separator",
                       row->count, reader->columns);
  reader->object = object_of_fields(reader, row);
  record->object = reader->object;
  return reader->object != NULL ? DOVE_OK : dove_fail_memory(error, "reading a CSV file");
}

/* --- a folder --- */

static dove_status next_file(import_reader *reader, import_record *record, dove_error *error) {
  import_folder *folder = &reader->folder;
  if (reader->next == folder->count) return DOVE_OK;
  record->path = folder->paths[reader->next];
  const dove_status status = import_folder_read(folder, reader->next++, DOVE_IMPORT_LINE_LIMIT, &reader->object, error);
  record->object = reader->object;
  return status;
}

/* --- any of them --- */

dove_status import_reader_open(const import_source *source, import_reader **opened, dove_error *error) {
  import_reader *reader = dove_alloc_zero(1, sizeof *reader);
  *opened = NULL;
  if (reader == NULL) return dove_fail_memory(error, "opening a file");
  reader->source = source;
  dove_status status = DOVE_OK;
  switch (source->format) {
    case IMPORT_JSONL: status = import_lines_open(source->path, DOVE_IMPORT_LINE_LIMIT, &reader->lines, error); break;
    case IMPORT_CSV: status = open_csv(reader, error); break;
    case IMPORT_FOLDER: status = import_folder_open(source->path, &reader->folder, error); break;
  }
  if (status == DOVE_OK) {
    *opened = reader;
  } else {
    import_reader_close(reader);
  }
  return status;
}

void import_reader_close(import_reader *reader) {
  if (reader == NULL) return;
  for (size_t i = 0; i < reader->columns; i++) free(reader->header[i]);
  free(reader->header);
  cJSON_Delete(reader->object);
  import_lines_close(&reader->lines);
  dove_csv_close(reader->csv);
  import_folder_close(&reader->folder);
  free(reader);
}

dove_status import_reader_next(import_reader *reader, import_record *record, dove_error *error) {
  cJSON_Delete(reader->object);
  reader->object = NULL;
  *record = (import_record){NULL, reader->source->path, 0};
  switch (reader->source->format) {
    case IMPORT_JSONL: return next_json(reader, record, error);
    case IMPORT_CSV: return next_csv(reader, record, error);
    case IMPORT_FOLDER: return next_file(reader, record, error);
  }
  return DOVE_OK;
}

double import_reader_position(const import_reader *reader) {
  return reader->source->format == IMPORT_JSONL ? reader->lines.position : reader->csv_position;
}

/* --- what a path is --- */

static dove_import_kind kind_of_keys(bool has_text, bool has_document_id) {
  if (has_document_id) return DOVE_IMPORT_EXPRESSIONS;
  return has_text ? DOVE_IMPORT_DOCUMENTS : DOVE_IMPORT_BY_CONTENT;
}

/* From the first line that can be parsed; where none can, the lines are documents and each fault is told. */
static dove_status look_at_json(import_source *source, dove_error *error) {
  import_lines lines;
  dove_status status = import_lines_open(source->path, DOVE_IMPORT_LINE_LIMIT, &lines, error);
  if (status != DOVE_OK) return status;
  source->kind = DOVE_IMPORT_DOCUMENTS;
  for (int i = 0; i < LOOK_LINES; i++) {
    bool there = false;
    cJSON *object = NULL;
    status = import_lines_next(&lines, &there, error);
    if (status == DOVE_OK && there) status = parse_line(&lines, &object, error);
    if (status == DOVE_INPUT) continue;
    if (status == DOVE_OK && object != NULL)
      source->kind = kind_of_keys(cJSON_HasObjectItem(object, "text"), cJSON_HasObjectItem(object, "document_id"));
    cJSON_Delete(object);
    break;
  }
  import_lines_close(&lines);
  return status == DOVE_INPUT ? DOVE_OK : status;
}

static dove_status look_at_csv(import_source *source, dove_error *error) {
  dove_csv *csv = NULL;
  const dove_csv_record *header = NULL;
  dove_status status = dove_csv_open(source->path, source->separator, DOVE_IMPORT_LINE_LIMIT, &csv, error);
  if (status == DOVE_OK) status = dove_csv_read(csv, &header, error);
  if (status == DOVE_OK && header != NULL)
    source->kind = kind_of_keys(dove_csv_column(header, "text") != DOVE_CSV_NO_COLUMN,
                                dove_csv_column(header, "document_id") != DOVE_CSV_NO_COLUMN);
  dove_csv_close(csv);
  return status;
}

/* The separator that is most frequent in the first line. */
static char find_separator(const char *line) {
  static const char separators[] = {',', ';', '\t'};
  size_t counts[sizeof separators] = {0}, best = 0;
  for (const char *at = line; *at != '\0' && *at != '\n'; at++) {
    for (size_t i = 0; i < sizeof separators; i++) counts[i] += *at == separators[i];
  }
  for (size_t i = 1; i < sizeof separators; i++) {
    if (counts[i] > counts[best]) best = i;
  }
  return separators[best];
}

/* JSON begins with a bracket, CSV with a name. */
static dove_status look_at_start(import_source *source, dove_error *error) {
  char start[4096];
  FILE *file = fopen(source->path, "re");
  if (file == NULL) return dove_fail_errno(error, "read", source->path);
  const size_t length = fread(start, 1, sizeof start - 1, file);
  const bool failed = ferror(file) != 0;
  if (failed) dove_fail_errno(error, "read", source->path);
  fclose(file);
  if (failed) return DOVE_IO;
  start[length] = '\0';
  const char *at = strncmp(start, "\xEF\xBB\xBF", 3) == 0 ? start + 3 : start;
  while (isspace((unsigned char)*at)) at++;
  if (at == start + length) return dove_fail(error, DOVE_INPUT, "%s: the file is empty", source->path);
  if (*at == '[')
    return dove_fail(error, DOVE_INPUT, "%s:1: a JSON array; write one object a line, without brackets around",
                     source->path);
  source->format = *at == '{' ? IMPORT_JSONL : IMPORT_CSV;
  source->separator = find_separator(at);
  return DOVE_OK;
}

dove_status import_source_look(const char *path, dove_import_kind as, import_source *source, dove_error *error) {
  struct stat info;
  *source = (import_source){.path = path, .kind = as, .separator = ','};
  if (stat(path, &info) != 0) return dove_fail_errno(error, "read", path);
  if (S_ISDIR(info.st_mode)) {
    if (as == DOVE_IMPORT_EXPRESSIONS)
      return dove_fail(error, DOVE_INPUT, "'%s' is a folder; expressions come from a JSONL or CSV file", path);
    source->format = IMPORT_FOLDER;
    source->kind = DOVE_IMPORT_DOCUMENTS;
    return DOVE_OK;
  }
  source->bytes = (double)info.st_size;
  dove_status status = look_at_start(source, error);
  if (status != DOVE_OK || as != DOVE_IMPORT_BY_CONTENT) return status;
  status = source->format == IMPORT_JSONL ? look_at_json(source, error) : look_at_csv(source, error);
  if (status == DOVE_OK && source->kind == DOVE_IMPORT_BY_CONTENT)
    return dove_fail(error, DOVE_INPUT,
                     "%s:1: neither documents (they have 'id' and 'text') nor expressions (they have 'document_id'); "
                     "name the fields so, or say on the command line which they are, with --as",
                     path);
  return status;
}
