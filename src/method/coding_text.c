/* Coding one free text, which is not stored. */
#include <stdlib.h>
#include <string.h>

#include "dove/coding.h"
#include "dove/memory.h"

static const char doing[] = "coding a text";

void dove_text_coding_free(dove_text_coding *coding) {
  dove_recognition_free(&coding->recognition);
  free(coding->expression_codes);
  dove_sparse_free(&coding->q);
  *coding = (dove_text_coding){0};
}

static dove_status recognise(const dove_recognizer *recognizer, const char *text, const char *lang,
                             dove_recognition *recognition, const dove_progress *progress, dove_error *error) {
  const dove_recognizer_document document = {.id = "the text", .lang = lang, .text = text};
  dove_status status = dove_recognizer_recognize(recognizer, &document, 1, recognition, progress, error);
  if (status != DOVE_OK) return status;
  if (recognition->status != DOVE_OK) return dove_fail(error, recognition->status, "%s", recognition->reason);
  if (recognition->count == 0)
    return dove_fail(error, DOVE_INPUT, "no value is expressed in the text: %s", recognition->reason);
  return DOVE_OK;
}

/* The vectors of the expressions that have one, and which those are. */
typedef struct embedded_text {
  dove_matrix vectors;
  bool *has;
  size_t known;
} embedded_text;

static dove_status embed(const dove_embedder *embedder, const dove_recognition *recognition, embedded_text *out,
                         const dove_progress *progress, dove_error *error) {
  const char **texts = dove_alloc(recognition->count, sizeof *texts);
  out->has = dove_alloc_zero(recognition->count, sizeof *out->has);
  dove_status status = texts != NULL && out->has != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) status = dove_matrix_create(&out->vectors, recognition->count, embedder->dimension, error);
  if (status == DOVE_OK) {
    for (size_t i = 0; i < recognition->count; i++) texts[i] = recognition->expressions[i].description;
    status =
        dove_embedder_embed(embedder, texts, recognition->count, out->vectors.data, out->has, NULL, progress, error);
  }
  free(texts);
  if (status != DOVE_OK) return status;
  const size_t columns = out->vectors.columns;
  for (size_t i = 0; i < recognition->count; i++) {
    if (!out->has[i]) continue;
    memmove(out->vectors.data + out->known++ * columns, out->vectors.data + i * columns,
            columns * sizeof *out->vectors.data);
  }
  out->vectors.rows = out->known;
  if (out->known > 0) return DOVE_OK;
  return dove_fail(error, DOVE_INPUT, "the values expressed in the text have no word that the embedder '%s' knows",
                   embedder->name);
}

static dove_status assign(const dove_codebook *codebook, const embedded_text *text, const dove_settings *settings,
                          dove_text_coding *coding, const dove_progress *progress, dove_error *error) {
  dove_assignment assignment = {0};
  uint32_t *group = dove_alloc_zero(text->known, sizeof *group);
  coding->expression_codes = dove_alloc(coding->recognition.count, sizeof *coding->expression_codes);
  dove_status status = group != NULL && coding->expression_codes != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK)
    status = dove_assign(dove_matrix_as_view(&text->vectors), dove_matrix_as_view(&codebook->centroids),
                         codebook->sigma2, DOVE_CODING_THRESHOLD, &assignment, progress, error);
  if (status == DOVE_OK) status = dove_sparse_group_means(&assignment.q, group, 1, &coding->q, error);
  if (status == DOVE_OK) {
    size_t at = 0;
    for (size_t i = 0; i < coding->recognition.count; i++)
      coding->expression_codes[i] = text->has[i] ? assignment.best[at++] : UINT32_MAX;
    coding->known = text->known;
    coding->recognised_count =
        dove_recognised_codes(&coding->q, 0, (size_t)settings->codes_per_document, settings->min_probability,
                              coding->recognised, coding->recognised_q);
  }
  free(group);
  dove_assignment_free(&assignment);
  return status;
}

dove_status dove_code_text(const dove_codebook *codebook, const dove_recognizer *recognizer,
                           const dove_embedder *embedder, const dove_settings *settings, const char *text,
                           const char *lang, dove_text_coding *coding, const dove_progress *progress,
                           dove_error *error) {
  *coding = (dove_text_coding){0};
  embedded_text embedded = {0};
  dove_status status = recognise(recognizer, text, lang, &coding->recognition, progress, error);
  if (status == DOVE_OK) status = embed(embedder, &coding->recognition, &embedded, progress, error);
  if (status == DOVE_OK) status = assign(codebook, &embedded, settings, coding, progress, error);
  dove_matrix_free(&embedded.vectors);
  free(embedded.has);
  if (status != DOVE_OK) dove_text_coding_free(coding);
  return status;
}
