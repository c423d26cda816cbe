/* The loop of a call: what the cache has is taken from it, the rest is sent, what comes back is kept and only then
 * judged. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/secret.h"
#include "llm/endpoint_internal.h"

static const char doing[] = "asking an endpoint";
static const double longest_wait = 60; /* seconds, of those that this side chooses */

enum {
  NO_TASK = -1,
  POLL_MS = 50,         /* how soon a cancel is seen */
  HOPELESS = 8,         /* failures without one success: something is wrong with all requests */
  LOOKUPS_AT_ONCE = 256 /* of the cache, between two looks at the network */
};

typedef struct task {
  const char *body; /* of this round */
  char *owned;      /* the same, when a judge wrote it */
  unsigned attempts;
  unsigned round;
  double not_before;
  unsigned char key[DOVE_REQUEST_KEY];
  bool looked_up;
} task;

/* An exchange that ended well or for good, to be kept. */
typedef struct outcome {
  size_t task;
  char *reply; /* NULL: failed */
  char reason[DOVE_REASON];
  long http_status;
  int64_t tokens_in, tokens_out;
} outcome;

typedef struct run {
  dove_endpoint *endpoint;
  const dove_endpoint_request *requests;
  dove_endpoint_reply *replies;
  dove_endpoint_judge *judge;
  void *user;
  const dove_progress *progress;
  task *tasks;
  size_t count;
  size_t *queue; /* a ring of tasks that wait to be sent for the first time in their round */
  size_t queue_first, queue_length;
  size_t *again; /* tasks that wait for another attempt */
  size_t again_count;
  size_t running, finished;
  size_t good, bad;
  outcome *outcomes;
  size_t outcome_count, outcome_capacity;
  bool fatal; /* nothing more is started */
  dove_status status;
  dove_error *error;
} run;

static void stop_with(run *r, dove_status status) {
  if (r->status == DOVE_OK) r->status = status;
  r->fatal = true;
}

static void push(run *r, size_t index) { r->queue[(r->queue_first + r->queue_length++) % r->count] = index; }

static void finish(run *r, size_t index, dove_status status, const char *reason) {
  dove_endpoint_reply *reply = &r->replies[index];
  reply->status = status;
  reply->attempts = r->tasks[index].attempts;
  snprintf(reply->reason, sizeof reply->reason, "%s", reason);
  r->finished++;
}

/* A reply that the judge cannot use was paid for all the same: it is noted, not forgotten. */
static void reject(run *r, size_t index) {
  const dove_request_cache *cache = r->endpoint->cache;
  dove_endpoint_reply *reply = &r->replies[index];
  r->finished++;
  if (cache == NULL) return;
  const dove_status status = cache->reject(cache->user, r->tasks[index].key, reply->reason, r->error);
  if (status != DOVE_OK) stop_with(r, status);
}

/* Takes over `body`, and asks the judge. */
static void accept_reply(run *r, size_t index, char *body, bool cached) {
  dove_endpoint_reply *reply = &r->replies[index];
  task *t = &r->tasks[index];
  reply->body = body;
  reply->cached = cached;
  reply->status = DOVE_OK;
  reply->attempts = t->attempts;
  r->good++;
  char *next = r->judge != NULL ? r->judge(r->user, index, reply, t->round) : NULL;
  if (next == NULL) {
    if (reply->status == DOVE_OK) {
      finish(r, index, DOVE_OK, "");
    } else {
      reject(r, index);
    }
    return;
  }
  free(reply->body);
  reply->body = NULL;
  free(t->owned);
  *t = (task){.body = next, .owned = next, .round = t->round + 1, .attempts = t->attempts};
  push(r, index);
}

/* ---- Keeping ---- */

static double cost_of(const dove_endpoint *endpoint, const outcome *o) {
  const double in = o->tokens_in > 0 ? (double)o->tokens_in : 0;
  const double out = o->tokens_out > 0 ? (double)o->tokens_out : 0;
  return (in * endpoint->price_in + out * endpoint->price_out) / 1e6;
}

static void count_outcome(dove_endpoint *endpoint, const outcome *o) {
  dove_endpoint_totals *totals = &endpoint->totals;
  if (o->reply != NULL) {
    totals->requests++;
  } else {
    totals->failed++;
  }
  totals->tokens_in += o->tokens_in > 0 ? o->tokens_in : 0;
  totals->tokens_out += o->tokens_out > 0 ? o->tokens_out : 0;
  totals->cost += cost_of(endpoint, o);
}

static dove_request_record record_of(const run *r, const outcome *o) {
  const dove_endpoint *endpoint = r->endpoint;
  const bool priced = endpoint->price_in > 0 || endpoint->price_out > 0;
  dove_request_record record = {.role = endpoint->role,
                                .endpoint = endpoint->url,
                                .model = endpoint->model,
                                .request = r->tasks[o->task].body,
                                .reply = o->reply,
                                .failure = o->reason,
                                .http_status = o->http_status,
                                .attempts = r->tasks[o->task].attempts,
                                .tokens_in = o->tokens_in,
                                .tokens_out = o->tokens_out,
                                .cost = priced ? cost_of(endpoint, o) : (double)NAN};
  memcpy(record.key, r->tasks[o->task].key, sizeof record.key);
  return record;
}

static dove_status keep_outcomes(run *r) {
  const dove_request_cache *cache = r->endpoint->cache;
  if (cache == NULL || r->outcome_count == 0) return DOVE_OK;
  dove_request_record *records = dove_alloc(r->outcome_count, sizeof *records);
  if (records == NULL) return dove_fail_memory(r->error, doing);
  for (size_t i = 0; i < r->outcome_count; i++) records[i] = record_of(r, &r->outcomes[i]);
  const dove_status status = cache->keep(cache->user, records, r->outcome_count, r->error);
  free(records);
  return status;
}

/* Everything that arrived in one look at the network is kept in one transaction, then used. */
static void settle(run *r) {
  const dove_status kept = keep_outcomes(r);
  if (kept != DOVE_OK) stop_with(r, kept);
  for (size_t i = 0; i < r->outcome_count; i++) {
    outcome *o = &r->outcomes[i];
    count_outcome(r->endpoint, o);
    r->replies[o->task].http_status = o->http_status;
    if (o->reply != NULL && kept == DOVE_OK) {
      accept_reply(r, o->task, o->reply, false);
    } else {
      r->bad++;
      free(o->reply);
      finish(r, o->task, kept == DOVE_OK ? DOVE_NETWORK : kept, o->reason);
    }
  }
  r->outcome_count = 0;
}

/* ---- What came back ---- */

static void add_outcome(run *r, const outcome *o) {
  void *outcomes = r->outcomes;
  if (!dove_grow(&outcomes, &r->outcome_capacity, r->outcome_count + 1, sizeof *r->outcomes)) {
    stop_with(r, dove_fail_memory(r->error, doing));
    free(o->reply);
    finish(r, o->task, DOVE_MEMORY, "out of memory");
    return;
  }
  r->outcomes = outcomes;
  r->outcomes[r->outcome_count++] = *o;
}

/* The server's wait, or an exponential one with jitter: many that failed together must not come back together. */
static double wait_before(run *r, const task *t, double said) {
  if (said >= 0) return said;
  double wait = r->endpoint->first_wait;
  for (unsigned i = 1; i < t->attempts && wait < longest_wait; i++) wait *= 2;
  if (wait > longest_wait) wait = longest_wait;
  return wait * (0.5 + 0.5 * dove_random_uniform(&r->endpoint->random));
}

static void take_rates(dove_endpoint *endpoint, const dove_answer_headers *headers, double now) {
  if (headers->requests_left >= 0 && headers->requests_left < 1 && headers->requests_reset > 0)
    dove_rate_pause(&endpoint->rate, headers->requests_reset, now);
  if (headers->tokens_left >= 0 && headers->tokens_left < 1 && headers->tokens_reset > 0)
    dove_rate_pause(&endpoint->rate, headers->tokens_reset, now);
}

static void try_again(run *r, outcome *o, double said, double now) {
  task *t = &r->tasks[o->task];
  if (t->attempts < r->endpoint->attempts && !r->fatal) {
    t->not_before = now + wait_before(r, t, said);
    r->again[r->again_count++] = o->task;
    return;
  }
  const bool unreachable = o->http_status == 0 && !r->endpoint->ever_answered && !r->fatal;
  if (unreachable)
    stop_with(r, dove_fail(r->error, DOVE_NETWORK,
                           "the %s's endpoint '%s' does not answer: %s. Is it running, and is "
                           "'url' right?",
                           r->endpoint->role, r->endpoint->url, o->reason));
  add_outcome(r, o);
}

static void stop_for_all(run *r, const outcome *o) {
  if (r->status == DOVE_OK)
    stop_with(r, dove_fail(r->error, DOVE_NETWORK, "the %s's endpoint '%s', model '%s': %s", r->endpoint->role,
                           r->endpoint->url, r->endpoint->model, o->reason));
}

static void take_answer(run *r, dove_transfer *transfer, CURLcode result) {
  dove_endpoint *endpoint = r->endpoint;
  const dove_answer answer = dove_transfer_answer(transfer, result);
  const double now = dove_clock_seconds();
  outcome o = {.task = transfer->task, .http_status = answer.http_status};
  if (answer.length > 0) dove_secret_redact(transfer->body.data, endpoint->secret);
  const dove_verdict verdict = dove_answer_judge(&answer, &o.tokens_in, &o.tokens_out, o.reason);
  dove_secret_redact(o.reason, endpoint->secret);
  if (answer.http_status > 0) endpoint->ever_answered = true;
  take_rates(endpoint, answer.headers, now);
  switch (verdict) {
    case DOVE_VERDICT_GOOD:
      dove_rate_answered(&endpoint->rate, now);
      o.reply = dove_buffer_take(&transfer->body);
      if (o.reply == NULL) stop_with(r, dove_fail_memory(r->error, doing));
      add_outcome(r, &o);
      break;
    case DOVE_VERDICT_REFUSED:
      dove_rate_refused(&endpoint->rate, answer.headers->retry_after, now);
      try_again(r, &o, answer.headers->retry_after, now);
      break;
    case DOVE_VERDICT_AGAIN: try_again(r, &o, answer.headers->retry_after, now); break;
    case DOVE_VERDICT_FATAL:
      stop_for_all(r, &o);
      add_outcome(r, &o);
      break;
    case DOVE_VERDICT_FAILED:
      add_outcome(r, &o);
      if (r->good == 0 && r->bad + r->outcome_count >= HOPELESS) stop_for_all(r, &o);
      break;
  }
}

static void drain(run *r) {
  int left = 0;
  for (CURLMsg *message; (message = curl_multi_info_read(r->endpoint->multi, &left)) != NULL;) {
    if (message->msg != CURLMSG_DONE) continue;
    char *private = NULL;
    const CURLcode result = message->data.result;
    CURL *handle = message->easy_handle;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &private);
    curl_multi_remove_handle(r->endpoint->multi, handle);
    dove_transfer *transfer = (dove_transfer *)(void *)private;
    r->running--;
    take_answer(r, transfer, result);
    transfer->task = (size_t)NO_TASK;
  }
}

/* ---- Sending ---- */

static dove_transfer *free_transfer(run *r) {
  dove_endpoint *endpoint = r->endpoint;
  for (size_t i = 0; i < endpoint->transfer_count; i++)
    if (endpoint->transfers[i]->task == (size_t)NO_TASK) return endpoint->transfers[i];
  void *list = endpoint->transfers;
  dove_transfer *transfer = dove_alloc_zero(1, sizeof *transfer);
  if (transfer == NULL ||
      !dove_grow(&list, &endpoint->transfer_capacity, endpoint->transfer_count + 1, sizeof *endpoint->transfers)) {
    free(transfer);
    dove_fail_memory(r->error, doing);
    return NULL;
  }
  endpoint->transfers = list;
  if (dove_transfer_open(transfer, endpoint->headers, &endpoint->limits, r->error) != DOVE_OK) {
    free(transfer);
    return NULL;
  }
  transfer->task = (size_t)NO_TASK;
  endpoint->transfers[endpoint->transfer_count++] = transfer;
  return transfer;
}

static dove_status send_task(run *r, size_t index) {
  dove_buffer url = {0};
  dove_transfer *transfer = free_transfer(r);
  if (transfer == NULL) return DOVE_MEMORY;
  dove_buffer_printf(&url, "%s%s", r->endpoint->url, r->requests[index].path);
  if (url.failed) return dove_fail_memory(r->error, doing);
  dove_status status = dove_transfer_prepare(transfer, dove_buffer_text(&url), r->tasks[index].body, r->error);
  dove_buffer_free(&url);
  if (status != DOVE_OK) return status;
  if (curl_multi_add_handle(r->endpoint->multi, transfer->handle) != CURLM_OK) return dove_fail_memory(r->error, doing);
  transfer->task = index;
  r->tasks[index].attempts++;
  r->endpoint->totals.attempts++;
  r->running++;
  return DOVE_OK;
}

/* True when the cache had it; the task is then done, or in a new round. */
static bool look_up(run *r, size_t index) {
  task *t = &r->tasks[index];
  const dove_request_cache *cache = r->endpoint->cache;
  const dove_endpoint_request *request = &r->requests[index];
  char *reply = NULL;
  if (t->looked_up || cache == NULL) return false;
  t->looked_up = true;
  dove_status status = dove_request_key(r->endpoint->url, request->path, t->body, request->sample, t->key, r->error);
  if (status == DOVE_OK) status = cache->find(cache->user, t->key, &reply, r->error);
  if (status != DOVE_OK) stop_with(r, status);
  if (reply == NULL) return false;
  r->endpoint->totals.cached++;
  accept_reply(r, index, reply, true);
  return true;
}

static void send_or_stop(run *r, size_t index) {
  const dove_status status = send_task(r, index);
  if (status == DOVE_OK) return;
  stop_with(r, status);
  finish(r, index, status, "it could not be sent");
}

static void send_again(run *r, double now) {
  for (size_t i = 0; i < r->again_count && !r->fatal && dove_rate_may_start(&r->endpoint->rate, r->running, now);) {
    const size_t index = r->again[i];
    if (r->tasks[index].not_before > now) {
      i++;
      continue;
    }
    r->again[i] = r->again[--r->again_count];
    send_or_stop(r, index);
  }
}

static void send_new(run *r, double now) {
  for (size_t looked = 0; looked < LOOKUPS_AT_ONCE && r->queue_length > 0 && !r->fatal; looked++) {
    if (!dove_rate_may_start(&r->endpoint->rate, r->running, now)) break;
    const size_t index = r->queue[r->queue_first];
    r->queue_first = (r->queue_first + 1) % r->count;
    r->queue_length--;
    if (look_up(r, index)) continue;
    if (r->fatal) {
      finish(r, index, r->status, "not sent");
    } else {
      send_or_stop(r, index);
    }
  }
}

/* What is not on its way when nothing more is started. */
static void drop_waiting(run *r) {
  const char *why = r->status == DOVE_CANCELLED ? "stopped" : "not sent: see the error of the others";
  for (; r->queue_length > 0; r->queue_length--) {
    finish(r, r->queue[r->queue_first], r->status, why);
    r->queue_first = (r->queue_first + 1) % r->count;
  }
  while (r->again_count > 0) finish(r, r->again[--r->again_count], r->status, why);
}

static void abandon_running(run *r) {
  for (size_t i = 0; i < r->endpoint->transfer_count; i++) {
    dove_transfer *transfer = r->endpoint->transfers[i];
    if (transfer->task == (size_t)NO_TASK) continue;
    curl_multi_remove_handle(r->endpoint->multi, transfer->handle);
    finish(r, transfer->task, r->status, "stopped");
    transfer->task = (size_t)NO_TASK;
    r->running--;
  }
}

/* ---- The loop ---- */

static void follow_wishes(dove_endpoint *endpoint) {
  const size_t wanted = atomic_exchange(&endpoint->wanted, 0);
  if (wanted > 0) dove_rate_open(&endpoint->rate, wanted, wanted);
}

static void turn(run *r) {
  const double now = dove_clock_seconds();
  int still = 0;
  follow_wishes(r->endpoint);
  send_again(r, now);
  send_new(r, now);
  if (r->fatal) drop_waiting(r);
  CURLMcode code = curl_multi_perform(r->endpoint->multi, &still);
  drain(r);
  settle(r);
  const bool idle = r->finished < r->count && (r->running > 0 || r->again_count > 0 || r->queue_length > 0);
  if (code == CURLM_OK && idle && r->queue_length == 0) {
    code = curl_multi_poll(r->endpoint->multi, NULL, 0, POLL_MS, NULL);
  } else if (code == CURLM_OK && idle) {
    const bool may = dove_rate_may_start(&r->endpoint->rate, r->running, now);
    code = curl_multi_poll(r->endpoint->multi, NULL, 0, may ? 0 : POLL_MS, NULL);
  }
  if (code != CURLM_OK) {
    stop_with(r, dove_fail(r->error, DOVE_NETWORK, "libcurl: %s", curl_multi_strerror(code)));
    abandon_running(r);
  }
}

static void loop(run *r, const char *stage) {
  size_t told = SIZE_MAX;
  while (r->finished < r->count) {
    if (dove_progress_cancelled(r->progress)) {
      r->status = dove_fail(r->error, DOVE_CANCELLED, "stopped while %s", doing);
      r->fatal = true;
      drop_waiting(r);
      abandon_running(r);
      break;
    }
    if (told != r->finished) dove_progress_report(r->progress, stage, (double)r->finished, (double)r->count);
    told = r->finished;
    turn(r);
  }
}

static bool prepare(run *r) {
  r->tasks = dove_alloc_zero(r->count, sizeof *r->tasks);
  r->queue = dove_alloc(r->count, sizeof *r->queue);
  r->again = dove_alloc(r->count, sizeof *r->again);
  if (r->tasks == NULL || r->queue == NULL || r->again == NULL) return false;
  for (size_t i = 0; i < r->count; i++) {
    r->tasks[i].body = r->requests[i].body;
    push(r, i);
  }
  return true;
}

dove_status dove_endpoint_run(dove_endpoint *endpoint, const dove_endpoint_request *requests, size_t count,
                              dove_endpoint_reply *replies, dove_endpoint_judge *judge, void *user, const char *stage,
                              const dove_progress *progress, dove_error *error) {
  run r = {.endpoint = endpoint,
           .requests = requests,
           .replies = replies,
           .judge = judge,
           .user = user,
           .progress = progress,
           .count = count,
           .error = error};
  for (size_t i = 0; i < count; i++) replies[i] = (dove_endpoint_reply){.status = DOVE_CANCELLED};
  if (count == 0) return DOVE_OK;
  if (prepare(&r)) {
    loop(&r, stage);
  } else {
    r.status = dove_fail_memory(error, doing);
  }
  for (size_t i = 0; i < count && r.tasks != NULL; i++) free(r.tasks[i].owned);
  free(r.tasks);
  free(r.queue);
  free(r.again);
  free(r.outcomes);
  return r.status;
}
