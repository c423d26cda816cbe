#include "dove/recognizer.h"

#include <stdlib.h>

dove_status dove_recognizer_recognize(const dove_recognizer *recognizer, const dove_recognizer_document *documents,
                                      size_t count, dove_recognition *recognitions, const dove_progress *progress,
                                      dove_error *error) {
  for (size_t i = 0; i < count; i++) recognitions[i] = (dove_recognition){.status = DOVE_CANCELLED};
  return recognizer->operations->recognize(recognizer->state, documents, count, recognitions, progress, error);
}

enum { BATCH = 64 };

/* Gives a batch and hands over what came of it, also after a failure: some of it may be done. */
static dove_status recognize_batch(const dove_recognizer *recognizer, const dove_recognizer_feed *feed, size_t first,
                                   const dove_recognizer_document *documents, size_t count,
                                   const dove_progress *progress, dove_error *error) {
  dove_recognition found[BATCH] = {0};
  for (size_t i = 0; i < count; i++) found[i].status = DOVE_CANCELLED;
  dove_status status = dove_recognizer_recognize(recognizer, documents, count, found, progress, error);
  for (size_t i = 0; i < count; i++) {
    const dove_status taken = feed->done(feed->user, first + i, &found[i], status == DOVE_OK ? error : NULL);
    if (status == DOVE_OK) status = taken;
    dove_recognition_free(&found[i]);
  }
  return status;
}

static dove_status stream_batches(const dove_recognizer *recognizer, const dove_recognizer_feed *feed,
                                  const dove_progress *progress, dove_error *error) {
  dove_recognizer_document documents[BATCH];
  bool more = true;
  for (size_t index = 0; more;) {
    const size_t first = index;
    dove_status status = DOVE_OK;
    if (dove_progress_cancelled(progress)) return dove_fail(error, DOVE_CANCELLED, "stopped while recognising values");
    while (status == DOVE_OK && index - first < BATCH) {
      status = feed->next(feed->user, index, &documents[index - first], &more, error);
      if (status != DOVE_OK || !more) break;
      index++;
    }
    if (index > first && status == DOVE_OK)
      status = recognize_batch(recognizer, feed, first, documents, index - first, progress, error);
    if (status != DOVE_OK) return status;
  }
  return DOVE_OK;
}

dove_status dove_recognizer_stream(const dove_recognizer *recognizer, const dove_recognizer_feed *feed,
                                   const dove_progress *progress, dove_error *error) {
  if (recognizer->operations->stream != NULL)
    return recognizer->operations->stream(recognizer->state, feed, progress, error);
  return stream_batches(recognizer, feed, progress, error);
}

void dove_recognizer_close(dove_recognizer *recognizer) {
  if (recognizer->operations != NULL && recognizer->operations->close != NULL)
    recognizer->operations->close(recognizer->state);
  *recognizer = (dove_recognizer){0};
}

void dove_recognition_free(dove_recognition *recognition) {
  for (size_t i = 0; i < recognition->count; i++) {
    free(recognition->expressions[i].code_name);
    free(recognition->expressions[i].description);
  }
  free(recognition->expressions);
  *recognition = (dove_recognition){0};
}
