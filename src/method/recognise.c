#include "dove/recognise.h"

#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "dove/text.h"
#include "method/cut_text.h"

enum {
  PAGE = 256, /* documents read at once */
  BATCH = 16, /* documents a transaction: short ones do not keep a model waiting */
};

static const double save_within = 1; /* seconds that a document that was read waits for others */

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

static dove_status refuse_unreadable(const dove_recognise_options *options, const dove_recognise_report *report,
                                     dove_error *error) {
  if (options->from_model)
    return dove_fail(error, DOVE_NETWORK,
                     "%zu of %zu documents got no usable answer, '%s' for instance: %s. The others are done; "
                     "extracting again asks for those alone",
                     report->unreadable, report->documents, report->first_unreadable, report->reason);
  return dove_fail(error, DOVE_INPUT,
                   "%zu of %zu documents could not be read, '%s' for instance: %s. Import their value expressions from "
                   "a file",
                   report->unreadable, report->documents, report->first_unreadable, report->reason);
}

/* ---- Documents that are being read ---- */

/* Documents come from the project page by page and go to the recognizer one by one; what it says of them is saved in
 * their order, whatever the order in which it comes. A page lives as long as one of its documents is open. */
typedef struct page {
  dove_store_document_batch batch;
  size_t left; /* documents that are not closed yet */
} page;

typedef struct open_document {
  page *page;
  size_t row;
  dove_recognition found;
  bool done;
} open_document;

typedef struct reading {
  dove_store *store;
  const dove_recognizer *recognizer;
  const dove_recognise_options *options;
  dove_recognise_report *report;
  const dove_progress *progress;
  size_t total;
  page *page; /* the one that documents are taken from; NULL: none yet */
  size_t row; /* the next of it */
  int64_t after;
  bool ended;          /* there are no more documents */
  open_document *open; /* in the order of the documents */
  size_t count, capacity;
  size_t first;  /* number of open[0] in the recognizer's feed */
  size_t closed; /* finished so far, in all passes */
  double saved;  /* when something was last saved */
} reading;

static const dove_store_document_batch_row *row_of(const open_document *document) {
  return &document->page->batch.rows[document->row];
}

static void close_page(page *p) {
  dove_store_document_batch_free(&p->batch);
  free(p);
}

/* Frees the first documents. */
static void close_documents(reading *r, size_t count) {
  for (size_t i = 0; i < count; i++) {
    open_document *document = &r->open[i];
    dove_recognition_free(&document->found);
    if (--document->page->left > 0) continue;
    if (document->page == r->page) r->page = NULL;
    close_page(document->page);
  }
  if (count < r->count) memmove(r->open, r->open + count, (r->count - count) * sizeof *r->open);
  r->count -= count;
  r->first += count;
}

static dove_status save_document_of(reading *r, const open_document *document, dove_error *error) {
  const dove_recognition *found = &document->found;
  const dove_store_document_batch_row *row = row_of(document);
  if (!document->done || found->status == DOVE_CANCELLED) return DOVE_OK;
  if (found->status == DOVE_OK)
    return save_document(r->store, r->recognizer->name, row, found, r->options, r->report, error);
  note_unreadable(row, found, r->report);
  return DOVE_OK;
}

/* Saves the first `count` and closes them. */
static dove_status save(reading *r, size_t count, dove_error *error) {
  dove_status status = DOVE_OK;
  if (!r->options->dry_run && count > 0) {
    status = dove_store_begin(r->store, error);
    for (size_t i = 0; i < count && status == DOVE_OK; i++) status = save_document_of(r, &r->open[i], error);
    if (status == DOVE_OK) {
      status = dove_store_commit(r->store, error);
    } else if (dove_store_in_transaction(r->store)) {
      dove_store_rollback(r->store);
    }
  }
  close_documents(r, count);
  r->saved = dove_clock_seconds();
  return status;
}

/* ---- The recognizer's feed ---- */

static dove_status read_page(reading *r, dove_error *error) {
  page *p = dove_alloc_zero(1, sizeof *p);
  if (p == NULL) return dove_fail_memory(error, doing);
  const dove_status status = dove_store_document_batch_read(r->store, NULL, true, r->after, PAGE, &p->batch, error);
  r->row = 0;
  if (status != DOVE_OK || p->batch.count == 0) {
    r->ended = true;
    close_page(p);
    return status;
  }
  p->left = p->batch.count;
  r->page = p;
  r->after = p->batch.rows[p->batch.count - 1].document.id;
  return DOVE_OK;
}

/* Documents that cannot be read do not use up the limit: they would stand in the way of the others every time. */
static bool limit_is_reached(const reading *r) {
  const int64_t limit = r->options->limit;
  const size_t read = r->report->done + r->report->silent + (r->options->dry_run ? r->closed : 0);
  return limit > 0 && (int64_t)(read + r->count) >= limit;
}

static dove_status next_document(void *user, size_t index, dove_recognizer_document *document, bool *more,
                                 dove_error *error) {
  reading *r = user;
  (void)index;
  *more = false;
  if (limit_is_reached(r) || r->ended) return DOVE_OK;
  dove_status status = DOVE_OK;
  if (r->page == NULL || r->row == r->page->batch.count) status = read_page(r, error);
  if (status != DOVE_OK || r->ended) return status;
  if (!dove_grow((void **)&r->open, &r->capacity, r->count + 1, sizeof *r->open)) return dove_fail_memory(error, doing);
  r->open[r->count++] = (open_document){.page = r->page, .row = r->row++, .found = {.status = DOVE_CANCELLED}};
  const dove_store_document_batch_row *row = row_of(&r->open[r->count - 1]);
  *document = (dove_recognizer_document){
      .id = row->document.external_id, .lang = row->document.lang, .topic = row->document.topic, .text = row->text};
  *more = true;
  return DOVE_OK;
}

static size_t done_at_the_front(const reading *r) {
  size_t count = 0;
  while (count < r->count && r->open[count].done) count++;
  return count;
}

static dove_status document_done(void *user, size_t index, dove_recognition *found, dove_error *error) {
  reading *r = user;
  open_document *document = &r->open[index - r->first];
  if (found->status != DOVE_CANCELLED) r->report->documents++;
  document->found = *found;
  document->done = true;
  *found = (dove_recognition){0};
  r->closed++;
  dove_progress_report(r->progress, "recognising", (double)r->closed, (double)r->total);
  const size_t count = done_at_the_front(r);
  if (count < BATCH && dove_clock_seconds() - r->saved < save_within) return DOVE_OK;
  return save(r, count, error);
}

/* One pass through the recognizer. One that was stopped or failed half-way has read some: that is kept. */
static dove_status read_once(reading *r, const dove_progress *stop, dove_error *error) {
  const dove_recognizer_feed feed = {.user = r, .next = next_document, .done = document_done};
  r->first = 0;
  const dove_status status = dove_recognizer_stream(r->recognizer, &feed, stop, error);
  const dove_status saved = save(r, r->count, status == DOVE_OK ? error : NULL);
  return status == DOVE_OK ? saved : status;
}

/* What is left of a page that was not drawn to its end. */
static void end_reading(reading *r) {
  if (r->page != NULL) close_page(r->page);
  free(r->open);
}

static dove_status recognise_all(dove_store *store, const dove_recognizer *recognizer,
                                 const dove_recognise_options *options, size_t total, dove_recognise_report *report,
                                 const dove_progress *progress, dove_error *error) {
  /* The recognizer may be stopped at any document, but the stage is this one's. */
  const dove_progress stop = dove_progress_quiet(progress);
  reading r = {.store = store,
               .recognizer = recognizer,
               .options = options,
               .report = report,
               .progress = progress,
               .total = total,
               .saved = dove_clock_seconds()};
  dove_status status = DOVE_OK;
  dove_progress_report(progress, "recognising", 0, (double)total);
  /* Where some within the limit could not be read, others take their places in a further pass. */
  while (status == DOVE_OK && !r.ended && !limit_is_reached(&r)) status = read_once(&r, &stop, error);
  end_reading(&r);
  if (status != DOVE_OK) return status;
  dove_progress_report(progress, "recognising", (double)r.closed, (double)total);
  return report->unreadable > 0 ? refuse_unreadable(options, report, error) : DOVE_OK;
}

dove_status dove_recognise(dove_store *store, const dove_recognizer *recognizer, const dove_recognise_options *options,
                           dove_recognise_report *report, const dove_progress *progress, dove_error *error) {
  *report = (dove_recognise_report){0};
  dove_store_counts counts;
  dove_status status = dove_store_counts_read(store, &counts, error);
  if (status != DOVE_OK) return status;
  size_t total = (size_t)counts.documents_without_expressions;
  if (options->limit > 0 && (size_t)options->limit < total) total = (size_t)options->limit;
  /* A dry run asks a model too: what it would be sent is counted, and nothing is sent. */
  if (!options->dry_run || options->from_model)
    status = recognise_all(store, recognizer, options, total, report, progress, error);
  if (options->dry_run) report->documents = total;
  return status;
}
