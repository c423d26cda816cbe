#include "dove/annotator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dove/store_runs.h"

/* Items of a document stand together. So many before and after the current one are read at first. */
enum { ITEMS_AROUND = 12 };

const dove_store_item *dove_annotator_item(const dove_annotator *annotator) {
  return annotator->items.count > 0 ? &annotator->items.rows[annotator->current] : NULL;
}

static bool is_answered(dove_answer answer) { return answer != DOVE_ANSWER_NONE && answer != DOVE_ANSWER_WITHDRAWN; }

/* ---- Reading ---- */

/* Of the rows that were read, the run around `position` that has its document; the others are cut off. */
static bool cut_to_document(dove_annotator *annotator, int64_t position, bool *complete, int64_t around) {
  dove_store_item_list *list = &annotator->items;
  size_t at = 0;
  while (at < list->count && list->rows[at].position != position) at++;
  if (at == list->count) return false;
  const int64_t document = list->rows[at].document;
  size_t first = at, end = at + 1;
  while (document != 0 && first > 0 && list->rows[first - 1].document == document) first--;
  while (document != 0 && end < list->count && list->rows[end].document == document) end++;
  const bool cut_before = first == 0 && list->rows[0].position > 0 && document != 0;
  const bool cut_after = end == list->count && (int64_t)list->count == 2 * around + 1 && document != 0;
  *complete = !cut_before && !cut_after;
  memmove(list->rows, list->rows + first, (end - first) * sizeof *list->rows);
  list->count = end - first;
  annotator->current = at - first;
  return true;
}

static dove_status read_items(dove_annotator *annotator, int64_t position, dove_error *error) {
  const dove_annotation *annotation = &annotator->annotation;
  bool complete = false;
  for (int64_t around = ITEMS_AROUND; !complete; around *= 4) {
    const bool document = annotation->target == DOVE_JUDGE_DOCUMENTS;
    dove_store_item_list_free(&annotator->items);
    const dove_store_item_query query = {.round = annotation->round,
                                         .annotator = annotation->annotator,
                                         .from = document && position > around ? position - around
                                                 : document                    ? 0
                                                                               : position,
                                         .limit = document ? 2 * around + 1 : 1};
    const dove_status status = dove_store_item_page(annotation->store, &query, &annotator->items, error);
    if (status != DOVE_OK) return status;
    if (cut_to_document(annotator, position, &complete, around)) continue;
    dove_store_item_list_free(&annotator->items);
    return dove_fail(error, DOVE_NOT_FOUND, "the round has no item at %lld", (long long)position + 1);
  }
  return DOVE_OK;
}

/* The first question without an answer; the first one when all have one. */
static void choose_question(dove_annotator *annotator) {
  dove_question questions[DOVE_QUESTIONS];
  const size_t count = dove_annotation_questions(&annotator->annotation, questions);
  const dove_store_item *item = dove_annotator_item(annotator);
  annotator->question = questions[0];
  for (size_t i = count; i-- > 0 && item != NULL;) {
    if (!is_answered(item->answers[questions[i]])) annotator->question = questions[i];
  }
}

/* What the annotator added to the document, and whether the model's codes may be shown. */
static dove_status read_added(dove_annotator *annotator, dove_error *error) {
  const dove_annotation *annotation = &annotator->annotation;
  const dove_store_item *item = dove_annotator_item(annotator);
  dove_store_added_code_list_free(&annotator->added);
  annotator->own_codes_first = false;
  if (item == NULL || item->document == 0) return DOVE_OK;
  const dove_status status = dove_store_added_code_list_read(
      annotation->store, annotation->round, annotation->annotator, item->document, &annotator->added, error);
  annotator->own_codes_first = annotation->blind_first && !annotation->closed;
  for (size_t i = 0; i < annotator->added.count; i++) {
    const dove_store_added_code *row = &annotator->added.rows[i];
    if (row->name[0] == '\0' && !row->withdrawn) annotator->own_codes_first = false;
  }
  return status;
}

static dove_status read_recent(dove_annotator *annotator, dove_error *error) {
  dove_question questions[DOVE_QUESTIONS];
  const size_t asked = dove_annotation_questions(&annotator->annotation, questions);
  dove_annotation_progress *progress = &annotator->progress;
  dove_store_judgment_list_free(&annotator->recent);
  const dove_status status =
      dove_annotation_recent(&annotator->annotation, DOVE_ANNOTATION_PACE, &annotator->recent, error);
  if (status != DOVE_OK) return status;
  progress->seconds_per_item = dove_annotation_pace(&annotator->recent) * (double)asked;
  progress->seconds_left = progress->seconds_per_item * (double)(progress->items - progress->done);
  return DOVE_OK;
}

dove_status dove_annotator_go(dove_annotator *annotator, int64_t position, dove_error *error) {
  dove_status status = read_items(annotator, position, error);
  if (status == DOVE_OK) status = read_added(annotator, error);
  choose_question(annotator);
  return status;
}

dove_status dove_annotator_next(dove_annotator *annotator, int64_t position, dove_error *error) {
  dove_store_item_list list = {0};
  bool covered = false;
  dove_status status = dove_annotation_next(&annotator->annotation, position, &list, &covered, error);
  if (status == DOVE_OK && list.count == 0 && position > 0) {
    dove_store_item_list_free(&list);
    status = dove_annotation_next(&annotator->annotation, 0, &list, &covered, error);
  }
  if (status != DOVE_OK) return status;
  const int64_t found = list.count > 0 ? list.rows[0].position : -1;
  dove_store_item_list_free(&list);
  if (found >= 0) return dove_annotator_go(annotator, found, error);
  dove_store_item_list_free(&annotator->items);
  return read_added(annotator, error);
}

/* What was judged may have changed in the codebook that is in use now. */
static dove_status read_standing(dove_annotator *annotator, dove_error *error) {
  const dove_annotation *annotation = &annotator->annotation;
  dove_store_current current;
  dove_status status = dove_store_current_codebook(annotation->store, &current, error);
  if (status == DOVE_NOT_FOUND) return DOVE_OK;
  if (status != DOVE_OK || current.iteration == annotation->iteration) return status;
  return dove_annotation_standing(annotation->store, annotation->iteration, current.iteration, &annotator->standing,
                                  &annotator->standing_count, error);
}

dove_status dove_annotator_open(dove_annotator *annotator, dove_store *store, int64_t round, const char *name,
                                dove_error *error) {
  dove_annotator_close(annotator);
  dove_status status = dove_annotation_open(store, round, name, &annotator->annotation, error);
  if (status == DOVE_OK) {
    status = dove_annotation_progress_read(&annotator->annotation, &annotator->progress, error);
  }
  if (status == DOVE_OK) status = read_recent(annotator, error);
  if (status == DOVE_OK) status = read_standing(annotator, error);
  if (status == DOVE_OK) status = dove_annotator_next(annotator, 0, error);
  if (status != DOVE_OK) dove_annotator_close(annotator);
  return status;
}

void dove_annotator_close(dove_annotator *annotator) {
  dove_store_item_list_free(&annotator->items);
  dove_store_judgment_list_free(&annotator->recent);
  dove_store_added_code_list_free(&annotator->added);
  if (annotator->codebook.codes > 0) dove_store_codebook_free(&annotator->codebook);
  free(annotator->standing);
  *annotator = (dove_annotator){0};
}

dove_status dove_annotator_reload(dove_annotator *annotator, dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator);
  const dove_question question = annotator->question;
  dove_status status = dove_annotation_progress_read(&annotator->annotation, &annotator->progress, error);
  if (status == DOVE_OK) status = read_recent(annotator, error);
  if (status != DOVE_OK) return status;
  if (item == NULL) return dove_annotator_next(annotator, 0, error);
  status = dove_annotator_go(annotator, item->position, error);
  annotator->question = question;
  return status;
}

/* ---- Moving ---- */

dove_status dove_annotator_step(dove_annotator *annotator, int step, bool *moved, dove_error *error) {
  dove_question questions[DOVE_QUESTIONS];
  const size_t asked = dove_annotation_questions(&annotator->annotation, questions);
  const dove_store_item *item = dove_annotator_item(annotator);
  int64_t position = item != NULL ? item->position : annotator->progress.items;
  *moved = true;
  if (item != NULL && asked > 1 && annotator->question == questions[step > 0 ? 0 : 1]) {
    annotator->question = questions[step > 0 ? 1 : 0];
    return DOVE_OK;
  }
  position += step;
  *moved = position >= 0 && position < annotator->progress.items;
  if (!*moved) return DOVE_OK;
  const dove_status status = dove_annotator_go(annotator, position, error);
  if (asked > 1) annotator->question = questions[step > 0 ? 0 : 1];
  return status;
}

/* ---- Answers ---- */

static bool is_done(const dove_annotator *annotator, const dove_store_item *item) {
  dove_question questions[DOVE_QUESTIONS];
  const size_t count = dove_annotation_questions(&annotator->annotation, questions);
  bool done = true;
  for (size_t i = 0; i < count; i++) done = done && is_answered(item->answers[questions[i]]);
  return done;
}

static bool has_answer(const dove_store_item *item, dove_answer answer) {
  bool has = false;
  for (int q = 0; q < DOVE_QUESTIONS; q++) has = has || item->answers[q] == answer;
  return has;
}

/* Counts an item to the progress, or out of it. */
static void count_item(dove_annotator *annotator, const dove_store_item *item, int64_t by) {
  if (is_done(annotator, item)) annotator->progress.done += by;
  if (has_answer(item, DOVE_ANSWER_SKIP)) annotator->progress.skipped += by;
  if (has_answer(item, DOVE_ANSWER_FLAG)) annotator->progress.flagged += by;
}

/* Writes an answer to what is asked. */
static dove_status judge(dove_annotator *annotator, dove_answer answer, int64_t other_code, const char *note,
                         dove_error *error) {
  if (annotator->items.count == 0) return dove_fail(error, DOVE_NOT_FOUND, "every item of the round is done");
  dove_store_item *item = &annotator->items.rows[annotator->current];
  const dove_status status =
      dove_annotation_judge(&annotator->annotation, item->id, annotator->question, answer, other_code, note, error);
  if (status != DOVE_OK) return status;
  count_item(annotator, item, -1);
  item->answers[annotator->question] = answer;
  count_item(annotator, item, 1);
  return read_recent(annotator, error);
}

dove_status dove_annotator_answer(dove_annotator *annotator, dove_answer answer, int64_t other_code,
                                  dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator);
  const int64_t position = item != NULL ? item->position : 0;
  const char *note = item != NULL ? item->notes[annotator->question] : NULL;
  const dove_status status = judge(annotator, answer, other_code, note, error);
  return status == DOVE_OK ? dove_annotator_next(annotator, position, error) : status;
}

dove_status dove_annotator_note(dove_annotator *annotator, const char *note, dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator);
  const dove_answer now = item != NULL ? item->answers[annotator->question] : DOVE_ANSWER_NONE;
  const bool names_other = annotator->question == DOVE_QUESTION_REDUNDANT && now == DOVE_ANSWER_YES;
  const int64_t other = names_other ? item->other_code : 0;
  const dove_status status =
      judge(annotator, now == DOVE_ANSWER_NONE ? DOVE_ANSWER_WITHDRAWN : now, other, note, error);
  return status == DOVE_OK ? dove_annotator_reload(annotator, error) : status;
}

/* Goes to the item of a step, whatever round it is in. */
static dove_status follow_step(dove_annotator *annotator, int64_t item, dove_error *error) {
  dove_store_place place;
  dove_status status = dove_store_item_place(annotator->annotation.store, item, &place, error);
  if (status != DOVE_OK) return status;
  if (place.round != annotator->annotation.round) {
    const int64_t person = annotator->annotation.annotator;
    dove_store *store = annotator->annotation.store;
    dove_annotator_close(annotator);
    status = dove_annotation_open_as(store, place.round, person, &annotator->annotation, error);
    if (status == DOVE_OK) status = read_standing(annotator, error);
  }
  if (status == DOVE_OK) status = dove_annotator_go(annotator, place.position, error);
  return status == DOVE_OK ? dove_annotator_reload(annotator, error) : status;
}

dove_status dove_annotator_undo(dove_annotator *annotator, bool again, dove_annotator_undone *undone,
                                dove_error *error) {
  int64_t item = 0;
  bool done = false;
  const dove_status status = again ? dove_annotation_redo(&annotator->annotation, &done, &item, error)
                                   : dove_annotation_undo(&annotator->annotation, &done, &item, error);
  *undone = !done ? DOVE_UNDONE_NOTHING : item != 0 ? DOVE_UNDONE_ANSWER : DOVE_UNDONE_CODE;
  if (status != DOVE_OK || !done) return status;
  return item != 0 ? follow_step(annotator, item, error) : dove_annotator_reload(annotator, error);
}

/* ---- Added codes ---- */

dove_status dove_annotator_add(dove_annotator *annotator, const char *name, int64_t span_start, int64_t span_end,
                               dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator);
  if (item == NULL || item->document == 0) {
    return dove_fail(error, DOVE_USAGE, "there is no document to which a code could be added");
  }
  const dove_status status =
      dove_annotation_add_code(&annotator->annotation, item->document, name, span_start, span_end, NULL, error);
  return status == DOVE_OK ? read_added(annotator, error) : status;
}

dove_status dove_annotator_reveal(dove_annotator *annotator, dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator);
  if (item == NULL || item->document == 0) return DOVE_OK;
  const dove_status status = dove_annotation_reveal(&annotator->annotation, item->document, error);
  return status == DOVE_OK ? read_added(annotator, error) : status;
}

/* ---- Codes ---- */

dove_status dove_annotator_codebook(dove_annotator *annotator, const dove_store_codebook **codebook,
                                    dove_error *error) {
  *codebook = &annotator->codebook;
  if (annotator->codebook.codes > 0) return DOVE_OK;
  return dove_store_codebook_read(annotator->annotation.store, annotator->annotation.iteration, &annotator->codebook,
                                  error);
}

dove_status dove_annotator_nearest(dove_annotator *annotator, dove_nearest_code codes[DOVE_NEAREST_CODES],
                                   size_t *count, dove_error *error) {
  const dove_store_item *item = dove_annotator_item(annotator);
  const dove_store_codebook *book = NULL;
  int64_t ids[DOVE_NEAREST_CODES];
  float cosines[DOVE_NEAREST_CODES];
  *count = 0;
  if (item == NULL) return DOVE_OK;
  dove_status status = dove_annotator_codebook(annotator, &book, error);
  if (status == DOVE_OK)
    status = dove_annotation_nearest(book, item->code, DOVE_NEAREST_CODES, ids, cosines, count, error);
  for (size_t i = 0; i < *count; i++) {
    size_t k = 0;
    while (k < book->codes && book->ids[k] != ids[i]) k++;
    codes[i] = (dove_nearest_code){.code = ids[i], .name = k < book->codes ? book->names[k] : "", .cosine = cosines[i]};
  }
  return status;
}

dove_standing dove_annotator_standing(const dove_annotator *annotator, int64_t code, int64_t *now) {
  *now = code;
  for (size_t i = 0; i < annotator->standing_count; i++) {
    if (annotator->standing[i].code != code) continue;
    *now = annotator->standing[i].now;
    return annotator->standing[i].standing;
  }
  return DOVE_STANDING_KEPT;
}
