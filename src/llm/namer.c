#include "dove/namer.h"

#include <stdlib.h>

dove_status dove_namer_name(const dove_namer *namer, const dove_namer_request *requests, size_t count,
                            const char *const *taken, size_t taken_count, char **names, const dove_progress *progress,
                            dove_error *error) {
  for (size_t i = 0; i < count; i++) names[i] = NULL;
  const dove_status status =
      namer->operations->name(namer->state, requests, count, taken, taken_count, names, progress, error);
  for (size_t i = 0; status != DOVE_OK && i < count; i++) {
    free(names[i]);
    names[i] = NULL;
  }
  return status;
}

void dove_namer_close(dove_namer *namer) {
  if (namer->operations != NULL && namer->operations->close != NULL) namer->operations->close(namer->state);
  *namer = (dove_namer){0};
}
