#include "cli/output.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

void cli_put_text(FILE *file, const char *text) {
  char *visible = dove_text_visible(text, strlen(text));
  fputs(visible != NULL ? visible : "?", file);
  free(visible);
}

void cli_remark(const cli_call *call, const char *format, ...) {
  if (call->quiet) return;
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  fputs("dove: ", stderr);
  cli_put_text(stderr, text);
  fputc('\n', stderr);
}

void cli_table_begin(cli_table *table, const char *aligned, const char *const *headings) {
  *table = (cli_table){.columns = strlen(aligned), .aligned = aligned};
  for (size_t i = 0; i < table->columns; i++) cli_table_text(table, headings[i]);
}

void cli_table_text(cli_table *table, const char *text) {
  void *cells = table->cells;
  char *visible = dove_text_visible(text, strlen(text));
  if (visible == NULL || !dove_grow(&cells, &table->capacity, table->count + 1, sizeof *table->cells)) {
    free(visible);
    table->failed = true;
    return;
  }
  table->cells = cells;
  table->cells[table->count++] = visible;
}

void cli_table_printf(cli_table *table, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  cli_table_text(table, text);
}

static int cell_columns(const char *cell) { return dove_text_columns(cell, strlen(cell)); }

static int widest(const cli_table *table, size_t column) {
  int width = 0;
  for (size_t i = column; i < table->count; i += table->columns) {
    const int columns = cell_columns(table->cells[i]);
    if (columns > width) width = columns;
  }
  return width;
}

static void print_cell(const cli_table *table, size_t index, int width, FILE *file) {
  const size_t column = index % table->columns;
  const int padding = width - cell_columns(table->cells[index]);
  const bool last = column + 1 == table->columns;
  if (table->aligned[column] == 'r') fprintf(file, "%*s", padding, "");
  fputs(table->cells[index], file);
  if (table->aligned[column] == 'l' && !last) fprintf(file, "%*s", padding, "");
  fputs(last ? "\n" : "  ", file);
}

dove_status cli_table_print(cli_table *table, FILE *file, dove_error *error) {
  int *widths = dove_alloc(table->columns, sizeof *widths);
  const bool failed = table->failed || widths == NULL;
  if (!failed) {
    for (size_t i = 0; i < table->columns; i++) widths[i] = widest(table, i);
    for (size_t i = 0; i < table->count; i++) print_cell(table, i, widths[i % table->columns], file);
  }
  free(widths);
  for (size_t i = 0; i < table->count; i++) free(table->cells[i]);
  free(table->cells);
  *table = (cli_table){0};
  return failed ? dove_fail_memory(error, "printing a table") : DOVE_OK;
}
