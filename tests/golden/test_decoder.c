/* The centroid decoder against coding_cases.json: distortions computed from the formulas in plain Python. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <math.h>

#include "dove/decoder.h"
#include "golden/coding_reference.h"
#include "near.h"

enum { MOST = 4096 };

static size_t read_row(const cJSON *row, float *out) {
  size_t count = 0;
  const cJSON *value;
  cJSON_ArrayForEach(value, row) out[count++] = (float)value->valuedouble;
  return count;
}

/* e_x: the mean of the document's expression vectors, made unit. The file's vectors have not unit length yet. */
static size_t read_document(const cJSON *document, float *out) {
  double sum[256] = {0};
  float row[256];
  size_t dimension = 0;
  const cJSON *expression;
  cJSON_ArrayForEach(expression, document) {
    dimension = read_row(expression, row);
    double length = 0.0;
    for (size_t j = 0; j < dimension; j++) length += (double)row[j] * (double)row[j];
    for (size_t j = 0; j < dimension; j++) sum[j] += (double)row[j] / sqrt(length);
  }
  double squared = 0.0;
  for (size_t j = 0; j < dimension; j++) squared += sum[j] * sum[j];
  for (size_t j = 0; j < dimension; j++) out[j] = (float)(sum[j] / sqrt(squared));
  return dimension;
}

static size_t check_setting(const cJSON *item, const cJSON *setting, const dove_decoder *decoder) {
  static float documents[MOST], centroids[MOST];
  uint32_t pair_documents[64], codes[MOST];
  size_t starts[65] = {0};
  double weights[MOST], distortions[64];
  dove_decoder_batch batch = {.document_vectors = documents,
                              .centroids = centroids,
                              .pair_documents = pair_documents,
                              .set_starts = starts,
                              .codes = codes,
                              .weights = weights};
  const cJSON *row;
  cJSON_ArrayForEach(row, cJSON_GetObjectItem(item, "centroids")) batch.dimension =
      read_row(row, centroids + batch.code_count++ * batch.dimension);
  cJSON_ArrayForEach(row, cJSON_GetObjectItem(item, "documents"))
      read_document(row, documents + batch.document_count++ * batch.dimension);
  size_t used = 0;
  cJSON_ArrayForEach(row, cJSON_GetObjectItem(setting, "top_sets")) {
    const cJSON *q = cJSON_GetArrayItem(cJSON_GetObjectItem(setting, "q"), (int)batch.pair_count);
    const cJSON *code;
    cJSON_ArrayForEach(code, row) {
      codes[used] = (uint32_t)code->valueint;
      weights[used++] = cJSON_GetArrayItem(q, code->valueint)->valuedouble;
    }
    pair_documents[batch.pair_count] = (uint32_t)batch.pair_count;
    starts[++batch.pair_count] = used;
  }
  dove_error error = {0};
  assert_int_equal(dove_decoder_distortions(decoder, &batch, distortions, NULL, &error), DOVE_OK);
  for (size_t p = 0; p < batch.pair_count; p++) {
    const double expected = cJSON_GetArrayItem(cJSON_GetObjectItem(setting, "distortions"), (int)p)->valuedouble;
    if (!(fabs(distortions[p] - expected) <= 1e-6)) fail_msg("%.9f instead of %.9f", distortions[p], expected);
  }
  return batch.pair_count;
}

static void gives_reference_distortions(void **state) {
  (void)state;
  dove_decoder decoder;
  assert_int_equal(dove_decoder_open_centroid(&decoder, NULL), DOVE_OK);
  cJSON *cases = read_coding_cases();
  size_t checked = 0;
  const cJSON *item;
  cJSON_ArrayForEach(item, cases) {
    const cJSON *setting;
    cJSON_ArrayForEach(setting, cJSON_GetObjectItem(item, "by_sigma2")) checked +=
        check_setting(item, setting, &decoder);
  }
  assert_true(checked >= 12);
  cJSON_Delete(cases);
  dove_decoder_close(&decoder);
}

/* x̂ = (3, 4)/5 · e_x = (1, 0): d = -0.6. An empty set and one that cancels out reconstruct nothing: 0. */
static void handles_borders(void **state) {
  (void)state;
  const float documents[] = {1.0f, 0.0f};
  const float centroids[] = {1.0f, 0.0f, 0.0f, 1.0f, -1.0f, 0.0f};
  const uint32_t pair_documents[] = {0, 0, 0};
  const size_t starts[] = {0, 2, 2, 4};
  uint32_t codes[] = {0, 1, 0, 2};
  double weights[] = {0.3, 0.4, 0.5, 0.5};
  const dove_decoder_batch batch = {.dimension = 2,
                                    .document_vectors = documents,
                                    .document_count = 1,
                                    .centroids = centroids,
                                    .code_count = 3,
                                    .pair_count = 3,
                                    .pair_documents = pair_documents,
                                    .set_starts = starts,
                                    .codes = codes,
                                    .weights = weights};
  dove_decoder decoder;
  double d[3];
  dove_error error = {0};
  assert_int_equal(dove_decoder_open_centroid(&decoder, NULL), DOVE_OK);
  assert_int_equal(dove_decoder_distortions(&decoder, &batch, d, NULL, &error), DOVE_OK);
  assert_near(d[0], -0.6, 1e-12);
  assert_near(d[1], 0.0, 0.0);
  assert_near(d[2], 0.0, 0.0);
  weights[0] = (double)NAN;
  assert_int_equal(dove_decoder_distortions(&decoder, &batch, d, NULL, &error), DOVE_INPUT);
  codes[0] = 3;
  assert_int_equal(dove_decoder_distortions(&decoder, &batch, d, NULL, &error), DOVE_INPUT);
  dove_decoder_close(&decoder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gives_reference_distortions),
      cmocka_unit_test(handles_borders),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
