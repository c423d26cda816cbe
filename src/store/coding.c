#include "dove/store_coding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "store/blob.h"
#include "store/documents.h"

static dove_status delete_old(dove_store *store, int64_t iteration, int64_t document, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "DELETE FROM coding WHERE iteration_id = ? AND document_id = ?", error);
  dove_query_int(&query, iteration);
  dove_query_int(&query, document);
  return dove_query_finish(&query);
}

static dove_status fill_entries(const dove_store_new_coding *coding, dove_q_entry *q, dove_assigned_entry *assigned,
                                dove_error *error) {
  for (size_t i = 0; i < coding->count; i++) {
    q[i] = (dove_q_entry){.ordinal = coding->ordinals[i], .q = coding->q[i]};
  }
  for (size_t i = 0; i < coding->expression_count; i++) {
    const dove_status status = dove_blob_id(coding->expressions[i], &assigned[i].expression, error);
    if (status != DOVE_OK) return status;
    assigned[i].ordinal = coding->assigned[i];
    assigned[i].cosine = coding->cosines[i];
  }
  return DOVE_OK;
}

static dove_status insert_entries(dove_store *store, int64_t iteration, const dove_store_new_coding *coding,
                                  const dove_q_entry *q, const dove_assigned_entry *assigned, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "INSERT INTO coding (iteration_id, document_id, q, expressions) VALUES (?, ?, ?, ?)",
                  error);
  dove_query_int(&query, iteration);
  dove_query_int(&query, coding->document);
  dove_query_blob(&query, q, coding->count * sizeof *q);
  dove_query_blob(&query, assigned, coding->expression_count * sizeof *assigned);
  return dove_query_finish(&query);
}

static dove_status insert_coding(dove_store *store, int64_t iteration, const dove_store_new_coding *coding,
                                 dove_error *error) {
  dove_q_entry *q = dove_alloc(coding->count, sizeof *q);
  dove_assigned_entry *assigned = dove_alloc(coding->expression_count, sizeof *assigned);
  dove_status status = DOVE_OK;
  if (q == NULL || assigned == NULL) status = dove_fail_memory(error, "writing the coding of a document");
  if (status == DOVE_OK) status = fill_entries(coding, q, assigned, error);
  if (status == DOVE_OK) status = insert_entries(store, iteration, coding, q, assigned, error);
  free(q);
  free(assigned);
  return status;
}

/* The probability of an ordinal; 0 when it is not listed. Ordinals rise. */
static float q_of(const dove_store_new_coding *coding, uint32_t ordinal) {
  size_t low = 0, high = coding->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (coding->ordinals[middle] < ordinal) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < coding->count && coding->ordinals[low] == ordinal ? coding->q[low] : 0.0F;
}

static dove_status insert_recognised(dove_store *store, int64_t iteration, const dove_store_new_coding *coding,
                                     dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO recognised (iteration_id, document_id, rank, q, code_id)"
                  " VALUES (?1, ?2, ?3, ?4, (SELECT code_id FROM code_usage WHERE iteration_id = ?1 AND ordinal = ?5))",
                  error);
  for (size_t i = 0; i < coding->recognised_count; i++) {
    dove_query_int(&query, iteration);
    dove_query_int(&query, coding->document);
    dove_query_int(&query, (int64_t)i);
    dove_query_double(&query, (double)q_of(coding, coding->recognised[i]));
    dove_query_int(&query, coding->recognised[i]);
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

static dove_status add(dove_store *store, int64_t iteration, const dove_store_new_coding *coding, dove_error *error) {
  dove_status status = delete_old(store, iteration, coding->document, error);
  if (status == DOVE_OK) status = insert_coding(store, iteration, coding, error);
  if (status == DOVE_OK) status = insert_recognised(store, iteration, coding, error);
  return status;
}

dove_status dove_store_coding_add(dove_store *store, int64_t iteration, const dove_store_new_coding *coding,
                                  dove_error *error) {
  const dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add(store, iteration, coding, error), error);
}

/* Documents are looked up only when they are chosen from. */
static void open_coding(dove_query *query, dove_store *store, int64_t iteration,
                        const dove_store_document_filter *filter, dove_error *error) {
  dove_clause clause = {0};
  dove_clause_add(&clause, "g.iteration_id = ?");
  dove_clause_int(&clause, iteration);
  dove_clause_documents(&clause, filter);
  dove_query_open_clause(
      query, store,
      filter == NULL ? "SELECT g.document_id, g.q FROM coding AS g"
                     : "SELECT g.document_id, g.q FROM coding AS g CROSS JOIN document AS d ON d.id = g.document_id",
      &clause, " ORDER BY g.document_id", error);
  dove_clause_free(&clause);
}

dove_status dove_store_coding_walk(dove_store *store, int64_t iteration, const dove_store_document_filter *filter,
                                   dove_store_coding_visit *visit, void *user, dove_error *error) {
  dove_query query;
  dove_q_entry *entries = NULL;
  size_t room = 0;
  bool has_room = true;
  open_coding(&query, store, iteration, filter, error);
  while (has_room && dove_query_step(&query)) {
    const void *bytes = sqlite3_column_blob(query.statement, 1);
    const size_t count = (size_t)sqlite3_column_bytes(query.statement, 1) / sizeof *entries;
    has_room = dove_grow((void **)&entries, &room, count + 1, sizeof *entries);
    if (!has_room) break;
    if (count > 0) memcpy(entries, bytes, count * sizeof *entries);
    visit(user, dove_column_int(&query, 0), entries, count);
  }
  if (!has_room) dove_query_fail(&query, dove_fail_memory(error, "reading the coding of documents"));
  free(entries);
  return dove_query_close(&query);
}

/* A coding that grows while it is read. */
typedef struct growing_coding {
  dove_store_coding *coding;
  size_t documents_room, offsets_room, ordinals_room, q_room;
  bool failed;
} growing_coding;

static bool grow(growing_coding *growing, size_t entries) {
  dove_store_coding *coding = growing->coding;
  const size_t documents = coding->documents_count + 1;
  return dove_grow((void **)&coding->documents, &growing->documents_room, documents, sizeof *coding->documents) &&
         dove_grow((void **)&coding->offsets, &growing->offsets_room, documents + 1, sizeof *coding->offsets) &&
         dove_grow((void **)&coding->ordinals, &growing->ordinals_room, entries, sizeof *coding->ordinals) &&
         dove_grow((void **)&coding->q, &growing->q_room, entries, sizeof *coding->q);
}

static void append(void *user, int64_t document, const dove_store_q *entries, size_t count) {
  growing_coding *growing = user;
  dove_store_coding *coding = growing->coding;
  if (growing->failed) return;
  const size_t start = coding->offsets[coding->documents_count];
  if (!grow(growing, start + count)) {
    growing->failed = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    coding->ordinals[start + i] = entries[i].ordinal;
    coding->q[start + i] = entries[i].q;
  }
  coding->documents[coding->documents_count++] = document;
  coding->offsets[coding->documents_count] = start + count;
}

dove_status dove_store_coding_read(dove_store *store, int64_t iteration, const dove_store_document_filter *filter,
                                   dove_store_coding *coding, dove_error *error) {
  *coding = (dove_store_coding){0};
  growing_coding growing = {.coding = coding};
  dove_status status = DOVE_OK;
  growing.failed = !grow(&growing, 1);
  if (!growing.failed) {
    coding->offsets[0] = 0;
    status = dove_store_coding_walk(store, iteration, filter, append, &growing, error);
  }
  if (growing.failed) status = dove_fail_memory(error, "reading the coding of documents");
  if (status != DOVE_OK) dove_store_coding_free(coding);
  return status;
}

void dove_store_coding_free(dove_store_coding *coding) {
  free(coding->documents);
  free(coding->offsets);
  free(coding->ordinals);
  free(coding->q);
  *coding = (dove_store_coding){0};
}

dove_status dove_store_coding_missing(dove_store *store, int64_t iteration, int64_t after, int64_t limit, int64_t *ids,
                                      size_t *count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT d.id FROM document AS d WHERE d.id > ? AND d.expressions > 0 AND NOT EXISTS"
                  " (SELECT 1 FROM coding WHERE iteration_id = ? AND document_id = d.id) ORDER BY d.id LIMIT ?",
                  error);
  dove_query_int(&query, after);
  dove_query_int(&query, iteration);
  dove_query_int(&query, limit > 0 ? limit : 0);
  return dove_query_collect_ids(&query, ids, limit > 0 ? (size_t)limit : 0, count);
}

dove_status dove_store_coding_count(dove_store *store, int64_t iteration, int64_t *count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT count(*) FROM coding WHERE iteration_id = ?", error);
  dove_query_int(&query, iteration);
  return dove_query_finish_int(&query, 0, count);
}

/* The codes of an iteration's codebook by ordinal, looked up one by one. */
static void look_up_code(dove_query *query, int64_t iteration, dove_store_coded_code *code, dove_pool *pool) {
  dove_query_int(query, iteration);
  dove_query_int(query, code->ordinal);
  if (dove_query_step(query)) {
    code->code = dove_column_int(query, 0);
    code->name = pool == NULL ? "" : dove_column_text(query, 1, pool);
  }
  dove_query_again(query);
}

static const char code_at_ordinal_sql[] =
    "SELECT u.code_id, k.name FROM code_usage AS u JOIN code AS k ON k.id = u.code_id"
    " WHERE u.iteration_id = ? AND u.ordinal = ?";

/* The raw entries of one document; both arrays are allocated, empty ones too. */
static dove_status read_entries(dove_store *store, int64_t iteration, int64_t document,
                                dove_store_document_coding *coding, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT q, expressions FROM coding WHERE iteration_id = ? AND document_id = ?", error);
  dove_query_int(&query, iteration);
  dove_query_int(&query, document);
  if (!dove_query_step(&query)) {
    if (query.status == DOVE_OK) {
      dove_query_fail(&query,
                      dove_fail(error, DOVE_NOT_FOUND, "document %lld is not coded with this codebook: code it first",
                                (long long)document));
    }
    return dove_query_close(&query);
  }
  const char *q = sqlite3_column_blob(query.statement, 0);
  coding->code_count = (size_t)sqlite3_column_bytes(query.statement, 0) / sizeof(dove_q_entry);
  const char *assigned = sqlite3_column_blob(query.statement, 1);
  coding->expression_count = (size_t)sqlite3_column_bytes(query.statement, 1) / sizeof(dove_assigned_entry);
  coding->codes = dove_alloc_zero(coding->code_count, sizeof *coding->codes);
  coding->expressions = dove_alloc_zero(coding->expression_count, sizeof *coding->expressions);
  coding->strings = dove_alloc_zero(1, sizeof(dove_pool));
  if (coding->codes == NULL || coding->expressions == NULL || coding->strings == NULL) {
    dove_query_fail(&query, dove_fail_memory(error, "reading the coding of a document"));
    return dove_query_close(&query);
  }
  for (size_t i = 0; i < coding->code_count; i++) {
    dove_q_entry entry;
    memcpy(&entry, q + i * sizeof entry, sizeof entry);
    coding->codes[i] = (dove_store_coded_code){.ordinal = entry.ordinal, .q = (double)entry.q, .rank = -1, .name = ""};
  }
  for (size_t i = 0; i < coding->expression_count; i++) {
    dove_assigned_entry entry;
    memcpy(&entry, assigned + i * sizeof entry, sizeof entry);
    /* The ordinal stands in for the code until it is looked up. */
    coding->expressions[i] = (dove_store_coded_expression){
        .expression = entry.expression, .code = entry.ordinal, .cosine = (double)entry.cosine};
  }
  return dove_query_close(&query);
}

static dove_status name_codes(dove_store *store, int64_t iteration, dove_store_document_coding *coding,
                              dove_error *error) {
  dove_query query;
  dove_pool *pool = coding->strings;
  dove_query_open(&query, store, code_at_ordinal_sql, error);
  for (size_t i = 0; i < coding->code_count; i++) look_up_code(&query, iteration, &coding->codes[i], pool);
  for (size_t i = 0; i < coding->expression_count; i++) {
    dove_store_coded_code code = {.ordinal = (uint32_t)coding->expressions[i].code};
    look_up_code(&query, iteration, &code, NULL);
    coding->expressions[i].code = code.code;
  }
  if (pool->failed) dove_query_fail(&query, dove_fail_memory(error, "reading the coding of a document"));
  return dove_query_close(&query);
}

static dove_status rank_codes(dove_store *store, int64_t iteration, int64_t document,
                              dove_store_document_coding *coding, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT code_id, rank FROM recognised WHERE iteration_id = ? AND document_id = ?",
                  error);
  dove_query_int(&query, iteration);
  dove_query_int(&query, document);
  while (dove_query_step(&query)) {
    for (size_t i = 0; i < coding->code_count; i++) {
      if (coding->codes[i].code != dove_column_int(&query, 0)) continue;
      coding->codes[i].rank = (int)dove_column_int(&query, 1);
      coding->recognised_count++;
      break;
    }
  }
  return dove_query_close(&query);
}

/* Recognised codes by rank, then the others by falling probability; ties by ordinal. */
static int by_importance(const void *left, const void *right) {
  const dove_store_coded_code *a = left, *b = right;
  if ((a->rank >= 0) != (b->rank >= 0)) return a->rank >= 0 ? -1 : 1;
  if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
  if (a->q < b->q || a->q > b->q) return a->q > b->q ? -1 : 1;
  return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

dove_status dove_store_document_coding_read(dove_store *store, int64_t iteration, int64_t document,
                                            dove_store_document_coding *coding, dove_error *error) {
  *coding = (dove_store_document_coding){0};
  dove_status status = read_entries(store, iteration, document, coding, error);
  if (status == DOVE_OK) status = name_codes(store, iteration, coding, error);
  if (status == DOVE_OK) status = rank_codes(store, iteration, document, coding, error);
  if (status != DOVE_OK) {
    dove_store_document_coding_free(coding);
    return status;
  }
  qsort(coding->codes, coding->code_count, sizeof *coding->codes, by_importance);
  return DOVE_OK;
}

void dove_store_document_coding_free(dove_store_document_coding *coding) {
  free(coding->codes);
  free(coding->expressions);
  dove_pool_free(coding->strings);
  *coding = (dove_store_document_coding){0};
}

static void fill_code_document(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_code_document *)row = (dove_store_code_document){
      .document = dove_document_columns(query, pool),
      .q = dove_column_double(query, DOVE_DOCUMENT_COLUMN_COUNT),
      .rank = (int)dove_column_int(query, DOVE_DOCUMENT_COLUMN_COUNT + 1),
  };
}

static void code_documents_clause(dove_clause *clause, int64_t iteration, int64_t code,
                                  const dove_store_document_filter *filter) {
  dove_clause_add(clause, "g.iteration_id = ? AND g.code_id = ?");
  dove_clause_int(clause, iteration);
  dove_clause_int(clause, code);
  dove_clause_document_labels(clause, filter);
}

dove_status dove_store_code_documents(dove_store *store, int64_t iteration, int64_t code,
                                      const dove_store_document_filter *filter, int64_t offset, int64_t limit,
                                      dove_store_code_document_list *list, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  code_documents_clause(&clause, iteration, code, filter);
  dove_query_open_clause(&query, store,
                         "SELECT " DOVE_DOCUMENT_COLUMNS
                         ", g.q, g.rank FROM recognised AS g CROSS JOIN document AS d ON d.id = "
                         "g.document_id" DOVE_DOCUMENT_JOINS,
                         &clause, " ORDER BY g.q DESC, g.document_id LIMIT ? OFFSET ?", error);
  dove_query_page(&query, limit, offset);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_code_document, &rows);
  DOVE_GIVE_ROWS(list, rows);
  dove_clause_free(&clause);
  return status;
}

dove_status dove_store_code_document_count(dove_store *store, int64_t iteration, int64_t code,
                                           const dove_store_document_filter *filter, int64_t *count,
                                           dove_error *error) {
  dove_clause clause = {0};
  code_documents_clause(&clause, iteration, code, filter);
  return dove_clause_count(store,
                           "SELECT count(*) FROM recognised AS g CROSS JOIN document AS d ON d.id = g.document_id",
                           &clause, count, error);
}

void dove_store_code_document_list_free(dove_store_code_document_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_code_document_list){0};
}
