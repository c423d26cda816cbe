/* Giving documents to a recognizer, batch by batch: what is kept, what is asked again, and what is refused. The
 * recognizer is one that the test can count on: a document that starts with "no" expresses nothing, one in another
 * language cannot be read, all others give two expressions. */
#include "store_fixture.h"

#include "dove/memory.h"
#include "dove/recognise.h"
#include "dove/store_expressions.h"

typedef struct counting {
  size_t asked;
  size_t stop_after; /* 0: never */
} counting;

static void give_two(const dove_recognizer_document *document, dove_recognition *r) {
  r->expressions = calloc(2, sizeof *r->expressions);
  assert_non_null(r->expressions);
  r->count = 2;
  for (size_t i = 0; i < 2; i++) {
    r->expressions[i].code_name = dove_strdup(i == 0 ? "courage" : "care");
    r->expressions[i].description = dove_strdup(document->id);
  }
  r->expressions[0].evidence_start = 1; /* "éy" of "héy …": two code points, three bytes */
  r->expressions[0].evidence_end = 3;
}

static dove_status recognize(void *state, const dove_recognizer_document *documents, size_t count,
                             dove_recognition *recognitions, const dove_progress *progress, dove_error *error) {
  counting *c = state;
  (void)progress;
  for (size_t i = 0; i < count; i++) {
    if (c->stop_after > 0 && c->asked == c->stop_after) return dove_fail(error, DOVE_CANCELLED, "stopped");
    c->asked++;
    recognitions[i].status = DOVE_OK;
    if (strcmp(documents[i].lang, "xx") == 0) {
      recognitions[i].status = DOVE_INPUT;
      strcpy(recognitions[i].reason, "the language 'xx' is not read here");
    } else if (strncmp(documents[i].text, "no", 2) == 0) {
      strcpy(recognitions[i].reason, "no sentence says what should be");
    } else {
      give_two(&documents[i], &recognitions[i]);
    }
  }
  return DOVE_OK;
}

static const dove_recognizer_operations operations = {.recognize = recognize};

static void add(store_fixture *f, size_t number, const char *lang, const char *text) {
  char id[32];
  snprintf(id, sizeof id, "d%03zu", number);
  const dove_store_new_document row = {
      .external_id = id, .culture = "US", .source = "human", .lang = lang, .text = text};
  assert_done(f, dove_store_document_add(f->store, &row, NULL, &f->error));
}

static int64_t count_expressions(store_fixture *f) {
  int64_t count = 0;
  assert_done(f, dove_store_expression_count(f->store, NULL, &count, &f->error));
  return count;
}

static void test_reads_what_can_be_read(void **state) {
  store_fixture *f = *state;
  counting c = {0};
  const dove_recognizer recognizer = {.operations = &operations, .state = &c, .name = "test"};
  const dove_recognise_options options = {0};
  dove_recognise_report report;
  for (size_t i = 0; i < 100; i++) add(f, i, i < 3 ? "xx" : "en", i % 10 == 9 ? "no." : "héy, be brave.");
  assert_int_equal(dove_recognise(f->store, &recognizer, &options, &report, NULL, &f->error), DOVE_INPUT);
  assert_true(report.documents == 100 && report.done == 87 && report.silent == 10 && report.unreadable == 3);
  assert_int_equal(report.expressions, 174);
  assert_int_equal(count_expressions(f), 174);
  assert_non_null(strstr(f->error.message, "3 of 100"));
  assert_non_null(strstr(f->error.message, "d000"));
  assert_non_null(strstr(f->error.message, "Import"));
  /* The second time only those that could not be read are asked for. */
  c.asked = 0;
  assert_int_equal(dove_recognise(f->store, &recognizer, &options, &report, NULL, &f->error), DOVE_INPUT);
  assert_int_equal(c.asked, 3);
  assert_int_equal(count_expressions(f), 174);
  assert_clean(f);
}

static void test_keeps_the_evidence(void **state) {
  store_fixture *f = *state;
  counting c = {0};
  const dove_recognizer recognizer = {.operations = &operations, .state = &c, .name = "test"};
  const dove_recognise_options options = {0};
  dove_recognise_report report;
  dove_store_expression_list list = {0};
  add(f, 1, "en", "héy, be brave.");
  assert_done(f, dove_recognise(f->store, &recognizer, &options, &report, NULL, &f->error));
  assert_done(f, dove_store_expression_page(f->store, NULL, 0, 9, &list, &f->error));
  assert_int_equal(list.count, 2);
  assert_string_equal(list.rows[0].evidence, "éy");
  assert_true(list.rows[0].evidence_start == 1 && list.rows[0].evidence_end == 3);
  assert_true(list.rows[1].evidence_start == -1 && list.rows[1].evidence_end == -1);
  assert_int_equal(list.rows[0].origin, DOVE_STORE_ORIGIN_EMBEDDED);
  dove_store_expression_list_free(&list);
}

static void test_limit_and_dry_run(void **state) {
  store_fixture *f = *state;
  counting c = {0};
  const dove_recognizer recognizer = {.operations = &operations, .state = &c, .name = "test"};
  dove_recognise_options options = {.limit = 5, .dry_run = true};
  dove_recognise_report report;
  for (size_t i = 0; i < 20; i++) add(f, i, i < 8 ? "xx" : "en", "héy");
  assert_done(f, dove_recognise(f->store, &recognizer, &options, &report, NULL, &f->error));
  assert_int_equal(report.documents, 5);
  assert_int_equal(c.asked, 0);
  options.dry_run = false;
  /* Those that cannot be read come first, and do not use up the limit. */
  assert_int_equal(dove_recognise(f->store, &recognizer, &options, &report, NULL, &f->error), DOVE_INPUT);
  assert_int_equal(report.done, 5);
  assert_int_equal(count_expressions(f), 10);
}

/* Stopped within a batch: what was read is kept, and the rest is read the next time. */
static void test_stop_and_go_on(void **state) {
  store_fixture *f = *state;
  counting c = {.stop_after = 7};
  const dove_recognizer recognizer = {.operations = &operations, .state = &c, .name = "test"};
  const dove_recognise_options options = {0};
  dove_recognise_report report;
  for (size_t i = 0; i < 20; i++) add(f, i, "en", "héy");
  assert_int_equal(dove_recognise(f->store, &recognizer, &options, &report, NULL, &f->error), DOVE_CANCELLED);
  assert_int_equal(count_expressions(f), 14);
  c = (counting){0};
  assert_done(f, dove_recognise(f->store, &recognizer, &options, &report, NULL, &f->error));
  assert_int_equal(c.asked, 13);
  assert_int_equal(count_expressions(f), 40);
}

int main(void) {
#define recognise_test(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
  const struct CMUnitTest tests[] = {
      recognise_test(test_reads_what_can_be_read),
      recognise_test(test_keeps_the_evidence),
      recognise_test(test_limit_and_dry_run),
      recognise_test(test_stop_and_go_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
