/* Agreement between annotators (SPEC 9; paper App. C). */
#ifndef DOVE_AGREEMENT_H
#define DOVE_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dove/error.h"

/* An item that an annotator did not label. */
#define DOVE_LABEL_MISSING INT32_MIN

typedef struct dove_kappa {
  uint32_t first; /* annotators of the pair */
  uint32_t second;
  size_t items;    /* that both labelled */
  double observed; /* share of those with equal labels */
  double expected; /* by chance, from the annotators' own label shares over those items */
  double kappa;    /* (observed − expected) / (1 − expected) */
  bool defined;    /* false without common items, or when both used one and the same label only; kappa is then 0 */
} dove_kappa;

/* Cohen's κ of two annotators over `items` labels each; any int32 is a category. */
dove_status dove_cohen_kappa(const int32_t *first, const int32_t *second, size_t items, dove_kappa *kappa,
                             dove_error *error);

/* κ of every pair of annotators, labels[annotator][item], into `pairs` (annotators × (annotators − 1) / 2, ordered by
 * first, then second), and in *mean the mean over the pairs where κ is defined. DOVE_INPUT when it is defined for none.
 */
dove_status dove_cohen_kappa_pairs(const int32_t *const *labels, size_t annotators, size_t items, dove_kappa *pairs,
                                   double *mean, dove_error *error);

/* Numbers for labels given as words: equal words get equal numbers from 0 up, in order of first appearance; NULL and
 * "" become DOVE_LABEL_MISSING. Encode all annotators in one call, so that they share the numbers. */
dove_status dove_labels_encode(const char *const *words, size_t count, int32_t *labels, dove_error *error);

#endif
