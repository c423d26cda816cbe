#include "dove/model_quotes.h"

#include <stdlib.h>

#include "dove/memory.h"
#include "dove/store_code_descriptions.h"
#include "dove/store_codes.h"

static dove_status read_members(dove_store *store, int64_t iteration, int64_t code, size_t limit,
                                dove_code_quotes *quotes, dove_error *error) {
  size_t count = 0;
  int64_t *ids = dove_alloc(limit, sizeof *ids);
  if (ids == NULL) return dove_fail_memory(error, "reading the members of a code");
  dove_status status = dove_store_members_page(store, iteration, code, 0, (int64_t)limit, ids, NULL, &count, error);
  if (status == DOVE_OK) status = dove_store_expression_rows(store, ids, count, &quotes->members, error);
  free(ids);
  return status;
}

dove_status dove_model_code_quotes(dove_model *model, int64_t iteration, int64_t code, size_t limit,
                                   dove_code_quotes *quotes, dove_error *error) {
  dove_store *store = dove_model_store(model);
  *quotes = (dove_code_quotes){.code = code};
  dove_status status = dove_store_code_description(store, code, &quotes->description, error);
  if (status == DOVE_OK) status = dove_store_members_count(store, iteration, code, &quotes->total, error);
  if (status == DOVE_OK) status = read_members(store, iteration, code, limit, quotes, error);
  if (status != DOVE_OK) dove_code_quotes_free(quotes);
  return status;
}

void dove_code_quotes_free(dove_code_quotes *quotes) {
  free(quotes->description);
  dove_store_expression_list_free(&quotes->members);
  *quotes = (dove_code_quotes){0};
}
