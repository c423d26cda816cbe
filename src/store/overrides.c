#include "dove/store_overrides.h"

#include <string.h>

#include "dove/clock.h"
#include "dove/text.h"
#include "store/internal.h"
#include "store/names.h"
#include "store/overrides.h"

static const char *const kind_names[DOVE_REVIEW_KINDS] = {
    [DOVE_REVIEW_AGREE] = "agree",  [DOVE_REVIEW_DISAGREE] = "disagree", [DOVE_REVIEW_COMMENT] = "comment",
    [DOVE_REVIEW_VETO] = "veto",    [DOVE_REVIEW_MERGE] = "merge",       [DOVE_REVIEW_SPLIT] = "split",
    [DOVE_REVIEW_RENAME] = "rename"};

const char *dove_review_kind_name(dove_review_kind kind) { return kind < DOVE_REVIEW_KINDS ? kind_names[kind] : ""; }

bool dove_review_kind_parse(const char *name, dove_review_kind *kind) {
  for (int i = 0; i < DOVE_REVIEW_KINDS; i++) {
    if (strcmp(kind_names[i], name) != 0) continue;
    *kind = (dove_review_kind)i;
    return true;
  }
  return false;
}

bool dove_review_acts(dove_review_kind kind) { return kind >= DOVE_REVIEW_VETO && kind < DOVE_REVIEW_KINDS; }

/* ---- Steps ---- */

/* A step is a row of undo_log of the kind 'override'; forward: {"override": uuid, "withdrawn": 0 or 1, "entry": 0 or
 * 1}, backward: the same the other way round. What was undone is always the tail: a new step removes it first. */
static dove_status note_step(dove_store *store, const char *uuid, bool withdrawn, bool entry, const char *author,
                             dove_error *error) {
  dove_query query;
  dove_query_open(&query, store, "DELETE FROM undo_log WHERE undone = 1 AND kind = 'override' AND author = ?", error);
  dove_query_text(&query, author);
  const dove_status status = dove_query_finish(&query);
  if (status != DOVE_OK) return status;
  dove_query_open(
      &query, store,
      "INSERT INTO undo_log (author, time, kind, forward, backward) VALUES (?, ?, 'override',"
      " json_object('override', ?, 'withdrawn', ?, 'entry', ?), json_object('override', ?, 'withdrawn', ?))",
      error);
  dove_query_text(&query, author);
  dove_query_int(&query, dove_clock_unix_ms());
  dove_query_text(&query, uuid);
  dove_query_int(&query, withdrawn ? 1 : 0);
  dove_query_int(&query, entry ? 1 : 0);
  dove_query_text(&query, uuid);
  dove_query_int(&query, withdrawn ? 0 : 1);
  return dove_query_finish(&query);
}

static dove_status mark_withdrawn(dove_store *store, const char *uuid, bool withdrawn, dove_error *error) {
  dove_query query;
  const int64_t now = dove_clock_unix_ms();
  dove_query_open(&query, store,
                  "UPDATE reviewer_override SET withdrawn = ?, changed = max(changed + 1, ?) WHERE uuid = ?", error);
  dove_query_id(&query, withdrawn ? now : 0);
  dove_query_int(&query, now);
  dove_query_text(&query, uuid);
  return dove_query_finish(&query);
}

/* ---- Entries ---- */

dove_status dove_store_override_needs(const dove_store_new_override *entry, dove_error *error) {
  const bool about_codes = dove_review_acts(entry->kind);
  if (entry->author == NULL || !dove_text_is_name(entry->author))
    return dove_fail(error, DOVE_INPUT, "a review needs the name of its author: " DOVE_NAME_RULE);
  if (!about_codes && entry->decision == 0)
    return dove_fail(error, DOVE_INPUT, "'%s' is about a decision: name one", kind_names[entry->kind]);
  if (about_codes && entry->code == 0)
    return dove_fail(error, DOVE_INPUT, "'%s' is about a code: name one", kind_names[entry->kind]);
  if (entry->kind == DOVE_REVIEW_MERGE && (entry->other == 0 || entry->other == entry->code))
    return dove_fail(error, DOVE_INPUT, "a merge needs another code to merge into");
  if (entry->kind == DOVE_REVIEW_RENAME && (entry->name == NULL || !dove_text_is_name(entry->name)))
    return dove_fail(error, DOVE_INPUT, "a code cannot have this name: " DOVE_NAME_RULE);
  if (entry->kind == DOVE_REVIEW_COMMENT && (entry->note == NULL || entry->note[0] == '\0'))
    return dove_fail(error, DOVE_INPUT, "a comment needs words");
  return DOVE_OK;
}

static dove_status insert_entry(dove_store *store, const dove_store_new_override *entry, const char *uuid,
                                dove_error *error) {
  dove_query query;
  const int64_t now = dove_clock_unix_ms();
  dove_query_open(&query, store,
                  "INSERT INTO reviewer_override (uuid, run_id, t, decision_id, kind, code_id, other_code_id, name,"
                  " note, author, time, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  error);
  dove_query_text(&query, uuid);
  dove_query_id(&query, entry->run);
  dove_query_int(&query, entry->t);
  dove_query_id(&query, entry->decision);
  dove_query_text(&query, kind_names[entry->kind]);
  dove_query_id(&query, entry->code);
  dove_query_id(&query, entry->other);
  dove_query_words(&query, entry->name);
  dove_query_words(&query, entry->note);
  dove_query_text(&query, entry->author);
  dove_query_int(&query, now);
  dove_query_int(&query, now);
  return dove_query_finish(&query);
}

static dove_status add_entry(dove_store *store, const dove_store_new_override *entry, int64_t *id, dove_error *error) {
  char uuid[37];
  dove_store_make_uuid(uuid);
  dove_status status = insert_entry(store, entry, uuid, error);
  if (status == DOVE_OK && id != NULL) *id = sqlite3_last_insert_rowid(store->database);
  return status == DOVE_OK ? note_step(store, uuid, false, true, entry->author, error) : status;
}

dove_status dove_store_override_add(dove_store *store, const dove_store_new_override *entry, int64_t *id,
                                    dove_error *error) {
  dove_status status = dove_store_override_needs(entry, error);
  if (status == DOVE_OK) status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, add_entry(store, entry, id, error), error);
}

/* ---- Reading ---- */

static void fill_override(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_override *)row = (dove_store_override){
      .id = dove_column_int(query, 0),
      .uuid = dove_column_text(query, 1, pool),
      .kind = (dove_review_kind)dove_store_name_index(kind_names, DOVE_REVIEW_KINDS, dove_column_text(query, 2, pool)),
      .run = dove_column_int(query, 3),
      .t = dove_column_int(query, 4),
      .decision = dove_column_int(query, 5),
      .code = dove_column_int(query, 6),
      .other = dove_column_int(query, 7),
      .code_name = dove_column_text(query, 8, pool),
      .other_name = dove_column_text(query, 9, pool),
      .name = dove_column_text(query, 10, pool),
      .note = dove_column_text(query, 11, pool),
      .author = dove_column_text(query, 12, pool),
      .time = dove_column_int(query, 13),
      .withdrawn = dove_column_int(query, 14),
      .uses = dove_column_int(query, 15),
      .last_run = dove_column_int(query, 16),
      .applied = dove_column_int(query, 17) != 0,
  };
}

static void add_conditions(dove_clause *clause, const dove_store_override_query *wanted) {
  if (wanted->run != 0) {
    dove_clause_add(clause, "o.run_id = ?");
    dove_clause_int(clause, wanted->run);
  }
  if (wanted->t >= 0) {
    dove_clause_add(clause, "o.t = ?");
    dove_clause_int(clause, wanted->t);
  }
  if (wanted->decision != 0) {
    dove_clause_add(clause, "o.decision_id = ?");
    dove_clause_int(clause, wanted->decision);
  }
  if (wanted->id != 0) {
    dove_clause_add(clause, "o.id = ?");
    dove_clause_int(clause, wanted->id);
  }
  if (wanted->used_by != 0) {
    dove_clause_add(clause, "o.id IN (SELECT override_id FROM override_use WHERE run_id = ?)");
    dove_clause_int(clause, wanted->used_by);
  }
  if (wanted->standing) dove_clause_add(clause, "o.withdrawn IS NULL");
  if (wanted->acting) dove_clause_add(clause, "o.kind IN ('veto', 'merge', 'split', 'rename')");
}

dove_status dove_store_override_list_read(dove_store *store, const dove_store_override_query *wanted,
                                          dove_store_override_list *list, dove_error *error) {
  dove_clause clause = {0};
  dove_query query;
  dove_rows rows;
  add_conditions(&clause, wanted);
  dove_query_open_clause(
      &query, store,
      "SELECT o.id, o.uuid, o.kind, o.run_id, o.t, o.decision_id, o.code_id, o.other_code_id, c.name, other.name,"
      " o.name, o.note, o.author, o.time, o.withdrawn,"
      " (SELECT count(*) FROM override_use WHERE override_id = o.id),"
      " (SELECT max(run_id) FROM override_use WHERE override_id = o.id),"
      " (SELECT applied FROM override_use WHERE override_id = o.id ORDER BY run_id DESC LIMIT 1)"
      " FROM reviewer_override AS o LEFT JOIN code AS c ON c.id = o.code_id"
      " LEFT JOIN code AS other ON other.id = o.other_code_id",
      &clause, " ORDER BY o.time, o.id", error);
  const dove_status status = dove_query_collect(&query, sizeof *list->rows, fill_override, &rows);
  DOVE_GIVE_ROWS(list, rows);
  dove_clause_free(&clause);
  return status;
}

void dove_store_override_list_free(dove_store_override_list *list) {
  dove_rows_free(list->rows, list->strings);
  *list = (dove_store_override_list){0};
}

/* ---- Withdrawing, using ---- */

static dove_status withdraw(dove_store *store, int64_t id, bool withdrawn, const char *author, dove_error *error) {
  char uuid[37] = "";
  bool already = false;
  dove_query query;
  dove_query_open(&query, store, "SELECT uuid, withdrawn IS NOT NULL FROM reviewer_override WHERE id = ?", error);
  dove_query_int(&query, id);
  if (dove_query_step(&query)) {
    dove_column_copy(&query, 0, uuid, sizeof uuid);
    already = dove_column_int(&query, 1) != 0;
  }
  dove_status status = dove_query_close(&query);
  if (status != DOVE_OK) return status;
  if (uuid[0] == '\0') return dove_fail(error, DOVE_NOT_FOUND, "the project has no review %lld", (long long)id);
  if (already == withdrawn)
    return dove_fail(error, DOVE_INPUT, "review %lld %s", (long long)id,
                     withdrawn ? "is withdrawn already" : "stands already");
  status = mark_withdrawn(store, uuid, withdrawn, error);
  return status == DOVE_OK ? note_step(store, uuid, withdrawn, false, author, error) : status;
}

dove_status dove_store_override_withdraw(dove_store *store, int64_t id, bool withdrawn, const char *author,
                                         dove_error *error) {
  if (author == NULL || author[0] == '\0')
    return dove_fail(error, DOVE_INPUT, "withdrawing a review needs the name of who does it");
  const dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, withdraw(store, id, withdrawn, author, error), error);
}

dove_status dove_store_override_use(dove_store *store, int64_t run, int64_t id, bool applied, dove_error *error) {
  dove_query query;
  dove_query_open(&query, store,
                  "INSERT INTO override_use (override_id, run_id, applied) VALUES (?, ?, ?)"
                  " ON CONFLICT (override_id, run_id) DO UPDATE SET applied = excluded.applied",
                  error);
  dove_query_int(&query, id);
  dove_query_int(&query, run);
  dove_query_int(&query, applied ? 1 : 0);
  return dove_query_finish(&query);
}

/* ---- Undoing ---- */

static void fill_step(const dove_query *query, void *row, dove_pool *pool) {
  *(dove_store_review_step *)row = (dove_store_review_step){
      .id = dove_column_int(query, 0),
      .withdraws = dove_column_int(query, 1) != 0,
      .entry = dove_column_int(query, 2) != 0,
      .undone = dove_column_int(query, 3) != 0,
      .kind = (dove_review_kind)dove_store_name_index(kind_names, DOVE_REVIEW_KINDS, dove_column_text(query, 4, pool)),
      .code_name = dove_column_text(query, 5, pool),
  };
}

dove_status dove_store_review_steps_read(dove_store *store, const char *author, dove_store_review_steps *steps,
                                         dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT u.id, json_extract(u.forward, '$.withdrawn'), json_extract(u.forward, '$.entry'), u.undone,"
                  " o.kind, c.name FROM undo_log AS u"
                  " JOIN reviewer_override AS o ON o.uuid = json_extract(u.forward, '$.override')"
                  " LEFT JOIN code AS c ON c.id = o.code_id"
                  " WHERE u.kind = 'override' AND u.author = ? ORDER BY u.id",
                  error);
  dove_query_text(&query, author);
  const dove_status status = dove_query_collect(&query, sizeof *steps->rows, fill_step, &rows);
  DOVE_GIVE_ROWS(steps, rows);
  return status;
}

void dove_store_review_steps_free(dove_store_review_steps *steps) {
  dove_rows_free(steps->rows, steps->strings);
  *steps = (dove_store_review_steps){0};
}

static dove_status undo_step(dove_store *store, int64_t step, bool undone, dove_error *error) {
  char uuid[37] = "";
  bool withdrawn = false;
  dove_query query;
  dove_query_open(&query, store,
                  undone ? "SELECT json_extract(backward, '$.override'), json_extract(backward, '$.withdrawn')"
                           " FROM undo_log WHERE id = ? AND kind = 'override'"
                         : "SELECT json_extract(forward, '$.override'), json_extract(forward, '$.withdrawn')"
                           " FROM undo_log WHERE id = ? AND kind = 'override'",
                  error);
  dove_query_int(&query, step);
  if (dove_query_step(&query)) {
    dove_column_copy(&query, 0, uuid, sizeof uuid);
    withdrawn = dove_column_int(&query, 1) != 0;
  }
  dove_status status = dove_query_close(&query);
  if (status == DOVE_OK) status = mark_withdrawn(store, uuid, withdrawn, error);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, store, "UPDATE undo_log SET undone = ? WHERE id = ? AND kind = 'override'", error);
  dove_query_int(&query, undone ? 1 : 0);
  dove_query_int(&query, step);
  return dove_query_finish_changed(&query, "step", step);
}

dove_status dove_store_review_step_undo(dove_store *store, int64_t step, bool undone, dove_error *error) {
  const dove_status status = dove_store_begin_durable(store, error);
  if (status != DOVE_OK) return status;
  return dove_store_end(store, undo_step(store, step, undone, error), error);
}

/* ---- Judged codes ---- */

static void fill_judged(const dove_query *query, void *row, dove_pool *pool) {
  (void)pool;
  *(dove_store_judged_code *)row = (dove_store_judged_code){.iteration = dove_column_int(query, 0),
                                                            .code = dove_column_int(query, 1),
                                                            .judgments = dove_column_int(query, 2)};
}

dove_status dove_store_judged_codes_read(dove_store *store, dove_store_judged_codes *codes, dove_error *error) {
  dove_query query;
  dove_rows rows;
  dove_query_open(&query, store,
                  "SELECT r.iteration_id, i.code_id, count(*) FROM judgment_current AS j"
                  " JOIN annotation_item AS i ON i.id = j.item_id JOIN annotation_round AS r ON r.id = i.round_id"
                  " WHERE j.answer IN ('yes', 'no') AND i.code_id IS NOT NULL AND r.iteration_id IS NOT NULL"
                  " GROUP BY r.iteration_id, i.code_id ORDER BY r.iteration_id, i.code_id",
                  error);
  const dove_status status = dove_query_collect(&query, sizeof *codes->rows, fill_judged, &rows);
  DOVE_GIVE_ROWS(codes, rows);
  return status;
}

void dove_store_judged_codes_free(dove_store_judged_codes *codes) {
  dove_rows_free(codes->rows, codes->strings);
  *codes = (dove_store_judged_codes){0};
}
