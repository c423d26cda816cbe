/* The bodies of chat and embedding requests and replies. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the headers above first. */
#include <cmocka.h>

#include "dove/chat.h"
#include "dove/embeddings.h"

static void test_chat_body(void **state) {
  (void)state;
  char *body = NULL;
  dove_error error;
  const dove_chat_message messages[] = {{"system", "Be brief."}, {"user", "Say \"hi\".\n"}};
  dove_chat_parameters parameters = {.model = "m", .temperature = 0.5, .max_tokens = 20};
  assert_int_equal(dove_chat_body(&parameters, messages, 2, &body, &error), DOVE_OK);
  assert_string_equal(body,
                      "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                      "{\"role\":\"user\",\"content\":\"Say \\\"hi\\\".\\n\"}],\"temperature\":0.5,"
                      "\"max_completion_tokens\":20}");
  free(body);
  parameters = (dove_chat_parameters){.model = "m",
                                      .temperature = (double)NAN,
                                      .max_tokens = 7,
                                      .old_max_tokens = true,
                                      .schema = "{\"type\":\"object\"}",
                                      .schema_name = "code"};
  assert_int_equal(dove_chat_body(&parameters, messages, 0, &body, &error), DOVE_OK);
  assert_string_equal(body,
                      "{\"model\":\"m\",\"messages\":[],\"max_tokens\":7,\"response_format\":{\"type\":\"json_schema\","
                      "\"json_schema\":{\"name\":\"code\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}}");
  free(body);
  parameters.schema = "{";
  assert_int_equal(dove_chat_body(&parameters, messages, 0, &body, &error), DOVE_INPUT);
}

static void test_chat_reply(void **state) {
  (void)state;
  dove_chat_reply reply;
  dove_error error;
  assert_int_equal(
      dove_chat_read("{\"choices\":[{\"message\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}]}", &reply, &error),
      DOVE_OK);
  assert_string_equal(reply.content, "yes");
  assert_null(reply.refusal);
  assert_false(reply.cut || reply.filtered);
  dove_chat_reply_free(&reply);
  assert_int_equal(dove_chat_read("{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"no\"},"
                                  "\"finish_reason\":\"length\"}]}",
                                  &reply, &error),
                   DOVE_OK);
  assert_string_equal(reply.content, "");
  assert_string_equal(reply.refusal, "no");
  assert_true(reply.cut);
  dove_chat_reply_free(&reply);
  assert_int_equal(dove_chat_read("{\"choices\":[]}", &reply, &error), DOVE_INPUT);
  assert_int_equal(dove_chat_read("{\"data\":[]}", &reply, &error), DOVE_INPUT);
}

static void test_embeddings_body(void **state) {
  (void)state;
  char *body = NULL;
  dove_error error;
  const char *const texts[] = {"a", "b"};
  assert_int_equal(dove_embeddings_body("m", texts, 2, 64, true, &body, &error), DOVE_OK);
  assert_string_equal(body,
                      "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\",\"dimensions\":64}");
  free(body);
}

static void test_embeddings_reply(void **state) {
  (void)state;
  uint32_t dimension = 0;
  float *vectors = NULL;
  dove_error error;
  /* (3, 4) as little-endian float32 is 00 00 40 40 00 00 80 40; its unit vector (0.6, 0.8). */
  assert_int_equal(dove_embeddings_read("{\"data\":[{\"index\":1,\"embedding\":[0,-2]},"
                                        "{\"index\":0,\"embedding\":\"AABAQAAAgEA=\"}]}",
                                        2, &dimension, &vectors, &error),
                   DOVE_OK);
  const float wanted[] = {0.6F, 0.8F, 0, -1};
  assert_int_equal(dimension, 2);
  for (size_t i = 0; i < 4; i++) assert_true(fabsf(vectors[i] - wanted[i]) < 1e-6F);
  free(vectors);
}

static void refuses(const char *body, size_t count, uint32_t dimension, const char *says) {
  float *vectors = NULL;
  dove_error error = {0};
  assert_int_equal(dove_embeddings_read(body, count, &dimension, &vectors, &error), DOVE_INPUT);
  assert_null(vectors);
  if (strstr(error.message, says) == NULL) fail_msg("'%s' does not say '%s'", error.message, says);
}

static void test_embeddings_refused(void **state) {
  (void)state;
  refuses("{}", 1, 0, "0 vectors for 1");
  refuses("{\"data\":[]}", 1, 0, "0 vectors for 1");
  refuses("{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}", 2, 0, "twice");
  refuses("{\"data\":[{\"index\":1,\"embedding\":[1]}]}", 1, 0, "index");
  refuses("{\"data\":[{\"index\":-1,\"embedding\":[1]}]}", 1, 0, "index");
  refuses("{\"data\":[{\"embedding\":[1]}]}", 1, 0, "index");
  refuses("{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}", 1, 3, "2 numbers, not 3");
  refuses("{\"data\":[{\"index\":0,\"embedding\":[0,0]}]}", 1, 0, "zeros");
  refuses("{\"data\":[{\"index\":0,\"embedding\":[1e39,1]}]}", 1, 0, "not finite");
  refuses("{\"data\":[{\"index\":0,\"embedding\":[null]}]}", 1, 0, "neither");
  refuses("{\"data\":[{\"index\":0,\"embedding\":\"AAAA\"}]}", 1, 0, "neither");
  refuses("{\"data\":[{\"index\":0,\"embedding\":\"\"}]}", 1, 0, "neither");
  /* Base64 of a float32 NaN, 00 00 C0 7F. */
  refuses("{\"data\":[{\"index\":0,\"embedding\":\"AADAfw==\"}]}", 1, 0, "not finite");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_chat_body), cmocka_unit_test(test_chat_reply),
                                     cmocka_unit_test(test_embeddings_body), cmocka_unit_test(test_embeddings_reply),
                                     cmocka_unit_test(test_embeddings_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
