/* The coding and the objective beside reference numbers (coding_cases.json): q, n, recognised codes, distortions and
 * the terms of the objective with the top set alone kept. float32 vectors to 1e-5, float64 ones to 1e-9. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "dove/objective.h"
#include "golden/coding_reference.h"

/* NaN is not close to anything. */
#define assert_close(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

enum { MOST = 512 };

/* One document set of the file: E expressions × D and K centroids × D in float64. */
typedef struct coding_case {
  size_t expressions, documents, codes, dimension;
  double *vectors, *centroids;
  uint32_t document[MOST];
  const cJSON *by_sigma2;
} coding_case;

static void copy_row(const cJSON *row, double *out, bool unit) {
  double square = 0;
  size_t j = 0;
  const cJSON *item;
  cJSON_ArrayForEach(item, row) {
    out[j++] = item->valuedouble;
    square += item->valuedouble * item->valuedouble;
  }
  for (size_t i = 0; unit && i < j; i++) out[i] /= sqrt(square);
}

static coding_case open_case(const cJSON *json) {
  coding_case c = {.by_sigma2 = cJSON_GetObjectItem(json, "by_sigma2")};
  const cJSON *centroids = cJSON_GetObjectItem(json, "centroids"), *documents = cJSON_GetObjectItem(json, "documents");
  const cJSON *document, *row;
  c.dimension = (size_t)cJSON_GetArraySize(centroids->child);
  c.codes = (size_t)cJSON_GetArraySize(centroids);
  c.vectors = calloc(MOST * c.dimension, sizeof *c.vectors);
  c.centroids = calloc(c.codes * c.dimension, sizeof *c.centroids);
  assert_true(c.vectors != NULL && c.centroids != NULL);
  size_t k = 0;
  cJSON_ArrayForEach(row, centroids) { copy_row(row, c.centroids + c.dimension * k++, true); }
  cJSON_ArrayForEach(document, documents) {
    cJSON_ArrayForEach(row, document) {
      assert_true(c.expressions < MOST);
      c.document[c.expressions] = (uint32_t)c.documents;
      copy_row(row, c.vectors + c.dimension * c.expressions++, true);
    }
    c.documents++;
  }
  return c;
}

static void close_case(coding_case *c) {
  free(c->vectors);
  free(c->centroids);
}

static double number(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItem(object, key);
  assert_true(cJSON_IsNumber(item));
  return item->valuedouble;
}

static double at(const cJSON *array, size_t i) { return cJSON_GetArrayItem(array, (int)i)->valuedouble; }

static dove_settings settings_of(const cJSON *expected) {
  dove_settings settings;
  dove_settings_defaults(&settings);
  settings.codes_per_document = (int64_t)number(expected, "M");
  settings.candidate_sets = 1;
  settings.kept_sets = 1;
  return settings;
}

/* The float32 copies that the program works on. */
static void to_float(const double *in, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = (float)in[i];
}

static void make_set(const coding_case *c, dove_expression_set *set) {
  dove_error error = {0};
  *set = (dove_expression_set){.expressions = c->expressions, .documents = c->documents};
  assert_int_equal(dove_matrix_create(&set->vectors, c->expressions, c->dimension, &error), DOVE_OK);
  to_float(c->vectors, c->expressions * c->dimension, set->vectors.data);
  set->document = malloc(c->expressions * sizeof *set->document);
  assert_non_null(set->document);
  memcpy(set->document, c->document, c->expressions * sizeof *set->document);
  assert_int_equal(dove_expression_set_average(set, &error), DOVE_OK);
}

static void make_codebook(const coding_case *c, double sigma2, dove_codebook *codebook) {
  dove_error error = {0};
  assert_int_equal(dove_codebook_create(codebook, c->codes, c->dimension, &error), DOVE_OK);
  to_float(c->centroids, c->codes * c->dimension, codebook->centroids.data);
  codebook->sigma2 = sigma2;
}

static void check_objective(const dove_objective *o, const cJSON *expected, double tolerance) {
  const cJSON *objective = cJSON_GetObjectItem(expected, "objective");
  assert_close(o->distortion, number(objective, "distortion"), tolerance);
  assert_close(o->conditional_entropy, number(objective, "conditional_entropy"), tolerance);
  assert_close(o->marginal_entropy, number(objective, "marginal_entropy"), tolerance);
  assert_close(o->score, number(objective, "S"), tolerance);
}

static void check_sets(const dove_candidate_sets *kept, const coding_case *c, const cJSON *expected) {
  const cJSON *sets = cJSON_GetObjectItem(expected, "top_sets"), *d = cJSON_GetObjectItem(expected, "distortions");
  assert_int_equal(kept->count, c->documents);
  for (size_t i = 0; i < c->documents; i++) {
    const cJSON *set = cJSON_GetArrayItem(sets, (int)i);
    assert_int_equal(kept->starts[i + 1] - kept->starts[i], cJSON_GetArraySize(set));
    for (size_t j = 0; j < kept->starts[i + 1] - kept->starts[i]; j++)
      assert_int_equal(kept->codes[kept->starts[i] + j], (int)at(set, j));
    assert_close(kept->distortion[i], at(d, i), 1e-5);
    assert_close(kept->weight[i], 1, 1e-12);
  }
}

static void check_measurement(const coding_case *c, const cJSON *expected) {
  dove_error error = {0};
  dove_expression_set set;
  dove_codebook codebook;
  dove_measurement m;
  dove_decoder decoder;
  const dove_settings settings = settings_of(expected);
  const cJSON *q = cJSON_GetObjectItem(expected, "q"), *n = cJSON_GetObjectItem(expected, "n");
  make_set(c, &set);
  make_codebook(c, strtod(expected->string, NULL), &codebook);
  assert_int_equal(dove_decoder_open_centroid(&decoder, &error), DOVE_OK);
  assert_int_equal(dove_measure(&codebook, &set, &settings, 0, &decoder, &m, NULL, &error), DOVE_OK);
  for (size_t k = 0; k < c->codes; k++) {
    assert_close(m.usage[k], at(n, k), 1e-5);
    for (size_t i = 0; i < c->documents; i++)
      assert_close(dove_sparse_at(&m.q, i, (uint32_t)k), at(cJSON_GetArrayItem(q, (int)i), k), 1e-5);
  }
  check_sets(&m.kept, c, expected);
  check_objective(&m.objective, expected, 1e-5);
  dove_measurement_free(&m);
  dove_decoder_close(&decoder);
  dove_codebook_free(&codebook);
  dove_expression_set_free(&set);
}

/* The terms from float64 q, of the program's own float64 coding, and the reference's distortions. */
static void check_double(const coding_case *c, const cJSON *expected) {
  dove_error error = {0};
  const dove_settings settings = settings_of(expected);
  double *v = calloc(c->expressions * c->codes, sizeof *v), *q = calloc(c->documents * c->codes, sizeof *q);
  double distortions[MOST], members[MOST] = {0};
  size_t offset[MOST];
  uint32_t column[MOST];
  assert_true(v != NULL && q != NULL && c->documents * c->codes < MOST);
  assert_int_equal(dove_assign_double(c->vectors, c->expressions, c->centroids, c->codes, c->dimension,
                                      strtod(expected->string, NULL), v, &error),
                   DOVE_OK);
  for (size_t i = 0; i < c->expressions; i++) members[c->document[i]]++;
  for (size_t i = 0; i < c->expressions * c->codes; i++) {
    const size_t document = c->document[i / c->codes];
    q[document * c->codes + i % c->codes] += v[i] / members[document];
  }
  for (size_t i = 0; i < c->documents * c->codes; i++) {
    column[i] = (uint32_t)(i % c->codes);
    assert_close(q[i], at(cJSON_GetArrayItem(cJSON_GetObjectItem(expected, "q"), (int)(i / c->codes)), i % c->codes),
                 1e-9);
  }
  for (size_t i = 0; i <= c->documents; i++) offset[i] = i * c->codes;
  for (size_t i = 0; i < c->documents; i++) distortions[i] = at(cJSON_GetObjectItem(expected, "distortions"), i);
  const dove_sparse rows = {c->documents, c->codes, offset, column, q};
  dove_objective objective = {0};
  assert_int_equal(dove_objective_terms(&rows, distortions, (size_t)settings.codes_per_document, settings.beta1,
                                        settings.beta2, &objective, &error),
                   DOVE_OK);
  check_objective(&objective, expected, 1e-9);
  free(v);
  free(q);
}

static void test_reference(void **state) {
  (void)state;
  size_t checked = 0;
  cJSON *cases = read_coding_cases();
  const cJSON *json, *expected;
  cJSON_ArrayForEach(json, cases) {
    coding_case c = open_case(json);
    cJSON_ArrayForEach(expected, c.by_sigma2) {
      check_measurement(&c, expected);
      check_double(&c, expected);
      checked++;
    }
    close_case(&c);
  }
  cJSON_Delete(cases);
  assert_int_equal(checked, 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_reference)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
