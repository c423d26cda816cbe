/* Agreement among any number of annotators on nominal labels, with missing ones (SPEC 9; paper App. C).
 *
 * Definitions. An item with one label or none tells nothing about agreement. For item i let r_i be its labels and n_ik
 * those of category k; items with r_i ≥ 2 are the compared ones.
 *   percent  P = mean over compared items of Σ_k n_ik (n_ik − 1) / (r_i (r_i − 1))
 *   Fleiss   κ = (P − Pe) / (1 − Pe), Pe = Σ_k π_k², π_k the mean over labelled items of n_ik / r_i
 *   Gwet     AC1 = (P − Pg) / (1 − Pg), Pg = Σ_k π_k (1 − π_k) / (q − 1), q the number of categories (≥ 2)
 *   Krippendorff α = 1 − Do / De over the compared items' labels, n in all:
 *            Do = Σ_i Σ_k n_ik (r_i − n_ik) / (r_i − 1) / n,  De = Σ_k n_k (n − n_k) / (n (n − 1))
 *   Cohen    mean over the pairs of annotators where κ is defined
 * Fleiss' κ is his own where every item has the same number of labels, and Gwet's extension of it elsewhere.
 * A coefficient that is not defined (no compared items; one category only, for all but P and AC1) is NAN. */
#ifndef DOVE_AGREEMENT_COEFFICIENTS_H
#define DOVE_AGREEMENT_COEFFICIENTS_H

#include <stddef.h>
#include <stdint.h>

#include "dove/agreement.h"
#include "dove/error.h"
#include "dove/progress.h"
#include "dove/statistics.h"

enum { DOVE_AGREEMENT_CATEGORIES = 16 };

/* Labels 0 … categories − 1 or DOVE_LABEL_MISSING; labels[a × items + i] is annotator a's of item i. */
typedef struct dove_ratings {
  const int32_t *labels;
  size_t annotators, items;
  size_t categories;      /* 2 … DOVE_AGREEMENT_CATEGORIES, whether used or not */
  const uint32_t *groups; /* of each item, 0 … group_count − 1: what the bootstrap draws (documents); NULL: items */
  size_t group_count;
} dove_ratings;

typedef enum dove_coefficient {
  DOVE_PERCENT_AGREEMENT,
  DOVE_COHEN_KAPPA_MEAN,
  DOVE_FLEISS_KAPPA,
  DOVE_KRIPPENDORFF_ALPHA,
  DOVE_GWET_AC1,
  DOVE_COEFFICIENTS
} dove_coefficient;

/* "percent", "cohen_kappa", "fleiss_kappa", "krippendorff_alpha", "gwet_ac1". */
const char *dove_coefficient_name(dove_coefficient coefficient);

typedef struct dove_agreement {
  double values[DOVE_COEFFICIENTS];           /* NAN: undefined */
  dove_interval intervals[DOVE_COEFFICIENTS]; /* NAN: undefined, or not asked for */
  size_t items;                               /* compared ones */
  size_t labels;                              /* on them */
} dove_agreement;

/* The values, each item counted multiplicities[i] times (NULL: once); no intervals. */
dove_status dove_agreement_compute(const dove_ratings *ratings, const uint32_t *multiplicities,
                                   dove_agreement *agreement, dove_error *error);

/* The values with percentile bootstrap intervals over the groups. A resample on which a coefficient is undefined is
 * left out; an interval is undefined when that happens to more than half of them. `replicates` 0: no intervals. */
dove_status dove_agreement_estimate(const dove_ratings *ratings, uint64_t seed, size_t replicates, double level,
                                    dove_agreement *agreement, const dove_progress *progress, dove_error *error);

/* Two annotators on yes (1) and no (0): table[first][second], over the items that both labelled. */
typedef struct dove_pair_agreement {
  uint32_t first, second;
  size_t items;
  size_t table[2][2];
  double percent, kappa;  /* NAN: undefined */
  dove_interval interval; /* of κ; NAN: undefined */
  double prevalence;      /* (yes-yes − no-no) / n; NAN without items (Byrt et al. 1993) */
  double bias;            /* (first's yes − second's yes) / n; NAN without items */
} dove_pair_agreement;

/* Every pair, ordered by first, then second: annotators × (annotators − 1) / 2 into `pairs`. Two categories only. */
dove_status dove_agreement_pairs(const dove_ratings *ratings, uint64_t seed, size_t replicates, double level,
                                 dove_pair_agreement *pairs, const dove_progress *progress, dove_error *error);

/* How many items more an interval of width `wanted` needs, as widths fall with the square root of the number of items.
 * 0 when it is narrow enough; DOVE_INPUT when the interval is undefined or has no width, or `wanted` is not positive.
 */
dove_status dove_agreement_items_needed(size_t items, dove_interval interval, double wanted, size_t *more,
                                        dove_error *error);

#endif
