#include "method/export/export_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dove/buffer.h"
#include "dove/text.h"

static bool is_csv(const export_table *table) { return table->format == DOVE_EXPORT_CSV; }

static void separate(export_table *table) {
  if (table->row_has_cells) fputc(',', table->file);
  table->row_has_cells = true;
}

static void put_quoted(FILE *file, const char *text) {
  if (strpbrk(text, ",\"\r\n") == NULL) {
    fputs(text, file);
    return;
  }
  fputc('"', file);
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '"') fputc('"', file);
    fputc(*at, file);
  }
  fputc('"', file);
}

static void put_cell(export_table *table, const char *text) {
  separate(table);
  if (!table->visible) {
    put_quoted(table->file, text);
    return;
  }
  char *safe = dove_text_visible(text, strlen(text));
  if (safe != NULL) put_quoted(table->file, safe);
  table->failed = table->failed || safe == NULL;
  free(safe);
}

export_table export_table_begin(FILE *file, dove_export_format format, const char *const *columns) {
  export_table table = {.file = file, .format = format, .json = dove_json_writer_on(file)};
  if (format == DOVE_EXPORT_JSON) dove_json_array_begin(&table.json, false);
  if (format != DOVE_EXPORT_CSV) return table;
  table.visible = isatty(fileno(file)) != 0;
  for (const char *const *name = columns; *name != NULL; name++) put_cell(&table, *name);
  export_row_end(&table);
  return table;
}

void export_table_end(export_table *table) {
  if (table->format == DOVE_EXPORT_JSON) dove_json_array_end(&table->json);
}

void export_row_begin(export_table *table) {
  if (!is_csv(table)) dove_json_object_begin(&table->json, true);
}

void export_row_end(export_table *table) {
  if (is_csv(table)) {
    fputc('\n', table->file);
    table->row_has_cells = false;
  } else {
    dove_json_object_end(&table->json);
  }
}

void export_text(export_table *table, const char *key, const char *value) {
  if (is_csv(table)) {
    put_cell(table, value);
  } else {
    dove_json_member_text(&table->json, key, value);
  }
}

void export_integer(export_table *table, const char *key, int64_t value) {
  if (is_csv(table)) {
    separate(table);
    fprintf(table->file, "%" PRId64, value);
  } else {
    dove_json_member_integer(&table->json, key, value);
  }
}

/* The JSON writer knows how many digits a number takes; a cell is its number without key. */
void export_number(export_table *table, const char *key, double value) {
  if (!is_csv(table)) {
    dove_json_member_number(&table->json, key, value);
    return;
  }
  separate(table);
  if (!isfinite(value)) return;
  char text[40];
  snprintf(text, sizeof text, "%.15g", value);
  if (strtod(text, NULL) != value) snprintf(text, sizeof text, "%.17g", value);
  fputs(text, table->file);
}

void export_bool(export_table *table, const char *key, bool value) {
  if (is_csv(table)) {
    put_cell(table, value ? "true" : "false");
  } else {
    dove_json_member_bool(&table->json, key, value);
  }
}

void export_optional_text(export_table *table, const char *key, const char *value) {
  const bool there = value != NULL && value[0] != '\0';
  if (there || is_csv(table)) export_text(table, key, there ? value : "");
}

void export_optional_number(export_table *table, const char *key, double value) {
  if (!isnan(value) || is_csv(table)) export_number(table, key, value);
}

void export_integers(export_table *table, const char *key, const int64_t *values, size_t count) {
  if (is_csv(table)) {
    separate(table);
    for (size_t i = 0; i < count; i++) fprintf(table->file, "%s%" PRId64, i > 0 ? " " : "", values[i]);
    return;
  }
  dove_json_key(&table->json, key);
  dove_json_array_begin(&table->json, true);
  for (size_t i = 0; i < count; i++) dove_json_integer(&table->json, values[i]);
  dove_json_array_end(&table->json);
}

void export_floats(export_table *table, const char *key, const float *values, size_t count) {
  if (is_csv(table)) {
    separate(table);
    for (size_t i = 0; i < count; i++) fprintf(table->file, "%s%.9g", i > 0 ? " " : "", (double)values[i]);
    return;
  }
  dove_json_key(&table->json, key);
  dove_json_floats(&table->json, values, count);
}

static void put_joined(export_table *table, const char *const *values, size_t count) {
  dove_buffer joined = {0};
  for (size_t i = 0; i < count; i++) {
    if (i > 0) dove_buffer_add_text(&joined, "; ");
    dove_buffer_add_text(&joined, values[i]);
  }
  table->failed = table->failed || joined.failed;
  put_cell(table, dove_buffer_text(&joined));
  dove_buffer_free(&joined);
}

void export_texts(export_table *table, const char *key, const char *const *values, size_t count) {
  if (is_csv(table)) {
    put_joined(table, values, count);
    return;
  }
  dove_json_key(&table->json, key);
  dove_json_array_begin(&table->json, true);
  for (size_t i = 0; i < count; i++) dove_json_text(&table->json, values[i]);
  dove_json_array_end(&table->json);
}
