/* The loop of a call: tasks are started as there is room, what comes back is kept and then used. */
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "llm/endpoint/endpoint_internal.h"
#include "llm/endpoint/ledger_internal.h"

const char endpoint_doing[] = "asking an endpoint";

enum {
  POLL_MS = 50,      /* how soon a cancel is seen */
  AGAIN_POLL_MS = 5, /* the same while something waits for another attempt */
};

static const double drain_seconds = 1.0; /* after a cancel, for what is on its way */
static const double sync_seconds = 0.05; /* between two times that the disk is waited for */

/* What is not on its way when nothing more is started. */
static void drop_waiting(run *r) {
  const char *why = r->status == DOVE_CANCELLED ? "stopped" : "not sent: see the error of the others";
  while (r->ready_count > 0) endpoint_task_finish(r, endpoint_task_ready(r), r->status, why);
  for (size_t i = 0; i < r->task_count && r->again_count > 0; i++) {
    if (r->tasks[i].state != TASK_AGAIN) continue;
    r->again_count--;
    endpoint_task_finish(r, i, r->status, why);
  }
}

static void abandon_running(run *r) {
  for (size_t i = 0; i < r->endpoint->transfer_count; i++) {
    dove_transfer *transfer = r->endpoint->transfers[i];
    if (transfer->task == (size_t)NO_TASK) continue;
    curl_multi_remove_handle(r->endpoint->multi, transfer->handle);
    endpoint_task_finish(r, transfer->task, r->status, "stopped");
    transfer->task = (size_t)NO_TASK;
    r->running--;
  }
}

static void follow_wishes(run *r) {
  dove_endpoint *endpoint = r->endpoint;
  size_t wanted = atomic_exchange(&endpoint->wanted, 0);
  const size_t wished = r->ledger != NULL ? dove_ledger_concurrency(r->ledger) : 0;
  if (wished != endpoint->heeded) wanted = endpoint->heeded = wished;
  if (wanted > 0) dove_rate_open(&endpoint->rate, wanted, wanted);
}

/* When the first of those that wait for another attempt is sent. */
static double next_attempt(const run *r) {
  double next = 0;
  for (size_t i = 0; i < r->task_count && r->again_count > 0; i++) {
    if (r->tasks[i].state == TASK_AGAIN && (next <= 0 || r->tasks[i].not_before < next)) next = r->tasks[i].not_before;
  }
  return next;
}

/* For who looks on. */
static void show_pace(run *r) {
  if (r->ledger == NULL) return;
  const double next = next_attempt(r);
  dove_ledger_lock(r->ledger);
  r->row->running = r->running;
  r->row->limit = r->endpoint->rate.limit;
  r->row->paused = r->endpoint->rate.paused_till;
  r->row->waiting = r->again_count;
  r->row->next = next;
  dove_ledger_unlock(r->ledger);
}

static bool is_over(const run *r) {
  const bool no_more = r->feed_ended || r->fatal;
  return no_more && r->running == 0 && r->ready_count == 0 && r->again_count == 0 && r->outcome_count == 0;
}

static CURLMcode wait_for_network(run *r) {
  const bool more = !r->fatal && !r->short_of_money && (r->ready_count > 0 || !r->feed_ended) &&
                    r->again_count <= r->endpoint->rate.limit &&
                    dove_rate_may_start(&r->endpoint->rate, r->running, dove_clock_seconds());
  const int wait = more || r->outcome_count > 0 ? 0 : r->again_count > 0 ? AGAIN_POLL_MS : POLL_MS;
  return curl_multi_poll(r->endpoint->multi, NULL, 0, wait, NULL);
}

static void turn(run *r) {
  const double now = dove_clock_seconds();
  int still = 0;
  follow_wishes(r);
  endpoint_start_again(r, now);
  endpoint_start_ready(r, now);
  if (r->fatal) drop_waiting(r);
  CURLMcode code = curl_multi_perform(r->endpoint->multi, &still);
  endpoint_use(r); /* what the last turn kept: all places are taken again, nothing waits for this, nor for the disk */
  if (now - r->synced >= sync_seconds) endpoint_sync(r);
  endpoint_drain(r);
  endpoint_keep(r); /* before anything takes the place of what arrived: a kill loses no more than was on its way */
  show_pace(r);
  if (code == CURLM_OK && !is_over(r)) code = wait_for_network(r);
  if (code != CURLM_OK) {
    endpoint_stop(r, dove_fail(r->error, DOVE_NETWORK, "libcurl: %s", curl_multi_strerror(code)));
    abandon_running(r);
  }
}

/* Nothing more is started; what is on its way has a little time. */
static void stop_and_drain(run *r) {
  const double till = dove_clock_seconds() + drain_seconds;
  if (r->status == DOVE_OK) endpoint_stop(r, dove_fail(r->error, DOVE_CANCELLED, "stopped while %s", endpoint_doing));
  while (!is_over(r) && dove_clock_seconds() < till) turn(r);
  abandon_running(r);
  drop_waiting(r);
  endpoint_use(r);
}

static void loop(run *r, const char *stage) {
  size_t told = SIZE_MAX;
  while (!is_over(r)) {
    if (dove_progress_cancelled(r->progress)) {
      stop_and_drain(r);
      return;
    }
    if (told != r->finished && r->feed->total > 0)
      dove_progress_report(r->progress, stage, (double)r->finished, (double)r->feed->total);
    told = r->finished;
    turn(r);
  }
}

/* A model on this machine costs nothing. */
static bool is_at_home(const char *url) {
  static const char *const hosts[] = {"://127.", "://localhost", "://[::1]"};
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
    if (strstr(url, hosts[i]) != NULL) return true;
  return false;
}

static dove_status begin(run *r) {
  dove_endpoint *endpoint = r->endpoint;
  const bool priced = endpoint->price_in > 0 || endpoint->price_out > 0;
  const dove_request_cache *cache = endpoint->cache;
  dove_status status = DOVE_OK;
  if (r->ledger == NULL) return DOVE_OK;
  if (dove_ledger_budget(r->ledger) > 0 && !priced && !is_at_home(endpoint->url))
    return dove_fail(r->error, DOVE_USAGE,
                     "a budget needs prices: set '%s.price_in' and '%s.price_out' to what a million tokens cost",
                     endpoint->role, endpoint->role);
  status = dove_ledger_join(r->ledger, endpoint->role, endpoint->url, endpoint->model, priced, &r->row, r->error);
  if (status == DOVE_OK && cache != NULL)
    status = cache->history(cache->user, endpoint->role, endpoint->url, endpoint->model, &r->history, r->error);
  return status;
}

dove_status dove_endpoint_stream(dove_endpoint *endpoint, const dove_endpoint_feed *feed, const char *stage,
                                 const dove_progress *progress, dove_error *error) {
  run r = {.endpoint = endpoint,
           .feed = feed,
           .progress = progress,
           .ledger = progress != NULL ? progress->ledger : NULL,
           .free = (size_t)NO_TASK,
           .error = error};
  r.mode = dove_ledger_mode_of(r.ledger);
  r.status = begin(&r);
  if (r.status == DOVE_OK) {
    loop(&r, stage);
    endpoint_sync(&r);
    show_pace(&r);
    endpoint_tally(&r);
  }
  free(r.tasks);
  free(r.outcomes);
  free(r.counter);
  return r.status;
}

/* ---- Requests that are all there ---- */

typedef struct batch {
  const dove_endpoint_request *requests;
  dove_endpoint_reply *replies;
  size_t count;
  bool *done;
  dove_endpoint_judge *judge;
  void *user;
} batch;

static dove_status next_of_batch(void *user, size_t index, dove_endpoint_request *request, bool *more,
                                 dove_error *error) {
  const batch *b = user;
  (void)error;
  *more = index < b->count;
  if (*more) *request = b->requests[index];
  return DOVE_OK;
}

static char *judge_of_batch(void *user, size_t index, dove_endpoint_reply *reply, unsigned round) {
  const batch *b = user;
  return b->judge != NULL ? b->judge(b->user, index, reply, round) : NULL;
}

static dove_status done_of_batch(void *user, size_t index, dove_endpoint_reply *reply, dove_error *error) {
  const batch *b = user;
  (void)error;
  b->replies[index] = *reply;
  b->done[index] = true;
  reply->body = NULL;
  return DOVE_OK;
}

dove_status dove_endpoint_run(dove_endpoint *endpoint, const dove_endpoint_request *requests, size_t count,
                              dove_endpoint_reply *replies, dove_endpoint_judge *judge, void *user, const char *stage,
                              const dove_progress *progress, dove_error *error) {
  batch b = {.requests = requests, .replies = replies, .count = count, .judge = judge, .user = user};
  const dove_endpoint_feed feed = {
      .user = &b, .next = next_of_batch, .judge = judge_of_batch, .done = done_of_batch, .total = count};
  for (size_t i = 0; i < count; i++) replies[i] = (dove_endpoint_reply){.status = DOVE_CANCELLED};
  if (count == 0) return DOVE_OK;
  b.done = dove_alloc_zero(count, sizeof *b.done);
  if (b.done == NULL) return dove_fail_memory(error, endpoint_doing);
  const dove_status status = dove_endpoint_stream(endpoint, &feed, stage, progress, error);
  for (size_t i = 0; i < count && status != DOVE_OK; i++)
    if (!b.done[i]) replies[i].status = status;
  free(b.done);
  return status;
}
