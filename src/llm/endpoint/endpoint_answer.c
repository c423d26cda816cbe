/* What the network has brought, and what it means for a task and for the pace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/clock.h"
#include "dove/secret.h"
#include "llm/endpoint/endpoint_internal.h"
#include "llm/endpoint/ledger_internal.h"

static const double longest_wait = 60; /* seconds, of those that this side chooses */

enum { HOPELESS = 8 /* failures without one success: something is wrong with all requests */ };

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

/* A server that was there and is gone: nothing was heard of it from the first attempt of the task to the last, or of
 * several tasks on end. What is left is then not lost one after the other. */
static bool is_gone(run *r, const outcome *o, const task *t) {
  dove_endpoint *endpoint = r->endpoint;
  if (o->http_status > 0) return false;
  endpoint->unheard++;
  return (o->unreachable && endpoint->heard < t->first_sent) || endpoint->unheard >= HOPELESS;
}

static void stop_for_silence(run *r, const outcome *o) {
  const dove_endpoint *endpoint = r->endpoint;
  if (!endpoint->ever_answered) {
    endpoint_stop(r, dove_fail(r->error, DOVE_NETWORK,
                               "the %s's endpoint '%s' does not answer: %s. Is it running, and is 'url' right?",
                               endpoint->role, endpoint->url, o->reason));
  } else {
    endpoint_stop(r,
                  dove_fail(r->error, DOVE_NETWORK,
                            "the %s's endpoint '%s' no longer answers: %s. What was done stays; when it is back, the "
                            "same command goes on",
                            endpoint->role, endpoint->url, o->reason));
  }
}

static void try_again(run *r, const outcome *o, double said, double now) {
  task *t = &r->tasks[o->task];
  if (t->attempts < r->endpoint->attempts && !r->fatal) {
    t->not_before = now + wait_before(r, t, said);
    t->state = TASK_AGAIN;
    r->again_count++;
    return;
  }
  const bool silent = o->http_status == 0 && !r->endpoint->ever_answered;
  if (!r->fatal && (silent || is_gone(r, o, t))) stop_for_silence(r, o);
  /* It might have gone well the next time. */
  if (r->status == DOVE_CANCELLED || (r->fatal && o->http_status == 0 && !silent)) {
    endpoint_task_finish(r, o->task, r->status, "stopped");
    return;
  }
  endpoint_add_outcome(r, o);
}

static void stop_for_all(run *r, const outcome *o) {
  if (r->status == DOVE_OK)
    endpoint_stop(r, dove_fail(r->error, DOVE_NETWORK, "the %s's endpoint '%s', model '%s': %s", r->endpoint->role,
                               r->endpoint->url, r->endpoint->model, o->reason));
}

static void refused(run *r, const outcome *o, double said, double now) {
  dove_rate_refused(&r->endpoint->rate, said, now);
  r->refusals++;
  if (r->ledger != NULL) {
    dove_ledger_lock(r->ledger);
    r->row->refusals++;
    dove_ledger_unlock(r->ledger);
  }
  try_again(r, o, said, now);
}

/* What was cut off is no answer, but it was paid for. */
static void take_cut(const run *r, outcome *o) {
  const task *t = &r->tasks[o->task];
  free(o->reply);
  o->reply = NULL;
  o->again = true;
  if (o->tokens_in < 0) o->tokens_in = t->guess.in.about;
  if (o->tokens_out < 0) o->tokens_out = t->room;
  snprintf(o->reason, sizeof o->reason, "the answer was cut off at the %lld tokens that the budget had for it",
           (long long)t->room);
}

static void take_good(run *r, dove_transfer *transfer, outcome *o, double now) {
  dove_rate_answered(&r->endpoint->rate, now);
  o->reply = dove_buffer_take(&transfer->body);
  if (o->reply == NULL) endpoint_stop(r, dove_fail_memory(r->error, endpoint_doing));
  if (o->tokens_out < 0 && r->tasks[o->task].guess.out.most == 0) o->tokens_out = 0;
  if (o->reply != NULL && endpoint_needs_more_room(r, o)) take_cut(r, o);
  endpoint_add_outcome(r, o);
}

static void note_life(dove_endpoint *endpoint, double now) {
  endpoint->ever_answered = true;
  endpoint->heard = now;
  endpoint->unheard = 0;
}

/* Some servers, and some models' templates, do not go with a schema: the way round it is a setting. */
static void add_remedy(const run *r, outcome *o) {
  const char *body = r->tasks[o->task].request.body;
  const size_t length = strlen(o->reason);
  if (o->http_status != 400 || strstr(body, "\"response_format\":") == NULL) return;
  snprintf(o->reason + length, sizeof o->reason - length, "; if it takes no JSON schema, set '%s.schema' to off",
           r->endpoint->role);
}

static void take_answer(run *r, dove_transfer *transfer, CURLcode result) {
  dove_endpoint *endpoint = r->endpoint;
  const dove_answer answer = dove_transfer_answer(transfer, result);
  const double now = dove_clock_seconds();
  outcome o = {.task = transfer->task, .http_status = answer.http_status};
  if (answer.length > 0) dove_secret_redact(transfer->body.data, endpoint->secret);
  const dove_verdict verdict = dove_answer_judge(&answer, &o.tokens_in, &o.tokens_out, o.reason);
  dove_secret_redact(o.reason, endpoint->secret);
  o.unreachable = result == CURLE_COULDNT_CONNECT || result == CURLE_COULDNT_RESOLVE_HOST;
  if (answer.http_status > 0) note_life(endpoint, now);
  if (r->tasks[o.task].counting != NULL) {
    endpoint_plan_counted(r, o.task, verdict == DOVE_VERDICT_GOOD ? answer.body : NULL);
    return;
  }
  take_rates(endpoint, answer.headers, now);
  switch (verdict) {
    case DOVE_VERDICT_GOOD: take_good(r, transfer, &o, now); break;
    case DOVE_VERDICT_REFUSED: refused(r, &o, answer.headers->retry_after, now); break;
    case DOVE_VERDICT_AGAIN: try_again(r, &o, answer.headers->retry_after, now); break;
    case DOVE_VERDICT_FATAL:
      stop_for_all(r, &o);
      endpoint_add_outcome(r, &o);
      break;
    case DOVE_VERDICT_FAILED:
      add_remedy(r, &o);
      endpoint_add_outcome(r, &o);
      if (r->good == 0 && r->bad + r->outcome_count >= HOPELESS) stop_for_all(r, &o);
      break;
  }
}

void endpoint_drain(run *r) {
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
