#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/embed.h"
#include "dove/evidence.h"
#include "dove/memory.h"
#include "dove/random.h"
#include "dove/store_expressions.h"
#include "dove/store_vectors.h"
#include "method/import/import_rows.h"

/* Vectors are stored in groups of this many. */
enum { VECTOR_GROUP = 1000, LARGEST_DIMENSION = 65536 };

/* An expression that the document at hand had before this import, by a hash of its content. Each stands for one row of
 * a file: a file that says the same twice means it twice, and importing it again still adds nothing. */
typedef struct import_known {
  uint64_t hash;
  int64_t id;
  bool met;
} import_known;

void import_expressions_begin(import_expressions *state, dove_store *store, const char *embedder) {
  *state =
      (import_expressions){.store = store, .embedder = embedder != NULL && embedder[0] != '\0' ? embedder : "imported"};
}

static void forget_document(import_expressions *state) {
  free(state->external_id);
  free(state->text);
  state->external_id = NULL;
  state->text = NULL;
  state->known_count = 0;
}

void import_expressions_end(import_expressions *state) {
  forget_document(state);
  free(state->known);
  free(state->ids);
  free(state->vectors);
  *state = (import_expressions){0};
}

static uint64_t hash_text(uint64_t hash, const char *text) {
  const size_t length = text != NULL ? strlen(text) : 0;
  for (size_t i = 0; i < length; i += sizeof(uint64_t)) {
    uint64_t word = 0;
    memcpy(&word, text + i, length - i < sizeof word ? length - i : sizeof word);
    hash = dove_random_mix(hash, word);
  }
  return dove_random_mix(hash, length);
}

static uint64_t hash_expression(const char *code_name, const char *description, const char *evidence) {
  return hash_text(hash_text(hash_text(1, code_name), description), evidence);
}

static dove_status remember(import_expressions *state, uint64_t hash, int64_t id, dove_error *error) {
  void *items = state->known;
  const bool grown = dove_grow(&items, &state->known_capacity, state->known_count + 1, sizeof *state->known);
  state->known = items;
  if (!grown) return dove_fail_memory(error, "importing expressions");
  state->known[state->known_count++] = (import_known){hash, id, false};
  return DOVE_OK;
}

static int64_t meet_known(import_expressions *state, uint64_t hash) {
  for (size_t i = 0; i < state->known_count; i++) {
    if (state->known[i].hash != hash || state->known[i].met) continue;
    state->known[i].met = true;
    return state->known[i].id;
  }
  return 0;
}

static dove_status read_known(import_expressions *state, dove_error *error) {
  dove_store_expression_list list = {0};
  dove_status status = dove_store_document_expressions(state->store, state->document, &list, error);
  for (size_t i = 0; status == DOVE_OK && i < list.count; i++) {
    const dove_store_expression *row = &list.rows[i];
    if (state->first_added > 0 && row->id >= state->first_added) continue;
    status = remember(state, hash_expression(row->code_name, row->description, row->evidence), row->id, error);
  }
  dove_store_expression_list_free(&list);
  return status;
}

/* Makes the record's document the one at hand. */
static dove_status turn_to_document(import_expressions *state, const import_record *record, const char *external_id,
                                    dove_error *error) {
  if (state->external_id != NULL && strcmp(state->external_id, external_id) == 0) return DOVE_OK;
  dove_error reason;
  forget_document(state);
  dove_status status = dove_store_document_find(state->store, external_id, &state->document, &reason);
  if (status == DOVE_NOT_FOUND)
    return import_fail(error, record, "there is no document '%s'; import the documents first", external_id);
  if (status != DOVE_OK) {
    if (error != NULL) *error = reason;
    return status;
  }
  status = read_known(state, error);
  if (status != DOVE_OK) return status;
  state->external_id = dove_strdup(external_id);
  return state->external_id != NULL ? DOVE_OK : dove_fail_memory(error, "importing expressions");
}

/* --- vectors --- */

/* CSV brings the array as text. */
static cJSON *parse_vector(const cJSON *item) { return cJSON_IsString(item) ? cJSON_Parse(item->valuestring) : NULL; }

static dove_status check_embedder(const import_expressions *state, const import_record *record, size_t dimension,
                                  dove_error *error) {
  dove_store_embedder active = {0};
  dove_error reason;
  const dove_status status = dove_store_embedder_active(state->store, &active, &reason);
  if (status == DOVE_NOT_FOUND) return DOVE_OK;
  if (status != DOVE_OK) {
    if (error != NULL) *error = reason;
    return status;
  }
  dove_status checked = DOVE_OK;
  if (strcmp(active.name, state->embedder) != 0) {
    checked = import_fail(error, record,
                          "vectors of the embedder '%s', but the project's are of '%s'; one project has one embedder "
                          "(on the command line --embedder names that of the file)",
                          state->embedder, active.name);
  } else if ((size_t)active.dimension != dimension) {
    checked = import_fail(error, record, "the vector has %zu numbers, but the project's vectors have %d", dimension,
                          active.dimension);
  }
  dove_store_embedder_free(&active);
  return checked;
}

static dove_status check_dimension(import_expressions *state, const import_record *record, size_t dimension,
                                   dove_error *error) {
  if (dimension == 0 || dimension > LARGEST_DIMENSION)
    return import_fail(error, record, "'vector' has %zu numbers; it takes 1 to %d", dimension, LARGEST_DIMENSION);
  if (state->dimension == dimension) return DOVE_OK;
  if (state->dimension != 0)
    return import_fail(error, record, "the vector has %zu numbers, but those before have %zu", dimension,
                       state->dimension);
  const dove_status status = check_embedder(state, record, dimension, error);
  if (status == DOVE_OK) state->dimension = dimension;
  return status;
}

/* Reads the numbers of an array into the first free place of the waiting vectors. */
static dove_status read_numbers(import_expressions *state, const import_record *record, const cJSON *array,
                                dove_error *error) {
  void *vectors = state->vectors;
  const bool grown =
      dove_grow(&vectors, &state->vector_capacity, (state->waiting + 1) * state->dimension, sizeof *state->vectors);
  state->vectors = vectors;
  if (!grown) return dove_fail_memory(error, "importing vectors");
  float *vector = state->vectors + state->waiting * state->dimension;
  double length = 0;
  size_t i = 0;
  for (const cJSON *item = array->child; item != NULL; item = item->next, i++) {
    vector[i] = (float)item->valuedouble;
    if (!cJSON_IsNumber(item) || !isfinite(vector[i]))
      return import_fail(error, record, "number %zu of the vector is not a finite number", i + 1);
    length += (double)vector[i] * (double)vector[i];
  }
  return length > 0 ? DOVE_OK : import_fail(error, record, "the vector is zero; it has no direction");
}

/* Puts the record's vector, where it has one, after the waiting ones; *there says whether it did. It waits once its
 * expression has an id. */
static dove_status take_vector(import_expressions *state, const import_record *record, bool *there, dove_error *error) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(record->object, "vector");
  *there = false;
  if (item == NULL || cJSON_IsNull(item)) return DOVE_OK;
  cJSON *parsed = parse_vector(item);
  const cJSON *array = parsed != NULL ? parsed : item;
  dove_status status = cJSON_IsArray(array) ? check_dimension(state, record, (size_t)cJSON_GetArraySize(array), error)
                                            : import_fail(error, record, "'vector' must be an array of numbers");
  if (status == DOVE_OK) status = read_numbers(state, record, array, error);
  cJSON_Delete(parsed);
  *there = status == DOVE_OK;
  return status;
}

dove_status import_expressions_flush(import_expressions *state, dove_error *error) {
  if (state->waiting == 0) return DOVE_OK;
  const size_t count = state->waiting;
  state->waiting = 0;
  return dove_embed_import(state->store, state->embedder, (uint32_t)state->dimension, state->ids, state->vectors, count,
                           error);
}

static dove_status keep_vector(import_expressions *state, int64_t id, dove_error *error) {
  void *ids = state->ids;
  const bool grown = dove_grow(&ids, &state->id_capacity, state->waiting + 1, sizeof *state->ids);
  state->ids = ids;
  if (!grown) return dove_fail_memory(error, "importing vectors");
  state->ids[state->waiting++] = id;
  return state->waiting == VECTOR_GROUP ? import_expressions_flush(state, error) : DOVE_OK;
}

/* --- expressions --- */

/* Keys that an export writes beside those that are read are no surprise. */
static size_t count_other_keys(const import_record *record) {
  static const char *const taken[] = {"id",           "document_id", "code_name",
                                      "description",  "evidence",    "evidence_start",
                                      "evidence_end", "origin",      "vector"};
  size_t count = 0;
  for (const cJSON *item = record->object->child; item != NULL; item = item->next) {
    bool is_taken = false;
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
      is_taken = is_taken || strcmp(item->string, taken[i]) == 0;
    count += !is_taken;
  }
  return count;
}

/* The place of the evidence in its document; -1, -1 when it is not there, and *missing is then set. */
static dove_status locate(import_expressions *state, dove_store_new_expression *expression, bool *missing,
                          dove_error *error) {
  dove_evidence_span span = {0, 0};
  expression->evidence_start = expression->evidence_end = -1;
  *missing = false;
  if (expression->evidence == NULL) return DOVE_OK;
  if (state->text == NULL) {
    const dove_status status = dove_store_document_text(state->store, state->document, &state->text, NULL, error);
    if (status != DOVE_OK) return status;
  }
  if (dove_evidence_find(state->text, expression->evidence, &span)) {
    expression->evidence_start = (int64_t)span.start;
    expression->evidence_end = (int64_t)span.end;
  } else {
    *missing = true;
  }
  return DOVE_OK;
}

static dove_status add_new(import_expressions *state, dove_store_new_expression *expression, int64_t *id,
                           dove_import_report *report, dove_error *error) {
  bool missing = false;
  dove_status status = locate(state, expression, &missing, error);
  if (status == DOVE_OK)
    status =
        dove_store_expression_add(state->store, state->document, DOVE_STORE_ORIGIN_IMPORTED, expression, 1, id, error);
  if (status != DOVE_OK) return status;
  if (state->first_added == 0) state->first_added = *id;
  report->expressions++;
  report->evidence_dropped += missing;
  return DOVE_OK;
}

dove_status import_expression(import_expressions *state, const import_record *record, dove_import_report *report,
                              dove_error *error) {
  dove_store_new_expression expression = {0};
  const char *document = NULL;
  bool has_vector = false;
  dove_status status = import_needed_text(record, "document_id", IMPORT_NAME_LIMIT, &document, error);
  if (status == DOVE_OK)
    status = import_needed_text(record, "code_name", IMPORT_NAME_LIMIT, &expression.code_name, error);
  if (status == DOVE_OK) status = import_needed_text(record, "description", 0, &expression.description, error);
  if (status == DOVE_OK) status = import_text(record, "evidence", 0, &expression.evidence, error);
  if (status == DOVE_OK) status = take_vector(state, record, &has_vector, error);
  if (status == DOVE_OK) status = turn_to_document(state, record, document, error);
  if (status != DOVE_OK) return status;
  int64_t id = meet_known(state, hash_expression(expression.code_name, expression.description, expression.evidence));
  if (id != 0) {
    report->repeated++;
  } else {
    status = add_new(state, &expression, &id, report, error);
  }
  if (status != DOVE_OK) return status;
  report->ignored_keys += count_other_keys(record);
  report->vectors += has_vector;
  return has_vector ? keep_vector(state, id, error) : DOVE_OK;
}
