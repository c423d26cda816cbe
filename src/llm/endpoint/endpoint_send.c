/* Starting a task: the cache is looked at, then the ledger is asked, then it is sent. */
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/clock.h"
#include "dove/memory.h"
#include "llm/endpoint/endpoint_internal.h"
#include "llm/endpoint/ledger_internal.h"

enum { LOOKUPS_AT_ONCE = 64 /* of the cache, between two looks at the network */ };

static const double twin_wait = 0.01; /* seconds before a second look at what an equal request brought */

static dove_transfer *free_transfer(run *r) {
  dove_endpoint *endpoint = r->endpoint;
  for (size_t i = 0; i < endpoint->transfer_count; i++)
    if (endpoint->transfers[i]->task == (size_t)NO_TASK) return endpoint->transfers[i];
  void *list = endpoint->transfers;
  dove_transfer *transfer = dove_alloc_zero(1, sizeof *transfer);
  if (transfer == NULL ||
      !dove_grow(&list, &endpoint->transfer_capacity, endpoint->transfer_count + 1, sizeof *endpoint->transfers)) {
    free(transfer);
    dove_fail_memory(r->error, endpoint_doing);
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

static dove_status prepare(run *r, dove_transfer *transfer, const task *t) {
  dove_buffer url = {0};
  const char *body = t->counting != NULL ? t->counting : t->limited != NULL ? t->limited : t->request.body;
  if (t->counting != NULL) return dove_transfer_prepare(transfer, r->counter, body, r->error);
  dove_buffer_printf(&url, "%s%s", r->endpoint->url, t->request.path);
  const dove_status status = url.failed ? dove_fail_memory(r->error, endpoint_doing)
                                        : dove_transfer_prepare(transfer, dove_buffer_text(&url), body, r->error);
  dove_buffer_free(&url);
  return status;
}

static void count_attempt(run *r, task *t) {
  if (t->attempts++ == 0) t->first_sent = dove_clock_seconds();
  r->endpoint->totals.attempts++;
  if (r->ledger == NULL) return;
  dove_ledger_lock(r->ledger);
  r->row->attempts++;
  r->row->retries += t->attempts > 1 && t->round == 0 ? 1 : 0;
  dove_ledger_unlock(r->ledger);
}

static dove_status send_task(run *r, size_t place) {
  task *t = &r->tasks[place];
  dove_transfer *transfer = NULL;
  if (r->endpoint->no_secret.code != DOVE_OK)
    return dove_fail(r->error, r->endpoint->no_secret.code, "%s", r->endpoint->no_secret.message);
  if ((transfer = free_transfer(r)) == NULL) return DOVE_MEMORY;
  const dove_status status = prepare(r, transfer, t);
  if (status != DOVE_OK) return status;
  if (curl_multi_add_handle(r->endpoint->multi, transfer->handle) != CURLM_OK)
    return dove_fail_memory(r->error, endpoint_doing);
  transfer->task = place;
  t->state = TASK_RUNNING;
  r->running++;
  if (t->counting == NULL) count_attempt(r, t);
  return DOVE_OK;
}

static void send_or_stop(run *r, size_t place) {
  const dove_status status = send_task(r, place);
  if (status == DOVE_OK) return;
  endpoint_stop(r, status);
  endpoint_task_finish(r, place, status, "it could not be sent");
}

/* ---- The cache ---- */

/* An equal request is on its way: its answer will do for both. */
static bool has_twin(const run *r, size_t place) {
  for (size_t i = 0; i < r->task_count; i++) {
    const task *other = &r->tasks[i];
    if (i == place || !other->looked_up || other->state == TASK_FREE) continue;
    if (memcmp(other->key, r->tasks[place].key, DOVE_REQUEST_KEY) == 0) return true;
  }
  return false;
}

static void count_cached(run *r) {
  r->endpoint->totals.cached++;
  r->cached++;
  if (r->ledger == NULL) return;
  dove_ledger_lock(r->ledger);
  r->row->cached++;
  dove_ledger_unlock(r->ledger);
}

/* True when the task needs no sending now: it is done, in a new round, or waits for its twin. */
static bool look_up(run *r, size_t place, double now) {
  task *t = &r->tasks[place];
  const dove_request_cache *cache = r->endpoint->cache;
  char *reply = NULL;
  dove_status status =
      dove_request_key(r->endpoint->url, t->request.path, t->request.body, t->request.sample, t->key, r->error);
  if (status == DOVE_OK && has_twin(r, place)) {
    t->state = TASK_AGAIN;
    t->not_before = now + twin_wait;
    r->again_count++;
    return true;
  }
  if (status == DOVE_OK) status = cache->find(cache->user, t->key, &reply, r->error);
  if (status != DOVE_OK) {
    endpoint_stop(r, status);
    endpoint_task_finish(r, place, status, "not sent");
    return true;
  }
  t->looked_up = true;
  if (reply == NULL) return false;
  count_cached(r);
  endpoint_task_accept(r, place, reply, true);
  return true;
}

/* ---- The ledger ---- */

/* What was never asked is left where only failures are asked again. */
static bool is_left(run *r, size_t place) {
  const dove_request_cache *cache = r->endpoint->cache;
  bool failed = false;
  if (r->ledger == NULL || cache == NULL || !dove_ledger_failed_only(r->ledger)) return false;
  const dove_status status = cache->failed(cache->user, r->tasks[place].key, &failed, r->error);
  if (status != DOVE_OK) endpoint_stop(r, status);
  if (failed && status == DOVE_OK) return false;
  dove_ledger_lock(r->ledger);
  r->row->left++;
  dove_ledger_unlock(r->ledger);
  endpoint_task_finish(r, place, DOVE_CANCELLED, "it was not asked before");
  return true;
}

static void guess(run *r, task *t) {
  t->guess = dove_guess_tokens(t->request.path, t->request.body, &r->history);
  t->expected = endpoint_cost(r->endpoint, t->guess.in.about, t->guess.out.about);
}

static void start(run *r, size_t place, double now) {
  task *t = &r->tasks[place];
  if (!t->looked_up && r->endpoint->cache != NULL && look_up(r, place, now)) return;
  t = &r->tasks[place];
  if (t->attempts == 0 || t->round > 0) guess(r, t);
  if (is_left(r, place)) return;
  if (r->mode == DOVE_LEDGER_PLAN) {
    if (endpoint_plan_task(r, place)) send_or_stop(r, place);
    return;
  }
  if (t->reserved <= 0 && !endpoint_set_money_aside(r, place)) return;
  send_or_stop(r, place);
}

void endpoint_start_again(run *r, double now) {
  for (size_t i = 0; i < r->task_count && r->again_count > 0 && !r->fatal; i++) {
    if (r->tasks[i].state != TASK_AGAIN || r->tasks[i].not_before > now) continue;
    if (!dove_rate_may_start(&r->endpoint->rate, r->running, now)) return;
    r->again_count--;
    r->tasks[i].state = TASK_READY;
    start(r, i, now);
  }
}

/* Not more waits for another attempt than may run at once: the feed is not drawn into a server that is down. */
static bool has_one(run *r) {
  if (r->ready_count > 0) return true;
  if (r->feed_ended || r->again_count > r->endpoint->rate.limit) return false;
  const dove_status status = endpoint_task_take(r);
  if (status != DOVE_OK) endpoint_stop(r, status);
  return r->ready_count > 0;
}

void endpoint_start_ready(run *r, double now) {
  for (size_t i = 0; i < LOOKUPS_AT_ONCE && !r->fatal && !r->short_of_money; i++) {
    if (!dove_rate_may_start(&r->endpoint->rate, r->running, now) || !has_one(r)) return;
    if (!r->fatal) start(r, endpoint_task_ready(r), now);
  }
}
