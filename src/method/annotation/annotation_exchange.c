#include "dove/annotation_exchange.h"

#include <stdlib.h>
#include <string.h>

#include "dove/json_writer.h"
#include "method/annotation/annotation_lines.h"
#include "method/annotation/annotation_records.h"
#include "method/annotation/annotation_tasks.h"
#include "method/exchange/exchange_formats.h"

/* ---- Lines, and one JSON value ---- */

dove_status dove_annotations_export(dove_store *store, int64_t round, FILE *file, dove_error *error) {
  dove_annotation_bundle bundle;
  dove_json_writer json = dove_json_writer_on(file);
  const dove_status status = dove_store_bundle_read(store, round, &bundle, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < bundle.annotator_count; i++) annotation_put_annotator(&json, &bundle.annotators[i]);
  for (size_t i = 0; i < bundle.round_count; i++) annotation_put_round(&json, &bundle.rounds[i]);
  for (size_t i = 0; i < bundle.item_count; i++) annotation_put_item(&json, &bundle.items[i]);
  for (size_t i = 0; i < bundle.judgment_count; i++) annotation_put_judgment(&json, &bundle.judgments[i], NULL);
  for (size_t i = 0; i < bundle.code_count; i++) annotation_put_added_code(&json, &bundle.codes[i]);
  for (size_t i = 0; i < bundle.consensus_count; i++) annotation_put_consensus(&json, &bundle.consensus[i]);
  for (size_t i = 0; i < bundle.review_count; i++) annotation_put_review(&json, &bundle.reviews[i]);
  dove_store_bundle_free(&bundle);
  return ferror(file) == 0 ? DOVE_OK : dove_fail_errno(error, "write", "the annotations");
}

static void begin_list(dove_json_writer *json, const char *key) {
  dove_json_key(json, key);
  dove_json_array_begin(json, false);
}

/* "agreement": what the judgments come to; it is passed over on the way back. */
static void put_agreement(dove_json_writer *json, const annotation_tasks *tasks) {
  dove_json_key(json, "agreement");
  dove_json_object_begin(json, false);
  for (size_t i = 0; tasks->compared && i < tasks->agreement.row_count; i++) {
    const dove_agreement_row *row = &tasks->agreement.rows[i];
    dove_json_key(json, dove_question_name(row->question));
    dove_json_object_begin(json, true);
    dove_json_member_integer(json, "n", (int64_t)row->agreement.items);
    for (int c = 0; c < DOVE_COEFFICIENTS; c++)
      dove_json_member_number(json, dove_coefficient_name((dove_coefficient)c), row->agreement.values[c]);
    dove_json_object_end(json);
  }
  dove_json_object_end(json);
}

/* {"annotators":[…],"rounds":[…],"items":[…],"judgments":[…],"codes":[…],"consensus":[…],"reviews":[…],
 * "agreement":{…}}: the same records, judgments with the document and the name of the code that they are about. */
static dove_status write_json(annotation_tasks *tasks, FILE *file, dove_error *error) {
  const dove_annotation_bundle *bundle = &tasks->bundle;
  dove_json_writer json = dove_json_writer_on(file);
  (void)error;
  dove_json_object_begin(&json, false);
  begin_list(&json, "annotators");
  for (size_t i = 0; i < bundle->annotator_count; i++) annotation_put_annotator(&json, &bundle->annotators[i]);
  dove_json_array_end(&json);
  begin_list(&json, "rounds");
  for (size_t i = 0; i < bundle->round_count; i++) annotation_put_round(&json, &bundle->rounds[i]);
  dove_json_array_end(&json);
  begin_list(&json, "items");
  for (size_t i = 0; i < bundle->item_count; i++) annotation_put_item(&json, &bundle->items[i]);
  dove_json_array_end(&json);
  begin_list(&json, "judgments");
  for (size_t i = 0; i < bundle->item_count; i++) {
    for (size_t j = tasks->first[i]; j < tasks->first[i + 1]; j++)
      annotation_put_judgment(&json, annotation_judgment(tasks, j), &bundle->items[i]);
  }
  dove_json_array_end(&json);
  begin_list(&json, "codes");
  for (size_t i = 0; i < bundle->code_count; i++) annotation_put_added_code(&json, &bundle->codes[i]);
  dove_json_array_end(&json);
  begin_list(&json, "consensus");
  for (size_t i = 0; i < bundle->consensus_count; i++) annotation_put_consensus(&json, &bundle->consensus[i]);
  dove_json_array_end(&json);
  begin_list(&json, "reviews");
  for (size_t i = 0; i < bundle->review_count; i++) annotation_put_review(&json, &bundle->reviews[i]);
  dove_json_array_end(&json);
  put_agreement(&json, tasks);
  dove_json_object_end(&json);
  return DOVE_OK;
}

static dove_status read_json(const char *path, annotation_input *input, dove_error *error) {
  static const char *const lists[] = {"annotators", "rounds", "items", "judgments", "codes", "consensus", "reviews"};
  char *bytes = NULL, place[700];
  size_t length = 0;
  cJSON *whole = NULL;
  dove_status status = exchange_load(path, &bytes, &length, error);
  if (status == DOVE_OK) status = exchange_parse_json(path, bytes, length, &whole, error);
  if (status == DOVE_OK && !cJSON_IsObject(whole))
    status = dove_fail(error, DOVE_INPUT, "%s: annotations are an object with lists of records", path);
  bool any = false;
  for (size_t i = 0; i < sizeof lists / sizeof lists[0] && status == DOVE_OK; i++) {
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(whole, lists[i]);
    snprintf(place, sizeof place, "%.560s: $.%s", path, lists[i]);
    any = any || list != NULL;
    if (list != NULL && !cJSON_IsArray(list)) status = dove_fail(error, DOVE_INPUT, "%s is not an array", place);
    if (status == DOVE_OK) status = annotation_lines_add_all(&input->lines, list, place, 0, error);
  }
  cJSON_Delete(whole);
  free(bytes);
  if (status != DOVE_OK || any) return status;
  return dove_fail(error, DOVE_INPUT, "%s: there are no annotations in it: no judgments, items or rounds", path);
}

static dove_status read_lines(const char *path, annotation_input *input, dove_error *error) {
  return annotation_lines_read(path, &input->lines, error);
}

/* ---- Formats ---- */

static annotation_write *writer_of(dove_export_format format) {
  switch (format) {
    case DOVE_EXPORT_JSON: return write_json;
    case DOVE_EXPORT_CSV: return annotation_write_csv;
    case DOVE_EXPORT_QDPX: return annotation_write_qdpx;
    case DOVE_EXPORT_DOCCANO: return annotation_write_doccano;
    case DOVE_EXPORT_LABEL_STUDIO: return annotation_write_label_studio;
    case DOVE_EXPORT_PRODIGY: return annotation_write_prodigy;
    default: return NULL;
  }
}

dove_status dove_annotations_write(dove_store *store, int64_t round, dove_export_format format, FILE *file,
                                   const dove_progress *progress, dove_error *error) {
  if (format == DOVE_EXPORT_JSONL) return dove_annotations_export(store, round, file, error);
  annotation_write *write = writer_of(format);
  annotation_tasks tasks;
  if (write == NULL) return dove_fail(error, DOVE_USAGE, "annotations have no such format");
  dove_status status = annotation_tasks_read(store, round, &tasks, progress, error);
  if (status == DOVE_OK) status = write(&tasks, file, error);
  annotation_tasks_free(&tasks);
  return status;
}

/* The program's own lines and object are told by what their first object has. */
static dove_status find_reader(const char *path, annotation_read **reader, dove_error *error) {
  dove_exchange_format format;
  bool object = false, typed = false;
  dove_status status = dove_exchange_recognise(path, &format, error);
  if (status == DOVE_OK) status = exchange_first_object(path, &object, &typed, error);
  if (status != DOVE_OK) return status;
  switch (format) {
    case DOVE_EXCHANGE_QDPX: *reader = annotation_read_qdpx; return DOVE_OK;
    case DOVE_EXCHANGE_LABEL_STUDIO: *reader = annotation_read_label_studio; return DOVE_OK;
    case DOVE_EXCHANGE_PRODIGY: *reader = annotation_read_prodigy; return DOVE_OK;
    case DOVE_EXCHANGE_DOCCANO: *reader = annotation_read_doccano; return DOVE_OK;
    case DOVE_EXCHANGE_QDC: return dove_fail(error, DOVE_INPUT, "'%s' is a codebook: it has no annotations", path);
    case DOVE_EXCHANGE_CSV:
    case DOVE_EXCHANGE_NONE: break;
  }
  *reader = !object ? annotation_read_csv : typed ? read_lines : read_json;
  return DOVE_OK;
}

/* ---- Reading and merging ---- */

dove_status dove_annotations_import(dove_store *store, const char *path, bool by_name, dove_merge_report *report,
                                    dove_error *error) {
  annotation_input input = {0};
  annotation_read *read = NULL;
  *report = (dove_merge_report){0};
  dove_status status = find_reader(path, &read, error);
  if (status == DOVE_OK) status = annotation_input_begin(&input, path, error);
  if (status == DOVE_OK) status = read(path, &input, error);
  if (status == DOVE_OK) status = annotation_settle(&input, error);
  input.lines.bundle.by_name = by_name;
  if (status == DOVE_OK) status = dove_store_bundle_merge(store, &input.lines.bundle, report, error);
  if (status == DOVE_OK) report->passed_over = input.lines.passed_over;
  annotation_input_free(&input);
  return status;
}

dove_status dove_annotations_merge(dove_store *store, dove_store *other, dove_merge_report *report, dove_error *error) {
  dove_annotation_bundle bundle;
  *report = (dove_merge_report){0};
  dove_status status = dove_store_bundle_read(other, 0, &bundle, error);
  if (status != DOVE_OK) return status;
  status = dove_store_bundle_merge(store, &bundle, report, error);
  dove_store_bundle_free(&bundle);
  return status;
}
