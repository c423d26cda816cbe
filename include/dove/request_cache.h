/* Where requests to endpoints and their replies are kept, as the client sees it: a struct of operations. A reply is
 * kept before it is used, so that nothing is paid for twice (SPEC 10). The project's store implements it
 * (store_requests.h). */
#ifndef DOVE_REQUEST_CACHE_H
#define DOVE_REQUEST_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"

enum { DOVE_REQUEST_KEY = 32 }; /* bytes: a SHA-256 */

/* A request that came to its end. Texts are borrowed. */
typedef struct dove_request_record {
  unsigned char key[DOVE_REQUEST_KEY];
  const char *role; /* "recognizer", "embedder", … */
  const char *endpoint;
  const char *model;
  const char *request; /* its body; never a key */
  const char *reply;   /* the raw body; NULL when it failed */
  const char *failure; /* why; "" when it was answered */
  long http_status;    /* 0: no answer at all */
  int64_t attempts;
  int64_t tokens_in, tokens_out;     /* 0 when it failed and the server did not say */
  bool estimated;                    /* the tokens of an answer: the server did not say */
  double cost;                       /* NAN when no price is set */
  int64_t guessed_in;                /* tokens as guessed from the body's length */
  double expected;                   /* cost before it was sent; NAN when no price is set */
  int64_t expected_in, expected_out; /* tokens before it was sent */
  bool again;                        /* without a reply, but paid for, and sent once more at once: no failure */
} dove_request_record;

/* What is counted but leaves no reply. Texts are borrowed. */
typedef struct dove_request_tally {
  const char *role, *endpoint, *model;
  uint64_t cached;   /* answered from the cache */
  uint64_t refusals; /* 429s */
  bool priced;
} dove_request_tally;

/* What a model's earlier answers were like. */
typedef struct dove_request_history {
  int64_t requests;              /* answered, with tokens that the server counted */
  int64_t tokens_in, tokens_out; /* of these */
  int64_t guessed_in;            /* of these: see above */
} dove_request_history;

typedef struct dove_request_cache {
  void *user;
  /* The reply of an answered request, freed with free(); NULL when there is none: never asked, or failed. */
  dove_status (*find)(void *user, const unsigned char key[DOVE_REQUEST_KEY], char **reply, dove_error *error);
  /* Notes that what was answered cannot be used: it stays there to be looked at, and is asked for again. */
  dove_status (*reject)(void *user, const unsigned char key[DOVE_REQUEST_KEY], const char *reason, dove_error *error);
  /* Keeps all of them, or none, and counts them in the project's ledger: when it returns, no kill of the process takes
   * them away. */
  dove_status (*keep)(void *user, const dove_request_record *records, size_t count, dove_error *error);
  /* Waits for the disk: when it returns, no failure of the power takes away what was kept before. */
  dove_status (*sync)(void *user, dove_error *error);
  /* *failed: it was asked before, and has no answer that can be used. */
  dove_status (*failed)(void *user, const unsigned char key[DOVE_REQUEST_KEY], bool *failed, dove_error *error);
  dove_status (*tally)(void *user, const dove_request_tally *tally, dove_error *error);
  dove_status (*history)(void *user, const char *role, const char *endpoint, const char *model,
                         dove_request_history *history, dove_error *error);
} dove_request_cache;

/* SHA-256 over everything that decides what comes back; `body` has model, messages and parameters, and so the prompt.
 * `sample` tells apart several answers to one request. */
dove_status dove_request_key(const char *endpoint, const char *path, const char *body, uint64_t sample,
                             unsigned char key[DOVE_REQUEST_KEY], dove_error *error);

#endif
