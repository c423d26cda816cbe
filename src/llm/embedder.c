#include "dove/embedder.h"

#include <string.h>

#include "dove/ledger.h"

bool dove_embedder_fitted(const dove_embedder *embedder) {
  const dove_embedder_operations *operations = embedder->operations;
  return operations != NULL && (operations->fitted == NULL || operations->fitted(embedder->state));
}

dove_status dove_embedder_fit(dove_embedder *embedder, const char *const *texts, size_t count,
                              const dove_progress *progress, dove_error *error) {
  const dove_embedder_operations *operations = embedder->operations;
  if (operations->fit == NULL) return DOVE_OK;
  const dove_status status = operations->fit(embedder->state, texts, count, progress, error);
  if (status == DOVE_OK && operations->dimension != NULL) embedder->dimension = operations->dimension(embedder->state);
  return status;
}

dove_status dove_embedder_parameters(const dove_embedder *embedder, void **blob, size_t *size, dove_error *error) {
  *blob = NULL;
  *size = 0;
  if (embedder->operations->parameters == NULL) return DOVE_OK;
  return embedder->operations->parameters(embedder->state, blob, size, error);
}

dove_status dove_embedder_embed(const dove_embedder *embedder, const char *const *texts, size_t count, float *vectors,
                                bool *embedded, dove_embedding_report *report, const dove_progress *progress,
                                dove_error *error) {
  if (!dove_embedder_fitted(embedder) && !dove_ledger_plans(progress))
    return dove_fail(error, DOVE_USAGE, "the embedder '%s' was not fitted to this project: embed its expressions first",
                     embedder->name);
  dove_embedding_report seen = {0};
  const dove_status status =
      embedder->operations->embed(embedder->state, texts, count, vectors, embedded, &seen, progress, error);
  if (status == DOVE_OK && report != NULL) {
    report->texts += seen.texts;
    report->texts_failed += seen.texts_failed;
    report->texts_left += seen.texts_left;
    report->tokens += seen.tokens;
    report->tokens_known += seen.tokens_known;
    if (report->reason[0] == '\0') memcpy(report->reason, seen.reason, sizeof report->reason);
  }
  return status;
}

void dove_embedder_close(dove_embedder *embedder) {
  if (embedder->operations != NULL) embedder->operations->close(embedder->state);
  *embedder = (dove_embedder){0};
}
