/* The client, against the loopback server of tests/endpoint, which misbehaves as the address says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>
#include <sys/stat.h>

#include "dove/chat.h"
#include "dove/clock.h"
#include "dove/embeddings.h"
#include "dove/endpoint.h"
#include "dove/secret.h"
#include "dove/store_requests.h"
#include "endpoint_server.h"
#include "llm/endpoint/rate.h"
#include "llm/roles/verdict.h"
#include "store_fixture.h"

static endpoint_server server;

static int start_server(void **state) {
  (void)state;
  return endpoint_server_start(&server);
}

static int stop_server(void **state) {
  (void)state;
  return endpoint_server_stop(&server);
}

/* ---- A call with `count` requests, each with a number of its own ---- */

enum { MOST = 600 };

typedef struct call {
  dove_endpoint_options options;
  dove_endpoint *endpoint;
  char url[96];
  char *bodies[MOST];
  dove_endpoint_request requests[MOST];
  dove_endpoint_reply replies[MOST];
  size_t count;
  dove_error error;
} call;

static call *open_call(const char *mode, size_t count) {
  call *c = calloc(1, sizeof *c);
  assert_non_null(c);
  c->count = count;
  snprintf(c->url, sizeof c->url, "http://127.0.0.1:%d/%s/v1/", server.port, mode);
  c->options = (dove_endpoint_options){.role = "recognizer",
                                       .url = c->url,
                                       .model = "m",
                                       .attempts = 4,
                                       .idle_limit = 2,
                                       .total_limit = 2,
                                       .first_wait = 0.01,
                                       .reply_limit = 1U << 20,
                                       .price_in = 2,
                                       .price_out = 10};
  for (size_t i = 0; i < count; i++) {
    char text[64];
    snprintf(text, sizeof text, "request %zu of %s", i, mode);
    const dove_chat_message message = {"user", text};
    const dove_chat_parameters parameters = {.model = "m", .temperature = (double)NAN};
    assert_int_equal(dove_chat_body(&parameters, &message, 1, &c->bodies[i], &c->error), DOVE_OK);
    c->requests[i] = (dove_endpoint_request){.path = "/chat/completions", .body = c->bodies[i]};
  }
  return c;
}

static dove_status run_judged(call *c, dove_endpoint_judge *judge, void *user, const dove_progress *progress) {
  if (c->endpoint == NULL) assert_int_equal(dove_endpoint_open(&c->options, &c->endpoint, &c->error), DOVE_OK);
  for (size_t i = 0; i < c->count; i++) dove_endpoint_reply_free(&c->replies[i]);
  return dove_endpoint_run(c->endpoint, c->requests, c->count, c->replies, judge, user, "asking", progress, &c->error);
}

static dove_status run_call(call *c) { return run_judged(c, NULL, NULL, NULL); }

static void close_call(call *c) {
  for (size_t i = 0; i < c->count; i++) {
    dove_endpoint_reply_free(&c->replies[i]);
    free(c->bodies[i]);
  }
  dove_endpoint_close(c->endpoint);
  free(c);
}

/* The server's echo of request i. */
static void assert_answers(const call *c, const char *mode) {
  for (size_t i = 0; i < c->count; i++) {
    char wanted[96];
    dove_chat_reply reply;
    dove_error error;
    snprintf(wanted, sizeof wanted, "You said: request %zu of %s", i, mode);
    if (c->replies[i].status != DOVE_OK) fail_msg("%s %zu: %s", mode, i, c->replies[i].reason);
    assert_int_equal(dove_chat_read(c->replies[i].body, &reply, &error), DOVE_OK);
    assert_string_equal(reply.content, wanted);
    dove_chat_reply_free(&reply);
  }
}

/* ---- Good servers, and ones that are good in the end ---- */

static void test_answers_in_order(void **state) {
  (void)state;
  call *c = open_call("good", 100);
  assert_int_equal(run_call(c), DOVE_OK);
  assert_answers(c, "good");
  const dove_endpoint_totals totals = dove_endpoint_total(c->endpoint);
  assert_int_equal(totals.requests, 100);
  assert_int_equal(totals.attempts, 100);
  /* Each request has 4 words, each answer 6: 100 × (4 × 2 + 6 × 10) / 1e6. */
  assert_int_equal(totals.tokens_in, 400);
  assert_int_equal(totals.tokens_out, 600);
  assert_true(fabs(totals.cost - 0.0068) < 1e-12);
  close_call(c);
}

static void succeeds_after(const char *mode, unsigned attempts) {
  call *c = open_call(mode, 12);
  assert_int_equal(run_call(c), DOVE_OK);
  assert_answers(c, mode);
  for (size_t i = 0; i < c->count; i++) assert_int_equal(c->replies[i].attempts, attempts);
  close_call(c);
}

static void test_tries_again(void **state) {
  (void)state;
  succeeds_after("busy", 2);
  succeeds_after("wait", 2);
  succeeds_after("burst", 3);
  succeeds_after("reset", 2);
  succeeds_after("half", 2);
}

/* ---- Servers that never do ---- */

static void fails_each(const char *mode, size_t count, unsigned attempts, const char *says) {
  call *c = open_call(mode, count);
  assert_int_equal(run_call(c), DOVE_OK);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(c->replies[i].status, DOVE_NETWORK);
    assert_null(c->replies[i].body);
    assert_int_equal(c->replies[i].attempts, attempts);
    if (strstr(c->replies[i].reason, says) == NULL) fail_msg("%s: %s", mode, c->replies[i].reason);
  }
  close_call(c);
}

static void test_failures(void **state) {
  (void)state;
  fails_each("never", 3, 4, "it broke");
  fails_each("final500", 3, 1, "broke for good");
  fails_each("huge", 2, 1, "longer than");
  fails_each("utf8", 2, 1, "UTF-8");
  fails_each("html", 2, 1, "web page");
  fails_each("empty", 2, 1, "empty");
  fails_each("error200", 2, 1, "in spite of the status");
  fails_each("bad", 2, 1, "temperature is no number");
}

static void test_time_runs_out(void **state) {
  (void)state;
  call *c = open_call("drip", 2);
  c->options.attempts = 1;
  c->options.total_limit = 0.5;
  const double started = dove_clock_seconds();
  assert_int_equal(run_call(c), DOVE_OK);
  assert_true(dove_clock_seconds() - started < 5);
  assert_int_equal(c->replies[0].status, DOVE_NETWORK);
  close_call(c);
  c = open_call("silent", 1);
  c->options.attempts = 1;
  c->options.total_limit = 30;
  c->options.idle_limit = 1;
  assert_int_equal(run_call(c), DOVE_NETWORK); /* no answer at all, ever: the endpoint is not there */
  assert_true(dove_clock_seconds() - started < 15);
  close_call(c);
}

static void stops(const char *mode, const char *says) {
  call *c = open_call(mode, 40);
  c->options.concurrency = 2;
  c->options.most = 2;
  assert_int_equal(run_call(c), DOVE_NETWORK);
  if (strstr(c->error.message, says) == NULL) fail_msg("%s: %s", mode, c->error.message);
  assert_non_null(strstr(c->error.message, "recognizer"));
  for (size_t i = 0; i < c->count; i++) assert_int_equal(c->replies[i].status, DOVE_NETWORK);
  assert_true(dove_endpoint_total(c->endpoint).attempts < 12);
  close_call(c);
}

static void test_final_errors_stop_all(void **state) {
  (void)state;
  stops("model", "no such model");
  stops("quota", "nothing left");
  stops("redirect", "redirects");
  stops("bad", "temperature is no number"); /* eight alike and no answer: not one document's fault */
}

static void test_nobody_there(void **state) {
  (void)state;
  call *c = open_call("good", 3);
  c->options.url = "http://127.0.0.1:1/v1";
  assert_int_equal(run_call(c), DOVE_NETWORK);
  assert_non_null(strstr(c->error.message, "does not answer"));
  close_call(c);
  dove_endpoint *endpoint = NULL;
  dove_error error;
  const dove_endpoint_options named = {.role = "judge", .url = "https://me:secret@host/v1"};
  assert_int_equal(dove_endpoint_open(&named, &endpoint, &error), DOVE_USAGE);
  assert_null(strstr(error.message, "secret"));
  const dove_endpoint_options other = {.role = "judge", .url = "ftp://host/v1"};
  assert_int_equal(dove_endpoint_open(&other, &endpoint, &error), DOVE_USAGE);
}

/* ---- Stopping, changing the pace, asking once more ---- */

static bool stop_soon(void *user) {
  double *till = user;
  return dove_clock_seconds() > *till;
}

static void test_cancel(void **state) {
  (void)state;
  double till = dove_clock_seconds() + 0.2;
  const dove_progress progress = {.cancelled = stop_soon, .user = &till};
  call *c = open_call("silent", 50);
  assert_int_equal(run_judged(c, NULL, NULL, &progress), DOVE_CANCELLED);
  assert_true(dove_clock_seconds() - till < 1.5);
  for (size_t i = 0; i < c->count; i++) assert_int_equal(c->replies[i].status, DOVE_CANCELLED);
  close_call(c);
}

static void test_pace_is_set(void **state) {
  (void)state;
  call *c = open_call("good50", 20);
  c->options.concurrency = 1;
  assert_int_equal(dove_endpoint_open(&c->options, &c->endpoint, &c->error), DOVE_OK);
  dove_endpoint_set_concurrency(c->endpoint, 2);
  const double started = dove_clock_seconds();
  assert_int_equal(run_call(c), DOVE_OK);
  assert_true(dove_clock_seconds() - started >= 0.5); /* 20 requests of 50 ms, two at a time */
  assert_answers(c, "good50");
  close_call(c);
}

/* Wants every reply twice: the second time to another body. */
static char *ask_once_more(void *user, size_t index, dove_endpoint_reply *reply, unsigned round) {
  unsigned *rounds = user;
  assert_non_null(reply->body);
  rounds[index]++;
  if (round > 0) return NULL;
  char body[128];
  snprintf(body, sizeof body, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"again %zu\"}]}", index);
  return strdup(body);
}

static void test_judge(void **state) {
  (void)state;
  unsigned rounds[30] = {0};
  call *c = open_call("good", 30);
  assert_int_equal(run_judged(c, ask_once_more, rounds, NULL), DOVE_OK);
  for (size_t i = 0; i < 30; i++) {
    char wanted[32];
    snprintf(wanted, sizeof wanted, "You said: again %zu\"", i);
    assert_int_equal(rounds[i], 2);
    assert_non_null(strstr(c->replies[i].body, wanted));
  }
  close_call(c);
}

/* ---- The cache ---- */

static void test_cache(void **state) {
  store_fixture *fixture = *state;
  const dove_request_cache cache = dove_store_request_cache(fixture->store);
  call *c = open_call("busy-kept", 25);
  c->options.cache = &cache;
  assert_int_equal(run_call(c), DOVE_OK);
  assert_int_equal(run_call(c), DOVE_OK);
  assert_answers(c, "busy-kept");
  for (size_t i = 0; i < c->count; i++) assert_true(c->replies[i].cached);
  const dove_endpoint_totals totals = dove_endpoint_total(c->endpoint);
  assert_int_equal(totals.requests, 25);
  assert_int_equal(totals.attempts, 50);
  assert_int_equal(totals.cached, 25);
  c->requests[0].sample = 1; /* another sample is another request */
  assert_int_equal(run_call(c), DOVE_OK);
  assert_false(c->replies[0].cached);
  assert_true(c->replies[1].cached);
  dove_store_request_sums sums;
  assert_done(fixture, dove_store_request_sums_read(fixture->store, &sums, &fixture->error));
  assert_int_equal(sums.count, 1);
  assert_string_equal(sums.rows[0].role, "recognizer");
  assert_int_equal(sums.rows[0].answered, 26);
  assert_int_equal(sums.rows[0].failed, 0);
  assert_true(fabs(sums.rows[0].cost - 26 * 68e-6) < 1e-12);
  dove_store_request_sums_free(&sums);
  close_call(c);
}

static void test_failures_are_kept_and_tried_again(void **state) {
  store_fixture *fixture = *state;
  const dove_request_cache cache = dove_store_request_cache(fixture->store);
  dove_store_request_sums sums;
  call *c = open_call("burst-kept", 3);
  c->options.cache = &cache;
  c->options.attempts = 1;
  c->options.concurrency = 3;
  for (int i = 0; i < 3; i++) {
    const dove_status wanted = i < 2 ? DOVE_NETWORK : DOVE_OK;
    assert_int_equal(run_call(c), DOVE_OK);
    assert_int_equal(c->replies[0].status, wanted);
    assert_done(fixture, dove_store_request_sums_read(fixture->store, &sums, &fixture->error));
    assert_int_equal(sums.rows[0].failed, i < 2 ? 3 : 0);
    assert_int_equal(sums.rows[0].answered, i < 2 ? 0 : 3);
    dove_store_request_sums_free(&sums);
  }
  close_call(c);
}

static char *use_none(void *user, size_t index, dove_endpoint_reply *reply, unsigned round) {
  (void)index;
  (void)round;
  ++*(unsigned *)user;
  reply->status = DOVE_INPUT;
  snprintf(reply->reason, sizeof reply->reason, "it is nonsense");
  return NULL;
}

static void test_unusable_replies_are_asked_for_again(void **state) {
  store_fixture *fixture = *state;
  const dove_request_cache cache = dove_store_request_cache(fixture->store);
  unsigned judged = 0;
  dove_store_request_sums sums;
  call *c = open_call("good", 5);
  c->options.cache = &cache;
  assert_int_equal(run_judged(c, use_none, &judged, NULL), DOVE_OK);
  assert_int_equal(judged, 5);
  assert_int_equal(c->replies[4].status, DOVE_INPUT);
  assert_string_equal(c->replies[4].reason, "it is nonsense");
  assert_done(fixture, dove_store_request_sums_read(fixture->store, &sums, &fixture->error));
  assert_int_equal(sums.rows[0].failed, 5);
  assert_int_equal(sums.rows[0].tokens_in, 20); /* paid for all the same: 4 words each */
  dove_store_request_sums_free(&sums);
  assert_int_equal(run_call(c), DOVE_OK);
  assert_int_equal(dove_endpoint_total(c->endpoint).requests, 10);
  assert_int_equal(run_call(c), DOVE_OK);
  assert_int_equal(dove_endpoint_total(c->endpoint).requests, 10);
  close_call(c);
}

/* ---- Keys ---- */

static bool file_holds(const char *path, const char *word) {
  FILE *file = fopen(path, "rb");
  bool found = false;
  if (file == NULL) return false;
  const size_t length = strlen(word);
  size_t matched = 0;
  for (int byte = fgetc(file); byte != EOF && !found; byte = fgetc(file)) {
    matched = byte == word[matched] ? matched + 1 : byte == word[0] ? 1 : 0;
    found = matched == length;
  }
  fclose(file);
  return found;
}

static void test_key_goes_nowhere_else(void **state) {
  store_fixture *fixture = *state;
  const dove_request_cache cache = dove_store_request_cache(fixture->store);
  call *c = open_call("key", 30);
  c->options.cache = &cache;
  c->options.key = "$DOVE_TEST_KEY";
  setenv("DOVE_TEST_KEY", "sk-verywrong", 1);
  assert_int_equal(run_call(c), DOVE_NETWORK);
  assert_non_null(strstr(c->error.message, "401"));
  assert_null(strstr(c->error.message, "sk-verywrong"));
  for (size_t i = 0; i < c->count; i++) assert_null(strstr(c->replies[i].reason, "sk-verywrong"));
  close_call(c);
  setenv("DOVE_TEST_KEY", "sk-right", 1);
  c = open_call("key", 30);
  c->options.cache = &cache;
  c->options.key = "$DOVE_TEST_KEY";
  assert_int_equal(run_call(c), DOVE_OK);
  assert_answers(c, "key");
  close_call(c);
  dove_store_close(fixture->store);
  fixture->store = NULL;
  assert_true(file_holds(fixture->path, "request 3 of key")); /* the search does find what is there */
  assert_false(file_holds(fixture->path, "sk-verywrong"));
  assert_false(file_holds(fixture->path, "sk-right"));
}

static void refuses_key(const char *source, const char *says) {
  char *secret = NULL;
  dove_error error = {0};
  assert_int_not_equal(dove_secret_read(source, &secret, &error), DOVE_OK);
  assert_null(secret);
  if (strstr(error.message, says) == NULL) fail_msg("%s: %s", source, error.message);
}

static void reads_key(const char *source, const char *wanted) {
  char *secret = NULL;
  dove_error error = {0};
  if (dove_secret_read(source, &secret, &error) != DOVE_OK) fail_msg("%s", error.message);
  assert_string_equal(secret, wanted);
  dove_secret_free(secret);
}

static void test_sources_of_keys(void **state) {
  store_fixture *fixture = *state;
  char path[160], source[192];
  snprintf(path, sizeof path, "%s/key", fixture->folder);
  snprintf(source, sizeof source, "file:%s", path);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("  sk-file \nsecond line\n", file);
  fclose(file);
  chmod(path, 0644);
  refuses_key(source, "chmod 600");
  chmod(path, 0640);
  refuses_key(source, "chmod 600");
  chmod(path, 0600);
  reads_key(source, "sk-file");
  reads_key("command:printf 'sk-command\\n'", "sk-command");
  refuses_key("command:false", "no API key");
  refuses_key("command:echo sk-command; exit 3", "failed");
  refuses_key("$DOVE_NOT_SET", "not set");
  refuses_key("sk-in-the-open", "$NAME");
  char *secret = NULL;
  dove_error error = {0};
  assert_int_equal(dove_secret_read("sk-in-the-open", &secret, &error), DOVE_INPUT);
  assert_null(strstr(error.message, "sk-in-the-open"));
  setenv("DOVE_TEST_KEY", "two\r\nHeader: lines", 1);
  refuses_key("$DOVE_TEST_KEY", "not a key");
  char text[] = "a sk-1 and sk-1.";
  dove_secret_redact(text, "sk-1");
  assert_string_equal(text, "a **** and ****.");
}

/* ---- The pace, on a clock of the test's own ---- */

static void test_rate(void **state) {
  (void)state;
  dove_rate rate;
  dove_rate_open(&rate, 20, 100);
  for (int i = 0; i < 20; i++) dove_rate_answered(&rate, 1);
  assert_int_equal(rate.limit, 40); /* doubled */
  for (int i = 0; i < 40 + 80; i++) dove_rate_answered(&rate, 2);
  assert_int_equal(rate.limit, 100); /* the most */
  for (int i = 0; i < 30; i++) dove_rate_refused(&rate, 0, 10);
  assert_int_equal(rate.limit, 80); /* one burst counts once */
  for (int i = 0; i < 500; i++) dove_rate_answered(&rate, 24);
  assert_int_equal(rate.limit, 80); /* quiet */
  for (int i = 0; i < 80; i++) dove_rate_answered(&rate, 26);
  assert_int_equal(rate.limit, 89); /* slowly from then on: 80 + 80 / 10 + 1 */
  dove_rate_refused(&rate, 2.5, 30);
  assert_int_equal(rate.limit, 71);
  assert_false(dove_rate_may_start(&rate, 0, 32));
  assert_true(dove_rate_may_start(&rate, 70, 32.6));
  assert_false(dove_rate_may_start(&rate, 71, 32.6));
}

static void add_header(dove_answer_headers *headers, const char *line) {
  /* 784111777 is Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110). */
  dove_answer_headers_add(headers, line, strlen(line), 784111777 - 30);
}

static void test_headers(void **state) {
  (void)state;
  dove_answer_headers headers;
  dove_answer_headers_clear(&headers);
  add_header(&headers, "Retry-After: 1.5\r\n");
  assert_true(headers.retry_after == 1.5);
  add_header(&headers, "retry-after-ms: 250\r\n");
  assert_true(headers.retry_after == 0.25);
  add_header(&headers, "Retry-After: 9\r\n"); /* the milliseconds come first */
  assert_true(headers.retry_after == 0.25);
  add_header(&headers, "X-Should-Retry: false\r\n");
  assert_int_equal(headers.should_retry, 0);
  add_header(&headers, "x-ratelimit-remaining-requests: 0\r\n");
  add_header(&headers, "x-ratelimit-reset-requests: 6m0s\r\n");
  assert_true(headers.requests_left == 0 && headers.requests_reset == 360);
  add_header(&headers, "HTTP/1.1 429 Too Many\r\n");
  assert_true(headers.retry_after < 0 && headers.should_retry == -1 && headers.requests_left < 0);
  add_header(&headers, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  assert_true(headers.retry_after == 30);
  assert_true(dove_duration_parse("120ms") == 0.12);
  assert_true(dove_duration_parse("1h2m3s") == 3723);
  assert_true(dove_duration_parse("soon") < 0 && dove_duration_parse("") < 0 && dove_duration_parse("-1s") < 0);
}

/* ---- Embeddings by way of the network ---- */

static dove_status ask_embeddings(const char *mode, bool base64, float **vectors, dove_error *error) {
  static const char *const texts[] = {"one", "two", "three", "four", "five"};
  uint32_t dimension = 0;
  char *body = NULL;
  call *c = open_call(mode, 1);
  assert_int_equal(dove_embeddings_body("m", texts, 5, 0, base64, &body, error), DOVE_OK);
  c->requests[0] = (dove_endpoint_request){.path = "/embeddings", .body = body};
  assert_int_equal(run_call(c), DOVE_OK);
  dove_status status = c->replies[0].status;
  if (status == DOVE_OK) {
    status = dove_embeddings_read(c->replies[0].body, 5, &dimension, vectors, error);
  } else {
    dove_fail(error, status, "%s", c->replies[0].reason);
  }
  free(body);
  close_call(c);
  return status;
}

static void test_embeddings(void **state) {
  (void)state;
  float *a = NULL, *b = NULL;
  dove_error error;
  assert_int_equal(ask_embeddings("good", false, &a, &error), DOVE_OK);
  assert_int_equal(ask_embeddings("order", true, &b, &error), DOVE_OK);
  for (size_t i = 0; i < 5 * 8; i++) assert_true(fabsf(a[i] - b[i]) < 1e-6F);
  free(a);
  free(b);
  static const char *const modes[][2] = {
      {"short", "4 vectors for 5"}, {"narrow", "7 numbers, not 8"}, {"zero", "zeros"}, {"twice", "twice"}};
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    assert_int_equal(ask_embeddings(modes[i][0], false, &a, &error), DOVE_INPUT);
    if (strstr(error.message, modes[i][1]) == NULL) fail_msg("%s: %s", modes[i][0], error.message);
  }
  assert_int_equal(ask_embeddings("nan", false, &a, &error), DOVE_NETWORK); /* NaN is no JSON */
  assert_int_equal(ask_embeddings("nan", true, &a, &error), DOVE_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rate),
      cmocka_unit_test(test_headers),
      cmocka_unit_test(test_answers_in_order),
      cmocka_unit_test(test_tries_again),
      cmocka_unit_test(test_failures),
      cmocka_unit_test(test_time_runs_out),
      cmocka_unit_test(test_final_errors_stop_all),
      cmocka_unit_test(test_nobody_there),
      cmocka_unit_test(test_cancel),
      cmocka_unit_test(test_pace_is_set),
      cmocka_unit_test(test_judge),
      cmocka_unit_test_setup_teardown(test_failures_are_kept_and_tried_again, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_unusable_replies_are_asked_for_again, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_cache, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_key_goes_nowhere_else, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(test_sources_of_keys, store_setup, store_teardown),
      cmocka_unit_test(test_embeddings),
  };
  return cmocka_run_group_tests(tests, start_server, stop_server);
}
