/* What verbs print: tables and remarks for people, progress on the terminal. All text from files and projects goes
 * through here, so that it cannot steer a terminal. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/verb.h"
#include "dove/progress.h"

/* Prints text in its visible form, on one line and without a line feed. */
void cli_put_text(FILE *file, const char *text);

/* A remark for people on standard error ("dove: …"), in its visible form; nothing with --quiet. */
__attribute__((format(printf, 2, 3))) void cli_remark(const cli_call *call, const char *format, ...);

/* A table that is laid out when all its cells are known: {0} is an empty one; a failed allocation is noticed by
 * cli_table_print(). Cells are added from left to right, `columns` to a row. */
typedef struct cli_table {
  char **cells; /* visible text, owned */
  size_t count;
  size_t capacity;
  size_t columns;
  const char *aligned; /* a letter per column: 'l' or 'r' */
  bool failed;
} cli_table;

/* Starts a table with its headings, one per letter of `aligned`. */
void cli_table_begin(cli_table *table, const char *aligned, const char *const *headings);
void cli_table_text(cli_table *table, const char *text);
__attribute__((format(printf, 2, 3))) void cli_table_printf(cli_table *table, const char *format, ...);
/* Prints it and frees it. */
dove_status cli_table_print(cli_table *table, FILE *file, dove_error *error);

/* Catches SIGINT and SIGTERM: the first asks the work to stop, a second one ends the program at once. */
void cli_catch_interrupts(void);

/* The progress of the verb that runs: a line on standard error with rate and time left when that is a terminal (never
 * with --quiet), and the interrupt as cancel. One at a time; ended with cli_progress_end(), which clears the line. */
const dove_progress *cli_progress_begin(const cli_call *call);
void cli_progress_end(void);

#endif
