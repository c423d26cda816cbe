/* What arrived is kept together, in one transaction, before anything takes its place on the network: a kill of the
 * process loses no more than is on its way. It is used, and the disk waited for, while the next requests are on theirs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "llm/endpoint/endpoint_internal.h"
#include "llm/endpoint/ledger_internal.h"

double endpoint_cost(const dove_endpoint *endpoint, int64_t tokens_in, int64_t tokens_out) {
  return ((double)tokens_in * endpoint->price_in + (double)tokens_out * endpoint->price_out) / 1e6;
}

/* What the server did not count is guessed; a failure without a count is taken to be free. */
static int64_t tokens_in(const run *r, const outcome *o) {
  if (o->tokens_in >= 0) return o->tokens_in;
  return o->reply != NULL ? r->tasks[o->task].guess.in.about : 0;
}

static int64_t tokens_out(const outcome *o) {
  if (o->tokens_out >= 0) return o->tokens_out;
  return o->reply != NULL ? dove_guess_text(o->reply).about : 0;
}

static bool is_estimated(const outcome *o) { return o->reply != NULL && (o->tokens_in < 0 || o->tokens_out < 0); }

static double cost_of(const run *r, const outcome *o) {
  return endpoint_cost(r->endpoint, tokens_in(r, o), tokens_out(o));
}

static dove_request_record record_of(const run *r, const outcome *o) {
  const dove_endpoint *endpoint = r->endpoint;
  const task *t = &r->tasks[o->task];
  const bool priced = endpoint->price_in > 0 || endpoint->price_out > 0;
  dove_request_record record = {.role = endpoint->role,
                                .endpoint = endpoint->url,
                                .model = endpoint->model,
                                .request = t->request.body,
                                .reply = o->reply,
                                .failure = o->reason,
                                .http_status = o->http_status,
                                .attempts = t->attempts,
                                .tokens_in = tokens_in(r, o),
                                .tokens_out = tokens_out(o),
                                .estimated = is_estimated(o),
                                .cost = priced ? cost_of(r, o) : (double)NAN,
                                .guessed_in = t->guess.raw_in,
                                .expected = priced ? t->expected : (double)NAN,
                                .expected_in = t->guess.in.about,
                                .expected_out = t->guess.out.about,
                                .again = o->again};
  memcpy(record.key, t->key, sizeof record.key);
  return record;
}

static dove_status keep_outcomes(run *r) {
  const dove_request_cache *cache = r->endpoint->cache;
  if (cache == NULL) return DOVE_OK;
  dove_request_record *records = dove_alloc(r->outcome_count, sizeof *records);
  if (records == NULL) return dove_fail_memory(r->error, endpoint_doing);
  for (size_t i = 0; i < r->outcome_count; i++) records[i] = record_of(r, &r->outcomes[i]);
  const dove_status status = cache->keep(cache->user, records, r->outcome_count, r->error);
  free(records);
  if (status == DOVE_OK) r->unsynced = true;
  return status;
}

void endpoint_sync(run *r) {
  const dove_request_cache *cache = r->endpoint->cache;
  if (!r->unsynced) return;
  r->unsynced = false;
  const dove_status status = cache->sync(cache->user, r->status == DOVE_OK ? r->error : NULL);
  if (status != DOVE_OK) endpoint_stop(r, status);
  r->synced = dove_clock_seconds();
}

static void count_in_row(run *r, const outcome *o) {
  const bool answered = o->reply != NULL;
  dove_ledger_lock(r->ledger);
  dove_ledger_row *row = r->row;
  row->requests += answered;
  row->failed += !answered && !o->again;
  row->retries += o->again;
  row->estimated += is_estimated(o);
  row->tokens_in += tokens_in(r, o);
  row->tokens_out += tokens_out(o);
  row->cost += cost_of(r, o);
  row->expected += answered ? r->tasks[o->task].expected : 0;
  row->expected_in += answered ? r->tasks[o->task].guess.in.about : 0;
  row->expected_out += answered ? r->tasks[o->task].guess.out.about : 0;
  if (answered) dove_ledger_tick(r->ledger, row, dove_clock_seconds());
  dove_ledger_unlock(r->ledger);
}

static void count_outcome(run *r, const outcome *o) {
  dove_endpoint_totals *totals = &r->endpoint->totals;
  const int64_t out = tokens_out(o);
  if (o->reply != NULL) {
    totals->requests++;
  } else if (!o->again) {
    totals->failed++;
  }
  totals->tokens_in += tokens_in(r, o);
  totals->tokens_out += out;
  totals->cost += cost_of(r, o);
  if (out > r->endpoint->longest) r->endpoint->longest = out;
  if (o->reply != NULL) r->endpoint->whole_answer = true;
  if (r->ledger != NULL) count_in_row(r, o);
}

void endpoint_keep(run *r) {
  if (r->outcome_count == 0) return;
  r->kept = keep_outcomes(r);
  if (r->kept != DOVE_OK) endpoint_stop(r, r->kept);
}

void endpoint_use(run *r) {
  const dove_status kept = r->kept;
  for (size_t i = 0; i < r->outcome_count; i++) {
    outcome *o = &r->outcomes[i];
    count_outcome(r, o);
    r->tasks[o->task].reply.http_status = o->http_status;
    if (o->reply != NULL && kept == DOVE_OK) {
      endpoint_task_accept(r, o->task, o->reply, false);
    } else if (o->again && kept == DOVE_OK) {
      endpoint_task_widen(r, o->task);
    } else {
      r->bad++;
      free(o->reply);
      endpoint_task_finish(r, o->task, kept == DOVE_OK ? DOVE_NETWORK : kept, o->reason);
    }
  }
  r->outcome_count = 0;
}

void endpoint_add_outcome(run *r, const outcome *o) {
  void *outcomes = r->outcomes;
  if (!dove_grow(&outcomes, &r->outcome_capacity, r->outcome_count + 1, sizeof *r->outcomes)) {
    endpoint_stop(r, dove_fail_memory(r->error, endpoint_doing));
    free(o->reply);
    endpoint_task_finish(r, o->task, DOVE_MEMORY, "out of memory");
    return;
  }
  r->outcomes = outcomes;
  r->tasks[o->task].state = TASK_SETTLING;
  r->outcomes[r->outcome_count++] = *o;
}

/* What left no reply behind is counted at the end. */
void endpoint_tally(run *r) {
  const dove_endpoint *endpoint = r->endpoint;
  const dove_request_cache *cache = endpoint->cache;
  if (cache == NULL || r->mode == DOVE_LEDGER_PLAN || r->cached + r->refusals == 0) return;
  const dove_request_tally tally = {.role = endpoint->role,
                                    .endpoint = endpoint->url,
                                    .model = endpoint->model,
                                    .cached = r->cached,
                                    .refusals = r->refusals,
                                    .priced = endpoint->price_in > 0 || endpoint->price_out > 0};
  const dove_status status = cache->tally(cache->user, &tally, r->status == DOVE_OK ? r->error : NULL);
  if (r->status == DOVE_OK) r->status = status;
}
