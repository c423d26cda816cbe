#include "dove/store_scores.h"

#include "dove/clock.h"
#include "store/internal.h"
#include "store/names.h"

dove_status dove_store_score_run_add(dove_store *store, const dove_store_current *codebook, const char *settings,
                                     uint64_t seed, int64_t *id, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO score_run (iteration_id, run_id, t, seed, created, settings, status)"
                  " VALUES (?, ?, ?, ?, ?, ?, 'running')",
                  error);
  dove_query_int(&query, codebook->iteration);
  dove_query_int(&query, codebook->run);
  dove_query_int(&query, codebook->t);
  dove_query_int(&query, (int64_t)seed);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_text(&query, settings == NULL ? "{}" : settings);
  const dove_status status = dove_query_finish(&query);
  *id = sqlite3_last_insert_rowid(store->database);
  return status;
}

dove_status dove_store_score_run_end(dove_store *store, int64_t score_run, dove_store_run_status status,
                                     dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE score_run SET status = ?, ended = ? WHERE id = ?", error);
  dove_query_text(&query, dove_store_run_status_name(status));
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_int(&query, score_run);
  return dove_query_finish_changed(&query, "score run", score_run);
}

#define SCORE_RUN_SELECT                                                                          \
  "SELECT r.id, r.run_id, r.t, r.iteration_id, r.settings, r.seed, r.status, r.created, r.ended," \
  " (SELECT count(*) FROM score WHERE score_run_id = r.id) FROM score_run AS r"

static void fill_score_run(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_score_run *)row = (dove_store_score_run){
      .id = dove_column_int(query, 0),
      .run = dove_column_int(query, 1),
      .t = dove_column_int(query, 2),
      .iteration = dove_column_int(query, 3),
      .settings = dove_column_text(query, 4, pool),
      .seed = (uint64_t)dove_column_int(query, 5),
      .status = dove_store_run_status_of(dove_column_text(query, 6, pool)),
      .created = dove_column_int(query, 7),
      .ended = dove_column_int(query, 8),
      .scores = dove_column_int(query, 9),
  };
}

dove_status dove_store_score_run_page(dove_store *store, int64_t offset, int64_t limit, dove_store_score_run_list *list,
                                      dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, SCORE_RUN_SELECT " ORDER BY r.id DESC LIMIT ? OFFSET ?", error);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_score_run, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

dove_status dove_store_score_run_latest(dove_store *store, dove_store_score_run_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, SCORE_RUN_SELECT " WHERE r.status = 'finished' ORDER BY r.id DESC LIMIT 1", error);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_score_run, &rows);
  DOVE_GIVE_ROWS(list, rows);
  if (status != DOVE_OK || list->count > 0) return status;
  dove_store_score_run_list_free(list);
  return dove_fail(error, DOVE_NOT_FOUND, "nothing has been scored yet: score models first");
}

dove_status dove_store_score_run_read(dove_store *store, int64_t score_run, dove_store_score_run_list *list,
                                      dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, SCORE_RUN_SELECT " WHERE r.id = ?", error);
  dove_query_int(&query, score_run);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_score_run, &rows);
  DOVE_GIVE_ROWS(list, rows);
  if (status != DOVE_OK || list->count > 0) return status;
  dove_store_score_run_list_free(list);
  return dove_fail(error, DOVE_NOT_FOUND, "there is no score run %lld", (long long)score_run);
}

void dove_store_score_run_list_free(dove_store_score_run_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_score_run_list){0};
}

static dove_status insert_score(dove_store *store, int64_t score_run, const dove_store_score *score,
                                dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO score (score_run_id, model, culture, role, divergence, score, percent, low, high,"
                  " ceiling, value_ab, value_aa, value_bb, mass, gap, documents_human, documents_model, iterations,"
                  " converged) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error);
  dove_query_int(&query, score_run);
  dove_query_words(&query, score->model);
  dove_query_words(&query, score->culture);
  dove_query_words(&query, score->role);
  const double numbers[] = {score->divergence, score->score,   score->percent,  score->low,
                            score->high,       score->ceiling, score->value_ab, score->value_aa,
                            score->value_bb,   score->mass,    score->gap};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) dove_query_double(&query, numbers[i]);
  dove_query_int(&query, score->documents_human);
  dove_query_int(&query, score->documents_model);
  dove_query_int(&query, score->iterations);
  dove_query_int(&query, score->converged ? 1 : 0);
  return dove_query_finish(&query);
}

static dove_status insert_codes(dove_store *store, int64_t score, const dove_store_score_code *codes, size_t count,
                                dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO score_code (score_id, position, code_id, human, model, transported_from, transported_to)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?)",
                  error);
  for (size_t i = 0; i < count; i++) {
    dove_query_int(&query, score);
    dove_query_int(&query, (int64_t)i);
    dove_query_int(&query, codes[i].code);
    dove_query_double(&query, codes[i].human);
    dove_query_double(&query, codes[i].model);
    dove_query_double(&query, codes[i].transported_from);
    dove_query_double(&query, codes[i].transported_to);
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

static dove_status insert_flows(dove_store *store, int64_t score, const dove_store_score_flow *flows, size_t count,
                                dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO score_flow (score_id, position, from_id, to_id, mass, cost) VALUES (?, ?, ?, ?, ?, ?)",
                  error);
  for (size_t i = 0; i < count; i++) {
    dove_query_int(&query, score);
    dove_query_int(&query, (int64_t)i);
    dove_query_int(&query, flows[i].from);
    dove_query_int(&query, flows[i].to);
    dove_query_double(&query, flows[i].mass);
    dove_query_double(&query, flows[i].cost);
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

dove_status dove_store_score_add(dove_store *store, int64_t score_run, const dove_store_score *score,
                                 const dove_store_score_code *codes, size_t code_count,
                                 const dove_store_score_flow *flows, size_t flow_count, int64_t *id,
                                 dove_error *error) {
  dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  status = insert_score(store, score_run, score, error);
  const int64_t added = sqlite3_last_insert_rowid(store->database);
  if (status == DOVE_OK) status = insert_codes(store, added, codes, code_count, error);
  if (status == DOVE_OK) status = insert_flows(store, added, flows, flow_count, error);
  status = dove_store_end(store, status, error);
  if (status == DOVE_OK && id != NULL) *id = added;
  return status;
}

static void fill_score(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_score *)row = (dove_store_score){
      .id = dove_column_int(query, 0),
      .score_run = dove_column_int(query, 1),
      .model = dove_column_text(query, 2, pool),
      .culture = dove_column_text(query, 3, pool),
      .role = dove_column_text(query, 4, pool),
      .divergence = dove_column_double(query, 5),
      .score = dove_column_double(query, 6),
      .percent = dove_column_double(query, 7),
      .low = dove_column_double(query, 8),
      .high = dove_column_double(query, 9),
      .ceiling = dove_column_double(query, 10),
      .value_ab = dove_column_double(query, 11),
      .value_aa = dove_column_double(query, 12),
      .value_bb = dove_column_double(query, 13),
      .mass = dove_column_double(query, 14),
      .gap = dove_column_double(query, 15),
      .documents_human = dove_column_int(query, 16),
      .documents_model = dove_column_int(query, 17),
      .iterations = dove_column_int(query, 18),
      .converged = dove_column_int(query, 19) != 0,
  };
}

dove_status dove_store_score_page(dove_store *store, int64_t score_run, int64_t offset, int64_t limit,
                                  dove_store_score_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT id, score_run_id, model, culture, role, divergence, score, percent, low, high, ceiling,"
                  " value_ab, value_aa, value_bb, mass, gap, documents_human, documents_model, iterations, converged"
                  " FROM score WHERE score_run_id = ? ORDER BY model, role, culture LIMIT ? OFFSET ?",
                  error);
  dove_query_int(&query, score_run);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_score, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_score_list_free(dove_store_score_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_score_list){0};
}

static void fill_code(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_score_code *)row = (dove_store_score_code){
      .code = dove_column_int(query, 0),
      .name = dove_column_text(query, 1, pool),
      .human = dove_column_double(query, 2),
      .model = dove_column_double(query, 3),
      .transported_from = dove_column_double(query, 4),
      .transported_to = dove_column_double(query, 5),
  };
}

dove_status dove_store_score_codes(dove_store *store, int64_t score, int64_t offset, int64_t limit,
                                   dove_store_score_code_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT p.code_id, k.name, p.human, p.model, p.transported_from, p.transported_to"
                  " FROM score_code AS p JOIN code AS k ON k.id = p.code_id WHERE p.score_id = ?"
                  " ORDER BY p.position LIMIT ? OFFSET ?",
                  error);
  dove_query_int(&query, score);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_code, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_score_code_list_free(dove_store_score_code_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_score_code_list){0};
}

static void fill_flow(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_score_flow *)row = (dove_store_score_flow){
      .from = dove_column_int(query, 0),
      .to = dove_column_int(query, 1),
      .from_name = dove_column_text(query, 2, pool),
      .to_name = dove_column_text(query, 3, pool),
      .mass = dove_column_double(query, 4),
      .cost = dove_column_double(query, 5),
  };
}

dove_status dove_store_score_flows(dove_store *store, int64_t score, int64_t offset, int64_t limit,
                                   dove_store_score_flow_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT p.from_id, p.to_id, a.name, b.name, p.mass, p.cost FROM score_flow AS p"
                  " JOIN code AS a ON a.id = p.from_id JOIN code AS b ON b.id = p.to_id WHERE p.score_id = ?"
                  " ORDER BY p.position LIMIT ? OFFSET ?",
                  error);
  dove_query_int(&query, score);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_flow, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_score_flow_list_free(dove_store_score_flow_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_score_flow_list){0};
}
