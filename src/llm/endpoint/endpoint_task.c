#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "llm/endpoint/endpoint_internal.h"
#include "llm/endpoint/ledger_internal.h"

static const size_t none = (size_t)NO_TASK;

void endpoint_stop(run *r, dove_status status) {
  if (r->status == DOVE_OK) r->status = status;
  r->fatal = true;
}

/* A free place; `none` when memory ran out. */
static size_t free_place(run *r) {
  if (r->free != none) {
    const size_t place = r->free;
    r->free = r->tasks[place].next;
    return place;
  }
  void *tasks = r->tasks;
  if (!dove_grow(&tasks, &r->task_capacity, r->task_count + 1, sizeof *r->tasks)) return none;
  r->tasks = tasks;
  return r->task_count++;
}

static void release(run *r, size_t place) {
  task *t = &r->tasks[place];
  free(t->owned);
  free(t->counting);
  free(t->limited);
  dove_endpoint_reply_free(&t->reply);
  *t = (task){.state = TASK_FREE, .next = r->free};
  r->free = place;
}

void endpoint_task_push(run *r, size_t place) {
  r->tasks[place].state = TASK_READY;
  r->tasks[place].next = none;
  if (r->ready_count++ == 0) {
    r->ready = place;
  } else {
    r->tasks[r->ready_last].next = place;
  }
  r->ready_last = place;
}

size_t endpoint_task_ready(run *r) {
  const size_t place = r->ready;
  r->ready = r->tasks[place].next;
  r->ready_count--;
  return place;
}

dove_status endpoint_task_take(run *r) {
  const size_t place = free_place(r);
  if (place == none) return dove_fail_memory(r->error, endpoint_doing);
  task *t = &r->tasks[place];
  bool more = true;
  *t = (task){.index = r->taken, .reply = {.status = DOVE_CANCELLED}};
  const dove_status status = r->feed->next(r->feed->user, r->taken, &t->request, &more, r->error);
  if (status != DOVE_OK || !more) {
    r->feed_ended = true;
    release(r, place);
    return status;
  }
  r->taken++;
  endpoint_task_push(r, place);
  return DOVE_OK;
}

static void release_money(run *r, task *t) {
  if (r->ledger != NULL && t->reserved > 0) dove_ledger_release(r->ledger, t->reserved);
  t->reserved = 0;
  r->short_of_money = false;
}

void endpoint_task_widen(run *r, size_t place) {
  task *t = &r->tasks[place];
  release_money(r, t);
  t->room *= 2;
  t->attempts = 0;
  if (r->fatal) {
    endpoint_task_finish(r, place, r->status, "not asked once more");
  } else {
    endpoint_task_push(r, place);
  }
}

/* Hands the reply over; the task is no more. */
static void hand_over(run *r, size_t place) {
  task *t = &r->tasks[place];
  release_money(r, t);
  t->reply.attempts = t->attempts;
  r->finished++;
  dove_error *error = r->status == DOVE_OK ? r->error : NULL; /* the first failure is the one to tell */
  const dove_status status = r->feed->done(r->feed->user, t->index, &t->reply, error);
  if (status != DOVE_OK) endpoint_stop(r, status);
  release(r, place);
}

void endpoint_task_finish(run *r, size_t place, dove_status status, const char *reason) {
  dove_endpoint_reply *reply = &r->tasks[place].reply;
  reply->status = status;
  snprintf(reply->reason, sizeof reply->reason, "%s", reason);
  hand_over(r, place);
}

/* A reply that the judge cannot use was paid for all the same: it is noted, not forgotten. */
static void reject(run *r, size_t place) {
  const dove_request_cache *cache = r->endpoint->cache;
  const task *t = &r->tasks[place];
  if (cache != NULL && r->mode != DOVE_LEDGER_PLAN) {
    const dove_status status = cache->reject(cache->user, t->key, t->reply.reason, r->error);
    if (status != DOVE_OK) endpoint_stop(r, status);
  }
  hand_over(r, place);
}

void endpoint_task_accept(run *r, size_t place, char *body, bool cached) {
  task *t = &r->tasks[place];
  dove_endpoint_reply *reply = &t->reply;
  reply->body = body;
  reply->cached = cached;
  reply->status = DOVE_OK;
  reply->attempts = t->attempts;
  reply->reason[0] = '\0';
  r->good++;
  char *next = r->feed->judge != NULL ? r->feed->judge(r->feed->user, t->index, reply, t->round) : NULL;
  if (next == NULL) {
    if (reply->status == DOVE_OK) {
      hand_over(r, place);
    } else {
      reject(r, place);
    }
    return;
  }
  release_money(r, t);
  free(reply->body);
  reply->body = NULL;
  free(t->owned);
  t->owned = next;
  t->request.body = next;
  t->round++;
  t->looked_up = false;
  if (r->fatal) {
    endpoint_task_finish(r, place, r->status, "not asked once more");
  } else {
    endpoint_task_push(r, place);
  }
}
