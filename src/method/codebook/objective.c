#include "dove/objective.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/entropy.h"
#include "dove/memory.h"
#include "dove/statistics.h"
#include "method/codebook/candidates.h"

static const char doing[] = "measuring a codebook";

void dove_measurement_free(dove_measurement *m) {
  dove_sparse_free(&m->expression_q);
  dove_sparse_free(&m->q);
  free(m->label);
  free(m->usage);
  free(m->usage_z);
  free(m->code_distortion);
  free(m->members);
  dove_candidates_free(&m->kept);
  *m = (dove_measurement){0};
}

dove_status dove_objective_terms(const dove_sparse *q, const double *distortions, size_t codes_per_document,
                                 double beta1, double beta2, dove_objective *objective, dove_error *error) {
  const double documents = (double)q->rows, m = (double)codes_per_document;
  double *share = dove_alloc(q->columns, sizeof *share);
  if (share == NULL) return dove_fail_memory(error, doing);
  double distortion = 0, conditional = 0;
  for (size_t i = 0; i < q->rows; i++) {
    distortion += distortions[i];
    conditional += dove_entropy(q->value + q->offset[i], q->offset[i + 1] - q->offset[i]);
  }
  dove_sparse_column_sums(q, share);
  for (size_t k = 0; k < q->columns; k++) share[k] /= documents;
  objective->distortion = distortion / documents;
  objective->conditional_entropy = conditional / documents;
  objective->marginal_entropy = dove_entropy(share, q->columns);
  objective->beta1 = beta1;
  objective->beta2 = beta2;
  objective->codes_per_document = codes_per_document;
  objective->score =
      -(objective->distortion - beta1 * m * objective->conditional_entropy + beta2 * m * objective->marginal_entropy);
  objective->renyi_entropy = dove_entropy_renyi2(share, q->columns);
  objective->renyi_divergence = dove_redundancy(share, q->columns);
  objective->repeat_bound = dove_repeat_bound(codes_per_document, objective->renyi_entropy);
  free(share);
  return DOVE_OK;
}

/* q(z|v), q(z|x), n_k, z_k and the members. */
static dove_status recognise(const dove_codebook *codebook, const dove_expression_set *set, dove_measurement *m,
                             const dove_progress *progress, dove_error *error) {
  dove_assignment assignment = {0};
  dove_status status = dove_assign(dove_matrix_as_view(&set->vectors), dove_matrix_as_view(&codebook->centroids),
                                   codebook->sigma2, DOVE_CODING_THRESHOLD, &assignment, progress, error);
  if (status != DOVE_OK) return status;
  m->expression_q = assignment.q;
  m->label = assignment.best;
  m->objective.sigma2 = codebook->sigma2;
  m->objective.perplexity = assignment.perplexity;
  assignment.q = (dove_sparse){0};
  assignment.best = NULL;
  dove_assignment_free(&assignment);
  status = dove_sparse_group_means(&m->expression_q, set->document, set->documents, &m->q, error);
  if (status != DOVE_OK) return status;
  dove_sparse_column_sums(&m->q, m->usage);
  dove_z_scores(m->usage, codebook->count, m->usage_z);
  for (size_t i = 0; i < set->expressions; i++) m->members[m->label[i]]++;
  return DOVE_OK;
}

static dove_status distort(const dove_codebook *codebook, const dove_expression_set *set, const dove_decoder *decoder,
                           dove_candidate_sets *drawn, const dove_progress *progress, dove_error *error) {
  const char **names = dove_alloc(codebook->count, sizeof *names);
  if (names == NULL) return dove_fail_memory(error, doing);
  for (size_t k = 0; k < codebook->count; k++) names[k] = codebook->codes[k].name;
  const dove_decoder_batch batch = {
      .dimension = codebook->centroids.columns,
      .document_vectors = set->document_vectors.data,
      .document_count = set->documents,
      .centroids = codebook->centroids.data,
      .code_count = codebook->count,
      .pair_count = drawn->count,
      .pair_documents = drawn->document,
      .set_starts = drawn->starts,
      .codes = drawn->codes,
      .weights = drawn->probability,
      .code_names = names,
      .document_texts = set->document_texts,
      .document_topics = set->document_topics,
      .text_vectors = set->text_vectors.rows > 0 ? set->text_vectors.data : NULL,
  };
  const dove_status status = dove_decoder_distortions(decoder, &batch, drawn->distortion, progress, error);
  free(names);
  return status;
}

/* d(c_k): the mean of d(x|s) over the kept sets that contain k. */
static dove_status code_distortions(dove_measurement *m, size_t codes, dove_error *error) {
  size_t *count = dove_alloc_zero(codes, sizeof *count);
  if (count == NULL) return dove_fail_memory(error, doing);
  for (size_t p = 0; p < m->kept.count; p++) {
    for (size_t i = m->kept.starts[p]; i < m->kept.starts[p + 1]; i++) {
      m->code_distortion[m->kept.codes[i]] += m->kept.distortion[p];
      count[m->kept.codes[i]]++;
    }
  }
  for (size_t k = 0; k < codes; k++)
    m->code_distortion[k] = count[k] > 0 ? m->code_distortion[k] / (double)count[k] : (double)NAN;
  free(count);
  return DOVE_OK;
}

static dove_status terms(const dove_settings *settings, dove_measurement *m, dove_error *error) {
  double *expected = dove_alloc_zero(m->q.rows, sizeof *expected);
  if (expected == NULL) return dove_fail_memory(error, doing);
  for (size_t p = 0; p < m->kept.count; p++) expected[m->kept.document[p]] += m->kept.weight[p] * m->kept.distortion[p];
  const dove_status status = dove_objective_terms(&m->q, expected, (size_t)settings->codes_per_document,
                                                  settings->beta1, settings->beta2, &m->objective, error);
  free(expected);
  return status;
}

static dove_status make_measurement(dove_measurement *m, size_t codes, dove_error *error) {
  *m = (dove_measurement){0};
  m->usage = dove_alloc_zero(codes, sizeof *m->usage);
  m->usage_z = dove_alloc_zero(codes, sizeof *m->usage_z);
  m->code_distortion = dove_alloc_zero(codes, sizeof *m->code_distortion);
  m->members = dove_alloc_zero(codes, sizeof *m->members);
  const bool made = m->usage != NULL && m->usage_z != NULL && m->code_distortion != NULL && m->members != NULL;
  return made ? DOVE_OK : dove_fail_memory(error, doing);
}

dove_status dove_measure(const dove_codebook *codebook, const dove_expression_set *set, const dove_settings *settings,
                         uint64_t stream, const dove_decoder *decoder, dove_measurement *measurement,
                         const dove_progress *progress, dove_error *error) {
  dove_candidate_sets drawn = {0};
  dove_status status = make_measurement(measurement, codebook->count, error);
  if (status == DOVE_OK && (set->documents == 0 || codebook->count == 0))
    status = dove_fail(error, DOVE_INPUT, "a codebook is measured on documents: there are none with a vector");
  if (status == DOVE_OK) status = recognise(codebook, set, measurement, progress, error);
  if (status == DOVE_OK) status = dove_candidates_draw(&measurement->q, settings, stream, &drawn, error);
  if (status == DOVE_OK) status = distort(codebook, set, decoder, &drawn, progress, error);
  if (status == DOVE_OK) status = dove_candidates_keep(&drawn, (size_t)settings->kept_sets, &measurement->kept, error);
  if (status == DOVE_OK) status = code_distortions(measurement, codebook->count, error);
  if (status == DOVE_OK) status = terms(settings, measurement, error);
  dove_candidates_free(&drawn);
  if (status != DOVE_OK) dove_measurement_free(measurement);
  return status;
}
