#include "method/scoring/score_plan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/memory.h"
#include "dove/random.h"

static void free_sides(score_side *sides, size_t count) {
  for (size_t i = 0; i < count; i++) free(sides[i].rows);
  free(sides);
}

void score_plan_free(score_plan *plan) {
  free_sides(plan->cultures, plan->culture_count);
  free_sides(plan->models, plan->model_count);
  for (size_t kind = 0; kind < sizeof plan->labels / sizeof plan->labels[0]; kind++)
    dove_store_label_list_free(&plan->labels[kind]);
  free(plan->keys);
  free(plan->topic);
  dove_coding_free(&plan->coding);
  dove_codebook_free(&plan->codebook);
  *plan = (score_plan){0};
}

static const char *label_name(const score_plan *plan, dove_store_label_kind kind, int64_t id) {
  const dove_store_label_list *list = &plan->labels[kind];
  for (size_t i = 0; i < list->count; i++) {
    if (list->rows[i].id == id) return list->rows[i].name;
  }
  return "";
}

/* "aster, birch, cedar": the labels of a kind that documents of the wanted side carry; people's source is no model. */
static void list_labels(const score_plan *plan, dove_store_label_kind kind, dove_buffer *text) {
  const dove_store_label_list *list = &plan->labels[kind];
  for (size_t i = 0; i < list->count; i++) {
    if (list->rows[i].documents == 0 || (kind == DOVE_STORE_SOURCE && list->rows[i].human)) continue;
    dove_buffer_printf(text, "%s'%s'", text->length > 0 ? ", " : "", list->rows[i].name);
  }
}

static dove_status refuse_name(const score_plan *plan, dove_store_label_kind kind, const char *what, const char *name,
                               dove_error *error) {
  dove_buffer there = {0};
  list_labels(plan, kind, &there);
  dove_fail(error, DOVE_NOT_FOUND, "the project has no %s '%s'; it has: %s", what, name,
            there.length > 0 ? dove_buffer_text(&there) : "none");
  dove_buffer_free(&there);
  return DOVE_NOT_FOUND;
}

static bool wanted(const char *const *names, size_t count, const char *name) {
  if (count == 0) return true;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(names[i], name) == 0) return true;
  }
  return false;
}

/* The keys of all documents, cut down to the coded ones: both lists rise by id. */
static dove_status match_keys(dove_store *store, score_plan *plan, dove_error *error) {
  size_t count = 0, kept = 0;
  dove_status status = dove_store_document_keys(store, NULL, &plan->keys, &count, error);
  if (status != DOVE_OK) return status;
  plan->topic = dove_alloc(plan->coding.documents, sizeof *plan->topic);
  if (plan->topic == NULL) return dove_fail_memory(error, "reading documents");
  for (size_t i = 0; i < count && kept < plan->coding.documents; i++) {
    if (plan->keys[i].id != plan->coding.document_ids[kept]) continue;
    plan->keys[kept] = plan->keys[i];
    plan->topic[kept] = plan->keys[i].topic_id > 0 ? (uint32_t)plan->keys[i].topic_id : DOVE_NO_GROUP;
    kept++;
  }
  if (kept == plan->coding.documents) return DOVE_OK;
  return dove_fail(error, DOVE_PROJECT,
                   "the coding names a document that is not there; 'dove check' on the command line says more");
}

static bool key_is_on(const dove_store_document_key *key, bool human, int64_t id, int64_t role) {
  if (key->human != human) return false;
  return human ? key->culture_id == id : key->source_id == id && key->role_id == role;
}

/* Adds the side when it has coded documents. */
static dove_status add_side(const score_plan *plan, bool human, int64_t id, int64_t role, score_side **sides,
                            size_t *count, dove_error *error) {
  const size_t documents = plan->coding.documents;
  size_t found = 0;
  for (size_t i = 0; i < documents; i++) found += key_is_on(&plan->keys[i], human, id, role);
  if (found == 0) return DOVE_OK;
  score_side *grown = dove_realloc(*sides, *count + 1, sizeof *grown);
  if (grown != NULL) *sides = grown;
  uint32_t *rows = dove_alloc(found, sizeof *rows);
  if (grown == NULL || rows == NULL) {
    free(rows);
    return dove_fail_memory(error, "grouping documents");
  }
  size_t filled = 0;
  for (size_t i = 0; i < documents; i++) {
    if (key_is_on(&plan->keys[i], human, id, role)) rows[filled++] = (uint32_t)i;
  }
  const char *name = label_name(plan, human ? DOVE_STORE_CULTURE : DOVE_STORE_SOURCE, id);
  grown[(*count)++] = (score_side){name, label_name(plan, DOVE_STORE_ROLE, role), rows, {rows, found}};
  return DOVE_OK;
}

static dove_status add_cultures(score_plan *plan, const dove_score_options *options, dove_error *error) {
  const dove_store_label_list *list = &plan->labels[DOVE_STORE_CULTURE];
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < list->count && status == DOVE_OK; i++) {
    if (wanted(options->cultures, options->culture_count, list->rows[i].name))
      status = add_side(plan, true, list->rows[i].id, 0, &plan->cultures, &plan->culture_count, error);
  }
  return status;
}

static dove_status add_roles(score_plan *plan, const dove_score_options *options, int64_t source, dove_error *error) {
  const dove_store_label_list *roles = &plan->labels[DOVE_STORE_ROLE];
  dove_status status = DOVE_OK;
  if (wanted(options->roles, options->role_count, ""))
    status = add_side(plan, false, source, 0, &plan->models, &plan->model_count, error);
  for (size_t i = 0; i < roles->count && status == DOVE_OK; i++) {
    if (wanted(options->roles, options->role_count, roles->rows[i].name))
      status = add_side(plan, false, source, roles->rows[i].id, &plan->models, &plan->model_count, error);
  }
  return status;
}

static dove_status add_models(score_plan *plan, const dove_score_options *options, dove_error *error) {
  const dove_store_label_list *list = &plan->labels[DOVE_STORE_SOURCE];
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < list->count && status == DOVE_OK; i++) {
    if (!list->rows[i].human && wanted(options->models, options->model_count, list->rows[i].name))
      status = add_roles(plan, options, list->rows[i].id, error);
  }
  return status;
}

static const dove_store_label *find_label(const score_plan *plan, dove_store_label_kind kind, const char *name) {
  const dove_store_label_list *list = &plan->labels[kind];
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->rows[i].name, name) == 0 && list->rows[i].documents > 0) return &list->rows[i];
  }
  return NULL;
}

static bool has_side(const score_side *sides, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(sides[i].name, name) == 0) return true;
  }
  return false;
}

static bool has_role(const score_plan *plan, const char *role) {
  for (size_t i = 0; i < plan->model_count; i++) {
    if (strcmp(plan->models[i].role, role) == 0) return true;
  }
  return false;
}

static dove_status refuse_uncoded(const char *what, const char *name, dove_error *error) {
  return dove_fail(error, DOVE_NOT_FOUND,
                   "no document of the %s '%s' is coded: none has a value expression with a vector. Extract or import "
                   "expressions, then embed them",
                   what, name);
}

/* Everything that was asked for by name must be there. */
static dove_status check_names(const score_plan *plan, const dove_score_options *options, dove_error *error) {
  for (size_t i = 0; i < options->culture_count; i++) {
    const char *name = options->cultures[i];
    if (find_label(plan, DOVE_STORE_CULTURE, name) == NULL)
      return refuse_name(plan, DOVE_STORE_CULTURE, "human documents of the culture", name, error);
    if (!has_side(plan->cultures, plan->culture_count, name)) return refuse_uncoded("culture", name, error);
  }
  for (size_t i = 0; i < options->model_count; i++) {
    const dove_store_label *label = find_label(plan, DOVE_STORE_SOURCE, options->models[i]);
    if (label == NULL || label->human)
      return refuse_name(plan, DOVE_STORE_SOURCE, "documents of the model", options->models[i], error);
    if (!has_side(plan->models, plan->model_count, options->models[i]))
      return refuse_uncoded("model", options->models[i], error);
  }
  for (size_t i = 0; i < options->role_count; i++) {
    const char *role = options->roles[i];
    if (has_role(plan, role)) continue;
    if (role[0] != '\0' && find_label(plan, DOVE_STORE_ROLE, role) == NULL)
      return refuse_name(plan, DOVE_STORE_ROLE, "documents in the role", role, error);
    return refuse_uncoded("role", role, error);
  }
  return DOVE_OK;
}

static dove_status check_sides(const score_plan *plan, dove_error *error) {
  if (plan->culture_count > 0 && plan->model_count > 0) return DOVE_OK;
  const bool people = plan->culture_count > 0;
  if (plan->coding.documents == 0)
    return dove_fail(error, DOVE_NOT_FOUND, "no document is coded: extract or import expressions, then embed them");
  return dove_fail(error, DOVE_NOT_FOUND, "there are coded documents of %s, but none of %s to compare them with",
                   people ? "people" : "models", people ? "a model" : "people");
}

static dove_status read_labels(dove_store *store, score_plan *plan, dove_error *error) {
  dove_status status = DOVE_OK;
  for (int kind = DOVE_STORE_CULTURE; kind <= DOVE_STORE_ROLE && status == DOVE_OK; kind++)
    status = dove_store_label_list_read(store, (dove_store_label_kind)kind, &plan->labels[kind], error);
  return status;
}

dove_status score_plan_sort(dove_store *store, const dove_score_options *options, score_plan *plan, dove_error *error) {
  dove_status status = read_labels(store, plan, error);
  if (status == DOVE_OK) status = match_keys(store, plan, error);
  if (status == DOVE_OK) status = add_cultures(plan, options, error);
  if (status == DOVE_OK) status = add_models(plan, options, error);
  if (status == DOVE_OK) status = check_names(plan, options, error);
  if (status == DOVE_OK) status = check_sides(plan, error);
  return status;
}

dove_status score_plan_make(dove_store *store, const dove_score_options *options, score_plan *plan,
                            const dove_progress *progress, dove_error *error) {
  *plan = (score_plan){0};
  dove_status status = options->codebook_run == 0 ? dove_store_current_codebook(store, &plan->at, error)
                                                  : dove_store_codebook_of_run(store, options->codebook_run,
                                                                               options->iteration, &plan->at, error);
  if (status == DOVE_OK)
    status = dove_code_documents(store, plan->at.run, plan->at.t, NULL, 0, &plan->coding, progress, error);
  if (status == DOVE_OK) status = dove_codebook_load(store, plan->at.run, plan->at.t, &plan->codebook, error);
  return status == DOVE_OK ? score_plan_sort(store, options, plan, error) : status;
}

dove_uot_options score_transport(const dove_settings *settings) {
  return (dove_uot_options){
      .epsilon = settings->epsilon,
      .tau = settings->tau,
      .entropic = settings->entropic == DOVE_ENTROPIC_KL ? DOVE_UOT_KL : DOVE_UOT_PLAIN,
      .tolerance = settings->tolerance,
      .max_iterations = (uint32_t)settings->max_iterations,
  };
}

static uint64_t mix_bytes(uint64_t hash, const void *data, size_t size) {
  const unsigned char *bytes = data;
  for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
    uint64_t word = 0;
    memcpy(&word, bytes + i, size - i < sizeof word ? size - i : sizeof word);
    hash = dove_random_mix(hash, word);
  }
  return hash;
}

uint64_t score_plan_fingerprint(const score_plan *plan) {
  const dove_sparse *q = &plan->coding.q;
  uint64_t hash = dove_random_mix(q->rows, q->columns);
  for (size_t i = 0; i < plan->coding.documents; i++) {
    const dove_store_document_key *key = &plan->keys[i];
    const int64_t parts[] = {key->id, key->culture_id, key->source_id, key->topic_id, key->role_id, key->human};
    hash = mix_bytes(hash, parts, sizeof parts);
  }
  hash = mix_bytes(hash, q->offset, (q->rows + 1) * sizeof *q->offset);
  hash = mix_bytes(hash, q->column, q->offset[q->rows] * sizeof *q->column);
  return mix_bytes(hash, q->value, q->offset[q->rows] * sizeof *q->value);
}
