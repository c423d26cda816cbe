#include "dove/decoder.h"

#include <math.h>

static dove_status check_batch(const dove_decoder_batch *batch, dove_error *error) {
  if (batch->pair_count > 0 && batch->set_starts[0] != 0)
    return dove_fail(error, DOVE_INPUT, "the sets of a decoder batch must start at 0");
  for (size_t p = 0; p < batch->pair_count; p++) {
    if (batch->pair_documents[p] >= batch->document_count || batch->set_starts[p] > batch->set_starts[p + 1])
      return dove_fail(error, DOVE_INPUT, "pair %zu of a decoder batch has no such document or set", p);
    for (size_t i = batch->set_starts[p]; i < batch->set_starts[p + 1]; i++)
      if (batch->codes[i] >= batch->code_count)
        return dove_fail(error, DOVE_INPUT, "pair %zu of a decoder batch has the code %u of %zu", p, batch->codes[i],
                         batch->code_count);
  }
  return DOVE_OK;
}

dove_status dove_decoder_distortions(const dove_decoder *decoder, const dove_decoder_batch *batch, double *distortions,
                                     const dove_progress *progress, dove_error *error) {
  dove_status status = check_batch(batch, error);
  if (status == DOVE_OK) status = decoder->operations->distortions(decoder->state, batch, distortions, progress, error);
  for (size_t p = 0; p < batch->pair_count && status == DOVE_OK; p++)
    if (!isfinite(distortions[p]))
      status = dove_fail(error, DOVE_INPUT, "the distortion of pair %zu is not a number: its vectors are not", p);
  return status;
}

void dove_decoder_close(dove_decoder *decoder) {
  if (decoder->operations != NULL && decoder->operations->close != NULL) decoder->operations->close(decoder->state);
  *decoder = (dove_decoder){0};
}
