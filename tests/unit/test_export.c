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
#include <signal.h>
#include <sys/resource.h>

#include "dove/export.h"
#include "dove/npy.h"
#include "dove/score.h"
#include "dove/store_project.h"
#include "near.h"
#include "unit/scored_project.h"

/* What an export writes; the caller frees. */
static char *export_text_of(dove_store *store, dove_export_options options) {
  char *text = NULL;
  size_t size = 0;
  dove_error error = {0};
  options.stream = open_memstream(&text, &size);
  assert_non_null(options.stream);
  const dove_status status = dove_export(store, &options, NULL, &error);
  fclose(options.stream);
  if (status != DOVE_OK) fail_msg("%s", error.message);
  return text;
}

static cJSON *export_json_of(dove_store *store, dove_export_options options) {
  char *text = export_text_of(store, options);
  cJSON *json = cJSON_ParseWithOpts(text, NULL, 1);
  if (json == NULL) fail_msg("no JSON: %s", text);
  free(text);
  return json;
}

static double number(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  if (!cJSON_IsNumber(item)) fail_msg("'%s' is no number", key);
  return item->valuedouble;
}

static int length(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
  if (!cJSON_IsArray(item)) fail_msg("'%s' is no array", key);
  return cJSON_GetArraySize(item);
}

static const char hostile[] =
    "{\"id\":\"a\",\"culture\":\"KR\",\"source\":\"human\",\"topic\":\"t, \\\"q\\\"\",\"lang\":\"ko\","
    "\"text\":\"줄 하나\\n\\u001b[31m빨강\\u009b \\u202e \\\\ "
    "끝\",\"note\":{\"deep\":[1,2.5,null,\"\\u009b\\u202e\"]}}\n"
    "{\"id\":\"b\",\"culture\":\"\",\"source\":\"m\",\"topic\":\"\",\"lang\":\"\",\"role\":\"Korean\",\"text\":\"y\"}"
    "\n";

static const char values[] =
    "{\"document_id\":\"a\",\"code_name\":\"care\",\"description\":\"d1\",\"evidence\":\"줄  하나\"}\n"
    "{\"document_id\":\"a\",\"code_name\":\"care\",\"description\":\"d2\",\"evidence\":\"not there\"}\n"
    "{\"document_id\":\"b\",\"code_name\":\"own, way\",\"description\":\"d \\\"3\\\"\"}\n";

/* Export, import into a new project, export again: the same bytes; in each of the formats that import reads. */
static void documents_and_expressions_go_round(void **state) {
  (void)state;
  static const dove_export_format formats[] = {DOVE_EXPORT_JSONL, DOVE_EXPORT_CSV};
  for (size_t f = 0; f < 2; f++) {
    dove_store *first = NULL, *second = NULL;
    dove_error error;
    assert_int_equal(dove_store_create(":memory:", &first, &error), DOVE_OK);
    assert_int_equal(dove_store_create(":memory:", &second, &error), DOVE_OK);
    import_good(first, hostile);
    import_good(first, values);
    const dove_export_options documents = {.what = DOVE_EXPORT_DOCUMENTS, .format = formats[f]};
    const dove_export_options expressions = {.what = DOVE_EXPORT_EXPRESSIONS, .format = formats[f]};
    char *one = export_text_of(first, documents), *two = export_text_of(first, expressions);
    import_good(second, one);
    import_good(second, two);
    char *three = export_text_of(second, documents), *four = export_text_of(second, expressions);
    assert_string_equal(one, three);
    assert_string_equal(two, four);
    dove_store_counts counts;
    assert_int_equal(dove_store_counts_read(second, &counts, &error), DOVE_OK);
    assert_int_equal(counts.expressions, 3);
    free(one);
    free(two);
    free(three);
    free(four);
    dove_store_close(first);
    dove_store_close(second);
  }
}

static void json_steers_no_terminal(void **state) {
  (void)state;
  dove_store *store = NULL;
  dove_error error;
  assert_int_equal(dove_store_create(":memory:", &store, &error), DOVE_OK);
  import_good(store, hostile);
  char *text = export_text_of(store, (dove_export_options){.what = DOVE_EXPORT_DOCUMENTS});
  assert_null(strchr(text, 0x1b));
  assert_null(strstr(text, "\xC2\x9B"));
  assert_null(strstr(text, "\xE2\x80\xAE"));
  assert_non_null(strstr(text, "\"note\":{\"deep\":[1,2.5,null,\"\\u009b\\u202e\"]}"));
  free(text);
  dove_store_close(store);
}

static dove_store *make_project_with_scores(void) {
  dove_store *store = make_scored_project(":memory:");
  const dove_score_options all = {0};
  dove_error error;
  int64_t run = 0;
  assert_int_equal(dove_store_setting_set(store, "bootstrap", "20", &error), DOVE_OK);
  assert_int_equal(dove_score(store, &all, &run, NULL, &error), DOVE_OK);
  return store;
}

static void shapes_of_codebook_and_coding(void **state) {
  (void)state;
  dove_store *store = make_project_with_scores();
  cJSON *codebook = export_json_of(store, (dove_export_options){.what = DOVE_EXPORT_CODEBOOK});
  assert_near(number(codebook, "t"), 0, 0);
  assert_near(number(codebook, "sigma2"), 0.25, 0);
  assert_int_equal(length(codebook, "codes"), 3);
  const cJSON *code = cJSON_GetArrayItem(cJSON_GetObjectItem(codebook, "codes"), 1);
  assert_string_equal(cJSON_GetObjectItem(code, "name")->valuestring, "freedom");
  assert_int_equal(length(code, "centroid"), 3);
  assert_int_equal(length(code, "members"), 0);
  assert_int_equal(length(code, "parents"), 0);
  assert_near(number(code, "d"), -0.5, 0);
  cJSON *coding = export_json_of(store, (dove_export_options){.what = DOVE_EXPORT_CODING});
  assert_int_equal(cJSON_GetArraySize(coding), 20);
  const cJSON *row, *value;
  cJSON_ArrayForEach(row, coding) {
    double sum = 0;
    assert_int_equal(length(row, "q"), 3);
    cJSON_ArrayForEach(value, cJSON_GetObjectItem(row, "q")) sum += value->valuedouble;
    assert_near(sum, 1, 1e-6);
    assert_int_not_equal(length(row, "recognised"), 0);
  }
  cJSON_Delete(coding);
  cJSON_Delete(codebook);
  dove_store_close(store);
}

static void shapes_of_vectors_iterations_and_scores(void **state) {
  (void)state;
  dove_store *store = make_project_with_scores();
  import_good(store, "{\"document_id\":\"k0\",\"code_name\":\"x\",\"description\":\"no vector\"}\n");
  cJSON *vectors = export_json_of(store, (dove_export_options){.what = DOVE_EXPORT_VECTORS});
  assert_int_equal(cJSON_GetArraySize(vectors), 40);
  assert_near(number(vectors->child, "expression"), 1, 0);
  assert_string_equal(cJSON_GetObjectItem(vectors->child, "document")->valuestring, "k0");
  assert_int_equal(length(vectors->child, "vector"), 3);
  cJSON *iterations = export_json_of(store, (dove_export_options){.what = DOVE_EXPORT_ITERATIONS});
  assert_int_equal(cJSON_GetArraySize(iterations), 1);
  assert_near(number(iterations->child, "S"), 0.5, 0);
  assert_near(number(iterations->child, "beta2"), 0.08, 0);
  cJSON *decisions = export_json_of(store, (dove_export_options){.what = DOVE_EXPORT_DECISIONS});
  assert_int_equal(cJSON_GetArraySize(decisions), 0);
  cJSON *scores = export_json_of(store, (dove_export_options){.what = DOVE_EXPORT_SCORES, .explain = true});
  assert_int_equal(cJSON_GetArraySize(scores), 6);
  assert_int_equal(length(scores->child, "codes"), 3);
  assert_true(length(scores->child, "flows") > 0);
  assert_near(number(scores->child, "score"), 1 - 10 * number(scores->child, "divergence"), 1e-12);
  char *csv = export_text_of(store, (dove_export_options){.what = DOVE_EXPORT_SCORES, .format = DOVE_EXPORT_CSV});
  int lines = 0;
  for (const char *at = csv; *at != '\0'; at++) lines += *at == '\n';
  assert_int_equal(lines, 7);
  free(csv);
  cJSON_Delete(vectors);
  cJSON_Delete(iterations);
  cJSON_Delete(decisions);
  cJSON_Delete(scores);
  dove_store_close(store);
}

/* A file holds what the stream holds; numbers are float32 to the bit. */
static void vectors_as_an_array_file(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  dove_error error = {0};
  char path[64];
  snprintf(path, sizeof path, "/tmp/dove-export-%ld.npy", (long)getpid());
  const dove_export_options options = {.what = DOVE_EXPORT_VECTORS, .format = DOVE_EXPORT_NPY, .path = path};
  dove_matrix matrix;
  assert_int_equal(dove_export(store, &options, NULL, &error), DOVE_OK);
  assert_int_equal(dove_array_read(path, false, &matrix, &error), DOVE_OK);
  assert_int_equal(matrix.rows, 40);
  assert_int_equal(matrix.columns, 3);
  cJSON *vectors = export_json_of(store, (dove_export_options){.what = DOVE_EXPORT_VECTORS});
  const cJSON *row, *value;
  size_t entry = 0;
  cJSON_ArrayForEach(row, vectors) {
    cJSON_ArrayForEach(value, cJSON_GetObjectItem(row, "vector"))
        assert_true((float)value->valuedouble == matrix.data[entry++]);
  }
  cJSON_Delete(vectors);
  dove_matrix_free(&matrix);
  unlink(path);
  dove_store_close(store);
}

/* With room for 4 KiB a file of more does not appear, and what was there stays. */
static void a_file_appears_whole_or_not_at_all(void **state) {
  (void)state;
  dove_store *store = make_scored_project(":memory:");
  dove_error error = {0};
  struct rlimit limit, small;
  char *path = scratch_file("old.json", "old", 3);
  const dove_export_options options = {.what = DOVE_EXPORT_VECTORS, .path = path};
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  small = limit;
  small.rlim_cur = 1024;
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  const dove_status status = dove_export(store, &options, NULL, &error);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  assert_int_equal(status, DOVE_IO);
  assert_non_null(strstr(error.message, path));
  char content[8] = "";
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fread(content, 1, sizeof content - 1, file), 3);
  fclose(file);
  assert_string_equal(content, "old");
  char pattern[160];
  snprintf(pattern, sizeof pattern, "test \"$(ls '%s'* | wc -l)\" = 1", path);
  assert_int_equal(system(pattern), 0);
  drop_file(path);
  dove_store_close(store);
}

static void refuses(dove_store *store, dove_export_options options, dove_status expected, const char *reason) {
  dove_error error = {0};
  options.stream = stdout;
  const dove_status status = dove_export(store, &options, NULL, &error);
  if (status != expected || strstr(error.message, reason) == NULL)
    fail_msg("status %d, message '%s' instead of '%s'", (int)status, error.message, reason);
}

static void what_is_not_there_is_said(void **state) {
  (void)state;
  dove_store *store = NULL;
  dove_error error;
  assert_int_equal(dove_store_create(":memory:", &store, &error), DOVE_OK);
  refuses(store, (dove_export_options){.what = DOVE_EXPORT_CODEBOOK}, DOVE_NOT_FOUND, "build one first");
  refuses(store, (dove_export_options){.what = DOVE_EXPORT_VECTORS}, DOVE_NOT_FOUND, "embed its expressions first");
  refuses(store, (dove_export_options){.what = DOVE_EXPORT_SCORES}, DOVE_NOT_FOUND, "score models first");
  refuses(store, (dove_export_options){.what = DOVE_EXPORT_DOCUMENTS, .format = DOVE_EXPORT_NPY}, DOVE_USAGE,
          "jsonl, json, csv");
  refuses(store, (dove_export_options){.what = DOVE_EXPORT_DOCUMENTS, .path = "/nonexistent/x"}, DOVE_IO,
          "/nonexistent/x");
  dove_store_close(store);
  store = make_scored_project(":memory:");
  refuses(store, (dove_export_options){.what = DOVE_EXPORT_CODEBOOK, .has_iteration = true, .iteration = 5},
          DOVE_NOT_FOUND, "5");
  refuses(store, (dove_export_options){.what = DOVE_EXPORT_SCORES, .score_run = 77}, DOVE_NOT_FOUND, "77");
  dove_store_close(store);
  dove_export_what what;
  dove_export_format format;
  for (unsigned i = 0; i < DOVE_EXPORT_KINDS; i++) {
    assert_true(dove_export_what_parse(dove_export_what_name((dove_export_what)i), &what));
    assert_int_equal(what, i);
  }
  assert_false(dove_export_what_parse("everything", &what));
  assert_true(dove_export_format_parse("npy", &format));
  assert_false(dove_export_format_parse("xml", &format));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(documents_and_expressions_go_round), cmocka_unit_test(json_steers_no_terminal),
      cmocka_unit_test(shapes_of_codebook_and_coding),      cmocka_unit_test(shapes_of_vectors_iterations_and_scores),
      cmocka_unit_test(vectors_as_an_array_file),           cmocka_unit_test(a_file_appears_whole_or_not_at_all),
      cmocka_unit_test(what_is_not_there_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
