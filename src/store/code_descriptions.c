#include "dove/store_code_descriptions.h"

#include "dove/memory.h"
#include "store/internal.h"

dove_status dove_store_code_describe(dove_store *store, int64_t code, const char *description, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE code SET description = ? WHERE id = ?", error);
  dove_query_words(&query, description);
  dove_query_int(&query, code);
  return dove_query_finish_changed(&query, "code", code);
}

dove_status dove_store_code_description(dove_store *store, int64_t code, char **description, dove_error *error) {
  dove_query query;
  *description = NULL;
  dove_query_open(&query, store, "SELECT description FROM code WHERE id = ?", error);
  dove_query_int(&query, code);
  if (dove_query_step(&query)) {
    *description = dove_strdup((const char *)sqlite3_column_text(query.statement, 0));
    if (*description == NULL) dove_query_fail(&query, dove_fail_memory(error, "reading a code"));
  } else if (query.status == DOVE_OK) {
    dove_query_fail(&query, dove_fail(error, DOVE_NOT_FOUND, "there is no code %lld", (long long)code));
  }
  return dove_query_close(&query);
}
