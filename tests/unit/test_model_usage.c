#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/model_usage.h"
#include "dove/score.h"
#include "dove/store_coding.h"
#include "near.h"
#include "unit/scored_project.h"

enum { CODES = 3, TOPICS = 4 };

static char path[64];

/* A project whose documents are coded, opened as panes do. */
static dove_model *open_model(void) {
  dove_error error = {0};
  snprintf(path, sizeof path, "/tmp/dove-usage-%ld.dove", (long)getpid());
  unlink(path);
  dove_store *store = make_scored_project(path);
  const dove_score_options options = {.anew = true};
  int64_t run = 0;
  if (dove_score(store, &options, &run, NULL, &error) != DOVE_OK) fail_msg("%s", error.message);
  dove_store_close(store);
  dove_model *model = NULL;
  if (dove_model_open(path, &model, &error) != DOVE_OK) fail_msg("%s", error.message);
  return model;
}

static void close_model(dove_model *model) {
  dove_model_close(model);
  unlink(path);
}

/* q of the document of `writer` on topic `t` (its id is "k0", "m3", …), as the project holds it. */
static void read_q(dove_model *model, const char *writer, int t, double q[CODES]) {
  char id[16];
  int64_t document = 0;
  snprintf(id, sizeof id, "%s%d", writer, t);
  assert_int_equal(dove_store_document_find(dove_model_store(model), id, &document, NULL), DOVE_OK);
  dove_store_document_coding coding = {0};
  assert_int_equal(dove_store_document_coding_read(dove_model_store(model), dove_model_view(model).iteration, document,
                                                   &coding, NULL),
                   DOVE_OK);
  memset(q, 0, CODES * sizeof *q);
  for (size_t i = 0; i < coding.code_count; i++) q[coding.codes[i].ordinal] = coding.codes[i].q;
  dove_store_document_coding_free(&coding);
}

static size_t group_named(const dove_usage_matrix *matrix, const char *name) {
  int side = DOVE_SIDE_NONE;
  if (!dove_side_find(matrix, name, &side)) fail_msg("no side '%s'", name);
  assert_true(side >= 0);
  return (size_t)side;
}

/* Every writer of the project is a group of its own, the role apart from the model in none. */
static void groups_and_means(void **state) {
  (void)state;
  static const struct {
    const char *name, *writer;
    bool human, role;
  } groups[] = {{"KR", "k", true, false},
                {"US", "u", true, false},
                {"m-one", "m", false, false},
                {"m-one · Korean", "r", false, true},
                {"m-two", "n", false, false}};
  dove_model *model = open_model();
  const dove_usage_matrix *matrix = NULL;
  assert_int_equal(dove_model_usage(model, &matrix, NULL), DOVE_OK);
  assert_int_equal(matrix->groups, 5);
  assert_int_equal(matrix->codes, CODES);
  assert_string_equal(matrix->names[1], "freedom");
  for (size_t i = 0; i < 5; i++) {
    const size_t group = group_named(matrix, groups[i].name);
    assert_int_equal(matrix->group[group].documents, TOPICS);
    assert_int_equal(matrix->group[group].human, groups[i].human);
    assert_int_equal(matrix->group[group].role, groups[i].role);
    double mean[CODES] = {0};
    for (int t = 0; t < TOPICS; t++) {
      double q[CODES];
      read_q(model, groups[i].writer, t, q);
      for (int k = 0; k < CODES; k++) mean[k] += q[k] / TOPICS;
    }
    for (size_t k = 0; k < CODES; k++) assert_near(matrix->mean[group * CODES + k], mean[k], 1e-7);
  }
  close_model(model);
}

/* KR and m-one wrote on the same four topics: the paired t interval of the four differences; t of three degrees of
 * freedom is 3.182446305. */
static void two_sides(void **state) {
  (void)state;
  dove_model *model = open_model();
  const dove_usage_matrix *matrix = NULL;
  dove_usage_contrast contrast;
  assert_int_equal(dove_model_usage(model, &matrix, NULL), DOVE_OK);
  assert_int_equal(
      dove_model_contrast(model, (int)group_named(matrix, "KR"), (int)group_named(matrix, "m-one"), &contrast, NULL),
      DOVE_OK);
  assert_int_equal(contrast.topics, TOPICS);
  for (size_t k = 0; k < CODES; k++) {
    double differences[TOPICS], mean = 0, squares = 0;
    for (int t = 0; t < TOPICS; t++) {
      double one[CODES], other[CODES];
      read_q(model, "k", t, one);
      read_q(model, "m", t, other);
      differences[t] = one[k] - other[k];
      mean += differences[t] / TOPICS;
    }
    for (int t = 0; t < TOPICS; t++) squares += (differences[t] - mean) * (differences[t] - mean);
    const double half = 3.182446305 * sqrt(squares / (TOPICS - 1) / TOPICS);
    assert_near(contrast.code[k].difference, mean, 1e-7);
    assert_near(contrast.code[k].low, mean - half, 1e-6);
    assert_near(contrast.code[k].high, mean + half, 1e-6);
  }
  dove_usage_contrast_free(&contrast);
  close_model(model);
}

/* All people, all models in no role; nobody; a side without documents. */
static void sides_of_several_groups(void **state) {
  (void)state;
  dove_model *model = open_model();
  const dove_usage_matrix *matrix = NULL;
  dove_usage_contrast contrast;
  dove_error error = {0};
  assert_int_equal(dove_model_contrast(model, DOVE_SIDE_PEOPLE, DOVE_SIDE_MODELS, &contrast, NULL), DOVE_OK);
  assert_int_equal(contrast.documents_first, 2 * TOPICS);
  assert_int_equal(contrast.documents_second, 2 * TOPICS);
  dove_usage_contrast_free(&contrast);
  assert_int_equal(dove_model_contrast(model, DOVE_SIDE_PEOPLE, DOVE_SIDE_NONE, &contrast, NULL), DOVE_OK);
  assert_near(contrast.code[0].second, 0, 0);
  dove_usage_contrast_free(&contrast);
  assert_int_equal(dove_model_contrast(model, 77, DOVE_SIDE_MODELS, &contrast, &error), DOVE_INPUT);
  assert_int_equal(dove_model_usage(model, &matrix, NULL), DOVE_OK);
  assert_true(dove_model_usage_known(model));
  dove_model_invalidate(model);
  assert_false(dove_model_usage_known(model));
  assert_int_equal(dove_model_usage(model, &matrix, NULL), DOVE_OK);
  int side;
  assert_string_equal(dove_side_name(matrix, DOVE_SIDE_PEOPLE), "people");
  assert_false(dove_side_find(matrix, "nobody", &side));
  close_model(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups_and_means),
      cmocka_unit_test(two_sides),
      cmocka_unit_test(sides_of_several_groups),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
