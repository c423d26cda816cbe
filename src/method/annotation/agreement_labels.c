#include "method/annotation/agreement_labels.h"

#include <stdlib.h>
#include <string.h>

#include "dove/annotation.h"
#include "dove/memory.h"
#include "dove/store_runs.h"

/* ---- Things ---- */

static int compare_things(const void *left, const void *right) {
  const agreement_thing *a = left, *b = right;
  if (a->facts->document != b->facts->document) return a->facts->document < b->facts->document ? -1 : 1;
  if (a->facts->code != b->facts->code) return a->facts->code < b->facts->code ? -1 : 1;
  return (a->facts > b->facts) - (a->facts < b->facts); /* the order of rounds */
}

static bool same_thing(const dove_store_item_facts *a, const dove_store_item_facts *b) {
  return a->document == b->document && a->code == b->code;
}

/* One thing for each document and code; a later consensus takes the place of an earlier one. */
static size_t join_things(agreement_thing *things, size_t count) {
  size_t made = 0;
  qsort(things, count, sizeof *things, compare_things);
  for (size_t i = 0; i < count; i++) {
    if (made == 0 || !same_thing(things[made - 1].facts, things[i].facts)) {
      things[made++] = things[i];
      continue;
    }
    things[made - 1].facts = things[i].facts;
    for (int q = 0; q < DOVE_QUESTIONS; q++) {
      if (things[i].consensus[q] != DOVE_ANSWER_NONE) things[made - 1].consensus[q] = things[i].consensus[q];
    }
  }
  return made;
}

static size_t find_thing(const agreement_labels *all, int64_t document, int64_t code) {
  size_t low = 0, high = all->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const dove_store_item_facts *facts = all->things[middle].facts;
    const bool before = facts->document < document || (facts->document == document && facts->code < code);
    if (before) low = middle + 1;
    if (!before) high = middle;
  }
  if (low < all->count && all->things[low].facts->document == document && all->things[low].facts->code == code)
    return low;
  return all->count;
}

static size_t find_annotator(const dove_store_answers *answers, int64_t id) {
  size_t i = 0;
  while (i < answers->annotator_count && answers->annotators[i].id != id) i++;
  return i;
}

/* Answers come in the order of rounds, so that a later label takes the place of an earlier one; what is no label takes
 * no place. */
static void fill_labels(dove_agreement_report *report, agreement_labels *all) {
  const dove_store_answers *answers = &report->answers;
  for (size_t i = 0; i < answers->answer_count; i++) {
    const dove_store_answer *answer = &answers->answers[i];
    const size_t place = find_thing(all, answer->document, answer->code);
    const size_t annotator = find_annotator(answers, answer->annotator);
    report->skips += answer->answer == DOVE_ANSWER_SKIP ? 1 : 0;
    report->flags += answer->answer == DOVE_ANSWER_FLAG ? 1 : 0;
    if (place == all->count || annotator == answers->annotator_count) continue;
    if (answer->answer != DOVE_ANSWER_YES && answer->answer != DOVE_ANSWER_NO) continue;
    all->values[answer->question][annotator * all->count + place] = answer->answer == DOVE_ANSWER_YES ? 1 : 0;
  }
}

/* ---- Stale codes ---- */

/* Marks the things whose code has other members now, from one iteration. */
static dove_status mark_stale(dove_store *store, int64_t iteration, int64_t current, const agreement_labels *all,
                              bool *stale, dove_error *error) {
  dove_standing_row *rows = NULL;
  size_t count = 0;
  const dove_status status = dove_annotation_standing(store, iteration, current, &rows, &count, error);
  for (size_t i = 0; status == DOVE_OK && i < all->count; i++) {
    const dove_store_item_facts *facts = all->things[i].facts;
    for (size_t k = 0; k < count && facts->iteration == iteration; k++) {
      if (rows[k].code == facts->code) stale[i] = rows[k].standing == DOVE_STANDING_STALE;
    }
  }
  free(rows);
  return status;
}

/* Counts the stale things, and leaves them out where that is asked for. */
static dove_status sort_out_stale(dove_store *store, bool leave_out, dove_agreement_report *report,
                                  agreement_labels *all, dove_error *error) {
  dove_store_current current;
  dove_status status = dove_store_current_codebook(store, &current, error);
  if (status != DOVE_OK) return status == DOVE_NOT_FOUND ? DOVE_OK : status;
  bool *stale = dove_alloc_zero(all->count, sizeof *stale);
  if (stale == NULL) return dove_fail_memory(error, "following codes");
  for (size_t i = 0; i < all->count && status == DOVE_OK; i++) {
    const int64_t iteration = all->things[i].facts->iteration;
    bool seen = iteration == 0 || iteration == current.iteration;
    for (size_t j = 0; j < i && !seen; j++) seen = all->things[j].facts->iteration == iteration;
    if (!seen) status = mark_stale(store, iteration, current.iteration, all, stale, error);
  }
  size_t kept = 0;
  for (size_t i = 0; i < all->count && status == DOVE_OK; i++) {
    report->stale += stale[i] ? 1 : 0;
    if (!leave_out || !stale[i]) all->things[kept++] = all->things[i];
  }
  if (status == DOVE_OK) all->count = kept;
  free(stale);
  return status;
}

dove_status agreement_labels_make(dove_store *store, const dove_agreement_options *options,
                                  dove_agreement_report *report, agreement_labels *all, dove_error *error) {
  const dove_store_answers *answers = &report->answers;
  all->things = dove_alloc(answers->item_count, sizeof *all->things);
  if (all->things == NULL) return dove_fail_memory(error, "comparing annotators");
  for (size_t i = 0; i < answers->item_count; i++) {
    all->things[i] = (agreement_thing){.facts = &answers->items[i]};
    memcpy(all->things[i].consensus, answers->items[i].consensus, sizeof all->things[i].consensus);
  }
  all->count = join_things(all->things, answers->item_count);
  const dove_status status = sort_out_stale(store, options->by_codebook, report, all, error);
  if (status != DOVE_OK) return status;
  for (int q = 0; q < DOVE_QUESTIONS; q++) {
    const size_t size = answers->annotator_count * all->count;
    all->values[q] = dove_alloc(size, sizeof(int32_t));
    if (all->values[q] == NULL) return dove_fail_memory(error, "comparing annotators");
    for (size_t i = 0; i < size; i++) all->values[q][i] = DOVE_LABEL_MISSING;
  }
  fill_labels(report, all);
  return DOVE_OK;
}

void agreement_labels_free(agreement_labels *all) {
  free(all->things);
  for (int q = 0; q < DOVE_QUESTIONS; q++) free(all->values[q]);
}

/* ---- Ratings of one question ---- */

void agreement_selection_free(agreement_selection *chosen) {
  free(chosen->labels);
  free(chosen->groups);
  *chosen = (agreement_selection){0};
}

dove_status agreement_select(const agreement_labels *all, dove_question question, const size_t *who, size_t annotators,
                             const size_t *places, size_t count, agreement_selection *chosen, dove_error *error) {
  *chosen = (agreement_selection){.labels = dove_alloc(annotators * count, sizeof(int32_t)),
                                  .groups = dove_alloc(count, sizeof(uint32_t))};
  if (chosen->labels == NULL || chosen->groups == NULL) {
    agreement_selection_free(chosen);
    return dove_fail_memory(error, "comparing annotators");
  }
  uint32_t groups = 0;
  for (size_t i = 0; i < count; i++) {
    const int64_t document = all->things[places[i]].facts->document;
    const bool goes_on = i > 0 && document != 0 && document == all->things[places[i - 1]].facts->document;
    chosen->groups[i] = goes_on ? groups - 1 : groups++;
    for (size_t a = 0; a < annotators; a++)
      chosen->labels[a * count + i] = all->values[question][who[a] * all->count + places[i]];
  }
  chosen->ratings = (dove_ratings){.labels = chosen->labels,
                                   .annotators = annotators,
                                   .items = count,
                                   .categories = 2,
                                   .groups = chosen->groups,
                                   .group_count = groups};
  return DOVE_OK;
}
