/* The iterations of codebook runs. */
#include <stdio.h>
#include <stdlib.h>

#include "dove/clock.h"
#include "dove/store_runs.h"
#include "store/internal.h"

static dove_status check_next(dove_store *store, int64_t run, int64_t t, dove_error *error) {
  dove_query query;
  int64_t next = 0;
  dove_query_open(&query, store, "SELECT max(t) + 1 FROM run_iteration WHERE run_id = ?", error);
  dove_query_int(&query, run);
  const dove_status status = dove_query_finish_int(&query, 0, &next);
  if (status != DOVE_OK || next == t) return status;
  return dove_fail(error, DOVE_FAILED, "codebook run %lld goes on with iteration %lld, not %lld", (long long)run,
                   (long long)next, (long long)t);
}

static dove_status insert_iteration(dove_store *store, int64_t run, const dove_store_iteration *row,
                                    dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO iteration (run_id, t, codes, m, s, distortion, conditional_entropy, marginal_entropy,"
                  " beta1, beta2, sigma2, perplexity, renyi2, repeat_bound, seconds, splits, merges, recreated,"
                  " documents, expressions, time, sigma_rule, stopped_by)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error);
  const int64_t start[] = {run, row->t, row->codes, row->M};
  const double numbers[] = {
      row->S,      row->distortion, row->conditional_entropy, row->marginal_entropy, row->beta1,
      row->beta2,  row->sigma2,     row->perplexity,          row->renyi2,           row->repeat_bound,
      row->seconds};
  const int64_t time = row->time != 0 ? row->time : dove_clock_unix_ms();
  const int64_t end[] = {row->splits, row->merges, row->recreated, row->documents, row->expressions, time};
  for (size_t i = 0; i < sizeof start / sizeof start[0]; i++) dove_query_int(&query, start[i]);
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) dove_query_double(&query, numbers[i]);
  for (size_t i = 0; i < sizeof end / sizeof end[0]; i++) dove_query_int(&query, end[i]);
  dove_query_text(&query, row->sigma_rule);
  dove_query_text(&query, row->stopped_by);
  return dove_query_finish(&query);
}

static dove_status add(dove_store *store, int64_t run, const dove_store_iteration *row, int64_t *id,
                       dove_error *error) {
  dove_status status = check_next(store, run, row->t, error);
  if (status == DOVE_OK) status = insert_iteration(store, run, row, error);
  if (status != DOVE_OK) return status;
  *id = sqlite3_last_insert_rowid(store->database);
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO run_iteration (run_id, t, iteration_id) VALUES (?, ?, ?)", error);
  dove_query_int(&query, run);
  dove_query_int(&query, row->t);
  dove_query_int(&query, *id);
  return dove_query_finish(&query);
}

dove_status dove_store_iteration_add(dove_store *store, int64_t run, const dove_store_iteration *iteration, int64_t *id,
                                     dove_error *error) {
  const dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add(store, run, iteration, id, error), error);
}

dove_status dove_store_iteration_stopped(dove_store *store, int64_t iteration, const char *stopped_by,
                                         dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE iteration SET stopped_by = ? WHERE id = ?", error);
  dove_query_words(&query, stopped_by);
  dove_query_int(&query, iteration);
  return dove_query_finish_changed(&query, "iteration", iteration);
}

#define ITERATION_SELECT                                                                                     \
  "SELECT i.id, i.run_id, ri.t, i.codes, i.m, i.s, i.distortion, i.conditional_entropy, i.marginal_entropy," \
  " i.beta1, i.beta2, i.sigma2, i.perplexity, i.renyi2, i.repeat_bound, i.seconds, i.splits, i.merges,"      \
  " i.recreated, i.documents, i.expressions, i.time, i.sigma_rule, i.stopped_by"                             \
  " FROM run_iteration AS ri JOIN iteration AS i ON i.id = ri.iteration_id WHERE ri.run_id = ?"

static void fill_iteration(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  dove_store_iteration *iteration = row;
  *iteration = (dove_store_iteration){
      .id = dove_column_int(query, 0),
      .run = dove_column_int(query, 1),
      .t = dove_column_int(query, 2),
      .codes = dove_column_int(query, 3),
      .M = dove_column_int(query, 4),
      .S = dove_column_double(query, 5),
      .distortion = dove_column_double(query, 6),
      .conditional_entropy = dove_column_double(query, 7),
      .marginal_entropy = dove_column_double(query, 8),
      .beta1 = dove_column_double(query, 9),
      .beta2 = dove_column_double(query, 10),
      .sigma2 = dove_column_double(query, 11),
      .perplexity = dove_column_double(query, 12),
      .renyi2 = dove_column_double(query, 13),
      .repeat_bound = dove_column_double(query, 14),
      .seconds = dove_column_double(query, 15),
      .splits = dove_column_int(query, 16),
      .merges = dove_column_int(query, 17),
      .recreated = dove_column_int(query, 18),
      .documents = dove_column_int(query, 19),
      .expressions = dove_column_int(query, 20),
      .time = dove_column_int(query, 21),
  };
  dove_column_copy(query, 22, iteration->sigma_rule, sizeof iteration->sigma_rule);
  dove_column_copy(query, 23, iteration->stopped_by, sizeof iteration->stopped_by);
}

dove_status dove_store_iteration_list(dove_store *store, int64_t run, dove_store_iteration **list, size_t *count,
                                      dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, ITERATION_SELECT " ORDER BY ri.t", error);
  dove_query_int(&query, run);
  const dove_status status = dove_query_collect(&query, sizeof **list, fill_iteration, &rows);
  dove_pool_free(rows.strings);
  *list = rows.rows;
  *count = rows.count;
  return status;
}

dove_status dove_store_iteration_read(dove_store *store, int64_t run, int64_t t, dove_store_iteration *row,
                                      dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, ITERATION_SELECT " AND ri.t = ?", error);
  dove_query_int(&query, run);
  dove_query_int(&query, t);
  if (dove_query_step(&query)) {
    fill_iteration(&query, row, NULL);
  } else if (query.status == DOVE_OK) {
    dove_query_fail(&query, dove_fail(error, DOVE_NOT_FOUND, "codebook run %lld has no iteration %lld", (long long)run,
                                      (long long)t));
  }
  return dove_query_close(&query);
}
