#include "dove/annotation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/statistics.h"
#include "dove/store_codes.h"
#include "dove/text.h"

/* ---- The round ---- */

dove_status dove_annotation_open_as(dove_store *store, int64_t round, int64_t annotator, dove_annotation *annotation,
                                    dove_error *error) {
  *annotation = (dove_annotation){.store = store};
  dove_store_round_list list;
  dove_status status = dove_store_round_list_read(store, &list, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < list.count; i++) {
    const dove_store_round *row = &list.rows[i];
    if (row->id != round) continue;
    *annotation = (dove_annotation){.store = store,
                                    .annotator = annotator,
                                    .round = round,
                                    .iteration = row->iteration,
                                    .target = row->target,
                                    .blind = row->blind && row->closed == 0,
                                    .blind_first = row->blind_first && row->target == DOVE_JUDGE_DOCUMENTS,
                                    .closed = row->closed != 0};
  }
  dove_store_round_list_free(&list);
  if (annotation->round != 0) return DOVE_OK;
  return dove_fail(error, DOVE_NOT_FOUND, "there is no annotation round %lld in the project", (long long)round);
}

dove_status dove_annotation_open(dove_store *store, int64_t round, const char *annotator, dove_annotation *annotation,
                                 dove_error *error) {
  const dove_status status = dove_annotation_open_as(store, round, 0, annotation, error);
  if (status != DOVE_OK) return status;
  return dove_store_annotator_intern(store, annotator, &annotation->annotator, error);
}

dove_status dove_annotation_round_find(dove_store *store, const char *name, int64_t *round, dove_error *error) {
  dove_store_round_list list;
  *round = 0;
  dove_status status = dove_store_round_list_read(store, &list, error);
  if (status != DOVE_OK) return status;
  for (size_t i = list.count; i-- > 0 && *round == 0;) {
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)list.rows[i].id);
    const bool named = name != NULL && (strcmp(list.rows[i].name, name) == 0 || strcmp(number, name) == 0 ||
                                        strcmp(list.rows[i].uuid, name) == 0);
    if (name == NULL || named) *round = list.rows[i].id;
  }
  dove_store_round_list_free(&list);
  if (*round != 0) return DOVE_OK;
  if (name == NULL) return dove_fail(error, DOVE_NOT_FOUND, "the project has no annotation round yet: start one");
  return dove_fail(error, DOVE_NOT_FOUND, "there is no annotation round '%s': say its name or its number", name);
}

size_t dove_annotation_questions(const dove_annotation *annotation, dove_question questions[DOVE_QUESTIONS]) {
  if (annotation->target == DOVE_JUDGE_DOCUMENTS) {
    questions[0] = DOVE_QUESTION_PRESENT;
    return 1;
  }
  questions[0] = DOVE_QUESTION_MEANINGFUL;
  questions[1] = DOVE_QUESTION_REDUNDANT;
  return 2;
}

/* ---- Blind first ---- */

/* Whether the annotator's own codes of a document are still to be given. */
static dove_status is_covered(const dove_annotation *annotation, int64_t document, bool *covered, dove_error *error) {
  *covered = annotation->blind_first;
  if (!annotation->blind_first) return DOVE_OK;
  dove_store_added_code_list list;
  const dove_status status = dove_store_added_code_list_read(annotation->store, annotation->round,
                                                             annotation->annotator, document, &list, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < list.count; i++) {
    if (list.rows[i].name[0] == '\0' && !list.rows[i].withdrawn) *covered = false;
  }
  dove_store_added_code_list_free(&list);
  return DOVE_OK;
}

static dove_status check_open(const dove_annotation *annotation, dove_error *error) {
  if (!annotation->closed) return DOVE_OK;
  return dove_fail(error, DOVE_USAGE, "the round is closed; start another one to go on");
}

dove_status dove_annotation_add_code(const dove_annotation *annotation, int64_t document, const char *name,
                                     int64_t span_start, int64_t span_end, const char *note, dove_error *error) {
  dove_status status = check_open(annotation, error);
  if (status != DOVE_OK) return status;
  if (name == NULL || !dove_text_is_name(name))
    return dove_fail(error, DOVE_INPUT, "an added code needs a name: " DOVE_NAME_RULE);
  const dove_store_new_added_code code = {.annotator = annotation->annotator,
                                          .round = annotation->round,
                                          .document = document,
                                          .name = name,
                                          .span_start = span_start,
                                          .span_end = span_end,
                                          .note = note};
  return dove_store_added_code_add(annotation->store, &code, error);
}

dove_status dove_annotation_reveal(const dove_annotation *annotation, int64_t document, dove_error *error) {
  bool covered = false;
  dove_status status = check_open(annotation, error);
  if (status == DOVE_OK) status = is_covered(annotation, document, &covered, error);
  if (status != DOVE_OK || !covered) return status;
  const dove_store_new_added_code end = {.annotator = annotation->annotator,
                                         .round = annotation->round,
                                         .document = document,
                                         .name = "",
                                         .span_start = -1,
                                         .span_end = -1};
  return dove_store_added_code_add(annotation->store, &end, error);
}

/* ---- Items and judgments ---- */

dove_status dove_annotation_next(const dove_annotation *annotation, int64_t from, dove_store_item_list *list,
                                 bool *own_codes_first, dove_error *error) {
  const dove_store_item_query query = {
      .round = annotation->round, .annotator = annotation->annotator, .only_open = true, .from = from, .limit = 1};
  *own_codes_first = false;
  dove_status status = dove_store_item_page(annotation->store, &query, list, error);
  if (status == DOVE_OK && list->count == 1) {
    status = is_covered(annotation, list->rows[0].document, own_codes_first, error);
    if (status != DOVE_OK) dove_store_item_list_free(list);
  }
  return status;
}

/* The item's document; DOVE_USAGE when the item is none of this round. */
static dove_status find_document(const dove_annotation *annotation, int64_t item, int64_t *document,
                                 dove_error *error) {
  dove_store_place place;
  const dove_status status = dove_store_item_place(annotation->store, item, &place, error);
  *document = place.document;
  if (status != DOVE_OK || place.round == annotation->round) return status;
  return dove_fail(error, DOVE_USAGE, "item %lld is not in this round", (long long)item);
}

dove_status dove_annotation_judge(const dove_annotation *annotation, int64_t item, dove_question question,
                                  dove_answer answer, int64_t other_code, const char *note, dove_error *error) {
  bool covered = false;
  int64_t document = 0;
  dove_status status = check_open(annotation, error);
  if (status == DOVE_OK) status = find_document(annotation, item, &document, error);
  if (status == DOVE_OK) status = is_covered(annotation, document, &covered, error);
  if (status != DOVE_OK) return status;
  if (covered) return dove_fail(error, DOVE_USAGE, "own codes of the document come first in this round");
  if (other_code != 0 && (question != DOVE_QUESTION_REDUNDANT || answer != DOVE_ANSWER_YES))
    return dove_fail(error, DOVE_USAGE, "another code is named with a yes to 'redundant' only");
  const dove_store_new_judgment judgment = {.item = item,
                                            .annotator = annotation->annotator,
                                            .question = question,
                                            .answer = answer,
                                            .other_code = other_code,
                                            .shown = true,
                                            .note = note};
  return dove_store_judge(annotation->store, &judgment, error);
}

dove_status dove_annotation_undo(const dove_annotation *annotation, bool *done, int64_t *item, dove_error *error) {
  return dove_store_annotation_undo(annotation->store, annotation->annotator, done, item, error);
}

dove_status dove_annotation_redo(const dove_annotation *annotation, bool *done, int64_t *item, dove_error *error) {
  return dove_store_annotation_redo(annotation->store, annotation->annotator, done, item, error);
}

dove_status dove_annotation_recent(const dove_annotation *annotation, int64_t limit, dove_store_judgment_list *list,
                                   dove_error *error) {
  const dove_store_judgment_query query = {
      .round = annotation->round, .annotator = annotation->annotator, .limit = limit};
  return dove_store_judgment_page(annotation->store, &query, list, error);
}

dove_status dove_annotation_others(const dove_annotation *annotation, int64_t item, dove_store_judgment_list *list,
                                   dove_error *error) {
  *list = (dove_store_judgment_list){0};
  if (annotation->blind)
    return dove_fail(error, DOVE_USAGE, "the round is blind: others' answers are shown when it is closed");
  const dove_store_judgment_query query = {.like = item, .current = true, .limit = INT64_MAX};
  return dove_store_judgment_page(annotation->store, &query, list, error);
}

/* ---- Progress ---- */

enum { PAUSE_MS = 5 * 60 * 1000, PACE_JUDGMENTS = DOVE_ANNOTATION_PACE };

double dove_annotation_pace(const dove_store_judgment_list *recent) {
  double gaps[PACE_JUDGMENTS], pace = (double)NAN;
  size_t count = 0;
  for (size_t i = 1; i < recent->count && i < PACE_JUDGMENTS; i++) {
    const int64_t gap = recent->rows[i - 1].time - recent->rows[i].time;
    if (gap >= 0 && gap <= PAUSE_MS) gaps[count++] = (double)gap / 1000.0;
  }
  return count > 0 && dove_median(gaps, count, &pace, NULL) == DOVE_OK ? pace : (double)NAN;
}

static dove_status read_pace(const dove_annotation *annotation, double *pace, dove_error *error) {
  dove_store_judgment_list recent;
  const dove_status status = dove_annotation_recent(annotation, PACE_JUDGMENTS, &recent, error);
  if (status != DOVE_OK) return status;
  *pace = dove_annotation_pace(&recent);
  dove_store_judgment_list_free(&recent);
  return DOVE_OK;
}

static dove_status count_items(const dove_annotation *annotation, dove_annotation_progress *progress,
                               dove_error *error) {
  dove_store_round_work *work = NULL;
  size_t count = 0;
  dove_status status = dove_store_item_count(annotation->store, annotation->round, &progress->items, error);
  if (status == DOVE_OK) {
    status = dove_store_round_work_read(annotation->store, annotation->annotator, &work, &count, error);
  }
  for (size_t i = 0; i < count; i++) {
    if (work[i].round != annotation->round) continue;
    progress->done = work[i].done;
    progress->skipped = work[i].skipped;
    progress->flagged = work[i].flagged;
  }
  free(work);
  return status;
}

dove_status dove_annotation_progress_read(const dove_annotation *annotation, dove_annotation_progress *progress,
                                          dove_error *error) {
  dove_question questions[DOVE_QUESTIONS];
  *progress = (dove_annotation_progress){.seconds_per_item = (double)NAN, .seconds_left = (double)NAN};
  dove_status status = count_items(annotation, progress, error);
  if (status == DOVE_OK) status = read_pace(annotation, &progress->seconds_per_item, error);
  if (status != DOVE_OK) return status;
  progress->seconds_per_item *= (double)dove_annotation_questions(annotation, questions);
  progress->seconds_left = progress->seconds_per_item * (double)(progress->items - progress->done);
  return DOVE_OK;
}

/* ---- Neighbours ---- */

static float dot(const float *a, const float *b, int dimension) {
  float sum = 0.0f;
  for (int d = 0; d < dimension; d++) sum += a[d] * b[d];
  return sum;
}

/* Puts a code among the nearest ones so far, of which there are *count, at most `limit`. */
static void insert_near(int64_t code, float cosine, size_t limit, int64_t *codes, float *cosines, size_t *count) {
  size_t place = *count;
  while (place > 0 && cosines[place - 1] < cosine) place--;
  if (place >= limit) return;
  const size_t moved = (*count < limit ? *count : limit - 1) - place;
  memmove(codes + place + 1, codes + place, moved * sizeof *codes);
  memmove(cosines + place + 1, cosines + place, moved * sizeof *cosines);
  codes[place] = code;
  cosines[place] = cosine;
  if (*count < limit) (*count)++;
}

dove_status dove_annotation_nearest(const dove_store_codebook *book, int64_t code, size_t limit, int64_t *codes,
                                    float *cosines, size_t *count, dove_error *error) {
  const size_t dimension = (size_t)book->dimension;
  size_t self = 0;
  *count = 0;
  while (self < book->codes && book->ids[self] != code) self++;
  if (self == book->codes)
    return dove_fail(error, DOVE_NOT_FOUND, "code %lld is not in the round's codebook", (long long)code);
  for (size_t k = 0; k < book->codes; k++) {
    if (k == self) continue;
    const float cosine = dot(book->centroids + self * dimension, book->centroids + k * dimension, book->dimension);
    insert_near(book->ids[k], cosine, limit, codes, cosines, count);
  }
  return DOVE_OK;
}
