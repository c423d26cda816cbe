#include "dove/store_expressions.h"

#include <stdlib.h>

#include "dove/clock.h"
#include "store/documents.h"
#include "store/names.h"
#include "store/search.h"

static const char *const origin_names[] = {
    [DOVE_STORE_ORIGIN_IMPORTED] = "imported",
    [DOVE_STORE_ORIGIN_EMBEDDED] = "embedded",
    [DOVE_STORE_ORIGIN_MODEL] = "model",
};

static dove_status next_ordinal(dove_store *store, int64_t document, int64_t *ordinal, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT max(ordinal) + 1 FROM value_expression WHERE document_id = ?", error);
  dove_query_int(&query, document);
  return dove_query_finish_int(&query, 0, ordinal);
}

static bool has_span(const dove_store_new_expression *expression) { return expression->evidence_start >= 0; }

static dove_status add(dove_store *store, int64_t document, dove_store_expression_origin origin,
                       const dove_store_new_expression *expressions, size_t count, int64_t *ids, dove_error *error) {
  int64_t ordinal = 0;
  const dove_status status = next_ordinal(store, document, &ordinal, error);
  if (status != DOVE_OK) return status;
  const int64_t now = dove_clock_unix_ms();
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO value_expression (document_id, ordinal, code_name, description, evidence,"
                  " origin, added, evidence_start, evidence_end) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error);
  for (size_t i = 0; i < count; i++) {
    const dove_store_new_expression *expression = &expressions[i];
    dove_query_int(&query, document);
    dove_query_int(&query, ordinal++);
    dove_query_text(&query, expression->code_name);
    dove_query_text(&query, expression->description);
    dove_query_text(&query, expression->evidence);
    dove_query_text(&query, origin_names[origin]);
    dove_query_int(&query, now);
    if (has_span(expression)) {
      dove_query_int(&query, expression->evidence_start);
      dove_query_int(&query, expression->evidence_end);
    } else {
      dove_query_text(&query, NULL);
      dove_query_text(&query, NULL);
    }
    dove_query_again(&query);
    if (ids != NULL) ids[i] = sqlite3_last_insert_rowid(store->database);
  }
  return dove_query_close(&query);
}

dove_status dove_store_expression_add(dove_store *store, int64_t document, dove_store_expression_origin origin,
                                      const dove_store_new_expression *expressions, size_t count, int64_t *ids,
                                      dove_error *error) {
  const dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add(store, document, origin, expressions, count, ids, error), error);
}

dove_status dove_store_recognition_note(dove_store *store, int64_t document, const char *recognizer, const char *reason,
                                        dove_error *error) {
  dove_query query;
  dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store,
                  "INSERT OR REPLACE INTO recognition (document_id, recognizer, reason, time) VALUES (?, ?, ?, ?)",
                  error);
  dove_query_int(&query, document);
  dove_query_words(&query, recognizer);
  dove_query_text(&query, reason);
  dove_query_int(&query, dove_clock_unix_ms());
  return dove_store_end(store, dove_query_finish(&query), error);
}

/* Selects by `e` and the document's joins. */
#define COLUMNS                                                                                               \
  "e.id, e.document_id, e.ordinal, e.code_name, e.description, e.evidence, e.evidence_start, e.evidence_end," \
  " e.origin, d.external_id, c.name, s.name, t.name, r.name, s.human"
#define JOINS " LEFT JOIN document AS d ON d.id = e.document_id" DOVE_DOCUMENT_JOINS

static dove_store_expression_origin origin_of(const char *name) {
  const size_t count = sizeof origin_names / sizeof origin_names[0];
  return (dove_store_expression_origin)dove_store_name_index(origin_names, count, name);
}

static int64_t place_or_none(const dove_query *query, int column) {
  return dove_column_is_null(query, column) ? -1 : dove_column_int(query, column);
}

static void fill_expression(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_expression *)row = (dove_store_expression){
      .id = dove_column_int(query, 0),
      .document = dove_column_int(query, 1),
      .ordinal = dove_column_int(query, 2),
      .code_name = dove_column_text(query, 3, pool),
      .description = dove_column_text(query, 4, pool),
      .evidence = dove_column_text(query, 5, pool),
      .evidence_start = place_or_none(query, 6),
      .evidence_end = place_or_none(query, 7),
      .origin = origin_of(dove_column_text(query, 8, pool)),
      .external_id = dove_column_text(query, 9, pool),
      .culture = dove_column_text(query, 10, pool),
      .source = dove_column_text(query, 11, pool),
      .topic = dove_column_text(query, 12, pool),
      .role = dove_column_text(query, 13, pool),
      .human = dove_column_int(query, 14) != 0,
  };
}

static dove_store_document_filter labels_of(const dove_store_expression_filter *filter) {
  return (dove_store_document_filter){
      .culture = filter->culture,
      .source = filter->source,
      .topic = filter->topic,
      .role = filter->role,
      .side = filter->side,
  };
}

static bool asks_for_labels(const dove_store_expression_filter *filter) {
  return filter->culture != NULL || filter->source != NULL || filter->topic != NULL || filter->role != NULL ||
         filter->side != DOVE_STORE_ANY_SIDE;
}

static void add_filter(dove_clause *clause, const dove_store_expression_filter *filter) {
  if (filter == NULL) return;
  if (filter->document != 0) {
    dove_clause_add(clause, "e.document_id = ?");
    dove_clause_int(clause, filter->document);
  }
  const dove_store_document_filter labels = labels_of(filter);
  dove_clause_document_labels(clause, &labels);
  dove_clause_search_expressions(clause, filter->search);
}

/* From where a filtered list of ids comes: the document only where the filter looks at it. */
static const char *ids_from(const dove_store_expression_filter *filter, const char *with, const char *without) {
  return filter != NULL && asks_for_labels(filter) ? with : without;
}

/* The rows of a page of ids: joins are made for the rows that are shown, not for those that are skipped. */
static dove_status read_page(dove_store *store, const dove_store_expression_filter *filter, dove_clause *clause,
                             int64_t limit, int64_t offset, dove_store_expression_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  const char *before = ids_from(filter,
                                "SELECT " COLUMNS
                                " FROM (SELECT e.id FROM value_expression AS e JOIN document AS d ON d.id = "
                                "e.document_id",
                                "SELECT " COLUMNS " FROM (SELECT e.id FROM value_expression AS e");
  add_filter(clause, filter);
  dove_query_open_clause(&query, store, before, clause,
                         " ORDER BY e.id LIMIT ? OFFSET ?) AS page JOIN value_expression AS e ON e.id = page.id" JOINS
                         " ORDER BY e.id",
                         error);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_expression, &rows);
  DOVE_GIVE_ROWS(list, rows);
  dove_clause_free(clause);
  return status;
}

dove_status dove_store_expression_page(dove_store *store, const dove_store_expression_filter *filter, int64_t after,
                                       int64_t limit, dove_store_expression_list *list, dove_error *error) {
  dove_clause clause = {0};
  dove_clause_add(&clause, "e.id > ?");
  dove_clause_int(&clause, after);
  return read_page(store, filter, &clause, limit, 0, list, error);
}

dove_status dove_store_expression_page_at(dove_store *store, const dove_store_expression_filter *filter, int64_t offset,
                                          int64_t limit, dove_store_expression_list *list, dove_error *error) {
  dove_clause clause = {0};
  return read_page(store, filter, &clause, limit, offset, list, error);
}

dove_status dove_store_expression_count(dove_store *store, const dove_store_expression_filter *filter, int64_t *count,
                                        dove_error *error) {
  dove_clause clause = {0};
  add_filter(&clause, filter);
  return dove_clause_count(
      store,
      ids_from(filter, "SELECT count(*) FROM value_expression AS e JOIN document AS d ON d.id = e.document_id",
               "SELECT count(*) FROM value_expression AS e"),
      &clause, count, error);
}

static void fill_id(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  *(int64_t *)row = dove_column_int(query, 0);
}

dove_status dove_store_expression_ids(dove_store *store, const dove_store_expression_filter *filter, int64_t **ids,
                                      size_t *count, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  add_filter(&clause, filter);
  dove_query_open_clause(
      &query, store,
      ids_from(filter, "SELECT e.id FROM value_expression AS e JOIN document AS d ON d.id = e.document_id",
               "SELECT e.id FROM value_expression AS e"),
      &clause, " ORDER BY e.id", error);
  const dove_status status = dove_query_collect(&query, sizeof **ids, fill_id, &rows);
  dove_clause_free(&clause);
  dove_pool_free(rows.strings);
  *ids = rows.rows;
  *count = rows.count;
  return status;
}

dove_status dove_store_document_expressions(dove_store *store, int64_t document, dove_store_expression_list *list,
                                            dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT " COLUMNS " FROM value_expression AS e" JOINS " WHERE e.document_id = ? ORDER BY e.ordinal",
                  error);
  dove_query_int(&query, document);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_expression, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

dove_status dove_store_expression_rows(dove_store *store, const int64_t *ids, size_t count,
                                       dove_store_expression_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, "SELECT " COLUMNS " FROM value_expression AS e" JOINS " WHERE e.id = ?", error);
  const dove_status status =
      dove_query_collect_by_id(&query, ids, count, "expression", sizeof *list->rows, fill_expression, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_expression_list_free(dove_store_expression_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_expression_list){0};
}

static void fill_key(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  *(dove_store_expression_key *)row =
      (dove_store_expression_key){.id = dove_column_int(query, 0), .document = dove_column_int(query, 1)};
}

static int compare_keys(const void *left, const void *right) {
  const int64_t a = ((const dove_store_expression_key *)left)->id, b = ((const dove_store_expression_key *)right)->id;
  return (a > b) - (a < b);
}

/* By id; most often they are, since a document's expressions come one after the other. */
static void sort_keys(dove_store_expression_key *keys, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (keys[i - 1].id < keys[i].id) continue;
    qsort(keys, count, sizeof *keys, compare_keys);
    return;
  }
}

dove_status dove_store_expression_keys(dove_store *store, const dove_store_document_filter *filter,
                                       dove_store_expression_key **keys, size_t *count, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  dove_clause_documents(&clause, filter);
  /* Without an order, so that the index by document will do and no text is read. */
  dove_query_open_clause(
      &query, store,
      filter == NULL
          ? "SELECT e.id, e.document_id FROM value_expression AS e"
          : "SELECT e.id, e.document_id FROM value_expression AS e JOIN document AS d ON d.id = e.document_id",
      &clause, "", error);
  const dove_status status = dove_query_collect(&query, sizeof **keys, fill_key, &rows);
  dove_clause_free(&clause);
  dove_pool_free(rows.strings);
  sort_keys(rows.rows, rows.count);
  *keys = rows.rows;
  *count = rows.count;
  return status;
}
