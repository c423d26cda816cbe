#include "store/annotation_merge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/store_annotation_bundle.h"
#include "store/annotation_rows.h"

dove_status merge_conflict(merger *merge, const char *format, ...) {
  dove_merge_report *report = merge->report;
  report->conflict_count++;
  if (report->conflict_count > DOVE_MERGE_CONFLICTS) return DOVE_OK;
  if (report->conflicts == NULL) report->conflicts = dove_alloc_zero(DOVE_MERGE_CONFLICTS, sizeof(char *));
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  char *copy = report->conflicts == NULL ? NULL : dove_strdup(text);
  if (copy == NULL) return dove_fail_memory(merge->error, "merging annotations");
  report->conflicts[report->conflict_count - 1] = copy;
  return DOVE_OK;
}

void dove_merge_report_free(dove_merge_report *report) {
  for (size_t i = 0; report->conflicts != NULL && i < DOVE_MERGE_CONFLICTS; i++) free(report->conflicts[i]);
  free(report->conflicts);
  *report = (dove_merge_report){0};
}

dove_status merge_find_id(merger *merge, const char *sql, const char *text, int64_t *id) {
  dove_query query;
  dove_query_open(&query, merge->store, sql, merge->error);
  dove_query_words(&query, text);
  return dove_query_finish_int(&query, 0, id);
}

#define FIND_ROUND    "SELECT id FROM annotation_round WHERE uuid = ?"
#define FIND_DOCUMENT "SELECT id FROM document WHERE external_id = ?"

dove_status merge_find_same_code(merger *merge, const dove_code_reference *code, int64_t *id) {
  dove_query query;
  *id = 0;
  if (code->id == 0 && code->name[0] == '\0') return DOVE_OK;
  dove_query_open(&query, merge->store, "SELECT id, name, centroid FROM code WHERE name = ? ORDER BY id <> ?, id",
                  merge->error);
  dove_query_text(&query, code->name);
  dove_query_int(&query, code->id);
  while (*id == 0 && dove_query_step(&query)) {
    if (dove_code_fingerprint(&query, 1, 2) == code->fingerprint) *id = dove_column_int(&query, 0);
  }
  return dove_query_close(&query);
}

dove_status merge_find_code(merger *merge, const dove_code_reference *code, int64_t *id) {
  dove_query query;
  const dove_status status = merge_find_same_code(merge, code, id);
  if (status != DOVE_OK || *id != 0 || code->name[0] == '\0' || merge->current.run == 0) return status;
  dove_query_open(&query, merge->store,
                  "SELECT c.id FROM code_usage AS k JOIN code AS c ON c.id = k.code_id"
                  " WHERE k.iteration_id = ? AND c.name = ? ORDER BY c.id LIMIT 1",
                  merge->error);
  dove_query_int(&query, merge->current.iteration);
  dove_query_text(&query, code->name);
  return dove_query_finish_int(&query, 0, id);
}

dove_status merge_insert(dove_query *query, bool *added) {
  const dove_store *store = query->store;
  const dove_status status = dove_query_finish(query);
  *added = status == DOVE_OK && sqlite3_changes64(store->database) > 0;
  return status;
}

void merge_count(merger *merge, bool added, size_t *new_ones) {
  if (added) {
    (*new_ones)++;
  } else {
    merge->report->repeated++;
  }
}

/* ---- Rounds ---- */

/* The iteration of this id is another one where the project was built on in two copies. */
static dove_status find_iteration(merger *merge, const dove_bundle_round *round, int64_t *id) {
  dove_query query;
  dove_query_open(&query, merge->store, "SELECT id FROM iteration WHERE id = ? AND time = ?", merge->error);
  dove_query_int(&query, round->iteration);
  dove_query_int(&query, round->iteration_time);
  return dove_query_finish_int(&query, 0, id);
}

static dove_status check_round(merger *merge, const dove_bundle_round *round) {
  dove_query query;
  int64_t same = 0;
  dove_query_open(&query, merge->store,
                  "SELECT name = ? AND target = ? AND rule = ? AND seed = ? AND instruction = ?"
                  " FROM annotation_round WHERE uuid = ?",
                  merge->error);
  dove_query_words(&query, round->name);
  dove_query_text(&query, dove_annotation_target_name(round->target));
  dove_query_words(&query, round->rule);
  dove_query_int(&query, (int64_t)round->seed);
  dove_query_words(&query, round->instruction);
  dove_query_text(&query, round->uuid);
  const dove_status status = dove_query_finish_int(&query, 0, &same);
  if (status != DOVE_OK || same != 0) return status;
  return merge_conflict(merge, "round '%s' (%s) is described otherwise here; what is here stays", round->name,
                        round->uuid);
}

static dove_status merge_round(merger *merge, const dove_bundle_round *round) {
  dove_query query;
  int64_t iteration = 0;
  bool added = false;
  dove_status status = find_iteration(merge, round, &iteration);
  if (status != DOVE_OK) return status;
  if (iteration == 0) iteration = merge->current.iteration;
  dove_query_open(&query, merge->store,
                  "INSERT INTO annotation_round (uuid, name, target, iteration_id, rule, seed, instruction, settings,"
                  " created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING",
                  merge->error);
  dove_query_text(&query, round->uuid);
  dove_query_words(&query, round->name);
  dove_query_text(&query, dove_annotation_target_name(round->target));
  dove_query_id(&query, iteration);
  dove_query_words(&query, round->rule);
  dove_query_int(&query, (int64_t)round->seed);
  dove_query_words(&query, round->instruction);
  dove_query_text(&query, round->settings);
  dove_query_int(&query, round->created);
  status = merge_insert(&query, &added);
  if (status != DOVE_OK) return status;
  merge_count(merge, added, &merge->report->rounds);
  if (!added) status = check_round(merge, round);
  if (status != DOVE_OK || round->closed == 0) return status;
  dove_query_open(&query, merge->store, "UPDATE annotation_round SET closed = min(ifnull(closed, ?), ?) WHERE uuid = ?",
                  merge->error);
  dove_query_int(&query, round->closed);
  dove_query_int(&query, round->closed);
  dove_query_text(&query, round->uuid);
  return dove_query_finish(&query);
}

/* After all rounds are there, whatever their order was. */
static dove_status merge_parent(merger *merge, const dove_bundle_round *round) {
  dove_query query;
  if (round->parent[0] == '\0') return DOVE_OK;
  dove_query_open(&query, merge->store,
                  "UPDATE annotation_round SET parent_id = (SELECT id FROM annotation_round WHERE uuid = ?)"
                  " WHERE uuid = ? AND parent_id IS NULL",
                  merge->error);
  dove_query_text(&query, round->parent);
  dove_query_text(&query, round->uuid);
  return dove_query_finish(&query);
}

/* ---- Items ---- */

static dove_status insert_item(merger *merge, const dove_bundle_item *item, int64_t round, int64_t document,
                               int64_t code) {
  dove_query query;
  int64_t place = 0;
  bool added = false;
  dove_query_open(&query, merge->store, "SELECT count(*) FROM annotation_item WHERE round_id = ? AND position = ?",
                  merge->error);
  dove_query_int(&query, round);
  dove_query_int(&query, item->position);
  dove_status status = dove_query_finish_int(&query, 0, &place);
  if (status == DOVE_OK && place > 0) {
    merge->report->unplaced++;
    return merge_conflict(merge, "item %s has the place %lld of its round, which another item has here; it is left out",
                          item->uuid, (long long)item->position);
  }
  if (status != DOVE_OK) return status;
  dove_query_open(&query, merge->store,
                  "INSERT INTO annotation_item (uuid, round_id, position, document_id, code_id) VALUES (?, ?, ?, ?, ?)",
                  merge->error);
  dove_query_text(&query, item->uuid);
  dove_query_int(&query, round);
  dove_query_int(&query, item->position);
  dove_query_id(&query, document);
  dove_query_id(&query, code);
  status = merge_insert(&query, &added);
  if (status == DOVE_OK) merge_count(merge, added, &merge->report->items);
  return status;
}

static dove_status check_item(merger *merge, const dove_bundle_item *item, int64_t document, int64_t code) {
  dove_query query;
  int64_t same = 0;
  dove_query_open(&query, merge->store,
                  "SELECT document_id IS ? AND code_id IS ? AND position = ? FROM annotation_item WHERE uuid = ?",
                  merge->error);
  dove_query_id(&query, document);
  dove_query_id(&query, code);
  dove_query_int(&query, item->position);
  dove_query_text(&query, item->uuid);
  const dove_status status = dove_query_finish_int(&query, 0, &same);
  if (status != DOVE_OK || same != 0) return status;
  return merge_conflict(merge, "item %s is another document or code here; what is here stays", item->uuid);
}

static dove_status merge_item(merger *merge, const dove_bundle_item *item) {
  int64_t there = 0, round = 0, document = 0, code = 0;
  dove_status status = merge_find_id(merge, MERGE_FIND_ITEM, item->uuid, &there);
  if (status == DOVE_OK) status = merge_find_id(merge, FIND_ROUND, item->round, &round);
  if (status == DOVE_OK) status = merge_find_id(merge, FIND_DOCUMENT, item->document, &document);
  if (status == DOVE_OK) status = merge_find_code(merge, &item->code, &code);
  if (status != DOVE_OK) return status;
  if (there != 0) {
    merge->report->repeated++;
    return check_item(merge, item, document, code);
  }
  const bool lacks_document = item->document[0] != '\0' && document == 0;
  if (round == 0 || lacks_document || code == 0) {
    merge->report->unplaced++;
    return DOVE_OK;
  }
  return insert_item(merge, item, round, document, code);
}

/* ---- Added codes, consensus ---- */

static void bind_span(dove_query *query, const dove_bundle_code *code) {
  const int64_t ends[2] = {code->span_start, code->span_end};
  for (size_t i = 0; i < 2; i++) {
    if (code->span_start >= 0 && code->span_end > code->span_start) {
      dove_query_int(query, ends[i]);
    } else {
      dove_query_text(query, NULL);
    }
  }
}

static dove_status merge_code(merger *merge, const dove_bundle_code *code) {
  dove_query query;
  int64_t annotator = 0, round = 0, document = 0;
  bool added = false;
  dove_status status = merge_find_id(merge, FIND_ROUND, code->round, &round);
  if (status == DOVE_OK) status = merge_find_id(merge, FIND_DOCUMENT, code->document, &document);
  if (status != DOVE_OK) return status;
  if (round == 0 || document == 0) {
    merge->report->unplaced++;
    return DOVE_OK;
  }
  status = dove_store_annotator_make(merge->store, code->annotator, code->time, &annotator, merge->error);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, merge->store,
                  "INSERT INTO annotator_code (uuid, annotator_id, round_id, document_id, name, span_start, span_end,"
                  " note, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING",
                  merge->error);
  dove_query_text(&query, code->uuid);
  dove_query_int(&query, annotator);
  dove_query_int(&query, round);
  dove_query_int(&query, document);
  dove_query_words(&query, code->name);
  bind_span(&query, code);
  dove_query_words(&query, code->note);
  dove_query_int(&query, code->time);
  status = merge_insert(&query, &added);
  if (status != DOVE_OK) return status;
  merge_count(merge, added, &merge->report->codes);
  if (!code->withdrawn) return DOVE_OK;
  dove_query_open(&query, merge->store, "UPDATE annotator_code SET withdrawn = 1 WHERE uuid = ?", merge->error);
  dove_query_text(&query, code->uuid);
  return dove_query_finish(&query);
}

/* Whether the bundle holds this label, told by its time. */
static bool bundle_has(const merger *merge, const dove_bundle_consensus *key, int64_t time) {
  for (size_t i = 0; i < merge->bundle->consensus_count; i++) {
    const dove_bundle_consensus *row = &merge->bundle->consensus[i];
    if (row->time == time && row->question == key->question && strcmp(row->item, key->item) == 0) return true;
  }
  return false;
}

/* The last label here is one that the bundle does not know, and says something else. */
static dove_status check_consensus(merger *merge, const dove_bundle_consensus *row, int64_t item) {
  dove_query query;
  int64_t time = -1;
  dove_answer answer = DOVE_ANSWER_NONE;
  dove_query_open(&query, merge->store,
                  "SELECT time, answer FROM consensus WHERE item_id = ? AND question = ? ORDER BY time DESC LIMIT 1",
                  merge->error);
  dove_query_int(&query, item);
  dove_query_text(&query, dove_question_name(row->question));
  if (dove_query_step(&query)) {
    time = dove_column_int(&query, 0);
    answer = dove_column_answer(&query, 1);
  }
  const dove_status status = dove_query_close(&query);
  if (status != DOVE_OK || time < 0 || answer == row->answer) return status;
  if (time != row->time && bundle_has(merge, row, time)) return DOVE_OK;
  return merge_conflict(merge, "the consensus on '%s' of item %s is %s here and %s there; %s",
                        dove_question_name(row->question), row->item, dove_answer_name(answer),
                        dove_answer_name(row->answer), time == row->time ? "one is kept" : "the later one counts");
}

static dove_status insert_consensus(merger *merge, const dove_bundle_consensus *row, int64_t item) {
  dove_query query;
  bool added = false;
  dove_query_open(&query, merge->store,
                  "INSERT INTO consensus (item_id, question, answer, note, author, time) VALUES (?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (item_id, question, time) DO UPDATE SET answer = excluded.answer, note ="
                  " excluded.note, author = excluded.author WHERE (excluded.answer, excluded.author, excluded.note)"
                  " < (answer, author, note)",
                  merge->error);
  dove_query_int(&query, item);
  dove_query_text(&query, dove_question_name(row->question));
  dove_query_text(&query, dove_answer_name(row->answer));
  dove_query_words(&query, row->note);
  dove_query_words(&query, row->author);
  dove_query_int(&query, row->time);
  const dove_status status = merge_insert(&query, &added);
  if (status == DOVE_OK) merge_count(merge, added, &merge->report->consensus);
  return status;
}

static dove_status merge_consensus(merger *merge, const dove_bundle_consensus *row) {
  dove_query query;
  int64_t item = 0, there = 0;
  dove_status status = merge_find_id(merge, MERGE_FIND_ITEM, row->item, &item);
  if (status == DOVE_OK && item == 0) merge->report->unplaced++;
  if (status != DOVE_OK || item == 0) return status;
  dove_query_open(&query, merge->store,
                  "SELECT count(*) FROM consensus WHERE item_id = ? AND question = ? AND time = ? AND answer = ?"
                  " AND author = ? AND note = ?",
                  merge->error);
  dove_query_int(&query, item);
  dove_query_text(&query, dove_question_name(row->question));
  dove_query_int(&query, row->time);
  dove_query_text(&query, dove_answer_name(row->answer));
  dove_query_words(&query, row->author);
  dove_query_words(&query, row->note);
  status = dove_query_finish_int(&query, 0, &there);
  if (status == DOVE_OK && there > 0) merge->report->repeated++;
  if (status != DOVE_OK || there > 0) return status;
  status = check_consensus(merge, row, item);
  return status == DOVE_OK ? insert_consensus(merge, row, item) : status;
}

/* ---- All ---- */

static dove_status merge_all(merger *merge) {
  const dove_annotation_bundle *bundle = merge->bundle;
  dove_status status = DOVE_OK;
  for (size_t i = 0; i < bundle->annotator_count && status == DOVE_OK; i++) {
    int64_t id;
    status = dove_store_annotator_make(merge->store, bundle->annotators[i].name, bundle->annotators[i].created, &id,
                                       merge->error);
  }
  for (size_t i = 0; i < bundle->round_count && status == DOVE_OK; i++) status = merge_round(merge, &bundle->rounds[i]);
  for (size_t i = 0; i < bundle->round_count && status == DOVE_OK; i++)
    status = merge_parent(merge, &bundle->rounds[i]);
  for (size_t i = 0; i < bundle->item_count && status == DOVE_OK; i++) status = merge_item(merge, &bundle->items[i]);
  if (status == DOVE_OK) status = merge_judgments(merge);
  for (size_t i = 0; i < bundle->code_count && status == DOVE_OK; i++) status = merge_code(merge, &bundle->codes[i]);
  for (size_t i = 0; i < bundle->consensus_count && status == DOVE_OK; i++)
    status = merge_consensus(merge, &bundle->consensus[i]);
  for (size_t i = 0; i < bundle->review_count && status == DOVE_OK; i++)
    status = merge_review(merge, &bundle->reviews[i]);
  return status;
}

static dove_status find_codebook(merger *merge) {
  dove_error reason;
  const dove_status status = dove_store_current_codebook(merge->store, &merge->current, &reason);
  if (status == DOVE_OK) return DOVE_OK;
  merge->current = (dove_store_current){0};
  if (status != DOVE_NOT_FOUND && merge->error != NULL) *merge->error = reason;
  return status == DOVE_NOT_FOUND ? DOVE_OK : status;
}

dove_status dove_store_bundle_merge(dove_store *store, const dove_annotation_bundle *bundle, dove_merge_report *report,
                                    dove_error *error) {
  *report = (dove_merge_report){0};
  merger merge = {.store = store, .bundle = bundle, .report = report, .error = error};
  dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  status = bundle->by_name ? find_codebook(&merge) : DOVE_OK;
  status = dove_store_end(store, status == DOVE_OK ? merge_all(&merge) : status, error);
  if (status != DOVE_OK) dove_merge_report_free(report);
  return status;
}
