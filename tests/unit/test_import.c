#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "dove/buffer.h"
#include "dove/import.h"
#include "dove/store_documents.h"
#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "dove/store_vectors.h"
#include "near.h"
#include "unit/scored_project.h"

#define DOCUMENT(id, rest) "{\"id\":\"" id "\",\"culture\":\"KR\",\"source\":\"human\",\"topic\":\"t\"," rest "}\n"
#define GOOD(id)           DOCUMENT(id, "\"lang\":\"en\",\"text\":\"One must help others.\"")
#define VALUE(rest)        "{\"document_id\":\"a\",\"code_name\":\"care\",\"description\":\"The author cares.\"" rest "}\n"

static dove_store *new_store(void) {
  dove_store *store = NULL;
  dove_error error = {0};
  assert_int_equal(dove_store_create(":memory:", &store, &error), DOVE_OK);
  return store;
}

static dove_store_counts count(dove_store *store) {
  dove_store_counts counts;
  dove_error error;
  assert_int_equal(dove_store_counts_read(store, &counts, &error), DOVE_OK);
  return counts;
}

/* Imports `text`, which must be refused with `reason` in the message, and leaves nothing behind. */
static void refuses_bytes(dove_store *store, const char *text, size_t length, const char *reason) {
  dove_import_report report;
  dove_error error = {0};
  const dove_store_counts before = count(store);
  const dove_status status = import_with(store, "bad", text, length, NULL, &report, &error);
  if (status != DOVE_INPUT || strstr(error.message, reason) == NULL)
    fail_msg("status %d, message '%s' instead of '%s'", (int)status, error.message, reason);
  const dove_store_counts after = count(store);
  assert_int_equal(after.documents, before.documents);
  assert_int_equal(after.expressions, before.expressions);
  dove_import_report_free(&report);
}

static void refuses(dove_store *store, const char *text, const char *reason) {
  refuses_bytes(store, text, strlen(text), reason);
}

static void takes_documents_with_all_they_say(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_error error;
  int64_t id = 0;
  import_good(store, "\xEF\xBB\xBF" DOCUMENT("a", "\"lang\":\"en\",\"text\":\"x\",\"year\":1999,\"tags\":[\"p\"]") "\r\n"
                     "{\"id\":\"b\",\"culture\":\"\",\"source\":\"m\",\"topic\":null,\"role\":\"Korean\",\"text\":\"y\"}\r\n");
  const dove_store_counts counts = count(store);
  assert_int_equal(counts.documents_human, 1);
  assert_int_equal(counts.documents_model, 1);
  assert_int_equal(counts.topics, 1);
  assert_int_equal(dove_store_document_find(store, "a", &id, &error), DOVE_OK);
  char *text = NULL, *metadata = NULL;
  assert_int_equal(dove_store_document_text(store, id, &text, &metadata, &error), DOVE_OK);
  assert_string_equal(text, "x");
  assert_string_equal(metadata, "{\"year\":1999,\"tags\":[\"p\"]}");
  free(text);
  free(metadata);
  dove_store_close(store);
}

static void reads_csv_by_content(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_error error;
  int64_t id = 0;
  char *text = NULL;
  import_good(store,
              "id,text,culture,source,topic,lang,note\r\nc1,\"Line one,\nline \"\"two\"\"\",JP,human,t,ja,n\r\n");
  assert_int_equal(dove_store_document_find(store, "c1", &id, &error), DOVE_OK);
  assert_int_equal(dove_store_document_text(store, id, &text, NULL, &error), DOVE_OK);
  assert_string_equal(text, "Line one,\nline \"two\"");
  free(text);
  import_good(store, "document_id;code_name;description\nc1;care;The author cares.\n");
  assert_int_equal(count(store).expressions, 1);
  refuses(store, "id,text,culture,source\nd1,x\n", ":2: 2 fields, but the header has 4");
  refuses(store, "name,age\nann,7\n", "neither documents");
  dove_store_close(store);
}

static void bad_lines_are_named_and_nothing_is_kept(void **state) {
  (void)state;
  dove_store *store = new_store();
  refuses(store, GOOD("1") GOOD("2") GOOD("3") GOOD("4") GOOD("5") GOOD("6") "{\"id\":\"7\",\n" GOOD("8"),
          ":7: broken JSON");
  refuses(store, "{\"culture\":\"KR\",\"source\":\"human\",\"text\":\"x\"}\n", ":1: 'id' is missing");
  refuses(store, "{\"id\":\"a\",\"culture\":\"KR\",\"source\":\"human\"}\n", "neither documents");
  refuses(store, GOOD("b") "{\"id\":\"a\",\"culture\":\"KR\",\"source\":\"human\"}\n", ":2: 'text' is missing");
  refuses(store, DOCUMENT("a", "\"text\":\" \\n\xE3\x80\x80\""), ":1: 'text' is empty");
  refuses(store, "{\"id\":7,\"culture\":\"KR\",\"source\":\"human\",\"text\":\"x\"}\n", ":1: 'id' is a number");
  refuses(store, "{\"id\":\"a\",\"source\":\"human\",\"text\":\"x\"}\n", ":1: 'culture' is missing");
  refuses(store, "{\"id\":\"a\",\"culture\":\"KR\",\"text\":\"x\"}\n", ":1: 'source' is missing");
  refuses(store, DOCUMENT("a", "\"role\":\"US\",\"text\":\"x\""), ":1: 'role' is given");
  refuses(store, GOOD("a") GOOD("b") GOOD("a"), ":3: the id 'a' is taken: it came earlier");
  refuses(store, GOOD("a") "[1]\n", ":2: not a JSON object");
  refuses(store, "[{\"id\":\"a\"}]\n", ":1: a JSON array");
  refuses(store, DOCUMENT("a", "\"text\":\"x\\u0000y\""), ":1: the escape \\u0000");
  refuses(store, "", "is empty");
  refuses(store, DOCUMENT("a", "\"text\":\"caf\xE9\""), ":1: not UTF-8: byte 0xE9 at byte 66");
  refuses_bytes(store, GOOD("a") "{\"id\":\"b\0\"}", sizeof(GOOD("a") "{\"id\":\"b\0\"}") - 1,
                ":2: a NUL byte at byte 9");
  import_good(store, GOOD("a"));
  refuses(store, GOOD("a"), ":1: the id 'a' is taken: the project has");
  dove_store_close(store);
}

/* Data of other studies name a culture for models too: it is no fault, and nothing is lost. */
static void a_models_culture_becomes_metadata(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_import_report report;
  dove_error error = {0};
  int64_t id = 0;
  char *metadata = NULL;
  const char text[] =
      "{\"id\":\"a\",\"culture\":\"US\",\"source\":\"m\",\"text\":\"x\"}\n"
      "{\"id\":\"b\",\"culture\":\"US\",\"source\":\"m\",\"text\":\"y\"}\n";
  assert_int_equal(import_with(store, "m.jsonl", text, sizeof text - 1, NULL, &report, &error), DOVE_OK);
  assert_int_equal(report.cultures_dropped, 2);
  assert_int_equal(report.remark_count, 1);
  dove_import_report_free(&report);
  assert_int_equal(count(store).cultures, 0);
  assert_int_equal(dove_store_document_find(store, "b", &id, &error), DOVE_OK);
  assert_int_equal(dove_store_document_text(store, id, NULL, &metadata, &error), DOVE_OK);
  assert_string_equal(metadata, "{\"given_culture\":\"US\"}");
  free(metadata);
  dove_store_close(store);
}

static void the_rest_is_taken_on_request(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_import_report report;
  dove_error error;
  const dove_import_options options = {.skip_bad = true};
  const char text[] = GOOD("a") "{broken\n" GOOD("b") GOOD("a") GOOD("c");
  assert_int_equal(import_with(store, "some.jsonl", text, sizeof text - 1, &options, &report, &error), DOVE_OK);
  assert_int_equal(report.documents, 3);
  assert_int_equal(report.skipped, 2);
  assert_int_equal(report.remark_count, 2);
  assert_non_null(strstr(report.remarks[0].text, ":2: broken JSON"));
  assert_non_null(strstr(report.remarks[1].text, ":4: the id 'a' is taken"));
  assert_true(report.remarks[1].skipped);
  assert_int_equal(count(store).documents, 3);
  dove_import_report_free(&report);
  dove_store_close(store);
}

/* One file of 50 MB on one line is taken; one over 64 MiB is refused, and the lines after it are still read. */
static void long_lines(void **state) {
  (void)state;
  enum { MEGABYTE = 1000000 };
  dove_store *store = new_store();
  dove_import_report report;
  dove_error error = {0};
  for (size_t size = 50; size <= 70; size += 20) {
    dove_buffer text = {0};
    dove_buffer_add_text(&text, "{\"id\":\"long\",\"culture\":\"KR\",\"source\":\"human\",\"text\":\"");
    char *filling = malloc(size * MEGABYTE);
    assert_non_null(filling);
    memset(filling, 'x', size * MEGABYTE);
    dove_buffer_add(&text, filling, size * MEGABYTE);
    free(filling);
    dove_buffer_add_text(&text, "\"}\n" GOOD("short"));
    assert_false(text.failed);
    const dove_import_options options = {.skip_bad = size > 50};
    const dove_status status = import_with(store, "long.jsonl", text.data, text.length, &options, &report, &error);
    assert_int_equal(status, DOVE_OK);
    assert_int_equal(report.documents, size > 50 ? 0 : 2);
    assert_int_equal(report.skipped, size > 50 ? 2 : 0); /* the long one, and the short one, which is there already */
    if (size > 50) assert_non_null(strstr(report.remarks[0].text, ":1: the line is longer than 64 MiB"));
    dove_import_report_free(&report);
    dove_buffer_free(&text);
  }
  dove_store_close(store);
}

static void expressions_and_their_evidence(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_import_report report;
  dove_error error = {0};
  int64_t id = 0;
  import_good(store, GOOD("a"));
  /* Four values; the last says the first again, and is meant: people repeat themselves. */
  const char text[] = VALUE(",\"evidence\":\"help  others\"") VALUE(",\"evidence\":\"hurt others\"") VALUE("")
      VALUE(",\"evidence\":\"help  others\",\"colour\":1");
  for (int time = 0; time < 2; time++) {
    assert_int_equal(import_with(store, "e.jsonl", text, sizeof text - 1, NULL, &report, &error), DOVE_OK);
    assert_int_equal(report.expressions, time == 0 ? 4 : 0);
    assert_int_equal(report.repeated, time == 0 ? 0 : 4); /* importing again changes nothing */
    assert_int_equal(report.evidence_dropped, time == 0 ? 1 : 0);
    assert_int_equal(report.ignored_keys, 1);
    if (time == 0) assert_non_null(strstr(report.remarks[0].text, ":2: the evidence is not in the text"));
    dove_import_report_free(&report);
  }
  dove_store_expression_list list = {0};
  assert_int_equal(dove_store_document_find(store, "a", &id, &error), DOVE_OK);
  assert_int_equal(dove_store_document_expressions(store, id, &list, &error), DOVE_OK);
  assert_int_equal(list.count, 4);
  assert_int_equal(list.rows[0].evidence_start, 9);
  assert_int_equal(list.rows[0].evidence_end, 20);
  assert_int_equal(list.rows[1].evidence_start, -1);
  assert_string_equal(list.rows[1].evidence, "hurt others");
  dove_store_expression_list_free(&list);
  refuses(store, "{\"document_id\":\"z\",\"code_name\":\"c\",\"description\":\"d\"}\n", ":1: there is no document 'z'");
  refuses(store, "{\"document_id\":\"a\",\"code_name\":\"c\",\"description\":\"\"}\n", ":1: 'description' is empty");
  refuses(store, "{\"document_id\":\"a\",\"description\":\"d\"}\n", ":1: 'code_name' is missing");
  dove_store_close(store);
}

static void vectors_from_elsewhere(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_import_report report;
  dove_error error = {0};
  const dove_import_options options = {.embedder = "outside"};
  import_good(store, GOOD("a"));
  refuses(store, VALUE(",\"vector\":[0,0]"), ":1: the vector is zero");
  refuses(store, VALUE(",\"vector\":[1,1e999]"), ":1: number 2 of the vector is not a finite number");
  refuses(store, VALUE(",\"vector\":[1,NaN]"), ":1: broken JSON");
  refuses(store, VALUE(",\"vector\":[1,\"2\"]"), ":1: number 2 of the vector");
  refuses(store, VALUE(",\"vector\":[]"), ":1: 'vector' has 0 numbers");
  refuses(store, VALUE(",\"vector\":7"), ":1: 'vector' must be an array");
  refuses(store, VALUE(",\"vector\":[1,2]") VALUE(",\"evidence\":\"help\",\"vector\":[1,2,3]"),
          ":2: the vector has 3 numbers, but those before have 2");
  import_good(store, VALUE("")); /* its vector comes later */
  const char text[] = VALUE(",\"vector\":[3,4]");
  assert_int_equal(import_with(store, "v.jsonl", text, sizeof text - 1, &options, &report, &error), DOVE_OK);
  assert_int_equal(report.expressions, 0);
  assert_int_equal(report.repeated, 1);
  assert_int_equal(report.vectors, 1);
  dove_import_report_free(&report);
  dove_store_embedder embedder = {0};
  float vector[2];
  const int64_t ids[] = {1};
  assert_int_equal(dove_store_embedder_active(store, &embedder, &error), DOVE_OK);
  assert_string_equal(embedder.name, "outside");
  assert_int_equal(dove_store_vectors_read(store, embedder.id, DOVE_STORE_EXPRESSION_VECTOR, ids, 1, vector, &error),
                   DOVE_OK);
  assert_near(vector[0], 0.6, 1e-6);
  assert_near(vector[1], 0.8, 1e-6);
  dove_store_embedder_free(&embedder);
  refuses(store, VALUE(",\"evidence\":\"help\",\"vector\":[1,2]"), ":1: vectors of the embedder 'imported', but");
  dove_store_close(store);
}

static void documents_come_before_expressions(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_import_report report;
  dove_error error = {0};
  const char values[] = VALUE(""), documents[] = GOOD("a");
  char *first = scratch_file("e.jsonl", values, sizeof values - 1);
  char *second = scratch_file("d.jsonl", documents, sizeof documents - 1);
  const char *const paths[] = {first, second};
  assert_int_equal(dove_import(store, paths, 2, NULL, &report, NULL, &error), DOVE_OK);
  assert_int_equal(report.documents + report.expressions, 2);
  dove_import_report_free(&report);
  drop_file(first);
  drop_file(second);
  assert_int_equal(dove_import(store, paths + 1, 0, NULL, &report, NULL, &error), DOVE_OK);
  const char *const gone[] = {"/nonexistent/file.jsonl"};
  assert_int_equal(dove_import(store, gone, 1, NULL, &report, NULL, &error), DOVE_IO);
  assert_non_null(strstr(error.message, "/nonexistent/file.jsonl"));
  dove_store_close(store);
}

static void write_text(const char *folder, const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void a_folder_of_texts(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_import_report report;
  dove_error error = {0};
  char folder[64], inner[80], command[128];
  snprintf(folder, sizeof folder, "/tmp/dove-folder-%ld", (long)getpid());
  snprintf(inner, sizeof inner, "%s/on work", folder);
  assert_int_equal(mkdir(folder, 0700), 0);
  assert_int_equal(mkdir(inner, 0700), 0);
  const char *const paths[] = {folder};
  assert_int_equal(dove_import(store, paths, 1, NULL, &report, NULL, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "has no .txt files"));
  write_text(folder, "bo.txt", "\xEF\xBB\xBFText of Bo.\n\n");
  write_text(folder, "notes.md", "no document");
  write_text(inner, "ann.txt", "Text of Ann.\n");
  assert_int_equal(dove_import(store, paths, 1, NULL, &report, NULL, &error), DOVE_INPUT);
  assert_non_null(strstr(error.message, "'source' is missing"));
  dove_import_report_free(&report);
  const dove_import_options options = {.culture = "US", .topic = "anything"};
  assert_int_equal(dove_import(store, paths, 1, &options, &report, NULL, &error), DOVE_OK);
  assert_int_equal(report.documents, 2);
  int64_t ids[2];
  assert_int_equal(dove_store_document_find(store, "bo", &ids[0], &error), DOVE_OK);
  assert_int_equal(dove_store_document_find(store, "on work/ann", &ids[1], &error), DOVE_OK);
  dove_store_document_list list = {0};
  char *text = NULL;
  assert_int_equal(dove_store_document_rows(store, ids, 2, &list, &error), DOVE_OK);
  assert_string_equal(list.rows[0].topic, "anything");
  assert_string_equal(list.rows[1].topic, "on work");
  assert_string_equal(list.rows[1].culture, "US");
  assert_string_equal(list.rows[1].source, "human");
  dove_store_document_list_free(&list);
  assert_int_equal(dove_store_document_text(store, ids[0], &text, NULL, &error), DOVE_OK);
  assert_string_equal(text, "Text of Bo.");
  free(text);
  dove_store_close(store);
  snprintf(command, sizeof command, "rm -r '%s'", folder);
  assert_int_equal(system(command), 0);
}

static bool always(void *user) {
  (void)user;
  return true;
}

static void a_cancelled_import_leaves_nothing(void **state) {
  (void)state;
  dove_store *store = new_store();
  dove_import_report report;
  dove_error error = {0};
  const dove_progress progress = {.cancelled = always};
  const char documents[] = GOOD("a");
  char *path = scratch_file("d.jsonl", documents, sizeof documents - 1);
  const char *const paths[] = {path};
  assert_int_equal(dove_import(store, paths, 1, NULL, &report, &progress, &error), DOVE_CANCELLED);
  assert_int_equal(count(store).documents, 0);
  drop_file(path);
  dove_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_documents_with_all_they_say),
      cmocka_unit_test(reads_csv_by_content),
      cmocka_unit_test(bad_lines_are_named_and_nothing_is_kept),
      cmocka_unit_test(a_models_culture_becomes_metadata),
      cmocka_unit_test(the_rest_is_taken_on_request),
      cmocka_unit_test(long_lines),
      cmocka_unit_test(expressions_and_their_evidence),
      cmocka_unit_test(vectors_from_elsewhere),
      cmocka_unit_test(documents_come_before_expressions),
      cmocka_unit_test(a_folder_of_texts),
      cmocka_unit_test(a_cancelled_import_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
