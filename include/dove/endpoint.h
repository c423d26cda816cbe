/* One OpenAI-compatible endpoint in one role: requests in, replies out, in parallel, with as much patience as makes
 * sense. All work is done in the caller's thread. */
#ifndef DOVE_ENDPOINT_H
#define DOVE_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"
#include "dove/progress.h"
#include "dove/request_cache.h"

typedef struct dove_endpoint dove_endpoint;

/* Texts are copied. What is 0 or NULL is the default in brackets. */
typedef struct dove_endpoint_options {
  const char *role;     /* whom it serves: "recognizer" */
  const char *url;      /* base, "https://api.openai.com/v1"; a name and password in it are refused */
  const char *model;    /* for the records */
  const char *key;      /* where the key is: see dove_secret_is_source() */
  size_t concurrency;   /* requests at once at the start [20] */
  size_t most;          /* and at the most [256] */
  unsigned attempts;    /* for one request [6] */
  double connect_limit; /* seconds [20] */
  double idle_limit;    /* seconds in which nothing arrives [300] */
  double total_limit;   /* seconds for one attempt [600] */
  size_t reply_limit;   /* bytes of one reply [32 MiB] */
  double first_wait;    /* seconds before a second attempt when the server does not say; doubles, with jitter [1] */
  double price_in;      /* for a million tokens */
  double price_out;
  const char *limit_key; /* what requests call the limit of their answer's tokens; NULL: they know none. A budget sets
                            that limit where a request does not */
  const dove_request_cache *cache; /* borrowed; NULL: nothing is kept */
} dove_endpoint_options;

/* Connects to nothing yet. DOVE_USAGE for an address that is none. A key that cannot be read is told once a request
 * wants it: who has all answers in the cache needs none. Closed with dove_endpoint_close(), NULL is allowed. */
dove_status dove_endpoint_open(const dove_endpoint_options *options, dove_endpoint **endpoint, dove_error *error);
void dove_endpoint_close(dove_endpoint *endpoint);

/* Requests at once from now on, and no more than that; from any thread, also while requests run. */
void dove_endpoint_set_concurrency(dove_endpoint *endpoint, size_t concurrency);

typedef struct dove_endpoint_request {
  const char *path; /* "/chat/completions" */
  const char *body; /* JSON */
  uint64_t sample;  /* 0, or the number of the answer when several to one request are wanted */
} dove_endpoint_request;

/* status DOVE_OK: `body` is the reply, a JSON object in valid UTF-8 that is no error. Otherwise `reason` says why there
 * is none. */
typedef struct dove_endpoint_reply {
  dove_status status;
  char *body;
  bool cached; /* nothing was sent */
  unsigned attempts;
  long http_status;
  char reason[256];
} dove_endpoint_reply;

/* What a call did, also when it failed. Counts add up over the calls on one endpoint. */
typedef struct dove_endpoint_totals {
  uint64_t requests; /* answered by the server */
  uint64_t cached;
  uint64_t failed;
  uint64_t attempts;
  int64_t tokens_in, tokens_out; /* estimates where the server does not say */
  double cost;
} dove_endpoint_totals;

/* Looks at a good reply. NULL: there is nothing more to ask. Otherwise the body of a request to be sent in its place
 * (freed by the endpoint), for instance with the error pointed out; `round` counts from 0. When it returns NULL and has
 * set reply->status and reply->reason, the reply cannot be used: the cache notes it, and another call asks again. */
typedef char *dove_endpoint_judge(void *user, size_t index, dove_endpoint_reply *reply, unsigned round);

/* Requests that come one after another, as there is room for them, numbered from 0. */
typedef struct dove_endpoint_feed {
  void *user;
  /* Writes request number `index`, whose texts live until it is done. *more false: there is none and will be none. */
  dove_status (*next)(void *user, size_t index, dove_endpoint_request *request, bool *more, dove_error *error);
  dove_endpoint_judge *judge; /* may be NULL */
  /* What became of it; called once for each, in the order in which they come to their end. `reply` is freed by the
   * endpoint; whoever wants its body takes it and leaves NULL. */
  dove_status (*done)(void *user, size_t index, dove_endpoint_reply *reply, dove_error *error);
  size_t total; /* of the progress that is reported; 0: no progress is */
} dove_endpoint_feed;

/* Sends what the cache does not have, in any order, while more is taken from the feed. A reply is in the cache before
 * the feed sees it. A request that fails does not stop the others. DOVE_NETWORK, with what to do, when none can
 * succeed: a wrong key, no such model, an empty account, no such host, a certificate that does not hold. DOVE_FAILED
 * when the budget of the ledger (in `progress`, see ledger.h) is spent. After these and after DOVE_CANCELLED nothing
 * more is sent; what is on its way is waited for and kept, for a cancel two seconds. Failures of the feed end it too.
 * What the ledger's mode keeps from being sent is done with DOVE_CANCELLED. `stage` is reported. */
dove_status dove_endpoint_stream(dove_endpoint *endpoint, const dove_endpoint_feed *feed, const char *stage,
                                 const dove_progress *progress, dove_error *error);

/* The same for requests that are all there: replies[i] belongs to requests[i] and is freed with
 * dove_endpoint_reply_free(), also after an error. */
dove_status dove_endpoint_run(dove_endpoint *endpoint, const dove_endpoint_request *requests, size_t count,
                              dove_endpoint_reply *replies, dove_endpoint_judge *judge, void *user, const char *stage,
                              const dove_progress *progress, dove_error *error);
void dove_endpoint_reply_free(dove_endpoint_reply *reply);

/* What was done on it so far. */
dove_endpoint_totals dove_endpoint_total(const dove_endpoint *endpoint);

#endif
