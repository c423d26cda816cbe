#include "dove/ledger.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "llm/endpoint/ledger_internal.h"

enum {
  ROWS = 16,   /* roles and models of one job */
  SECONDS = 6, /* the last of which is not over */
};

/* Answers in each of the last seconds. */
typedef struct pace {
  int64_t second; /* of the newest count */
  unsigned counts[SECONDS];
} pace;

struct dove_ledger {
  dove_ledger_options options;
  pthread_mutex_t lock;
  dove_ledger_row rows[ROWS];
  pace paces[ROWS];
  size_t count;
  double reserved;
  atomic_size_t wanted;
};

dove_status dove_ledger_open(const dove_ledger_options *options, dove_ledger **ledger, dove_error *error) {
  dove_ledger *made = dove_alloc_zero(1, sizeof *made);
  *ledger = made;
  if (made == NULL) return dove_fail_memory(error, "opening a ledger");
  made->options = *options;
  atomic_init(&made->wanted, 0);
  pthread_mutex_init(&made->lock, NULL);
  return DOVE_OK;
}

void dove_ledger_close(dove_ledger *ledger) {
  if (ledger == NULL) return;
  pthread_mutex_destroy(&ledger->lock);
  free(ledger);
}

dove_ledger_mode dove_ledger_mode_of(const dove_ledger *ledger) {
  return ledger != NULL ? ledger->options.mode : DOVE_LEDGER_SEND;
}

bool dove_ledger_plans(const dove_progress *progress) {
  return progress != NULL && dove_ledger_mode_of(progress->ledger) == DOVE_LEDGER_PLAN;
}

double dove_ledger_budget(const dove_ledger *ledger) { return ledger->options.budget; }

bool dove_ledger_counts_exactly(const dove_ledger *ledger) { return ledger->options.exact_tokens; }

bool dove_ledger_failed_only(const dove_ledger *ledger) { return ledger->options.failed_only; }

void dove_ledger_set_concurrency(dove_ledger *ledger, size_t concurrency) {
  atomic_store(&ledger->wanted, concurrency > 0 ? concurrency : 1);
}

size_t dove_ledger_concurrency(const dove_ledger *ledger) { return atomic_load(&ledger->wanted); }

void dove_ledger_lock(dove_ledger *ledger) { pthread_mutex_lock(&ledger->lock); }

void dove_ledger_unlock(dove_ledger *ledger) { pthread_mutex_unlock(&ledger->lock); }

/* ---- Rows ---- */

static dove_ledger_row *find(dove_ledger *ledger, const char *role, const char *endpoint, const char *model) {
  for (size_t i = 0; i < ledger->count; i++) {
    dove_ledger_row *row = &ledger->rows[i];
    if (strcmp(row->role, role) == 0 && strcmp(row->endpoint, endpoint) == 0 && strcmp(row->model, model) == 0)
      return row;
  }
  return NULL;
}

dove_status dove_ledger_join(dove_ledger *ledger, const char *role, const char *endpoint, const char *model,
                             bool priced, dove_ledger_row **row, dove_error *error) {
  dove_status status = DOVE_OK;
  dove_ledger_lock(ledger);
  *row = find(ledger, role, endpoint, model);
  if (*row == NULL && ledger->count < ROWS) {
    *row = &ledger->rows[ledger->count++];
    snprintf((*row)->role, sizeof(*row)->role, "%s", role);
    snprintf((*row)->endpoint, sizeof(*row)->endpoint, "%s", endpoint);
    snprintf((*row)->model, sizeof(*row)->model, "%s", model);
    (*row)->priced = priced;
  } else if (*row == NULL) {
    status = dove_fail(error, DOVE_FAILED, "a job can ask %d models at the most", ROWS);
  }
  dove_ledger_unlock(ledger);
  return status;
}

static void forget_old(pace *p, int64_t second) {
  for (int64_t s = p->second + 1; s <= second && s <= p->second + SECONDS; s++) p->counts[s % SECONDS] = 0;
  if (second > p->second) p->second = second;
}

void dove_ledger_tick(dove_ledger *ledger, const dove_ledger_row *row, double now) {
  pace *p = &ledger->paces[row - ledger->rows];
  forget_old(p, (int64_t)now);
  p->counts[(int64_t)now % SECONDS]++;
}

/* Over the seconds that are over. */
static double rate_of(pace *p, double now) {
  unsigned sum = 0;
  forget_old(p, (int64_t)now);
  for (int64_t s = p->second - SECONDS + 1; s < p->second; s++) sum += p->counts[(s + SECONDS) % SECONDS];
  return (double)sum / (SECONDS - 1);
}

size_t dove_ledger_rows(dove_ledger *ledger, dove_ledger_row *rows, size_t room) {
  const double now = dove_clock_seconds();
  dove_ledger_lock(ledger);
  const size_t count = ledger->count;
  for (size_t i = 0; i < count && i < room; i++) {
    rows[i] = ledger->rows[i];
    rows[i].rate = rate_of(&ledger->paces[i], now);
    rows[i].paused = rows[i].paused > now ? rows[i].paused - now : 0;
    rows[i].next = rows[i].next > now ? rows[i].next - now : 0;
  }
  dove_ledger_unlock(ledger);
  return count;
}

static void add_range(dove_token_range *sum, const dove_token_range *more) {
  sum->least += more->least;
  sum->about += more->about;
  sum->most = sum->most < 0 || more->most < 0 ? -1 : sum->most + more->most;
}

dove_ledger_row dove_ledger_sum(const dove_ledger_row *rows, size_t count) {
  dove_ledger_row sum = {.plan_exact = true};
  for (size_t i = 0; i < count; i++) {
    const dove_ledger_row *row = &rows[i];
    sum.requests += row->requests;
    sum.cached += row->cached;
    sum.failed += row->failed;
    sum.left += row->left;
    sum.attempts += row->attempts;
    sum.retries += row->retries;
    sum.refusals += row->refusals;
    sum.estimated += row->estimated;
    sum.tokens_in += row->tokens_in;
    sum.tokens_out += row->tokens_out;
    sum.cost += row->cost;
    sum.expected += row->expected;
    sum.expected_in += row->expected_in;
    sum.expected_out += row->expected_out;
    sum.priced = sum.priced || row->priced;
    add_range(&sum.plan_in, &row->plan_in);
    add_range(&sum.plan_out, &row->plan_out);
    sum.plan_exact = sum.plan_exact && row->plan_exact;
    sum.plan_least += row->plan_least;
    sum.plan_about += row->plan_about;
    sum.plan_most += row->plan_most;
    sum.running += row->running;
    sum.limit += row->limit;
    sum.paused = row->paused > sum.paused ? row->paused : sum.paused;
    sum.rate += row->rate;
  }
  return sum;
}

/* ---- Budget ---- */

static double spent(const dove_ledger *ledger) {
  double sum = 0;
  for (size_t i = 0; i < ledger->count; i++) sum += ledger->rows[i].cost;
  return sum;
}

double dove_ledger_spent(dove_ledger *ledger) {
  dove_ledger_lock(ledger);
  const double sum = spent(ledger);
  dove_ledger_unlock(ledger);
  return sum;
}

bool dove_ledger_reserve(dove_ledger *ledger, double most) {
  const double budget = ledger->options.budget;
  bool fits = true;
  dove_ledger_lock(ledger);
  if (budget > 0) fits = spent(ledger) + ledger->reserved + most <= budget;
  if (fits) ledger->reserved += most;
  dove_ledger_unlock(ledger);
  return fits;
}

void dove_ledger_release(dove_ledger *ledger, double most) {
  dove_ledger_lock(ledger);
  ledger->reserved -= most;
  if (ledger->reserved < 0) ledger->reserved = 0;
  dove_ledger_unlock(ledger);
}

/* ---- Plans ---- */

dove_status dove_ledger_planned(const dove_ledger *ledger, const dove_planned_request *request, dove_error *error) {
  return ledger->options.planned != NULL ? ledger->options.planned(ledger->options.user, request, error) : DOVE_OK;
}
