/* Coding one free text: the recognizer gives four expressions, of which the embedder knows three; two point to the
 * first axis and one to the second. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dove/coding.h"
#include "dove/memory.h"

enum { D = 3 };

static dove_status recognize(void *state, const dove_recognizer_document *documents, size_t count,
                             dove_recognition *recognitions, const dove_progress *progress, dove_error *error) {
  static const char *const found[] = {"x", "unknown", "y", "x"};
  (void)state;
  (void)count;
  (void)progress;
  (void)error;
  recognitions[0].status = DOVE_OK;
  if (strcmp(documents[0].text, "silence") == 0) {
    strcpy(recognitions[0].reason, "no sentence says what should be");
    return DOVE_OK;
  }
  recognitions[0].expressions = calloc(4, sizeof *recognitions[0].expressions);
  assert_non_null(recognitions[0].expressions);
  recognitions[0].count = strcmp(documents[0].text, "unknown") == 0 ? 1 : 4;
  for (size_t i = 0; i < recognitions[0].count; i++) {
    recognitions[0].expressions[i].code_name = dove_strdup("name");
    recognitions[0].expressions[i].description = dove_strdup(recognitions[0].count == 1 ? "unknown" : found[i]);
  }
  return DOVE_OK;
}

static dove_status embed(void *state, const char *const *texts, size_t count, float *vectors, bool *embedded,
                         dove_embedding_report *report, const dove_progress *progress, dove_error *error) {
  (void)state;
  (void)report;
  (void)progress;
  (void)error;
  for (size_t i = 0; i < count; i++) {
    embedded[i] = strcmp(texts[i], "unknown") != 0;
    memset(vectors + i * D, 0, D * sizeof *vectors);
    if (embedded[i]) vectors[i * D + (size_t)(texts[i][0] - 'x')] = 1;
  }
  return DOVE_OK;
}

static void close_nothing(void *state) { (void)state; }

static const dove_recognizer_operations recognizer_operations = {.recognize = recognize};
static const dove_embedder_operations embedder_operations = {.embed = embed, .close = close_nothing};

typedef struct fixture {
  dove_recognizer recognizer;
  dove_embedder embedder;
  dove_codebook codebook;
  dove_settings settings;
  dove_text_coding coding;
  dove_error error;
} fixture;

static int setup(void **state) {
  fixture *f = calloc(1, sizeof *f);
  if (f == NULL) return -1;
  *state = f;
  f->recognizer = (dove_recognizer){.operations = &recognizer_operations, .name = "test"};
  f->embedder = (dove_embedder){.operations = &embedder_operations, .name = "test", .dimension = D};
  dove_settings_defaults(&f->settings);
  if (dove_codebook_create(&f->codebook, D, D, &f->error) != DOVE_OK) return -1;
  for (size_t k = 0; k < D; k++) f->codebook.centroids.data[k * D + k] = 1;
  f->codebook.sigma2 = 0.01;
  return 0;
}

static int teardown(void **state) {
  fixture *f = *state;
  dove_text_coding_free(&f->coding);
  dove_codebook_free(&f->codebook);
  free(f);
  return 0;
}

static dove_status code(fixture *f, const char *text) {
  return dove_code_text(&f->codebook, &f->recognizer, &f->embedder, &f->settings, text, "en", &f->coding, NULL,
                        &f->error);
}

static void test_codes(void **state) {
  fixture *f = *state;
  assert_int_equal(code(f, "something"), DOVE_OK);
  assert_int_equal(f->coding.known, 3);
  assert_true(f->coding.expression_codes[0] == 0 && f->coding.expression_codes[1] == UINT32_MAX &&
              f->coding.expression_codes[2] == 1 && f->coding.expression_codes[3] == 0);
  assert_true(fabs(dove_sparse_at(&f->coding.q, 0, 0) - 2.0 / 3.0) < 1e-9);
  assert_int_equal(f->coding.recognised_count, 2);
  assert_true(f->coding.recognised[0] == 0 && f->coding.recognised[1] == 1);
  assert_true(fabs(f->coding.recognised_q[1] - 1.0 / 3.0) < 1e-9);
}

static void test_says_why_not(void **state) {
  fixture *f = *state;
  assert_int_equal(code(f, "silence"), DOVE_INPUT);
  assert_non_null(strstr(f->error.message, "no sentence says what should be"));
  assert_int_equal(code(f, "unknown"), DOVE_INPUT);
  assert_non_null(strstr(f->error.message, "knows"));
  assert_null(f->coding.expression_codes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_codes, setup, teardown),
                                     cmocka_unit_test_setup_teardown(test_says_why_not, setup, teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
