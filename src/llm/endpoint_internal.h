/* What the two files of the client share: endpoint.c opens it, endpoint_run.c does the work. */
#ifndef DOVE_LLM_ENDPOINT_INTERNAL_H
#define DOVE_LLM_ENDPOINT_INTERNAL_H

#include <stdatomic.h>

#include "dove/endpoint.h"
#include "dove/random.h"
#include "llm/rate.h"
#include "llm/transfer.h"

struct dove_endpoint {
  char *role, *url, *model;
  char *secret;
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
  bool ever_answered;   /* by anything that a server says */
  dove_random random;
  dove_endpoint_totals totals;
};

#endif
