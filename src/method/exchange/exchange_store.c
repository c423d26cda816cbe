/* An exchange set into the project: documents and expressions. */
#include <stdlib.h>
#include <string.h>

#include "dove/exchange.h"
#include "dove/memory.h"
#include "dove/store_documents.h"
#include "dove/store_expressions.h"
#include "dove/text.h"
#include "method/exchange/exchange_formats.h"

/* Longest id, name and label in bytes, as for every import. */
enum { NAME_LIMIT = 1000 };

typedef struct storing {
  dove_store *store;
  const dove_exchange_set *set;
  const dove_import_options *options;
  const char *path;
  int64_t *ids;
  dove_exchange_report *report;
} storing;

static const char *either(const char *text, const char *other) {
  if (text[0] != '\0') return text;
  return other != NULL ? other : "";
}

static dove_status check_names(const storing *s, const dove_exchange_document *document, dove_error *error) {
  const char *const names[] = {document->id,    document->culture, document->source,
                               document->topic, document->lang,    document->role};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strlen(names[i]) > NAME_LIMIT)
      return dove_fail(error, DOVE_INPUT, "%s: an id or label of the document '%.60s' is longer than %d bytes", s->path,
                       document->id, NAME_LIMIT);
  }
  return DOVE_OK;
}

/* People's documents need a culture; models' have none. */
static dove_status add_document(const storing *s, const dove_exchange_document *document, int64_t *id,
                                dove_error *error) {
  const char *culture = either(document->culture, s->options->culture);
  const char *source = either(document->source, s->options->source);
  if (source[0] == '\0' && culture[0] != '\0') source = "human";
  const bool human = strcmp(source, "human") == 0;
  if (source[0] == '\0' || (human && culture[0] == '\0'))
    return dove_fail(
        error, DOVE_INPUT,
        "%s: the document '%s' does not say its %s; on the command line --culture and --source give one to all",
        s->path, document->id, source[0] == '\0' ? "source ('human' or a model's name)" : "culture");
  const dove_store_new_document row = {.external_id = document->id,
                                       .culture = human ? culture : NULL,
                                       .source = source,
                                       .topic = either(document->topic, s->options->topic),
                                       .lang = either(document->lang, s->options->lang),
                                       .role = human ? NULL : either(document->role, s->options->role),
                                       .text = document->text,
                                       .metadata = document->metadata[0] != '\0' ? document->metadata : NULL};
  const dove_status status = dove_store_document_add(s->store, &row, id, error);
  if (status == DOVE_OK) s->report->documents++;
  return status;
}

static dove_status check_same_text(const storing *s, const dove_exchange_document *document, int64_t id,
                                   dove_error *error) {
  char *text = NULL;
  const dove_status status = dove_store_document_text(s->store, id, &text, NULL, error);
  const bool same = status == DOVE_OK && strcmp(text, document->text) == 0;
  free(text);
  if (status != DOVE_OK) return status;
  s->report->documents_known += same;
  return same ? DOVE_OK
              : dove_fail(error, DOVE_INPUT, "%s: the project has a document '%s' with another text", s->path,
                          document->id);
}

static dove_status store_document(const storing *s, const dove_exchange_document *document, int64_t *id,
                                  dove_error *error) {
  dove_error reason;
  dove_status status = check_names(s, document, error);
  if (status != DOVE_OK) return status;
  status = dove_store_document_find(s->store, document->id, id, &reason);
  if (status == DOVE_OK) return document->text[0] != '\0' ? check_same_text(s, document, *id, error) : DOVE_OK;
  if (status != DOVE_NOT_FOUND) {
    if (error != NULL) *error = reason;
    return status;
  }
  if (document->text[0] != '\0') return add_document(s, document, id, error);
  return dove_fail(error, DOVE_INPUT, "%s: there is no document '%s' in the project, and the file has no text for it",
                   s->path, document->id);
}

/* ---- Expressions ---- */

static bool same_expression(const dove_store_expression *row, const dove_exchange_expression *other) {
  return row->evidence_start == other->start && row->evidence_end == other->end &&
         strcmp(row->code_name, other->code_name) == 0 && strcmp(row->description, other->description) == 0 &&
         strcmp(row->evidence, other->evidence) == 0;
}

static dove_status check_expression(const storing *s, const dove_exchange_expression *row, int64_t characters,
                                    dove_error *error) {
  const char *document = s->set->documents[row->document].id;
  if (strlen(row->code_name) > NAME_LIMIT)
    return dove_fail(error, DOVE_INPUT, "%s: a code name in the document '%s' is longer than %d bytes", s->path,
                     document, NAME_LIMIT);
  if (row->end > characters)
    return dove_fail(error, DOVE_INPUT,
                     "%s: the span %lld to %lld is not in the document '%s', which has %lld characters", s->path,
                     (long long)row->start, (long long)row->end, document, (long long)characters);
  return DOVE_OK;
}

/* The expression itself, or the one that the document has already. */
static dove_status store_expression(const storing *s, const dove_store_expression_list *known, size_t index,
                                    int64_t document, int64_t characters, dove_error *error) {
  const dove_exchange_expression *row = &s->set->expressions[index];
  const dove_store_new_expression new_row = {.code_name = row->code_name,
                                             .description = row->description,
                                             .evidence = row->evidence[0] != '\0' ? row->evidence : NULL,
                                             .evidence_start = row->start,
                                             .evidence_end = row->end};
  for (size_t i = 0; i < known->count; i++) {
    if (!same_expression(&known->rows[i], row)) continue;
    s->report->repeated++;
    if (s->ids != NULL) s->ids[index] = known->rows[i].id;
    return DOVE_OK;
  }
  int64_t id = 0;
  dove_status status = check_expression(s, row, characters, error);
  if (status == DOVE_OK)
    status = dove_store_expression_add(s->store, document, DOVE_STORE_ORIGIN_IMPORTED, &new_row, 1, &id, error);
  if (status != DOVE_OK) return status;
  s->report->expressions++;
  if (s->ids != NULL) s->ids[index] = id;
  return DOVE_OK;
}

static dove_status store_expressions(const storing *s, int64_t document, size_t first, size_t end, dove_error *error) {
  dove_store_expression_list known = {0};
  dove_store_document_list row = {0};
  if (first == end) return DOVE_OK;
  dove_status status = dove_store_document_expressions(s->store, document, &known, error);
  if (status == DOVE_OK) status = dove_store_document_rows(s->store, &document, 1, &row, error);
  for (size_t i = first; i < end && status == DOVE_OK; i++)
    status = store_expression(s, &known, i, document, row.rows[0].characters, error);
  dove_store_document_list_free(&row);
  dove_store_expression_list_free(&known);
  return status;
}

static dove_status store_all(const storing *s, const dove_progress *progress, dove_error *error) {
  size_t next = 0, first = 0, end = 0;
  dove_status status = DOVE_OK;
  for (size_t d = 0; d < s->set->document_count && status == DOVE_OK; d++) {
    int64_t id = 0;
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "the import was stopped");
    if (d % 64 == 0) dove_progress_report(progress, "importing", (double)d, (double)s->set->document_count);
    exchange_expressions_of(s->set, d, &next, &first, &end);
    status = store_document(s, &s->set->documents[d], &id, error);
    if (status == DOVE_OK) status = store_expressions(s, id, first, end, error);
  }
  return status;
}

dove_status dove_exchange_store(dove_store *store, const dove_exchange_set *set, const dove_import_options *options,
                                const char *path, int64_t *ids, dove_exchange_report *report,
                                const dove_progress *progress, dove_error *error) {
  const storing s = {.store = store, .set = set, .options = options, .path = path, .ids = ids, .report = report};
  *report = (dove_exchange_report){.left_out = set->left_out};
  dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  status = store_all(&s, progress, error);
  if (status == DOVE_OK) return dove_store_commit(store, error);
  dove_store_rollback(store);
  *report = (dove_exchange_report){0};
  return status;
}
