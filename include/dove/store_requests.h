/* The request cache of a project: what was asked of endpoints, what came back, what failed and what it cost. */
#ifndef DOVE_STORE_REQUESTS_H
#define DOVE_STORE_REQUESTS_H

#include "dove/request_cache.h"
#include "dove/store.h"

/* The operations over a project, which must stay open; used from the store's thread, outside a transaction. */
dove_request_cache dove_store_request_cache(dove_store *store);

/* Notes a request that is asked outside, by a batch; one that is known stays as it is. */
dove_status dove_store_request_note(dove_store *store, const dove_request_record *record, dove_error *error);

/* A request that is known, freed with dove_store_request_free(). DOVE_NOT_FOUND when there is none. */
typedef struct dove_store_request {
  char *role, *endpoint, *model, *request;
  bool answered;
} dove_store_request;

dove_status dove_store_request_read(dove_store *store, const unsigned char key[DOVE_REQUEST_KEY],
                                    dove_store_request *request, dove_error *error);
void dove_store_request_free(dove_store_request *request);

/* Why requests that a job sent last have no answer that can be used. What was answered since is not among them. */
typedef struct dove_store_request_failure {
  const char *role, *model;
  const char *reason;
  int64_t http_status; /* 0: no answer at all */
  int64_t requests;
} dove_store_request_failure;

typedef struct dove_store_request_failures {
  dove_store_request_failure *rows; /* the most frequent first; at most 1,000 */
  size_t count;
  void *strings;
} dove_store_request_failures;

dove_status dove_store_request_failures_read(dove_store *store, int64_t job, dove_store_request_failures *failures,
                                             dove_error *error);
void dove_store_request_failures_free(dove_store_request_failures *failures);

/* What the cache holds for one role and model. */
typedef struct dove_store_request_sum {
  const char *role;
  const char *model;
  int64_t answered, failed;
  int64_t tokens_in, tokens_out;
  double cost; /* 0 when no price was set */
} dove_store_request_sum;

typedef struct dove_store_request_sums {
  dove_store_request_sum *rows; /* by role, then model */
  size_t count;
  void *strings;
} dove_store_request_sums;

dove_status dove_store_request_sums_read(dove_store *store, dove_store_request_sums *sums, dove_error *error);
void dove_store_request_sums_free(dove_store_request_sums *sums);

#endif
