/* A project whose documents are coded, ready to be annotated. */
#ifndef TESTS_ANNOTATED_PROJECT_H
#define TESTS_ANNOTATED_PROJECT_H

#include "unit/scored_project.h"

#include "dove/annotation.h"
#include "dove/annotation_round.h"
#include "dove/store_coding.h"

#define assert_fine(call)                                             \
  do {                                                                \
    const dove_status assert_fine_status = (call);                    \
    if (assert_fine_status != DOVE_OK) fail_msg("%s", error.message); \
  } while (0)

/* The 20 documents of make_scored_project(): 4 each of KR, US, m-one, m-two and m-one in a role; in each are "care" and
 * "freedom". */
static inline dove_store *make_annotated_project(const char *path) {
  dove_error error = {0};
  dove_store *store = make_scored_project(path);
  dove_store_current current;
  static const uint32_t ordinals[] = {0, 1};
  static const float q[] = {0.7f, 0.3f};
  assert_fine(dove_store_current_codebook(store, &current, &error));
  for (int64_t document = 1; document <= 20; document++) {
    const dove_store_new_coding coding = {
        .document = document, .ordinals = ordinals, .q = q, .count = 2, .recognised = ordinals, .recognised_count = 2};
    assert_fine(dove_store_coding_add(store, current.iteration, &coding, &error));
  }
  return store;
}

static inline int64_t start_round(dove_store *store, const char *rule, dove_annotation_target target) {
  dove_error error = {0};
  int64_t round = 0;
  const dove_annotation_plan plan = {.target = target, .rule = rule, .seed = 3, .instruction = "Judge."};
  assert_fine(dove_annotation_round_start(store, &plan, &round, &error));
  return round;
}

static inline dove_annotation take_up(dove_store *store, int64_t round, const char *annotator) {
  dove_error error = {0};
  dove_annotation annotation;
  assert_fine(dove_annotation_open(store, round, annotator, &annotation, &error));
  return annotation;
}

/* The id of the item at a position. */
static inline int64_t item_at(dove_store *store, int64_t round, int64_t position) {
  dove_error error = {0};
  dove_store_item_list list;
  const dove_store_item_query query = {.round = round, .from = position, .limit = 1};
  assert_fine(dove_store_item_page(store, &query, &list, &error));
  assert_int_equal(list.count, 1);
  const int64_t item = list.rows[0].id;
  dove_store_item_list_free(&list);
  return item;
}

static inline dove_answer answer_at(const dove_annotation *annotation, int64_t position, dove_question question) {
  dove_error error = {0};
  dove_store_item_list list;
  const dove_store_item_query query = {
      .round = annotation->round, .annotator = annotation->annotator, .from = position, .limit = 1};
  assert_fine(dove_store_item_page(annotation->store, &query, &list, &error));
  const dove_answer answer = list.rows[0].answers[question];
  dove_store_item_list_free(&list);
  return answer;
}

static inline void answer(const dove_annotation *annotation, int64_t position, dove_question question,
                          dove_answer given) {
  dove_error error = {0};
  const int64_t item = item_at(annotation->store, annotation->round, position);
  assert_fine(dove_annotation_judge(annotation, item, question, given, 0, NULL, &error));
}

#endif
