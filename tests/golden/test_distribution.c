/* Distributions and the cost matrix against coding_cases.json, which the formulas of the specification gave in plain
 * Python; and the ceiling, by hand. */
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

#include "dove/distribution.h"
#include "dove/parallel.h"
#include "dove/uncertainty.h"
#include "golden/coding_reference.h"
#include "near.h"

enum { MOST = 64 };

/* Rows of numbers as a sparse matrix: every second zero would do, but these are all above zero. */
static dove_sparse read_sparse(const cJSON *rows) {
  const size_t count = (size_t)cJSON_GetArraySize(rows), columns = (size_t)cJSON_GetArraySize(rows->child);
  dove_sparse q = {count, columns, calloc(count + 1, sizeof(size_t)), calloc(count * columns, sizeof(uint32_t)),
                   calloc(count * columns, sizeof(double))};
  size_t entry = 0, i = 0;
  const cJSON *row, *value;
  cJSON_ArrayForEach(row, rows) {
    uint32_t k = 0;
    cJSON_ArrayForEach(value, row) {
      q.column[entry] = k++;
      q.value[entry++] = value->valuedouble;
    }
    q.offset[++i] = entry;
  }
  return q;
}

static dove_matrix read_matrix(const cJSON *rows) {
  dove_matrix matrix;
  dove_error error;
  assert_int_equal(
      dove_matrix_create(&matrix, (size_t)cJSON_GetArraySize(rows), (size_t)cJSON_GetArraySize(rows->child), &error),
      DOVE_OK);
  size_t entry = 0;
  const cJSON *row, *value;
  cJSON_ArrayForEach(row, rows) { cJSON_ArrayForEach(value, row) matrix.data[entry++] = (float)value->valuedouble; }
  return matrix;
}

static void check_setting(const cJSON *item, const cJSON *setting) {
  dove_sparse q = read_sparse(cJSON_GetObjectItem(setting, "q"));
  dove_matrix centroids = read_matrix(cJSON_GetObjectItem(item, "centroids"));
  uint32_t rows[MOST];
  double cost[MOST * MOST], mean[MOST];
  dove_error error;
  for (uint32_t i = 0; i < q.rows; i++) rows[i] = i;
  const dove_document_set all = {rows, q.rows};
  assert_int_equal(dove_value_cost(&q, all, dove_matrix_as_view(&centroids), 1e-8, cost, &error), DOVE_OK);
  const cJSON *expected = cJSON_GetObjectItem(setting, "cost"), *n = cJSON_GetObjectItem(setting, "n");
  for (int i = 0; i < (int)q.columns; i++) {
    for (int j = 0; j < (int)q.columns; j++) {
      const double value = cJSON_GetArrayItem(cJSON_GetArrayItem(expected, i), j)->valuedouble;
      assert_near(cost[(size_t)i * q.columns + (size_t)j], value, 1e-6); /* the centroids are float32 */
    }
  }
  dove_distribution_mean(&q, all, NULL, mean);
  for (int k = 0; k < (int)q.columns; k++)
    assert_near(mean[k] * (double)q.rows, cJSON_GetArrayItem(n, k)->valuedouble, 1e-9);
  dove_matrix_free(&centroids);
  dove_sparse_free(&q);
}

static void costs_agree_with_the_reference(void **state) {
  (void)state;
  cJSON *cases = read_coding_cases();
  const cJSON *item, *setting;
  int settings = 0;
  cJSON_ArrayForEach(item, cases) {
    cJSON_ArrayForEach(setting, cJSON_GetObjectItem(item, "by_sigma2")) {
      check_setting(item, setting);
      settings++;
    }
  }
  assert_int_equal(settings, 4);
  cJSON_Delete(cases);
}

/* Two documents, (1, 0) and (1/2, 1/2), centroids at a right angle: E[min] = 1/4, E[max] = 3/4, so
 * D_12 = (1 − 0)(1 − 1/3) = 2/3. With the first document three times: a = (3 + 1/2, 1/2) / 4. */
static void a_case_by_hand(void **state) {
  (void)state;
  size_t offset[] = {0, 1, 3};
  uint32_t column[] = {0, 0, 1}, rows[] = {0, 1};
  double value[] = {1, 0.5, 0.5}, cost[4], a[2];
  const float axes[] = {1, 0, 0, 1};
  const uint32_t weight[] = {3, 1};
  const dove_sparse q = {2, 2, offset, column, value};
  dove_error error;
  assert_int_equal(
      dove_value_cost(&q, (dove_document_set){rows, 2}, (dove_matrix_view){axes, 2, 2}, 1e-8, cost, &error), DOVE_OK);
  assert_near(cost[1], 2.0 / 3.0, 1e-7);
  assert_near(cost[2], cost[1], 0);
  assert_near(cost[0], 0, 0);
  dove_distribution_mean(&q, (dove_document_set){rows, 2}, weight, a);
  assert_near(a[0], 0.875, 1e-15);
  assert_near(a[1], 0.125, 1e-15);
  assert_int_equal(
      dove_value_cost(&q, (dove_document_set){rows, 2}, (dove_matrix_view){axes, 1, 2}, 1e-8, cost, &error),
      DOVE_USAGE);
}

/* 20 human documents, halves of 10: variance scale 4/20 = 0.2. With 20 model documents 1/20 + 1/20 = 0.1: half of it.
 */
static void ceiling_by_hand(void **state) {
  (void)state;
  assert_near(dove_ceiling_divergence(0.01, 20, 20), 0.005, 1e-15);
  assert_near(dove_ceiling_divergence(0.01, 20, 5), 0.01 * 0.25 / 0.2, 1e-15);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(costs_agree_with_the_reference),
      cmocka_unit_test(a_case_by_hand),
      cmocka_unit_test(ceiling_by_hand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
