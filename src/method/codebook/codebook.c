#include "dove/codebook.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/store_runs.h"

dove_status dove_codebook_create(dove_codebook *codebook, size_t count, size_t dimension, dove_error *error) {
  *codebook = (dove_codebook){0};
  codebook->codes = dove_alloc_zero(count, sizeof *codebook->codes);
  if (codebook->codes == NULL) return dove_fail_memory(error, "making a codebook");
  codebook->count = count;
  const dove_status status = dove_matrix_create(&codebook->centroids, count, dimension, error);
  if (status != DOVE_OK) dove_codebook_free(codebook);
  return status;
}

void dove_codebook_free(dove_codebook *codebook) {
  for (size_t k = 0; k < codebook->count; k++) {
    free(codebook->codes[k].name);
    free(codebook->codes[k].parents);
  }
  free(codebook->codes);
  dove_matrix_free(&codebook->centroids);
  *codebook = (dove_codebook){0};
}

dove_status dove_codebook_set_parents(dove_codebook_code *code, const int64_t *parents, size_t count,
                                      dove_error *error) {
  int64_t *copy = dove_alloc(count, sizeof *copy);
  if (copy == NULL) return dove_fail_memory(error, "noting the parents of a code");
  for (size_t i = 0; i < count; i++) copy[i] = parents[i];
  free(code->parents);
  code->parents = copy;
  code->parent_count = count;
  return DOVE_OK;
}

dove_status dove_codebook_copy_code(const dove_codebook *from, size_t index, dove_codebook *into, size_t to,
                                    dove_error *error) {
  const dove_codebook_code *source = &from->codes[index];
  dove_codebook_code *target = &into->codes[to];
  const size_t dimension = from->centroids.columns;
  target->id = source->id;
  target->origin = source->origin;
  free(target->name);
  target->name = dove_strdup(source->name);
  if (target->name == NULL && source->name != NULL) return dove_fail_memory(error, "copying a code");
  memcpy(into->centroids.data + to * dimension, from->centroids.data + index * dimension,
         dimension * sizeof *into->centroids.data);
  return dove_codebook_set_parents(target, source->parents, source->parent_count, error);
}

size_t dove_codebook_find(const dove_codebook *codebook, int64_t id) {
  for (size_t k = 0; k < codebook->count; k++) {
    if (codebook->codes[k].id == id) return k;
  }
  return codebook->count;
}

static dove_status width_mle(const dove_codebook *codebook, dove_matrix_view expressions, double *sigma2,
                             const dove_progress *progress, dove_error *error) {
  uint32_t *label = dove_alloc(expressions.rows, sizeof *label);
  if (label == NULL) return dove_fail_memory(error, "finding the width of the codes");
  const dove_matrix_view centroids = dove_matrix_as_view(&codebook->centroids);
  dove_status status = dove_nearest(expressions, centroids, label, NULL, progress, error);
  if (status == DOVE_OK) status = dove_sigma2_mle(expressions, centroids, label, sigma2, error);
  free(label);
  return status;
}

static dove_status width_perplexity(const dove_codebook *codebook, dove_matrix_view expressions, double perplexity,
                                    double *sigma2, const dove_progress *progress, dove_error *error) {
  if (perplexity >= (double)codebook->count)
    return dove_fail(error, DOVE_USAGE,
                     "no σ gives a perplexity of %g with %zu codes; set 'sigma' to mle or to a perplexity between "
                     "1 and %zu",
                     perplexity, codebook->count, codebook->count);
  return dove_sigma2_perplexity(expressions, dove_matrix_as_view(&codebook->centroids), perplexity, sigma2, progress,
                                error);
}

dove_status dove_codebook_set_width(dove_codebook *codebook, dove_matrix_view expressions, dove_sigma_setting rule,
                                    const dove_progress *progress, dove_error *error) {
  double sigma2 = 0;
  dove_status status = DOVE_OK;
  switch (rule.rule) {
    case DOVE_SIGMA_MLE: status = width_mle(codebook, expressions, &sigma2, progress, error); break;
    case DOVE_SIGMA_FIXED: sigma2 = rule.value * rule.value; break;
    case DOVE_SIGMA_PERPLEXITY:
      status = width_perplexity(codebook, expressions, rule.value, &sigma2, progress, error);
      break;
  }
  if (status != DOVE_OK) return status;
  codebook->sigma2 = sigma2 < DOVE_LEAST_SIGMA2 ? DOVE_LEAST_SIGMA2 : sigma2;
  return DOVE_OK;
}

/* Keeps the `limit` largest in falling order; an entry goes behind those that are equal to it. */
size_t dove_recognised_codes(const dove_sparse *q, size_t document, size_t limit, double min_probability,
                             uint32_t *codes, double *values) {
  double best[64];
  size_t count = 0;
  if (limit > sizeof best / sizeof best[0]) limit = sizeof best / sizeof best[0];
  for (size_t i = q->offset[document]; i < q->offset[document + 1]; i++) {
    const double value = q->value[i];
    if (value < min_probability || value <= 0) continue;
    size_t at = count;
    while (at > 0 && best[at - 1] < value) at--;
    if (at >= limit) continue;
    if (count < limit) count++;
    for (size_t j = count - 1; j > at; j--) {
      best[j] = best[j - 1];
      codes[j] = codes[j - 1];
    }
    best[at] = value;
    codes[at] = q->column[i];
  }
  if (values != NULL) memcpy(values, best, count * sizeof *values);
  return count;
}

static dove_status fill_codebook(const dove_store_codebook *stored, dove_codebook *codebook, dove_error *error) {
  dove_status status = dove_codebook_create(codebook, stored->codes, (size_t)stored->dimension, error);
  for (size_t k = 0; k < stored->codes && status == DOVE_OK; k++) {
    codebook->codes[k].id = stored->ids[k];
    codebook->codes[k].name = dove_strdup(stored->names[k]);
    if (codebook->codes[k].name == NULL) status = dove_fail_memory(error, "reading a codebook");
  }
  if (status != DOVE_OK) return status;
  memcpy(codebook->centroids.data, stored->centroids,
         stored->codes * (size_t)stored->dimension * sizeof *stored->centroids);
  return DOVE_OK;
}

dove_status dove_codebook_load(dove_store *store, int64_t run, int64_t t, dove_codebook *codebook, dove_error *error) {
  *codebook = (dove_codebook){0};
  dove_store_iteration iteration = {0};
  dove_store_codebook stored = {0};
  dove_status status = dove_store_iteration_read(store, run, t, &iteration, error);
  if (status == DOVE_OK) status = dove_store_codebook_read(store, iteration.id, &stored, error);
  if (status == DOVE_OK) status = fill_codebook(&stored, codebook, error);
  codebook->sigma2 = iteration.sigma2;
  dove_store_codebook_free(&stored);
  if (status != DOVE_OK) dove_codebook_free(codebook);
  return status;
}
