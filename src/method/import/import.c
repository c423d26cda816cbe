#include "dove/import.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "method/import/import_reader.h"
#include "method/import/import_rows.h"

/* How often progress is told, in records. */
enum { REPORT_EVERY = 64 };

/* One import under way. */
typedef struct importing {
  dove_store *store;
  const dove_import_options *options;
  dove_import_report *report;
  const dove_progress *progress;
  double bytes_before; /* of the files that are done */
  double bytes_total;
  int64_t first_document;
  import_expressions expressions;
  size_t bad;       /* records that could not be taken */
  dove_error fault; /* the first of them */
} importing;

void dove_import_report_free(dove_import_report *report) {
  for (size_t i = 0; i < report->remark_count; i++) free(report->remarks[i].text);
  free(report->remarks);
  report->remarks = NULL;
  report->remark_count = 0;
}

/* Notes a remark, as far as there is room; without memory there is one remark less. */
static void remark(dove_import_report *report, const char *text, bool skipped) {
  if (report->remarks == NULL) report->remarks = dove_alloc(DOVE_IMPORT_REMARKS, sizeof *report->remarks);
  if (report->remarks == NULL || report->remark_count == DOVE_IMPORT_REMARKS) return;
  char *copy = dove_strdup(text);
  if (copy != NULL) report->remarks[report->remark_count++] = (dove_import_remark){copy, skipped};
}

static void remark_on(importing *state, const import_record *record, const char *text) {
  dove_error note;
  import_fail(&note, record, "%s", text);
  remark(state->report, note.message, false);
}

static dove_status take_expression(importing *state, const import_record *record, dove_error *error) {
  const size_t dropped = state->report->evidence_dropped;
  const dove_status status = import_expression(&state->expressions, record, state->report, error);
  if (status == DOVE_OK && state->report->evidence_dropped > dropped)
    remark_on(state, record, "the evidence is not in the text of its document; kept without its place");
  return status;
}

/* Where one model's document names a culture, all do: one remark is enough. */
static dove_status take_document(importing *state, const import_source *source, const import_record *record,
                                 dove_error *error) {
  const size_t dropped = state->report->cultures_dropped;
  const dove_status status = import_document(state->store, record, state->options, source->format == IMPORT_FOLDER,
                                             &state->first_document, state->report, error);
  if (status == DOVE_OK && dropped == 0 && state->report->cultures_dropped > 0)
    remark_on(state, record,
              "the document is a model's and names a culture; models have none: it is kept as 'given_culture' "
              "(said once)");
  return status;
}

static dove_status take_record(importing *state, const import_source *source, const import_record *record,
                               dove_error *error) {
  return source->kind == DOVE_IMPORT_EXPRESSIONS ? take_expression(state, record, error)
                                                 : take_document(state, source, record, error);
}

/* A bad record is noted and passed over; whether that ends the import is seen at the end of its file, so that all
 * faults of a file are told at once. */
static void note_bad(importing *state, const dove_error *fault) {
  if (state->bad++ == 0) state->fault = *fault;
  state->report->skipped += state->options->skip_bad;
  remark(state->report, fault->message, state->options->skip_bad);
}

static dove_status tell(const importing *state, const import_reader *reader, dove_error *error) {
  if (dove_progress_cancelled(state->progress)) return dove_fail(error, DOVE_CANCELLED, "the import was stopped");
  dove_progress_report(state->progress, "importing", state->bytes_before + import_reader_position(reader),
                       state->bytes_total);
  return DOVE_OK;
}

static dove_status take_records(importing *state, const import_source *source, import_reader *reader,
                                dove_error *error) {
  for (size_t count = 0;; count++) {
    import_record record;
    dove_error fault = {0};
    dove_status status = count % REPORT_EVERY == 0 ? tell(state, reader, error) : DOVE_OK;
    if (status != DOVE_OK) return status;
    status = import_reader_next(reader, &record, &fault);
    if (status == DOVE_OK && record.object == NULL) return DOVE_OK;
    if (status == DOVE_OK) status = take_record(state, source, &record, &fault);
    if (status == DOVE_INPUT) {
      note_bad(state, &fault);
    } else if (status != DOVE_OK) {
      if (error != NULL) *error = fault;
      return status;
    }
  }
}

static dove_status refuse_bad(const importing *state, dove_error *error) {
  if (state->bad == 0 || state->options->skip_bad) return DOVE_OK;
  if (state->bad == 1) return dove_fail(error, DOVE_INPUT, "%s; nothing was imported", state->fault.message);
  return dove_fail(error, DOVE_INPUT,
                   "%s; %zu more lines are bad; nothing was imported (on the command line --skip-bad takes the others)",
                   state->fault.message, state->bad - 1);
}

static dove_status take_source(importing *state, const import_source *source, dove_error *error) {
  import_reader *reader = NULL;
  dove_status status = import_reader_open(source, &reader, error);
  if (status != DOVE_OK) return status;
  status = take_records(state, source, reader, error);
  import_reader_close(reader);
  state->bytes_before += source->bytes;
  return status == DOVE_OK ? refuse_bad(state, error) : status;
}

/* Documents first: expressions name them. */
static dove_status take_sources(importing *state, const import_source *sources, size_t count, dove_error *error) {
  static const dove_import_kind order[] = {DOVE_IMPORT_DOCUMENTS, DOVE_IMPORT_EXPRESSIONS};
  dove_status status = DOVE_OK;
  for (size_t pass = 0; pass < sizeof order / sizeof order[0]; pass++) {
    for (size_t i = 0; i < count && status == DOVE_OK; i++) {
      if (sources[i].kind == order[pass]) status = take_source(state, &sources[i], error);
    }
  }
  return status == DOVE_OK ? import_expressions_flush(&state->expressions, error) : status;
}

static dove_status import_sources(importing *state, const import_source *sources, size_t count, dove_error *error) {
  for (size_t i = 0; i < count; i++) state->bytes_total += sources[i].bytes;
  dove_status status = dove_store_begin_durable(state->store, error);
  if (status != DOVE_OK) return status;
  import_expressions_begin(&state->expressions, state->store, state->options->embedder);
  status = take_sources(state, sources, count, error);
  import_expressions_end(&state->expressions);
  if (status == DOVE_OK) status = dove_store_commit(state->store, error);
  if (status != DOVE_OK) {
    dove_store_rollback(state->store);
    return status;
  }
  dove_progress_report(state->progress, "importing", state->bytes_total, state->bytes_total);
  /* Without fresh statistics searches are slower, and that is all. */
  dove_store_optimise(state->store, NULL);
  return DOVE_OK;
}

dove_status dove_import(dove_store *store, const char *const *paths, size_t path_count,
                        const dove_import_options *options, dove_import_report *report, const dove_progress *progress,
                        dove_error *error) {
  static const dove_import_options defaults = {0};
  importing state = {
      .store = store, .options = options != NULL ? options : &defaults, .report = report, .progress = progress};
  *report = (dove_import_report){0};
  import_source *sources = dove_alloc(path_count, sizeof *sources);
  if (sources == NULL) return dove_fail_memory(error, "importing");
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < path_count && status == DOVE_OK; i++)
    status = import_source_look(paths[i], state.options->as, &sources[i], error);
  if (status == DOVE_OK) status = import_sources(&state, sources, path_count, error);
  free(sources);
  if (status == DOVE_OK) return DOVE_OK;
  /* Nothing was kept. */
  report->documents = report->expressions = report->vectors = report->repeated = 0;
  return status;
}
