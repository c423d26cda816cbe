#include "llm/endpoint/transfer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode begun = CURLE_FAILED_INIT;

static void begin(void) { begun = curl_global_init(CURL_GLOBAL_DEFAULT); }

dove_status dove_transfer_global(dove_error *error) {
  pthread_once(&once, begin);
  return begun == CURLE_OK ? DOVE_OK : dove_fail(error, DOVE_FAILED, "libcurl cannot start on this system");
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
  dove_transfer *transfer = user;
  const size_t length = size * count;
  if (length > transfer->limit - transfer->body.length) {
    transfer->too_long = true;
    return 0;
  }
  dove_buffer_add(&transfer->body, bytes, length);
  return transfer->body.failed ? 0 : length;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *user) {
  dove_transfer *transfer = user;
  dove_answer_headers_add(&transfer->headers, bytes, size * count, (double)dove_clock_unix_ms() / 1000);
  return size * count;
}

static long milliseconds(double seconds) { return (long)(seconds * 1000); }

/* A reply in full takes its time; nothing arriving at all is what ends it early. Redirects are not followed: the key
 * would go to whoever the server names. */
static bool set_options(dove_transfer *transfer, struct curl_slist *headers, const dove_transfer_limits *limits) {
  CURL *h = transfer->handle;
  const char *bundle = getenv("SSL_CERT_FILE");
  bool set = curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limits->connect)) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, milliseconds(limits->total)) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_LOW_SPEED_TIME, limits->idle < 1 ? 1L : (long)limits->idle) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)limits->reply) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_WRITEDATA, transfer) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_HEADERDATA, transfer) == CURLE_OK &&
             curl_easy_setopt(h, CURLOPT_PRIVATE, transfer) == CURLE_OK;
  if (set && bundle != NULL && bundle[0] != '\0') set = curl_easy_setopt(h, CURLOPT_CAINFO, bundle) == CURLE_OK;
  return set;
}

dove_status dove_transfer_open(dove_transfer *transfer, struct curl_slist *headers, const dove_transfer_limits *limits,
                               dove_error *error) {
  *transfer = (dove_transfer){.handle = curl_easy_init(), .limit = limits->reply};
  if (transfer->handle != NULL && set_options(transfer, headers, limits)) return DOVE_OK;
  dove_transfer_close(transfer);
  return dove_fail(error, DOVE_FAILED, "libcurl refuses the options of a request; is it older than 7.85?");
}

dove_status dove_transfer_prepare(dove_transfer *transfer, const char *url, const char *body, dove_error *error) {
  dove_buffer_clear(&transfer->body);
  dove_answer_headers_clear(&transfer->headers);
  transfer->too_long = false;
  const bool set =
      curl_easy_setopt(transfer->handle, CURLOPT_URL, url) == CURLE_OK &&
      curl_easy_setopt(transfer->handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body)) == CURLE_OK &&
      curl_easy_setopt(transfer->handle, CURLOPT_POSTFIELDS, body) == CURLE_OK;
  return set ? DOVE_OK : dove_fail_memory(error, "preparing a request");
}

dove_answer dove_transfer_answer(dove_transfer *transfer, CURLcode result) {
  dove_answer answer = {.result = result,
                        .body = dove_buffer_text(&transfer->body),
                        .length = transfer->body.length,
                        .too_long = transfer->too_long,
                        .headers = &transfer->headers};
  curl_easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &answer.http_status);
  return answer;
}

void dove_transfer_close(dove_transfer *transfer) {
  if (transfer->handle != NULL) curl_easy_cleanup(transfer->handle);
  dove_buffer_free(&transfer->body);
  *transfer = (dove_transfer){0};
}
