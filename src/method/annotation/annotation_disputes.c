#include "dove/annotation_disputes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/text.h"

/* ---- Disputes ---- */

bool dove_dispute_is(const dove_dispute *row, dove_dispute_kind kind) {
  if (kind == DOVE_DISPUTE_SPLIT) return row->yes > 0 && row->no > 0;
  if (kind == DOVE_DISPUTE_ANY) return (row->document != 0) == (row->question == DOVE_QUESTION_PRESENT);
  return row->consensus == DOVE_ANSWER_NONE && (row->flags > 0 || (row->yes > 0 && row->yes == row->no));
}

static void count_answer(dove_dispute *row, dove_answer answer) {
  row->yes += answer == DOVE_ANSWER_YES ? 1 : 0;
  row->no += answer == DOVE_ANSWER_NO ? 1 : 0;
  row->skips += answer == DOVE_ANSWER_SKIP ? 1 : 0;
  row->flags += answer == DOVE_ANSWER_FLAG ? 1 : 0;
}

/* The answers of an item follow each other, in the order of items. */
static size_t count_item(const dove_store_answers *answers, size_t next, const dove_store_item_facts *item,
                         dove_dispute rows[DOVE_QUESTIONS]) {
  const size_t first = next;
  for (int q = 0; q < DOVE_QUESTIONS; q++) {
    rows[q] = (dove_dispute){.item = item->item,
                             .round = item->round,
                             .document = item->document,
                             .code = item->code,
                             .external_id = item->external_id,
                             .code_name = item->code_name,
                             .question = (dove_question)q,
                             .consensus = item->consensus[q],
                             .first_answer = first};
  }
  for (; next < answers->answer_count && answers->answers[next].item == item->item; next++)
    count_answer(&rows[answers->answers[next].question], answers->answers[next].answer);
  for (int q = 0; q < DOVE_QUESTIONS; q++) rows[q].answer_count = next - first;
  return next;
}

dove_status dove_annotation_disputes(dove_store *store, int64_t round, dove_dispute_kind kind, dove_dispute_list *list,
                                     dove_error *error) {
  *list = (dove_dispute_list){0};
  dove_status status = dove_store_answers_read(store, round, &list->answers, error);
  if (status != DOVE_OK) return status;
  list->rows = dove_alloc(list->answers.item_count, DOVE_QUESTIONS * sizeof *list->rows);
  if (list->rows == NULL) {
    dove_dispute_list_free(list);
    return dove_fail_memory(error, "looking for disagreements");
  }
  size_t next = 0;
  for (size_t i = 0; i < list->answers.item_count; i++) {
    dove_dispute rows[DOVE_QUESTIONS];
    next = count_item(&list->answers, next, &list->answers.items[i], rows);
    for (int q = 0; q < DOVE_QUESTIONS; q++) {
      rows[q].facts = i;
      if (dove_dispute_is(&rows[q], kind)) list->rows[list->count++] = rows[q];
    }
  }
  return DOVE_OK;
}

void dove_dispute_list_free(dove_dispute_list *list) {
  free(list->rows);
  dove_store_answers_free(&list->answers);
  *list = (dove_dispute_list){0};
}

/* ---- Shifts ---- */

static bool same_name(const char *a, const char *b) {
  char *left = dove_text_fold(a, strlen(a));
  char *right = dove_text_fold(b, strlen(b));
  const bool same = left != NULL && right != NULL && strcmp(left, right) == 0;
  free(left);
  free(right);
  return same;
}

/* Whether the annotator named the code before the model's codes of the document were shown. */
static bool is_own(const dove_store_added_code_list *own, const char *annotator, int64_t document, const char *name) {
  int64_t shown = INT64_MAX;
  for (size_t i = 0; i < own->count; i++) {
    const dove_store_added_code *row = &own->rows[i];
    const bool end = row->name[0] == '\0' && row->document == document && strcmp(row->annotator, annotator) == 0;
    if (end && !row->withdrawn && row->time < shown) shown = row->time;
  }
  for (size_t i = 0; i < own->count; i++) {
    const dove_store_added_code *row = &own->rows[i];
    if (row->document == document && !row->withdrawn && row->time <= shown && strcmp(row->annotator, annotator) == 0 &&
        same_name(row->name, name))
      return true;
  }
  return false;
}

static void count_shift(dove_shift *row, bool own, bool yes) {
  row->items++;
  row->kept += own && yes ? 1 : 0;
  row->dropped += own && !yes ? 1 : 0;
  row->adopted += !own && yes ? 1 : 0;
  row->refused += !own && !yes ? 1 : 0;
}

static const char *code_name(const dove_store_answers *answers, int64_t item) {
  for (size_t i = 0; i < answers->item_count; i++) {
    if (answers->items[i].item == item) return answers->items[i].code_name;
  }
  return "";
}

static dove_shift shift_of(const dove_store_answers *answers, const dove_store_name_row *annotator,
                           const dove_store_added_code_list *own) {
  dove_shift row = {.annotator = annotator->id, .name = annotator->name, .shift = (double)NAN};
  for (size_t i = 0; i < answers->answer_count; i++) {
    const dove_store_answer *answer = &answers->answers[i];
    if (answer->annotator != annotator->id || answer->question != DOVE_QUESTION_PRESENT) continue;
    if (answer->answer != DOVE_ANSWER_YES && answer->answer != DOVE_ANSWER_NO) continue;
    count_shift(&row, is_own(own, annotator->name, answer->document, code_name(answers, answer->item)),
                answer->answer == DOVE_ANSWER_YES);
  }
  if (row.items > 0) row.shift = (double)(row.dropped + row.adopted) / (double)row.items;
  return row;
}

dove_status dove_annotation_shifts(dove_store *store, int64_t round, dove_shift_list *list, dove_error *error) {
  dove_store_added_code_list own = {0};
  *list = (dove_shift_list){0};
  dove_status status = dove_store_answers_read(store, round, &list->answers, error);
  if (status == DOVE_OK) status = dove_store_added_code_list_read(store, round, 0, 0, &own, error);
  if (status == DOVE_OK) {
    list->rows = dove_alloc(list->answers.annotator_count, sizeof *list->rows);
    if (list->rows == NULL) status = dove_fail_memory(error, "comparing answers");
  }
  for (size_t a = 0; status == DOVE_OK && a < list->answers.annotator_count; a++) {
    const dove_shift row = shift_of(&list->answers, &list->answers.annotators[a], &own);
    if (row.items > 0) list->rows[list->count++] = row;
  }
  dove_store_added_code_list_free(&own);
  if (status != DOVE_OK) dove_shift_list_free(list);
  return status;
}

void dove_shift_list_free(dove_shift_list *list) {
  free(list->rows);
  dove_store_answers_free(&list->answers);
  *list = (dove_shift_list){0};
}
