/* What the files of the client share: endpoint.c opens it; endpoint_run.c is the loop, and the others its parts. */
#ifndef DOVE_LLM_ENDPOINT_INTERNAL_H
#define DOVE_LLM_ENDPOINT_INTERNAL_H

#include <stdatomic.h>

#include "dove/endpoint.h"
#include "dove/ledger.h"
#include "dove/random.h"
#include "llm/endpoint/rate.h"
#include "llm/endpoint/token_guess.h"
#include "llm/endpoint/transfer.h"

struct dove_endpoint {
  char *role, *url, *model;
  char *limit_key; /* of the limit of an answer's tokens; NULL: requests know none */
  char *secret;
  dove_error no_secret; /* why there is no key; its code is DOVE_OK when there is, or none is needed */
  unsigned attempts;
  double first_wait;
  dove_transfer_limits limits;
  double price_in, price_out;
  const dove_request_cache *cache;
  struct curl_slist *headers;
  CURLM *multi;
  dove_transfer **transfers; /* all that were ever made; those without a task are free */
  size_t transfer_count, transfer_capacity;
  dove_rate rate;
  atomic_size_t wanted; /* concurrency asked for from outside; 0: none */
  size_t heeded;        /* the ledger's wish that was followed last */
  bool ever_answered;   /* by anything that a server says */
  double heard;         /* when it last did, by dove_clock_seconds() */
  size_t unheard;       /* tasks given up since then for want of any answer */
  int64_t longest;      /* tokens of an answer so far */
  bool whole_answer;    /* there was one that was not cut for want of money */
  dove_random random;
  dove_endpoint_totals totals;
};

enum { NO_TASK = -1 };

typedef enum task_state {
  TASK_FREE,
  TASK_READY,    /* to be started */
  TASK_RUNNING,  /* on its way */
  TASK_AGAIN,    /* waits for another attempt */
  TASK_SETTLING, /* came to an end that is yet to be kept and used */
} task_state;

/* A request of the feed, from when it is taken to when it is done. */
typedef struct task {
  task_state state;
  size_t next;  /* in the list of those that are free, or ready */
  size_t index; /* in the feed */
  dove_endpoint_request request;
  char *owned; /* its body, when a judge wrote it */
  unsigned attempts, round;
  double not_before, first_sent;
  unsigned char key[DOVE_REQUEST_KEY];
  bool looked_up;
  char *counting;       /* what is sent in its place to have tokens counted */
  size_t counted_texts; /* in it */
  dove_token_guess guess;
  double expected, reserved;
  int64_t room;  /* tokens that the budget has for its answer; 0: it sets its own limit, or needs none */
  char *limited; /* its body with that limit */
  dove_endpoint_reply reply;
} task;

/* An exchange that ended well or for good, to be kept. */
typedef struct outcome {
  size_t task;
  char *reply; /* NULL: failed */
  char reason[DOVE_REASON];
  long http_status;
  bool unreachable; /* there was no connection to the server */
  int64_t tokens_in, tokens_out;
  bool again; /* it was cut off where its room ended, and is asked for with more */
} outcome;

/* One call of dove_endpoint_stream(). Tasks move when there are more: they are known by their place. */
typedef struct run {
  dove_endpoint *endpoint;
  const dove_endpoint_feed *feed;
  const dove_progress *progress;
  dove_ledger *ledger;  /* may be NULL */
  dove_ledger_row *row; /* with it */
  dove_ledger_mode mode;
  dove_request_history history;
  task *tasks;
  size_t task_count, task_capacity;
  size_t free, ready, ready_last; /* lists */
  size_t ready_count, running, again_count;
  size_t taken, finished; /* of the feed */
  bool feed_ended;
  size_t good, bad;
  outcome *outcomes;
  size_t outcome_count, outcome_capacity;
  dove_status kept; /* what came of keeping these */
  bool unsynced;    /* something was kept that the disk need not have */
  double synced;    /* when the disk had all of it */
  uint64_t cached, refusals;
  bool short_of_money; /* the next task waits for what those on their way will really cost */
  char *counter;       /* where the server counts tokens; NULL: it does not */
  bool counter_sought; /* it was looked for */
  bool counts_chats;   /* it takes a chat as it would be sent; else texts */
  bool fatal;          /* nothing more is started */
  dove_status status;
  dove_error *error;
} run;

extern const char endpoint_doing[];

/* endpoint_task.c: the lists, and how a task ends. */
dove_status endpoint_task_take(run *r); /* the next of the feed, made ready */
size_t endpoint_task_ready(run *r);     /* takes one from those that are ready; there must be one */
void endpoint_task_push(run *r, size_t place);
void endpoint_task_finish(run *r, size_t place, dove_status status, const char *reason);
void endpoint_task_accept(run *r, size_t place, char *body, bool cached); /* takes over `body` */
void endpoint_task_widen(run *r, size_t place); /* it is asked for once more, with twice the room */
void endpoint_stop(run *r, dove_status status);

/* endpoint_keep.c: what arrived is kept, all at once; then it is used, and the disk has it. */
void endpoint_add_outcome(run *r, const outcome *o);
void endpoint_keep(run *r);
void endpoint_use(run *r);
void endpoint_sync(run *r);
void endpoint_tally(run *r);
double endpoint_cost(const dove_endpoint *endpoint, int64_t tokens_in, int64_t tokens_out);

/* endpoint_send.c */
void endpoint_start_ready(run *r, double now);
void endpoint_start_again(run *r, double now);

/* endpoint_money.c */

/* False when it must wait, or everything stops: the budget does not have it. */
bool endpoint_set_money_aside(run *r, size_t place);
/* True when a good answer was cut off by the limit that the budget set. */
bool endpoint_needs_more_room(const run *r, const outcome *o);

/* endpoint_plan.c: what a dry run makes of a task that the cache has no answer to. */
/* True when the task is to be sent to the server's counter. */
bool endpoint_plan_task(run *r, size_t place);
void endpoint_plan_counted(run *r, size_t place, const char *reply);

/* endpoint_answer.c: what the network has brought. */
void endpoint_drain(run *r);

#endif
