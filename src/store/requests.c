#include "dove/store_requests.h"

#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "store/internal.h"
#include "store/ledger.h"

static dove_status find(void *user, const unsigned char key[DOVE_REQUEST_KEY], char **reply, dove_error *error) {
  dove_query query;
  *reply = NULL;
  dove_query_open(&query, user, "SELECT reply FROM request_cache WHERE key = ? AND status = 'answered'", error);
  dove_query_blob(&query, key, DOVE_REQUEST_KEY);
  if (dove_query_step(&query)) {
    *reply = dove_strdup((const char *)sqlite3_column_text(query.statement, 0));
    if (*reply == NULL) dove_query_fail(&query, dove_fail_memory(error, "reading a reply that was kept"));
  }
  return dove_query_close(&query);
}

static dove_status failed(void *user, const unsigned char key[DOVE_REQUEST_KEY], bool *is_failed, dove_error *error) {
  dove_query query;
  int64_t count = 0;
  dove_query_open(&query, user, "SELECT count(*) FROM request_cache WHERE key = ? AND status = 'failed'", error);
  dove_query_blob(&query, key, DOVE_REQUEST_KEY);
  const dove_status status = dove_query_finish_int(&query, 0, &count);
  *is_failed = count > 0;
  return status;
}

static void bind_count(dove_query *query, int64_t count) {
  if (count < 0) {
    dove_query_text(query, NULL);
  } else {
    dove_query_int(query, count);
  }
}

static dove_status reject(void *user, const unsigned char key[DOVE_REQUEST_KEY], const char *reason,
                          dove_error *error) {
  dove_query query;
  dove_query_open(&query, user, "UPDATE request_cache SET status = 'failed', failure = ? WHERE key = ?", error);
  dove_query_words(&query, reason);
  dove_query_blob(&query, key, DOVE_REQUEST_KEY);
  return dove_query_finish(&query);
}

/* An answer replaces a failure; attempts add up. */
static dove_status keep_all(dove_store *store, const dove_request_record *records, size_t count, dove_error *error) {
  dove_query query;
  const int64_t now = dove_clock_unix_ms();
  dove_query_open(&query, store,
                  "INSERT INTO request_cache (key, role, endpoint, model, request, reply, status, failure, http_status,"
                  " attempts, tokens_in, tokens_out, cost, created, answered, job_id)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (key) DO UPDATE SET reply = excluded.reply, status = excluded.status,"
                  " failure = excluded.failure, http_status = excluded.http_status,"
                  " attempts = attempts + excluded.attempts, tokens_in = excluded.tokens_in,"
                  " tokens_out = excluded.tokens_out, cost = excluded.cost, answered = excluded.answered,"
                  " job_id = excluded.job_id"
                  " WHERE status <> 'answered'",
                  error);
  for (size_t i = 0; i < count; i++) {
    const dove_request_record *record = &records[i];
    const bool answered = record->reply != NULL;
    dove_query_blob(&query, record->key, sizeof record->key);
    dove_query_text(&query, record->role);
    dove_query_text(&query, record->endpoint);
    dove_query_text(&query, record->model);
    dove_query_text(&query, record->request);
    dove_query_text(&query, record->reply);
    dove_query_text(&query, answered ? "answered" : "failed");
    dove_query_words(&query, record->failure);
    dove_query_int(&query, record->http_status);
    dove_query_int(&query, record->attempts);
    bind_count(&query, record->estimated ? -1 : record->tokens_in);
    bind_count(&query, record->estimated ? -1 : record->tokens_out);
    dove_query_double(&query, record->cost);
    dove_query_int(&query, now);
    bind_count(&query, answered ? now : -1);
    dove_query_id(&query, store->job);
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

static dove_status keep(void *user, const dove_request_record *records, size_t count, dove_error *error) {
  dove_status status = dove_store_begin(user, error);
  if (status != DOVE_OK) return status;
  status = keep_all(user, records, count, error);
  if (status == DOVE_OK) status = dove_store_ledger_count(user, records, count, error);
  return dove_store_end(user, status, error);
}

static dove_status sync_all(void *user, dove_error *error) { return dove_store_sync(user, error); }

dove_request_cache dove_store_request_cache(dove_store *store) {
  return (dove_request_cache){.user = store,
                              .find = find,
                              .reject = reject,
                              .keep = keep,
                              .sync = sync_all,
                              .failed = failed,
                              .tally = dove_store_ledger_tally,
                              .history = dove_store_ledger_history};
}

dove_status dove_store_request_note(dove_store *store, const dove_request_record *record, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO request_cache (key, role, endpoint, model, request, status, created)"
                  " VALUES (?, ?, ?, ?, ?, 'sent', ?) ON CONFLICT (key) DO NOTHING",
                  error);
  dove_query_blob(&query, record->key, sizeof record->key);
  dove_query_text(&query, record->role);
  dove_query_text(&query, record->endpoint);
  dove_query_text(&query, record->model);
  dove_query_text(&query, record->request);
  dove_query_int(&query, dove_clock_unix_ms());
  return dove_query_finish(&query);
}

static char *copy_column(dove_query *query, int column) {
  char *copy = dove_strdup((const char *)sqlite3_column_text(query->statement, column));
  if (copy == NULL) dove_query_fail(query, dove_fail_memory(query->error, "reading a request"));
  return copy;
}

dove_status dove_store_request_read(dove_store *store, const unsigned char key[DOVE_REQUEST_KEY],
                                    dove_store_request *request, dove_error *error) {
  dove_query query;
  bool found = false;
  *request = (dove_store_request){0};
  dove_query_open(&query, store,
                  "SELECT role, endpoint, model, request, status = 'answered' FROM request_cache WHERE key = ?", error);
  dove_query_blob(&query, key, DOVE_REQUEST_KEY);
  if (dove_query_step(&query)) {
    found = true;
    request->role = copy_column(&query, 0);
    request->endpoint = copy_column(&query, 1);
    request->model = copy_column(&query, 2);
    request->request = copy_column(&query, 3);
    request->answered = dove_column_int(&query, 4) != 0;
  }
  const dove_status status = dove_query_close(&query);
  if (status != DOVE_OK) dove_store_request_free(request);
  if (status == DOVE_OK && !found) return dove_fail(error, DOVE_NOT_FOUND, "the project made no such request");
  return status;
}

void dove_store_request_free(dove_store_request *request) {
  free(request->role);
  free(request->endpoint);
  free(request->model);
  free(request->request);
  *request = (dove_store_request){0};
}

static void fill_failure(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_request_failure *)row = (dove_store_request_failure){
      .role = dove_column_text(query, 0, pool),
      .model = dove_column_text(query, 1, pool),
      .reason = dove_column_text(query, 2, pool),
      .http_status = dove_column_int(query, 3),
      .requests = dove_column_int(query, 4),
  };
}

dove_status dove_store_request_failures_read(dove_store *store, int64_t job, dove_store_request_failures *failures,
                                             dove_error *error) {
  enum { MOST = 1000 };
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT role, model, failure, coalesce(http_status, 0), count(*) FROM request_cache"
                  " WHERE status = 'failed' AND job_id = ? GROUP BY role, model, failure, http_status"
                  " ORDER BY count(*) DESC, role, model, failure LIMIT ?",
                  error);
  dove_query_int(&query, job);
  dove_query_int(&query, MOST);
  const dove_status status = dove_query_collect(&query, sizeof(dove_store_request_failure), fill_failure, &rows);
  DOVE_GIVE_ROWS(failures, rows);
  return status;
}

void dove_store_request_failures_free(dove_store_request_failures *failures) {
  dove_rows_free(failures->rows, failures->strings);
  *failures = (dove_store_request_failures){0};
}

static void fill_sum(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_request_sum *)row = (dove_store_request_sum){
      .role = dove_column_text(query, 0, pool),
      .model = dove_column_text(query, 1, pool),
      .answered = dove_column_int(query, 2),
      .failed = dove_column_int(query, 3),
      .tokens_in = dove_column_int(query, 4),
      .tokens_out = dove_column_int(query, 5),
      .cost = dove_column_double(query, 6),
  };
}

dove_status dove_store_request_sums_read(dove_store *store, dove_store_request_sums *sums, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT role, model, sum(status = 'answered'), sum(status = 'failed'),"
                  " coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0), total(cost)"
                  " FROM request_cache GROUP BY role, model ORDER BY role, model",
                  error);
  const dove_status status = dove_query_collect(&query, sizeof(dove_store_request_sum), fill_sum, &rows);
  DOVE_GIVE_ROWS(sums, rows);
  return status;
}

void dove_store_request_sums_free(dove_store_request_sums *sums) {
  dove_rows_free(sums->rows, sums->strings);
  *sums = (dove_store_request_sums){0};
}
