/* A small project in memory for the tests of import, export and scoring: documents and expressions with vectors come
 * through the import, the codebook is written by hand. */
#ifndef TESTS_SCORED_PROJECT_H
#define TESTS_SCORED_PROJECT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dove/buffer.h"
#include "dove/import.h"
#include "dove/store_codes.h"
#include "dove/store_runs.h"

/* A file of the test; the caller frees and unlinks the path. */
static inline char *scratch_file(const char *name, const char *content, size_t length) {
  static int number;
  char *path = malloc(128);
  assert_non_null(path);
  snprintf(path, 128, "/tmp/dove-test-%ld-%d-%s", (long)getpid(), number++, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(content, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
  return path;
}

static inline void drop_file(char *path) {
  unlink(path);
  free(path);
}

/* Imports one file made of `text`; the report is the caller's to free. */
static inline dove_status import_with(dove_store *store, const char *name, const char *text, size_t length,
                                      const dove_import_options *options, dove_import_report *report,
                                      dove_error *error) {
  char *path = scratch_file(name, text, length);
  const char *const paths[] = {path};
  const dove_status status = dove_import(store, paths, 1, options, report, NULL, error);
  drop_file(path);
  return status;
}

static inline void import_good(dove_store *store, const char *text) {
  dove_import_report report;
  dove_error error = {0};
  const dove_status status = import_with(store, "good.jsonl", text, strlen(text), NULL, &report, &error);
  if (status != DOVE_OK) fail_msg("%s", error.message);
  dove_import_report_free(&report);
}

/* Three codes along the axes, σ² 0.25. */
static inline void add_codebook(dove_store *store) {
  static const float axes[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  static const char *const names[] = {"care", "freedom", "order"};
  dove_error error = {0};
  const dove_store_new_run run = {.settings = "{}", .seed = 1, .embedder = 1, .initial = "by hand", .parent_t = -1};
  dove_store_iteration iteration = {.codes = 3, .M = 2, .S = 0.5, .sigma2 = 0.25, .beta1 = 0.3, .beta2 = 0.08};
  snprintf(iteration.sigma_rule, sizeof iteration.sigma_rule, "fixed:0.5");
  int64_t run_id = 0, iteration_id = 0, codes[3];
  dove_store_usage usage[3];
  assert_int_equal(dove_store_begin(store, &error), DOVE_OK);
  assert_int_equal(dove_store_run_add(store, &run, &run_id, &error), DOVE_OK);
  for (int k = 0; k < 3; k++) {
    const dove_store_new_code code = {names[k], axes[k], 3, DOVE_STORE_CODE_INITIAL, NULL, 0};
    assert_int_equal(dove_store_code_add(store, run_id, 0, &code, &codes[k], &error), DOVE_OK);
    usage[k] = (dove_store_usage){.code = codes[k], .n = 1, .z = 0, .d = -0.5, .members = 0};
  }
  assert_int_equal(dove_store_iteration_add(store, run_id, &iteration, &iteration_id, &error), DOVE_OK);
  assert_int_equal(dove_store_usage_add(store, iteration_id, usage, 3, &error), DOVE_OK);
  for (size_t k = 0; k < 3; k++)
    assert_int_equal(dove_store_members_add(store, iteration_id, k, NULL, NULL, 0, &error), DOVE_OK);
  assert_int_equal(dove_store_run_end(store, run_id, DOVE_STORE_FINISHED, "iterations", &error), DOVE_OK);
  assert_int_equal(dove_store_commit(store, &error), DOVE_OK);
}

/* Two cultures, two models (one of them also in a role), four topics; vectors differ by document. */
static inline dove_store *make_scored_project(const char *path) {
  static const struct {
    const char *name, *culture, *source, *role;
    double care, freedom, order;
  } writers[] = {
      {"k", "KR", "human", "", 0.9, 0.1, 0.3},     {"u", "US", "human", "", 0.2, 0.9, 0.1},
      {"m", "", "m-one", "", 0.3, 0.8, 0.2},       {"n", "", "m-two", "", 0.7, 0.2, 0.6},
      {"r", "", "m-one", "Korean", 0.8, 0.3, 0.3},
  };
  dove_error error = {0};
  dove_store *store = NULL;
  char line[512];
  dove_buffer documents = {0}, expressions = {0};
  assert_int_equal(dove_store_create(path, &store, &error), DOVE_OK);
  for (int t = 0; t < 4; t++) {
    for (size_t w = 0; w < sizeof writers / sizeof writers[0]; w++) {
      snprintf(line, sizeof line,
               "{\"id\":\"%s%d\",\"culture\":\"%s\",\"source\":\"%s\",\"role\":\"%s\",\"topic\":\"t%d\","
               "\"lang\":\"en\",\"text\":\"Text %d by %s.\"}\n",
               writers[w].name, t, writers[w].culture, writers[w].source, writers[w].role, t, t, writers[w].name);
      dove_buffer_add_text(&documents, line);
      for (int e = 0; e < 2; e++) {
        snprintf(line, sizeof line,
                 "{\"document_id\":\"%s%d\",\"code_name\":\"v%d\",\"description\":\"The author values %d.\","
                 "\"vector\":[%.3f,%.3f,%.3f]}\n",
                 writers[w].name, t, e, e, writers[w].care + 0.1 * t, writers[w].freedom + 0.2 * e,
                 writers[w].order + 0.05 * t * e);
        dove_buffer_add_text(&expressions, line);
      }
    }
  }
  import_good(store, dove_buffer_text(&documents));
  import_good(store, dove_buffer_text(&expressions));
  dove_buffer_free(&documents);
  dove_buffer_free(&expressions);
  add_codebook(store);
  return store;
}

#endif
