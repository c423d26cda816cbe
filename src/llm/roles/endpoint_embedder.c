#include "dove/endpoint_embedder.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/embeddings.h"
#include "dove/ledger.h"
#include "dove/memory.h"
#include "dove/text.h"

static const char doing[] = "embedding texts";

enum {
  DEFAULT_BATCH = 128,
  NAME_SIZE = 64,
  HOPELESS = 8 /* failures without one success: smaller requests will not do either */
};

typedef struct endpoint_state {
  dove_endpoint *endpoint;
  dove_request_cache cache;
  char *model;
  uint32_t dimensions; /* asked for; 0: none */
  uint32_t dimension;  /* D; 0 while it is not known */
  size_t batch;
  bool base64;
} endpoint_state;

/* ---- The name ---- */

dove_status dove_endpoint_embedder_name(const char *model, uint32_t dimensions, char name[NAME_SIZE],
                                        dove_error *error) {
  char suffix[32] = "", hash[16] = "";
  unsigned char digest[EVP_MAX_MD_SIZE];
  size_t kept = strlen(model);
  if (dimensions > 0) snprintf(suffix, sizeof suffix, " (%u)", dimensions);
  if (kept > NAME_SIZE - 1 - strlen(suffix)) {
    if (EVP_Digest(model, kept, digest, NULL, EVP_sha256(), NULL) != 1)
      return dove_fail(error, DOVE_FAILED, "libcrypto cannot compute SHA-256");
    snprintf(hash, sizeof hash, "#%02x%02x%02x%02x", digest[0], digest[1], digest[2], digest[3]);
    kept = dove_utf8_valid_prefix(model, NAME_SIZE - 1 - strlen(suffix) - strlen(hash));
  }
  memcpy(name, model, kept);
  memcpy(name + kept, hash, strlen(hash));
  memcpy(name + kept + strlen(hash), suffix, strlen(suffix) + 1);
  return DOVE_OK;
}

/* ---- One round of requests ---- */

/* Neighbouring texts that are sent together. */
typedef struct group {
  size_t first, count;
  bool failed;
  char reason[256];
} group;

/* One call: what the judge needs. */
typedef struct embedding {
  endpoint_state *state;
  const char *const *texts;
  float *vectors; /* NULL: they are not wanted */
  bool *embedded;
  dove_embedding_report *report;
  group *groups;
  size_t group_count;
} embedding;

/* The texts of a group get their vectors, or the group is marked as failed. */
static char *judge(void *user, size_t index, dove_endpoint_reply *reply, unsigned round) {
  const embedding *e = user;
  const group *g = &e->groups[index];
  endpoint_state *state = e->state;
  dove_error error = {0};
  float *vectors = NULL;
  (void)round;
  const dove_status status = dove_embeddings_read(reply->body, g->count, &state->dimension, &vectors, &error);
  if (status != DOVE_OK) {
    reply->status = status;
    snprintf(reply->reason, sizeof reply->reason, "%.255s", error.message);
  } else if (e->vectors != NULL) {
    memcpy(e->vectors + g->first * state->dimension, vectors, g->count * state->dimension * sizeof *vectors);
    for (size_t i = 0; i < g->count; i++) e->embedded[g->first + i] = true;
  }
  free(vectors);
  return NULL;
}

static dove_status write_requests(const embedding *e, dove_endpoint_request *requests, dove_error *error) {
  const endpoint_state *state = e->state;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < e->group_count && status == DOVE_OK; i++) {
    char *body = NULL;
    status = dove_embeddings_body(state->model, e->texts + e->groups[i].first, e->groups[i].count, state->dimensions,
                                  state->base64, &body, error);
    requests[i] = (dove_endpoint_request){.path = "/embeddings", .body = body};
  }
  return status;
}

/* Takes over what came of the requests. A server that does not answer at all is not asked for less. */
static dove_status note_replies(embedding *e, dove_endpoint_reply *replies, dove_error *error) {
  size_t lost = 0;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < e->group_count; i++) {
    group *g = &e->groups[i];
    const bool left = replies[i].status == DOVE_CANCELLED;
    g->failed = replies[i].status != DOVE_OK && !left;
    if (left && e->report != NULL) e->report->texts_left += g->count;
    memcpy(g->reason, replies[i].reason, sizeof g->reason);
    lost += replies[i].status == DOVE_NETWORK ? 1 : 0;
    const bool silent = replies[i].status == DOVE_NETWORK && replies[i].http_status == 0;
    if ((silent || (lost >= HOPELESS && lost == e->group_count)) && status == DOVE_OK)
      status = dove_fail(error, DOVE_NETWORK, "the embedder's endpoint no longer answers: %s", g->reason);
    dove_endpoint_reply_free(&replies[i]);
  }
  return status;
}

static dove_status run_round(embedding *e, const dove_progress *progress, dove_error *error) {
  dove_endpoint_request *requests = dove_alloc_zero(e->group_count, sizeof *requests);
  dove_endpoint_reply *replies = dove_alloc_zero(e->group_count, sizeof *replies);
  dove_status status = requests != NULL && replies != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) status = write_requests(e, requests, error);
  if (status == DOVE_OK) {
    status = dove_endpoint_run(e->state->endpoint, requests, e->group_count, replies, judge, e, "embedding", progress,
                               error);
    const dove_status noted = note_replies(e, replies, status == DOVE_OK ? error : NULL);
    if (status == DOVE_OK) status = noted;
  }
  for (size_t i = 0; requests != NULL && i < e->group_count; i++) free((void *)(uintptr_t)requests[i].body);
  free(requests);
  free(replies);
  return status;
}

/* ---- Halves ---- */

/* The halves of the groups that failed become the groups of the next round; a text that was alone stays without. */
static dove_status split_failed(embedding *e, dove_error *error) {
  size_t wanted = 0, count = 0;
  for (size_t i = 0; i < e->group_count; i++) wanted += e->groups[i].failed && e->groups[i].count > 1 ? 2 : 0;
  group *halves = dove_alloc(wanted, sizeof *halves);
  if (halves == NULL) return dove_fail_memory(error, doing);
  for (size_t i = 0; i < e->group_count; i++) {
    const group *g = &e->groups[i];
    if (!g->failed) continue;
    if (g->count > 1) {
      const size_t half = g->count / 2;
      halves[count++] = (group){.first = g->first, .count = half};
      halves[count++] = (group){.first = g->first + half, .count = g->count - half};
    } else if (e->report != NULL && e->report->texts_failed++ == 0) {
      memcpy(e->report->reason, g->reason, sizeof e->report->reason);
    }
  }
  free(e->groups);
  e->groups = halves;
  e->group_count = count;
  return DOVE_OK;
}

static dove_status make_groups(embedding *e, size_t count, dove_error *error) {
  const size_t batch = e->state->batch;
  e->group_count = (count + batch - 1) / batch;
  e->groups = dove_alloc_zero(e->group_count, sizeof *e->groups);
  if (e->groups == NULL) return dove_fail_memory(error, doing);
  for (size_t i = 0; i < e->group_count; i++) {
    const size_t first = i * batch;
    e->groups[i] = (group){.first = first, .count = count - first < batch ? count - first : batch};
  }
  return DOVE_OK;
}

static dove_status run_all(embedding *e, size_t count, const dove_progress *progress, dove_error *error) {
  dove_status status = make_groups(e, count, error);
  while (status == DOVE_OK && e->group_count > 0) {
    status = run_round(e, progress, error);
    if (status == DOVE_OK) status = split_failed(e, error);
  }
  free(e->groups);
  return status;
}

/* ---- The operations ---- */

static dove_status embed(void *user, const char *const *texts, size_t count, float *vectors, bool *embedded,
                         dove_embedding_report *report, const dove_progress *progress, dove_error *error) {
  const bool plan = dove_ledger_plans(progress);
  embedding e = {
      .state = user, .texts = texts, .vectors = plan ? NULL : vectors, .embedded = embedded, .report = report};
  report->texts = count;
  for (size_t i = 0; i < count; i++) embedded[i] = false;
  return run_all(&e, count, progress, error);
}

/* Learns D from the texts that will be embedded first: the cache then has them. */
static dove_status learn_dimension(void *user, const char *const *texts, size_t count, const dove_progress *progress,
                                   dove_error *error) {
  endpoint_state *state = user;
  dove_embedding_report report = {0};
  embedding e = {.state = state, .texts = texts, .report = &report};
  if (state->dimension > 0 || count == 0) return DOVE_OK;
  const dove_status status = run_all(&e, count < state->batch ? count : state->batch, progress, error);
  if (status != DOVE_OK || state->dimension > 0) return status;
  if (report.texts_left > 0)
    return dove_fail(error, DOVE_FAILED, "the model '%s' was not asked, and its dimension is not known", state->model);
  return dove_fail(error, DOVE_NETWORK, "the model '%s' gives no vectors: %s", state->model, report.reason);
}

static uint32_t dimension(const void *user) { return ((const endpoint_state *)user)->dimension; }

static bool fitted(const void *user) { return dimension(user) > 0; }

static void close_endpoint(void *user) {
  endpoint_state *state = user;
  dove_endpoint_close(state->endpoint);
  free(state->model);
  free(state);
}

static const dove_embedder_operations operations = {
    .fit = learn_dimension, .embed = embed, .fitted = fitted, .dimension = dimension, .close = close_endpoint};

dove_status dove_embedder_open_endpoint(const dove_endpoint_embedder_options *options, dove_embedder *embedder,
                                        dove_error *error) {
  *embedder = (dove_embedder){0};
  endpoint_state *state = dove_alloc_zero(1, sizeof *state);
  if (state == NULL) return dove_fail_memory(error, doing);
  state->cache = options->cache;
  state->model = dove_strdup(options->endpoint.model);
  state->dimensions = options->dimensions;
  state->dimension = options->expected;
  state->batch = options->batch > 0 ? options->batch : DEFAULT_BATCH;
  state->base64 = !options->as_list;
  dove_endpoint_options endpoint = options->endpoint;
  endpoint.cache = options->cache.find != NULL ? &state->cache : NULL;
  dove_status status = state->model != NULL ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) status = dove_endpoint_embedder_name(state->model, options->dimensions, embedder->name, error);
  if (status == DOVE_OK) status = dove_endpoint_open(&endpoint, &state->endpoint, error);
  if (status != DOVE_OK) {
    close_endpoint(state);
    return status;
  }
  embedder->operations = &operations;
  embedder->state = state;
  embedder->dimension = state->dimension;
  return DOVE_OK;
}
