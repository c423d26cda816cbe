#include "dove/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dove/buffer.h"
#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/secret.h"
#include "llm/endpoint/endpoint_internal.h"

static const char doing[] = "opening an endpoint";

static dove_status check_url(const char *url, dove_error *error) {
  const bool plain = strncasecmp(url, "http://", 7) == 0;
  if (!plain && strncasecmp(url, "https://", 8) != 0)
    return dove_fail(error, DOVE_USAGE, "the address of an endpoint must begin with https:// or http://");
  const char *host = url + (plain ? 7 : 8);
  if (host[strcspn(host, "/?#@")] == '@')
    return dove_fail(error, DOVE_USAGE,
                     "the address of an endpoint must hold no name or password; a key has a setting of its own");
  if (host[0] == '\0' || host[0] == '/') return dove_fail(error, DOVE_USAGE, "the address '%s' names no host", url);
  return DOVE_OK;
}

static double or_default(double value, double preset) { return value > 0 ? value : preset; }

static void take_numbers(const dove_endpoint_options *options, dove_endpoint *endpoint) {
  const size_t most = options->most > 0 ? options->most : 256;
  endpoint->attempts = options->attempts > 0 ? options->attempts : 6;
  endpoint->first_wait = or_default(options->first_wait, 1);
  endpoint->limits = (dove_transfer_limits){.connect = or_default(options->connect_limit, 20),
                                            .idle = or_default(options->idle_limit, 300),
                                            .total = or_default(options->total_limit, 600),
                                            .reply = options->reply_limit > 0 ? options->reply_limit : 32U << 20};
  endpoint->price_in = options->price_in;
  endpoint->price_out = options->price_out;
  endpoint->cache = options->cache;
  endpoint->random = dove_random_stream((uint64_t)dove_clock_unix_ms(), (uint64_t)(uintptr_t)endpoint, 0);
  dove_rate_open(&endpoint->rate, options->concurrency > 0 ? options->concurrency : 20, most);
}

static bool take_texts(const dove_endpoint_options *options, dove_endpoint *endpoint) {
  endpoint->role = dove_strdup(options->role);
  endpoint->model = dove_strdup(options->model != NULL ? options->model : "");
  endpoint->url = dove_strdup(options->url);
  endpoint->limit_key = dove_strdup(options->limit_key);
  if (endpoint->role == NULL || endpoint->model == NULL || endpoint->url == NULL) return false;
  if (options->limit_key != NULL && endpoint->limit_key == NULL) return false;
  size_t length = strlen(endpoint->url);
  while (length > 0 && endpoint->url[length - 1] == '/') endpoint->url[--length] = '\0';
  return true;
}

static bool add_header(dove_endpoint *endpoint, const char *line) {
  struct curl_slist *longer = curl_slist_append(endpoint->headers, line);
  if (longer != NULL) endpoint->headers = longer;
  return longer != NULL;
}

static bool make_headers(dove_endpoint *endpoint) {
  bool made = add_header(endpoint, "Content-Type: application/json") &&
              add_header(endpoint, "Accept: application/json") && add_header(endpoint, "Expect:");
  if (made && endpoint->secret != NULL) {
    dove_buffer line = {0};
    dove_buffer_printf(&line, "Authorization: Bearer %s", endpoint->secret);
    char *text = dove_buffer_take(&line);
    made = text != NULL && add_header(endpoint, text);
    dove_secret_free(text);
  }
  return made;
}

dove_status dove_endpoint_open(const dove_endpoint_options *options, dove_endpoint **endpoint, dove_error *error) {
  *endpoint = NULL;
  dove_status status = check_url(options->url, error);
  if (status == DOVE_OK) status = dove_transfer_global(error);
  if (status != DOVE_OK) return status;
  dove_endpoint *made = dove_alloc_zero(1, sizeof *made);
  if (made == NULL) return dove_fail_memory(error, doing);
  take_numbers(options, made);
  atomic_init(&made->wanted, 0);
  status = take_texts(options, made) ? DOVE_OK : dove_fail_memory(error, doing);
  if (status == DOVE_OK) {
    /* Who has all answers in the cache needs no key. */
    if (dove_secret_read(options->key, &made->secret, &made->no_secret) == DOVE_OK) made->no_secret.code = DOVE_OK;
    made->multi = curl_multi_init();
    if (made->multi == NULL || !make_headers(made)) status = dove_fail_memory(error, doing);
  }
  if (status == DOVE_OK) {
    *endpoint = made;
  } else {
    dove_endpoint_close(made);
  }
  return status;
}

static void free_headers(struct curl_slist *headers) {
  for (struct curl_slist *at = headers; at != NULL; at = at->next) memset(at->data, ' ', strlen(at->data));
  curl_slist_free_all(headers);
}

void dove_endpoint_close(dove_endpoint *endpoint) {
  if (endpoint == NULL) return;
  for (size_t i = 0; i < endpoint->transfer_count; i++) {
    dove_transfer_close(endpoint->transfers[i]);
    free(endpoint->transfers[i]);
  }
  free(endpoint->transfers);
  if (endpoint->multi != NULL) curl_multi_cleanup(endpoint->multi);
  free_headers(endpoint->headers);
  dove_secret_free(endpoint->secret);
  free(endpoint->role);
  free(endpoint->url);
  free(endpoint->model);
  free(endpoint->limit_key);
  free(endpoint);
}

void dove_endpoint_set_concurrency(dove_endpoint *endpoint, size_t concurrency) {
  atomic_store(&endpoint->wanted, concurrency > 0 ? concurrency : 1);
}

dove_endpoint_totals dove_endpoint_total(const dove_endpoint *endpoint) { return endpoint->totals; }

void dove_endpoint_reply_free(dove_endpoint_reply *reply) {
  free(reply->body);
  *reply = (dove_endpoint_reply){0};
}
