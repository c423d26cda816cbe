/* All answers that count, for agreement. */
#include <stdlib.h>

#include "store/annotation_rows.h"

static void fill_answer(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  *(dove_store_answer *)row = (dove_store_answer){
      .item = dove_column_int(query, 0),
      .round = dove_column_int(query, 1),
      .annotator = dove_column_int(query, 2),
      .document = dove_column_int(query, 3),
      .code = dove_column_int(query, 4),
      .question = dove_column_question(query, 5),
      .answer = dove_column_answer(query, 6),
      .shown = dove_column_int(query, 7) != 0,
  };
}

static dove_status read_answers(dove_store *store, int64_t round, dove_store_answers *answers, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT j.item_id, i.round_id, j.annotator_id, i.document_id, i.code_id, j.question, j.answer,"
                  " j.shown FROM judgment_current AS j JOIN annotation_item AS i ON i.id = j.item_id"
                  " JOIN annotation_round AS r ON r.id = i.round_id JOIN annotator AS a ON a.id = j.annotator_id"
                  " WHERE (? = 0 OR r.id = ?)"
                  " ORDER BY r.created, r.uuid, i.position, a.name, j.question",
                  error);
  dove_query_int(&query, round);
  dove_query_int(&query, round);
  const dove_status status = dove_query_collect(&query, sizeof *answers->answers, fill_answer, &rows);
  answers->answers = rows.rows;
  answers->answer_count = rows.count;
  answers->strings[0] = rows.strings;
  return status;
}

static void fill_facts(const dove_query *query, void *row, dove_pool *pool) {
  dove_store_item_facts *facts = row;
  *facts = (dove_store_item_facts){
      .item = dove_column_int(query, 0),
      .round = dove_column_int(query, 1),
      .document = dove_column_int(query, 2),
      .code = dove_column_int(query, 3),
      .iteration = dove_column_int(query, 4),
      .external_id = dove_column_text(query, 5, pool),
      .culture = dove_column_text(query, 6, pool),
      .source = dove_column_text(query, 7, pool),
      .code_name = dove_column_text(query, 8, pool),
  };
  for (int q = 0; q < DOVE_QUESTIONS; q++) facts->consensus[q] = dove_column_answer(query, 9 + q);
}

#define CONSENSUS(question)                                                                           \
  "(SELECT nullif(answer, 'withdrawn') FROM consensus WHERE item_id = i.id AND question = '" question \
  "'"                                                                                                 \
  " ORDER BY time DESC LIMIT 1)"

static dove_status read_facts(dove_store *store, int64_t round, dove_store_answers *answers, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT i.id, i.round_id, i.document_id, i.code_id, r.iteration_id, d.external_id, u.name, s.name,"
                  " c.name, " CONSENSUS("present") ", " CONSENSUS("meaningful") ", " CONSENSUS("redundant")
                  " FROM annotation_item AS i JOIN annotation_round AS r ON r.id = i.round_id"
                  " LEFT JOIN document AS d ON d.id = i.document_id LEFT JOIN culture AS u ON u.id = d.culture_id"
                  " LEFT JOIN source AS s ON s.id = d.source_id LEFT JOIN code AS c ON c.id = i.code_id"
                  " WHERE (? = 0 OR r.id = ?) ORDER BY r.created, r.uuid, i.position",
                  error);
  dove_query_int(&query, round);
  dove_query_int(&query, round);
  const dove_status status = dove_query_collect(&query, sizeof *answers->items, fill_facts, &rows);
  answers->items = rows.rows;
  answers->item_count = rows.count;
  answers->strings[1] = rows.strings;
  return status;
}

static void fill_name(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_name_row *)row =
      (dove_store_name_row){.id = dove_column_int(query, 0), .name = dove_column_text(query, 1, pool)};
}

static dove_status read_annotators(dove_store *store, dove_store_answers *answers, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store, "SELECT id, name FROM annotator ORDER BY name", error);
  const dove_status status = dove_query_collect(&query, sizeof *answers->annotators, fill_name, &rows);
  answers->annotators = rows.rows;
  answers->annotator_count = rows.count;
  answers->strings[2] = rows.strings;
  return status;
}

dove_status dove_store_answers_read(dove_store *store, int64_t round, dove_store_answers *answers, dove_error *error) {
  *answers = (dove_store_answers){0};
  /* Answers first: an item that another connection adds meanwhile has none here. */
  dove_status status = read_answers(store, round, answers, error);
  if (status == DOVE_OK) status = read_facts(store, round, answers, error);
  if (status == DOVE_OK) status = read_annotators(store, answers, error);
  if (status != DOVE_OK) dove_store_answers_free(answers);
  return status;
}

void dove_store_answers_free(dove_store_answers *answers) {
  dove_rows_free(answers->answers, answers->strings[0]);
  dove_rows_free(answers->items, answers->strings[1]);
  dove_rows_free(answers->annotators, answers->strings[2]);
  *answers = (dove_store_answers){0};
}

const char *dove_store_answers_name(const dove_store_answers *answers, int64_t annotator) {
  for (size_t i = 0; i < answers->annotator_count; i++) {
    if (answers->annotators[i].id == annotator) return answers->annotators[i].name;
  }
  return "";
}
