#include "dove/uncertainty.h"

#include <stdlib.h>

#include "dove/bootstrap.h"
#include "dove/memory.h"
#include "dove/random.h"
#include "dove/statistics.h"
#include "method/scoring/resample.h"

/* Keys that keep the draws of the interval and of the ceiling apart. */
#define KEY_BOOTSTRAP 0x626f6f7473747261u
#define KEY_HALVES    0x68616c766573u

/* People first: topics of both sides are stratum 0. */
static void sets_of(const dove_score_sides *sides, resample_set sets[2]) {
  sets[0] = (resample_set){sides->q, sides->topic, sides->human};
  sets[1] = (resample_set){sides->q, sides->topic, sides->model};
}

static dove_status solve_replicates(const dove_score_sides *sides, const resample_groups *groups,
                                    const dove_uot_options *options, size_t replicates, uint64_t seed, double *scores,
                                    const dove_progress *progress, dove_error *error) {
  const size_t codes = sides->q->columns, size = replicates < RESAMPLE_CHUNK ? replicates : RESAMPLE_CHUNK;
  resample_progress within = {progress, 0, (double)size, (double)replicates};
  const dove_progress relay = resample_progress_of(&within);
  resample_chunk items;
  dove_status status = resample_chunk_make(size, codes, &items, error);
  if (status != DOVE_OK) return status;
  double *const rows[RESAMPLE_SETS] = {items.a, items.b};
  for (size_t first = 0; first < replicates && status == DOVE_OK; first += size) {
    const size_t count = replicates - first < size ? replicates - first : size;
    within.done = (double)first;
    status = resample_draw(groups, seed, first, count, rows, error);
    if (status == DOVE_OK)
      status =
          dove_uot_divergence_batch(sides->cost, codes, items.pairs, count, options, &relay, items.divergences, error);
    for (size_t r = 0; r < count && status == DOVE_OK; r++) scores[first + r] = items.divergences[r].score;
  }
  resample_chunk_free(&items);
  return status;
}

static dove_status interval_of(const double *values, size_t replicates, dove_score_interval *interval,
                               dove_error *error) {
  dove_interval bounds = {0, 0};
  dove_status status = dove_percentile_interval(values, replicates, 0.95, &bounds, error);
  if (status == DOVE_OK) status = dove_median(values, replicates, &interval->median, error);
  interval->replicates = replicates;
  interval->low = bounds.low;
  interval->high = bounds.high;
  return status;
}

static dove_status check_sides(const dove_score_sides *sides, size_t replicates, dove_error *error) {
  if (replicates < 2) return dove_fail(error, DOVE_USAGE, "an interval takes at least two bootstrap replicates");
  if (sides->human.count == 0 || sides->model.count == 0)
    return dove_fail(error, DOVE_INPUT, "there is no document on one of the sides to be compared");
  return DOVE_OK;
}

dove_status dove_score_bootstrap(const dove_score_sides *sides, const dove_uot_options *options, size_t replicates,
                                 uint64_t seed, dove_score_interval *interval, double *scores,
                                 const dove_progress *progress, dove_error *error) {
  dove_status status = check_sides(sides, replicates, error);
  if (status != DOVE_OK) return status;
  const dove_uot_options coarse = resample_options(options);
  resample_set sets[2];
  resample_groups groups = {0};
  sets_of(sides, sets);
  double *values = scores != NULL ? scores : dove_alloc(replicates, sizeof *values);
  status =
      values != NULL ? resample_groups_make(sets, 2, &groups, error) : dove_fail_memory(error, "resampling documents");
  if (status == DOVE_OK)
    status = solve_replicates(sides, &groups, &coarse, replicates, dove_random_mix(seed, KEY_BOOTSTRAP), values,
                              progress, error);
  resample_groups_free(&groups);
  if (status == DOVE_OK) status = interval_of(values, replicates, interval, error);
  if (scores == NULL) free(values);
  return status;
}

/* One replicate chunk of both scores: the same draws of topics for both. */
static dove_status solve_both(const dove_score_sides sides[2], const resample_groups *groups,
                              const dove_uot_options options[2], uint64_t seed, size_t first, size_t count,
                              const resample_chunk items[2], const dove_progress *relay, dove_error *error) {
  double *const rows[RESAMPLE_SETS] = {items[0].a, items[0].b, items[1].a, items[1].b};
  dove_status status = resample_draw(groups, seed, first, count, rows, error);
  for (int i = 0; i < 2 && status == DOVE_OK; i++)
    status = dove_uot_divergence_batch(sides[i].cost, sides[i].q->columns, items[i].pairs, count, &options[i], relay,
                                       items[i].divergences, error);
  return status;
}

static dove_status solve_differences(const dove_score_sides sides[2], const resample_groups *groups,
                                     const dove_uot_options options[2], size_t replicates, uint64_t seed,
                                     double *values, const dove_progress *progress, dove_error *error) {
  const size_t size = replicates < RESAMPLE_CHUNK ? replicates : RESAMPLE_CHUNK;
  resample_progress within = {progress, 0, (double)size, (double)replicates};
  const dove_progress relay = resample_progress_of(&within);
  resample_chunk items[2] = {{0}, {0}};
  dove_status status = resample_chunk_make(size, sides[0].q->columns, &items[0], error);
  if (status == DOVE_OK) status = resample_chunk_make(size, sides[1].q->columns, &items[1], error);
  for (size_t first = 0; first < replicates && status == DOVE_OK; first += size) {
    const size_t count = replicates - first < size ? replicates - first : size;
    within.done = (double)first;
    status = solve_both(sides, groups, options, seed, first, count, items, &relay, error);
    for (size_t r = 0; r < count && status == DOVE_OK; r++)
      values[first + r] = items[0].divergences[r].score - items[1].divergences[r].score;
  }
  resample_chunk_free(&items[0]);
  resample_chunk_free(&items[1]);
  return status;
}

dove_status dove_score_difference_bootstrap(const dove_score_sides sides[2], const dove_uot_options options[2],
                                            size_t replicates, uint64_t seed, dove_score_interval *interval,
                                            const dove_progress *progress, dove_error *error) {
  dove_status status = check_sides(&sides[0], replicates, error);
  if (status == DOVE_OK) status = check_sides(&sides[1], replicates, error);
  if (status != DOVE_OK) return status;
  const dove_uot_options coarse[2] = {resample_options(&options[0]), resample_options(&options[1])};
  resample_set sets[RESAMPLE_SETS];
  resample_groups groups = {0};
  sets_of(&sides[0], sets);
  sets_of(&sides[1], sets + 2);
  double *values = dove_alloc(replicates, sizeof *values);
  status = values != NULL ? resample_groups_make(sets, RESAMPLE_SETS, &groups, error)
                          : dove_fail_memory(error, "resampling documents");
  if (status == DOVE_OK)
    status = solve_differences(sides, &groups, coarse, replicates, dove_random_mix(seed, KEY_BOOTSTRAP), values,
                               progress, error);
  resample_groups_free(&groups);
  if (status == DOVE_OK) status = interval_of(values, replicates, interval, error);
  free(values);
  return status;
}

/* Which half each human document goes to, as the parity of `half`. */
typedef struct halving {
  uint32_t *unit; /* per document: what it is split with */
  size_t units;
  uint8_t *half;      /* per unit */
  uint32_t *in_first; /* per document: 1 in the first half */
  uint32_t *in_second;
} halving;

static void free_halving(halving *split) {
  free(split->unit);
  free(split->half);
  free(split->in_first);
  free(split->in_second);
}

static dove_status make_halving(const dove_score_sides *sides, halving *split, dove_error *error) {
  const size_t count = sides->human.count;
  const resample_set alone = {sides->q, sides->topic, sides->human};
  resample_groups groups;
  dove_status status = resample_groups_make(&alone, 1, &groups, error);
  if (status != DOVE_OK) return status;
  const bool by_topic = groups.count[0] >= 2;
  *split = (halving){
      .unit = dove_alloc(count, sizeof *split->unit),
      .units = by_topic ? groups.count[0] : count,
      .half = dove_alloc(count, sizeof *split->half),
      .in_first = dove_alloc(count, sizeof *split->in_first),
      .in_second = dove_alloc(count, sizeof *split->in_second),
  };
  if (split->unit == NULL || split->half == NULL || split->in_first == NULL || split->in_second == NULL) {
    status = dove_fail_memory(error, "splitting documents into halves");
    free_halving(split);
  } else {
    for (size_t i = 0; i < count; i++) split->unit[i] = by_topic ? groups.of[0][i].number : (uint32_t)i;
  }
  resample_groups_free(&groups);
  return status;
}

static dove_status draw_halves(const dove_score_sides *sides, const halving *split, uint64_t seed, size_t item,
                               double *a, double *b, dove_error *error) {
  const dove_status status = dove_bootstrap_halves(seed, item, split->units, split->half, error);
  if (status != DOVE_OK) return status;
  for (size_t i = 0; i < sides->human.count; i++) {
    split->in_second[i] = split->half[split->unit[i]];
    split->in_first[i] = 1 - split->in_second[i];
  }
  dove_distribution_mean(sides->q, sides->human, split->in_first, a);
  dove_distribution_mean(sides->q, sides->human, split->in_second, b);
  return DOVE_OK;
}

static dove_status solve_halves(const dove_score_sides *sides, const halving *split, const dove_uot_options *options,
                                size_t splits, uint64_t seed, double *sum, const dove_progress *progress,
                                dove_error *error) {
  const size_t codes = sides->q->columns, size = splits < RESAMPLE_CHUNK ? splits : RESAMPLE_CHUNK;
  resample_chunk items;
  *sum = 0;
  dove_status status = resample_chunk_make(size, codes, &items, error);
  if (status != DOVE_OK) return status;
  for (size_t first = 0; first < splits && status == DOVE_OK; first += size) {
    const size_t count = splits - first < size ? splits - first : size;
    dove_progress_report(progress, "ceiling", (double)first, (double)splits);
    for (size_t s = 0; s < count && status == DOVE_OK; s++)
      status = draw_halves(sides, split, seed, first + s, items.a + s * codes, items.b + s * codes, error);
    if (status == DOVE_OK)
      status = dove_uot_divergence_batch(sides->cost, codes, items.pairs, count, options, progress, items.divergences,
                                         error);
    for (size_t s = 0; s < count && status == DOVE_OK; s++) *sum += items.divergences[s].divergence;
  }
  resample_chunk_free(&items);
  return status;
}

dove_status dove_half_divergence(const dove_score_sides *sides, const dove_uot_options *options, size_t splits,
                                 uint64_t seed, double *mean, const dove_progress *progress, dove_error *error) {
  if (splits == 0) return dove_fail(error, DOVE_USAGE, "a ceiling takes at least one split");
  if (sides->human.count < 2) return dove_fail(error, DOVE_NOT_FOUND, "a single document cannot be split into halves");
  halving split;
  double sum = 0;
  dove_status status = make_halving(sides, &split, error);
  if (status != DOVE_OK) return status;
  status = solve_halves(sides, &split, options, splits, dove_random_mix(seed, KEY_HALVES), &sum, progress, error);
  free_halving(&split);
  *mean = sum / (double)splits;
  return status;
}

double dove_ceiling_divergence(double half_divergence, size_t humans, size_t models) {
  const double human = (double)humans, model = (double)models;
  return half_divergence * (1.0 / human + 1.0 / model) / (4.0 / human);
}
