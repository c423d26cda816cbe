#include "dove/model_usage.h"

#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/store_coding.h"
#include "model/internal.h"

/* ---- Groups ---- */

/* What makes documents one group: the culture of people; the source and the role of models. */
typedef struct group_key {
  int64_t culture, source, role;
} group_key;

static group_key key_of(const dove_store_document_key *document) {
  if (document->human) return (group_key){.culture = document->culture_id};
  return (group_key){.source = document->source_id, .role = document->role_id};
}

static bool same(group_key a, group_key b) {
  return a.culture == b.culture && a.source == b.source && a.role == b.role;
}

/* Documents of one group follow each other: the one that was found last is tried first. */
static size_t place_of(const group_key *keys, size_t count, size_t last, group_key key) {
  if (last < count && same(keys[last], key)) return last;
  for (size_t i = 0; i < count; i++) {
    if (same(keys[i], key)) return i;
  }
  return count;
}

typedef struct groups {
  group_key *keys; /* owned */
  size_t count, capacity;
} groups;

static bool add_group(groups *all, group_key key) {
  if (!dove_grow((void **)&all->keys, &all->capacity, all->count + 1, sizeof *all->keys)) return false;
  all->keys[all->count++] = key;
  return true;
}

/* The roles that a model was asked to take, in the order of the labels; the control, in no role, is the first. */
static bool add_roles(const dove_model *model, const dove_overview *overview, int64_t source, groups *all) {
  for (size_t r = 0; r <= overview->roles.count; r++) {
    const group_key key = {.source = source, .role = r == 0 ? 0 : overview->roles.rows[r - 1].id};
    bool there = false;
    for (size_t i = 0; i < model->document_count && !there; i++) {
      there = !model->documents[i].human && same(key_of(&model->documents[i]), key);
    }
    if (there && !add_group(all, key)) return false;
  }
  return true;
}

static bool list_groups(const dove_model *model, const dove_overview *overview, groups *all) {
  for (size_t i = 0; i < overview->cultures.count; i++) {
    if (!add_group(all, (group_key){.culture = overview->cultures.rows[i].id})) return false;
  }
  for (size_t i = 0; i < overview->sources.count; i++) {
    const dove_store_label *source = &overview->sources.rows[i];
    if (!source->human && !add_roles(model, overview, source->id, all)) return false;
  }
  return true;
}

static const char *label(const dove_store_label_list *list, int64_t id) {
  for (size_t i = 0; i < list->count; i++) {
    if (list->rows[i].id == id) return list->rows[i].name;
  }
  return "";
}

static bool name_groups(const dove_overview *overview, const groups *all, dove_usage_matrix *matrix) {
  dove_buffer names = {0};
  for (size_t i = 0; i < all->count; i++) {
    const group_key key = all->keys[i];
    const bool human = key.source == 0;
    matrix->group[i] = (dove_usage_group){.human = human, .role = key.role != 0};
    dove_buffer_add_text(&names,
                         human ? label(&overview->cultures, key.culture) : label(&overview->sources, key.source));
    if (key.role != 0) dove_buffer_printf(&names, " · %s", label(&overview->roles, key.role));
    dove_buffer_add_char(&names, '\0');
  }
  char *text = dove_buffer_take(&names);
  matrix->strings = text;
  if (text == NULL) return false;
  for (size_t i = 0; i < all->count; i++) {
    matrix->group[i].name = text;
    text += strlen(text) + 1;
  }
  return true;
}

/* ---- Documents ---- */

/* Their groups are the same for every codebook. */
static dove_status know_documents(dove_model *model, dove_error *error) {
  if (model->documents != NULL) return DOVE_OK;
  return dove_store_document_keys(model->store, NULL, &model->documents, &model->document_count, error);
}

/* Goes through the documents beside their coding: both rise by id. */
typedef struct walk {
  const dove_model *model;
  const groups *all;
  size_t next;  /* document */
  size_t group; /* of the last one */
} walk;

/* The key of a document, with its group in step->group; NULL for one that is not known or belongs to no group. */
static const dove_store_document_key *step_to(walk *step, int64_t document) {
  const dove_model *model = step->model;
  while (step->next < model->document_count && model->documents[step->next].id < document) step->next++;
  if (step->next == model->document_count || model->documents[step->next].id != document) return NULL;
  const dove_store_document_key *key = &model->documents[step->next];
  step->group = place_of(step->all->keys, step->all->count, step->group, key_of(key));
  return step->group < step->all->count ? key : NULL;
}

/* ---- Usage ---- */

typedef struct summing {
  walk step;
  dove_usage_matrix *matrix;
} summing;

static void add_document(void *user, int64_t document, const dove_store_q *entries, size_t count) {
  summing *sums = user;
  if (step_to(&sums->step, document) == NULL) return;
  sums->matrix->group[sums->step.group].documents++;
  double *row = sums->matrix->mean + sums->step.group * sums->matrix->codes;
  for (size_t e = 0; e < count; e++) {
    if (entries[e].ordinal < sums->matrix->codes) row[entries[e].ordinal] += (double)entries[e].q;
  }
}

static void divide(dove_usage_matrix *matrix) {
  for (size_t group = 0; group < matrix->groups; group++) {
    const int64_t count = matrix->group[group].documents;
    for (size_t k = 0; count > 0 && k < matrix->codes; k++) matrix->mean[group * matrix->codes + k] /= (double)count;
  }
}

static void free_matrix(dove_usage_matrix *matrix) {
  free(matrix->group);
  free(matrix->mean);
  free(matrix->strings);
  *matrix = (dove_usage_matrix){0};
}

static dove_status fill_usage(dove_model *model, const dove_overview *overview, int64_t iteration, size_t codes,
                              dove_usage_matrix *matrix, dove_error *error) {
  groups all = {0};
  dove_status status = know_documents(model, error);
  if (status != DOVE_OK) return status;
  *matrix = (dove_usage_matrix){.codes = codes};
  bool made = list_groups(model, overview, &all);
  matrix->groups = all.count;
  matrix->group = dove_alloc_zero(all.count, sizeof *matrix->group);
  matrix->mean = codes <= SIZE_MAX / (all.count + 1) ? dove_alloc_zero(all.count * codes, sizeof *matrix->mean) : NULL;
  made = made && matrix->group != NULL && matrix->mean != NULL && name_groups(overview, &all, matrix);
  summing sums = {.step = {.model = model, .all = &all}, .matrix = matrix};
  status = made ? dove_store_coding_walk(model->store, iteration, NULL, add_document, &sums, error)
                : dove_fail_memory(error, "counting the usage of codes");
  if (status == DOVE_OK) divide(matrix);
  free(all.keys);
  return status;
}

void dove_model_forget_usage(dove_model *model) {
  for (size_t i = 0; i < DOVE_MODEL_USAGES; i++) {
    free_matrix(&model->usage[i]);
    model->usage_iteration[i] = 0;
  }
  model->usage_next = 0;
}

/* Where the usage of an iteration is kept; DOVE_MODEL_USAGES: nowhere. */
static size_t place_of_usage(const dove_model *model, int64_t iteration) {
  size_t place = 0;
  while (place < DOVE_MODEL_USAGES && model->usage_iteration[place] != iteration) place++;
  return place;
}

bool dove_model_usage_known(dove_model *model) {
  const int64_t iteration = dove_model_view(model).iteration;
  return iteration != 0 && place_of_usage(model, iteration) < DOVE_MODEL_USAGES;
}

dove_status dove_model_usage(dove_model *model, const dove_usage_matrix **matrix, dove_error *error) {
  const dove_store_codebook *codebook = NULL;
  const dove_overview *overview = NULL;
  dove_status status = dove_model_codebook(model, &codebook, error);
  if (status == DOVE_OK) status = dove_model_overview(model, &overview, error);
  if (status != DOVE_OK) return status;
  const int64_t iteration = model->codebook_iteration;
  size_t place = place_of_usage(model, iteration);
  if (place == DOVE_MODEL_USAGES) {
    place = model->usage_next;
    free_matrix(&model->usage[place]);
    model->usage_iteration[place] = 0;
    status = fill_usage(model, overview, iteration, codebook->codes, &model->usage[place], error);
    if (status != DOVE_OK) {
      free_matrix(&model->usage[place]);
      return status;
    }
    model->usage_iteration[place] = iteration;
    model->usage_next = (place + 1) % DOVE_MODEL_USAGES;
  }
  model->usage[place].ids = codebook->ids;
  model->usage[place].names = codebook->names;
  *matrix = &model->usage[place];
  return DOVE_OK;
}

/* ---- Sides ---- */

const char *dove_side_name(const dove_usage_matrix *matrix, int side) {
  if (side == DOVE_SIDE_PEOPLE) return "people";
  if (side == DOVE_SIDE_MODELS) return "models";
  return side >= 0 && (size_t)side < matrix->groups ? matrix->group[side].name : "";
}

bool dove_side_find(const dove_usage_matrix *matrix, const char *name, int *side) {
  for (int i = DOVE_SIDE_MODELS; i < (int)matrix->groups; i++) {
    if (strcmp(dove_side_name(matrix, i), name) != 0) continue;
    *side = i;
    return true;
  }
  return false;
}

static bool is_on(const dove_usage_matrix *matrix, int side, size_t group) {
  const dove_usage_group *found = &matrix->group[group];
  if (side == DOVE_SIDE_PEOPLE) return found->human;
  if (side == DOVE_SIDE_MODELS) return !found->human && !found->role;
  return side >= 0 && (size_t)side == group;
}

/* The coding of the documents on either side. */
typedef struct collecting {
  walk step;
  const dove_usage_matrix *matrix;
  int side[2];
  dove_sparse q;
  uint32_t *topic;
  uint32_t *rows[2];
  size_t count[2];
  size_t offset_room, entry_room, value_room, topic_room, rows_room[2];
  bool failed;
} collecting;

static bool grow(collecting *found, size_t rows, size_t entries) {
  return dove_grow((void **)&found->q.offset, &found->offset_room, rows + 1, sizeof *found->q.offset) &&
         dove_grow((void **)&found->q.column, &found->entry_room, entries, sizeof *found->q.column) &&
         dove_grow((void **)&found->q.value, &found->value_room, entries, sizeof *found->q.value) &&
         dove_grow((void **)&found->topic, &found->topic_room, rows, sizeof *found->topic) &&
         dove_grow((void **)&found->rows[0], &found->rows_room[0], rows, sizeof *found->rows[0]) &&
         dove_grow((void **)&found->rows[1], &found->rows_room[1], rows, sizeof *found->rows[1]);
}

static void collect(void *user, int64_t document, const dove_store_q *entries, size_t count) {
  collecting *found = user;
  const dove_store_document_key *key = step_to(&found->step, document);
  if (key == NULL || found->failed) return;
  const bool on[2] = {is_on(found->matrix, found->side[0], found->step.group),
                      is_on(found->matrix, found->side[1], found->step.group)};
  if (!on[0] && !on[1]) return;
  const size_t row = found->q.rows, start = found->q.offset[row];
  if (!grow(found, row + 1, start + count)) {
    found->failed = true;
    return;
  }
  for (size_t e = 0; e < count; e++) {
    found->q.column[start + e] = entries[e].ordinal;
    found->q.value[start + e] = (double)entries[e].q;
  }
  found->q.offset[row + 1] = start + count;
  found->topic[row] = key->topic_id > 0 ? (uint32_t)key->topic_id : DOVE_NO_GROUP;
  for (int s = 0; s < 2; s++) {
    if (on[s]) found->rows[s][found->count[s]++] = (uint32_t)row;
  }
  found->q.rows++;
}

static void free_collecting(collecting *found) {
  dove_sparse_free(&found->q);
  free(found->topic);
  free(found->rows[0]);
  free(found->rows[1]);
}

static dove_status contrast_of(const collecting *found, dove_usage_contrast *contrast, dove_error *error) {
  const dove_document_set first = {found->rows[0], found->count[0]}, second = {found->rows[1], found->count[1]};
  if (first.count == 0) {
    return dove_fail(error, DOVE_INPUT, "no document of '%s' is coded with this codebook",
                     dove_side_name(found->matrix, found->side[0]));
  }
  contrast->codes = found->q.columns;
  contrast->documents_first = first.count;
  contrast->documents_second = second.count;
  contrast->code = dove_alloc(found->q.columns, sizeof *contrast->code);
  if (contrast->code == NULL) return dove_fail_memory(error, "comparing the use of codes");
  return dove_contrast_codes(&found->q, first, second, found->topic, contrast->code, &contrast->topics, error);
}

dove_status dove_model_contrast(dove_model *model, int first, int second, dove_usage_contrast *contrast,
                                dove_error *error) {
  const dove_usage_matrix *matrix = NULL;
  const dove_overview *overview = NULL;
  *contrast = (dove_usage_contrast){0};
  dove_status status = dove_model_usage(model, &matrix, error);
  if (status == DOVE_OK) status = dove_model_overview(model, &overview, error);
  if (status != DOVE_OK) return status;
  groups all = {0};
  collecting found = {.step = {.model = model, .all = &all}, .matrix = matrix, .side = {first, second}};
  found.q.columns = matrix->codes;
  found.failed = !list_groups(model, overview, &all) || !grow(&found, 1, 1);
  if (!found.failed) {
    found.q.offset[0] = 0;
    status = dove_store_coding_walk(model->store, model->codebook_iteration, NULL, collect, &found, error);
  }
  if (found.failed) status = dove_fail_memory(error, "comparing the use of codes");
  if (status == DOVE_OK) status = contrast_of(&found, contrast, error);
  if (status != DOVE_OK) dove_usage_contrast_free(contrast);
  free_collecting(&found);
  free(all.keys);
  return status;
}

void dove_usage_contrast_free(dove_usage_contrast *contrast) {
  free(contrast->code);
  *contrast = (dove_usage_contrast){0};
}
