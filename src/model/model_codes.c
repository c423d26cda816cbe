#include "dove/model_codes.h"

#include <stdlib.h>
#include <string.h>

#include "dove/matrix.h"
#include "dove/memory.h"
#include "model/internal.h"

enum { NEAREST = 8 };

void dove_model_forget_codebook(dove_model *model) {
  dove_store_codebook_free(&model->codebook);
  model->codebook = (dove_store_codebook){0};
  model->codebook_iteration = 0;
}

dove_status dove_model_codebook(dove_model *model, const dove_store_codebook **codebook, dove_error *error) {
  const dove_view view = dove_model_view(model);
  if (view.iteration == 0) return dove_fail(error, DOVE_NOT_FOUND, "there is no codebook; build one");
  if (model->codebook_iteration != view.iteration) {
    dove_model_forget_codebook(model);
    const dove_status status = dove_store_codebook_read(model->store, view.iteration, &model->codebook, error);
    if (status != DOVE_OK) return status;
    model->codebook_iteration = view.iteration;
  }
  *codebook = &model->codebook;
  return DOVE_OK;
}

/* `code` of a candidate is its ordinal until the best are known. Keeps the NEAREST best in falling order of cosine,
 * ties in order of the codebook. */
static void keep_nearest(dove_code_detail *detail, dove_near_code candidate) {
  size_t place = detail->nearest_count;
  while (place > 0 && detail->nearest[place - 1].cosine < candidate.cosine) place--;
  if (place == NEAREST) return;
  const size_t last = detail->nearest_count < NEAREST ? detail->nearest_count++ : NEAREST - 1;
  memmove(&detail->nearest[place + 1], &detail->nearest[place], (last - place) * sizeof *detail->nearest);
  detail->nearest[place] = candidate;
}

static bool find_nearest(const dove_store_codebook *codebook, const float *centroid, dove_code_detail *detail) {
  const size_t dimension = (size_t)codebook->dimension;
  for (size_t k = 0; k < codebook->codes; k++) {
    if (codebook->ids[k] == detail->code) continue;
    const double cosine = dove_dot(centroid, codebook->centroids + k * dimension, dimension);
    keep_nearest(detail, (dove_near_code){(int64_t)k, NULL, cosine});
  }
  for (size_t i = 0; i < detail->nearest_count; i++) {
    const size_t ordinal = (size_t)detail->nearest[i].code;
    detail->nearest[i].code = codebook->ids[ordinal];
    detail->nearest[i].name = dove_strdup(codebook->names[ordinal]);
    if (detail->nearest[i].name == NULL) return false;
  }
  return true;
}

/* The centroid of any code of the run; of one of the codebook without asking the store. */
static dove_status nearest_of(dove_model *model, dove_code_detail *detail, dove_error *error) {
  const dove_store_codebook *codebook = NULL;
  dove_status status = dove_model_codebook(model, &codebook, error);
  if (status != DOVE_OK) return status;
  for (size_t k = 0; k < codebook->codes; k++) {
    if (codebook->ids[k] == detail->code) detail->ordinal = k;
  }
  float *centroid = dove_alloc((size_t)codebook->dimension, sizeof *centroid);
  detail->nearest = dove_alloc(NEAREST, sizeof *detail->nearest);
  if (centroid == NULL || detail->nearest == NULL) {
    free(centroid);
    return dove_fail_memory(error, "looking for near codes");
  }
  status = dove_store_code_centroid(model->store, detail->code, codebook->dimension, centroid, error);
  if (status == DOVE_OK && !find_nearest(codebook, centroid, detail)) {
    status = dove_fail_memory(error, "looking for near codes");
  }
  free(centroid);
  return status;
}

static const dove_store_lineage_row *lineage_of(const dove_store_lineage *lineage, int64_t code) {
  for (size_t i = 0; i < lineage->count; i++) {
    if (lineage->rows[i].code == code) return &lineage->rows[i];
  }
  return NULL;
}

static bool add_relative(dove_code_relative **list, size_t *count, const dove_store_lineage_row *row) {
  dove_code_relative *grown = dove_realloc(*list, *count + 1, sizeof **list);
  if (grown == NULL) return false;
  *list = grown;
  grown[(*count)++] = (dove_code_relative){row->code, row->name, row->born_t};
  return true;
}

/* Parents and children among the rows of the lineage. */
static bool relate(const dove_store_lineage *lineage, dove_code_detail *detail) {
  for (size_t i = 0; i < lineage->count; i++) {
    const dove_store_lineage_row *row = &lineage->rows[i];
    if (row->code == detail->code && row->parent != 0) {
      const dove_store_lineage_row *parent = lineage_of(lineage, row->parent);
      if (parent != NULL && !add_relative(&detail->parents, &detail->parent_count, parent)) return false;
    } else if (row->parent == detail->code) {
      if (!add_relative(&detail->children, &detail->child_count, row)) return false;
    }
  }
  return true;
}

dove_status dove_model_code(dove_model *model, int64_t code, dove_code_detail *detail, dove_error *error) {
  *detail = (dove_code_detail){.code = code, .ordinal = SIZE_MAX};
  dove_store_lineage *lineage = dove_alloc_zero(1, sizeof *lineage);
  if (lineage == NULL) return dove_fail_memory(error, "reading a code");
  detail->strings = lineage;
  dove_status status = dove_store_lineage_read(model->store, dove_model_view(model).run, code, lineage, error);
  if (status == DOVE_OK) status = nearest_of(model, detail, error);
  if (status == DOVE_OK) {
    const dove_store_lineage_row *row = lineage_of(lineage, code);
    if (row == NULL) {
      status = dove_fail(error, DOVE_NOT_FOUND, "code %lld is not in this run", (long long)code);
    } else {
      detail->name = row->name;
      detail->origin = row->origin;
      detail->born_t = row->born_t;
      detail->died_t = row->died_t;
      if (!relate(lineage, detail)) status = dove_fail_memory(error, "reading a code");
    }
  }
  if (status != DOVE_OK) dove_code_detail_free(detail);
  return status;
}

void dove_code_detail_free(dove_code_detail *detail) {
  if (detail->strings != NULL) dove_store_lineage_free(detail->strings);
  free(detail->strings);
  free(detail->parents);
  free(detail->children);
  for (size_t i = 0; i < detail->nearest_count; i++) free(detail->nearest[i].name);
  free(detail->nearest);
  *detail = (dove_code_detail){0};
}
