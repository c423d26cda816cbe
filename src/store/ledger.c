#include "store/ledger.h"

#include <math.h>

#include "dove/clock.h"
#include "dove/store_ledger.h"
#include "store/internal.h"

/* What is added to a row. */
typedef struct ledger_entry {
  const char *role, *endpoint, *model;
  int64_t requests, cached, failed, attempts, refusals, estimated, tokens_in, tokens_out, guessed_in;
  int64_t expected_in, expected_out;
  double cost, expected; /* NAN: nothing is known of prices */
} ledger_entry;

static void bind_counts(dove_query *query, const ledger_entry *entry) {
  dove_query_int(query, dove_clock_unix_ms());
  dove_query_int(query, entry->requests);
  dove_query_int(query, entry->cached);
  dove_query_int(query, entry->failed);
  dove_query_int(query, entry->attempts);
  dove_query_int(query, entry->refusals);
  dove_query_int(query, entry->estimated);
  dove_query_int(query, entry->tokens_in);
  dove_query_int(query, entry->tokens_out);
  dove_query_int(query, entry->guessed_in);
  dove_query_int(query, entry->expected_in);
  dove_query_int(query, entry->expected_out);
  dove_query_double(query, entry->cost);
  dove_query_double(query, entry->expected);
}

static void bind_place(dove_query *query, const dove_store *store, const ledger_entry *entry) {
  dove_query_text(query, entry->role);
  dove_query_text(query, entry->endpoint);
  dove_query_text(query, entry->model);
  dove_query_id(query, store->job);
}

/* The row of the job is added to; the first time there is none yet. */
static dove_status add(dove_store *store, const ledger_entry *entry, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "UPDATE ledger SET time = ?, requests = requests + ?, cached = cached + ?, failed = failed + ?,"
                  " attempts = attempts + ?, refusals = refusals + ?, estimated = estimated + ?,"
                  " tokens_in = tokens_in + ?, tokens_out = tokens_out + ?, guessed_in = guessed_in + ?,"
                  " expected_in = expected_in + ?, expected_out = expected_out + ?,"
                  " cost = coalesce(cost + ?, cost), expected_cost = coalesce(expected_cost + ?, expected_cost)"
                  " WHERE role = ? AND endpoint = ? AND model = ? AND job_id IS ? AND (cost IS NULL) = ?",
                  error);
  bind_counts(&query, entry);
  bind_place(&query, store, entry);
  dove_query_int(&query, isnan(entry->cost) ? 1 : 0);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK || sqlite3_changes(store->database) > 0) return status;
  dove_query_open(
      &query, store,
      "INSERT INTO ledger (time, requests, cached, failed, attempts, refusals, estimated, tokens_in,"
      " tokens_out, guessed_in, expected_in, expected_out, cost, expected_cost, role, endpoint, model, job_id)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);
  bind_counts(&query, entry);
  bind_place(&query, store, entry);
  return dove_query_finish(&query);
}

static void add_record(ledger_entry *entry, const dove_request_record *record) {
  const bool answered = record->reply != NULL;
  entry->requests += answered;
  entry->failed += !answered && !record->again;
  entry->attempts += record->attempts;
  entry->estimated += record->estimated;
  entry->tokens_in += record->tokens_in > 0 ? record->tokens_in : 0;
  entry->tokens_out += record->tokens_out > 0 ? record->tokens_out : 0;
  entry->guessed_in += answered ? record->guessed_in : 0;
  entry->cost += record->cost;
  entry->expected += answered ? record->expected : 0;
  entry->expected_in += answered ? record->expected_in : 0;
  entry->expected_out += answered ? record->expected_out : 0;
}

dove_status dove_store_ledger_count(dove_store *store, const dove_request_record *records, size_t count,
                                    dove_error *error) {
  if (count == 0) return DOVE_OK;
  ledger_entry entry = {.role = records[0].role, .endpoint = records[0].endpoint, .model = records[0].model};
  for (size_t i = 0; i < count; i++) add_record(&entry, &records[i]);
  return add(store, &entry, error);
}

dove_status dove_store_ledger_tally(void *user, const dove_request_tally *tally, dove_error *error) {
  dove_store *store = user;
  const ledger_entry entry = {.role = tally->role,
                              .endpoint = tally->endpoint,
                              .model = tally->model,
                              .cached = (int64_t)tally->cached,
                              .refusals = (int64_t)tally->refusals,
                              .cost = tally->priced ? 0 : (double)NAN,
                              .expected = tally->priced ? 0 : (double)NAN};
  const dove_status status = dove_store_begin(store, error);
  return status == DOVE_OK ? dove_store_end(store, add(store, &entry, error), error) : status;
}

dove_status dove_store_ledger_history(void *user, const char *role, const char *endpoint, const char *model,
                                      dove_request_history *history, dove_error *error) {
  dove_query query;
  *history = (dove_request_history){0};
  dove_query_open(&query, user,
                  "SELECT total(requests), total(tokens_in), total(tokens_out), total(guessed_in) FROM ledger"
                  " WHERE role = ? AND endpoint = ? AND model = ? AND estimated = 0",
                  error);
  dove_query_text(&query, role);
  dove_query_text(&query, endpoint);
  dove_query_text(&query, model);
  if (dove_query_step(&query)) {
    history->requests = dove_column_int(&query, 0);
    history->tokens_in = dove_column_int(&query, 1);
    history->tokens_out = dove_column_int(&query, 2);
    history->guessed_in = dove_column_int(&query, 3);
  }
  return dove_query_close(&query);
}

/* ---- Reading ---- */

static void fill_row(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_ledger_row *)row = (dove_store_ledger_row){
      .role = dove_column_text(query, 0, pool),
      .endpoint = dove_column_text(query, 1, pool),
      .model = dove_column_text(query, 2, pool),
      .requests = dove_column_int(query, 3),
      .cached = dove_column_int(query, 4),
      .failed = dove_column_int(query, 5),
      .attempts = dove_column_int(query, 6),
      .refusals = dove_column_int(query, 7),
      .estimated = dove_column_int(query, 8),
      .tokens_in = dove_column_int(query, 9),
      .tokens_out = dove_column_int(query, 10),
      .cost = dove_column_double(query, 11),
      .expected = dove_column_double(query, 12),
      .expected_in = dove_column_int(query, 13),
      .expected_out = dove_column_int(query, 14),
  };
}

dove_status dove_store_ledger_read(dove_store *store, int64_t job, dove_store_ledger *ledger, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT role, endpoint, model, sum(requests), sum(cached), sum(failed), sum(attempts), sum(refusals),"
                  " sum(estimated), sum(tokens_in), sum(tokens_out), sum(cost), sum(expected_cost), sum(expected_in),"
                  " sum(expected_out) FROM ledger"
                  " WHERE ?1 = 0 OR job_id = ?1 GROUP BY role, endpoint, model ORDER BY role, endpoint, model",
                  error);
  dove_query_int(&query, job);
  const dove_status status = dove_query_collect(&query, sizeof(dove_store_ledger_row), fill_row, &rows);
  DOVE_GIVE_ROWS(ledger, rows);
  return status;
}

void dove_store_ledger_free(dove_store_ledger *ledger) {
  dove_rows_free(ledger->rows, ledger->strings);
  *ledger = (dove_store_ledger){0};
}
