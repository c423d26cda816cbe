#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "dove/decoder.h"
#include "dove/parallel.h"

enum {
  PAIRS_PER_BLOCK = 256,
  LANES = 16, /* partial sums: one vector register of floats, added up in a fixed order */
};

/* Σ_j x̂_j e_j and Σ_j x̂_j² of LANES columns at a time, where x̂ is the sum of the set's weighted centroids. */
static void add_columns(const dove_decoder_batch *batch, size_t pair, size_t column, size_t width, double *along,
                        double *squared) {
  double sum[LANES] = {0};
  for (size_t i = batch->set_starts[pair]; i < batch->set_starts[pair + 1]; i++) {
    const float *centroid = batch->centroids + batch->codes[i] * batch->dimension + column;
    const double weight = batch->weights[i];
    for (size_t j = 0; j < width; j++) sum[j] += weight * (double)centroid[j];
  }
  const float *document = batch->document_vectors + batch->pair_documents[pair] * batch->dimension + column;
  for (size_t j = 0; j < width; j++) {
    along[j] += sum[j] * (double)document[j];
    squared[j] += sum[j] * sum[j];
  }
}

static double pair_distortion(const dove_decoder_batch *batch, size_t pair) {
  double along[LANES] = {0};
  double squared[LANES] = {0};
  size_t column = 0;
  for (; column + LANES <= batch->dimension; column += LANES) add_columns(batch, pair, column, LANES, along, squared);
  if (column < batch->dimension) add_columns(batch, pair, column, batch->dimension - column, along, squared);
  double product = 0.0;
  double length = 0.0;
  for (size_t j = 0; j < LANES; j++) {
    product += along[j];
    length += squared[j];
  }
  return length > 0.0 ? -product / sqrt(length) : length;
}

static dove_status centroid_distortions(void *state, const dove_decoder_batch *batch, double *distortions,
                                        const dove_progress *progress, dove_error *error) {
  (void)state;
  const long blocks = (long)((batch->pair_count + PAIRS_PER_BLOCK - 1) / PAIRS_PER_BLOCK);
  atomic_bool stop = false;
#pragma omp parallel for schedule(static) num_threads(dove_threads())
  for (long b = 0; b < blocks; b++) {
    if (dove_progress_cancelled(progress)) atomic_store(&stop, true);
    if (atomic_load(&stop)) continue;
    const size_t first = (size_t)b * PAIRS_PER_BLOCK;
    const size_t end = first + PAIRS_PER_BLOCK < batch->pair_count ? first + PAIRS_PER_BLOCK : batch->pair_count;
    for (size_t p = first; p < end; p++) distortions[p] = pair_distortion(batch, p);
  }
  return atomic_load(&stop) ? dove_fail(error, DOVE_CANCELLED, "measuring distortions was stopped") : DOVE_OK;
}

static const dove_decoder_operations centroid_operations = {.distortions = centroid_distortions};

dove_status dove_decoder_open_centroid(dove_decoder *decoder, dove_error *error) {
  (void)error;
  *decoder = (dove_decoder){.operations = &centroid_operations};
  snprintf(decoder->name, sizeof decoder->name, "centroid");
  return DOVE_OK;
}
