/* The project as an exchange set. */
#include <stdlib.h>
#include <string.h>

#include "dove/exchange.h"
#include "dove/memory.h"
#include "dove/store_code_descriptions.h"
#include "dove/store_codes.h"
#include "dove/store_coding.h"
#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "method/exchange/exchange_formats.h"

enum { DOCUMENT_PAGE = 100 };

static const char doing[] = "collecting a project";

typedef struct collecting {
  dove_store *store;
  const dove_store_current *at;
  dove_exchange_set *set;
  const dove_progress *progress;
} collecting;

/* ---- Codes ---- */

/* The sentence of the most central member; "" for a code without members. */
static dove_status first_member(const collecting *c, int64_t code, char **text, dove_error *error) {
  dove_store_expression_list list = {0};
  int64_t id = 0;
  size_t count = 0;
  *text = NULL;
  dove_status status = dove_store_members_page(c->store, c->at->iteration, code, 0, 1, &id, NULL, &count, error);
  if (status == DOVE_OK && count > 0) status = dove_store_expression_rows(c->store, &id, 1, &list, error);
  if (status == DOVE_OK) {
    *text = dove_strdup(count > 0 ? list.rows[0].description : "");
    if (*text == NULL) status = dove_fail_memory(error, doing);
  }
  dove_store_expression_list_free(&list);
  return status;
}

static dove_status collect_code(const collecting *c, int64_t id, const char *name, dove_error *error) {
  char *description = NULL;
  dove_status status = dove_store_code_description(c->store, id, &description, error);
  if (status == DOVE_OK && description[0] == '\0') {
    free(description);
    status = first_member(c, id, &description, error);
  }
  const dove_exchange_code code = {.name = name, .description = description, .parent = DOVE_EXCHANGE_NO_CODE};
  if (status == DOVE_OK) status = dove_exchange_add_code(c->set, &code, error);
  free(description);
  return status;
}

static dove_status collect_codes(const collecting *c, dove_error *error) {
  dove_store_codebook codebook = {0};
  if (c->at->run == 0) return DOVE_OK;
  dove_status status = dove_store_codebook_read(c->store, c->at->iteration, &codebook, error);
  for (size_t k = 0; k < codebook.codes && status == DOVE_OK; k++)
    status = collect_code(c, codebook.ids[k], codebook.names[k], error);
  dove_store_codebook_free(&codebook);
  return status;
}

/* ---- Documents and expressions ---- */

/* The coding of a document, empty when it has none. */
static dove_status read_coding(const collecting *c, int64_t document, dove_store_document_coding *coding,
                               dove_error *error) {
  dove_error reason;
  *coding = (dove_store_document_coding){0};
  if (c->at->run == 0) return DOVE_OK;
  const dove_status status = dove_store_document_coding_read(c->store, c->at->iteration, document, coding, &reason);
  if (status == DOVE_OK || status == DOVE_NOT_FOUND) return DOVE_OK;
  if (error != NULL) *error = reason;
  return status;
}

/* The place in the set of the code that an expression belongs to: codes stand there in the codebook's order. */
static size_t code_place(const dove_store_document_coding *coding, int64_t expression) {
  for (size_t i = 0; i < coding->expression_count; i++) {
    if (coding->expressions[i].expression != expression) continue;
    for (size_t k = 0; k < coding->code_count; k++) {
      if (coding->codes[k].code == coding->expressions[i].code) return coding->codes[k].ordinal;
    }
  }
  return DOVE_EXCHANGE_NO_CODE;
}

static const char *origin_user(dove_store_expression_origin origin) {
  if (origin == DOVE_STORE_ORIGIN_EMBEDDED) return "DOVE (rules)";
  return origin == DOVE_STORE_ORIGIN_MODEL ? "DOVE (model)" : "";
}

static dove_status collect_expression(const collecting *c, const dove_store_expression *row,
                                      const dove_store_document_coding *coding, dove_error *error) {
  dove_exchange_expression expression = {.document = c->set->document_count - 1,
                                         .code = code_place(coding, row->id),
                                         .code_name = row->code_name,
                                         .description = row->description,
                                         .evidence = row->evidence,
                                         .start = row->evidence_start,
                                         .end = row->evidence_end,
                                         .user = origin_user(row->origin)};
  /* Without a codebook its own name is the code. */
  dove_status status = DOVE_OK;
  if (c->at->run == 0) status = exchange_code_of(c->set, row->code_name, &expression.code, error);
  return status == DOVE_OK ? dove_exchange_add_expression(c->set, &expression, error) : status;
}

static dove_status collect_document(const collecting *c, const dove_store_document_batch_row *row, dove_error *error) {
  const dove_store_document *labels = &row->document;
  const dove_exchange_document document = {.id = labels->external_id,
                                           .culture = labels->culture,
                                           .source = labels->source,
                                           .topic = labels->topic,
                                           .lang = labels->lang,
                                           .role = labels->role,
                                           .text = row->text,
                                           .metadata = row->metadata};
  dove_store_expression_list list = {0};
  dove_store_document_coding coding = {0};
  dove_status status = dove_exchange_add_document(c->set, &document, error);
  if (status == DOVE_OK) status = dove_store_document_expressions(c->store, labels->id, &list, error);
  if (status == DOVE_OK) status = read_coding(c, labels->id, &coding, error);
  for (size_t i = 0; i < list.count && status == DOVE_OK; i++)
    status = collect_expression(c, &list.rows[i], &coding, error);
  dove_store_document_coding_free(&coding);
  dove_store_expression_list_free(&list);
  return status;
}

static dove_status collect_documents(const collecting *c, dove_error *error) {
  dove_store_counts counts;
  dove_status status = dove_store_counts_read(c->store, &counts, error);
  int64_t after = 0;
  for (size_t page = DOCUMENT_PAGE; status == DOVE_OK && page == DOCUMENT_PAGE;) {
    dove_store_document_batch batch = {0};
    if (dove_progress_cancelled(c->progress)) return dove_fail(error, DOVE_CANCELLED, "the export was stopped");
    dove_progress_report(c->progress, "exporting", (double)c->set->document_count, (double)counts.documents);
    status = dove_store_document_batch_read(c->store, NULL, false, after, DOCUMENT_PAGE, &batch, error);
    page = batch.count;
    for (size_t i = 0; i < page && status == DOVE_OK; i++) status = collect_document(c, &batch.rows[i], error);
    if (page > 0) after = batch.rows[page - 1].document.id;
    dove_store_document_batch_free(&batch);
  }
  return status;
}

dove_status dove_exchange_collect(dove_store *store, const dove_store_current *at, bool with_documents,
                                  dove_exchange_set *set, const dove_progress *progress, dove_error *error) {
  const collecting c = {.store = store, .at = at, .set = set, .progress = progress};
  *set = (dove_exchange_set){0};
  const dove_status status = collect_codes(&c, error);
  return status == DOVE_OK && with_documents ? collect_documents(&c, error) : status;
}
