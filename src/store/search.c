#include "dove/store_search.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "dove/memory.h"
#include "dove/text.h"
#include "store/search.h"

bool dove_store_search_is_exact(const char *text) {
  const size_t length = text == NULL ? 0 : strlen(text);
  for (size_t place = 0; place < length;) {
    uint32_t code_point;
    place += dove_utf8_decode(text + place, length - place, &code_point);
    const utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
    if (category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT) return true;
  }
  return false;
}

/* The trigram index needs three code points to look up. */
static bool is_indexed(const char *search) { return dove_utf8_count(search, strlen(search)) >= 3; }

/* The search as one FTS5 string: in double quotes, those inside it doubled. Freed with free(). */
static char *phrase(const char *search) {
  dove_buffer buffer = {0};
  dove_buffer_add_char(&buffer, '"');
  for (const char *byte = search; *byte != '\0'; byte++) {
    if (*byte == '"') dove_buffer_add_char(&buffer, '"');
    dove_buffer_add_char(&buffer, *byte);
  }
  dove_buffer_add_char(&buffer, '"');
  return dove_buffer_take(&buffer);
}

/* The search as a LIKE pattern with ESCAPE '\'. Freed with free(). */
static char *pattern(const char *search) {
  dove_buffer buffer = {0};
  dove_buffer_add_char(&buffer, '%');
  for (const char *byte = search; *byte != '\0'; byte++) {
    if (strchr("%_\\", *byte) != NULL) dove_buffer_add_char(&buffer, '\\');
    dove_buffer_add_char(&buffer, *byte);
  }
  dove_buffer_add_char(&buffer, '%');
  return dove_buffer_take(&buffer);
}

void dove_clause_search_column(dove_clause *clause, const char *insensitive, const char *exact, const char *search) {
  if (search == NULL || search[0] == '\0') return;
  if (dove_store_search_is_exact(search)) {
    dove_clause_add(clause, exact);
    dove_clause_text(clause, search);
  } else {
    dove_clause_add(clause, insensitive);
    dove_clause_owned_text(clause, pattern(search));
  }
}

/* The same value, once more, for the conditions beside the text's. */
static void again(dove_clause *clause, const char *search, bool exact, int times) {
  for (int i = 0; i < times; i++) {
    if (exact) {
      dove_clause_text(clause, search);
    } else {
      dove_clause_owned_text(clause, pattern(search));
    }
  }
}

#define DOCUMENT_LABELS_LIKE             \
  " OR d.external_id LIKE ? ESCAPE '\\'" \
  " OR d.topic_id IN (SELECT id FROM topic WHERE name LIKE ? ESCAPE '\\')"
#define DOCUMENT_LABELS_EXACT \
  " OR instr(d.external_id, ?) > 0 OR d.topic_id IN (SELECT id FROM topic WHERE instr(name, ?) > 0)"

/* "verdict:LABEL": what a judge said. */
static bool search_verdicts(dove_clause *clause, const char *search) {
  static const char prefix[] = "verdict:";
  if (strncmp(search, prefix, sizeof prefix - 1) != 0) return false;
  const char *label = search + sizeof prefix - 1;
  while (*label == ' ') label++;
  dove_clause_add(clause, label[0] != '\0' ? "d.id IN (SELECT document_id FROM verdict WHERE label = ?)"
                                           : "d.id IN (SELECT document_id FROM verdict WHERE label <> ?)");
  dove_clause_text(clause, label);
  return true;
}

void dove_clause_search_documents(dove_clause *clause, const char *search) {
  if (search == NULL || search[0] == '\0' || search_verdicts(clause, search)) return;
  const bool exact = dove_store_search_is_exact(search);
  if (!is_indexed(search)) {
    dove_clause_add(
        clause,
        exact ? "d.id IN (SELECT document_id FROM document_text WHERE instr(text, ?) > 0)" DOCUMENT_LABELS_EXACT
              : "d.id IN (SELECT document_id FROM document_text WHERE text LIKE ? ESCAPE '\\')" DOCUMENT_LABELS_LIKE);
    again(clause, search, exact, 3);
    return;
  }
  dove_clause_add(
      clause, exact ? "d.id IN (SELECT rowid FROM document_search WHERE document_search MATCH ?"
                      " AND instr(text, ?) > 0)" DOCUMENT_LABELS_EXACT
                    : "d.id IN (SELECT rowid FROM document_search WHERE document_search MATCH ?)" DOCUMENT_LABELS_LIKE);
  dove_clause_owned_text(clause, phrase(search));
  again(clause, search, exact, exact ? 3 : 2);
}

#define EXPRESSION_EXACT "instr(code_name, ?) > 0 OR instr(description, ?) > 0 OR instr(coalesce(evidence, ''), ?) > 0"
#define EXPRESSION_LIKE                                            \
  "code_name LIKE ? ESCAPE '\\' OR description LIKE ? ESCAPE '\\'" \
  " OR evidence LIKE ? ESCAPE '\\'"

void dove_clause_search_expressions(dove_clause *clause, const char *search) {
  if (search == NULL || search[0] == '\0') return;
  const bool exact = dove_store_search_is_exact(search);
  if (!is_indexed(search)) {
    dove_clause_add(clause, exact ? EXPRESSION_EXACT : EXPRESSION_LIKE);
    again(clause, search, exact, 3);
    return;
  }
  dove_clause_add(clause, exact ? "e.id IN (SELECT rowid FROM expression_search WHERE expression_search MATCH ?"
                                  " AND (" EXPRESSION_EXACT "))"
                                : "e.id IN (SELECT rowid FROM expression_search WHERE expression_search MATCH ?)");
  dove_clause_owned_text(clause, phrase(search));
  if (exact) again(clause, search, true, 3);
}

dove_status dove_store_search_rebuild(dove_store *store, dove_error *error) {
  dove_status status = dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  status = dove_store_execute(store,
                              "INSERT INTO document_search (document_search) VALUES ('rebuild');"
                              "INSERT INTO expression_search (expression_search) VALUES ('rebuild')",
                              error);
  return dove_store_end(store, status, error);
}
