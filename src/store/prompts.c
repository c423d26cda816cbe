#include "dove/store_prompts.h"

#include "dove/clock.h"
#include "dove/memory.h"
#include "store/internal.h"

dove_status dove_store_prompt_get(dove_store *store, const char *name, char **text, dove_error *error) {
  dove_query query;
  *text = NULL;
  dove_query_open(&query, store, "SELECT text FROM prompt WHERE name = ?", error);
  dove_query_text(&query, name);
  if (dove_query_step(&query)) {
    *text = dove_strdup((const char *)sqlite3_column_text(query.statement, 0));
    if (*text == NULL) dove_query_fail(&query, dove_fail_memory(error, "reading a prompt"));
  }
  return dove_query_close(&query);
}

static dove_status write_prompt(dove_store *store, const char *name, const char *text, dove_error *error) {
  dove_query query;
  if (text == NULL) {
    dove_query_open(&query, store, "DELETE FROM prompt WHERE name = ?", error);
    dove_query_text(&query, name);
    return dove_query_finish(&query);
  }
  dove_query_open(&query, store,
                  "INSERT INTO prompt (name, text, changed) VALUES (?, ?, ?)"
                  " ON CONFLICT (name) DO UPDATE SET text = excluded.text, changed = excluded.changed",
                  error);
  dove_query_text(&query, name);
  dove_query_text(&query, text);
  dove_query_int(&query, dove_clock_unix_ms());
  return dove_query_finish(&query);
}

dove_status dove_store_prompt_set(dove_store *store, const char *name, const char *text, dove_error *error) {
  const dove_status status = dove_store_begin_durable(store, error);
  return status == DOVE_OK ? dove_store_end(store, write_prompt(store, name, text, error), error) : status;
}
