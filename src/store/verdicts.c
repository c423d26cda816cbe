#include "dove/store_verdicts.h"

#include "dove/clock.h"
#include "store/internal.h"

dove_status dove_store_verdict_set(dove_store *store, const dove_store_verdict *verdict, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO verdict (document_id, question, label, answer, model, prompt, time)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (document_id, question) DO UPDATE SET label = excluded.label,"
                  " answer = excluded.answer, model = excluded.model, prompt = excluded.prompt, time = excluded.time",
                  error);
  dove_query_int(&query, verdict->document);
  dove_query_text(&query, verdict->question);
  dove_query_text(&query, verdict->label);
  dove_query_text(&query, verdict->answer);
  dove_query_text(&query, verdict->model);
  dove_query_text(&query, verdict->prompt);
  dove_query_int(&query, dove_clock_unix_ms());
  return dove_query_finish(&query);
}

static void fill_verdict(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_verdict *)row = (dove_store_verdict){
      .document = dove_column_int(query, 0),
      .question = dove_column_text(query, 1, pool),
      .label = dove_column_text(query, 2, pool),
      .answer = dove_column_text(query, 3, pool),
      .model = dove_column_text(query, 4, pool),
      .prompt = dove_column_text(query, 5, pool),
      .time = dove_column_int(query, 6),
  };
}

dove_status dove_store_verdict_list_read(dove_store *store, int64_t document, dove_store_verdict_list *list,
                                         dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT document_id, question, label, answer, model, prompt, time FROM verdict"
                  " WHERE document_id = ? ORDER BY question",
                  error);
  dove_query_int(&query, document);
  const dove_status status = dove_query_collect(&query, sizeof(dove_store_verdict), fill_verdict, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_verdict_list_free(dove_store_verdict_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_verdict_list){0};
}

static void fill_count(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_verdict_count *)row = (dove_store_verdict_count){.question = dove_column_text(query, 0, pool),
                                                                .label = dove_column_text(query, 1, pool),
                                                                .documents = dove_column_int(query, 2)};
}

dove_status dove_store_verdict_counts_read(dove_store *store, dove_store_verdict_counts *counts, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT question, label, count(*) FROM verdict GROUP BY question, label ORDER BY question, label",
                  error);
  const dove_status status = dove_query_collect(&query, sizeof(dove_store_verdict_count), fill_count, &rows);
  DOVE_GIVE_ROWS(counts, rows);
  return status;
}

void dove_store_verdict_counts_free(dove_store_verdict_counts *counts) {
  dove_rows_free(counts->rows, counts->strings);
  *counts = (dove_store_verdict_counts){0};
}

dove_status dove_store_unjudged_ids(dove_store *store, const dove_store_unjudged *which, int64_t after, int64_t limit,
                                    int64_t *ids, size_t *count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT d.id FROM document AS d JOIN source AS s ON s.id = d.source_id"
                  " WHERE d.id > ? AND (s.human OR NOT ?) AND (d.topic_id IS NOT NULL OR NOT ?)"
                  " AND NOT EXISTS (SELECT 1 FROM verdict WHERE document_id = d.id AND question = ?)"
                  " ORDER BY d.id LIMIT ?",
                  error);
  dove_query_int(&query, after);
  dove_query_int(&query, which->human ? 1 : 0);
  dove_query_int(&query, which->topic ? 1 : 0);
  dove_query_text(&query, which->question);
  dove_query_int(&query, limit);
  return dove_query_collect_ids(&query, ids, (size_t)limit, count);
}
