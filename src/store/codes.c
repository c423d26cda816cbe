#include "dove/store_codes.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "store/internal.h"
#include "store/names.h"
#include "store/search.h"

static const char *const origin_names[] = {
    [DOVE_STORE_CODE_INITIAL] = "initial", [DOVE_STORE_CODE_NOISE] = "noise",   [DOVE_STORE_CODE_SPLIT] = "split",
    [DOVE_STORE_CODE_MERGE] = "merge",     [DOVE_STORE_CODE_RENAME] = "rename",
};

static dove_store_code_origin origin_of(const char *name) {
  const size_t count = sizeof origin_names / sizeof origin_names[0];
  return (dove_store_code_origin)dove_store_name_index(origin_names, count, name);
}

static dove_status insert_code(dove_store *store, const dove_store_new_code *code, int64_t *id, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO code (name, origin, centroid) VALUES (?, ?, ?)", error);
  dove_query_text(&query, code->name);
  dove_query_text(&query, origin_names[code->origin]);
  dove_query_blob(&query, code->centroid, (size_t)code->dimension * sizeof(float));
  const dove_status status = dove_query_finish(&query);
  *id = sqlite3_last_insert_rowid(store->database);
  return status;
}

static dove_status insert_parents(dove_store *store, const dove_store_new_code *code, int64_t id, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO code_parent (code_id, parent_id) VALUES (?, ?)", error);
  for (size_t i = 0; i < code->parent_count; i++) {
    dove_query_int(&query, id);
    dove_query_int(&query, code->parents[i]);
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

static dove_status add(dove_store *store, int64_t run, int64_t t, const dove_store_new_code *code, int64_t *id,
                       dove_error *error) {
  dove_status status = insert_code(store, code, id, error);
  if (status == DOVE_OK) status = insert_parents(store, code, *id, error);
  if (status != DOVE_OK) return status;
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO run_code (run_id, code_id, born_t) VALUES (?, ?, ?)", error);
  dove_query_int(&query, run);
  dove_query_int(&query, *id);
  dove_query_int(&query, t);
  return dove_query_finish(&query);
}

dove_status dove_store_code_add(dove_store *store, int64_t run, int64_t t, const dove_store_new_code *code, int64_t *id,
                                dove_error *error) {
  const dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add(store, run, t, code, id, error), error);
}

dove_status dove_store_code_end(dove_store *store, int64_t run, int64_t code, int64_t t, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE run_code SET died_t = ? WHERE run_id = ? AND code_id = ? AND died_t IS NULL",
                  error);
  dove_query_int(&query, t);
  dove_query_int(&query, run);
  dove_query_int(&query, code);
  return dove_query_finish_changed(&query, "living code", code);
}

#define PAGE_FROM " FROM run_iteration AS ri CROSS JOIN code_usage AS u ON u.iteration_id = ri.iteration_id"
#define PAGE_NAME " LEFT JOIN code AS k ON k.id = u.code_id"
#define PAGE_LIFE " LEFT JOIN run_code AS life ON life.run_id = ri.run_id AND life.code_id = u.code_id"
#define PAGE_PAST                                                                           \
  " LEFT JOIN run_iteration AS before ON before.run_id = ri.run_id AND before.t = ri.t - 1" \
  " LEFT JOIN code_usage AS past ON past.iteration_id = before.iteration_id AND past.code_id = u.code_id"

#define PAGE_DOCUMENTS                                                          \
  "(SELECT count(*) FROM recognised AS g WHERE g.iteration_id = u.iteration_id" \
  " AND g.code_id = u.code_id)"

#define PAGE_CHANGE "u.n - ifnull(past.n, 0)"

/* What the codes of an iteration are filtered and ordered by, and no more: it is looked up for each of them. */
static const char *chosen_from(const dove_store_code_query *page, bool ordered) {
  static const char *const joins[2][2] = {{PAGE_FROM, PAGE_FROM PAGE_NAME},
                                          {PAGE_FROM PAGE_PAST, PAGE_FROM PAGE_NAME PAGE_PAST}};
  const bool name =
      (page->search != NULL && page->search[0] != '\0') || (ordered && page->sort == DOVE_STORE_CODE_BY_NAME);
  const bool past = ordered && page->sort == DOVE_STORE_CODE_BY_CHANGE;
  return joins[past][name];
}

/* The page is chosen first, so that the columns are made for its rows only. */
#define PAGE_START(documents)                                                                           \
  "SELECT u.code_id, u.ordinal, k.name, k.origin, life.born_t, ifnull(life.died_t, -1), u.n, u.z, u.d," \
  " u.members, u.action, past.n, " documents " FROM (SELECT ri.run_id, ri.t, u.iteration_id, u.ordinal"

static const char *const orders[][2] = {
    [DOVE_STORE_CODE_BY_USAGE] = {"u.n, u.code_id", "u.n DESC, u.code_id"},
    [DOVE_STORE_CODE_BY_ID] = {"u.code_id", "u.code_id DESC"},
    [DOVE_STORE_CODE_BY_NAME] = {"k.name, u.code_id", "k.name DESC, u.code_id"},
    [DOVE_STORE_CODE_BY_Z] = {"u.z, u.code_id", "u.z DESC, u.code_id"},
    [DOVE_STORE_CODE_BY_DISTORTION] = {"u.d, u.code_id", "u.d DESC, u.code_id"},
    [DOVE_STORE_CODE_BY_MEMBERS] = {"u.members, u.code_id", "u.members DESC, u.code_id"},
    [DOVE_STORE_CODE_BY_DOCUMENTS] = {PAGE_DOCUMENTS ", u.code_id", PAGE_DOCUMENTS " DESC, u.code_id"},
    [DOVE_STORE_CODE_BY_CHANGE] = {PAGE_CHANGE ", u.code_id", PAGE_CHANGE " DESC, u.code_id"},
};

static void add_page_conditions(dove_clause *clause, const dove_store_code_query *page) {
  dove_clause_add(clause, "ri.run_id = ?");
  dove_clause_int(clause, page->run);
  dove_clause_add(clause, "ri.t = ?");
  dove_clause_int(clause, page->t);
  dove_clause_search_column(clause, "k.name LIKE ? ESCAPE '\\'", "instr(k.name, ?) > 0", page->search);
}

static void fill_code(const dove_query *query, void *row, dove_pool *pool) {
  dove_store_code *code = row;
  *code = (dove_store_code){
      .id = dove_column_int(query, 0),
      .ordinal = dove_column_int(query, 1),
      .name = dove_column_text(query, 2, pool),
      .origin = origin_of(dove_column_text(query, 3, pool)),
      .born_t = dove_column_int(query, 4),
      .died_t = dove_column_int(query, 5),
      .usage = {.code = dove_column_int(query, 0),
                .n = dove_column_double(query, 6),
                .z = dove_column_double(query, 7),
                .d = dove_column_double(query, 8),
                .members = dove_column_int(query, 9)},
      .n_before = dove_column_double(query, 11),
      .documents = dove_column_int(query, 12),
  };
  dove_column_copy(query, 10, code->usage.action, sizeof code->usage.action);
}

dove_status dove_store_code_page(dove_store *store, const dove_store_code_query *page, dove_store_code_list *list,
                                 dove_error *error) {
  dove_clause clause = {0};
  dove_buffer before = {0}, after = {0};
  dove_query query;
  dove_rows rows;
  const char *order = orders[page->sort][page->descending ? 1 : 0];
  dove_buffer_printf(&before, "%s%s", page->uncounted ? PAGE_START("0") : PAGE_START(PAGE_DOCUMENTS),
                     chosen_from(page, true));
  add_page_conditions(&clause, page);
  dove_buffer_printf(&after,
                     " ORDER BY %s LIMIT ? OFFSET ?) AS ri CROSS JOIN code_usage AS u"
                     " ON u.iteration_id = ri.iteration_id AND u.ordinal = ri.ordinal" PAGE_NAME PAGE_LIFE PAGE_PAST
                     " ORDER BY %s",
                     order, order);
  clause.sql.failed |= before.failed || after.failed;
  dove_query_open_clause(&query, store, dove_buffer_text(&before), &clause, dove_buffer_text(&after), error);
  dove_query_page(&query, page->limit, page->offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_code, &rows);
  DOVE_GIVE_ROWS(list, rows);
  dove_buffer_free(&before);
  dove_buffer_free(&after);
  dove_clause_free(&clause);
  return status;
}

dove_status dove_store_code_count(dove_store *store, const dove_store_code_query *page, int64_t *count,
                                  dove_error *error) {
  dove_clause clause = {0};
  dove_buffer select = {0};
  add_page_conditions(&clause, page);
  dove_buffer_printf(&select, "SELECT count(*)%s", chosen_from(page, false));
  clause.sql.failed |= select.failed;
  const dove_status status = dove_clause_count(store, dove_buffer_text(&select), &clause, count, error);
  dove_buffer_free(&select);
  return status;
}

dove_status dove_store_code_place(dove_store *store, const dove_store_code_query *page, int64_t code, int64_t *place,
                                  dove_error *error) {
  dove_clause clause = {0};
  dove_buffer before = {0};
  dove_query query;
  add_page_conditions(&clause, page);
  dove_buffer_printf(&before,
                     "SELECT place FROM (SELECT u.code_id AS id, row_number() OVER (ORDER BY %s) - 1 AS place%s",
                     orders[page->sort][page->descending ? 1 : 0], chosen_from(page, true));
  clause.sql.failed |= before.failed;
  dove_query_open_clause(&query, store, dove_buffer_text(&before), &clause, ") WHERE id = ?", error);
  dove_query_int(&query, code);
  const dove_status status = dove_query_finish_int(&query, -1, place);
  dove_buffer_free(&before);
  dove_clause_free(&clause);
  return status;
}

void dove_store_code_list_free(dove_store_code_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_code_list){0};
}

static dove_status no_code(dove_query *query, int64_t code) {
  return dove_fail(query->error, DOVE_NOT_FOUND, "there is no code %lld in the project", (long long)code);
}

dove_status dove_store_code_centroid(dove_store *store, int64_t code, int dimension, float *centroid,
                                     dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT centroid FROM code WHERE id = ?", error);
  dove_query_int(&query, code);
  if (!dove_query_step(&query)) {
    if (query.status == DOVE_OK) dove_query_fail(&query, no_code(&query, code));
  } else if (!dove_column_floats(&query, 0, centroid, (size_t)dimension)) {
    dove_query_fail(&query, dove_fail(error, DOVE_INPUT, "the centroid of code %lld does not have %d dimensions",
                                      (long long)code, dimension));
  }
  return dove_query_close(&query);
}

/* Ancestors and descendants within the run; ?1 run, ?2 the code (0: everything that ever lived in the run). */
static const char lineage_sql[] =
    "WITH RECURSIVE"
    " up (id) AS (SELECT ?2 UNION SELECT p.parent_id FROM up JOIN code_parent AS p ON p.code_id = up.id),"
    " down (id) AS (SELECT ?2 UNION SELECT p.code_id FROM down JOIN code_parent AS p ON p.parent_id = down.id)"
    " SELECT k.id, k.name, k.origin, life.born_t, ifnull(life.died_t, -1), ifnull(p.parent_id, 0)"
    " FROM run_code AS life JOIN code AS k ON k.id = life.code_id LEFT JOIN code_parent AS p ON p.code_id = k.id"
    " WHERE life.run_id = ?1"
    " AND (?2 = 0 OR k.id IN (SELECT id FROM up) OR k.id IN (SELECT id FROM down))"
    " ORDER BY k.id, p.parent_id";

static void fill_lineage(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_lineage_row *)row = (dove_store_lineage_row){
      .code = dove_column_int(query, 0),
      .name = dove_column_text(query, 1, pool),
      .origin = origin_of(dove_column_text(query, 2, pool)),
      .born_t = dove_column_int(query, 3),
      .died_t = dove_column_int(query, 4),
      .parent = dove_column_int(query, 5),
  };
}

dove_status dove_store_lineage_read(dove_store *store, int64_t run, int64_t code, dove_store_lineage *lineage,
                                    dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, lineage_sql, error);
  dove_query_int(&query, run);
  dove_query_int(&query, code);
  const dove_status status = dove_query_collect(&query, sizeof *lineage->rows, fill_lineage, &rows);
  DOVE_GIVE_ROWS(lineage, rows);
  return status;
}

void dove_store_lineage_free(dove_store_lineage *lineage) {
  dove_rows_free(lineage->rows, lineage->strings);
  *lineage = (dove_store_lineage){0};
}
