#include "dove/store_project.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/store_vectors.h"
#include "store/internal.h"

static dove_status read_meta(dove_store *store, const char *key, char *value, size_t size, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT value FROM meta WHERE key = ?", error);
  dove_query_text(&query, key);
  value[0] = '\0';
  if (dove_query_step(&query)) snprintf(value, size, "%s", (const char *)sqlite3_column_text(query.statement, 0));
  return dove_query_close(&query);
}

dove_status dove_store_info_read(dove_store *store, dove_store_info *info, dove_error *error) {
  *info = (dove_store_info){0};
  char created[24];
  int64_t version = 0;
  dove_status status = read_meta(store, "uuid", info->uuid, sizeof info->uuid, error);
  if (status == DOVE_OK) {
    status = read_meta(store, "program_version", info->program_version, sizeof info->program_version, error);
  }
  if (status == DOVE_OK) status = read_meta(store, "created", created, sizeof created, error);
  if (status != DOVE_OK) return status;
  info->created = strtoll(created, NULL, 10);
  dove_query query;
  dove_query_open(&query, store, "PRAGMA user_version", error);
  status = dove_query_finish_int(&query, 0, &version);
  info->schema_version = (int)version;
  return status;
}

dove_status dove_store_setting_get(dove_store *store, const char *key, char **value, dove_error *error) {
  dove_query query;
  *value = NULL;
  dove_query_open(&query, store, "SELECT value FROM setting WHERE key = ?", error);
  dove_query_text(&query, key);
  if (dove_query_step(&query)) {
    *value = dove_strdup((const char *)sqlite3_column_text(query.statement, 0));
    if (*value == NULL) dove_query_fail(&query, dove_fail_memory(error, "reading a setting"));
  }
  return dove_query_close(&query);
}

static dove_status write_setting(dove_store *store, const char *key, const char *value, dove_error *error) {
  dove_query query;
  if (value == NULL) {
    dove_query_open(&query, store, "DELETE FROM setting WHERE key = ?", error);
    dove_query_text(&query, key);
  } else {
    dove_query_open(&query, store, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", error);
    dove_query_text(&query, key);
    dove_query_text(&query, value);
  }
  return dove_query_finish(&query);
}

dove_status dove_store_setting_set(dove_store *store, const char *key, const char *value, dove_error *error) {
  dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, write_setting(store, key, value, error), error);
}

static void fill_setting(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_setting *)row =
      (dove_store_setting){.key = dove_column_text(query, 0, pool), .value = dove_column_text(query, 1, pool)};
}

dove_status dove_store_setting_list_read(dove_store *store, dove_store_setting_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, "SELECT key, value FROM setting ORDER BY key", error);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_setting, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_setting_list_free(dove_store_setting_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_setting_list){0};
}

/* The statements about a kind of label: all literals. */
static const struct label_sql {
  const char *find, *add, *list;
} label_sql[] = {
    [DOVE_STORE_CULTURE] = {"SELECT id FROM culture WHERE name = ?", "INSERT INTO culture (name) VALUES (?)",
                            "SELECT id, name, 0, (SELECT count(*) FROM document WHERE culture_id = l.id)"
                            " FROM culture AS l ORDER BY id"},
    [DOVE_STORE_SOURCE] = {"SELECT id FROM source WHERE name = ?", "INSERT INTO source (name) VALUES (?)",
                           "SELECT id, name, human, (SELECT count(*) FROM document WHERE source_id = l.id)"
                           " FROM source AS l ORDER BY id"},
    [DOVE_STORE_TOPIC] = {"SELECT id FROM topic WHERE name = ?", "INSERT INTO topic (name) VALUES (?)",
                          "SELECT id, name, 0, (SELECT count(*) FROM document WHERE topic_id = l.id)"
                          " FROM topic AS l ORDER BY id"},
    [DOVE_STORE_ROLE] = {"SELECT id FROM role WHERE name = ?", "INSERT INTO role (name) VALUES (?)",
                         "SELECT id, name, 0, (SELECT count(*) FROM document WHERE role_id = l.id)"
                         " FROM role AS l ORDER BY id"},
};

dove_status dove_store_label_find(dove_store *store, dove_store_label_kind kind, const char *name, int64_t *id,
                                  dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, label_sql[kind].find, error);
  dove_query_words(&query, name);
  return dove_query_finish_int(&query, 0, id);
}

dove_status dove_store_label_intern(dove_store *store, dove_store_label_kind kind, const char *name, int64_t *id,
                                    dove_error *error) {
  *id = 0;
  if (name == NULL || name[0] == '\0') return DOVE_OK;
  dove_status status = dove_store_label_find(store, kind, name, id, error);
  if (status != DOVE_OK || *id != 0) return status;
  dove_query query;
  dove_query_open(&query, store, label_sql[kind].add, error);
  dove_query_text(&query, name);
  status = dove_query_finish(&query);
  *id = sqlite3_last_insert_rowid(store->database);
  return status;
}

static void fill_label(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_label *)row = (dove_store_label){
      .id = dove_column_int(query, 0),
      .name = dove_column_text(query, 1, pool),
      .human = dove_column_int(query, 2) != 0,
      .documents = dove_column_int(query, 3),
  };
}

dove_status dove_store_label_list_read(dove_store *store, dove_store_label_kind kind, dove_store_label_list *list,
                                       dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, label_sql[kind].list, error);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_label, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_label_list_free(dove_store_label_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_label_list){0};
}

/* One statement, so that all counts are of the same moment. */
static const char counts_sql[] =
    "SELECT (SELECT count(*) FROM document),"
    " (SELECT count(*) FROM document JOIN source ON source.id = source_id WHERE human),"
    " (SELECT count(*) FROM document AS d WHERE expressions = 0"
    "  AND NOT EXISTS (SELECT 1 FROM recognition WHERE document_id = d.id)),"
    " (SELECT count(DISTINCT topic_id) FROM document),"
    " (SELECT count(DISTINCT culture_id) FROM document),"
    " (SELECT count(DISTINCT source_id) FROM document),"
    " (SELECT total(expressions) FROM document),"
    " (SELECT count(*) FROM codebook_run WHERE EXISTS (SELECT 1 FROM run_iteration WHERE run_id = codebook_run.id)),"
    " (SELECT count(*) FROM score_run),"
    " (SELECT count(*) FROM score),"
    " (SELECT count(*) FROM job WHERE state IN ('queued', 'running')),"
    " (SELECT id FROM embedder WHERE active = 1)";

dove_status dove_store_counts_read(dove_store *store, dove_store_counts *counts, dove_error *error) {
  *counts = (dove_store_counts){0};
  dove_query query;
  int64_t embedder = 0;
  dove_query_open(&query, store, counts_sql, error);
  if (dove_query_step(&query)) {
    *counts = (dove_store_counts){
        .documents = dove_column_int(&query, 0),
        .documents_human = dove_column_int(&query, 1),
        .documents_without_expressions = dove_column_int(&query, 2),
        .topics = dove_column_int(&query, 3),
        .cultures = dove_column_int(&query, 4),
        .sources = dove_column_int(&query, 5),
        .expressions = dove_column_int(&query, 6),
        .runs = dove_column_int(&query, 7),
        .score_runs = dove_column_int(&query, 8),
        .scores = dove_column_int(&query, 9),
        .jobs_active = dove_column_int(&query, 10),
    };
    counts->documents_model = counts->documents - counts->documents_human;
    embedder = dove_column_int(&query, 11);
  }
  const dove_status status = dove_query_close(&query);
  if (status != DOVE_OK || embedder == 0) return status;
  return dove_store_vectors_count(store, embedder, DOVE_STORE_EXPRESSION_VECTOR, &counts->expressions_embedded, error);
}
