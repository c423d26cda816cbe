/* The distortion `likelihood`: how unlikely a document is to an open model that was told the values of a set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/chat_decoder.h"
#include "dove/completions.h"
#include "dove/ledger.h"
#include "dove/memory.h"
#include "llm/roles/decoder_prompt.h"

static const char doing[] = "reading likelihoods";

enum { PAIRS_AT_ONCE = 1024 };

typedef struct likelihood_state {
  dove_endpoint *endpoint;
  dove_request_cache cache;
  char *model, *prompt;
} likelihood_state;

/* Some pairs of a batch. */
typedef struct portion {
  const likelihood_state *state;
  const dove_decoder_batch *batch;
  size_t first, pairs;
  bool plan; /* nothing is sent: what has no answer counts as 0 */
  dove_endpoint_request requests[PAIRS_AT_ONCE];
  dove_endpoint_reply replies[PAIRS_AT_ONCE];
  char *prompts[PAIRS_AT_ONCE]; /* with the document at the end */
  size_t skip[PAIRS_AT_ONCE];   /* bytes that go before it */
  double *distortions;
} portion;

static char *judge(void *user, size_t index, dove_endpoint_reply *reply, unsigned round) {
  portion *p = user;
  dove_error error = {0};
  (void)round;
  const dove_status status =
      dove_likelihood_read(reply->body, p->prompts[index], p->skip[index], &p->distortions[p->first + index], &error);
  if (status != DOVE_OK) {
    reply->status = status;
    snprintf(reply->reason, sizeof reply->reason, "%.255s", error.message);
  }
  return NULL;
}

static dove_status write_request(portion *p, size_t index, dove_error *error) {
  char *prompt = NULL, *body = NULL;
  dove_buffer text = {0};
  dove_status status = decoder_prompt(p->state->prompt, p->batch, p->first + index, &prompt, error);
  if (status != DOVE_OK) return status;
  dove_buffer_add_text(&text, prompt);
  dove_buffer_add_text(&text, "\n\n");
  p->skip[index] = text.length;
  dove_buffer_add_text(&text, p->batch->document_texts[p->batch->pair_documents[p->first + index]]);
  status = text.failed ? dove_fail_memory(error, doing)
                       : dove_likelihood_body(p->state->model, dove_buffer_text(&text), &body, error);
  p->requests[index] = (dove_endpoint_request){.path = "/completions", .body = body};
  p->prompts[index] = dove_buffer_take(&text);
  free(prompt);
  return status;
}

static dove_status look_at(const portion *p, const dove_endpoint_reply *reply, dove_error *error) {
  if (reply->status == DOVE_OK || (reply->status == DOVE_CANCELLED && p->plan)) return DOVE_OK;
  return dove_fail(error, DOVE_NETWORK,
                   "'%s' gives no likelihood: %s. The distortion 'likelihood' needs a server that answers completions "
                   "with echo and logprobs, as vLLM does; else set 'distortion' to embedding or centroid",
                   p->state->model, reply->reason);
}

static dove_status measure(portion *p, const dove_progress *progress, dove_error *error) {
  dove_status status = DOVE_OK;
  memset(p->requests, 0, sizeof p->requests);
  memset(p->prompts, 0, sizeof p->prompts);
  for (size_t i = 0; i < p->pairs && status == DOVE_OK; i++) {
    p->distortions[p->first + i] = 0;
    status = write_request(p, i, error);
  }
  if (status == DOVE_OK) {
    status = dove_endpoint_run(p->state->endpoint, p->requests, p->pairs, p->replies, judge, p, "reading likelihoods",
                               progress, error);
    for (size_t i = 0; i < p->pairs; i++) {
      if (status == DOVE_OK) status = look_at(p, &p->replies[i], error);
      dove_endpoint_reply_free(&p->replies[i]);
    }
  }
  for (size_t i = 0; i < p->pairs; i++) {
    free((void *)(uintptr_t)p->requests[i].body);
    free(p->prompts[i]);
  }
  return status;
}

static dove_status likelihoods(void *user, const dove_decoder_batch *batch, double *distortions,
                               const dove_progress *progress, dove_error *error) {
  const dove_progress stop = dove_progress_quiet(progress);
  portion *p = dove_alloc_zero(1, sizeof *p);
  dove_status status = p != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  for (size_t at = 0; at < batch->pair_count && status == DOVE_OK; at += p->pairs) {
    p->state = user;
    p->batch = batch;
    p->distortions = distortions;
    p->plan = dove_ledger_plans(progress);
    p->first = at;
    p->pairs = batch->pair_count - at < PAIRS_AT_ONCE ? batch->pair_count - at : PAIRS_AT_ONCE;
    if (at == 0 && !p->plan) p->pairs = 1; /* a server that does not offer it is not asked a thousand times */
    dove_progress_report(progress, "reading likelihoods", (double)at, (double)batch->pair_count);
    status = measure(p, &stop, error);
  }
  free(p);
  return status;
}

static void close_likelihood(void *user) {
  likelihood_state *state = user;
  dove_endpoint_close(state->endpoint);
  free(state->model);
  free(state->prompt);
  free(state);
}

static const dove_decoder_operations operations = {.distortions = likelihoods, .close = close_likelihood};

dove_status dove_decoder_open_likelihood(const dove_likelihood_options *options, dove_decoder *decoder,
                                         dove_error *error) {
  *decoder = (dove_decoder){0};
  likelihood_state *state = dove_alloc_zero(1, sizeof *state);
  if (state == NULL) return dove_fail_memory(error, doing);
  state->cache = options->cache;
  state->model = dove_strdup(options->endpoint.model);
  state->prompt = dove_strdup(options->prompt);
  dove_endpoint_options endpoint = options->endpoint;
  endpoint.cache = options->cache.find != NULL ? &state->cache : NULL;
  dove_status status = state->model != NULL && state->prompt != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) status = dove_endpoint_open(&endpoint, &state->endpoint, error);
  if (status != DOVE_OK) {
    close_likelihood(state);
    return status;
  }
  *decoder = (dove_decoder){.operations = &operations, .state = state};
  snprintf(decoder->name, sizeof decoder->name, "likelihood");
  return DOVE_OK;
}
