#include "dove/store_decisions.h"

#include <stdlib.h>
#include <string.h>

#include "store/internal.h"
#include "store/names.h"
#include "store/search.h"

static const char *const kind_names[] = {
    [DOVE_STORE_SPLIT] = "split", [DOVE_STORE_MERGE] = "merge", [DOVE_STORE_RECREATE] = "recreate"};

static dove_status insert_decision(dove_store *store, int64_t iteration, const dove_store_decision *decision,
                                   dove_error *error) {
  dove_query query;
  dove_query_open(
      &query, store,
      "INSERT INTO decision (iteration_id, t, ordinal, done, kind, rule, reason, reviewer,"
      " n, z, d, d_previous, neighbour_cosine, neighbour_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);
  dove_query_int(&query, iteration);
  dove_query_int(&query, decision->t);
  dove_query_int(&query, decision->ordinal);
  dove_query_int(&query, decision->done ? 1 : 0);
  dove_query_text(&query, kind_names[decision->kind]);
  dove_query_words(&query, decision->rule);
  dove_query_words(&query, decision->reason);
  dove_query_words(&query, decision->reviewer);
  dove_query_double(&query, decision->n);
  dove_query_double(&query, decision->z);
  dove_query_double(&query, decision->d);
  dove_query_double(&query, decision->d_previous);
  dove_query_double(&query, decision->neighbour_cosine);
  dove_query_id(&query, decision->neighbour);
  return dove_query_finish(&query);
}

static dove_status insert_codes(dove_store *store, int64_t decision, const char *side,
                                const dove_store_decision_code *codes, size_t count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO decision_code (decision_id, side, position, code_id, name, size)"
                  " VALUES (?, ?, ?, ?, ?, ?)",
                  error);
  for (size_t i = 0; i < count; i++) {
    dove_query_int(&query, decision);
    dove_query_text(&query, side);
    dove_query_int(&query, (int64_t)i);
    dove_query_int(&query, codes[i].code);
    dove_query_words(&query, codes[i].name);
    if (codes[i].size >= 0) {
      dove_query_int(&query, codes[i].size);
    } else {
      dove_query_text(&query, NULL);
    }
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

static dove_status add(dove_store *store, int64_t iteration, const dove_store_decision *decision, int64_t *id,
                       dove_error *error) {
  dove_status status = insert_decision(store, iteration, decision, error);
  if (status != DOVE_OK) return status;
  *id = sqlite3_last_insert_rowid(store->database);
  status = insert_codes(store, *id, "before", decision->before, decision->before_count, error);
  if (status == DOVE_OK) status = insert_codes(store, *id, "after", decision->after, decision->after_count, error);
  return status;
}

dove_status dove_store_decision_add(dove_store *store, int64_t iteration, const dove_store_decision *decision,
                                    int64_t *id, dove_error *error) {
  int64_t added = 0;
  dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  status = dove_store_end(store, add(store, iteration, decision, &added, error), error);
  if (status == DOVE_OK && id != NULL) *id = added;
  return status;
}

#define COLUMNS                                                                                      \
  "x.id, x.t, x.ordinal, x.kind, x.done, x.rule, x.reason, x.reviewer, x.n, x.z, x.d, x.d_previous," \
  " x.neighbour_id, neighbour.name, x.neighbour_cosine"
/* What was left when a run stopped belongs to that run alone, not to those that share its last iteration. */
#define FROM                                                                             \
  " FROM run_iteration AS ri JOIN iteration AS i ON i.id = ri.iteration_id"              \
  " JOIN decision AS x ON x.iteration_id = i.id AND (x.t = i.t OR i.run_id = ri.run_id)" \
  " LEFT JOIN code AS neighbour ON neighbour.id = x.neighbour_id"
#define ORDER "x.t, x.ordinal"

static void add_conditions(dove_clause *clause, const dove_store_decision_query *page) {
  dove_clause_add(clause, "ri.run_id = ?");
  dove_clause_int(clause, page->run);
  if (page->t >= 0) {
    dove_clause_add(clause, "x.t = ?");
    dove_clause_int(clause, page->t);
  }
  if (page->kind >= 0 && page->kind <= DOVE_STORE_RECREATE) {
    dove_clause_add(clause, "x.kind = ?");
    dove_clause_text(clause, kind_names[page->kind]);
  }
  if (page->code != 0) {
    dove_clause_add(clause, "x.neighbour_id = ? OR x.id IN (SELECT decision_id FROM decision_code WHERE code_id = ?)");
    dove_clause_int(clause, page->code);
    dove_clause_int(clause, page->code);
  }
  if (page->show == DOVE_STORE_DONE) dove_clause_add(clause, "x.done = 1");
  if (page->show == DOVE_STORE_LEFT) dove_clause_add(clause, "x.done = 0");
  dove_clause_search_column(clause, "x.id IN (SELECT decision_id FROM decision_code WHERE name LIKE ? ESCAPE '\\')",
                            "x.id IN (SELECT decision_id FROM decision_code WHERE instr(name, ?) > 0)", page->search);
}

static void fill_decision(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_decision *)row = (dove_store_decision){
      .id = dove_column_int(query, 0),
      .t = dove_column_int(query, 1),
      .ordinal = dove_column_int(query, 2),
      .kind = (dove_store_decision_kind)dove_store_name_index(kind_names, sizeof kind_names / sizeof kind_names[0],
                                                              dove_column_text(query, 3, pool)),
      .done = dove_column_int(query, 4) != 0,
      .rule = dove_column_text(query, 5, pool),
      .reason = dove_column_text(query, 6, pool),
      .reviewer = dove_column_text(query, 7, pool),
      .n = dove_column_double(query, 8),
      .z = dove_column_double(query, 9),
      .d = dove_column_double(query, 10),
      .d_previous = dove_column_double(query, 11),
      .neighbour = dove_column_int(query, 12),
      .neighbour_name = dove_column_text(query, 13, pool),
      .neighbour_cosine = dove_column_double(query, 14),
  };
}

/* How many codes stand on either side of a decision. */
static dove_status count_codes(dove_store *store, dove_store_decision *decision, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT total(side = 'before'), total(side = 'after') FROM decision_code WHERE decision_id = ?",
                  error);
  dove_query_int(&query, decision->id);
  if (dove_query_step(&query)) {
    decision->before_count = (size_t)dove_column_int(&query, 0);
    decision->after_count = (size_t)dove_column_int(&query, 1);
  }
  return dove_query_close(&query);
}

/* Reads the codes of a decision, those before first. */
static dove_status read_codes(dove_store *store, dove_store_decision *decision, dove_pool *pool, dove_error *error) {
  const dove_status status = count_codes(store, decision, error);
  if (status != DOVE_OK) return status;
  const size_t count = decision->before_count + decision->after_count;
  dove_store_decision_code *codes = dove_pool_alloc(pool, count * sizeof *codes);
  if (codes == NULL) return dove_fail_memory(error, "reading a decision");
  for (size_t i = 0; i < count; i++) codes[i] = (dove_store_decision_code){.name = "", .size = -1};
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT code_id, name, ifnull(size, -1) FROM decision_code WHERE decision_id = ?"
                  " ORDER BY side DESC, position",
                  error);
  dove_query_int(&query, decision->id);
  for (size_t i = 0; i < count && dove_query_step(&query); i++) {
    codes[i] = (dove_store_decision_code){.code = dove_column_int(&query, 0),
                                          .name = dove_column_text(&query, 1, pool),
                                          .size = dove_column_int(&query, 2)};
  }
  if (pool->failed) dove_query_fail(&query, dove_fail_memory(error, "reading a decision"));
  decision->before = codes;
  decision->after = codes + decision->before_count;
  return dove_query_close(&query);
}

dove_status dove_store_decision_page(dove_store *store, const dove_store_decision_query *page,
                                     dove_store_decision_list *list, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  add_conditions(&clause, page);
  dove_query_open_clause(&query, store, "SELECT " COLUMNS FROM, &clause, " ORDER BY " ORDER " LIMIT ? OFFSET ?", error);
  dove_query_page(&query, page->limit, page->offset);
  dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_decision, &rows);
  DOVE_GIVE_ROWS(list, rows);
  dove_clause_free(&clause);
  for (size_t i = 0; i < list->count && status == DOVE_OK; i++) {
    status = read_codes(store, &list->rows[i], list->strings, error);
  }
  if (status != DOVE_OK) dove_store_decision_list_free(list);
  return status;
}

dove_status dove_store_decision_count(dove_store *store, const dove_store_decision_query *page, int64_t *count,
                                      dove_error *error) {
  dove_clause clause = {0};
  add_conditions(&clause, page);
  return dove_clause_count(store, "SELECT count(*)" FROM, &clause, count, error);
}

dove_status dove_store_decision_place(dove_store *store, const dove_store_decision_query *page, int64_t id,
                                      int64_t *place, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  add_conditions(&clause, page);
  dove_query_open_clause(
      &query, store, "SELECT place FROM (SELECT x.id AS id, row_number() OVER (ORDER BY " ORDER ") - 1 AS place" FROM,
      &clause, ") WHERE id = ?", error);
  dove_query_int(&query, id);
  const dove_status status = dove_query_finish_int(&query, -1, place);
  dove_clause_free(&clause);
  return status;
}

void dove_store_decision_list_free(dove_store_decision_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_decision_list){0};
}
