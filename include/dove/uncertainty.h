/* How far a score can be trusted (SPEC 6): the percentile bootstrap over topics, and the ceiling, which is what a
 * perfect model would get at these sample sizes. */
#ifndef DOVE_UNCERTAINTY_H
#define DOVE_UNCERTAINTY_H

#include <stddef.h>
#include <stdint.h>

#include "dove/assign.h"
#include "dove/distribution.h"
#include "dove/error.h"
#include "dove/progress.h"
#include "dove/uot.h"

/* One model beside one culture. Nothing is owned. */
typedef struct dove_score_sides {
  const dove_sparse *q;    /* documents × K */
  const double *cost;      /* K × K, from all human documents of the culture */
  const uint32_t *topic;   /* per row of q: its topic's number, or DOVE_NO_GROUP */
  dove_document_set human; /* may not be empty */
  dove_document_set model;
} dove_score_sides;

typedef struct dove_score_interval {
  double low, high; /* of the score, 95 % */
  double median;
  size_t replicates;
} dove_score_interval;

/* What is drawn in each replicate are topics; a document without one is a topic of its own. Topics that both sides have
 * are drawn jointly, so that a replicate compares the sides on the same topics; those of one side alone are drawn among
 * themselves, so that no replicate is left without documents. As many are drawn as there are. Both distributions are
 * made anew from what was drawn. The cost matrix is the yardstick and stays that of all human documents: made anew, it
 * would cost K² per replicate and the kernel that the replicates share.
 *
 * `scores` (replicates numbers, may be NULL) gets each replicate's score. Replicates are solved to 1e-5 on the
 * log-scalings, or to the options' tolerance when that is coarser: the value errs in second order. Depends on the seed,
 * not on the number of threads. DOVE_USAGE when replicates is under 2; DOVE_INPUT when a side is empty. */
dove_status dove_score_bootstrap(const dove_score_sides *sides, const dove_uot_options *options, size_t replicates,
                                 uint64_t seed, dove_score_interval *interval, double *scores,
                                 const dove_progress *progress, dove_error *error);

/* The interval of a difference of scores, the first minus the second, by the same draws for both (a paired bootstrap):
 * topics are drawn jointly for all four sets of documents, among those that stand in the same sets. So what a topic
 * does to both scores cancels, and two models beside one culture, or one model by two codebooks, are told apart more
 * sharply than their two intervals would. Topic numbers must mean the same on both sides; a document without a topic
 * that stands in both gets the same number of its own there, so that it is drawn once. Otherwise as
 * dove_score_bootstrap(). */
dove_status dove_score_difference_bootstrap(const dove_score_sides sides[2], const dove_uot_options options[2],
                                            size_t replicates, uint64_t seed, dove_score_interval *interval,
                                            const dove_progress *progress, dove_error *error);

/* Mean divergence of random disjoint halves of the human documents, split by topic (by document when there are not at
 * least two topics), `splits` ≥ 20 times. DOVE_NOT_FOUND when there are fewer than two documents: there is no ceiling
 * then. `sides->model` is not looked at. */
dove_status dove_half_divergence(const dove_score_sides *sides, const dove_uot_options *options, size_t splits,
                                 uint64_t seed, double *mean, const dove_progress *progress, dove_error *error);

/* r_ceiling = mean · (1/n_h + 1/n_m) / (4/n_h): the divergence falls as 1/n_1 + 1/n_2 where there is no difference. */
double dove_ceiling_divergence(double half_divergence, size_t humans, size_t models);

#endif
