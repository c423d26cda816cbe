#include "dove/recognise.h"

#include <stdlib.h>
#include <string.h>

#include "cut_text.h"
#include "dove/memory.h"
#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "dove/text.h"

enum { BATCH = 64 }; /* documents a transaction */

static const char doing[] = "recognising value expressions";

/* The evidence as it stands in the text, freed by the caller; NULL when there is none. */
static char *evidence_text(const char *text, const dove_value_expression *expression) {
  if (expression->evidence_end <= expression->evidence_start) return NULL;
  const size_t length = strlen(text);
  const size_t start = dove_utf8_offset(text, length, (size_t)expression->evidence_start);
  return dove_strndup(text + start, dove_utf8_offset(text, length, (size_t)expression->evidence_end) - start);
}

static dove_status add_expression(dove_store *store, const dove_store_document_batch_row *row,
                                  const dove_value_expression *found, dove_store_expression_origin origin,
                                  dove_error *error) {
  const bool known = found->evidence_end > found->evidence_start;
  char *evidence = evidence_text(row->text, found);
  if (known && evidence == NULL) return dove_fail_memory(error, doing);
  const dove_store_new_expression expression = {.code_name = found->code_name,
                                                .description = found->description,
                                                .evidence = evidence,
                                                .evidence_start = known ? (int64_t)found->evidence_start : -1,
                                                .evidence_end = known ? (int64_t)found->evidence_end : -1};
  const dove_status status = dove_store_expression_add(store, row->document.id, origin, &expression, 1, NULL, error);
  free(evidence);
  return status;
}

/* What came of one document that was read. */
static dove_status save_document(dove_store *store, const char *recognizer, const dove_store_document_batch_row *row,
                                 const dove_recognition *found, const dove_recognise_options *options,
                                 dove_recognise_report *report, dove_error *error) {
  const dove_store_expression_origin origin =
      options->from_model ? DOVE_STORE_ORIGIN_MODEL : DOVE_STORE_ORIGIN_EMBEDDED;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < found->count && status == DOVE_OK; i++)
    status = add_expression(store, row, &found->expressions[i], origin, error);
  if (status == DOVE_OK)
    status = dove_store_recognition_note(store, row->document.id, recognizer, found->count > 0 ? NULL : found->reason,
                                         error);
  report->expressions += found->count;
  if (found->count > 0) {
    report->done++;
  } else {
    report->silent++;
  }
  return status;
}

static void note_unreadable(const dove_store_document_batch_row *row, const dove_recognition *found,
                            dove_recognise_report *report) {
  if (report->unreadable++ > 0) return;
  dove_copy_cut(report->first_unreadable, sizeof report->first_unreadable, row->document.external_id);
  dove_copy_cut(report->reason, sizeof report->reason, found->reason);
}

static dove_status save_batch(dove_store *store, const dove_recognizer *recognizer,
                              const dove_store_document_batch *batch, const dove_recognition *found,
                              const dove_recognise_options *options, dove_recognise_report *report, dove_error *error) {
  dove_status status = options->from_model ? dove_store_begin_durable(store, error) : dove_store_begin(store, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < batch->count && status == DOVE_OK; i++) {
    if (found[i].status == DOVE_OK) {
      status = save_document(store, recognizer->name, &batch->rows[i], &found[i], options, report, error);
    } else if (found[i].status != DOVE_CANCELLED) {
      note_unreadable(&batch->rows[i], &found[i], report);
    }
  }
  if (status == DOVE_OK) return dove_store_commit(store, error);
  dove_store_rollback(store);
  return status;
}

/* A recognizer that was stopped or failed half-way through a batch has read some of it: that is kept. */
static dove_status recognise_batch(dove_store *store, const dove_recognizer *recognizer,
                                   const dove_store_document_batch *batch, const dove_recognise_options *options,
                                   dove_recognise_report *report, const dove_progress *progress, dove_error *error) {
  dove_recognizer_document documents[BATCH];
  dove_recognition found[BATCH] = {0};
  for (size_t i = 0; i < batch->count; i++) {
    const dove_store_document *row = &batch->rows[i].document;
    documents[i] = (dove_recognizer_document){
        .id = row->external_id, .lang = row->lang, .topic = row->topic, .text = batch->rows[i].text};
    found[i].status = DOVE_CANCELLED;
  }
  dove_status status = dove_recognizer_recognize(recognizer, documents, batch->count, found, progress, error);
  const dove_status saved =
      save_batch(store, recognizer, batch, found, options, report, status == DOVE_OK ? error : NULL);
  for (size_t i = 0; i < batch->count; i++) dove_recognition_free(&found[i]);
  return status == DOVE_OK ? saved : status;
}

static dove_status refuse_unreadable(const dove_recognise_options *options, const dove_recognise_report *report,
                                     dove_error *error) {
  if (options->from_model)
    return dove_fail(error, DOVE_NETWORK,
                     "%zu of %zu documents got no usable answer, '%s' for instance: %s. The others are done; 'dove "
                     "extract' asks again for those alone",
                     report->unreadable, report->documents, report->first_unreadable, report->reason);
  return dove_fail(error, DOVE_INPUT,
                   "%zu of %zu documents could not be read, '%s' for instance: %s. Import their value expressions with "
                   "'dove import PROJECT FILE --as expressions'",
                   report->unreadable, report->documents, report->first_unreadable, report->reason);
}

/* Documents that cannot be read do not use up the limit: they would stand in the way of the others every time. */
static int64_t left_of_limit(const dove_recognise_options *options, const dove_recognise_report *report) {
  const int64_t read = (int64_t)(report->done + report->silent);
  if (options->limit <= 0 || options->limit - read > BATCH) return BATCH;
  return options->limit - read;
}

static dove_status recognise_all(dove_store *store, const dove_recognizer *recognizer,
                                 const dove_recognise_options *options, size_t total, dove_recognise_report *report,
                                 const dove_progress *progress, dove_error *error) {
  /* The recognizer may be stopped within a batch, but the stage is this one's. */
  const dove_progress stop = dove_progress_quiet(progress);
  int64_t after = 0, limit;
  size_t count = 1;
  while (count > 0 && (limit = left_of_limit(options, report)) > 0) {
    dove_store_document_batch batch = {0};
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "stopped while %s", doing);
    dove_progress_report(progress, "recognising", (double)report->documents, (double)total);
    dove_status status = dove_store_document_batch_read(store, NULL, true, after, limit, &batch, error);
    count = batch.count;
    if (status == DOVE_OK && count > 0) {
      after = batch.rows[count - 1].document.id;
      report->documents += count;
      status = recognise_batch(store, recognizer, &batch, options, report, &stop, error);
    }
    dove_store_document_batch_free(&batch);
    if (status != DOVE_OK) return status;
  }
  dove_progress_report(progress, "recognising", (double)report->documents, (double)total);
  return report->unreadable > 0 ? refuse_unreadable(options, report, error) : DOVE_OK;
}

dove_status dove_recognise(dove_store *store, const dove_recognizer *recognizer, const dove_recognise_options *options,
                           dove_recognise_report *report, const dove_progress *progress, dove_error *error) {
  *report = (dove_recognise_report){0};
  dove_store_counts counts;
  const dove_status status = dove_store_counts_read(store, &counts, error);
  if (status != DOVE_OK) return status;
  size_t total = (size_t)counts.documents_without_expressions;
  if (options->limit > 0 && (size_t)options->limit < total) total = (size_t)options->limit;
  if (!options->dry_run) return recognise_all(store, recognizer, options, total, report, progress, error);
  report->documents = total;
  return DOVE_OK;
}
