#include "dove/clock.h"
#include "dove/store_scores.h"
#include "store/internal.h"

dove_status dove_store_score_difference_put(dove_store *store, const dove_store_score_difference *row,
                                            dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT OR REPLACE INTO score_difference (score_id, against_id, difference, low, high, replicates,"
                  " seed, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                  error);
  dove_query_int(&query, row->score);
  dove_query_int(&query, row->against);
  dove_query_double(&query, row->difference);
  dove_query_double(&query, row->low);
  dove_query_double(&query, row->high);
  dove_query_int(&query, row->replicates);
  dove_query_int(&query, (int64_t)row->seed);
  dove_query_int(&query, dove_clock_unix_ms());
  return dove_query_finish(&query);
}

static void fill_difference(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  *(dove_store_score_difference *)row = (dove_store_score_difference){
      .score = dove_column_int(query, 0),
      .against = dove_column_int(query, 1),
      .difference = dove_column_double(query, 2),
      .low = dove_column_double(query, 3),
      .high = dove_column_double(query, 4),
      .replicates = dove_column_int(query, 5),
      .seed = (uint64_t)dove_column_int(query, 6),
      .created = dove_column_int(query, 7),
  };
}

dove_status dove_store_score_difference_list_read(dove_store *store, int64_t score_run, int64_t against_run,
                                                  dove_store_score_difference_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT d.score_id, d.against_id, d.difference, d.low, d.high, d.replicates, d.seed, d.created"
                  " FROM score AS a JOIN score_difference AS d ON d.score_id = a.id JOIN score AS b"
                  " ON b.id = d.against_id WHERE a.score_run_id = ? AND b.score_run_id = ?"
                  " ORDER BY d.score_id, d.against_id",
                  error);
  dove_query_int(&query, score_run);
  dove_query_int(&query, against_run);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_difference, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_score_difference_list_free(dove_store_score_difference_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_score_difference_list){0};
}
