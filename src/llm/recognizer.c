#include "dove/recognizer.h"

#include <stdlib.h>

dove_status dove_recognizer_recognize(const dove_recognizer *recognizer, const dove_recognizer_document *documents,
                                      size_t count, dove_recognition *recognitions, const dove_progress *progress,
                                      dove_error *error) {
  for (size_t i = 0; i < count; i++) recognitions[i] = (dove_recognition){.status = DOVE_CANCELLED};
  return recognizer->operations->recognize(recognizer->state, documents, count, recognitions, progress, error);
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
