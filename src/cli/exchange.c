#include "cli/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "cli/annotate.h"
#include "cli/output.h"
#include "cli/project.h"
#include "dove/exchange.h"
#include "dove/memory.h"

static void add_report(dove_exchange_report *sum, const dove_exchange_report *report) {
  sum->documents += report->documents;
  sum->documents_known += report->documents_known;
  sum->expressions += report->expressions;
  sum->repeated += report->repeated;
  sum->codes += report->codes;
  sum->left_out += report->left_out;
  sum->run = report->run != 0 ? report->run : sum->run;
}

static void print_report(const cli_call *call, const dove_exchange_report *report) {
  if (call->json) {
    dove_json_writer writer = dove_json_writer_on(stdout);
    dove_json_object_begin(&writer, false);
    dove_json_member_integer(&writer, "documents", (int64_t)report->documents);
    dove_json_member_integer(&writer, "documents_known", (int64_t)report->documents_known);
    dove_json_member_integer(&writer, "expressions", (int64_t)report->expressions);
    dove_json_member_integer(&writer, "repeated", (int64_t)report->repeated);
    dove_json_member_integer(&writer, "codes", (int64_t)report->codes);
    dove_json_member_integer(&writer, "run", report->run);
    dove_json_member_integer(&writer, "left_out", (int64_t)report->left_out);
    dove_json_object_end(&writer);
  } else if (!call->quiet) {
    printf("%zu documents and %zu expressions imported; there already: %zu and %zu", report->documents,
           report->expressions, report->documents_known, report->repeated);
    if (report->run != 0) printf("; a codebook of %zu codes is run %lld", report->codes, (long long)report->run);
    if (report->left_out > 0)
      printf("; %zu parts were not accepted codings of text and were left out", report->left_out);
    fputc('\n', stdout);
  }
}

static dove_status store_set(dove_store *store, const dove_exchange_set *set, bool codebook,
                             const dove_import_options *options, const char *path, dove_exchange_report *report,
                             const dove_progress *progress, dove_error *error) {
  int64_t *ids = dove_alloc_zero(set->expression_count, sizeof *ids);
  if (ids == NULL) return dove_fail_memory(error, "importing");
  dove_status status = dove_exchange_store(store, set, options, path, ids, report, progress, error);
  if (status == DOVE_OK && codebook)
    status = dove_exchange_store_codebook(store, set, ids, path, report, progress, error);
  free(ids);
  return status;
}

static dove_status import_file(dove_store *store, const char *path, dove_exchange_format format, bool codebook,
                               const dove_import_options *options, dove_exchange_report *sum,
                               const dove_progress *progress, dove_error *error) {
  dove_exchange_set set;
  dove_exchange_report report = {0};
  dove_status status = dove_exchange_read(path, format, &set, error);
  if (status == DOVE_OK)
    status = store_set(store, &set, codebook || format == DOVE_EXCHANGE_QDC, options, path, &report, progress, error);
  if (status == DOVE_OK) add_report(sum, &report);
  dove_exchange_set_free(&set);
  return status;
}

static dove_status import_files(const cli_call *call, const dove_exchange_format *formats, bool codebook,
                                const dove_import_options *options, dove_error *error) {
  dove_store *store = NULL;
  dove_exchange_report sum = {0};
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status != DOVE_OK) return status;
  const dove_progress *progress = cli_progress_begin(call);
  for (size_t i = 1; i < call->argument_count && status == DOVE_OK; i++)
    status = import_file(store, call->arguments[i], formats[i], codebook, options, &sum, progress, error);
  cli_progress_end();
  dove_store_close(store);
  if (status == DOVE_OK) print_report(call, &sum);
  return status;
}

static dove_status look_at_files(const cli_call *call, dove_exchange_format *formats, size_t *count,
                                 dove_error *error) {
  dove_status status = DOVE_OK;
  *count = 0;
  for (size_t i = 1; i < call->argument_count && status == DOVE_OK; i++) {
    status = dove_exchange_recognise(call->arguments[i], &formats[i], error);
    *count += formats[i] != DOVE_EXCHANGE_NONE;
  }
  return status;
}

static dove_status import_recognised(const cli_call *call, const dove_exchange_format *formats, size_t count,
                                     bool codebook, const dove_import_options *options, dove_error *error) {
  if (count < call->argument_count - 1)
    return dove_fail(error, DOVE_USAGE,
                     codebook ? "--as codebook takes files of other tools: .qdc and .qdpx, doccano, "
                                "Label Studio, Prodigy, CSV of codings"
                              : "files of other tools and the program's own need an import each");
  if (options->skip_bad) return dove_fail(error, DOVE_USAGE, "--skip-bad is for lines of the program's own formats");
  return import_files(call, formats, codebook, options, error);
}

static dove_status import_annotations(const cli_call *call, const dove_import_options *options, dove_error *error) {
  dove_store *store = NULL;
  if (options->skip_bad) return dove_fail(error, DOVE_USAGE, "annotations are taken whole or not at all");
  dove_status status = cli_open_project(call->arguments[0], &store, error);
  if (status != DOVE_OK) return status;
  status = cli_annotate_merge(call, store, 1, true, error);
  dove_store_close(store);
  return status;
}

dove_status cli_import_exchange(const cli_call *call, const dove_import_options *options, bool *taken,
                                dove_error *error) {
  const char *as = cli_text(call, "as", "");
  const bool codebook = strcmp(as, "codebook") == 0;
  size_t count = 0;
  *taken = strcmp(as, "annotations") == 0;
  if (*taken) return import_annotations(call, options, error);
  if (as[0] != '\0' && !codebook) return DOVE_OK;
  dove_exchange_format *formats = dove_alloc_zero(call->argument_count, sizeof *formats);
  if (formats == NULL) return dove_fail_memory(error, "importing");
  dove_status status = look_at_files(call, formats, &count, error);
  *taken = status == DOVE_OK && (count > 0 || codebook);
  if (*taken) status = import_recognised(call, formats, count, codebook, options, error);
  free(formats);
  return status;
}
