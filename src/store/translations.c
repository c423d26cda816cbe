#include "dove/clock.h"
#include "dove/store_verdicts.h"
#include "store/internal.h"

dove_status dove_store_translation_set(dove_store *store, const dove_store_translation *translation,
                                       dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO translation (document_id, lang, text, model, time) VALUES (?, ?, ?, ?, ?)"
                  " ON CONFLICT (document_id, lang, model) DO UPDATE SET text = excluded.text, time = excluded.time",
                  error);
  dove_query_int(&query, translation->document);
  dove_query_text(&query, translation->lang);
  dove_query_text(&query, translation->text);
  dove_query_text(&query, translation->model);
  dove_query_int(&query, dove_clock_unix_ms());
  return dove_query_finish(&query);
}

static void fill_translation(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_translation *)row = (dove_store_translation){
      .document = dove_column_int(query, 0),
      .lang = dove_column_text(query, 1, pool),
      .text = dove_column_text(query, 2, pool),
      .model = dove_column_text(query, 3, pool),
      .time = dove_column_int(query, 4),
  };
}

dove_status dove_store_translation_list_read(dove_store *store, int64_t document, dove_store_translation_list *list,
                                             dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT document_id, lang, text, model, time FROM translation WHERE document_id = ?"
                  " ORDER BY time DESC, lang, model",
                  error);
  dove_query_int(&query, document);
  const dove_status status = dove_query_collect(&query, sizeof(dove_store_translation), fill_translation, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_translation_list_free(dove_store_translation_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_translation_list){0};
}

dove_status dove_store_untranslated_ids(dove_store *store, const char *lang, int64_t after, int64_t limit, int64_t *ids,
                                        size_t *count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "SELECT id FROM document WHERE id > ?"
                  " AND NOT EXISTS (SELECT 1 FROM translation WHERE document_id = document.id AND lang = ?)"
                  " ORDER BY id LIMIT ?",
                  error);
  dove_query_int(&query, after);
  dove_query_text(&query, lang);
  dove_query_int(&query, limit);
  return dove_query_collect_ids(&query, ids, (size_t)limit, count);
}

dove_status dove_store_translation_count(dove_store *store, int64_t *count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT count(DISTINCT document_id) FROM translation", error);
  return dove_query_finish_int(&query, 0, count);
}
