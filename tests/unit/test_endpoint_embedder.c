/* The embedder behind an endpoint: order, batches, halves, what is refused, and that nothing is asked twice. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#include "dove/endpoint_embedder.h"
#include "dove/store_requests.h"
#include "endpoint_server.h"
#include "store_fixture.h"

enum { DIMENSION = 8, TEXTS = 40, BATCH = 16 }; /* DIMENSION: the server's */

static endpoint_server server;

static int start_server(void **state) {
  (void)state;
  return endpoint_server_start(&server);
}

static int stop_server(void **state) {
  (void)state;
  return endpoint_server_stop(&server);
}

typedef struct call {
  dove_embedder embedder;
  char words[TEXTS][64];
  const char *texts[TEXTS];
  float vectors[TEXTS * DIMENSION];
  bool embedded[TEXTS];
  dove_embedding_report report;
  dove_error error;
} call;

static dove_status open_with(call *c, const char *mode, uint32_t expected, const dove_request_cache *cache) {
  char url[96];
  snprintf(url, sizeof url, "http://127.0.0.1:%d/%s/v1", server.port, mode);
  dove_endpoint_embedder_options options = {
      .endpoint = {.role = "embedder", .url = url, .model = "m", .attempts = 2, .first_wait = 0.01, .total_limit = 5},
      .expected = expected,
      .batch = BATCH};
  if (cache != NULL) options.cache = *cache;
  return dove_embedder_open_endpoint(&options, &c->embedder, &c->error);
}

static call *open_call(const char *mode, uint32_t expected, const dove_request_cache *cache) {
  call *c = calloc(1, sizeof *c);
  assert_non_null(c);
  for (size_t i = 0; i < TEXTS; i++) {
    snprintf(c->words[i], sizeof c->words[i], "The author values thing %zu.", i);
    c->texts[i] = c->words[i];
  }
  if (open_with(c, mode, expected, cache) != DOVE_OK) fail_msg("%s", c->error.message);
  return c;
}

static void close_call(call *c) {
  dove_embedder_close(&c->embedder);
  free(c);
}

static dove_status fit(call *c) { return dove_embedder_fit(&c->embedder, c->texts, TEXTS, NULL, &c->error); }

static dove_status embed(call *c) {
  c->report = (dove_embedding_report){0};
  return dove_embedder_embed(&c->embedder, c->texts, TEXTS, c->vectors, c->embedded, &c->report, NULL, &c->error);
}

static void assert_unit(const float *vector) {
  double squared = 0;
  for (size_t j = 0; j < DIMENSION; j++) squared += (double)vector[j] * (double)vector[j];
  assert_true(fabs(squared - 1) < 1e-5);
}

/* The vectors of an honest server, which the others are held against. */
static void honest(float *vectors) {
  call *c = open_call("good", DIMENSION, NULL);
  if (embed(c) != DOVE_OK) fail_msg("%s", c->error.message);
  for (size_t i = 0; i < TEXTS; i++) {
    assert_true(c->embedded[i]);
    assert_unit(c->vectors + i * DIMENSION);
  }
  assert_memory_not_equal(c->vectors, c->vectors + DIMENSION, DIMENSION * sizeof(float));
  memcpy(vectors, c->vectors, sizeof c->vectors);
  close_call(c);
}

static void test_dimension_is_learnt(void **state) {
  (void)state;
  call *c = open_call("good", 0, NULL);
  assert_int_equal(c->embedder.dimension, 0);
  assert_false(dove_embedder_fitted(&c->embedder));
  assert_int_equal(embed(c), DOVE_USAGE);
  assert_int_equal(fit(c), DOVE_OK);
  assert_int_equal(c->embedder.dimension, DIMENSION);
  assert_string_equal(c->embedder.name, "m");
  assert_int_equal(embed(c), DOVE_OK);
  close_call(c);
}

/* In whatever order they come, and whatever is lost on the way. */
static void test_every_text_gets_its_own(void **state) {
  (void)state;
  static const char *const modes[] = {"order", "busy", "half", "reset"};
  float wanted[TEXTS * DIMENSION];
  honest(wanted);
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    call *c = open_call(modes[i], DIMENSION, NULL);
    if (embed(c) != DOVE_OK) fail_msg("%s: %s", modes[i], c->error.message);
    assert_memory_equal(c->vectors, wanted, sizeof wanted);
    close_call(c);
  }
}

/* "long": the server cannot take a request with "… thing 7." or "… thing 20." in it. */
static void test_halves(void **state) {
  (void)state;
  float wanted[TEXTS * DIMENSION];
  honest(wanted);
  call *c = open_call("long", DIMENSION, NULL);
  if (embed(c) != DOVE_OK) fail_msg("%s", c->error.message);
  assert_int_equal(c->report.texts_failed, 2);
  assert_non_null(strstr(c->report.reason, "too long"));
  for (size_t i = 0; i < TEXTS; i++) {
    assert_int_equal(c->embedded[i], i != 7 && i != 20);
    if (c->embedded[i])
      assert_memory_equal(c->vectors + i * DIMENSION, wanted + i * DIMENSION, DIMENSION * sizeof(float));
  }
  close_call(c);
}

/* The last vector of every request is bad: all texts of a request are asked for again in halves, and those that stand
 * last alone are refused: each text that is alone in the end, which is all of them. */
static void test_bad_vectors_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *mode, *says;
  } cases[] = {{"nan", "vector"}, {"zero", "all zeros"}, {"narrow", "7 numbers, not 8"}, {"short", "0 vectors for 1"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    call *c = open_call(cases[i].mode, DIMENSION, NULL);
    if (embed(c) != DOVE_OK) fail_msg("%s: %s", cases[i].mode, c->error.message);
    assert_int_equal(c->report.texts_failed, TEXTS);
    if (strstr(c->report.reason, cases[i].says) == NULL) fail_msg("%s: %s", cases[i].mode, c->report.reason);
    for (size_t j = 0; j < TEXTS; j++) assert_false(c->embedded[j]);
    close_call(c);
  }
}

static void test_another_dimension_is_refused(void **state) {
  (void)state;
  call *c = open_call("good", DIMENSION + 1, NULL);
  c->embedder.dimension = DIMENSION + 1;
  assert_int_equal(embed(c), DOVE_OK);
  assert_int_equal(c->report.texts_failed, TEXTS);
  assert_non_null(strstr(c->report.reason, "8 numbers, not 9"));
  close_call(c);
}

static void test_no_answer_is_an_error(void **state) {
  (void)state;
  static const char *const modes[] = {"never", "model", "quota", "html"};
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    call *c = open_call(modes[i], DIMENSION, NULL);
    const dove_status status = embed(c);
    if (status != DOVE_NETWORK && c->report.texts_failed < TEXTS) fail_msg("%s: %s", modes[i], c->error.message);
    close_call(c);
  }
}

/* The first request is the one that D was learnt from; a second embedder finds all of them kept. */
static void test_nothing_is_asked_twice(void **state) {
  store_fixture *f = *state;
  const dove_request_cache cache = dove_store_request_cache(f->store);
  for (int64_t i = 0; i < 2; i++) {
    call *c = open_call("good", 0, &cache);
    dove_store_request_sums sums = {0};
    assert_int_equal(fit(c), DOVE_OK);
    assert_int_equal(embed(c), DOVE_OK);
    assert_done(f, dove_store_request_sums_read(f->store, &sums, &f->error));
    assert_int_equal(sums.count, 1);
    assert_string_equal(sums.rows[0].role, "embedder");
    assert_int_equal(sums.rows[0].answered, 3); /* 16 + 16 + 8 texts */
    dove_store_request_sums_free(&sums);
    close_call(c);
  }
}

static void test_names(void **state) {
  (void)state;
  static const char longer[] = "an-embedding-model-with-a-name-that-nobody-can-remember-because-it-is-too-long";
  char a[64], b[64];
  assert_int_equal(dove_endpoint_embedder_name("m", 0, a, NULL), DOVE_OK);
  assert_string_equal(a, "m");
  assert_int_equal(dove_endpoint_embedder_name("m", 256, a, NULL), DOVE_OK);
  assert_string_equal(a, "m (256)");
  assert_int_equal(dove_endpoint_embedder_name(longer, 256, a, NULL), DOVE_OK);
  assert_int_equal(dove_endpoint_embedder_name(longer + 1, 256, b, NULL), DOVE_OK);
  assert_int_equal(strlen(a), 63);
  assert_string_equal(a + 57, " (256)");
  assert_string_not_equal(a, b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dimension_is_learnt),
      cmocka_unit_test(test_every_text_gets_its_own),
      cmocka_unit_test(test_halves),
      cmocka_unit_test(test_bad_vectors_are_refused),
      cmocka_unit_test(test_another_dimension_is_refused),
      cmocka_unit_test(test_no_answer_is_an_error),
      cmocka_unit_test_setup_teardown(test_nothing_is_asked_twice, store_setup, store_teardown),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests(tests, start_server, stop_server);
}
