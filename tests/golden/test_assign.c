/* Soft assignment and σ against coding_cases.json: the formulas of SPEC 2 in plain Python. float64 to 1e-9, float32 to
 * 1e-5. */
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

#include "dove/assign.h"
#include "golden/coding_reference.h"

enum { MOST = 4096 };

typedef struct coding_case {
  size_t rows, codes, columns, documents;
  double expressions[MOST], centroids[MOST];
  uint32_t label[256], document[256];
} coding_case;

static coding_case now;

static size_t read_row(const cJSON *row, double *out) {
  size_t count = 0;
  const cJSON *value;
  cJSON_ArrayForEach(value, row) out[count++] = value->valuedouble;
  return count;
}

static void load(const cJSON *item) {
  now = (coding_case){0};
  const cJSON *row, *document;
  cJSON_ArrayForEach(row, cJSON_GetObjectItem(item, "centroids")) {
    now.columns = read_row(row, now.centroids + now.codes * now.columns);
    now.codes++;
  }
  cJSON_ArrayForEach(document, cJSON_GetObjectItem(item, "documents")) {
    cJSON_ArrayForEach(row, document) {
      read_row(row, now.expressions + now.rows * now.columns);
      now.document[now.rows++] = (uint32_t)now.documents;
    }
    now.documents++;
  }
  size_t count = 0;
  cJSON_ArrayForEach(row, cJSON_GetObjectItem(item, "labels")) now.label[count++] = (uint32_t)row->valueint;
  assert_int_equal(count, now.rows);
  assert_true(now.rows * now.columns <= MOST && now.codes * now.columns <= MOST);
}

static void make_unit(double *data, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    double square = 0.0;
    for (size_t j = 0; j < columns; j++) square += data[i * columns + j] * data[i * columns + j];
    for (size_t j = 0; j < columns; j++) data[i * columns + j] /= sqrt(square);
  }
}

static dove_matrix to_float(const double *data, size_t rows, size_t columns) {
  dove_matrix matrix;
  assert_int_equal(dove_matrix_create(&matrix, rows, columns, NULL), DOVE_OK);
  for (size_t i = 0; i < rows * columns; i++) matrix.data[i] = (float)data[i];
  return matrix;
}

/* Means of the dense rows per document, and their sums over documents, beside the file's. */
static size_t check_documents(const double *q, const cJSON *expected, double tolerance) {
  const cJSON *documents = cJSON_GetObjectItem(expected, "q"), *sums = cJSON_GetObjectItem(expected, "n");
  size_t checked = 0;
  for (size_t k = 0; k < now.codes; k++) {
    double sum = 0.0;
    for (size_t x = 0; x < now.documents; x++) {
      double mean = 0.0, members = 0.0;
      for (size_t i = 0; i < now.rows; i++) {
        if (now.document[i] != x) continue;
        mean += q[i * now.codes + k];
        members += 1.0;
      }
      mean /= members;
      sum += mean;
      const cJSON *entry = cJSON_GetArrayItem(cJSON_GetArrayItem(documents, (int)x), (int)k);
      assert_true(fabs(mean - entry->valuedouble) <= tolerance);
      checked++;
    }
    assert_true(fabs(sum - cJSON_GetArrayItem(sums, (int)k)->valuedouble) <= tolerance * (double)now.documents);
  }
  return checked;
}

static void float64_agrees(void **state) {
  (void)state;
  static double q[MOST];
  cJSON *cases = read_coding_cases();
  const cJSON *item, *setting;
  size_t checked = 0;
  cJSON_ArrayForEach(item, cases) {
    load(item);
    make_unit(now.expressions, now.rows, now.columns);
    double sigma2;
    assert_int_equal(dove_sigma2_mle_double(now.expressions, now.rows, now.centroids, now.codes, now.columns, now.label,
                                            &sigma2, NULL),
                     DOVE_OK);
    assert_true(fabs(sigma2 - cJSON_GetObjectItem(item, "sigma2_mle")->valuedouble) <= 1e-9);
    cJSON_ArrayForEach(setting, cJSON_GetObjectItem(item, "by_sigma2")) {
      assert_int_equal(dove_assign_double(now.expressions, now.rows, now.centroids, now.codes, now.columns,
                                          strtod(setting->string, NULL), q, NULL),
                       DOVE_OK);
      checked += check_documents(q, setting, 1e-9);
    }
  }
  assert_int_equal(checked, 2 * (6 * 5 + 20 * 9));
  cJSON_Delete(cases);
}

/* The sparse path, through dove_sparse_group_means and dove_sparse_column_sums. */
static void check_sparse(const dove_assignment *assignment, const cJSON *expected) {
  dove_sparse means;
  double sums[64], row[64];
  assert_int_equal(dove_sparse_group_means(&assignment->q, now.document, now.documents, &means, NULL), DOVE_OK);
  dove_sparse_column_sums(&means, sums);
  for (size_t x = 0; x < now.documents; x++) {
    const cJSON *line = cJSON_GetArrayItem(cJSON_GetObjectItem(expected, "q"), (int)x);
    dove_sparse_row(&means, x, row);
    for (size_t k = 0; k < now.codes; k++) {
      const double wanted = cJSON_GetArrayItem(line, (int)k)->valuedouble;
      assert_true(fabs(row[k] - wanted) <= 1e-5);
      assert_true(fabs(dove_sparse_at(&means, x, (uint32_t)k) - wanted) <= 1e-5);
    }
  }
  for (size_t k = 0; k < now.codes; k++) {
    const double wanted = cJSON_GetArrayItem(cJSON_GetObjectItem(expected, "n"), (int)k)->valuedouble;
    assert_true(fabs(sums[k] - wanted) <= 1e-5 * (double)now.documents);
  }
  dove_sparse_free(&means);
}

static void float32_agrees(void **state) {
  (void)state;
  cJSON *cases = read_coding_cases();
  const cJSON *item, *setting;
  cJSON_ArrayForEach(item, cases) {
    load(item);
    dove_matrix expressions = to_float(now.expressions, now.rows, now.columns);
    dove_matrix centroids = to_float(now.centroids, now.codes, now.columns);
    dove_normalize_rows(expressions.data, now.rows, now.columns);
    const dove_matrix_view e = dove_matrix_as_view(&expressions), c = dove_matrix_as_view(&centroids);
    double sigma2;
    assert_int_equal(dove_sigma2_mle(e, c, now.label, &sigma2, NULL), DOVE_OK);
    assert_true(fabs(sigma2 - cJSON_GetObjectItem(item, "sigma2_mle")->valuedouble) <= 1e-5);
    cJSON_ArrayForEach(setting, cJSON_GetObjectItem(item, "by_sigma2")) {
      dove_assignment assignment;
      assert_int_equal(dove_assign(e, c, strtod(setting->string, NULL), 0.0, &assignment, NULL, NULL), DOVE_OK);
      check_sparse(&assignment, setting);
      dove_assignment_free(&assignment);
    }
    dove_matrix_free(&expressions);
    dove_matrix_free(&centroids);
  }
  cJSON_Delete(cases);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(float64_agrees), cmocka_unit_test(float32_agrees)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
