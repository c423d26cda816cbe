#include "dove/model_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/store_codes.h"
#include "dove/store_documents.h"
#include "dove/store_expressions.h"
#include "dove/store_projections.h"
#include "model/internal.h"

static const char doing[] = "reading the map";

void dove_model_forget_map(dove_model *model) {
  dove_point_map *map = &model->map;
  free(map->expressions);
  free(map->x);
  free(map->y);
  free(map->culture);
  free(map->source);
  free(map->code);
  free(map->cultures);
  free(map->sources);
  free(map->codes);
  free(map->strings);
  free(map->code_names);
  *map = (dove_point_map){0};
  model->map_known = false;
  model->map_iteration = 0;
}

/* ---- Points ---- */

static dove_status allocate(dove_point_map *map, size_t points, dove_error *error) {
  map->expressions = dove_alloc(points, sizeof *map->expressions);
  map->x = dove_alloc(points, sizeof *map->x);
  map->y = dove_alloc(points, sizeof *map->y);
  map->culture = dove_alloc(points, sizeof *map->culture);
  map->source = dove_alloc(points, sizeof *map->source);
  map->code = dove_alloc(points, sizeof *map->code);
  const bool good = map->expressions != NULL && map->x != NULL && map->y != NULL && map->culture != NULL &&
                    map->source != NULL && map->code != NULL;
  return good ? DOVE_OK : dove_fail_memory(error, doing);
}

/* Copies the positions of the expressions that are still there. */
static void place_points(const dove_store_projection *stored, const dove_store_expression_key *keys, size_t key_count,
                         int64_t *documents, dove_point_map *map) {
  size_t k = 0;
  for (size_t i = 0; i < stored->count; i++) {
    const dove_store_point *point = &stored->points[i];
    while (k < key_count && keys[k].id < (int64_t)point->expression) k++;
    if (k == key_count || keys[k].id != (int64_t)point->expression) continue;
    documents[map->points] = keys[k].document;
    map->expressions[map->points] = keys[k].id;
    map->x[map->points] = point->x;
    map->y[map->points] = point->y;
    map->points++;
  }
  for (size_t i = 0; i < map->points; i++) {
    if (i == 0 || map->x[i] < map->left) map->left = map->x[i];
    if (i == 0 || map->x[i] > map->right) map->right = map->x[i];
    if (i == 0 || map->y[i] < map->bottom) map->bottom = map->y[i];
    if (i == 0 || map->y[i] > map->top) map->top = map->y[i];
  }
}

static dove_status read_points(dove_model *model, int64_t **documents, dove_error *error) {
  dove_store_projection stored;
  dove_store_expression_key *keys = NULL;
  size_t key_count = 0;
  dove_status status = dove_store_projection_read(model->store, &stored, error);
  if (status == DOVE_OK && stored.id == 0) status = dove_fail(error, DOVE_NOT_FOUND, "the map was not drawn yet");
  if (status == DOVE_OK) status = dove_store_expression_keys(model->store, NULL, &keys, &key_count, error);
  if (status == DOVE_OK) status = allocate(&model->map, stored.count, error);
  if (status == DOVE_OK) {
    *documents = dove_alloc(stored.count, sizeof **documents);
    if (*documents == NULL) status = dove_fail_memory(error, doing);
  }
  if (status == DOVE_OK) place_points(&stored, keys, key_count, *documents, &model->map);
  dove_store_projection_free(&stored);
  free(keys);
  return status;
}

/* ---- What the points belong to ---- */

static uint16_t place_of(const dove_store_label_list *labels, int64_t id) {
  for (size_t i = 0; i < labels->count && i < DOVE_MAP_NONE; i++) {
    if (labels->rows[i].id == id) return (uint16_t)i;
  }
  return DOVE_MAP_NONE;
}

static int compare_key(const void *wanted, const void *row) {
  const int64_t id = *(const int64_t *)wanted, other = ((const dove_store_document_key *)row)->id;
  return (id > other) - (id < other);
}

static void label_points(const dove_overview *overview, const int64_t *documents, const dove_store_document_key *keys,
                         size_t key_count, dove_point_map *map) {
  for (size_t i = 0; i < map->points; i++) {
    /* The expressions of a document follow each other. */
    if (i > 0 && documents[i] == documents[i - 1]) {
      map->culture[i] = map->culture[i - 1];
      map->source[i] = map->source[i - 1];
      continue;
    }
    const dove_store_document_key *key = bsearch(&documents[i], keys, key_count, sizeof *keys, compare_key);
    map->culture[i] = key != NULL ? place_of(&overview->cultures, key->culture_id) : DOVE_MAP_NONE;
    map->source[i] = key != NULL ? place_of(&overview->sources, key->source_id) : DOVE_MAP_NONE;
  }
}

static dove_status copy_names(const dove_overview *overview, dove_point_map *map, dove_error *error) {
  const dove_store_label_list *lists[] = {&overview->cultures, &overview->sources};
  const char ***names[] = {&map->cultures, &map->sources};
  size_t *counts[] = {&map->culture_count, &map->source_count};
  dove_buffer text = {0};
  for (size_t l = 0; l < 2; l++) {
    for (size_t i = 0; i < lists[l]->count; i++) {
      dove_buffer_add(&text, lists[l]->rows[i].name, strlen(lists[l]->rows[i].name) + 1);
    }
    *counts[l] = lists[l]->count;
    *names[l] = dove_alloc(lists[l]->count, sizeof **names[l]);
    if (*names[l] == NULL) text.failed = true;
  }
  dove_buffer_add_char(&text, '\0');
  char *at = dove_buffer_take(&text);
  map->strings = at;
  if (at == NULL) return dove_fail_memory(error, doing);
  for (size_t l = 0; l < 2; l++) {
    for (size_t i = 0; i < *counts[l]; i++) {
      (*names[l])[i] = at;
      at += strlen(at) + 1;
    }
  }
  return DOVE_OK;
}

static dove_status read_labels(dove_model *model, const int64_t *documents, dove_error *error) {
  const dove_overview *overview = NULL;
  dove_store_document_key *keys = NULL;
  size_t key_count = 0;
  dove_status status = dove_model_overview(model, &overview, error);
  if (status == DOVE_OK) status = dove_store_document_keys(model->store, NULL, &keys, &key_count, error);
  if (status == DOVE_OK) status = copy_names(overview, &model->map, error);
  if (status == DOVE_OK) label_points(overview, documents, keys, key_count, &model->map);
  free(keys);
  return status;
}

/* ---- Codes ---- */

/* The point of an expression; `points` when it is not on the map. Identifiers rise and few are missing, so that a point
 * lies at most so far before the place that the identifier tells as there are gaps in all. */
static size_t point_of(const dove_point_map *map, int64_t expression) {
  const size_t points = map->points;
  if (points == 0 || expression < map->expressions[0] || expression > map->expressions[points - 1]) return points;
  const size_t told = (size_t)(expression - map->expressions[0]);
  const size_t gaps = (size_t)(map->expressions[points - 1] - map->expressions[0]) + 1 - points;
  size_t low = told > gaps ? told - gaps : 0, high = told < points ? told : points - 1;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (map->expressions[middle] < expression) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return map->expressions[low] == expression ? low : points;
}

static void place_code(const dove_store_members *members, size_t ordinal, dove_point_map *map) {
  dove_map_code *code = &map->codes[ordinal];
  double x = 0, y = 0;
  for (size_t i = members->offsets[ordinal]; i < members->offsets[ordinal + 1]; i++) {
    const size_t point = point_of(map, members->expressions[i]);
    if (point == map->points) continue;
    map->code[point] = (uint32_t)ordinal;
    x += (double)map->x[point];
    y += (double)map->y[point];
    code->members++;
  }
  code->x = code->members > 0 ? (float)(x / (double)code->members) : NAN;
  code->y = code->members > 0 ? (float)(y / (double)code->members) : NAN;
}

static void forget_codes(dove_model *model) {
  dove_point_map *map = &model->map;
  free(map->codes);
  free(map->code_names);
  map->codes = NULL;
  map->code_names = NULL;
  map->code_count = 0;
  model->map_iteration = 0;
}

/* The names are the map's own: the codebook that they come from is dropped whenever another pane looks elsewhere. */
static dove_status copy_codes(const dove_store_codebook *codebook, dove_point_map *map, dove_error *error) {
  dove_buffer text = {0};
  for (size_t k = 0; k < codebook->codes; k++) {
    dove_buffer_add(&text, codebook->names[k], strlen(codebook->names[k]) + 1);
  }
  dove_buffer_add_char(&text, '\0');
  char *name = dove_buffer_take(&text);
  map->code_names = name;
  map->codes = dove_alloc_zero(codebook->codes, sizeof *map->codes);
  if (name == NULL || map->codes == NULL) return dove_fail_memory(error, doing);
  map->code_count = codebook->codes;
  for (size_t k = 0; k < codebook->codes; k++) {
    map->codes[k] = (dove_map_code){.code = codebook->ids[k], .name = name, .n = codebook->usage[k].n};
    name += strlen(name) + 1;
  }
  return DOVE_OK;
}

static dove_status read_codes(dove_model *model, dove_error *error) {
  dove_point_map *map = &model->map;
  const dove_view view = dove_model_view(model);
  const dove_store_codebook *codebook = NULL;
  dove_store_members members = {0};
  forget_codes(model);
  if (view.iteration != 0) {
    dove_status status = dove_model_codebook(model, &codebook, error);
    if (status == DOVE_OK) status = dove_store_members_read(model->store, view.iteration, &members, error);
    if (status == DOVE_OK) status = copy_codes(codebook, map, error);
    if (status != DOVE_OK) {
      dove_store_members_free(&members);
      return status;
    }
  }
  for (size_t i = 0; i < map->points; i++) map->code[i] = (uint32_t)map->code_count;
  for (size_t k = 0; k < map->code_count && k < members.codes; k++) place_code(&members, k, map);
  dove_store_members_free(&members);
  model->map_iteration = view.iteration;
  return DOVE_OK;
}

/* ---- Public ---- */

dove_status dove_model_map(dove_model *model, const dove_point_map **map, dove_error *error) {
  *map = &model->map;
  if (!model->map_known) {
    int64_t *documents = NULL;
    dove_status status = read_points(model, &documents, error);
    if (status == DOVE_OK) status = read_labels(model, documents, error);
    free(documents);
    if (status == DOVE_OK) status = read_codes(model, error);
    if (status != DOVE_OK) {
      dove_model_forget_map(model);
      return status;
    }
    model->map_known = true;
  } else if (model->map_iteration != dove_model_view(model).iteration) {
    return read_codes(model, error);
  }
  return DOVE_OK;
}

dove_status dove_model_map_search(dove_model *model, const dove_point_map *map, const char *words, bool *found,
                                  size_t *hits, dove_error *error) {
  const dove_store_expression_filter filter = {.search = words};
  int64_t *ids = NULL;
  size_t count = 0;
  *hits = 0;
  for (size_t i = 0; i < map->points; i++) found[i] = false;
  const dove_status status = dove_store_expression_ids(model->store, &filter, &ids, &count, error);
  for (size_t i = 0; i < count; i++) {
    const size_t point = point_of(map, ids[i]);
    if (point == map->points) continue;
    found[point] = true;
    (*hits)++;
  }
  free(ids);
  return status;
}

dove_status dove_model_map_text(dove_model *model, const dove_point_map *map, size_t point, char **text,
                                dove_error *error) {
  dove_store_expression_list list = {0};
  *text = NULL;
  const dove_status status = dove_store_expression_rows(model->store, &map->expressions[point], 1, &list, error);
  if (status != DOVE_OK) return status;
  *text = dove_strdup(list.rows[0].description);
  dove_store_expression_list_free(&list);
  return *text != NULL ? DOVE_OK : dove_fail_memory(error, doing);
}
