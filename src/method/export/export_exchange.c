/* Exports in the formats of other tools. */
#include "dove/annotation_exchange.h"
#include "dove/exchange.h"
#include "method/export/export_kinds.h"

static dove_exchange_format exchange_format(dove_export_format format) {
  switch (format) {
    case DOVE_EXPORT_QDC: return DOVE_EXCHANGE_QDC;
    case DOVE_EXPORT_QDPX: return DOVE_EXCHANGE_QDPX;
    case DOVE_EXPORT_DOCCANO: return DOVE_EXCHANGE_DOCCANO;
    case DOVE_EXPORT_LABEL_STUDIO: return DOVE_EXCHANGE_LABEL_STUDIO;
    case DOVE_EXPORT_PRODIGY: return DOVE_EXCHANGE_PRODIGY;
    case DOVE_EXPORT_CSV: return DOVE_EXCHANGE_CSV;
    default: return DOVE_EXCHANGE_NONE;
  }
}

static dove_status write_set(const export_job *job, const dove_store_current *at, bool with_documents,
                             dove_error *error) {
  dove_exchange_set set;
  dove_status status = dove_exchange_collect(job->store, at, with_documents, &set, job->progress, error);
  if (status == DOVE_OK) status = dove_exchange_write(&set, exchange_format(job->format), job->file, error);
  dove_exchange_set_free(&set);
  return status;
}

dove_status export_codebook_exchange(const export_job *job, dove_error *error) {
  return write_set(job, &job->at, false, error);
}

/* Spans are worth having without a codebook too: their own names are the codes then. */
dove_status export_spans(const export_job *job, dove_error *error) {
  dove_store_current at = {0};
  dove_error reason;
  dove_status status = export_find_codebook(job->store, job->options, &at, &reason);
  if (status == DOVE_OK ||
      (status == DOVE_NOT_FOUND && job->options->codebook_run == 0 && !job->options->has_iteration))
    return write_set(job, &at, true, error);
  if (error != NULL) *error = reason;
  return status;
}

dove_status export_annotations(const export_job *job, dove_error *error) {
  return dove_annotations_write(job->store, job->options->round, job->format, job->file, job->progress, error);
}
