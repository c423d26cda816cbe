/* Judgments of another copy: a union, with the conflicts that it brings. */
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "store/annotation_merge.h"
#include "store/annotation_rows.h"

static int compare_judgments(const void *left, const void *right) {
  const dove_bundle_judgment *a = *(const dove_bundle_judgment *const *)left;
  const dove_bundle_judgment *b = *(const dove_bundle_judgment *const *)right;
  int order = strcmp(a->item, b->item);
  if (order == 0) order = strcmp(a->annotator, b->annotator);
  if (order == 0) order = (a->question > b->question) - (a->question < b->question);
  if (order == 0) order = (a->time > b->time) - (a->time < b->time);
  return order != 0 ? order : strcmp(a->uuid, b->uuid);
}

static bool same_key(const dove_bundle_judgment *a, const dove_bundle_judgment *b) {
  return strcmp(a->item, b->item) == 0 && strcmp(a->annotator, b->annotator) == 0 && a->question == b->question;
}

static bool is_label(dove_answer answer) { return answer == DOVE_ANSWER_YES || answer == DOVE_ANSWER_NO; }

/* What counts here for the key of a judgment. */
static dove_status find_current(merger *merge, const dove_bundle_judgment *key, char uuid[37], dove_answer *answer) {
  dove_query query;
  uuid[0] = '\0';
  dove_query_open(&query, merge->store,
                  "SELECT j.uuid, j.answer FROM judgment AS j JOIN annotation_item AS i ON i.id = j.item_id"
                  " JOIN annotator AS a ON a.id = j.annotator_id WHERE i.uuid = ? AND a.name = ? AND j.question = ?"
                  " ORDER BY j.time DESC, j.uuid DESC LIMIT 1",
                  merge->error);
  dove_query_text(&query, key->item);
  dove_query_text(&query, key->annotator);
  dove_query_text(&query, dove_question_name(key->question));
  if (dove_query_step(&query)) {
    dove_column_copy(&query, 0, uuid, 37);
    *answer = dove_column_answer(&query, 1);
  }
  return dove_query_close(&query);
}

/* One annotator's answers to one question, oldest first: a conflict when neither side knows the other's last word. */
static dove_status check_group(merger *merge, const dove_bundle_judgment *const *group, size_t size) {
  const dove_bundle_judgment *last = group[size - 1];
  char uuid[37];
  dove_answer answer = DOVE_ANSWER_NONE;
  int64_t known = 0;
  dove_status status = find_current(merge, last, uuid, &answer);
  if (status != DOVE_OK || uuid[0] == '\0' || !is_label(answer) || !is_label(last->answer) || answer == last->answer)
    return status;
  for (size_t i = 0; i < size; i++) {
    if (strcmp(group[i]->uuid, uuid) == 0) return DOVE_OK;
  }
  status = merge_find_id(merge, "SELECT id FROM judgment WHERE uuid = ?", last->uuid, &known);
  if (status != DOVE_OK || known != 0) return status;
  return merge_conflict(merge, "'%s' says %s here and %s there to '%s' of item %s; both are kept, the later one counts",
                        last->annotator, dove_answer_name(answer), dove_answer_name(last->answer),
                        dove_question_name(last->question), last->item);
}

static dove_status check_judgment(merger *merge, const dove_bundle_judgment *judgment, int64_t item) {
  dove_query query;
  int64_t same = 0;
  dove_query_open(&query, merge->store,
                  "SELECT item_id = ? AND question = ? AND answer = ? AND note = ? AND time = ?"
                  " FROM judgment WHERE uuid = ?",
                  merge->error);
  dove_query_int(&query, item);
  dove_query_text(&query, dove_question_name(judgment->question));
  dove_query_text(&query, dove_answer_name(judgment->answer));
  dove_query_words(&query, judgment->note);
  dove_query_int(&query, judgment->time);
  dove_query_text(&query, judgment->uuid);
  const dove_status status = dove_query_finish_int(&query, 0, &same);
  if (status != DOVE_OK || same != 0) return status;
  return merge_conflict(merge, "judgment %s has another content here; what is here stays", judgment->uuid);
}

static dove_status merge_judgment(merger *merge, const dove_bundle_judgment *judgment) {
  dove_query query;
  int64_t item = 0, annotator = 0, other = 0;
  bool added = false;
  dove_status status = merge_find_id(merge, MERGE_FIND_ITEM, judgment->item, &item);
  if (status == DOVE_OK && item == 0) merge->report->unplaced++;
  if (status != DOVE_OK || item == 0) return status;
  status = dove_store_annotator_make(merge->store, judgment->annotator, judgment->time, &annotator, merge->error);
  if (status == DOVE_OK) status = merge_find_code(merge, &judgment->other, &other);
  if (status != DOVE_OK) return status;
  dove_query_open(&query, merge->store,
                  "INSERT INTO judgment (uuid, item_id, annotator_id, question, answer, other_code_id, shown, note,"
                  " time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING",
                  merge->error);
  dove_query_text(&query, judgment->uuid);
  dove_query_int(&query, item);
  dove_query_int(&query, annotator);
  dove_query_text(&query, dove_question_name(judgment->question));
  dove_query_text(&query, dove_answer_name(judgment->answer));
  dove_query_id(&query, other);
  dove_query_int(&query, judgment->shown ? 1 : 0);
  dove_query_words(&query, judgment->note);
  dove_query_int(&query, judgment->time);
  status = merge_insert(&query, &added);
  if (status != DOVE_OK) return status;
  merge_count(merge, added, &merge->report->judgments);
  return added ? DOVE_OK : check_judgment(merge, judgment, item);
}

dove_status merge_judgments(merger *merge) {
  const dove_annotation_bundle *bundle = merge->bundle;
  const dove_bundle_judgment **sorted = dove_alloc(bundle->judgment_count, sizeof *sorted);
  if (sorted == NULL) return dove_fail_memory(merge->error, "merging annotations");
  for (size_t i = 0; i < bundle->judgment_count; i++) sorted[i] = &bundle->judgments[i];
  qsort(sorted, bundle->judgment_count, sizeof *sorted, compare_judgments);
  dove_status status = DOVE_OK;
  for (size_t start = 0, end; start < bundle->judgment_count && status == DOVE_OK; start = end) {
    for (end = start + 1; end < bundle->judgment_count && same_key(sorted[start], sorted[end]);) end++;
    status = check_group(merge, sorted + start, end - start);
    for (size_t i = start; i < end && status == DOVE_OK; i++) status = merge_judgment(merge, sorted[i]);
  }
  free(sorted);
  return status;
}
