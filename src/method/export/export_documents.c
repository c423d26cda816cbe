#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "dove/store_documents.h"
#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "dove/store_verdicts.h"
#include "dove/text.h"
#include "method/export/export_kinds.h"
#include "method/export/export_table.h"

/* Rows that are read at a time: texts may be long. */
enum { DOCUMENT_PAGE = 100, EXPRESSION_PAGE = 1000 };

/* cJSON leaves characters as they are that could steer a terminal; they are inside strings, so an escape does. */
static void put_escaped(FILE *file, const char *json) {
  const size_t length = strlen(json);
  size_t plain = 0;
  for (size_t offset = 0; offset < length;) {
    uint32_t c = 0;
    const size_t step = dove_utf8_decode(json + offset, length - offset, &c);
    if (c >= 0x7f && c <= 0xffff && dove_text_is_unsafe(c)) {
      fwrite(json + plain, 1, offset - plain, file);
      fprintf(file, "\\u%04x", (unsigned)c);
      plain = offset + step;
    } else if (c > 0xffff && dove_text_is_unsafe(c)) {
      fwrite(json + plain, 1, offset - plain, file);
      fprintf(file, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)), (unsigned)(0xdc00 + (c & 0x3ff)));
      plain = offset + step;
    }
    offset += step;
  }
  fwrite(json + plain, 1, length - plain, file);
}

/* The keys that the program does not know, as they came. */
static dove_status put_metadata(export_table *table, const char *metadata, dove_error *error) {
  if (metadata[0] == '\0' || table->format == DOVE_EXPORT_CSV) return DOVE_OK;
  cJSON *object = cJSON_Parse(metadata);
  const cJSON *item = object != NULL ? object->child : NULL;
  dove_status status = DOVE_OK;
  for (; item != NULL && status == DOVE_OK; item = item->next) {
    char *value = cJSON_PrintUnformatted(item);
    if (value == NULL) {
      status = dove_fail_memory(error, "exporting documents");
    } else {
      dove_json_key(&table->json, item->string);
      dove_json_raw(&table->json, "");
      put_escaped(table->file, value);
    }
    cJSON_free(value);
  }
  cJSON_Delete(object);
  return status;
}

/* What a judge said, with the model that it was. */
static dove_status put_verdict(export_table *table, const dove_store_verdict *verdict, dove_error *error) {
  cJSON *object = cJSON_Parse(verdict->answer);
  const bool made = cJSON_IsObject(object) && cJSON_AddStringToObject(object, "label", verdict->label) != NULL &&
                    cJSON_AddStringToObject(object, "model", verdict->model) != NULL;
  char *text = made ? cJSON_PrintUnformatted(object) : NULL;
  if (text != NULL) {
    dove_json_key(&table->json, verdict->question);
    dove_json_raw(&table->json, "");
    put_escaped(table->file, text);
  }
  const dove_status status = text != NULL ? DOVE_OK : dove_fail_memory(error, "exporting documents");
  cJSON_free(text);
  cJSON_Delete(object);
  return status;
}

static dove_status put_verdicts(dove_store *store, export_table *table, int64_t document, dove_error *error) {
  dove_store_verdict_list list = {0};
  if (table->format == DOVE_EXPORT_CSV) return DOVE_OK;
  dove_status status = dove_store_verdict_list_read(store, document, &list, error);
  if (status == DOVE_OK && list.count > 0) {
    dove_json_key(&table->json, "verdicts");
    dove_json_object_begin(&table->json, true);
    for (size_t i = 0; i < list.count && status == DOVE_OK; i++) status = put_verdict(table, &list.rows[i], error);
    dove_json_object_end(&table->json);
  }
  dove_store_verdict_list_free(&list);
  return status;
}

static dove_status put_document(dove_store *store, export_table *table, const dove_store_document_batch_row *row,
                                dove_error *error) {
  const dove_store_document *document = &row->document;
  export_row_begin(table);
  export_text(table, "id", document->external_id);
  export_text(table, "culture", document->culture);
  export_text(table, "source", document->source);
  export_text(table, "topic", document->topic);
  export_text(table, "lang", document->lang);
  export_optional_text(table, "role", document->role);
  export_text(table, "text", row->text);
  dove_status status = put_metadata(table, row->metadata, error);
  if (status == DOVE_OK) status = put_verdicts(store, table, document->id, error);
  export_row_end(table);
  return status;
}

dove_status export_documents(const export_job *job, dove_error *error) {
  static const char *const columns[] = {"id", "culture", "source", "topic", "lang", "role", "text", NULL};
  dove_store_counts counts;
  dove_status status = dove_store_counts_read(job->store, &counts, error);
  if (status != DOVE_OK) return status;
  export_table table = export_table_begin(job->file, job->format, columns);
  int64_t after = 0;
  size_t page = DOCUMENT_PAGE;
  for (size_t done = 0; status == DOVE_OK && page == DOCUMENT_PAGE; done += page) {
    dove_store_document_batch batch = {0};
    status = export_tell(job, (double)done, (double)counts.documents, error);
    if (status == DOVE_OK)
      status = dove_store_document_batch_read(job->store, NULL, false, after, DOCUMENT_PAGE, &batch, error);
    page = batch.count;
    for (size_t i = 0; i < batch.count && status == DOVE_OK; i++)
      status = put_document(job->store, &table, &batch.rows[i], error);
    if (page > 0) after = batch.rows[page - 1].document.id;
    dove_store_document_batch_free(&batch);
  }
  export_table_end(&table);
  return status == DOVE_OK && table.failed ? dove_fail_memory(error, "exporting documents") : status;
}

static const char *origin_name(dove_store_expression_origin origin) {
  switch (origin) {
    case DOVE_STORE_ORIGIN_IMPORTED: return "imported";
    case DOVE_STORE_ORIGIN_EMBEDDED: return "rules";
    case DOVE_STORE_ORIGIN_MODEL: return "model";
  }
  return "";
}

static void put_expression(export_table *table, const dove_store_expression *row) {
  export_row_begin(table);
  export_integer(table, "id", row->id);
  export_text(table, "document_id", row->external_id);
  export_text(table, "code_name", row->code_name);
  export_text(table, "description", row->description);
  export_optional_text(table, "evidence", row->evidence);
  const bool placed = row->evidence_start >= 0;
  if (placed || table->format == DOVE_EXPORT_CSV) {
    export_integer(table, "evidence_start", row->evidence_start);
    export_integer(table, "evidence_end", row->evidence_end);
  }
  export_text(table, "origin", origin_name(row->origin));
  export_row_end(table);
}

dove_status export_expressions(const export_job *job, dove_error *error) {
  static const char *const columns[] = {
      "id", "document_id", "code_name", "description", "evidence", "evidence_start", "evidence_end", "origin", NULL};
  dove_store_counts counts;
  dove_status status = dove_store_counts_read(job->store, &counts, error);
  if (status != DOVE_OK) return status;
  export_table table = export_table_begin(job->file, job->format, columns);
  int64_t after = 0;
  size_t page = EXPRESSION_PAGE;
  for (size_t done = 0; status == DOVE_OK && page == EXPRESSION_PAGE; done += page) {
    dove_store_expression_list list = {0};
    status = export_tell(job, (double)done, (double)counts.expressions, error);
    if (status == DOVE_OK) status = dove_store_expression_page(job->store, NULL, after, EXPRESSION_PAGE, &list, error);
    page = list.count;
    for (size_t i = 0; i < list.count; i++) put_expression(&table, &list.rows[i]);
    if (page > 0) after = list.rows[page - 1].id;
    dove_store_expression_list_free(&list);
  }
  export_table_end(&table);
  return status == DOVE_OK && table.failed ? dove_fail_memory(error, "exporting expressions") : status;
}
