/* One HTTP exchange on libcurl's multi interface: a POST with JSON, its reply in memory. Private to this room. */
#ifndef DOVE_LLM_TRANSFER_H
#define DOVE_LLM_TRANSFER_H

#include <curl/curl.h>

#include "dove/buffer.h"
#include "dove/error.h"
#include "llm/roles/verdict.h"

typedef struct dove_transfer_limits {
  double connect, idle, total; /* seconds */
  size_t reply;                /* bytes */
} dove_transfer_limits;

typedef struct dove_transfer {
  CURL *handle;
  dove_buffer body;
  dove_answer_headers headers;
  size_t limit;
  bool too_long;
  size_t task; /* whose it is */
} dove_transfer;

/* What all exchanges share: made once, used by all. Must outlive them. */
dove_status dove_transfer_open(dove_transfer *transfer, struct curl_slist *headers, const dove_transfer_limits *limits,
                               dove_error *error);
/* Makes it ready to be added to a multi handle; `url` is copied, `body` borrowed until it ends. */
dove_status dove_transfer_prepare(dove_transfer *transfer, const char *url, const char *body, dove_error *error);
/* What came of it; points into the transfer. */
dove_answer dove_transfer_answer(dove_transfer *transfer, CURLcode result);
void dove_transfer_close(dove_transfer *transfer);

/* Initialises libcurl, once for the process. */
dove_status dove_transfer_global(dove_error *error);

#endif
