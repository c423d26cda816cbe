#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compute.h"
#include "cli/files.h"
#include "cli/output.h"
#include "dove/agreement.h"
#include "dove/csv.h"
#include "dove/memory.h"
#include "dove/statistics.h"

/* ---- kappa ---- */

static void print_kappa_json(const cli_sheet *sheet, const dove_kappa *pairs, size_t count, double mean) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_key(&writer, "pairs");
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < count; i++) {
    dove_json_object_begin(&writer, true);
    dove_json_member_text(&writer, "a", sheet->names[pairs[i].first]);
    dove_json_member_text(&writer, "b", sheet->names[pairs[i].second]);
    dove_json_member_number(&writer, "kappa", pairs[i].defined ? pairs[i].kappa : (double)NAN);
    dove_json_member_integer(&writer, "n", (int64_t)pairs[i].items);
    dove_json_member_number(&writer, "observed", pairs[i].observed);
    dove_json_member_number(&writer, "expected", pairs[i].expected);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
  dove_json_member_number(&writer, "mean", mean);
  dove_json_object_end(&writer);
}

static dove_status print_kappa_table(const cli_sheet *sheet, const dove_kappa *pairs, size_t count, double mean,
                                     dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "llrr", (const char *[]){"annotator", "annotator", "kappa", "items"});
  for (size_t i = 0; i < count; i++) {
    cli_table_text(&table, sheet->names[pairs[i].first]);
    cli_table_text(&table, sheet->names[pairs[i].second]);
    if (pairs[i].defined) {
      cli_table_printf(&table, "%.4f", pairs[i].kappa);
    } else {
      cli_table_text(&table, "undefined");
    }
    cli_table_printf(&table, "%zu", pairs[i].items);
  }
  const dove_status status = cli_table_print(&table, stdout, error);
  if (status == DOVE_OK) printf("mean %.4f\n", mean);
  return status;
}

/* Column by column, since that is how annotators are compared. */
static dove_status encode_labels(const cli_sheet *sheet, int32_t *labels, dove_error *error) {
  const size_t count = sheet->rows * sheet->columns;
  const char **words = dove_alloc(count, sizeof *words);
  if (words == NULL) return dove_fail_memory(error, "reading labels");
  for (size_t i = 0; i < count; i++) words[i] = sheet->cells[(i % sheet->rows) * sheet->columns + i / sheet->rows];
  const dove_status status = dove_labels_encode(words, count, labels, error);
  free(words);
  return status;
}

static dove_status kappa_of_sheet(const cli_call *call, const cli_sheet *sheet, dove_error *error) {
  const size_t count = sheet->columns * (sheet->columns - 1) / 2;
  int32_t *labels = dove_alloc(sheet->rows * sheet->columns, sizeof *labels);
  const int32_t **columns = dove_alloc(sheet->columns, sizeof *columns);
  dove_kappa *pairs = dove_alloc(count, sizeof *pairs);
  dove_status status = DOVE_OK;
  double mean = 0.0;
  if (labels == NULL || columns == NULL || pairs == NULL) {
    status = dove_fail_memory(error, "comparing annotators");
  } else {
    for (size_t i = 0; i < sheet->columns; i++) columns[i] = labels + i * sheet->rows;
    status = encode_labels(sheet, labels, error);
  }
  if (status == DOVE_OK) status = dove_cohen_kappa_pairs(columns, sheet->columns, sheet->rows, pairs, &mean, error);
  if (status == DOVE_OK && call->json) print_kappa_json(sheet, pairs, count, mean);
  if (status == DOVE_OK && !call->json) status = print_kappa_table(sheet, pairs, count, mean, error);
  free(pairs);
  free(columns);
  free(labels);
  return status;
}

dove_status cli_compute_kappa(const cli_call *call, dove_error *error) {
  cli_sheet sheet;
  dove_status status = cli_sheet_read(call->arguments[0], &sheet, error);
  if (status != DOVE_OK) return status;
  if (sheet.columns < 2) {
    status = dove_fail(error, DOVE_INPUT, "'%s' has one column; agreement needs two annotators", call->arguments[0]);
  } else {
    status = kappa_of_sheet(call, &sheet, error);
  }
  cli_sheet_free(&sheet);
  return status;
}

/* ---- alpha ---- */

/* All cells as numbers; an empty one is NaN where `missing` is allowed. */
static dove_status sheet_numbers(const cli_sheet *sheet, const char *path, bool missing, double **numbers,
                                 dove_error *error) {
  *numbers = dove_alloc(sheet->rows * sheet->columns, sizeof **numbers);
  if (*numbers == NULL) return dove_fail_memory(error, "reading numbers");
  for (size_t i = 0; i < sheet->rows * sheet->columns; i++) {
    const char *cell = sheet->cells[i];
    if (missing && cell[0] == '\0') {
      (*numbers)[i] = (double)NAN;
    } else if (!dove_csv_number(cell, &(*numbers)[i])) {
      dove_fail(error, DOVE_INPUT, "'%s', row %zu, column %s: '%s' is not a number", path, i / sheet->columns + 1,
                sheet->names[i % sheet->columns], cell);
      free(*numbers);
      *numbers = NULL;
      return DOVE_INPUT;
    }
  }
  return DOVE_OK;
}

/* Mean over the subjects of sd / |mean|; a subject whose mean is 0 has none and is left out. */
static double mean_variation(const double *values, size_t subjects, size_t repetitions) {
  double sum = 0.0;
  size_t counted = 0;
  for (size_t i = 0; i < subjects; i++) {
    double variation;
    if (dove_variation(values + i * repetitions, repetitions, &variation, NULL) != DOVE_OK) continue;
    sum += variation;
    counted++;
  }
  return counted > 0 ? sum / (double)counted : (double)NAN;
}

dove_status cli_compute_alpha(const cli_call *call, dove_error *error) {
  cli_sheet sheet;
  double *values = NULL, alpha = 0.0;
  dove_status status = cli_sheet_read(call->arguments[0], &sheet, error);
  if (status != DOVE_OK) return status;
  status = sheet_numbers(&sheet, call->arguments[0], false, &values, error);
  if (status == DOVE_OK) status = dove_cronbach_alpha(values, sheet.rows, sheet.columns, &alpha, error);
  if (status == DOVE_OK) {
    const double variation = mean_variation(values, sheet.rows, sheet.columns);
    if (call->json) {
      dove_json_writer writer = dove_json_writer_on(stdout);
      dove_json_object_begin(&writer, false);
      dove_json_member_number(&writer, "alpha", alpha);
      dove_json_member_number(&writer, "cv", variation);
      dove_json_member_integer(&writer, "subjects", (int64_t)sheet.rows);
      dove_json_member_integer(&writer, "repetitions", (int64_t)sheet.columns);
      dove_json_object_end(&writer);
    } else {
      printf("alpha %.6f\ncv    %.6f\n", alpha, variation);
    }
  }
  free(values);
  cli_sheet_free(&sheet);
  return status;
}

/* ---- correlation ---- */

typedef struct correlation {
  size_t first, second;
  size_t pairs;
  double pearson, spearman; /* NaN where undefined */
} correlation;

static void correlate(const double *values, const cli_sheet *sheet, correlation *result, double *x, double *y) {
  result->pairs = 0;
  for (size_t row = 0; row < sheet->rows; row++) {
    const double left = values[row * sheet->columns + result->first];
    const double right = values[row * sheet->columns + result->second];
    if (isnan(left) || isnan(right)) continue;
    x[result->pairs] = left;
    y[result->pairs++] = right;
  }
  if (dove_pearson(x, y, result->pairs, &result->pearson, NULL) != DOVE_OK) result->pearson = (double)NAN;
  if (dove_spearman(x, y, result->pairs, &result->spearman, NULL) != DOVE_OK) result->spearman = (double)NAN;
}

static void print_correlations_json(const cli_sheet *sheet, const correlation *pairs, size_t count) {
  dove_json_writer writer = dove_json_writer_on(stdout);
  dove_json_object_begin(&writer, false);
  dove_json_key(&writer, "pairs");
  dove_json_array_begin(&writer, false);
  for (size_t i = 0; i < count; i++) {
    dove_json_object_begin(&writer, true);
    dove_json_member_text(&writer, "a", sheet->names[pairs[i].first]);
    dove_json_member_text(&writer, "b", sheet->names[pairs[i].second]);
    dove_json_member_number(&writer, "pearson", pairs[i].pearson);
    dove_json_member_number(&writer, "spearman", pairs[i].spearman);
    dove_json_member_integer(&writer, "n", (int64_t)pairs[i].pairs);
    dove_json_object_end(&writer);
  }
  dove_json_array_end(&writer);
  dove_json_object_end(&writer);
}

static void add_number(cli_table *table, double number) {
  if (isnan(number)) {
    cli_table_text(table, "undefined");
  } else {
    cli_table_printf(table, "%.4f", number);
  }
}

static dove_status print_correlations(const cli_sheet *sheet, const correlation *pairs, size_t count,
                                      dove_error *error) {
  cli_table table;
  cli_table_begin(&table, "llrrr", (const char *[]){"column", "column", "Pearson", "Spearman", "rows"});
  for (size_t i = 0; i < count; i++) {
    cli_table_text(&table, sheet->names[pairs[i].first]);
    cli_table_text(&table, sheet->names[pairs[i].second]);
    add_number(&table, pairs[i].pearson);
    add_number(&table, pairs[i].spearman);
    cli_table_printf(&table, "%zu", pairs[i].pairs);
  }
  return cli_table_print(&table, stdout, error);
}

static dove_status correlate_sheet(const cli_call *call, const cli_sheet *sheet, const double *values,
                                   dove_error *error) {
  const size_t most = sheet->columns * (sheet->columns - 1) / 2;
  correlation *pairs = dove_alloc(most, sizeof *pairs);
  double *scratch = dove_alloc(2 * sheet->rows, sizeof *scratch);
  dove_status status = DOVE_OK;
  if (pairs == NULL || scratch == NULL) {
    status = dove_fail_memory(error, "correlating");
  } else {
    size_t count = 0;
    for (size_t i = 0; i < sheet->columns; i++) {
      for (size_t j = i + 1; j < sheet->columns; j++, count++) {
        pairs[count] = (correlation){.first = i, .second = j};
        correlate(values, sheet, &pairs[count], scratch, scratch + sheet->rows);
      }
    }
    if (call->json) {
      print_correlations_json(sheet, pairs, count);
    } else {
      status = print_correlations(sheet, pairs, count, error);
    }
  }
  free(scratch);
  free(pairs);
  return status;
}

dove_status cli_compute_correlation(const cli_call *call, dove_error *error) {
  cli_sheet sheet;
  double *values = NULL;
  dove_status status = cli_sheet_read(call->arguments[0], &sheet, error);
  if (status != DOVE_OK) return status;
  if (sheet.columns < 2) {
    status = dove_fail(error, DOVE_INPUT, "'%s' has one column; a correlation needs two", call->arguments[0]);
  } else {
    status = sheet_numbers(&sheet, call->arguments[0], true, &values, error);
  }
  if (status == DOVE_OK) status = correlate_sheet(call, &sheet, values, error);
  free(values);
  cli_sheet_free(&sheet);
  return status;
}
