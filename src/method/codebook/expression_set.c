#include "dove/expression_set.h"

#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "dove/store_vectors.h"
#include "method/ids.h"

enum { PAGE = 4096 };

static const char doing[] = "reading the value expressions";

void dove_expression_set_free(dove_expression_set *set) {
  free(set->expression_ids);
  free(set->document);
  dove_matrix_free(&set->vectors);
  free(set->code_names);
  free(set->descriptions);
  free(set->document_ids);
  dove_matrix_free(&set->document_vectors);
  free(set->texts);
  free(set->document_topics);
  free(set->document_texts);
  dove_matrix_free(&set->text_vectors);
  free(set->document_strings);
  *set = (dove_expression_set){0};
}

dove_status dove_expression_set_average(dove_expression_set *set, dove_error *error) {
  dove_matrix_free(&set->document_vectors);
  return dove_matrix_group_unit_means(dove_matrix_as_view(&set->vectors), set->document, NULL, set->documents,
                                      &set->document_vectors, NULL, error);
}

/* The documents that were asked for: ids rising, and which of them have an expression with a vector. */
typedef struct wanted {
  int64_t *ids;
  uint32_t *place; /* in the set; DOVE_NO_GROUP while it has no expression there */
  size_t count;
} wanted;

static void wanted_free(wanted *documents) {
  free(documents->ids);
  free(documents->place);
}

/* The next name of a list with commas between, without the blanks around it; NULL at the end. */
static const char *next_name(const char **at, size_t *length) {
  const char *start = *at + strspn(*at, " ,");
  if (*start == '\0') return NULL;
  size_t end = strcspn(start, ",");
  *at = start + end;
  while (end > 0 && start[end - 1] == ' ') end--;
  *length = end;
  return start;
}

/* The ids of the sources that are named; *ids is freed by the caller. */
static dove_status source_ids(dove_store *store, const char *sources, int64_t **ids, size_t *count, dove_error *error) {
  dove_status status = DOVE_OK;
  size_t length, capacity = 0;
  *ids = NULL;
  *count = 0;
  for (const char *name; status == DOVE_OK && (name = next_name(&sources, &length)) != NULL;) {
    char *copy = dove_strndup(name, length);
    if (copy == NULL || !dove_grow((void **)ids, &capacity, *count + 1, sizeof **ids)) {
      status = dove_fail_memory(error, doing);
    } else {
      status = dove_store_label_find(store, DOVE_STORE_SOURCE, copy, &(*ids)[*count], error);
    }
    if (status == DOVE_OK && (*ids)[*count] == 0)
      status = dove_fail(
          error, DOVE_INPUT,
          "no document has the source '%s' that 'train_sources' names: it is 'human' or the name of a model", copy);
    if (status == DOVE_OK) (*count)++;
    free(copy);
  }
  return status;
}

static bool contains(const int64_t *ids, size_t count, int64_t id) {
  for (size_t i = 0; i < count; i++) {
    if (ids[i] == id) return true;
  }
  return false;
}

/* A rising copy of the ids that the selection names; NULL when it names none. */
static dove_status rising_documents(const dove_expression_selection *selection, int64_t **ids, dove_error *error) {
  *ids = NULL;
  if (selection->documents == NULL) return DOVE_OK;
  *ids = dove_alloc(selection->document_count, sizeof **ids);
  if (*ids == NULL) return dove_fail_memory(error, doing);
  if (selection->document_count == 0) return DOVE_OK;
  memcpy(*ids, selection->documents, selection->document_count * sizeof **ids);
  dove_ids_sort(*ids, selection->document_count);
  return DOVE_OK;
}

static dove_status keep_wanted(const dove_store_document_key *keys, size_t key_count, const int64_t *sources,
                               size_t source_count, const int64_t *only, size_t only_count, wanted *documents,
                               dove_error *error) {
  documents->ids = dove_alloc(key_count, sizeof *documents->ids);
  documents->place = dove_alloc(key_count, sizeof *documents->place);
  if (documents->ids == NULL || documents->place == NULL) return dove_fail_memory(error, doing);
  for (size_t i = 0; i < key_count; i++) {
    if (sources != NULL && !contains(sources, source_count, keys[i].source_id)) continue;
    if (only != NULL && !dove_ids_contain(only, only_count, keys[i].id)) continue;
    documents->place[documents->count] = DOVE_NO_GROUP;
    documents->ids[documents->count++] = keys[i].id;
  }
  return DOVE_OK;
}

static dove_status find_wanted(dove_store *store, const dove_expression_selection *selection, wanted *documents,
                               dove_error *error) {
  dove_store_document_key *keys = NULL;
  int64_t *sources = NULL, *only = NULL;
  size_t key_count = 0, source_count = 0;
  dove_status status = rising_documents(selection, &only, error);
  if (status == DOVE_OK && selection->sources != NULL)
    status = source_ids(store, selection->sources, &sources, &source_count, error);
  if (status == DOVE_OK) status = dove_store_document_keys(store, NULL, &keys, &key_count, error);
  if (status == DOVE_OK)
    status = keep_wanted(keys, key_count, sources, source_count, only, selection->document_count, documents, error);
  free(keys);
  free(sources);
  free(only);
  return status;
}

/* All expressions without a vector, rising; freed by the caller. */
static dove_status find_missing(dove_store *store, int64_t embedder, int64_t **ids, size_t *count, dove_error *error) {
  size_t capacity = 0, got = 0;
  *ids = NULL;
  *count = 0;
  do {
    if (!dove_grow((void **)ids, &capacity, *count + PAGE, sizeof **ids)) return dove_fail_memory(error, doing);
    const int64_t after = *count > 0 ? (*ids)[*count - 1] : 0;
    const dove_status status = dove_store_vectors_missing(store, embedder, DOVE_STORE_EXPRESSION_VECTOR, after, PAGE,
                                                          *ids + *count, &got, error);
    if (status != DOVE_OK) return status;
    *count += got;
  } while (got == PAGE);
  return DOVE_OK;
}

/* Keeps the expressions of wanted documents that have a vector. set->document holds places among the wanted. */
static void keep_expressions(const dove_store_expression_key *keys, size_t count, int64_t last, const int64_t *missing,
                             size_t missing_count, const wanted *documents, dove_expression_set *set) {
  for (size_t i = 0; i < count; i++) {
    if (last > 0 && keys[i].id > last) break;
    const size_t place = dove_ids_place(documents->ids, documents->count, keys[i].document);
    if (place == documents->count) continue;
    if (missing == NULL || dove_ids_contain(missing, missing_count, keys[i].id)) {
      set->expressions_without++;
      continue;
    }
    set->expression_ids[set->expressions] = keys[i].id;
    set->document[set->expressions++] = (uint32_t)place;
    documents->place[place] = 0;
  }
}

/* Numbers the wanted documents that have an expression, and lets set->document hold these numbers. */
static dove_status number_documents(const wanted *documents, dove_expression_set *set, dove_error *error) {
  set->document_ids = dove_alloc(documents->count, sizeof *set->document_ids);
  if (set->document_ids == NULL) return dove_fail_memory(error, doing);
  for (size_t i = 0; i < documents->count; i++) {
    if (documents->place[i] == DOVE_NO_GROUP) continue;
    documents->place[i] = (uint32_t)set->documents;
    set->document_ids[set->documents++] = documents->ids[i];
  }
  set->documents_without = documents->count - set->documents;
  for (size_t i = 0; i < set->expressions; i++) set->document[i] = documents->place[set->document[i]];
  return DOVE_OK;
}

/* `embedder` 0: nothing has a vector. */
static dove_status select_expressions(dove_store *store, int64_t embedder, const dove_expression_selection *selection,
                                      dove_expression_set *set, dove_error *error) {
  dove_store_expression_key *keys = NULL;
  int64_t *missing = NULL;
  size_t count = 0, missing_count = 0;
  wanted documents = {0};
  dove_status status = find_wanted(store, selection, &documents, error);
  if (status == DOVE_OK) status = dove_store_expression_keys(store, NULL, &keys, &count, error);
  if (status == DOVE_OK && embedder != 0) status = find_missing(store, embedder, &missing, &missing_count, error);
  if (status == DOVE_OK) {
    set->expression_ids = dove_alloc(count, sizeof *set->expression_ids);
    set->document = dove_alloc(count, sizeof *set->document);
    if (set->expression_ids == NULL || set->document == NULL) status = dove_fail_memory(error, doing);
  }
  if (status == DOVE_OK) {
    keep_expressions(keys, count, selection->last_expression, missing, missing_count, &documents, set);
    status = number_documents(&documents, set, error);
  }
  free(keys);
  free(missing);
  wanted_free(&documents);
  return status;
}

static dove_status read_vectors(dove_store *store, int64_t embedder, size_t dimension, dove_expression_set *set,
                                const dove_progress *progress, dove_error *error) {
  dove_status status = dove_matrix_create(&set->vectors, set->expressions, dimension, error);
  for (size_t at = 0; at < set->expressions && status == DOVE_OK; at += PAGE) {
    const size_t count = set->expressions - at < PAGE ? set->expressions - at : PAGE;
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "stopped while %s", doing);
    dove_progress_report(progress, "reading vectors", (double)at, (double)set->expressions);
    status = dove_store_vectors_read(store, embedder, DOVE_STORE_EXPRESSION_VECTOR, set->expression_ids + at, count,
                                     set->vectors.data + at * dimension, error);
  }
  return status;
}

/* Where the strings of an expression begin in the buffer, which moves while it grows. */
typedef struct string_places {
  size_t name, description;
} string_places;

static dove_status read_strings(dove_store *store, dove_expression_set *set, string_places *places, dove_buffer *buffer,
                                dove_error *error) {
  dove_status status = DOVE_OK;
  size_t at = 0;
  int64_t after = 0;
  while (status == DOVE_OK && at < set->expressions) {
    dove_store_expression_list list = {0};
    status = dove_store_expression_page(store, NULL, after, PAGE, &list, error);
    if (status == DOVE_OK && list.count == 0)
      status = dove_fail(error, DOVE_FAILED, "an expression was removed while the expressions were read; try again");
    for (size_t i = 0; i < list.count && at < set->expressions; i++) {
      after = list.rows[i].id;
      if (after != set->expression_ids[at]) continue;
      places[at].name = buffer->length;
      dove_buffer_add(buffer, list.rows[i].code_name, strlen(list.rows[i].code_name) + 1);
      places[at++].description = buffer->length;
      dove_buffer_add(buffer, list.rows[i].description, strlen(list.rows[i].description) + 1);
    }
    dove_store_expression_list_free(&list);
  }
  return status;
}

static dove_status load_strings(dove_store *store, dove_expression_set *set, dove_error *error) {
  dove_buffer buffer = {0};
  string_places *places = dove_alloc(set->expressions, sizeof *places);
  set->code_names = dove_alloc(set->expressions, sizeof *set->code_names);
  set->descriptions = dove_alloc(set->expressions, sizeof *set->descriptions);
  dove_status status = DOVE_OK;
  if (places == NULL || set->code_names == NULL || set->descriptions == NULL) status = dove_fail_memory(error, doing);
  if (status == DOVE_OK) status = read_strings(store, set, places, &buffer, error);
  if (status == DOVE_OK && buffer.failed) status = dove_fail_memory(error, doing);
  if (status == DOVE_OK && set->expressions > 0) {
    set->texts = dove_buffer_take(&buffer);
    for (size_t i = 0; i < set->expressions; i++) {
      set->code_names[i] = set->texts + places[i].name;
      set->descriptions[i] = set->texts + places[i].description;
    }
  }
  dove_buffer_free(&buffer);
  free(places);
  return status;
}

dove_status dove_expression_set_load(dove_store *store, const dove_expression_selection *selection,
                                     dove_expression_set *set, const dove_progress *progress, dove_error *error) {
  *set = (dove_expression_set){0};
  dove_store_embedder embedder = {0};
  dove_status status = dove_store_embedder_active(store, &embedder, error);
  const bool none = status == DOVE_NOT_FOUND;
  const size_t dimension = none ? 0 : (size_t)embedder.dimension;
  if (status == DOVE_OK || none) status = select_expressions(store, none ? 0 : embedder.id, selection, set, error);
  if (status == DOVE_OK) status = read_vectors(store, embedder.id, dimension, set, progress, error);
  if (status == DOVE_OK && selection->with_names) status = load_strings(store, set, error);
  if (status == DOVE_OK) status = dove_expression_set_average(set, error);
  dove_store_embedder_free(&embedder);
  return status;
}
