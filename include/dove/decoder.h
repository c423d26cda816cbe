/* The decoder p_φ and the distortion d(x|s) that it leads to (SPEC 4). The embedded implementation compares directions
 * (`centroid`); one that writes texts with a chat model or reads likelihoods plugs in behind the same struct of
 * operations. */
#ifndef DOVE_DECODER_H
#define DOVE_DECODER_H

#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

/* (document, set of codes) pairs to be measured. Set p holds codes[set_starts[p] … set_starts[p+1]-1]. */
typedef struct dove_decoder_batch {
  size_t dimension;              /* D */
  const float *document_vectors; /* documents × D, unit rows e_x */
  size_t document_count;
  const float *centroids; /* K × D, unit rows e_ck */
  size_t code_count;      /* K */
  size_t pair_count;
  const uint32_t *pair_documents; /* pair_count: which document, < document_count */
  const size_t *set_starts;       /* pair_count + 1, rising from 0 */
  const uint32_t *codes;          /* set_starts[pair_count]: codes, < K */
  const double *weights;          /* the same: q(z=k|x) of each code, ≥ 0 */
  const char *const *code_names;
  /* For decoders that read or write texts (decoding.h); NULL for `centroid`. */
  const char *const *document_texts;
  const char *const *document_topics; /* "" where a document has none */
  const float *text_vectors;          /* documents × D, unit rows: the vectors of the texts themselves */
} dove_decoder_batch;

typedef struct dove_decoder_operations {
  dove_status (*distortions)(void *state, const dove_decoder_batch *batch, double *distortions,
                             const dove_progress *progress, dove_error *error);
  void (*close)(void *state); /* NULL: nothing to close */
} dove_decoder_operations;

typedef struct dove_decoder {
  const dove_decoder_operations *operations; /* NULL: closed */
  void *state;
  char name[64]; /* the distortion's rule: "centroid" */
} dove_decoder;

/* Opens the embedded decoder: x̂ is the unit vector of Σ_{k∈s} q_k e_ck and d = −cos(e_x, x̂), in [−1, 1], lower for a
 * better reconstruction. A set that is empty or whose sum is zero reconstructs nothing: d = 0. */
dove_status dove_decoder_open_centroid(dove_decoder *decoder, dove_error *error);

/* distortions[p] = d(x|s) of pair p. DOVE_INPUT when an index is out of range or a result is not finite. The values do
 * not depend on the number of threads. */
dove_status dove_decoder_distortions(const dove_decoder *decoder, const dove_decoder_batch *batch, double *distortions,
                                     const dove_progress *progress, dove_error *error);

void dove_decoder_close(dove_decoder *decoder);

#endif
