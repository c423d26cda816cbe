/* What annotators answered, added and agreed on, and the steps that they can take back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "store/annotation_rows.h"

/* ---- Steps ---- */

/* A step is one row of undo_log. forward: {"judgment": uuid} or {"code": uuid}; backward: {"judgment": uuid of what
 * counted before, or null}. What was taken back is always the tail: a new step removes it first. */
static dove_status note_step(dove_store *store, int64_t annotator, const char *kind, const char *uuid,
                             const char *before, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "DELETE FROM undo_log WHERE undone = 1 AND kind IN ('judgment', 'code')"
                  " AND author = (SELECT name FROM annotator WHERE id = ?)",
                  error);
  dove_query_int(&query, annotator);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store,
                  "INSERT INTO undo_log (author, time, kind, forward, backward) SELECT name, ?, ?, json_object(?, ?),"
                  " json_object(?, ?) FROM annotator WHERE id = ?",
                  error);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_text(&query, kind);
  dove_query_text(&query, kind);
  dove_query_text(&query, uuid);
  dove_query_text(&query, kind);
  dove_query_text(&query, before);
  dove_query_int(&query, annotator);
  return dove_query_finish(&query);
}

typedef struct step {
  int64_t id;
  bool is_code;
  char uuid[37], before[37]; /* before "": none */
} step;

/* The last step that counts, or the first of those taken back. id 0: none. */
static dove_status find_step(dove_store *store, int64_t annotator, bool taken_back, step *found, dove_error *error) {
  dove_query query;
  *found = (step){0};
  dove_query_open(&query, store,
                  taken_back ? "SELECT id, kind = 'code', json_extract(forward, '$.' || kind), json_extract(backward,"
                               " '$.' || kind) FROM undo_log WHERE undone = 1 AND kind IN ('judgment', 'code')"
                               " AND author = (SELECT name FROM annotator WHERE id = ?) ORDER BY id LIMIT 1"
                             : "SELECT id, kind = 'code', json_extract(forward, '$.' || kind), json_extract(backward,"
                               " '$.' || kind) FROM undo_log WHERE undone = 0 AND kind IN ('judgment', 'code')"
                               " AND author = (SELECT name FROM annotator WHERE id = ?) ORDER BY id DESC LIMIT 1",
                  error);
  dove_query_int(&query, annotator);
  if (dove_query_step(&query)) {
    found->id = dove_column_int(&query, 0);
    found->is_code = dove_column_int(&query, 1) != 0;
    dove_column_copy(&query, 2, found->uuid, sizeof found->uuid);
    dove_column_copy(&query, 3, found->before, sizeof found->before);
  }
  return dove_query_close(&query);
}

static dove_status mark_step(dove_store *store, int64_t id, bool undone, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE undo_log SET undone = ? WHERE id = ?", error);
  dove_query_int(&query, undone ? 1 : 0);
  dove_query_int(&query, id);
  return dove_query_finish_changed(&query, "step", id);
}

/* ---- Judgments ---- */

/* The time of a new judgment on the same question: now, but after all that is there, even if a clock went back. */
#define TIME_AFTER                                                                                  \
  "max(?, ifnull((SELECT max(time) + 1 FROM judgment WHERE item_id = x.item_id AND annotator_id = " \
  "x.annotator_id AND question = x.question), 0))"

static dove_status insert_judgment(dove_store *store, const dove_store_new_judgment *judgment, const char *uuid,
                                   dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO judgment (uuid, item_id, annotator_id, question, answer, other_code_id, shown, note,"
                  " time) SELECT ?, item_id, annotator_id, question, ?, ?, ?, ?, " TIME_AFTER
                  " FROM (SELECT ? AS item_id, ? AS annotator_id, ? AS question) AS x",
                  error);
  dove_query_text(&query, uuid);
  dove_query_text(&query, dove_answer_name(judgment->answer));
  dove_query_id(&query, judgment->other_code);
  dove_query_int(&query, judgment->shown ? 1 : 0);
  dove_query_words(&query, judgment->note);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_int(&query, judgment->item);
  dove_query_int(&query, judgment->annotator);
  dove_query_text(&query, dove_question_name(judgment->question));
  return dove_query_finish(&query);
}

/* The judgment that counts now; "" when there is none. */
static dove_status find_current(dove_store *store, const dove_store_new_judgment *judgment, char uuid[37],
                                dove_error *error) {
  dove_query query;
  uuid[0] = '\0';
  dove_query_open(&query, store,
                  "SELECT uuid FROM judgment WHERE item_id = ? AND annotator_id = ? AND question = ?"
                  " ORDER BY time DESC, uuid DESC LIMIT 1",
                  error);
  dove_query_int(&query, judgment->item);
  dove_query_int(&query, judgment->annotator);
  dove_query_text(&query, dove_question_name(judgment->question));
  if (dove_query_step(&query)) dove_column_copy(&query, 0, uuid, 37);
  return dove_query_close(&query);
}

/* A document's code is asked whether it is present; a code by itself the other two. */
static dove_status check_question(dove_store *store, int64_t item, dove_question question, dove_error *error) {
  dove_query query;
  int64_t of_document = -1;
  dove_query_open(&query, store, "SELECT document_id IS NOT NULL FROM annotation_item WHERE id = ?", error);
  dove_query_int(&query, item);
  const dove_status status = dove_query_finish_int(&query, -1, &of_document);
  if (status != DOVE_OK) return status;
  if (of_document < 0)
    return dove_fail(error, DOVE_NOT_FOUND, "there is no annotation item %lld in the project", (long long)item);
  if ((of_document == 1) == (question == DOVE_QUESTION_PRESENT)) return DOVE_OK;
  return dove_fail(error, DOVE_INPUT, "'%s' is not asked of this item; it is asked %s", dove_question_name(question),
                   of_document == 1 ? "'present'" : "'meaningful' and 'redundant'");
}

static dove_status add_judgment(dove_store *store, const dove_store_new_judgment *judgment, dove_error *error) {
  char uuid[37], before[37];
  dove_store_make_uuid(uuid);
  dove_status status = check_question(store, judgment->item, judgment->question, error);
  if (status == DOVE_OK) status = find_current(store, judgment, before, error);
  if (status == DOVE_OK) status = insert_judgment(store, judgment, uuid, error);
  if (status != DOVE_OK) return status;
  return note_step(store, judgment->annotator, "judgment", uuid, before[0] != '\0' ? before : NULL, error);
}

dove_status dove_store_judge(dove_store *store, const dove_store_new_judgment *judgment, dove_error *error) {
  if (judgment->answer == DOVE_ANSWER_NONE) return dove_fail(error, DOVE_INPUT, "a judgment needs an answer");
  const dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add_judgment(store, judgment, error), error);
}

/* Adds a copy of judgment `model`, or of `uuid` without its answer where there is none. */
static dove_status restore_judgment(dove_store *store, const char *uuid, const char *model, int64_t *item,
                                    dove_error *error) {
  dove_query query;
  char added[37];
  dove_store_make_uuid(added);
  dove_query_open(&query, store,
                  model[0] != '\0' ? "INSERT INTO judgment (uuid, item_id, annotator_id, question, answer,"
                                     " other_code_id, shown, note, time) SELECT ?, item_id, annotator_id, question,"
                                     " answer, other_code_id, shown, note, " TIME_AFTER
                                     " FROM judgment AS x WHERE uuid = ?"
                                   : "INSERT INTO judgment (uuid, item_id, annotator_id, question, answer, shown,"
                                     " time) SELECT ?, item_id, annotator_id, question, 'withdrawn', shown, " TIME_AFTER
                                     " FROM judgment AS x WHERE uuid = ?",
                  error);
  dove_query_text(&query, added);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_text(&query, model[0] != '\0' ? model : uuid);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store, "SELECT item_id FROM judgment WHERE uuid = ?", error);
  dove_query_text(&query, uuid);
  return dove_query_finish_int(&query, 0, item);
}

/* Withdrawn once, an added code stays so, whoever merges what: doing it again adds another. */
static dove_status withdraw_code(dove_store *store, const char *uuid, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE annotator_code SET withdrawn = 1 WHERE uuid = ?", error);
  dove_query_text(&query, uuid);
  return dove_query_finish(&query);
}

static dove_status repeat_code(dove_store *store, const step *again, dove_error *error) {
  dove_query query;
  char uuid[37];
  dove_store_make_uuid(uuid);
  dove_query_open(&query, store,
                  "INSERT INTO annotator_code (uuid, annotator_id, round_id, document_id, name, span_start, span_end,"
                  " note, time) SELECT ?, annotator_id, round_id, document_id, name, span_start, span_end, note, ?"
                  " FROM annotator_code WHERE uuid = ?",
                  error);
  dove_query_text(&query, uuid);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_text(&query, again->uuid);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store, "UPDATE undo_log SET forward = json_object('code', ?) WHERE id = ?", error);
  dove_query_text(&query, uuid);
  dove_query_int(&query, again->id);
  return dove_query_finish(&query);
}

/* What was answered in a round stays as it was when the round was closed. */
static dove_status check_round(dove_store *store, const step *found, dove_error *error) {
  dove_query query;
  int64_t closed = 0;
  dove_query_open(&query, store,
                  found->is_code ? "SELECT r.closed IS NOT NULL FROM annotator_code AS n"
                                   " JOIN annotation_round AS r ON r.id = n.round_id WHERE n.uuid = ?"
                                 : "SELECT r.closed IS NOT NULL FROM judgment AS j"
                                   " JOIN annotation_item AS i ON i.id = j.item_id"
                                   " JOIN annotation_round AS r ON r.id = i.round_id WHERE j.uuid = ?",
                  error);
  dove_query_text(&query, found->uuid);
  const dove_status status = dove_query_finish_int(&query, 0, &closed);
  if (status != DOVE_OK || closed == 0) return status;
  return dove_fail(error, DOVE_USAGE, "that step was made in a round that is closed by now: it stays");
}

static dove_status take_step(dove_store *store, int64_t annotator, bool again, bool *done, int64_t *item,
                             dove_error *error) {
  step found;
  dove_status status = find_step(store, annotator, again, &found, error);
  if (status != DOVE_OK || found.id == 0) return status;
  status = check_round(store, &found, error);
  if (status != DOVE_OK) return status;
  *done = true;
  if (!found.is_code) {
    status = restore_judgment(store, found.uuid, again ? found.uuid : found.before, item, error);
  } else {
    status = again ? repeat_code(store, &found, error) : withdraw_code(store, found.uuid, error);
  }
  return status == DOVE_OK ? mark_step(store, found.id, !again, error) : status;
}

static dove_status take_step_durably(dove_store *store, int64_t annotator, bool again, bool *done, int64_t *item,
                                     dove_error *error) {
  *done = false;
  *item = 0;
  const dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, take_step(store, annotator, again, done, item, error), error);
}

dove_status dove_store_annotation_undo(dove_store *store, int64_t annotator, bool *done, int64_t *item,
                                       dove_error *error) {
  return take_step_durably(store, annotator, false, done, item, error);
}

dove_status dove_store_annotation_redo(dove_store *store, int64_t annotator, bool *done, int64_t *item,
                                       dove_error *error) {
  return take_step_durably(store, annotator, true, done, item, error);
}

static void fill_judgment(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_judgment *)row = (dove_store_judgment){
      .id = dove_column_int(query, 0),
      .item = dove_column_int(query, 1),
      .position = dove_column_int(query, 2),
      .round = dove_column_int(query, 3),
      .annotator = dove_column_text(query, 4, pool),
      .question = dove_column_question(query, 5),
      .answer = dove_column_answer(query, 6),
      .other_code = dove_column_int(query, 7),
      .shown = dove_column_int(query, 8) != 0,
      .note = dove_column_text(query, 9, pool),
      .time = dove_column_int(query, 10),
      .external_id = dove_column_text(query, 11, pool),
      .code_name = dove_column_text(query, 12, pool),
      .round_name = dove_column_text(query, 13, pool),
  };
}

static void add_id(dove_clause *clause, const char *condition, int64_t id) {
  if (id == 0) return;
  dove_clause_add(clause, condition);
  dove_clause_int(clause, id);
}

dove_status dove_store_judgment_page(dove_store *store, const dove_store_judgment_query *page,
                                     dove_store_judgment_list *list, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  add_id(&clause, "i.round_id = ?", page->round);
  add_id(&clause, "j.annotator_id = ?", page->annotator);
  add_id(&clause, "j.item_id = ?", page->item);
  add_id(&clause,
         "j.item_id IN (SELECT twin.id FROM annotation_item AS own JOIN annotation_item AS twin"
         " ON twin.code_id = own.code_id AND twin.document_id IS own.document_id"
         " JOIN annotation_round AS past ON past.id = twin.round_id WHERE own.id = ?"
         " AND (past.closed IS NOT NULL OR NOT ifnull(json_extract(past.settings, '$.blind'), 1)))",
         page->like);
  dove_query_open_clause(
      &query, store,
      page->current ? "SELECT j.id, j.item_id, i.position, i.round_id, a.name, j.question, j.answer, j.other_code_id,"
                      " j.shown, j.note, j.time, d.external_id, c.name, r.name FROM judgment_current AS j"
                      " JOIN annotation_item AS i ON i.id = j.item_id JOIN annotation_round AS r ON r.id = i.round_id"
                      " JOIN annotator AS a ON a.id = j.annotator_id"
                      " LEFT JOIN document AS d ON d.id = i.document_id LEFT JOIN code AS c ON c.id = i.code_id"
                    : "SELECT j.id, j.item_id, i.position, i.round_id, a.name, j.question, j.answer, j.other_code_id,"
                      " j.shown, j.note, j.time, d.external_id, c.name, r.name FROM judgment AS j"
                      " JOIN annotation_item AS i ON i.id = j.item_id JOIN annotation_round AS r ON r.id = i.round_id"
                      " JOIN annotator AS a ON a.id = j.annotator_id"
                      " LEFT JOIN document AS d ON d.id = i.document_id LEFT JOIN code AS c ON c.id = i.code_id",
      &clause, " ORDER BY j.id DESC LIMIT ?", error);
  dove_query_int(&query, page->limit > 0 ? page->limit : 0);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_judgment, &rows);
  DOVE_GIVE_ROWS(list, rows);
  dove_clause_free(&clause);
  return status;
}

void dove_store_judgment_list_free(dove_store_judgment_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_judgment_list){0};
}

/* ---- Added codes ---- */

static dove_status check_span(dove_store *store, const dove_store_new_added_code *code, dove_error *error) {
  dove_query query;
  int64_t characters = -1;
  dove_query_open(&query, store, "SELECT characters FROM document WHERE id = ?", error);
  dove_query_int(&query, code->document);
  const dove_status status = dove_query_finish_int(&query, -1, &characters);
  if (status != DOVE_OK) return status;
  if (characters < 0)
    return dove_fail(error, DOVE_NOT_FOUND, "there is no document %lld in the project", (long long)code->document);
  if (code->span_start == -1 && code->span_end == -1) return DOVE_OK;
  if (code->span_start >= 0 && code->span_start < code->span_end && code->span_end <= characters) return DOVE_OK;
  return dove_fail(error, DOVE_INPUT, "the span %lld:%lld is not within the document's %lld characters",
                   (long long)code->span_start, (long long)code->span_end, (long long)characters);
}

static void bind_place(dove_query *query, int64_t place) {
  if (place >= 0) {
    dove_query_int(query, place);
  } else {
    dove_query_text(query, NULL);
  }
}

static dove_status add_code(dove_store *store, const dove_store_new_added_code *code, dove_error *error) {
  dove_query query;
  char uuid[37];
  dove_store_make_uuid(uuid);
  dove_status status = check_span(store, code, error);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store,
                  "INSERT INTO annotator_code (uuid, annotator_id, round_id, document_id, name, span_start, span_end,"
                  " note, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error);
  dove_query_text(&query, uuid);
  dove_query_int(&query, code->annotator);
  dove_query_id(&query, code->round);
  dove_query_int(&query, code->document);
  dove_query_words(&query, code->name);
  bind_place(&query, code->span_start);
  bind_place(&query, code->span_end);
  dove_query_words(&query, code->note);
  dove_query_int(&query, dove_clock_unix_ms());
  status = dove_query_finish(&query);
  return status == DOVE_OK ? note_step(store, code->annotator, "code", uuid, NULL, error) : status;
}

dove_status dove_store_added_code_add(dove_store *store, const dove_store_new_added_code *code, dove_error *error) {
  const dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add_code(store, code, error), error);
}

static void fill_added_code(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_added_code *)row = (dove_store_added_code){
      .id = dove_column_int(query, 0),
      .round = dove_column_int(query, 1),
      .document = dove_column_int(query, 2),
      .annotator = dove_column_text(query, 3, pool),
      .external_id = dove_column_text(query, 4, pool),
      .name = dove_column_text(query, 5, pool),
      .note = dove_column_text(query, 6, pool),
      .span_start = dove_column_int(query, 7),
      .span_end = dove_column_int(query, 8),
      .withdrawn = dove_column_int(query, 9) != 0,
      .time = dove_column_int(query, 10),
  };
}

dove_status dove_store_added_code_list_read(dove_store *store, int64_t round, int64_t annotator, int64_t document,
                                            dove_store_added_code_list *list, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  add_id(&clause, "n.round_id = ?", round);
  add_id(&clause, "n.annotator_id = ?", annotator);
  add_id(&clause, "n.document_id = ?", document);
  dove_query_open_clause(&query, store,
                         "SELECT n.id, n.round_id, n.document_id, a.name, d.external_id, n.name, n.note,"
                         " ifnull(n.span_start, -1), ifnull(n.span_end, -1), n.withdrawn, n.time"
                         " FROM annotator_code AS n JOIN annotator AS a ON a.id = n.annotator_id"
                         " JOIN document AS d ON d.id = n.document_id",
                         &clause, " ORDER BY n.time, n.uuid", error);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_added_code, &rows);
  DOVE_GIVE_ROWS(list, rows);
  dove_clause_free(&clause);
  return status;
}

void dove_store_added_code_list_free(dove_store_added_code_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_added_code_list){0};
}

/* ---- Consensus ---- */

static dove_status add_consensus(dove_store *store, int64_t item, dove_question question, dove_answer answer,
                                 const char *note, const char *author, dove_error *error) {
  dove_query query;
  const dove_status status = check_question(store, item, question, error);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store,
                  "INSERT INTO consensus (item_id, question, answer, note, author, time) SELECT item, question, ?, ?,"
                  " ?, max(?, ifnull((SELECT max(time) + 1 FROM consensus WHERE item_id = item AND question ="
                  " x.question), 0)) FROM (SELECT ? AS item, ? AS question) AS x",
                  error);
  dove_query_text(&query, dove_answer_name(answer));
  dove_query_words(&query, note);
  dove_query_words(&query, author);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_int(&query, item);
  dove_query_text(&query, dove_question_name(question));
  return dove_query_finish(&query);
}

dove_status dove_store_consensus_set(dove_store *store, int64_t item, dove_question question, dove_answer answer,
                                     const char *note, const char *author, dove_error *error) {
  if (answer != DOVE_ANSWER_YES && answer != DOVE_ANSWER_NO && answer != DOVE_ANSWER_WITHDRAWN)
    return dove_fail(error, DOVE_INPUT, "a consensus is yes or no, not '%s'", dove_answer_name(answer));
  const dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add_consensus(store, item, question, answer, note, author, error), error);
}

static void fill_consensus(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_consensus *)row = (dove_store_consensus){
      .question = dove_column_question(query, 0),
      .answer = dove_column_answer(query, 1),
      .note = dove_column_text(query, 2, pool),
      .author = dove_column_text(query, 3, pool),
      .time = dove_column_int(query, 4),
  };
}

dove_status dove_store_consensus_read(dove_store *store, int64_t item, dove_store_consensus_list *list,
                                      dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT question, answer, note, author, time FROM consensus WHERE item_id = ?"
                  " ORDER BY question, time DESC",
                  error);
  dove_query_int(&query, item);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_consensus, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_consensus_list_free(dove_store_consensus_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_consensus_list){0};
}
