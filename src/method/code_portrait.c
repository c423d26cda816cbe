#include "method/code_portrait.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/store_code_descriptions.h"
#include "dove/store_expressions.h"

/* Quotes come from the most central members. */
enum { LOOKED_AT = 300 };

static const char doing[] = "describing a code";

void code_portrait_free(code_portrait *portrait) {
  for (size_t i = 0; i < portrait->quote_count; i++) {
    free(portrait->quotes[i].group);
    free(portrait->quotes[i].document);
    free(portrait->quotes[i].text);
  }
  free(portrait->quotes);
  free(portrait->definition);
  *portrait = (code_portrait){0};
}

/* Where the next quote of a group goes, and how many it has. */
static size_t group_end(const code_portrait *portrait, const char *group, size_t *count) {
  size_t end = portrait->quote_count;
  *count = 0;
  for (size_t i = 0; i < portrait->quote_count; i++) {
    if (strcmp(portrait->quotes[i].group, group) != 0) continue;
    (*count)++;
    end = i + 1;
  }
  return end;
}

static dove_status add_quote(code_portrait *portrait, const dove_store_expression *row, dove_error *error) {
  const char *group = row->human ? row->culture : row->source;
  size_t count = 0;
  const size_t at = group_end(portrait, group, &count);
  if (count == CODE_QUOTES) return DOVE_OK;
  void *rows = portrait->quotes;
  const bool grown = dove_grow(&rows, &portrait->quote_capacity, portrait->quote_count + 1, sizeof *portrait->quotes);
  portrait->quotes = rows;
  if (!grown) return dove_fail_memory(error, doing);
  code_quote *quotes = portrait->quotes;
  memmove(quotes + at + 1, quotes + at, (portrait->quote_count - at) * sizeof *quotes);
  portrait->quote_count++;
  quotes[at] = (code_quote){.group = dove_strdup(group),
                            .document = dove_strdup(row->external_id),
                            .text = dove_strdup(row->evidence[0] != '\0' ? row->evidence : row->description)};
  const bool whole = quotes[at].group != NULL && quotes[at].document != NULL && quotes[at].text != NULL;
  return whole ? DOVE_OK : dove_fail_memory(error, doing);
}

/* The first member gives the definition of a code that has none of its own. */
static dove_status read_members(dove_store *store, int64_t iteration, int64_t code, code_portrait *portrait,
                                dove_error *error) {
  int64_t ids[LOOKED_AT];
  size_t count = 0;
  dove_store_expression_list list = {0};
  dove_status status = dove_store_members_page(store, iteration, code, 0, LOOKED_AT, ids, NULL, &count, error);
  if (status == DOVE_OK && count > 0) status = dove_store_expression_rows(store, ids, count, &list, error);
  if (status == DOVE_OK && count > 0 && portrait->definition[0] == '\0') {
    free(portrait->definition);
    portrait->definition = dove_strdup(list.rows[0].description);
    if (portrait->definition == NULL) status = dove_fail_memory(error, doing);
  }
  for (size_t i = 0; i < list.count && status == DOVE_OK; i++) status = add_quote(portrait, &list.rows[i], error);
  dove_store_expression_list_free(&list);
  return status;
}

dove_status code_portrait_read(dove_store *store, int64_t iteration, int64_t code, code_portrait *portrait,
                               dove_error *error) {
  *portrait = (code_portrait){0};
  const dove_status status = dove_store_code_description(store, code, &portrait->definition, error);
  return status == DOVE_OK ? read_members(store, iteration, code, portrait, error) : status;
}
