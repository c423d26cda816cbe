#include "dove/agreement_coefficients.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dove/bootstrap.h"
#include "dove/memory.h"

const char *dove_coefficient_name(dove_coefficient coefficient) {
  static const char *const names[] = {"percent", "cohen_kappa", "fleiss_kappa", "krippendorff_alpha", "gwet_ac1"};
  return names[coefficient];
}

/* ---- Coefficients over all annotators ---- */

/* Sums over items, each counted as often as it was drawn. */
typedef struct sums {
  double compared, labelled;                    /* items with ≥ 2 labels, with ≥ 1 */
  double agreement;                             /* Σ over compared items of their share of agreeing pairs */
  double shares[DOVE_AGREEMENT_CATEGORIES];     /* Σ over labelled items of n_ik / r_i */
  double values;                                /* labels on compared items… */
  double categories[DOVE_AGREEMENT_CATEGORIES]; /* …by category */
  double disagreement;                          /* Σ over compared items of Σ_k n_ik (r_i − n_ik) / (r_i − 1) */
} sums;

static uint32_t times(const uint32_t *multiplicities, size_t item) {
  return multiplicities == NULL ? 1 : multiplicities[item];
}

static void add_item(const dove_ratings *ratings, size_t item, double weight, sums *total) {
  double counts[DOVE_AGREEMENT_CATEGORIES] = {0.0};
  double labels = 0.0;
  for (size_t a = 0; a < ratings->annotators; a++) {
    const int32_t label = ratings->labels[a * ratings->items + item];
    if (label < 0 || (size_t)label >= ratings->categories) continue;
    counts[label] += 1.0;
    labels += 1.0;
  }
  if (labels < 1.0) return;
  total->labelled += weight;
  for (size_t k = 0; k < ratings->categories; k++) total->shares[k] += weight * counts[k] / labels;
  if (labels < 2.0) return;
  total->compared += weight;
  total->values += weight * labels;
  for (size_t k = 0; k < ratings->categories; k++) {
    total->agreement += weight * counts[k] * (counts[k] - 1.0) / (labels * (labels - 1.0));
    total->disagreement += weight * counts[k] * (labels - counts[k]) / (labels - 1.0);
    total->categories[k] += weight * counts[k];
  }
}

/* (observed − chance) / (1 − chance); NAN where chance alone agrees. */
static double corrected(double observed, double chance) {
  return chance < 1.0 ? (observed - chance) / (1.0 - chance) : (double)NAN;
}

static double krippendorff(const dove_ratings *ratings, const sums *total) {
  double expected = 0.0;
  for (size_t k = 0; k < ratings->categories; k++)
    expected += total->categories[k] * (total->values - total->categories[k]);
  if (expected <= 0.0) return (double)NAN;
  return 1.0 - (total->values - 1.0) * total->disagreement / expected;
}

static void fill_values(const dove_ratings *ratings, const sums *total, double values[DOVE_COEFFICIENTS]) {
  const double observed = total->agreement / total->compared;
  double used = 0.0, gwet = 0.0, fleiss = 0.0;
  for (size_t k = 0; k < ratings->categories; k++) {
    const double share = total->shares[k] / total->labelled;
    used += share > 0.0 ? 1.0 : 0.0;
    fleiss += share * share;
    gwet += share * (1.0 - share);
  }
  values[DOVE_PERCENT_AGREEMENT] = observed;
  values[DOVE_FLEISS_KAPPA] = used > 1.0 ? corrected(observed, fleiss) : (double)NAN;
  values[DOVE_GWET_AC1] = corrected(observed, gwet / (double)(ratings->categories - 1));
  values[DOVE_KRIPPENDORFF_ALPHA] = krippendorff(ratings, total);
}

/* ---- Pairs ---- */

typedef struct pair_table {
  double cells[DOVE_AGREEMENT_CATEGORIES][DOVE_AGREEMENT_CATEGORIES];
  double items;
} pair_table;

static void fill_table(const dove_ratings *ratings, size_t first, size_t second, const uint32_t *multiplicities,
                       pair_table *table) {
  memset(table, 0, sizeof *table);
  const int32_t *const a = ratings->labels + first * ratings->items;
  const int32_t *const b = ratings->labels + second * ratings->items;
  const int32_t categories = (int32_t)ratings->categories;
  for (size_t i = 0; i < ratings->items; i++) {
    if (a[i] < 0 || b[i] < 0 || a[i] >= categories || b[i] >= categories) continue;
    const double weight = (double)times(multiplicities, i);
    table->cells[a[i]][b[i]] += weight;
    table->items += weight;
  }
}

/* Cohen's κ; NAN without items and where both used one and the same category. */
static double kappa_of(const pair_table *table, size_t categories) {
  double observed = 0.0, chance = 0.0;
  if (table->items <= 0.0) return (double)NAN;
  for (size_t k = 0; k < categories; k++) {
    double row = 0.0, column = 0.0;
    for (size_t l = 0; l < categories; l++) {
      row += table->cells[k][l];
      column += table->cells[l][k];
    }
    observed += table->cells[k][k];
    chance += row * column;
  }
  return corrected(observed / table->items, chance / (table->items * table->items));
}

static double mean_kappa(const dove_ratings *ratings, const uint32_t *multiplicities) {
  double sum = 0.0, defined = 0.0;
  for (size_t a = 0; a < ratings->annotators; a++) {
    for (size_t b = a + 1; b < ratings->annotators; b++) {
      pair_table table;
      fill_table(ratings, a, b, multiplicities, &table);
      const double kappa = kappa_of(&table, ratings->categories);
      if (isnan(kappa)) continue;
      sum += kappa;
      defined += 1.0;
    }
  }
  return defined > 0.0 ? sum / defined : (double)NAN;
}

/* ---- Values ---- */

static dove_status check(const dove_ratings *ratings, dove_error *error) {
  if (ratings->categories >= 2 && ratings->categories <= DOVE_AGREEMENT_CATEGORIES) return DOVE_OK;
  return dove_fail(error, DOVE_USAGE, "agreement is computed on 2 to %d categories, not %zu", DOVE_AGREEMENT_CATEGORIES,
                   ratings->categories);
}

static void compute(const dove_ratings *ratings, const uint32_t *multiplicities, dove_agreement *agreement) {
  sums total = {0};
  for (size_t i = 0; i < ratings->items; i++) {
    const uint32_t drawn = times(multiplicities, i);
    if (drawn > 0) add_item(ratings, i, (double)drawn, &total);
  }
  *agreement = (dove_agreement){.items = (size_t)total.compared, .labels = (size_t)total.values};
  for (int c = 0; c < DOVE_COEFFICIENTS; c++) {
    agreement->values[c] = (double)NAN;
    agreement->intervals[c] = (dove_interval){(double)NAN, (double)NAN};
  }
  if (total.compared <= 0.0) return;
  fill_values(ratings, &total, agreement->values);
  agreement->values[DOVE_COHEN_KAPPA_MEAN] = mean_kappa(ratings, multiplicities);
}

dove_status dove_agreement_compute(const dove_ratings *ratings, const uint32_t *multiplicities,
                                   dove_agreement *agreement, dove_error *error) {
  const dove_status status = check(ratings, error);
  if (status == DOVE_OK) compute(ratings, multiplicities, agreement);
  return status;
}

/* ---- Intervals ---- */

typedef struct resampling {
  const dove_ratings *ratings;
  size_t replicates;
  double *values; /* statistics × replicates */
  bool of_pairs;  /* κ of each pair; otherwise the coefficients */
} resampling;

/* How often each item was drawn, from how often its group was. */
static uint32_t *spread(const dove_ratings *ratings, const uint32_t *groups) {
  uint32_t *items = dove_alloc(ratings->items, sizeof *items);
  for (size_t i = 0; items != NULL && i < ratings->items; i++)
    items[i] = ratings->groups == NULL ? groups[i] : groups[ratings->groups[i]];
  return items;
}

static void resample_pairs(const resampling *work, size_t replicate, const uint32_t *items) {
  size_t pair = 0;
  for (size_t a = 0; a < work->ratings->annotators; a++) {
    for (size_t b = a + 1; b < work->ratings->annotators; b++, pair++) {
      pair_table table;
      fill_table(work->ratings, a, b, items, &table);
      work->values[pair * work->replicates + replicate] = kappa_of(&table, work->ratings->categories);
    }
  }
}

/* All statistics of one replicate; the value that the bootstrap itself asks for is not needed. */
static dove_status resample(void *user, size_t replicate, const uint32_t *multiplicities, double *value,
                            dove_error *error) {
  const resampling *work = user;
  uint32_t *items = spread(work->ratings, multiplicities);
  if (items == NULL) return dove_fail_memory(error, "resampling labels");
  if (work->of_pairs) {
    resample_pairs(work, replicate, items);
  } else {
    dove_agreement agreement;
    compute(work->ratings, items, &agreement);
    for (size_t c = 0; c < DOVE_COEFFICIENTS; c++) work->values[c * work->replicates + replicate] = agreement.values[c];
  }
  free(items);
  *value = 0.0;
  return DOVE_OK;
}

/* The interval of the defined values; they are moved to the front. */
static dove_status interval_of(double *values, size_t count, double level, dove_interval *interval, dove_error *error) {
  size_t defined = 0;
  for (size_t i = 0; i < count; i++) {
    if (!isnan(values[i])) values[defined++] = values[i];
  }
  *interval = (dove_interval){(double)NAN, (double)NAN};
  if (defined == 0 || 2 * defined < count) return DOVE_OK;
  return dove_percentile_interval(values, defined, level, interval, error);
}

/* Draws groups and keeps `statistics` rows of values in *values, which the caller frees. */
static dove_status run_bootstrap(resampling *work, size_t statistics, uint64_t seed, const dove_progress *progress,
                                 dove_error *error) {
  const dove_ratings *ratings = work->ratings;
  const size_t groups = ratings->groups == NULL ? ratings->items : ratings->group_count;
  double *unused = dove_alloc(work->replicates, sizeof *unused);
  work->values = dove_alloc(work->replicates, statistics * sizeof *work->values);
  dove_status status = DOVE_OK;
  if (unused == NULL || work->values == NULL) {
    status = dove_fail_memory(error, "resampling labels");
  } else {
    status = dove_bootstrap_run(seed, groups, work->replicates, resample, work, progress, unused, error);
  }
  free(unused);
  return status;
}

dove_status dove_agreement_estimate(const dove_ratings *ratings, uint64_t seed, size_t replicates, double level,
                                    dove_agreement *agreement, const dove_progress *progress, dove_error *error) {
  dove_status status = dove_agreement_compute(ratings, NULL, agreement, error);
  if (status != DOVE_OK || replicates == 0 || agreement->items == 0) return status;
  resampling work = {.ratings = ratings, .replicates = replicates};
  status = run_bootstrap(&work, DOVE_COEFFICIENTS, seed, progress, error);
  for (size_t c = 0; c < DOVE_COEFFICIENTS && status == DOVE_OK; c++) {
    if (!isnan(agreement->values[c]))
      status = interval_of(work.values + c * replicates, replicates, level, &agreement->intervals[c], error);
  }
  free(work.values);
  return status;
}

static void fill_pair(const dove_ratings *ratings, size_t first, size_t second, dove_pair_agreement *pair) {
  pair_table table;
  fill_table(ratings, first, second, NULL, &table);
  *pair = (dove_pair_agreement){.first = (uint32_t)first,
                                .second = (uint32_t)second,
                                .items = (size_t)table.items,
                                .percent = (double)NAN,
                                .prevalence = (double)NAN,
                                .bias = (double)NAN,
                                .interval = {(double)NAN, (double)NAN}};
  pair->kappa = kappa_of(&table, 2);
  for (int a = 0; a < 2; a++) {
    for (int b = 0; b < 2; b++) pair->table[a][b] = (size_t)table.cells[a][b];
  }
  if (table.items <= 0.0) return;
  pair->percent = (table.cells[0][0] + table.cells[1][1]) / table.items;
  pair->prevalence = (table.cells[1][1] - table.cells[0][0]) / table.items;
  pair->bias = (table.cells[1][0] - table.cells[0][1]) / table.items;
}

dove_status dove_agreement_pairs(const dove_ratings *ratings, uint64_t seed, size_t replicates, double level,
                                 dove_pair_agreement *pairs, const dove_progress *progress, dove_error *error) {
  if (ratings->categories != 2) return dove_fail(error, DOVE_USAGE, "2×2 tables need two categories");
  size_t count = 0;
  for (size_t a = 0; a < ratings->annotators; a++) {
    for (size_t b = a + 1; b < ratings->annotators; b++) fill_pair(ratings, a, b, &pairs[count++]);
  }
  if (replicates == 0 || count == 0 || ratings->items == 0) return DOVE_OK;
  resampling work = {.ratings = ratings, .replicates = replicates, .of_pairs = true};
  dove_status status = run_bootstrap(&work, count, seed, progress, error);
  for (size_t p = 0; p < count && status == DOVE_OK; p++) {
    if (!isnan(pairs[p].kappa))
      status = interval_of(work.values + p * replicates, replicates, level, &pairs[p].interval, error);
  }
  free(work.values);
  return status;
}

dove_status dove_agreement_items_needed(size_t items, dove_interval interval, double wanted, size_t *more,
                                        dove_error *error) {
  const double width = interval.high - interval.low;
  *more = 0;
  if (!(wanted > 0.0)) return dove_fail(error, DOVE_INPUT, "the width that is wanted must be above 0");
  if (!(width > 0.0)) return dove_fail(error, DOVE_INPUT, "an interval without width says nothing about more items");
  if (width <= wanted) return DOVE_OK;
  const double needed = ceil((double)items * (width / wanted) * (width / wanted));
  if (needed > 1e15) return dove_fail(error, DOVE_INPUT, "a width of %g is out of reach", wanted);
  *more = (size_t)needed - items;
  return DOVE_OK;
}
