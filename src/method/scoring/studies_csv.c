/* Reading the tables of studies from CSV files. */
#include <stdlib.h>
#include <string.h>

#include "dove/csv.h"
#include "dove/memory.h"
#include "dove/studies.h"

/* Names in one record: method or benchmark, model, culture, role. */
#define NAMES 4

/* One record, read: its names in one block of text, and its number. */
typedef struct row {
  char *text; /* NULL when the number was left out */
  const char *names[NAMES];
  double number;
} row;

/* The columns of a table. A name column that may be missing has `optional` set. */
typedef struct layout {
  const char *names[NAMES];
  bool optional[NAMES];
  const char *number;
} layout;

typedef struct table {
  row *rows;
  size_t count;
  size_t capacity;
} table;

static void free_table(table *t) {
  for (size_t i = 0; i < t->count; i++) free(t->rows[i].text);
  free(t->rows);
  *t = (table){0};
}

/* Positions of the layout's columns in the header; the number's comes last. */
static dove_status find_columns(const dove_csv *csv, const dove_csv_record *header, const layout *columns,
                                size_t positions[NAMES + 1], dove_error *error) {
  for (size_t k = 0; k <= NAMES; k++) {
    const char *name = k < NAMES ? columns->names[k] : columns->number;
    positions[k] = name != NULL ? dove_csv_column(header, name) : DOVE_CSV_NO_COLUMN;
    const bool needed = name != NULL && (k == NAMES || !columns->optional[k]);
    if (needed && positions[k] == DOVE_CSV_NO_COLUMN)
      return dove_csv_fail(csv, error, "the header has no column '%s'", name);
  }
  return DOVE_OK;
}

static dove_status read_row(const dove_csv *csv, const dove_csv_record *record, const size_t positions[NAMES + 1],
                            row *out, dove_error *error) {
  *out = (row){0};
  size_t length = 0;
  for (size_t k = 0; k <= NAMES; k++) {
    if (positions[k] == DOVE_CSV_NO_COLUMN) continue;
    if (positions[k] >= record->count)
      return dove_csv_fail(csv, error, "the record has %zu fields; column %zu is missing", record->count,
                           positions[k] + 1);
    if (k < NAMES) length += record->lengths[positions[k]];
  }
  const char *number = record->fields[positions[NAMES]];
  if (number[0] == '\0') return DOVE_OK;
  if (!dove_csv_number(number, &out->number)) return dove_csv_fail(csv, error, "'%s' is not a number", number);
  out->text = dove_alloc(length + NAMES, 1);
  if (out->text == NULL) return dove_fail_memory(error, "reading a table");
  char *next = out->text;
  for (size_t k = 0; k < NAMES; k++) {
    const bool given = positions[k] != DOVE_CSV_NO_COLUMN;
    const size_t size = given ? record->lengths[positions[k]] : 0;
    if (size > 0) memcpy(next, record->fields[positions[k]], size);
    next[size] = '\0';
    out->names[k] = next;
    next += size + 1;
  }
  return DOVE_OK;
}

static bool same_case(const row *a, const row *b) {
  for (size_t k = 0; k < NAMES; k++) {
    if (strcmp(a->names[k], b->names[k]) != 0) return false;
  }
  return true;
}

static dove_status add_row(const dove_csv *csv, table *t, row *added, dove_error *error) {
  if (added->text == NULL) return DOVE_OK;
  for (size_t i = 0; i < t->count; i++) {
    if (!same_case(&t->rows[i], added)) continue;
    free(added->text);
    return dove_csv_fail(csv, error, "a second number for the same case; remove one of the two lines");
  }
  void *rows = t->rows;
  if (!dove_grow(&rows, &t->capacity, t->count + 1, sizeof *t->rows)) {
    free(added->text);
    return dove_fail_memory(error, "reading a table");
  }
  t->rows = rows;
  t->rows[t->count++] = *added;
  return DOVE_OK;
}

static dove_status read_rows(dove_csv *csv, const layout *columns, table *t, dove_error *error) {
  const dove_csv_record *record = NULL;
  dove_status status = dove_csv_read(csv, &record, error);
  if (status != DOVE_OK) return status;
  if (record == NULL) return dove_csv_fail(csv, error, "the file is empty; it needs a header");
  size_t positions[NAMES + 1];
  status = find_columns(csv, record, columns, positions, error);
  while (status == DOVE_OK) {
    status = dove_csv_read(csv, &record, error);
    if (status != DOVE_OK || record == NULL) return status;
    row added;
    status = read_row(csv, record, positions, &added, error);
    if (status == DOVE_OK) status = add_row(csv, t, &added, error);
  }
  return status;
}

static dove_status read_table(const char *path, const layout *columns, table *t, dove_error *error) {
  dove_csv *csv = NULL;
  dove_status status = dove_csv_open(path, ',', 0, &csv, error);
  if (status != DOVE_OK) return status;
  status = read_rows(csv, columns, t, error);
  dove_csv_close(csv);
  if (status != DOVE_OK) free_table(t);
  return status;
}

/* The texts of the rows, which the caller owns from now on. */
static char **take_texts(table *t) {
  char **texts = dove_alloc(t->count, sizeof *texts);
  for (size_t i = 0; texts != NULL && i < t->count; i++) {
    texts[i] = t->rows[i].text;
    t->rows[i].text = NULL;
  }
  return texts;
}

static void free_texts(char **texts, size_t count) {
  for (size_t i = 0; i < count; i++) free(texts[i]);
  free(texts);
}

dove_status dove_study_scores_read(const char *path, dove_study_scores *scores, dove_error *error) {
  static const layout columns = {
      .names = {"method", "model", "culture", "role"}, .optional = {false, true, false, true}, .number = "score"};
  *scores = (dove_study_scores){0};
  table t = {0};
  const dove_status status = read_table(path, &columns, &t, error);
  if (status != DOVE_OK) return status;
  scores->records = dove_alloc(t.count, sizeof *scores->records);
  for (size_t i = 0; scores->records != NULL && i < t.count; i++) {
    const row *r = &t.rows[i];
    scores->records[i] = (dove_study_score){
        .method = r->names[0], .model = r->names[1], .culture = r->names[2], .role = r->names[3], .score = r->number};
  }
  if (scores->records != NULL) scores->texts = take_texts(&t);
  if (scores->texts != NULL) scores->count = t.count;
  free_table(&t);
  if (scores->texts != NULL) return DOVE_OK;
  dove_study_scores_free(scores);
  return dove_fail_memory(error, "reading a table");
}

void dove_study_scores_free(dove_study_scores *scores) {
  free_texts(scores->texts, scores->count);
  free(scores->records);
  *scores = (dove_study_scores){0};
}

dove_status dove_study_outcomes_read(const char *path, dove_study_outcomes *outcomes, dove_error *error) {
  static const layout columns = {.names = {"benchmark", "model", "culture", NULL}, .number = "f1"};
  *outcomes = (dove_study_outcomes){0};
  table t = {0};
  const dove_status status = read_table(path, &columns, &t, error);
  if (status != DOVE_OK) return status;
  outcomes->records = dove_alloc(t.count, sizeof *outcomes->records);
  for (size_t i = 0; outcomes->records != NULL && i < t.count; i++) {
    const row *r = &t.rows[i];
    outcomes->records[i] =
        (dove_study_outcome){.benchmark = r->names[0], .model = r->names[1], .culture = r->names[2], .f1 = r->number};
  }
  if (outcomes->records != NULL) outcomes->texts = take_texts(&t);
  if (outcomes->texts != NULL) outcomes->count = t.count;
  free_table(&t);
  if (outcomes->texts != NULL) return DOVE_OK;
  dove_study_outcomes_free(outcomes);
  return dove_fail_memory(error, "reading a table");
}

void dove_study_outcomes_free(dove_study_outcomes *outcomes) {
  free_texts(outcomes->texts, outcomes->count);
  free(outcomes->records);
  *outcomes = (dove_study_outcomes){0};
}
