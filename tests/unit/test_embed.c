/* Giving expressions their vectors: one embedder for a project, its fit kept, what has no known word named, and vectors
 * from outside. */
#include "store_fixture.h"

#include <math.h>

#include "dove/embed.h"
#include "dove/matrix.h"
#include "dove/store_expressions.h"
#include "dove/store_vectors.h"

static int setup(void **state) {
  setenv("DOVE_SHARE", ".", 1);
  return store_setup(state);
}

static int64_t add(store_fixture *f, int64_t document, const char *description) {
  const dove_store_new_expression row = {
      .code_name = "a name", .description = description, .evidence_start = -1, .evidence_end = -1};
  int64_t id = 0;
  assert_done(f, dove_store_expression_add(f->store, document, DOVE_STORE_ORIGIN_IMPORTED, &row, 1, &id, &f->error));
  return id;
}

static int64_t open_document(store_fixture *f) {
  const dove_store_new_document row = {.external_id = "d", .culture = "US", .source = "human", .text = "Be kind."};
  int64_t id = 0;
  assert_done(f, dove_store_document_add(f->store, &row, &id, &f->error));
  return id;
}

static void read_vector(store_fixture *f, int64_t id, float *vector) {
  dove_store_embedder embedder = {0};
  assert_done(f, dove_store_embedder_active(f->store, &embedder, &f->error));
  assert_done(f,
              dove_store_vectors_read(f->store, embedder.id, DOVE_STORE_EXPRESSION_VECTOR, &id, 1, vector, &f->error));
  dove_store_embedder_free(&embedder);
}

static dove_embed_report embed(store_fixture *f, bool again) {
  dove_settings settings;
  dove_embed_report report;
  const dove_embed_options options = {.again = again};
  dove_settings_defaults(&settings);
  assert_done(f, dove_embed(f->store, &settings, &options, &report, NULL, &f->error));
  return report;
}

static void test_embeds_and_names_the_unknown(void **state) {
  store_fixture *f = *state;
  const int64_t document = open_document(f);
  const int64_t kind = add(f, document, "The author values kindness between neighbours.");
  const int64_t strange = add(f, document, "Qzxv wqzz xxqj.");
  const dove_embed_report report = embed(f, false);
  assert_true(report.expressions == 2 && report.embedded == 1 && report.failed == 1);
  assert_int_equal(report.named[0].id, strange);
  assert_string_equal(report.named[0].text, "Qzxv wqzz xxqj.");
  assert_int_equal(report.dimension, 100);
  assert_true(report.known_words > 0.5 && report.known_words < 1);
  float vector[100];
  read_vector(f, kind, vector);
  assert_true(fabs(dove_dot(vector, vector, 100) - 1) < 1e-6);
}

/* An expression that comes later is embedded by the fit that is stored: with the same words it gets the same vector. */
static void test_later_expressions_use_the_fit(void **state) {
  store_fixture *f = *state;
  static const char *const words[] = {"kindness", "courage", "wealth",  "freedom", "family", "honour", "work",
                                      "peace",    "nature",  "science", "faith",   "law",    "art",    "health"};
  const int64_t document = open_document(f);
  char text[128];
  int64_t first = 0;
  for (size_t i = 0; i < 14; i++) {
    for (size_t j = 0; j < 5; j++) {
      snprintf(text, sizeof text, "The author values %s and %s.", words[i], words[(i + j + 1) % 14]);
      const int64_t id = add(f, document, text);
      if (i == 0 && j == 0) first = id;
    }
  }
  embed(f, false);
  const int64_t later = add(f, document, "The author values kindness and courage.");
  add(f, document, "Nobody needs wealth.");
  const dove_embed_report report = embed(f, false);
  assert_int_equal(report.embedded, 2);
  float a[100], b[100];
  read_vector(f, first, a);
  read_vector(f, later, b);
  assert_memory_equal(a, b, sizeof a);
}

static void test_nothing_to_do(void **state) {
  store_fixture *f = *state;
  assert_int_equal(embed(f, false).expressions, 0);
  add(f, open_document(f), "The author values kindness.");
  embed(f, false);
  assert_int_equal(embed(f, false).expressions, 0);
}

static void test_vectors_from_outside(void **state) {
  store_fixture *f = *state;
  const int64_t document = open_document(f);
  const int64_t ids[] = {add(f, document, "One."), add(f, document, "Two.")};
  const float good[] = {3, 4, 0, 0, 0, 2}, zero[] = {3, 4, 0, 0, 0, 0}, nan[] = {3, 4, 0, 0, (float)NAN, 0};
  assert_int_equal(dove_embed_import(f->store, "mine", 3, ids, nan, 2, &f->error), DOVE_INPUT);
  assert_non_null(strstr(f->error.message, "expression 2"));
  assert_int_equal(dove_embed_import(f->store, "mine", 3, ids, zero, 2, &f->error), DOVE_INPUT);
  dove_store_embedder none = {0};
  assert_int_equal(dove_store_embedder_active(f->store, &none, &f->error), DOVE_NOT_FOUND); /* nothing was kept */
  assert_done(f, dove_embed_import(f->store, "mine", 3, ids, good, 2, &f->error));
  float vector[3];
  read_vector(f, ids[0], vector);
  assert_true(fabs((double)vector[0] - 0.6) < 1e-7 && fabs((double)vector[1] - 0.8) < 1e-7);
  assert_int_equal(dove_embed_import(f->store, "other", 3, ids, good, 2, &f->error), DOVE_INPUT);
  assert_non_null(strstr(f->error.message, "other"));
  assert_int_equal(dove_embed_import(f->store, "mine", 2, ids, good, 2, &f->error), DOVE_INPUT);
}

static void test_embedders_do_not_mix(void **state) {
  store_fixture *f = *state;
  const int64_t document = open_document(f);
  const int64_t id = add(f, document, "The author values kindness.");
  const float vector[] = {1, 0};
  dove_settings settings;
  dove_embed_report report;
  const dove_embed_options options = {0};
  dove_settings_defaults(&settings);
  assert_done(f, dove_embed_import(f->store, "mine", 2, &id, vector, 1, &f->error));
  assert_int_equal(embed(f, false).expressions, 0); /* all have one: whose it is does not matter */
  add(f, document, "The author values courage.");
  assert_int_equal(dove_embed(f->store, &settings, &options, &report, NULL, &f->error), DOVE_INPUT);
  assert_non_null(strstr(f->error.message, "mine"));
  report = embed(f, true);
  assert_true(report.expressions == 2 && report.embedded == 2);
  float read[100];
  read_vector(f, id, read);
  assert_clean(f);
}

/* Vectors made with other settings must not meet either, and the change is not passed over in silence. */
static void test_changed_settings_need_all_again(void **state) {
  store_fixture *f = *state;
  const int64_t document = open_document(f);
  dove_settings settings;
  dove_embed_report report;
  dove_embedder embedder;
  dove_embed_options options = {0};
  dove_settings_defaults(&settings);
  const int64_t id = add(f, document, "The author values kindness between neighbours.");
  embed(f, false);
  float before[100], after[100];
  read_vector(f, id, before);
  settings.sif_weight = 0.5;
  settings.common_components = 2;
  assert_int_equal(dove_embed(f->store, &settings, &options, &report, NULL, &f->error), DOVE_INPUT);
  assert_non_null(strstr(f->error.message, "sif_weight 0.001 and common_components 3"));
  assert_non_null(strstr(f->error.message, "0.5 and 2"));
  assert_non_null(strstr(f->error.message, "--again"));
  assert_int_equal(dove_project_embedder(f->store, &settings, false, &embedder, &f->error), DOVE_INPUT);
  options.again = true;
  assert_done(f, dove_embed(f->store, &settings, &options, &report, NULL, &f->error));
  read_vector(f, id, after);
  assert_memory_not_equal(before, after, sizeof before);
  options.again = false;
  assert_done(f, dove_embed(f->store, &settings, &options, &report, NULL, &f->error));
}

static void test_missing_vectors_file(void **state) {
  store_fixture *f = *state;
  dove_settings settings;
  dove_embed_report report;
  const dove_embed_options options = {0};
  dove_settings_defaults(&settings);
  add(f, open_document(f), "The author values kindness.");
  strcpy(settings.vectors, "/no/such/file.dvec");
  assert_int_equal(dove_embed(f->store, &settings, &options, &report, NULL, &f->error), DOVE_IO);
  assert_non_null(strstr(f->error.message, "/no/such/file.dvec"));
}

int main(void) {
#define embed_test(name) cmocka_unit_test_setup_teardown(name, setup, store_teardown)
  const struct CMUnitTest tests[] = {
      embed_test(test_embeds_and_names_the_unknown),
      embed_test(test_later_expressions_use_the_fit),
      embed_test(test_nothing_to_do),
      embed_test(test_vectors_from_outside),
      embed_test(test_embedders_do_not_mix),
      embed_test(test_changed_settings_need_all_again),
      embed_test(test_missing_vectors_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
