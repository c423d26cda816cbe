/* What a job asks of endpoints and what that costs: counted while it runs, held within a budget, told beforehand. One
 * ledger belongs to one job and reaches every endpoint in `ledger` of its dove_progress, so nobody else has to pass it
 * on. All functions are safe from any thread. */
#ifndef DOVE_LEDGER_H
#define DOVE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"

typedef struct dove_ledger dove_ledger;

/* What becomes of a request that the cache has no answer to. Where it is not sent, its reply has the status
 * DOVE_CANCELLED and dove_endpoint_run() is DOVE_OK all the same: nothing follows from such a reply. */
typedef enum dove_ledger_mode {
  DOVE_LEDGER_SEND,
  DOVE_LEDGER_PLAN, /* counted, with its tokens: a dry run */
} dove_ledger_mode;

/* A request that a plan has. Texts are borrowed. */
typedef struct dove_planned_request {
  const char *role, *endpoint, *model;
  const char *path;         /* "/chat/completions" */
  const char *body;         /* JSON */
  const unsigned char *key; /* DOVE_REQUEST_KEY bytes: its name in the cache */
} dove_planned_request;

typedef struct dove_ledger_options {
  dove_ledger_mode mode;
  bool failed_only;  /* what was never asked is left: only failures are asked again */
  double budget;     /* in the currency of the prices; 0: none */
  bool exact_tokens; /* a plan asks servers that can to count tokens; texts then go to those servers */
  /* Given every request of a plan, in the thread that makes it; may be NULL. */
  dove_status (*planned)(void *user, const dove_planned_request *request, dove_error *error);
  void *user;
} dove_ledger_options;

/* How many tokens: at least, about, at the most. */
typedef struct dove_token_range {
  int64_t least, about, most; /* most < 0: no bound is known */
} dove_token_range;

/* One role and model at one endpoint. */
typedef struct dove_ledger_row {
  char role[24];
  char endpoint[512];
  char model[512];
  uint64_t requests;  /* answered by the server; in a plan: would be sent */
  uint64_t cached;    /* answered from the cache */
  uint64_t failed;    /* came to no good end */
  uint64_t left;      /* neither sent nor cached: see failed_only */
  uint64_t attempts;  /* sent, also again */
  uint64_t retries;   /* of them again */
  uint64_t refusals;  /* 429s */
  uint64_t estimated; /* requests whose tokens the server did not tell: they are estimates */
  int64_t tokens_in, tokens_out;
  double cost;
  double expected;                          /* what the answered ones were expected to cost before they were sent */
  int64_t expected_in, expected_out;        /* and the tokens that they were expected to have */
  bool priced;                              /* false: no price is set, the costs are 0 */
  dove_token_range plan_in;                 /* of a plan */
  dove_token_range plan_out;                /* of a plan */
  bool plan_exact;                          /* plan_in was counted by the server */
  double plan_least, plan_about, plan_most; /* cost of a plan; most NAN: no bound is known */
  size_t running;                           /* on their way now */
  size_t limit;                             /* and at the most, as the server lets */
  double paused;                            /* seconds until the server wants to hear from us again; 0: now */
  size_t waiting;                           /* for another attempt */
  double next;                              /* seconds until the first of these is sent */
  double rate;                              /* answers a second, over the last seconds */
} dove_ledger_row;

/* What the options borrow stays as long as the ledger. Closed with dove_ledger_close(), NULL is allowed. */
dove_status dove_ledger_open(const dove_ledger_options *options, dove_ledger **ledger, dove_error *error);
void dove_ledger_close(dove_ledger *ledger);

dove_ledger_mode dove_ledger_mode_of(const dove_ledger *ledger); /* NULL: DOVE_LEDGER_SEND */
/* True when what this progress is passed to only plans; NULL: false. */
bool dove_ledger_plans(const dove_progress *progress);

/* Copies up to `room` rows, in the order in which roles were first asked; returns how many there are. */
size_t dove_ledger_rows(dove_ledger *ledger, dove_ledger_row *rows, size_t room);
/* Adds up rows; the texts are "". */
dove_ledger_row dove_ledger_sum(const dove_ledger_row *rows, size_t count);
double dove_ledger_budget(const dove_ledger *ledger); /* 0: none */

/* Requests at once of every endpoint that works for this ledger, from now on and no more than that. */
void dove_ledger_set_concurrency(dove_ledger *ledger, size_t concurrency);
/* What was asked for last; 0: nothing. */
size_t dove_ledger_concurrency(const dove_ledger *ledger);

#endif
