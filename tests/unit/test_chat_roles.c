/* The namer and the decoders that ask models, against the loopback server with the answers of
 * tests/endpoint/replies.json. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#include "dove/chat_decoder.h"
#include "dove/chat_namer.h"
#include "dove/completions.h"
#include "dove/endpoint_embedder.h"
#include "dove/store_requests.h"
#include "endpoint_server.h"
#include "store_fixture.h"

static endpoint_server server;

static int start_server(void **state) {
  (void)state;
  return endpoint_server_start_with(&server, "tests/endpoint/replies.json");
}

static int stop_server(void **state) {
  (void)state;
  return endpoint_server_stop(&server);
}

static char url[96];

static dove_endpoint_options endpoint(const char *role, const char *mode) {
  snprintf(url, sizeof url, "http://127.0.0.1:%d/%s/v1", server.port, mode);
  return (dove_endpoint_options){
      .role = role, .url = url, .model = "m", .attempts = 2, .first_wait = 0.01, .total_limit = 5};
}

static dove_chat_model *open_model(const char *mode, unsigned repeats, const dove_request_cache *cache) {
  dove_chat_model *model = NULL;
  dove_error error = {0};
  dove_chat_model_options options = {
      .endpoint = endpoint("namer", mode), .chat = {.model = "m", .temperature = (double)NAN}, .repeats = repeats};
  if (cache != NULL) options.cache = *cache;
  if (dove_chat_model_open(&options, &model, &error) != DOVE_OK) fail_msg("%s", error.message);
  return model;
}

/* ---- Naming ---- */

/* A code with one member. */
typedef struct code {
  const char *code_name;
  const char *description;
} code;

static dove_status name_codes(const char *mode, const code *codes, size_t count, const char *const *taken,
                              size_t taken_count, char **names, const dove_request_cache *cache, dove_error *error) {
  dove_namer namer = {0};
  dove_namer_request requests[8];
  if (dove_namer_open_chat(open_model(mode, 2, cache), "Name: {descriptions}", &namer, error) != DOVE_OK)
    fail_msg("%s", error->message);
  for (size_t i = 0; i < count; i++) requests[i] = (dove_namer_request){&codes[i].code_name, &codes[i].description, 1};
  const dove_status status = dove_namer_name(&namer, requests, count, taken, taken_count, names, NULL, error);
  dove_namer_close(&namer);
  return status;
}

static void assert_names(const char *mode, const code *codes, size_t count, const char *const *taken,
                         size_t taken_count, const char *const *wanted) {
  char *names[8];
  dove_error error = {0};
  if (name_codes(mode, codes, count, taken, taken_count, names, NULL, &error) != DOVE_OK) fail_msg("%s", error.message);
  for (size_t i = 0; i < count; i++) {
    assert_string_equal(names[i], wanted[i]);
    free(names[i]);
  }
}

static void test_names(void **state) {
  (void)state;
  const code codes[] = {{"promises", "The author keeps their word."}, {"beasts", "The author is kind to animals."}};
  const char *const wanted[] = {"Keeping Faith", "Care for Animals"}; /* the second after it was asked again */
  assert_names("good", codes, 2, NULL, 0, wanted);
}

/* A name that is taken is given up for another; one that is held on to leaves the word to the rule. */
static void test_taken_names(void **state) {
  (void)state;
  const code codes[] = {{"truth", "The author says what is so."},
                        {"just deserts", "The author gives everyone their due."}};
  const char *const taken[] = {"honesty", "FAIRNESS"};
  const char *const wanted[] = {"Plain Dealing", "Just Deserts"};
  assert_names("good", codes, 2, taken, 2, wanted);
}

/* Two codes of which the model thinks the same: the first keeps the name. */
static void test_equal_codes(void **state) {
  (void)state;
  const code codes[] = {{"truth", "The author says what is so."}, {"candour", "The author says what is so."}};
  const char *const wanted[] = {"Honesty", "Plain Dealing"};
  assert_names("good", codes, 2, NULL, 0, wanted);
}

static void test_refused_names(void **state) {
  (void)state;
  const code codes[] = {{"truth", "The author says what is so."}, {"truths", "The author keeps their word."}};
  const char *const wanted[] = {"Truth", "Truths (2)"};
  assert_names("refuse", codes, 2, NULL, 0, wanted);
}

static void test_no_names(void **state) {
  (void)state;
  const code codes[] = {{"truth", "The author says what is so."}};
  char *names[1];
  dove_error error = {0};
  assert_int_equal(name_codes("never", codes, 1, NULL, 0, names, NULL, &error), DOVE_NETWORK);
  assert_null(names[0]);
}

static int64_t answered(store_fixture *f) {
  dove_store_request_sums sums = {0};
  int64_t count = 0;
  assert_done(f, dove_store_request_sums_read(f->store, &sums, &f->error));
  for (size_t i = 0; i < sums.count; i++) count += sums.rows[i].answered;
  dove_store_request_sums_free(&sums);
  return count;
}

static void test_names_are_kept(void **state) {
  store_fixture *f = *state;
  const dove_request_cache cache = dove_store_request_cache(f->store);
  const code codes[] = {{"truth", "The author says what is so."}, {"candour", "The author says what is so."}};
  for (int i = 0; i < 2; i++) {
    char *names[2];
    assert_done(f, name_codes("good", codes, 2, NULL, 0, names, &cache, &f->error));
    assert_string_equal(names[1], "Plain Dealing");
    free(names[0]);
    free(names[1]);
    assert_int_equal(answered(f), 2); /* one question for both, one objection */
  }
}

/* ---- Decoding ---- */

enum { DIMENSION = 8, PAIRS = 3 };

/* Three pairs: document 0 with {0, 1}, document 1 with {1}, document 0 with nothing. */
typedef struct decoding {
  dove_decoder_batch batch;
  float text_vectors[2 * DIMENSION];
  double distortions[PAIRS];
} decoding;

static const uint32_t pair_documents[PAIRS] = {0, 1, 0};
static const size_t set_starts[PAIRS + 1] = {0, 2, 3, 3};
static const uint32_t set_codes[] = {0, 1, 1};
static const double set_weights[] = {0.25, 0.5, 0.125};
static const char *const code_names[] = {"Mutual Trust", "Honesty"};
static const char *const texts[] = {"An honest text.", "Zwei kurze Sätze stehen hier. Drei"};
static const char *const topics[] = {"Topic of one", "Topic of two"};
static const char prompt[] = "{values}\n{topic}";

static void open_decoding(decoding *d) {
  *d = (decoding){.batch = {.dimension = DIMENSION,
                            .document_vectors = d->text_vectors,
                            .document_count = 2,
                            .centroids = d->text_vectors,
                            .code_count = 2,
                            .pair_count = PAIRS,
                            .pair_documents = pair_documents,
                            .set_starts = set_starts,
                            .codes = set_codes,
                            .weights = set_weights,
                            .code_names = code_names,
                            .document_texts = texts,
                            .document_topics = topics,
                            .text_vectors = d->text_vectors}};
  d->text_vectors[0] = 1;             /* e_x of document 0 is the first axis, */
  d->text_vectors[DIMENSION + 1] = 1; /* of document 1 the second */
}

static void test_values(void **state) {
  (void)state;
  char *text = dove_decoder_values(code_names, set_codes, set_weights, 2);
  assert_string_equal(text, "- Honesty [0.50]\n- Mutual Trust [0.25]");
  free(text);
  text = dove_decoder_values(code_names, NULL, NULL, 0);
  assert_string_equal(text, "- none in particular");
  free(text);
}

static void open_embedder(dove_embedder *embedder, const char *mode) {
  dove_error error = {0};
  const dove_endpoint_embedder_options options = {.endpoint = endpoint("embedder", mode), .expected = DIMENSION};
  if (dove_embedder_open_endpoint(&options, embedder, &error) != DOVE_OK) fail_msg("%s", error.message);
}

static dove_status decode(decoding *d, const char *mode, const char *embedder_mode, size_t count, dove_error *error) {
  dove_decoder decoder = {0};
  dove_embedder embedder = {0};
  open_embedder(&embedder, embedder_mode);
  if (dove_decoder_open_chat(open_model(mode, 0, NULL), prompt, &embedder, count, &decoder, error) != DOVE_OK)
    fail_msg("%s", error->message);
  const dove_status status = dove_decoder_distortions(&decoder, &d->batch, d->distortions, NULL, error);
  dove_decoder_close(&decoder);
  return status;
}

/* All texts on a topic are the same here, so that −1/N2 Σ cos is −cos: minus a component of the text's vector. */
static void test_written_texts(void **state) {
  (void)state;
  static const char *const written[] = {"Everybody writes this.", "Nobody writes that."};
  float vectors[2 * DIMENSION];
  bool embedded[2];
  dove_embedder embedder = {0};
  dove_error error = {0};
  open_embedder(&embedder, "good");
  assert_int_equal(dove_embedder_embed(&embedder, written, 2, vectors, embedded, NULL, NULL, &error), DOVE_OK);
  dove_embedder_close(&embedder);
  decoding d;
  open_decoding(&d);
  if (decode(&d, "good", "good", 3, &error) != DOVE_OK) fail_msg("%s", error.message);
  assert_true(fabs(d.distortions[0] + (double)vectors[0]) < 1e-6);
  assert_true(fabs(d.distortions[1] + (double)vectors[DIMENSION + 1]) < 1e-6);
  assert_true(fabs(d.distortions[2] + (double)vectors[0]) < 1e-6);
}

static void test_what_is_not_written_reconstructs_nothing(void **state) {
  (void)state;
  decoding d;
  dove_error error = {0};
  open_decoding(&d);
  if (decode(&d, "refuse", "good", 2, &error) != DOVE_OK) fail_msg("%s", error.message);
  for (size_t i = 0; i < PAIRS; i++) assert_true(fabs(d.distortions[i]) < 1e-12);
  if (decode(&d, "good", "zero", 2, &error) != DOVE_OK) fail_msg("%s", error.message);
  for (size_t i = 0; i < PAIRS; i++) assert_true(fabs(d.distortions[i]) < 1e-12);
}

/* What a decoder was refused stays refused: a run that goes on must find what it was measured by. */
static void test_refusals_stand(void **state) {
  store_fixture *f = *state;
  const dove_request_cache cache = dove_store_request_cache(f->store);
  for (int i = 0; i < 2; i++) {
    decoding d;
    dove_decoder decoder = {0};
    dove_embedder embedder = {0};
    dove_chat_model *model = NULL;
    const dove_chat_model_options options = {.endpoint = endpoint("decoder", "refuse"),
                                             .cache = cache,
                                             .chat = {.model = "m", .temperature = (double)NAN},
                                             .as_they_come = true};
    assert_done(f, dove_chat_model_open(&options, &model, &f->error));
    open_decoding(&d);
    open_embedder(&embedder, "good");
    assert_done(f, dove_decoder_open_chat(model, prompt, &embedder, 2, &decoder, &f->error));
    assert_done(f, dove_decoder_distortions(&decoder, &d.batch, d.distortions, NULL, &f->error));
    assert_int_equal(dove_endpoint_total(dove_chat_model_endpoint(model)).attempts, i == 0 ? 6 : 0);
    assert_true(fabs(d.distortions[0]) < 1e-12);
    dove_decoder_close(&decoder);
  }
}

static void test_missing_texts_are_an_error(void **state) {
  (void)state;
  decoding d;
  dove_error error = {0};
  open_decoding(&d);
  assert_int_equal(decode(&d, "never", "good", 1, &error), DOVE_NETWORK);
}

static dove_status read_likelihoods(decoding *d, const char *mode, dove_error *error) {
  dove_decoder decoder = {0};
  const dove_likelihood_options options = {.endpoint = endpoint("decoder", mode), .prompt = prompt};
  if (dove_decoder_open_likelihood(&options, &decoder, error) != DOVE_OK) fail_msg("%s", error->message);
  const dove_status status = dove_decoder_distortions(&decoder, &d->batch, d->distortions, NULL, error);
  dove_decoder_close(&decoder);
  return status;
}

/* The server gives a word of n characters −n/10. "An honest text.": (2 + 6 + 5) / 30. "Zwei kurze Sätze stehen hier.
 * Drei": (4 + 5 + 5 + 6 + 5 + 4) / 60. */
static void test_likelihood(void **state) {
  (void)state;
  static const double wanted[PAIRS] = {13.0 / 30, 29.0 / 60, 13.0 / 30};
  decoding d;
  dove_error error = {0};
  open_decoding(&d);
  if (read_likelihoods(&d, "good", &error) != DOVE_OK) fail_msg("%s", error.message);
  for (size_t i = 0; i < PAIRS; i++) assert_true(fabs(d.distortions[i] - wanted[i]) < 1e-9);
}

static void test_no_likelihood(void **state) {
  (void)state;
  static const char *const modes[] = {"noecho", "bad", "html", "utf8"};
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    decoding d;
    dove_error error = {0};
    open_decoding(&d);
    assert_int_equal(read_likelihoods(&d, modes[i], &error), DOVE_NETWORK);
    if (strstr(error.message, "vLLM") == NULL) fail_msg("%s: %s", modes[i], error.message);
  }
}

/* Replies by hand. Of the prompt's 4 characters 2 are passed over; without tokens that fit, offsets count. */
static void test_likelihood_replies(void **state) {
  (void)state;
  static const struct {
    const char *body;
    double mean; /* NAN: refused */
  } cases[] = {
      {"{\"choices\":[{\"logprobs\":{\"token_logprobs\":[null,-1,-2,-4],\"text_offset\":[0,1,2,3]}}]}", 3},
      {"{\"choices\":[{\"logprobs\":{\"token_logprobs\":[null,-1,-2,-4],\"text_offset\":[0,1,2,4]}}]}", 2},
      {"{\"choices\":[{\"logprobs\":{\"token_logprobs\":[null,-1,-2,-4],\"text_offset\":[0,1,2,3]}}],"
       "\"usage\":{\"prompt_tokens\":3}}",
       2},
      {"{\"choices\":[{\"logprobs\":{\"tokens\":[\"x\",\"y\",\"z\",\"w\"],\"token_logprobs\":[null,-1,-2,-4],"
       "\"text_offset\":[0,1,2,3]}}]}",
       3},
      /* 文 as three tokens: an offset that counts each of them as a character puts d behind the prompt's end */
      {"{\"choices\":[{\"logprobs\":{\"tokens\":[\"ab\",\"\",\"\\ufffd\",\"\\ufffd\",\"d\"],"
       "\"token_logprobs\":[null,-1,-2,-3,-6],\"text_offset\":[0,2,2,3,4]}}]}",
       3},
      /* one that begins before the text, the part of a character with what follows it, and the token that was written
       */
      {"{\"choices\":[{\"logprobs\":{\"tokens\":[\"<s>\",\"ab\",\"\\ufffd\",\"\\ufffdd\",\".\"],"
       "\"token_logprobs\":[null,-9,-2,-4,-9],\"text_offset\":[0,3,5,6,8]}}]}",
       3},
      {"{\"choices\":[{\"logprobs\":{\"token_logprobs\":[null,-1,null],\"text_offset\":[0,1,2]}}]}", NAN},
      {"{\"choices\":[{\"logprobs\":{\"token_logprobs\":[null,-1,2],\"text_offset\":[0,1,2]}}]}", NAN},
      {"{\"choices\":[{\"logprobs\":{\"token_logprobs\":[null,-1],\"text_offset\":[0,1]}}]}", NAN},
      {"{\"choices\":[{\"logprobs\":{\"token_logprobs\":[null,-1,-2],\"text_offset\":[0,1]}}]}", NAN},
      {"{\"choices\":[{\"logprobs\":null}]}", NAN},
      {"{}", NAN},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    double mean = 0;
    dove_error error = {0};
    const dove_status status = dove_likelihood_read(cases[i].body, "ab文d", 2, &mean, &error);
    if (isnan(cases[i].mean)) {
      assert_int_equal(status, DOVE_INPUT);
    } else {
      if (status != DOVE_OK) fail_msg("%zu: %s", i, error.message);
      assert_true(fabs(mean - cases[i].mean) < 1e-12);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_taken_names),
      cmocka_unit_test(test_equal_codes),
      cmocka_unit_test(test_refused_names),
      cmocka_unit_test(test_no_names),
      cmocka_unit_test_setup_teardown(test_names_are_kept, store_setup, store_teardown),
      cmocka_unit_test(test_values),
      cmocka_unit_test(test_written_texts),
      cmocka_unit_test(test_what_is_not_written_reconstructs_nothing),
      cmocka_unit_test_setup_teardown(test_refusals_stand, store_setup, store_teardown),
      cmocka_unit_test(test_missing_texts_are_an_error),
      cmocka_unit_test(test_likelihood),
      cmocka_unit_test(test_no_likelihood),
      cmocka_unit_test(test_likelihood_replies),
  };
  return cmocka_run_group_tests(tests, start_server, stop_server);
}
