/* Money is set aside before a request is sent, so that a budget is never passed. A request that sets no limit to its
 * answer is sent with one, as much as was set aside: it is the same request in the cache, for an answer that is not cut
 * is what it would have been. One that is cut there was paid for, and is asked for once more with twice the room. */
#include <stdlib.h>
#include <string.h>

#include "dove/buffer.h"
#include "dove/chat.h"
#include "llm/endpoint/endpoint_internal.h"
#include "llm/endpoint/ledger_internal.h"

enum { LONG_ANSWER = 2000 /* tokens that an answer without a limit gets, at the least */ };

static const int64_t widest_room = 1000000; /* no model answers with more tokens */

/* True when the answer needs a limit: it costs something, and has none. */
static bool needs_room(const run *r, const task *t) {
  const dove_endpoint *endpoint = r->endpoint;
  return r->ledger != NULL && dove_ledger_budget(r->ledger) > 0 && endpoint->price_out > 0 && t->guess.out.most < 0 &&
         endpoint->limit_key != NULL;
}

/* Of an answer that is longer than those so far. */
static int64_t wanted_room(const run *r, const task *t) {
  int64_t room = 2 * (r->endpoint->longest > t->guess.out.about ? r->endpoint->longest : t->guess.out.about);
  if (room < LONG_ANSWER) room = LONG_ANSWER;
  if (room < t->room) room = t->room;
  return room < widest_room ? room : widest_room;
}

/* The body with the limit as its last member. */
static dove_status write_limit(run *r, task *t) {
  dove_buffer body = {0};
  const char *whole = t->request.body, *end = strrchr(whole, '}');
  free(t->limited);
  t->limited = NULL;
  if (t->room == 0 || end == NULL) return DOVE_OK;
  dove_buffer_add(&body, whole, (size_t)(end - whole));
  dove_buffer_printf(&body, ",\"%s\":%lld}", r->endpoint->limit_key, (long long)t->room);
  t->limited = dove_buffer_take(&body);
  return t->limited != NULL ? DOVE_OK : dove_fail_memory(r->error, endpoint_doing);
}

/* The most that a task can cost, with what it asks for. */
static double most_cost(const run *r, const task *t) {
  int64_t out = t->guess.out.most;
  if (out < 0) out = t->room > 0 ? t->room : wanted_room(r, t);
  return endpoint_cost(r->endpoint, t->guess.in.most, out);
}

static void stop_by_budget(run *r, size_t place, double most) {
  endpoint_stop(r, dove_fail(r->error, DOVE_CANCELLED,
                             "stopped by the budget of %.6g: %.6g is spent, and the next request to the %s could cost "
                             "%.6g. What was done stays; with another budget, or none, the same command goes on",
                             dove_ledger_budget(r->ledger), dove_ledger_spent(r->ledger), r->endpoint->role, most));
  endpoint_task_finish(r, place, DOVE_CANCELLED, "the budget is spent");
}

/* As long as nobody knows how long answers are, only few are tried: if all are longer than their room, all are paid for
 * in vain. */
static bool tries_enough(const run *r, const task *t) {
  enum { TRIED = 2, ENOUGH_SEEN = 5 };
  return t->room > 0 && !r->endpoint->whole_answer && r->history.requests < ENOUGH_SEEN &&
         r->running + r->outcome_count >= TRIED;
}

/* It is started when one of those on their way has come back. */
static void wait_for_others(run *r, size_t place) {
  r->short_of_money = true;
  endpoint_task_push(r, place);
}

bool endpoint_set_money_aside(run *r, size_t place) {
  task *t = &r->tasks[place];
  t->room = needs_room(r, t) ? wanted_room(r, t) : 0;
  if (tries_enough(r, t)) {
    wait_for_others(r, place);
    return false;
  }
  const double most = most_cost(r, t);
  if (r->ledger == NULL || dove_ledger_reserve(r->ledger, most)) {
    t->reserved = most;
    const dove_status status = write_limit(r, t);
    if (status == DOVE_OK) return true;
    endpoint_stop(r, status);
    endpoint_task_finish(r, place, status, "out of memory");
    return false;
  }
  if (r->running > 0 || r->outcome_count > 0 || r->again_count > 0) {
    wait_for_others(r, place);
    return false;
  }
  stop_by_budget(r, place, most);
  return false;
}

bool endpoint_needs_more_room(const run *r, const outcome *o) {
  const task *t = &r->tasks[o->task];
  dove_chat_reply chat;
  if (t->room == 0 || t->room >= widest_room || (o->tokens_out >= 0 && o->tokens_out < t->room)) return false;
  if (dove_chat_read(o->reply, &chat, NULL) != DOVE_OK) return false;
  const bool cut = chat.cut;
  dove_chat_reply_free(&chat);
  return cut;
}
