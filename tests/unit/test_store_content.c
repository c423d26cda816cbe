/* Documents, expressions, search and vectors. */
#include <math.h>

#include "dove/store_expressions.h"
#include "dove/store_project.h"
#include "dove/store_search.h"
#include "dove/store_vectors.h"
#include "dove/store_verdicts.h"
#include "store/internal.h"
#include "unit/store_fixture.h"

static const char korean[] = "좋은 배우자란 서로의 부모를 공경하는 마음을 가진 사람이다.";
static const char chinese[] = "孝顺父母是最重要的事情，诚实也一样。";
static const char japanese[] = "一人で過ごす静かな時間を大切にする。";
static const char english[] = "A Good partner keeps their word; 100% honest, never_false \"quoted\".";

static void fill(store_fixture *fixture) {
  add_document(fixture, "kr-01", "KR", "human", "family", korean);
  add_document(fixture, "cn-01", "CN", "human", "family", chinese);
  add_document(fixture, "jp-01", "JP", "human", "solitude", japanese);
  add_document(fixture, "aster-01", "", "aster", "family", english);
}

static int64_t count_found(store_fixture *fixture, const char *search) {
  int64_t count = -1;
  const dove_store_document_filter filter = {.search = search};
  assert_done(fixture, dove_store_document_count(fixture->store, &filter, &count, &fixture->error));
  return count;
}

static void documents_are_found_in_every_script(void **state) {
  store_fixture *fixture = *state;
  fill(fixture);
  assert_int_equal(count_found(fixture, "공경하는"), 1); /* index */
  assert_int_equal(count_found(fixture, "부모"), 1);     /* two code points: no trigram */
  assert_int_equal(count_found(fixture, "孝"), 1);
  assert_int_equal(count_found(fixture, "孝顺父母"), 1);
  assert_int_equal(count_found(fixture, "静かな"), 1);
  assert_int_equal(count_found(fixture, "good partner"), 1); /* whatever the case… */
  assert_int_equal(count_found(fixture, "Good partner"), 1); /* …unless the search has a capital */
  assert_int_equal(count_found(fixture, "GOOD partner"), 0);
  assert_int_equal(count_found(fixture, "Go"), 1);
  assert_int_equal(count_found(fixture, "gO"), 0);
  assert_int_equal(count_found(fixture, "solit"), 1);  /* the topic */
  assert_int_equal(count_found(fixture, "aster-"), 1); /* the id */
  assert_int_equal(count_found(fixture, "absent words"), 0);
  assert_int_equal(count_found(fixture, ""), 4);
}

static void search_takes_its_words_as_they_are(void **state) {
  store_fixture *fixture = *state;
  fill(fixture);
  assert_int_equal(count_found(fixture, "\"quoted\""), 1);
  assert_int_equal(count_found(fixture, "0%"), 1);
  assert_int_equal(count_found(fixture, "%"), 1);
  assert_int_equal(count_found(fixture, "_"), 1);
  assert_int_equal(count_found(fixture, "100% honest"), 1);
  assert_int_equal(count_found(fixture, "word OR honest"), 0);
  assert_int_equal(count_found(fixture, "' OR 1 --"), 0);
  assert_int_equal(count_found(fixture, "text:*"), 0);
}

static void judged(store_fixture *fixture, const char *document, const char *label) {
  dove_store_verdict verdict = {
      .question = "plausibility", .label = label, .answer = "{}", .model = "m", .prompt = "p"};
  assert_done(fixture, dove_store_document_find(fixture->store, document, &verdict.document, &fixture->error));
  assert_done(fixture, dove_store_verdict_set(fixture->store, &verdict, &fixture->error));
}

static void documents_are_found_by_verdict(void **state) {
  store_fixture *fixture = *state;
  fill(fixture);
  assert_int_equal(count_found(fixture, "verdict:possible"), 0);
  judged(fixture, "kr-01", "possible");
  judged(fixture, "cn-01", "impossible");
  judged(fixture, "aster-01", "impossible");
  assert_int_equal(count_found(fixture, "verdict:possible"), 1); /* not what contains it */
  assert_int_equal(count_found(fixture, "verdict: impossible"), 2);
  assert_int_equal(count_found(fixture, "verdict:"), 3);
  assert_int_equal(count_found(fixture, "verdict:impossible' OR 1"), 0);
}

static void a_document_is_kept_as_it_came(void **state) {
  store_fixture *fixture = *state;
  int64_t id = 0;
  char *text = NULL, *metadata = NULL;
  const dove_store_new_document document = {.external_id = "x",
                                            .culture = "KR",
                                            .source = "human",
                                            .topic = "t",
                                            .role = "Korean",
                                            .lang = "ko",
                                            .text = korean,
                                            .metadata = "{\"k\":1}"};
  assert_done(fixture, dove_store_document_add(fixture->store, &document, &id, &fixture->error));
  assert_done(fixture, dove_store_document_text(fixture->store, id, &text, &metadata, &fixture->error));
  assert_string_equal(text, korean);
  assert_string_equal(metadata, "{\"k\":1}");
  free(text);
  free(metadata);
  dove_store_document_list list;
  assert_done(fixture, dove_store_document_rows(fixture->store, &id, 1, &list, &fixture->error));
  assert_string_equal(list.rows[0].role, "Korean");
  assert_string_equal(list.rows[0].lang, "ko");
  assert_true(list.rows[0].human);
  assert_int_equal(list.rows[0].characters, 33); /* counted by Python's len() */
  dove_store_document_list_free(&list);
  assert_int_equal(dove_store_document_add(fixture->store, &document, &id, &fixture->error), DOVE_INPUT);
  assert_non_null(strstr(fixture->error.message, "'x'"));
  const dove_store_new_document bad = {.external_id = "y", .source = "human", .text = "t", .metadata = "{"};
  assert_int_equal(dove_store_document_add(fixture->store, &bad, &id, &fixture->error), DOVE_INPUT);
  assert_int_equal(dove_store_document_text(fixture->store, 99, &text, NULL, &fixture->error), DOVE_NOT_FOUND);
}

static void pages_are_sorted_filtered_and_found_again(void **state) {
  store_fixture *fixture = *state;
  fill(fixture);
  dove_store_document_list list;
  int64_t place = 0;
  dove_store_document_query page = {.sort = DOVE_STORE_DOCUMENT_BY_LENGTH, .descending = true, .limit = 2, .offset = 1};
  /* Code points by Python's len(): kr-01 33, cn-01 18, jp-01 18, aster-01 67. */
  assert_done(fixture, dove_store_document_page(fixture->store, &page, &list, &fixture->error));
  assert_int_equal(list.count, 2);
  assert_string_equal(list.rows[0].external_id, "kr-01");
  assert_string_equal(list.rows[1].external_id, "jp-01"); /* of equals, the later one first when falling */
  assert_done(fixture, dove_store_document_place(fixture->store, &page, list.rows[1].id, &place, &fixture->error));
  assert_int_equal(place, 2);
  dove_store_document_list_free(&list);
  page = (dove_store_document_query){.filter = {.culture = "", .side = DOVE_STORE_MODEL}, .limit = 10};
  assert_done(fixture, dove_store_document_page(fixture->store, &page, &list, &fixture->error));
  assert_int_equal(list.count, 1);
  assert_string_equal(list.rows[0].source, "aster");
  assert_done(fixture, dove_store_document_place(fixture->store, &page, 1, &place, &fixture->error));
  assert_int_equal(place, -1);
  dove_store_document_list_free(&list);
  int64_t count = 0;
  const dove_store_document_filter unknown = {.culture = "XX"};
  assert_done(fixture, dove_store_document_count(fixture->store, &unknown, &count, &fixture->error));
  assert_int_equal(count, 0);
}

static void every_order_gives_every_document(void **state) {
  store_fixture *fixture = *state;
  fill(fixture);
  for (int sort = DOVE_STORE_DOCUMENT_BY_ID; sort <= DOVE_STORE_DOCUMENT_BY_EXPRESSIONS; sort++) {
    for (int falling = 0; falling < 2; falling++) {
      dove_store_document_list list;
      const dove_store_document_query page = {
          .sort = (dove_store_document_sort)sort, .descending = falling != 0, .limit = 100};
      assert_done(fixture, dove_store_document_page(fixture->store, &page, &list, &fixture->error));
      assert_int_equal(list.count, 4);
      int64_t sum = 0;
      for (size_t i = 0; i < list.count; i++) {
        int64_t place = -1;
        assert_done(fixture,
                    dove_store_document_place(fixture->store, &page, list.rows[i].id, &place, &fixture->error));
        assert_int_equal(place, i);
        sum += list.rows[i].id;
      }
      assert_int_equal(sum, 1 + 2 + 3 + 4);
      dove_store_document_list_free(&list);
    }
  }
}

static void add_two(store_fixture *fixture, int64_t document, int64_t ids[2]) {
  const dove_store_new_expression two[] = {
      {"filial devotion", "The author values honouring one's parents.", "부모를 공경하는", 12, 20},
      {"Mutual Trust", "The author values trust between partners.", NULL, -1, -1},
  };
  assert_done(fixture, dove_store_expression_add(fixture->store, document, DOVE_STORE_ORIGIN_IMPORTED, two, 2, ids,
                                                 &fixture->error));
}

static void expressions_belong_to_their_document(void **state) {
  store_fixture *fixture = *state;
  int64_t ids[4];
  dove_store_expression_list list;
  fill(fixture);
  add_two(fixture, 1, ids);
  add_two(fixture, 1, ids + 2);
  assert_done(fixture, dove_store_document_expressions(fixture->store, 1, &list, &fixture->error));
  assert_int_equal(list.count, 4);
  assert_int_equal(list.rows[2].ordinal, 2);
  assert_int_equal(list.rows[0].evidence_start, 12);
  assert_int_equal(list.rows[1].evidence_start, -1);
  assert_string_equal(list.rows[1].evidence, "");
  assert_string_equal(list.rows[3].external_id, "kr-01");
  dove_store_expression_list_free(&list);
  int64_t count = 0;
  const dove_store_expression_filter found = {.search = "honouring", .culture = "KR"};
  assert_done(fixture, dove_store_expression_count(fixture->store, &found, &count, &fixture->error));
  assert_int_equal(count, 2);
  const dove_store_expression_filter exact = {.search = "Mutual"};
  assert_done(fixture, dove_store_expression_page_at(fixture->store, &exact, 1, 5, &list, &fixture->error));
  assert_int_equal(list.count, 1);
  assert_int_equal(list.rows[0].id, ids[3]);
  dove_store_expression_list_free(&list);
  const dove_store_new_expression beyond = {"x", "y", "z", 5, 5};
  assert_int_equal(
      dove_store_expression_add(fixture->store, 1, DOVE_STORE_ORIGIN_MODEL, &beyond, 1, NULL, &fixture->error),
      DOVE_INPUT);
  assert_int_equal(dove_store_expression_add(fixture->store, 77, DOVE_STORE_ORIGIN_MODEL, &beyond, 1, NULL, NULL),
                   DOVE_INPUT);
  assert_clean(fixture);
}

static void recognised_documents_are_not_tried_again(void **state) {
  store_fixture *fixture = *state;
  int64_t ids[2];
  dove_store_document_batch batch;
  fill(fixture);
  add_two(fixture, 1, ids);
  assert_done(fixture, dove_store_recognition_note(fixture->store, 2, "rules", "nothing found", &fixture->error));
  assert_done(fixture, dove_store_document_batch_read(fixture->store, NULL, true, 0, 10, &batch, &fixture->error));
  assert_int_equal(batch.count, 2);
  assert_string_equal(batch.rows[0].text, japanese);
  dove_store_document_batch_free(&batch);
  dove_store_counts counts;
  assert_done(fixture, dove_store_counts_read(fixture->store, &counts, &fixture->error));
  assert_int_equal(counts.documents, 4);
  assert_int_equal(counts.documents_human, 3);
  assert_int_equal(counts.documents_model, 1);
  assert_int_equal(counts.documents_without_expressions, 2);
  assert_int_equal(counts.topics, 2);
  assert_int_equal(counts.cultures, 3);
  assert_int_equal(counts.sources, 2);
  assert_int_equal(counts.expressions, 2);
}

enum { MANY = 100, DIMENSION = 3 };

/* One document with 100 expressions, and a matrix whose row i is (i, −i, ½). */
static void many_expressions(store_fixture *fixture, int64_t ids[MANY], float matrix[MANY * DIMENSION]) {
  const dove_store_new_expression one = {"n", "d", NULL, -1, -1};
  const int64_t document = add_document(fixture, "d", "US", "human", "", "text");
  for (size_t i = 0; i < MANY; i++) {
    assert_done(fixture, dove_store_expression_add(fixture->store, document, DOVE_STORE_ORIGIN_MODEL, &one, 1, &ids[i],
                                                   &fixture->error));
    matrix[i * DIMENSION] = (float)i;
    matrix[i * DIMENSION + 1] = -(float)i;
    matrix[i * DIMENSION + 2] = 0.5F;
  }
}

static void vectors_come_back_as_they_went_in(void **state) {
  store_fixture *fixture = *state;
  int64_t ids[MANY], embedder = 0, count = 0, missing[MANY];
  size_t missing_count = 0;
  float matrix[MANY * DIMENSION], back[MANY * DIMENSION];
  dove_error *error = &fixture->error;
  many_expressions(fixture, ids, matrix);
  assert_done(fixture, dove_store_embedder_add(fixture->store, "test", DIMENSION, "fit", 3, &embedder, error));
  /* In three parts that cut through blocks, the last one first. */
  const size_t cuts[] = {77, 100, 0, 13, 13, 77};
  for (size_t i = 0; i < 6; i += 2) {
    assert_done(fixture, dove_store_vectors_write(fixture->store, embedder, DOVE_STORE_EXPRESSION_VECTOR, ids + cuts[i],
                                                  cuts[i + 1] - cuts[i], matrix + cuts[i] * DIMENSION, error));
  }
  assert_done(fixture,
              dove_store_vectors_read(fixture->store, embedder, DOVE_STORE_EXPRESSION_VECTOR, ids, MANY, back, error));
  assert_memory_equal(matrix, back, sizeof matrix);
  const int64_t some[] = {ids[64], ids[3], ids[99]};
  assert_done(fixture,
              dove_store_vectors_read(fixture->store, embedder, DOVE_STORE_EXPRESSION_VECTOR, some, 3, back, error));
  assert_true(back[0] == 64.0F && back[3] == 3.0F && back[7] == -99.0F);
  assert_done(fixture, dove_store_execute(fixture->store, "DELETE FROM value_expression WHERE id IN (5, 32)", error));
  assert_done(fixture, dove_store_vectors_count(fixture->store, embedder, DOVE_STORE_EXPRESSION_VECTOR, &count, error));
  assert_int_equal(count, 98);
  assert_int_equal(
      dove_store_vectors_read(fixture->store, embedder, DOVE_STORE_EXPRESSION_VECTOR, ids, MANY, back, error),
      DOVE_NOT_FOUND);
  assert_non_null(strstr(error->message, "expression 5 "));
  int64_t added = 0;
  const dove_store_new_expression one = {"n", "d", NULL, -1, -1};
  assert_done(fixture, dove_store_expression_add(fixture->store, 1, DOVE_STORE_ORIGIN_MODEL, &one, 1, &added, error));
  assert_int_equal(added, 101); /* never an id that was used before */
  assert_done(fixture, dove_store_vectors_missing(fixture->store, embedder, DOVE_STORE_EXPRESSION_VECTOR, 0, MANY,
                                                  missing, &missing_count, error));
  assert_int_equal(missing_count, 1);
  assert_int_equal(missing[0], 101);
  assert_clean(fixture);
}

static void bad_vectors_are_refused(void **state) {
  store_fixture *fixture = *state;
  int64_t embedder = 0, count = -1;
  const int64_t ids[] = {1, 2}, nobody = 9;
  const float bad[] = {1, 0, NAN, 0}, good[] = {1, 0};
  dove_error *error = &fixture->error;
  fill(fixture);
  assert_done(fixture, dove_store_embedder_add(fixture->store, "test", 2, NULL, 0, &embedder, error));
  assert_int_equal(dove_store_vectors_write(fixture->store, embedder, DOVE_STORE_DOCUMENT_VECTOR, ids, 2, bad, error),
                   DOVE_INPUT);
  assert_int_equal(
      dove_store_vectors_write(fixture->store, embedder, DOVE_STORE_DOCUMENT_VECTOR, &nobody, 1, good, error),
      DOVE_INPUT);
  assert_int_equal(dove_store_vectors_write(fixture->store, 42, DOVE_STORE_DOCUMENT_VECTOR, ids, 1, good, error),
                   DOVE_NOT_FOUND);
  assert_done(fixture, dove_store_vectors_count(fixture->store, embedder, DOVE_STORE_DOCUMENT_VECTOR, &count, error));
  assert_int_equal(count, 0); /* the first of the two was rolled back with the second */
}

static void one_embedder_is_active(void **state) {
  store_fixture *fixture = *state;
  int64_t first = 0, second = 0;
  dove_store_embedder embedder;
  dove_error *error = &fixture->error;
  assert_int_equal(dove_store_embedder_active(fixture->store, &embedder, error), DOVE_NOT_FOUND);
  assert_done(fixture, dove_store_embedder_add(fixture->store, "a", 2, NULL, 0, &first, error));
  assert_done(fixture, dove_store_embedder_add(fixture->store, "b", 4, "\0fit", 4, &second, error));
  assert_done(fixture, dove_store_embedder_active(fixture->store, &embedder, error));
  assert_string_equal(embedder.name, "b");
  assert_int_equal(embedder.dimension, 4);
  assert_int_equal(embedder.fitted_size, 4);
  assert_memory_equal(embedder.fitted, "\0fit", 4);
  dove_store_embedder_free(&embedder);
  assert_done(fixture, dove_store_embedder_drop(fixture->store, first, error));
  assert_int_equal(dove_store_embedder_get(fixture->store, first, &embedder, error), DOVE_NOT_FOUND);
}

static void deleting_a_document_takes_all_of_it(void **state) {
  store_fixture *fixture = *state;
  int64_t ids[2], embedder = 0, count = -1;
  const float two[] = {1, 0, 0, 1};
  fill(fixture);
  add_two(fixture, 1, ids);
  assert_done(fixture, dove_store_embedder_add(fixture->store, "a", 2, NULL, 0, &embedder, &fixture->error));
  assert_done(fixture, dove_store_vectors_write(fixture->store, embedder, DOVE_STORE_EXPRESSION_VECTOR, ids, 2, two,
                                                &fixture->error));
  assert_done(fixture, dove_store_execute(fixture->store, "DELETE FROM document WHERE id = 1", &fixture->error));
  assert_int_equal(count_found(fixture, "공경하는"), 0);
  const dove_store_expression_filter all = {.search = "honouring"};
  assert_done(fixture, dove_store_expression_count(fixture->store, &all, &count, &fixture->error));
  assert_int_equal(count, 0);
  assert_clean(fixture);
}

static void check_finds_what_is_wrong(void **state) {
  store_fixture *fixture = *state;
  dove_store_report report;
  fill(fixture);
  assert_done(fixture, dove_store_execute(fixture->store,
                                          "UPDATE document SET expressions = 3 WHERE id = 2;"
                                          "PRAGMA foreign_keys = OFF; UPDATE document SET topic_id = 77 WHERE id = 3;"
                                          "DROP TRIGGER document_text_changed;"
                                          "UPDATE document_text SET text = 'other' WHERE document_id = 1",
                                          &fixture->error));
  assert_done(fixture, dove_store_check(fixture->store, NULL, &report, &fixture->error));
  assert_int_equal(report.errors, 4); /* count, reference, index, length */
  dove_store_report_free(&report);
  assert_done(fixture, dove_store_search_rebuild(fixture->store, &fixture->error));
  assert_done(fixture, dove_store_check(fixture->store, NULL, &report, &fixture->error));
  assert_int_equal(report.errors, 3);
  dove_store_report_free(&report);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(documents_are_found_in_every_script, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(search_takes_its_words_as_they_are, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(a_document_is_kept_as_it_came, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(pages_are_sorted_filtered_and_found_again, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(every_order_gives_every_document, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(expressions_belong_to_their_document, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(recognised_documents_are_not_tried_again, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(vectors_come_back_as_they_went_in, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(documents_are_found_by_verdict, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(bad_vectors_are_refused, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(one_embedder_is_active, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(deleting_a_document_takes_all_of_it, store_setup, store_teardown),
      cmocka_unit_test_setup_teardown(check_finds_what_is_wrong, store_setup, store_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
