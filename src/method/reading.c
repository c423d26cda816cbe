#include "method/reading.h"

#include <stdlib.h>

#include "dove/ledger.h"
#include "dove/memory.h"
#include "method/cut_text.h"
#include "method/part_progress.h"

enum { BATCH = 256 };

static const char doing[] = "reading documents";

typedef struct batch {
  int64_t ids[BATCH];
  size_t count;
  dove_store_document_list documents;
  dove_chat_question questions[BATCH];
  size_t place[BATCH]; /* of each question's document in the list */
  size_t asked;
  dove_chat_answer answers[BATCH];
} batch;

static void batch_clear(batch *b) {
  for (size_t i = 0; i < b->asked; i++) free((void *)(uintptr_t)b->questions[i].prompt);
  dove_chat_answers_free(b->answers, b->asked);
  dove_store_document_list_free(&b->documents);
  b->asked = 0;
}

static dove_status write_questions(const dove_reading *reading, batch *b, dove_error *error) {
  dove_status status = dove_store_document_rows(reading->store, b->ids, b->count, &b->documents, error);
  for (size_t i = 0; i < b->documents.count && status == DOVE_OK; i++) {
    char *text = NULL, *prompt = NULL;
    status = dove_store_document_text(reading->store, b->ids[i], &text, NULL, error);
    if (status == DOVE_OK) status = reading->ask(reading->user, &b->documents.rows[i], text, &prompt, error);
    free(text);
    if (prompt == NULL) continue;
    b->questions[b->asked] = (dove_chat_question){.prompt = prompt};
    b->place[b->asked++] = i;
  }
  return status;
}

static void note_failure(dove_reading_report *report, const dove_store_document *document, const char *reason) {
  if (report->failed++ > 0) return;
  dove_copy_cut(report->first_failed, sizeof report->first_failed, document->external_id);
  dove_copy_cut(report->reason, sizeof report->reason, reason);
}

static dove_status keep_answers(const dove_reading *reading, const batch *b, dove_reading_report *report,
                                dove_error *error) {
  dove_status status = dove_store_begin(reading->store, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < b->asked && status == DOVE_OK; i++) {
    const dove_store_document *document = &b->documents.rows[b->place[i]];
    if (b->answers[i].status == DOVE_OK) {
      status = reading->keep(reading->user, document, b->answers[i].text, error);
      report->done += status == DOVE_OK ? 1 : 0;
    } else if (b->answers[i].status != DOVE_CANCELLED) {
      note_failure(report, document, b->answers[i].reason);
    }
  }
  if (status == DOVE_OK) return dove_store_commit(reading->store, error);
  dove_store_rollback(reading->store);
  return status;
}

/* What came before a stop or a failure is kept as well. */
static dove_status run_batch(const dove_reading *reading, batch *b, dove_reading_report *report,
                             const dove_progress *progress, dove_error *error) {
  dove_status status = write_questions(reading, b, error);
  if (status == DOVE_OK) {
    report->documents += b->asked;
    if (!reading->dry_run || dove_ledger_plans(progress))
      status = dove_chat_model_ask(reading->chat, b->questions, b->asked, reading->check, reading->user, b->answers,
                                   reading->stage, progress, error);
    const dove_status kept =
        reading->dry_run ? DOVE_OK : keep_answers(reading, b, report, status == DOVE_OK ? error : NULL);
    if (status == DOVE_OK) status = kept;
  }
  batch_clear(b);
  return status;
}

/* How many may be asked about in the next batch. */
static int64_t room(const dove_reading *reading, const dove_reading_report *report) {
  const int64_t left = reading->limit - (int64_t)report->documents;
  return reading->limit <= 0 || left > BATCH ? BATCH : left;
}

/* How many documents are pending; those that will be passed over count as well. */
static dove_status count_pending(const dove_reading *reading, batch *b, double *total, dove_error *error) {
  dove_status status = DOVE_OK;
  *total = 0;
  for (int64_t after = 0; status == DOVE_OK; after = b->ids[b->count - 1]) {
    status = reading->pending(reading->user, after, BATCH, b->ids, &b->count, error);
    if (status != DOVE_OK || b->count == 0) break;
    *total += (double)b->count;
  }
  if (reading->limit > 0 && (double)reading->limit < *total) *total = (double)reading->limit;
  return status;
}

dove_status dove_reading_run(const dove_reading *reading, dove_reading_report *report, const dove_progress *progress,
                             dove_error *error) {
  dove_part part = {.whole = progress};
  const dove_progress inner = dove_part_progress(&part);
  batch *b = dove_alloc_zero(1, sizeof *b);
  *report = (dove_reading_report){0};
  if (b == NULL) return dove_fail_memory(error, doing);
  dove_status status = count_pending(reading, b, &part.total, error);
  for (int64_t after = 0, most; status == DOVE_OK && (most = room(reading, report)) > 0;) {
    dove_progress_report(progress, reading->stage, part.before, part.total);
    status = reading->pending(reading->user, after, most, b->ids, &b->count, error);
    if (status != DOVE_OK || b->count == 0) break;
    after = b->ids[b->count - 1];
    const double looked_at = (double)b->count;
    status = run_batch(reading, b, report, &inner, error);
    part.before += looked_at;
  }
  free(b);
  if (status != DOVE_OK || report->failed == 0) return status;
  return dove_fail(error, DOVE_NETWORK,
                   "%zu of %zu documents got no usable answer, '%s' for instance: %s. The others are done; doing "
                   "the same again asks for those alone",
                   report->failed, report->documents, report->first_failed, report->reason);
}
