#include "dove/assign.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

void dove_sparse_free(dove_sparse *sparse) {
  free(sparse->offset);
  free(sparse->column);
  free(sparse->value);
  *sparse = (dove_sparse){0};
}

double dove_sparse_at(const dove_sparse *sparse, size_t row, uint32_t column) {
  size_t low = sparse->offset[row], high = sparse->offset[row + 1];
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (sparse->column[middle] < column) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < sparse->offset[row + 1] && sparse->column[low] == column ? sparse->value[low] : 0.0;
}

void dove_sparse_row(const dove_sparse *sparse, size_t row, double *dense) {
  memset(dense, 0, sparse->columns * sizeof *dense);
  for (size_t e = sparse->offset[row]; e < sparse->offset[row + 1]; e++) dense[sparse->column[e]] = sparse->value[e];
}

void dove_sparse_column_sums(const dove_sparse *sparse, double *sums) {
  memset(sums, 0, sparse->columns * sizeof *sums);
  for (size_t e = 0; e < sparse->offset[sparse->rows]; e++) sums[sparse->column[e]] += sparse->value[e];
}

/* The rows of each group: rows[start[g]] … rows[start[g+1]-1], rising. */
typedef struct grouped_rows {
  size_t *start;
  size_t *rows;
} grouped_rows;

static bool collect_rows(const uint32_t *group, size_t count, size_t groups, grouped_rows *out) {
  out->start = dove_alloc_zero(groups + 2, sizeof *out->start);
  out->rows = dove_alloc(count, sizeof *out->rows);
  if (out->start == NULL || out->rows == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    if (group[i] < groups) out->start[group[i] + 2]++;
  }
  for (size_t g = 2; g <= groups; g++) out->start[g] += out->start[g - 1];
  for (size_t i = 0; i < count; i++) {
    if (group[i] < groups) out->rows[out->start[group[i] + 1]++] = i;
  }
  return true;
}

/* A dense row that remembers which of its columns were touched. */
typedef struct accumulator {
  double *value;
  bool *touched;
  uint32_t *columns;
  size_t count;
} accumulator;

static int compare_columns(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void accumulate(const dove_sparse *q, size_t row, accumulator *sum) {
  for (size_t e = q->offset[row]; e < q->offset[row + 1]; e++) {
    const uint32_t column = q->column[e];
    if (!sum->touched[column]) {
      sum->touched[column] = true;
      sum->value[column] = 0.0;
      sum->columns[sum->count++] = column;
    }
    sum->value[column] += q->value[e];
  }
}

/* Appends the touched columns divided by `count` to `means` and clears the accumulator. */
static bool append_mean(accumulator *sum, size_t count, dove_sparse *means, size_t capacity[2], size_t *filled) {
  void *columns = means->column, *values = means->value;
  const bool room = dove_grow(&columns, &capacity[0], *filled + sum->count, sizeof *means->column);
  means->column = columns;
  if (!room) return false;
  const bool more = dove_grow(&values, &capacity[1], *filled + sum->count, sizeof *means->value);
  means->value = values;
  if (!more) return false;
  qsort(sum->columns, sum->count, sizeof *sum->columns, compare_columns);
  for (size_t c = 0; c < sum->count; c++) {
    const uint32_t column = sum->columns[c];
    means->column[*filled] = column;
    means->value[(*filled)++] = sum->value[column] / (double)count;
    sum->touched[column] = false;
  }
  sum->count = 0;
  return true;
}

static bool fill_means(const dove_sparse *q, const grouped_rows *grouped, accumulator *sum, dove_sparse *means) {
  size_t capacity[2] = {0, 0}, filled = 0;
  for (size_t g = 0; g < means->rows; g++) {
    const size_t first = grouped->start[g], end = grouped->start[g + 1];
    for (size_t i = first; i < end; i++) accumulate(q, grouped->rows[i], sum);
    if (!append_mean(sum, end - first, means, capacity, &filled)) return false;
    means->offset[g + 1] = filled;
  }
  return true;
}

dove_status dove_sparse_group_means(const dove_sparse *q, const uint32_t *group, size_t groups, dove_sparse *means,
                                    dove_error *error) {
  *means = (dove_sparse){.rows = groups, .columns = q->columns};
  grouped_rows grouped = {0};
  accumulator sum = {.value = dove_alloc(q->columns, sizeof *sum.value),
                     .touched = dove_alloc_zero(q->columns, sizeof *sum.touched),
                     .columns = dove_alloc(q->columns, sizeof *sum.columns)};
  means->offset = dove_alloc_zero(groups + 1, sizeof *means->offset);
  const bool done = means->offset != NULL && sum.value != NULL && sum.touched != NULL && sum.columns != NULL &&
                    collect_rows(group, q->rows, groups, &grouped) && fill_means(q, &grouped, &sum, means);
  free(grouped.start);
  free(grouped.rows);
  free(sum.value);
  free(sum.touched);
  free(sum.columns);
  if (done) return DOVE_OK;
  dove_sparse_free(means);
  return dove_fail_memory(error, "averaging expressions into documents");
}
