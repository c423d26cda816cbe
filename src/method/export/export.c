#include "dove/export.h"

#include <errno.h>
#include <string.h>

#include "dove/output_file.h"
#include "dove/store_runs.h"
#include "method/export/export_kinds.h"

#define BIT(format) (1u << (format))
#define TABLE       (BIT(DOVE_EXPORT_JSON) | BIT(DOVE_EXPORT_JSONL) | BIT(DOVE_EXPORT_CSV))

typedef struct export_kind {
  const char *name;
  export_function *write;
  dove_export_format preset;
  unsigned formats; /* bits */
  const char *format_names;
  bool needs_codebook;
} export_kind;

static const export_kind kinds[DOVE_EXPORT_KINDS] = {
    [DOVE_EXPORT_DOCUMENTS] = {"documents", export_documents, DOVE_EXPORT_JSONL, TABLE, "jsonl, json, csv", false},
    [DOVE_EXPORT_EXPRESSIONS] = {"expressions", export_expressions, DOVE_EXPORT_JSONL, TABLE, "jsonl, json, csv",
                                 false},
    [DOVE_EXPORT_VECTORS] = {"vectors", export_vectors, DOVE_EXPORT_JSON, TABLE | BIT(DOVE_EXPORT_NPY),
                             "json, jsonl, csv, npy", false},
    [DOVE_EXPORT_CODEBOOK] = {"codebook", export_codebook, DOVE_EXPORT_JSON,
                              BIT(DOVE_EXPORT_JSON) | BIT(DOVE_EXPORT_CSV) | BIT(DOVE_EXPORT_NPY) |
                                  BIT(DOVE_EXPORT_MARKDOWN) | BIT(DOVE_EXPORT_HTML) | BIT(DOVE_EXPORT_QDC),
                              "json, csv, npy, md, html, qdc", true},
    [DOVE_EXPORT_CODING] = {"coding", export_coding, DOVE_EXPORT_JSON, TABLE, "json, jsonl, csv", true},
    [DOVE_EXPORT_DECISIONS] = {"decisions", export_decisions, DOVE_EXPORT_JSON, TABLE, "json, jsonl, csv", true},
    [DOVE_EXPORT_ITERATIONS] = {"iterations", export_iterations, DOVE_EXPORT_JSON, TABLE, "json, jsonl, csv", true},
    [DOVE_EXPORT_SCORES] = {"scores", export_scores, DOVE_EXPORT_JSON, TABLE, "json, jsonl, csv", false},
    [DOVE_EXPORT_SPANS] = {"spans", export_spans, DOVE_EXPORT_QDPX,
                           BIT(DOVE_EXPORT_QDPX) | BIT(DOVE_EXPORT_DOCCANO) | BIT(DOVE_EXPORT_LABEL_STUDIO) |
                               BIT(DOVE_EXPORT_PRODIGY) | BIT(DOVE_EXPORT_CSV),
                           "qdpx, doccano, label-studio, prodigy, csv", false},
    [DOVE_EXPORT_ANNOTATIONS] = {"annotations", export_annotations, DOVE_EXPORT_JSON,
                                 TABLE | BIT(DOVE_EXPORT_QDPX) | BIT(DOVE_EXPORT_DOCCANO) |
                                     BIT(DOVE_EXPORT_LABEL_STUDIO) | BIT(DOVE_EXPORT_PRODIGY),
                                 "json, jsonl, csv, qdpx, doccano, label-studio, prodigy", false},
};

const char *dove_export_what_name(dove_export_what what) {
  return (unsigned)what < DOVE_EXPORT_KINDS ? kinds[what].name : NULL;
}

bool dove_export_what_parse(const char *name, dove_export_what *what) {
  for (unsigned i = 0; i < DOVE_EXPORT_KINDS; i++) {
    if (strcmp(kinds[i].name, name) != 0) continue;
    *what = (dove_export_what)i;
    return true;
  }
  return false;
}

bool dove_export_format_parse(const char *name, dove_export_format *format) {
  static const char *const names[] = {[DOVE_EXPORT_JSON] = "json",       [DOVE_EXPORT_JSONL] = "jsonl",
                                      [DOVE_EXPORT_CSV] = "csv",         [DOVE_EXPORT_NPY] = "npy",
                                      [DOVE_EXPORT_MARKDOWN] = "md",     [DOVE_EXPORT_HTML] = "html",
                                      [DOVE_EXPORT_QDC] = "qdc",         [DOVE_EXPORT_QDPX] = "qdpx",
                                      [DOVE_EXPORT_DOCCANO] = "doccano", [DOVE_EXPORT_LABEL_STUDIO] = "label-studio",
                                      [DOVE_EXPORT_PRODIGY] = "prodigy"};
  for (unsigned i = DOVE_EXPORT_JSON; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(names[i], name) != 0) continue;
    *format = (dove_export_format)i;
    return true;
  }
  return false;
}

dove_status export_tell(const export_job *job, double done, double total, dove_error *error) {
  if (dove_progress_cancelled(job->progress)) return dove_fail(error, DOVE_CANCELLED, "the export was stopped");
  dove_progress_report(job->progress, "exporting", done, total);
  return DOVE_OK;
}

dove_status export_find_codebook(dove_store *store, const dove_export_options *options, dove_store_current *at,
                                 dove_error *error) {
  const int64_t t = options->has_iteration ? options->iteration : -1;
  if (options->codebook_run != 0) return dove_store_codebook_of_run(store, options->codebook_run, t, at, error);
  const dove_status status = dove_store_current_codebook(store, at, error);
  if (status != DOVE_OK || t < 0) return status;
  return dove_store_codebook_of_run(store, at->run, t, at, error);
}

static dove_status choose_format(const export_kind *kind, dove_export_format asked, dove_export_format *format,
                                 dove_error *error) {
  *format = asked == DOVE_EXPORT_DEFAULT ? kind->preset : asked;
  if ((kind->formats & BIT(*format)) != 0) return DOVE_OK;
  return dove_fail(error, DOVE_USAGE, "%s cannot be exported in that format; choose one of: %s", kind->name,
                   kind->format_names);
}

static dove_status write_file(export_job *job, const export_kind *kind, const char *path, dove_error *error) {
  dove_output_file output;
  dove_status status = dove_output_file_open(path, &output, error);
  if (status != DOVE_OK) return status;
  job->file = output.file;
  status = kind->write(job, error);
  if (status == DOVE_OK) return dove_output_file_commit(&output, error);
  dove_output_file_discard(&output);
  return status;
}

static dove_status write_stream(export_job *job, const export_kind *kind, FILE *stream, dove_error *error) {
  job->file = stream;
  errno = 0;
  const dove_status status = kind->write(job, error);
  if (status != DOVE_OK) return status;
  if (fflush(stream) == 0 && ferror(stream) == 0) return DOVE_OK;
  return errno != 0 ? dove_fail_errno(error, "write", "the output")
                    : dove_fail(error, DOVE_IO, "the output could not be written in full");
}

dove_status dove_export(dove_store *store, const dove_export_options *options, const dove_progress *progress,
                        dove_error *error) {
  const export_kind *kind = &kinds[options->what];
  export_job job = {.store = store, .options = options, .progress = progress};
  dove_status status = choose_format(kind, options->format, &job.format, error);
  if (status == DOVE_OK && kind->needs_codebook) status = export_find_codebook(store, options, &job.at, error);
  if (status != DOVE_OK) return status;
  return options->path != NULL ? write_file(&job, kind, options->path, error)
                               : write_stream(&job, kind, options->stream, error);
}
