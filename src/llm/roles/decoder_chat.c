/* The distortion `embedding`: texts are written from sets of codes, and compared with the document by their vectors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/chat_decoder.h"
#include "dove/ledger.h"
#include "dove/memory.h"
#include "llm/roles/chat_role.h"
#include "llm/roles/decoder_prompt.h"

static const char doing[] = "reconstructing documents";

enum { TEXTS_AT_ONCE = 4096 }; /* that are in memory with their questions */

typedef struct chat_state {
  chat_role role;
  dove_embedder embedder;
  size_t texts; /* N2 */
} chat_state;

/* Some pairs of a batch, N2 questions each. */
typedef struct portion {
  chat_state *state;
  const dove_decoder_batch *batch;
  size_t first, pairs, questions;
  bool plan;      /* nothing is sent: what has no answer is passed over */
  char **prompts; /* of each pair */
  dove_chat_question *asked;
  dove_chat_answer *answers;
  const char **texts; /* those that were written, with the question of each */
  size_t *question_of;
  size_t text_count;
  bool *embedded;
  float *vectors;  /* text_count × D */
  double *cosines; /* of each question; 0 without a text */
} portion;

static void portion_free(portion *p) {
  for (size_t i = 0; p->prompts != NULL && i < p->pairs; i++) free(p->prompts[i]);
  if (p->answers != NULL) dove_chat_answers_free(p->answers, p->questions);
  free(p->prompts);
  free(p->asked);
  free(p->answers);
  free(p->texts);
  free(p->question_of);
  free(p->embedded);
  free(p->vectors);
  free(p->cosines);
}

static dove_status portion_open(portion *p, dove_error *error) {
  p->questions = p->pairs * p->state->texts;
  p->prompts = dove_alloc_zero(p->pairs, sizeof *p->prompts);
  p->asked = dove_alloc_zero(p->questions, sizeof *p->asked);
  p->answers = dove_alloc_zero(p->questions, sizeof *p->answers);
  p->texts = dove_alloc(p->questions, sizeof *p->texts);
  p->question_of = dove_alloc(p->questions, sizeof *p->question_of);
  p->embedded = dove_alloc_zero(p->questions, sizeof *p->embedded);
  p->vectors = dove_alloc(p->questions * p->batch->dimension, sizeof *p->vectors);
  p->cosines = dove_alloc_zero(p->questions, sizeof *p->cosines);
  const bool made = p->prompts != NULL && p->asked != NULL && p->answers != NULL && p->texts != NULL &&
                    p->question_of != NULL && p->embedded != NULL && p->vectors != NULL && p->cosines != NULL;
  return made ? DOVE_OK : dove_fail_memory(error, doing);
}

static dove_status write_questions(portion *p, dove_error *error) {
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < p->pairs && status == DOVE_OK; i++) {
    status = decoder_prompt(p->state->role.prompt, p->batch, p->first + i, &p->prompts[i], error);
    for (size_t n = 0; n < p->state->texts; n++)
      p->asked[i * p->state->texts + n] = (dove_chat_question){.prompt = p->prompts[i], .sample = n};
  }
  return status;
}

static dove_status ask(portion *p, const dove_progress *progress, dove_error *error) {
  dove_chat_model *model = p->state->role.model;
  const dove_status status =
      dove_chat_model_ask(model, p->asked, p->questions, NULL, NULL, p->answers, "reconstructing", progress, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < p->questions; i++) {
    const dove_chat_answer *answer = &p->answers[i];
    if (answer->status == DOVE_CANCELLED && p->plan) continue;
    if (answer->status == DOVE_NETWORK || answer->status == DOVE_CANCELLED)
      return dove_fail(error, DOVE_NETWORK,
                       "a text on '%.80s' is missing, '%s' did not write it: %s. The others are kept; build again",
                       p->batch->document_topics[p->batch->pair_documents[p->first + i / p->state->texts]],
                       dove_chat_model_name(model), answer->reason);
    if (answer->status != DOVE_OK) continue;
    p->question_of[p->text_count] = i;
    p->texts[p->text_count++] = answer->text;
  }
  return DOVE_OK;
}

/* A text without a vector keeps its cosine of 0. */
static dove_status embed(portion *p, const dove_progress *progress, dove_error *error) {
  dove_embedding_report report = {0};
  dove_status status = dove_embedder_embed(&p->state->embedder, p->texts, p->text_count, p->vectors, p->embedded,
                                           &report, progress, error);
  if (status == DOVE_OK && report.texts_left > 0 && !p->plan)
    status = dove_fail(error, DOVE_NETWORK, "the vectors of %llu texts are missing; build again",
                       (unsigned long long)report.texts_left);
  const size_t dimension = p->batch->dimension;
  for (size_t i = 0; i < p->text_count && status == DOVE_OK; i++) {
    const size_t question = p->question_of[i];
    const uint32_t document = p->batch->pair_documents[p->first + question / p->state->texts];
    const float *wanted = p->batch->text_vectors + document * dimension, *got = p->vectors + i * dimension;
    double cosine = 0;
    for (size_t j = 0; j < dimension; j++) cosine += (double)wanted[j] * (double)got[j];
    if (p->embedded[i]) p->cosines[question] = cosine;
  }
  return status;
}

/* d(x|s) of the pairs first … first + pairs − 1. */
static dove_status measure(portion *p, double *distortions, const dove_progress *progress, dove_error *error) {
  dove_status status = portion_open(p, error);
  if (status == DOVE_OK) status = write_questions(p, error);
  if (status == DOVE_OK) status = ask(p, progress, error);
  if (status == DOVE_OK) status = embed(p, progress, error);
  for (size_t i = 0; i < p->pairs && status == DOVE_OK; i++) {
    double sum = 0;
    for (size_t n = 0; n < p->state->texts; n++) sum += p->cosines[i * p->state->texts + n];
    distortions[p->first + i] = -sum / (double)p->state->texts;
  }
  portion_free(p);
  return status;
}

static dove_status chat_distortions(void *user, const dove_decoder_batch *batch, double *distortions,
                                    const dove_progress *progress, dove_error *error) {
  chat_state *state = user;
  const dove_progress stop = dove_progress_quiet(progress);
  const size_t most = TEXTS_AT_ONCE > state->texts ? TEXTS_AT_ONCE / state->texts : 1;
  dove_status status = DOVE_OK;
  if (batch->dimension != state->embedder.dimension)
    return dove_fail(error, DOVE_INPUT, "the embedder '%s' has %u dimensions, and the codebook %zu",
                     state->embedder.name, state->embedder.dimension, batch->dimension);
  for (size_t at = 0; at < batch->pair_count && status == DOVE_OK; at += most) {
    portion p = {.state = state, .batch = batch, .first = at};
    p.plan = dove_ledger_plans(progress);
    p.pairs = batch->pair_count - at < most ? batch->pair_count - at : most;
    dove_progress_report(progress, "reconstructing", (double)at, (double)batch->pair_count);
    status = measure(&p, distortions, at == 0 && p.pairs == batch->pair_count ? progress : &stop, error);
  }
  return status;
}

static void close_chat(void *user) {
  chat_state *state = user;
  dove_embedder_close(&state->embedder);
  chat_role_close(state);
}

static const dove_decoder_operations operations = {.distortions = chat_distortions, .close = close_chat};

dove_status dove_decoder_open_chat(dove_chat_model *model, const char *prompt, dove_embedder *embedder, size_t texts,
                                   dove_decoder *decoder, dove_error *error) {
  *decoder = (dove_decoder){0};
  chat_state *state = chat_role_open(sizeof *state, model, prompt);
  if (state == NULL) {
    dove_embedder_close(embedder);
    return dove_fail_memory(error, doing);
  }
  state->embedder = *embedder;
  state->texts = texts > 0 ? texts : 1;
  *embedder = (dove_embedder){0};
  *decoder = (dove_decoder){.operations = &operations, .state = state};
  snprintf(decoder->name, sizeof decoder->name, "embedding");
  return DOVE_OK;
}
