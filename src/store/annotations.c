#include "dove/store_annotations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/clock.h"
#include "dove/memory.h"
#include "dove/text.h"
#include "store/annotation_rows.h"
#include "store/names.h"

static const char *const question_names[] = {"present", "meaningful", "redundant"};
static const char *const answer_names[] = {"", "yes", "no", "skip", "flag", "withdrawn"};
static const char *const target_names[] = {"document", "code"};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const char *dove_question_name(dove_question question) { return question_names[question]; }

const char *dove_answer_name(dove_answer answer) { return answer_names[answer]; }

const char *dove_annotation_target_name(dove_annotation_target target) { return target_names[target]; }

/* The place of a name that is not "", or `count`. */
static size_t find_name(const char *const *names, size_t count, const char *name) {
  size_t i = 0;
  while (i < count && (name[0] == '\0' || strcmp(names[i], name) != 0)) i++;
  return i;
}

bool dove_question_parse(const char *name, dove_question *question) {
  const size_t place = find_name(question_names, COUNT(question_names), name);
  if (place < COUNT(question_names)) *question = (dove_question)place;
  return place < COUNT(question_names);
}

bool dove_answer_parse(const char *name, dove_answer *answer) {
  const size_t place = find_name(answer_names, COUNT(answer_names), name);
  if (place < COUNT(answer_names)) *answer = (dove_answer)place;
  return place < COUNT(answer_names);
}

bool dove_annotation_target_parse(const char *name, dove_annotation_target *target) {
  const size_t place = find_name(target_names, COUNT(target_names), name);
  if (place < COUNT(target_names)) *target = (dove_annotation_target)place;
  return place < COUNT(target_names);
}

dove_question dove_column_question(const dove_query *query, int column) {
  char name[16];
  dove_column_copy(query, column, name, sizeof name);
  return (dove_question)dove_store_name_index(question_names, COUNT(question_names), name);
}

dove_answer dove_column_answer(const dove_query *query, int column) {
  char name[16];
  dove_column_copy(query, column, name, sizeof name);
  return (dove_answer)dove_store_name_index(answer_names, COUNT(answer_names), name);
}

/* ---- Annotators ---- */

/* The same in every copy of a project: a hash of the name (64-bit FNV-1a, twice), laid out as a UUID of version 8. */
static void annotator_uuid(const char *name, char uuid[37]) {
  const uint64_t high = dove_store_fingerprint(0, name, strlen(name));
  const uint64_t low = dove_store_fingerprint(high, name, strlen(name));
  snprintf(uuid, 37, "%08x-%04x-8%03x-%04x-%012llx", (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
           (unsigned)(high & 0xfff), (unsigned)(0x8000 | (low >> 48 & 0x3fff)),
           (unsigned long long)(low & 0xffffffffffff));
}

uint64_t dove_store_fingerprint(uint64_t start, const void *bytes, size_t size) {
  const unsigned char *at = bytes;
  uint64_t hash = start ^ UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < size; i++) hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
  return hash;
}

dove_status dove_store_annotator_make(dove_store *store, const char *name, int64_t created, int64_t *id,
                                      dove_error *error) {
  dove_query query;
  char uuid[37];
  if (name == NULL || !dove_text_is_name(name))
    return dove_fail(error, DOVE_INPUT, "an annotator needs a name: " DOVE_NAME_RULE);
  annotator_uuid(name, uuid);
  dove_query_open(&query, store,
                  "INSERT INTO annotator (uuid, name, created) VALUES (?, ?, ?)"
                  " ON CONFLICT (name) DO UPDATE SET created = min(created, excluded.created)",
                  error);
  dove_query_text(&query, uuid);
  dove_query_text(&query, name);
  dove_query_int(&query, created);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store, "SELECT id FROM annotator WHERE name = ?", error);
  dove_query_text(&query, name);
  return dove_query_finish_int(&query, 0, id);
}

dove_status dove_store_annotator_find(dove_store *store, const char *name, int64_t *id, dove_error *error) {
  dove_query query;
  *id = 0;
  dove_query_open(&query, store, "SELECT id FROM annotator WHERE name = ?", error);
  dove_query_words(&query, name);
  return dove_query_finish_int(&query, 0, id);
}

dove_status dove_store_annotator_intern(dove_store *store, const char *name, int64_t *id, dove_error *error) {
  dove_status status = dove_store_annotator_find(store, name, id, error);
  if (status != DOVE_OK || *id != 0) return status;
  status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, dove_store_annotator_make(store, name, dove_clock_unix_ms(), id, error), error);
}

/* ---- Rounds ---- */

static dove_status next_name(dove_store *store, char *name, size_t size, dove_error *error) {
  dove_query query;
  int64_t rounds = 0;
  dove_query_open(&query, store, "SELECT count(*) FROM annotation_round", error);
  const dove_status status = dove_query_finish_int(&query, 0, &rounds);
  snprintf(name, size, "round %lld", (long long)rounds + 1);
  return status;
}

static dove_status insert_round(dove_store *store, const dove_store_new_round *round, int64_t *id, dove_error *error) {
  dove_query query;
  char uuid[37], name[40], settings[64];
  if (round->name != NULL && round->name[0] != '\0' && !dove_text_is_name(round->name))
    return dove_fail(error, DOVE_INPUT, "the round cannot have this name: " DOVE_NAME_RULE);
  dove_store_make_uuid(uuid);
  snprintf(settings, sizeof settings, "{\"blind\":%s,\"blind_first\":%s}", round->blind ? "true" : "false",
           round->blind_first ? "true" : "false");
  const dove_status status = next_name(store, name, sizeof name, error);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store,
                  "INSERT INTO annotation_round (uuid, name, target, parent_id, iteration_id, rule, seed, instruction,"
                  " settings, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error);
  dove_query_text(&query, uuid);
  dove_query_text(&query, round->name == NULL || round->name[0] == '\0' ? name : round->name);
  dove_query_text(&query, target_names[round->target]);
  dove_query_id(&query, round->parent);
  dove_query_id(&query, round->iteration);
  dove_query_words(&query, round->rule);
  dove_query_int(&query, (int64_t)round->seed);
  dove_query_words(&query, round->instruction);
  dove_query_text(&query, settings);
  dove_query_int(&query, dove_clock_unix_ms());
  const dove_status written = dove_query_finish(&query);
  *id = sqlite3_last_insert_rowid(store->database);
  return written;
}

static dove_status insert_items(dove_store *store, int64_t round, const dove_store_new_item *items, size_t count,
                                dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO annotation_item (uuid, round_id, position, document_id, code_id) VALUES (?, ?, ?, ?, ?)",
                  error);
  for (size_t i = 0; i < count && query.status == DOVE_OK; i++) {
    char uuid[37];
    dove_store_make_uuid(uuid);
    dove_query_text(&query, uuid);
    dove_query_int(&query, round);
    dove_query_int(&query, (int64_t)i);
    dove_query_id(&query, items[i].document);
    dove_query_id(&query, items[i].code);
    dove_query_again(&query);
  }
  return dove_query_close(&query);
}

dove_status dove_store_round_add(dove_store *store, const dove_store_new_round *round, int64_t *id, dove_error *error) {
  int64_t added = 0;
  dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  status = insert_round(store, round, &added, error);
  if (status == DOVE_OK) status = insert_items(store, added, round->items, round->item_count, error);
  status = dove_store_end(store, status, error);
  if (status == DOVE_OK && id != NULL) *id = added;
  return status;
}

static dove_status close_round(dove_store *store, int64_t round, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "UPDATE annotation_round SET closed = ifnull(closed, ?) WHERE id = ?", error);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_int(&query, round);
  return dove_query_finish_changed(&query, "annotation round", round);
}

dove_status dove_store_round_close(dove_store *store, int64_t round, dove_error *error) {
  const dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, close_round(store, round, error), error);
}

static void fill_round(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_round *)row = (dove_store_round){
      .id = dove_column_int(query, 0),
      .uuid = dove_column_text(query, 1, pool),
      .name = dove_column_text(query, 2, pool),
      .target = (dove_annotation_target)dove_store_name_index(target_names, COUNT(target_names),
                                                              dove_column_text(query, 3, pool)),
      .parent = dove_column_int(query, 4),
      .iteration = dove_column_int(query, 5),
      .rule = dove_column_text(query, 6, pool),
      .instruction = dove_column_text(query, 7, pool),
      .seed = (uint64_t)dove_column_int(query, 8),
      .blind = dove_column_int(query, 9) != 0,
      .blind_first = dove_column_int(query, 10) != 0,
      .created = dove_column_int(query, 11),
      .closed = dove_column_int(query, 12),
      .items = dove_column_int(query, 13),
  };
}

dove_status dove_store_round_list_read(dove_store *store, dove_store_round_list *list, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT id, uuid, name, target, parent_id, iteration_id, rule, instruction, seed,"
                  " ifnull(json_extract(settings, '$.blind'), 1), ifnull(json_extract(settings, '$.blind_first'), 0),"
                  " created, closed, (SELECT count(*) FROM annotation_item WHERE round_id = r.id)"
                  " FROM annotation_round AS r ORDER BY created, uuid",
                  error);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_round, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_round_list_free(dove_store_round_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_round_list){0};
}

/* ---- Items ---- */

/* The last judgment of item `i` by one annotator on one question: a column of it. */
#define LAST(column, condition)                                                                        \
  "(SELECT " column " FROM judgment AS j WHERE j.item_id = i.id AND j.annotator_id = ? AND " condition \
  " ORDER BY j.time DESC, j.uuid DESC LIMIT 1)"

static void fill_item(const dove_query *query, void *row, dove_pool *pool) {
  dove_store_item *item = row;
  *item = (dove_store_item){
      .id = dove_column_int(query, 0),
      .round = dove_column_int(query, 1),
      .position = dove_column_int(query, 2),
      .uuid = dove_column_text(query, 3, pool),
      .document = dove_column_int(query, 4),
      .code = dove_column_int(query, 5),
      .external_id = dove_column_text(query, 6, pool),
      .code_name = dove_column_text(query, 7, pool),
      .other_code = dove_column_int(query, 11),
      .other_name = dove_column_text(query, 12, pool),
      .note = dove_column_text(query, 13, pool),
  };
  for (int q = 0; q < DOVE_QUESTIONS; q++) {
    item->answers[q] = dove_column_answer(query, 8 + q);
    item->notes[q] = dove_column_text(query, 14 + q, pool);
  }
}

dove_status dove_store_item_page(dove_store *store, const dove_store_item_query *page, dove_store_item_list *list,
                                 dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(
      &query, store,
      "SELECT i.id, i.round_id, i.position, i.uuid, i.document_id, i.code_id, d.external_id, c.name,"
      " " LAST("j.answer", "j.question = 'present'") ", " LAST("j.answer", "j.question = 'meaningful'")
      ", " LAST("j.answer", "j.question = 'redundant'") ", " LAST("j.other_code_id", "j.question = 'redundant'")
      ", (SELECT name FROM code WHERE id = " LAST("j.other_code_id", "j.question = 'redundant'") ")"
      ", " LAST("j.note", "true")
      ", " LAST("j.note", "j.question = 'present'") ", " LAST("j.note", "j.question = 'meaningful'")
      ", " LAST("j.note", "j.question = 'redundant'")
      " FROM annotation_item AS i JOIN annotation_round AS r ON r.id = i.round_id"
      " LEFT JOIN document AS d ON d.id = i.document_id LEFT JOIN code AS c ON c.id = i.code_id"
      " WHERE i.round_id = ? AND i.position >= ? AND (NOT ? OR (SELECT count(*) FROM judgment_current AS j"
      " WHERE j.item_id = i.id AND j.annotator_id = ? AND j.answer <> 'withdrawn')"
      " < CASE r.target WHEN 'code' THEN 2 ELSE 1 END) ORDER BY i.position LIMIT ?",
      error);
  for (int i = 0; i < 9; i++) dove_query_int(&query, page->annotator);
  dove_query_int(&query, page->round);
  dove_query_int(&query, page->from);
  dove_query_int(&query, page->only_open ? 1 : 0);
  dove_query_int(&query, page->annotator);
  dove_query_int(&query, page->limit > 0 ? page->limit : 0);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_item, &rows);
  DOVE_GIVE_ROWS(list, rows);
  return status;
}

void dove_store_item_list_free(dove_store_item_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_item_list){0};
}

dove_status dove_store_item_count(dove_store *store, int64_t round, int64_t *count, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "SELECT count(*) FROM annotation_item WHERE round_id = ?", error);
  dove_query_int(&query, round);
  return dove_query_finish_int(&query, 0, count);
}

dove_status dove_store_item_place(dove_store *store, int64_t item, dove_store_place *place, dove_error *error) {
  dove_query query;
  *place = (dove_store_place){0};
  dove_query_open(&query, store, "SELECT round_id, position, document_id FROM annotation_item WHERE id = ?", error);
  dove_query_int(&query, item);
  if (dove_query_step(&query)) {
    place->round = dove_column_int(&query, 0);
    place->position = dove_column_int(&query, 1);
    place->document = dove_column_int(&query, 2);
  }
  const dove_status status = dove_query_close(&query);
  if (status != DOVE_OK || place->round != 0) return status;
  return dove_fail(error, DOVE_NOT_FOUND, "there is no annotation item %lld in the project", (long long)item);
}

dove_status dove_store_item_find(dove_store *store, int64_t round, int64_t document, int64_t code, int64_t *position,
                                 dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  document != 0 ? "SELECT min(position) FROM annotation_item WHERE document_id = ?1 AND round_id = ?2"
                                  " AND (?3 = 0 OR code_id = ?3)"
                                : "SELECT min(position) FROM annotation_item WHERE ?1 = 0 AND round_id = ?2"
                                  " AND code_id = ?3",
                  error);
  dove_query_int(&query, document);
  dove_query_int(&query, round);
  dove_query_int(&query, code);
  return dove_query_finish_int(&query, -1, position);
}

/* ---- Work ---- */

static void fill_work(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  *(dove_store_round_work *)row = (dove_store_round_work){.round = dove_column_int(query, 0),
                                                          .done = dove_column_int(query, 1),
                                                          .skipped = dove_column_int(query, 2),
                                                          .flagged = dove_column_int(query, 3)};
}

dove_status dove_store_round_work_read(dove_store *store, int64_t annotator, dove_store_round_work **work,
                                       size_t *count, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT i.round_id, sum(x.answered >= CASE r.target WHEN 'code' THEN 2 ELSE 1 END), sum(x.skipped),"
                  " sum(x.flagged) FROM (SELECT j.item_id, count(*) AS answered, max(j.answer = 'skip') AS skipped,"
                  " max(j.answer = 'flag') AS flagged FROM judgment_current AS j"
                  " WHERE j.annotator_id = ? AND j.answer <> 'withdrawn' GROUP BY j.item_id) AS x"
                  " JOIN annotation_item AS i ON i.id = x.item_id JOIN annotation_round AS r ON r.id = i.round_id"
                  " GROUP BY i.round_id ORDER BY i.round_id",
                  error);
  dove_query_int(&query, annotator);
  const dove_status status = dove_query_collect(&query, sizeof **work, fill_work, &rows);
  *work = rows.rows;
  *count = rows.count;
  dove_rows_free(NULL, rows.strings);
  return status;
}

/* ---- What a round is drawn from ---- */

static void fill_candidate(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  *(dove_store_candidate *)row = (dove_store_candidate){.document = dove_column_int(query, 0),
                                                        .code = dove_column_int(query, 1),
                                                        .culture = dove_column_int(query, 2),
                                                        .source = dove_column_int(query, 3),
                                                        .topic = dove_column_int(query, 4)};
}

dove_status dove_store_candidates(dove_store *store, dove_annotation_target target, int64_t iteration,
                                  dove_store_candidate **candidates, size_t *count, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  target == DOVE_JUDGE_CODES
                      ? "SELECT 0, code_id, 0, 0, 0 FROM code_usage WHERE iteration_id = ? ORDER BY code_id"
                      : "SELECT g.document_id, g.code_id, d.culture_id, d.source_id, d.topic_id FROM recognised AS g"
                        " JOIN document AS d ON d.id = g.document_id WHERE g.iteration_id = ?"
                        " ORDER BY g.document_id, g.rank",
                  error);
  dove_query_int(&query, iteration);
  const dove_status status = dove_query_collect(&query, sizeof **candidates, fill_candidate, &rows);
  *candidates = rows.rows;
  *count = rows.count;
  dove_rows_free(NULL, rows.strings);
  return status;
}
