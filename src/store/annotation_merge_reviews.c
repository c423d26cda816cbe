/* Reviews of another copy: a union by uuid as well, and of whether a review stands the later word counts. */
#include "store/annotation_merge.h"
#include "store/overrides.h"

/* What a review is about, as it is known here; 0: it is not here, or the review names none. */
typedef struct place {
  int64_t run, decision, code, other;
} place;

/* What has this id is something else where two copies were built on apart: its time tells. */
static dove_status find_by_time(merger *merge, const char *sql, int64_t id, int64_t time, int64_t *found) {
  dove_query query;
  dove_query_open(&query, merge->store, sql, merge->error);
  dove_query_int(&query, id);
  dove_query_int(&query, time);
  return dove_query_finish_int(&query, 0, found);
}

/* A code has to be in C^(t−1) of the run: the step to C^t is what the review is about. */
static dove_status find_code(merger *merge, int64_t run, int64_t t, const dove_code_reference *code, int64_t *id) {
  dove_query query;
  int64_t same = 0;
  *id = 0;
  const dove_status status = merge_find_same_code(merge, code, &same);
  if (status != DOVE_OK || same == 0) return status;
  dove_query_open(&query, merge->store,
                  "SELECT code_id FROM run_code WHERE run_id = ? AND code_id = ? AND born_t < ?"
                  " AND (died_t IS NULL OR died_t >= ?)",
                  merge->error);
  dove_query_int(&query, run);
  dove_query_int(&query, same);
  dove_query_int(&query, t);
  dove_query_int(&query, t);
  return dove_query_finish_int(&query, 0, id);
}

static dove_status find_place(merger *merge, const dove_bundle_review *review, place *here) {
  *here = (place){0};
  dove_status status = find_by_time(merge, "SELECT id FROM codebook_run WHERE id = ? AND created = ?", review->run,
                                    review->run_time, &here->run);
  if (status == DOVE_OK && review->decision != 0)
    status = find_by_time(merge,
                          "SELECT d.id FROM decision AS d JOIN iteration AS i ON i.id = d.iteration_id"
                          " WHERE d.id = ? AND i.time = ?",
                          review->decision, review->decision_time, &here->decision);
  if (status == DOVE_OK) status = find_code(merge, here->run, review->t, &review->code, &here->code);
  if (status == DOVE_OK) status = find_code(merge, here->run, review->t, &review->other, &here->other);
  return status;
}

static bool is_here(const dove_bundle_review *review, const place *here) {
  return here->run != 0 && (here->decision != 0 || review->decision == 0) &&
         (here->code != 0 || review->code.id == 0) && (here->other != 0 || review->other.id == 0);
}

/* What a review says, in the order of the table's columns. */
static void bind_content(dove_query *query, const dove_bundle_review *review, const place *here) {
  dove_query_int(query, here->run);
  dove_query_int(query, review->t);
  dove_query_id(query, here->decision);
  dove_query_text(query, dove_review_kind_name(review->kind));
  dove_query_id(query, here->code);
  dove_query_id(query, here->other);
  dove_query_words(query, review->name);
  dove_query_words(query, review->note);
  dove_query_text(query, review->author);
  dove_query_int(query, review->time);
}

static dove_status insert_review(merger *merge, const dove_bundle_review *review, const place *here, bool *added) {
  dove_query query;
  dove_query_open(&query, merge->store,
                  "INSERT INTO reviewer_override (uuid, run_id, t, decision_id, kind, code_id, other_code_id, name,"
                  " note, author, time, withdrawn, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (uuid) DO NOTHING",
                  merge->error);
  dove_query_text(&query, review->uuid);
  bind_content(&query, review, here);
  dove_query_id(&query, review->withdrawn ? review->changed : 0);
  dove_query_int(&query, review->changed);
  return merge_insert(&query, added);
}

static dove_status check_review(merger *merge, const dove_bundle_review *review, const place *here) {
  dove_query query;
  int64_t same = 0;
  dove_query_open(
      &query, merge->store,
      "SELECT run_id IS ? AND t = ? AND decision_id IS ? AND kind = ? AND code_id IS ? AND other_code_id IS ?"
      " AND name = ? AND note = ? AND author = ? AND time = ? FROM reviewer_override WHERE uuid = ?",
      merge->error);
  bind_content(&query, review, here);
  dove_query_text(&query, review->uuid);
  const dove_status status = dove_query_finish_int(&query, 0, &same);
  if (status != DOVE_OK || same != 0) return status;
  return merge_conflict(merge, "review %s has another content here; what is here stays", review->uuid);
}

/* The later word counts; of two at the very same millisecond the withdrawal. */
static dove_status merge_standing(merger *merge, const dove_bundle_review *review) {
  dove_query query;
  dove_query_open(&query, merge->store,
                  "UPDATE reviewer_override SET withdrawn = ?, changed = ? WHERE uuid = ?"
                  " AND (changed, withdrawn IS NOT NULL) < (?, ?)",
                  merge->error);
  dove_query_id(&query, review->withdrawn ? review->changed : 0);
  dove_query_int(&query, review->changed);
  dove_query_text(&query, review->uuid);
  dove_query_int(&query, review->changed);
  dove_query_int(&query, review->withdrawn ? 1 : 0);
  return dove_query_finish(&query);
}

dove_status merge_review(merger *merge, const dove_bundle_review *review) {
  place here;
  bool added = false;
  const dove_store_new_override entry = {.kind = review->kind,
                                         .decision = review->decision,
                                         .code = review->code.id,
                                         .other = review->other.id,
                                         .name = review->name,
                                         .note = review->note,
                                         .author = review->author};
  dove_status status = dove_store_override_needs(&entry, merge->error);
  if (status == DOVE_OK) status = find_place(merge, review, &here);
  if (status != DOVE_OK) return status;
  if (!is_here(review, &here)) {
    merge->report->unplaced++;
    return DOVE_OK;
  }
  status = insert_review(merge, review, &here, &added);
  if (status != DOVE_OK) return status;
  merge_count(merge, added, &merge->report->reviews);
  if (added) return DOVE_OK;
  status = check_review(merge, review, &here);
  return status == DOVE_OK ? merge_standing(merge, review) : status;
}
