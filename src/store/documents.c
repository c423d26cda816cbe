#include "dove/store_documents.h"

#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/text.h"
#include "store/documents.h"
#include "store/search.h"

typedef struct labels {
  int64_t culture, source, topic, role;
} labels;

static dove_status intern(dove_store *store, const dove_store_new_document *document, labels *ids, dove_error *error) {
  dove_status status = dove_store_label_intern(store, DOVE_STORE_CULTURE, document->culture, &ids->culture, error);
  if (status == DOVE_OK) {
    status = dove_store_label_intern(store, DOVE_STORE_SOURCE, document->source, &ids->source, error);
  }
  if (status == DOVE_OK) status = dove_store_label_intern(store, DOVE_STORE_TOPIC, document->topic, &ids->topic, error);
  if (status == DOVE_OK) status = dove_store_label_intern(store, DOVE_STORE_ROLE, document->role, &ids->role, error);
  return status;
}

static dove_status insert_row(dove_store *store, const dove_store_new_document *document, const labels *ids,
                              int64_t *id, dove_error *error) {
  dove_query query;
  dove_query_open(
      &query, store,
      "INSERT INTO document (external_id, culture_id, source_id, topic_id, role_id, lang, characters, added)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      error);
  dove_query_text(&query, document->external_id);
  dove_query_id(&query, ids->culture);
  dove_query_id(&query, ids->source);
  dove_query_id(&query, ids->topic);
  dove_query_id(&query, ids->role);
  dove_query_words(&query, document->lang);
  dove_query_int(&query, (int64_t)dove_utf8_count(document->text, strlen(document->text)));
  dove_query_int(&query, dove_clock_unix_ms());
  const dove_status status = dove_query_finish(&query);
  *id = sqlite3_last_insert_rowid(store->database);
  return status;
}

static dove_status insert_text(dove_store *store, const dove_store_new_document *document, int64_t id,
                               dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO document_text (document_id, text, metadata) VALUES (?, ?, ?)", error);
  dove_query_int(&query, id);
  dove_query_text(&query, document->text);
  dove_query_text(&query, document->metadata);
  return dove_query_finish(&query);
}

static dove_status refuse_duplicate(dove_store *store, const char *external_id, dove_error *error) {
  dove_query query;
  int64_t known = 0;
  dove_query_open(&query, store, "SELECT id FROM document WHERE external_id = ?", error);
  dove_query_text(&query, external_id);
  const dove_status status = dove_query_finish_int(&query, 0, &known);
  if (status != DOVE_OK || known == 0) return status;
  return dove_fail(error, DOVE_INPUT, "a document with the id '%s' is in the project already", external_id);
}

static dove_status check_new(const dove_store_new_document *document, dove_error *error) {
  if (document->external_id == NULL || document->external_id[0] == '\0') {
    return dove_fail(error, DOVE_INPUT, "a document has no id");
  }
  if (document->text == NULL || document->text[0] == '\0') {
    return dove_fail(error, DOVE_INPUT, "the document '%s' has no text", document->external_id);
  }
  if (document->source == NULL || document->source[0] == '\0') {
    return dove_fail(error, DOVE_INPUT, "the document '%s' has no source: give 'human' or a model's name",
                     document->external_id);
  }
  return DOVE_OK;
}

static dove_status add(dove_store *store, const dove_store_new_document *document, int64_t *id, dove_error *error) {
  labels ids = {0};
  dove_status status = refuse_duplicate(store, document->external_id, error);
  if (status == DOVE_OK) status = intern(store, document, &ids, error);
  if (status == DOVE_OK) status = insert_row(store, document, &ids, id, error);
  if (status == DOVE_OK) status = insert_text(store, document, *id, error);
  return status;
}

dove_status dove_store_document_add(dove_store *store, const dove_store_new_document *document, int64_t *id,
                                    dove_error *error) {
  int64_t added = 0;
  dove_status status = check_new(document, error);
  if (status == DOVE_OK) status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  status = dove_store_end(store, add(store, document, &added, error), error);
  if (status == DOVE_OK && id != NULL) *id = added;
  return status;
}

static void exact_label(dove_clause *clause, const char *value, const char *is, const char *is_none) {
  if (value == NULL) return;
  if (value[0] == '\0') {
    dove_clause_add(clause, is_none);
  } else {
    dove_clause_add(clause, is);
    dove_clause_text(clause, value);
  }
}

void dove_clause_document_labels(dove_clause *clause, const dove_store_document_filter *filter) {
  if (filter == NULL) return;
  exact_label(clause, filter->culture, "d.culture_id = (SELECT id FROM culture WHERE name = ?)",
              "d.culture_id IS NULL");
  exact_label(clause, filter->source, "d.source_id = (SELECT id FROM source WHERE name = ?)", "0");
  exact_label(clause, filter->topic, "d.topic_id = (SELECT id FROM topic WHERE name = ?)", "d.topic_id IS NULL");
  exact_label(clause, filter->role, "d.role_id = (SELECT id FROM role WHERE name = ?)", "d.role_id IS NULL");
  exact_label(clause, filter->lang, "d.lang = ?", "d.lang = ''");
  if (filter->side == DOVE_STORE_HUMAN) {
    dove_clause_add(clause, "d.source_id IN (SELECT id FROM source WHERE human)");
  } else if (filter->side == DOVE_STORE_MODEL) {
    dove_clause_add(clause, "d.source_id IN (SELECT id FROM source WHERE NOT human)");
  }
  dove_clause_search_documents(clause, filter->search);
}

void dove_clause_documents(dove_clause *clause, const dove_store_document_filter *filter) {
  dove_clause_document_labels(clause, filter);
  if (filter == NULL || filter->code == 0) return;
  dove_clause_add(clause, "d.id IN (SELECT document_id FROM recognised WHERE iteration_id = ? AND code_id = ?)");
  dove_clause_int(clause, filter->iteration);
  dove_clause_int(clause, filter->code);
}

dove_store_document dove_document_columns(const dove_query *query, dove_pool *pool) {
  return (dove_store_document){
      .id = dove_column_int(query, 0),
      .external_id = dove_column_text(query, 1, pool),
      .culture = dove_column_text(query, 2, pool),
      .source = dove_column_text(query, 3, pool),
      .topic = dove_column_text(query, 4, pool),
      .role = dove_column_text(query, 5, pool),
      .lang = dove_column_text(query, 6, pool),
      .culture_id = dove_column_int(query, 7),
      .source_id = dove_column_int(query, 8),
      .topic_id = dove_column_int(query, 9),
      .role_id = dove_column_int(query, 10),
      .human = dove_column_int(query, 11) != 0,
      .characters = dove_column_int(query, 12),
      .expressions = dove_column_int(query, 13),
  };
}

static void fill_document(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_document *)row = dove_document_columns(query, pool);
}

/* Rising and falling order; the id at the end makes every order total. */
static const char *const orders[][2] = {
    [DOVE_STORE_DOCUMENT_BY_ID] = {"d.id", "d.id DESC"},
    [DOVE_STORE_DOCUMENT_BY_EXTERNAL_ID] = {"d.external_id, d.id", "d.external_id DESC, d.id DESC"},
    [DOVE_STORE_DOCUMENT_BY_TOPIC] = {"t.name, s.human DESC, c.name, s.name, r.name, d.id",
                                      "t.name DESC, s.human DESC, c.name, s.name, r.name, d.id"},
    [DOVE_STORE_DOCUMENT_BY_CULTURE] = {"c.name, t.name, d.id", "c.name DESC, t.name DESC, d.id DESC"},
    [DOVE_STORE_DOCUMENT_BY_SOURCE] = {"s.name, r.name, t.name, d.id",
                                       "s.name DESC, r.name DESC, t.name DESC, d.id DESC"},
    [DOVE_STORE_DOCUMENT_BY_LENGTH] = {"d.characters, d.id", "d.characters DESC, d.id DESC"},
    [DOVE_STORE_DOCUMENT_BY_EXPRESSIONS] = {"d.expressions, d.id", "d.expressions DESC, d.id DESC"},
};

static const char *order_of(const dove_store_document_query *query) {
  return orders[query->sort][query->descending ? 1 : 0];
}

dove_status dove_store_document_page(dove_store *store, const dove_store_document_query *page,
                                     dove_store_document_list *list, dove_error *error) {
  dove_clause clause = {0};
  dove_buffer after = {0};
  dove_query query;
  dove_rows rows;
  dove_clause_documents(&clause, &page->filter);
  dove_buffer_printf(&after, " ORDER BY %s LIMIT ? OFFSET ?", order_of(page));
  clause.sql.failed |= after.failed;
  dove_query_open_clause(&query, store, "SELECT " DOVE_DOCUMENT_COLUMNS " FROM document AS d" DOVE_DOCUMENT_JOINS,
                         &clause, dove_buffer_text(&after), error);
  dove_query_page(&query, page->limit, page->offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_document, &rows);
  DOVE_GIVE_ROWS(list, rows);
  dove_buffer_free(&after);
  dove_clause_free(&clause);
  return status;
}

dove_status dove_store_document_count(dove_store *store, const dove_store_document_filter *filter, int64_t *count,
                                      dove_error *error) {
  dove_clause clause = {0};
  dove_clause_documents(&clause, filter);
  return dove_clause_count(store, "SELECT count(*) FROM document AS d", &clause, count, error);
}

dove_status dove_store_document_place(dove_store *store, const dove_store_document_query *page, int64_t id,
                                      int64_t *place, dove_error *error) {
  dove_clause clause = {0};
  dove_buffer before = {0};
  dove_query query;
  dove_clause_documents(&clause, &page->filter);
  dove_buffer_printf(&before,
                     "SELECT place FROM (SELECT d.id AS id, row_number() OVER (ORDER BY %s) - 1 AS place"
                     " FROM document AS d" DOVE_DOCUMENT_JOINS,
                     order_of(page));
  clause.sql.failed |= before.failed;
  dove_query_open_clause(&query, store, dove_buffer_text(&before), &clause, ") WHERE id = ?", error);
  dove_query_int(&query, id);
  const dove_status status = dove_query_finish_int(&query, -1, place);
  dove_buffer_free(&before);
  dove_clause_free(&clause);
  return status;
}

void dove_store_document_list_free(dove_store_document_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_document_list){0};
}

dove_status dove_store_document_rows(dove_store *store, const int64_t *ids, size_t count,
                                     dove_store_document_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT " DOVE_DOCUMENT_COLUMNS " FROM document AS d" DOVE_DOCUMENT_JOINS " WHERE d.id = ?", error);
  const dove_status status =
      dove_query_collect_by_id(&query, ids, count, "document", sizeof *list->rows, fill_document, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

dove_status dove_store_document_find(dove_store *store, const char *external_id, int64_t *id, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT id FROM document WHERE external_id = ?", error);
  dove_query_text(&query, external_id);
  const dove_status status = dove_query_finish_int(&query, 0, id);
  if (status != DOVE_OK || *id != 0) return status;
  return dove_fail(error, DOVE_NOT_FOUND, "there is no document '%s' in the project", external_id);
}

/* A column as a string of its own; NULL stays NULL. */
static char *take_text(dove_query *query, int column) {
  if (query->status != DOVE_OK || dove_column_is_null(query, column)) return NULL;
  char *copy = dove_strdup((const char *)sqlite3_column_text(query->statement, column));
  if (copy == NULL) dove_query_fail(query, dove_fail_memory(query->error, "reading a document"));
  return copy;
}

dove_status dove_store_document_text(dove_store *store, int64_t id, char **text, char **metadata, dove_error *error) {
  dove_query query;
  if (text != NULL) *text = NULL;
  if (metadata != NULL) *metadata = NULL;
  dove_query_open(&query, store, "SELECT text, metadata FROM document_text WHERE document_id = ?", error);
  dove_query_int(&query, id);
  if (dove_query_step(&query)) {
    if (text != NULL) *text = take_text(&query, 0);
    if (metadata != NULL) *metadata = take_text(&query, 1);
  } else if (query.status == DOVE_OK) {
    dove_query_fail(&query,
                    dove_fail(error, DOVE_NOT_FOUND, "there is no document %lld in the project", (long long)id));
  }
  const dove_status status = dove_query_close(&query);
  if (status == DOVE_OK) return DOVE_OK;
  if (text != NULL) {
    free(*text);
    *text = NULL;
  }
  return status;
}

static void fill_key(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  *(dove_store_document_key *)row = (dove_store_document_key){
      .id = dove_column_int(query, 0),
      .culture_id = dove_column_int(query, 1),
      .source_id = dove_column_int(query, 2),
      .topic_id = dove_column_int(query, 3),
      .role_id = dove_column_int(query, 4),
      .human = dove_column_int(query, 5) != 0,
  };
}

dove_status dove_store_document_keys(dove_store *store, const dove_store_document_filter *filter,
                                     dove_store_document_key **keys, size_t *count, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  dove_clause_documents(&clause, filter);
  dove_query_open_clause(&query, store,
                         "SELECT d.id, d.culture_id, d.source_id, d.topic_id, d.role_id, s.human FROM document AS d"
                         " LEFT JOIN source AS s ON s.id = d.source_id",
                         &clause, " ORDER BY d.id", error);
  const dove_status status = dove_query_collect(&query, sizeof **keys, fill_key, &rows);
  dove_clause_free(&clause);
  dove_pool_free(rows.strings);
  *keys = rows.rows;
  *count = rows.count;
  return status;
}

static void fill_batch_row(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_document_batch_row *)row = (dove_store_document_batch_row){
      .document = dove_document_columns(query, pool),
      .text = dove_column_text(query, DOVE_DOCUMENT_COLUMN_COUNT, pool),
      .metadata = dove_column_text(query, DOVE_DOCUMENT_COLUMN_COUNT + 1, pool),
  };
}

dove_status dove_store_document_batch_read(dove_store *store, const dove_store_document_filter *filter,
                                           bool only_unrecognised, int64_t after, int64_t limit,
                                           dove_store_document_batch *batch, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  dove_clause_add(&clause, "d.id > ?");
  dove_clause_int(&clause, after);
  dove_clause_documents(&clause, filter);
  if (only_unrecognised) {
    dove_clause_add(&clause, "d.expressions = 0 AND d.id NOT IN (SELECT document_id FROM recognition)");
  }
  dove_query_open_clause(&query, store,
                         "SELECT " DOVE_DOCUMENT_COLUMNS ", x.text, x.metadata FROM document AS d" DOVE_DOCUMENT_JOINS
                         " LEFT JOIN document_text AS x ON x.document_id = d.id",
                         &clause, " ORDER BY d.id LIMIT ? OFFSET ?", error);
  dove_query_page(&query, limit, 0);
  const dove_status status = dove_query_collect(&query, sizeof *batch->rows, fill_batch_row, &rows);
  DOVE_GIVE_ROWS(batch, rows);
  dove_clause_free(&clause);
  return status;
}

void dove_store_document_batch_free(dove_store_document_batch *batch) {
  dove_rows_free(batch->rows, batch->strings);
  *batch = (dove_store_document_batch){0};
}
