#include "dove/agreement.h"

#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

static int compare_labels(const void *left, const void *right) {
  const int32_t a = *(const int32_t *)left;
  const int32_t b = *(const int32_t *)right;
  return (a > b) - (a < b);
}

/* Σ over categories of how often the first used it times how often the second did; both sorted. */
static double chance_products(const int32_t *first, const int32_t *second, size_t items) {
  double sum = 0.0;
  size_t j = 0;
  for (size_t i = 0; i < items;) {
    const int32_t label = first[i];
    size_t in_first = 0;
    size_t in_second = 0;
    for (; i < items && first[i] == label; i++) in_first++;
    while (j < items && second[j] < label) j++;
    for (; j < items && second[j] == label; j++) in_second++;
    sum += (double)in_first * (double)in_second;
  }
  return sum;
}

dove_status dove_cohen_kappa(const int32_t *first, const int32_t *second, size_t items, dove_kappa *kappa,
                             dove_error *error) {
  *kappa = (dove_kappa){.first = 0, .second = 1};
  int32_t *both = dove_alloc(items, 2 * sizeof *both);
  if (both == NULL) return dove_fail_memory(error, "computing agreement");
  size_t common = 0;
  size_t equal = 0;
  for (size_t i = 0; i < items; i++) {
    if (first[i] == DOVE_LABEL_MISSING || second[i] == DOVE_LABEL_MISSING) continue;
    both[common] = first[i];
    both[items + common++] = second[i];
    equal += first[i] == second[i];
  }
  kappa->items = common;
  if (common > 0) {
    qsort(both, common, sizeof *both, compare_labels);
    qsort(both + items, common, sizeof *both, compare_labels);
    const double n = (double)common;
    kappa->observed = (double)equal / n;
    kappa->expected = chance_products(both, both + items, common) / (n * n);
    kappa->defined = kappa->expected < 1.0;
    if (kappa->defined) kappa->kappa = (kappa->observed - kappa->expected) / (1.0 - kappa->expected);
  }
  free(both);
  return DOVE_OK;
}

dove_status dove_cohen_kappa_pairs(const int32_t *const *labels, size_t annotators, size_t items, dove_kappa *pairs,
                                   double *mean, dove_error *error) {
  if (annotators < 2)
    return dove_fail(error, DOVE_INPUT, "agreement needs at least 2 annotators; there are %zu", annotators);
  size_t pair = 0;
  size_t defined = 0;
  double sum = 0.0;
  for (size_t i = 0; i < annotators; i++) {
    for (size_t j = i + 1; j < annotators; j++, pair++) {
      const dove_status status = dove_cohen_kappa(labels[i], labels[j], items, &pairs[pair], error);
      if (status != DOVE_OK) return status;
      pairs[pair].first = (uint32_t)i;
      pairs[pair].second = (uint32_t)j;
      defined += pairs[pair].defined;
      sum += pairs[pair].kappa;
    }
  }
  if (defined == 0)
    return dove_fail(error, DOVE_INPUT, "agreement is undefined: no two annotators share items on which labels differ");
  *mean = sum / (double)defined;
  return DOVE_OK;
}

typedef struct numbered_word {
  const char *word;
  size_t index;
} numbered_word;

static int compare_words(const void *left, const void *right) {
  const numbered_word *a = left;
  const numbered_word *b = right;
  const int order = strcmp(a->word, b->word);
  return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

dove_status dove_labels_encode(const char *const *words, size_t count, int32_t *labels, dove_error *error) {
  numbered_word *sorted = dove_alloc(count, sizeof *sorted);
  size_t *leader = dove_alloc(count, sizeof *leader); /* the first item with the same word */
  if (sorted == NULL || leader == NULL || count > INT32_MAX) {
    free(sorted);
    free(leader);
    return dove_fail_memory(error, "numbering labels");
  }
  size_t given = 0;
  for (size_t i = 0; i < count; i++) {
    labels[i] = DOVE_LABEL_MISSING;
    if (words[i] != NULL && words[i][0] != '\0') sorted[given++] = (numbered_word){.word = words[i], .index = i};
  }
  qsort(sorted, given, sizeof *sorted, compare_words);
  for (size_t k = 0; k < given; k++) {
    const bool same = k > 0 && strcmp(sorted[k].word, sorted[k - 1].word) == 0;
    leader[sorted[k].index] = same ? leader[sorted[k - 1].index] : sorted[k].index;
  }
  int32_t next = 0;
  for (size_t i = 0; i < count; i++) {
    if (words[i] == NULL || words[i][0] == '\0') continue;
    labels[i] = leader[i] == i ? next++ : labels[leader[i]];
  }
  free(sorted);
  free(leader);
  return DOVE_OK;
}
