/* Files of other tools, of arbitrary bytes: taken or refused, whatever is in them; what was taken can be written in
 * every format, and what is read of that keeps the rules. Annotations of them can be merged into a project, which takes
 * nothing more the second time. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dove/exchange.h"
#include "dove/store.h"
#include "method/annotation/annotation_tasks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A set that was read holds what the rules of dove/exchange.h say. */
static void check_set(const dove_exchange_set *set) {
  for (size_t i = 0; i < set->code_count; i++) {
    const size_t parent = set->codes[i].parent;
    if (set->codes[i].name[0] == '\0' || (parent != DOVE_EXCHANGE_NO_CODE && parent >= i)) abort();
  }
  for (size_t i = 0; i < set->expression_count; i++) {
    const dove_exchange_expression *row = &set->expressions[i];
    if (row->document >= set->document_count) abort();
    if (row->code != DOVE_EXCHANGE_NO_CODE && row->code >= set->code_count) abort();
    if (row->start < -1 || (row->start >= 0 && row->end <= row->start)) abort();
    if (i > 0 && row->document < set->expressions[i - 1].document) abort();
  }
}

static void write_and_read(dove_exchange_set *set, dove_exchange_format format) {
  char path[64];
  dove_exchange_set back = {0};
  dove_error error;
  const int descriptor = memfd_create("fuzz", 0);
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
  if (file == NULL) abort();
  if (format == DOVE_EXCHANGE_QDC && set->code_count == 0) {
    fclose(file);
    return;
  }
  /* A file may name a document twice, which an archive cannot hold. */
  const dove_status status = dove_exchange_write(set, format, file, &error);
  if (status != DOVE_OK && !(format == DOVE_EXCHANGE_QDPX && status == DOVE_FAILED)) abort();
  if (status != DOVE_OK || fflush(file) != 0) {
    fclose(file);
    return;
  }
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  if (dove_exchange_read(path, format, &back, &error) == DOVE_OK) {
    check_set(&back);
    if (format == DOVE_EXCHANGE_QDC && back.code_count != set->code_count) abort();
  }
  dove_exchange_set_free(&back);
  fclose(file);
}

/* ---- Annotations ---- */

static dove_status read_annotation_lines(const char *path, annotation_input *input, dove_error *error) {
  return annotation_lines_read(path, &input->lines, error);
}

static annotation_read *const readers[] = {annotation_read_csv,          annotation_read_doccano, read_annotation_lines,
                                           annotation_read_label_studio, annotation_read_prodigy, annotation_read_qdpx};

enum { READERS = sizeof readers / sizeof readers[0] };

static void check_bundle(const dove_annotation_bundle *bundle) {
  for (size_t i = 0; i < bundle->judgment_count; i++) {
    const dove_bundle_judgment *row = &bundle->judgments[i];
    if (row->uuid[0] == '\0' || row->item[0] == '\0' || row->annotator[0] == '\0' || row->answer == DOVE_ANSWER_NONE)
      abort();
  }
  for (size_t i = 0; i < bundle->item_count; i++) {
    if (bundle->items[i].uuid[0] == '\0' || bundle->items[i].round[0] == '\0' || bundle->items[i].position < 0) abort();
  }
}

/* A project without documents and codes: items find no place in it, rounds and annotators do. */
static void merge(const dove_annotation_bundle *bundle) {
  dove_store *store = NULL;
  dove_merge_report report;
  dove_error error;
  if (dove_store_create(":memory:", &store, &error) != DOVE_OK) abort();
  for (int turn = 0; turn < 2; turn++) {
    const dove_status status = dove_store_bundle_merge(store, bundle, &report, &error);
    if (status != DOVE_OK && status != DOVE_INPUT) abort();
    if (status == DOVE_OK && turn == 1 &&
        report.rounds + report.items + report.judgments + report.codes + report.reviews > 0)
      abort();
    if (status == DOVE_OK) dove_merge_report_free(&report);
  }
  dove_store_close(store);
}

static void take_annotations(const char *path, annotation_read *read) {
  annotation_input input = {0};
  dove_error error;
  if (annotation_input_begin(&input, "fuzz.jsonl", &error) != DOVE_OK) abort();
  const dove_status status = read(path, &input, &error);
  if (status != DOVE_OK && status != DOVE_INPUT) abort();
  if (status == DOVE_OK) {
    const size_t before = input.lines.bundle.judgment_count;
    if (annotation_settle(&input, &error) != DOVE_OK || input.lines.bundle.judgment_count < before) abort();
    check_bundle(&input.lines.bundle);
    merge(&input.lines.bundle);
  }
  annotation_input_free(&input);
}

/* ---- All ---- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char path[64];
  dove_exchange_set set = {0};
  dove_error error;
  if (size == 0) return 0;
  const int file = memfd_create("fuzz", 0);
  if (file < 0 || write(file, data + 1, size - 1) != (ssize_t)(size - 1)) abort();
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  const unsigned kind = data[0] % (DOVE_EXCHANGE_CSV + 1 + READERS);
  if (kind > DOVE_EXCHANGE_CSV) {
    take_annotations(path, readers[kind - DOVE_EXCHANGE_CSV - 1]);
    close(file);
    return 0;
  }
  dove_exchange_format format = (dove_exchange_format)kind;
  if (format == DOVE_EXCHANGE_NONE && dove_exchange_recognise(path, &format, &error) != DOVE_OK) abort();
  if (format != DOVE_EXCHANGE_NONE) {
    const dove_status status = dove_exchange_read(path, format, &set, &error);
    if (status != DOVE_OK && status != DOVE_INPUT) abort();
    if (status == DOVE_OK) {
      check_set(&set);
      for (int out = DOVE_EXCHANGE_QDC; out <= DOVE_EXCHANGE_CSV; out++)
        write_and_read(&set, (dove_exchange_format)out);
    }
  }
  dove_exchange_set_free(&set);
  close(file);
  return 0;
}
