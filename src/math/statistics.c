#include "dove/statistics.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"

double dove_mean(const double *values, size_t count) { return gsl_stats_mean(values, 1, count); }

double dove_sd_population(const double *values, size_t count) {
  return gsl_stats_sd_with_fixed_mean(values, 1, count, gsl_stats_mean(values, 1, count));
}

double dove_sd_sample(const double *values, size_t count) { return gsl_stats_sd(values, 1, count); }

static bool all_equal(const double *values, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (values[i] != values[0]) return false;
  }
  return true;
}

bool dove_z_scores(const double *values, size_t count, double *z) {
  if (count == 0 || all_equal(values, count)) {
    for (size_t i = 0; i < count; i++) z[i] = 0.0;
    return false;
  }
  const double mean = dove_mean(values, count);
  const double sd = gsl_stats_sd_with_fixed_mean(values, 1, count, mean);
  for (size_t i = 0; i < count; i++) z[i] = (values[i] - mean) / sd;
  return true;
}

/* At least `least` values, all finite. */
static dove_status check_values(const double *values, size_t count, size_t least, const char *what, dove_error *error) {
  if (count < least)
    return dove_fail(error, DOVE_INPUT, "%s needs at least %zu values; there are %zu", what, least, count);
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(values[i]))
      return dove_fail(error, DOVE_INPUT, "%s: value %zu is %g, not a finite number", what, i + 1, values[i]);
  }
  return DOVE_OK;
}

static dove_status sorted_copy(const double *values, size_t count, double **sorted, dove_error *error) {
  const dove_status status = check_values(values, count, 1, "a quantile", error);
  if (status != DOVE_OK) return status;
  *sorted = dove_alloc(count, sizeof **sorted);
  if (*sorted == NULL) return dove_fail_memory(error, "sorting values");
  memcpy(*sorted, values, count * sizeof **sorted);
  gsl_sort(*sorted, 1, count);
  return DOVE_OK;
}

dove_status dove_quantile(const double *values, size_t count, double probability, double *quantile, dove_error *error) {
  if (!(probability >= 0.0 && probability <= 1.0))
    return dove_fail(error, DOVE_USAGE, "the quantile at %g does not exist; it must be between 0 and 1", probability);
  double *sorted = NULL;
  const dove_status status = sorted_copy(values, count, &sorted, error);
  if (status != DOVE_OK) return status;
  *quantile = gsl_stats_quantile_from_sorted_data(sorted, 1, count, probability);
  free(sorted);
  return DOVE_OK;
}

dove_status dove_median(const double *values, size_t count, double *median, dove_error *error) {
  return dove_quantile(values, count, 0.5, median, error);
}

dove_status dove_percentile_interval(const double *values, size_t count, double level, dove_interval *interval,
                                     dove_error *error) {
  if (!(level > 0.0 && level < 1.0)) return dove_fail(error, DOVE_USAGE, "the level %g is not between 0 and 1", level);
  double *sorted = NULL;
  const dove_status status = sorted_copy(values, count, &sorted, error);
  if (status != DOVE_OK) return status;
  interval->low = gsl_stats_quantile_from_sorted_data(sorted, 1, count, 0.5 - 0.5 * level);
  interval->high = gsl_stats_quantile_from_sorted_data(sorted, 1, count, 0.5 + 0.5 * level);
  free(sorted);
  return DOVE_OK;
}

static dove_status check_pairs(const double *x, const double *y, size_t count, dove_error *error) {
  dove_status status = check_values(x, count, 2, "a correlation", error);
  if (status == DOVE_OK) status = check_values(y, count, 2, "a correlation", error);
  if (status != DOVE_OK) return status;
  if (all_equal(x, count) || all_equal(y, count))
    return dove_fail(error, DOVE_INPUT, "a correlation needs values that differ; the %s ones are all equal",
                     all_equal(x, count) ? "first" : "second");
  return DOVE_OK;
}

/* Rounding can leave a perfect correlation a hair outside [-1, 1]. */
static double clamp_correlation(double r) { return r > 1.0 ? 1.0 : (r < -1.0 ? -1.0 : r); }

dove_status dove_pearson(const double *x, const double *y, size_t count, double *correlation, dove_error *error) {
  const dove_status status = check_pairs(x, y, count, error);
  if (status != DOVE_OK) return status;
  *correlation = clamp_correlation(gsl_stats_correlation(x, 1, y, 1, count));
  return DOVE_OK;
}

dove_status dove_spearman(const double *x, const double *y, size_t count, double *correlation, dove_error *error) {
  const dove_status status = check_pairs(x, y, count, error);
  if (status != DOVE_OK) return status;
  double *work = dove_alloc(count, 2 * sizeof *work);
  if (work == NULL) return dove_fail_memory(error, "ranking values");
  *correlation = clamp_correlation(gsl_stats_spearman(x, 1, y, 1, count, work));
  free(work);
  return DOVE_OK;
}

dove_status dove_cronbach_alpha(const double *values, size_t subjects, size_t repetitions, double *alpha,
                                dove_error *error) {
  if (subjects < 2 || repetitions < 2)
    return dove_fail(error, DOVE_INPUT,
                     "Cronbach's alpha needs at least 2 subjects and 2 repetitions; there are %zu and %zu", subjects,
                     repetitions);
  dove_status status = check_values(values, subjects * repetitions, 4, "Cronbach's alpha", error);
  if (status != DOVE_OK) return status;
  double *sums = dove_alloc_zero(subjects, sizeof *sums);
  if (sums == NULL) return dove_fail_memory(error, "computing Cronbach's alpha");
  double within = 0.0;
  for (size_t j = 0; j < repetitions; j++) {
    within += gsl_stats_variance(values + j, repetitions, subjects);
    for (size_t i = 0; i < subjects; i++) sums[i] += values[i * repetitions + j];
  }
  if (all_equal(sums, subjects)) {
    status = dove_fail(error, DOVE_INPUT, "Cronbach's alpha is undefined: the subjects do not differ");
  } else {
    const double k = (double)repetitions;
    *alpha = k / (k - 1.0) * (1.0 - within / gsl_stats_variance(sums, 1, subjects));
  }
  free(sums);
  return status;
}

dove_status dove_variation(const double *values, size_t count, double *variation, dove_error *error) {
  const dove_status status = check_values(values, count, 2, "the coefficient of variation", error);
  if (status != DOVE_OK) return status;
  const double mean = dove_mean(values, count);
  if (mean == 0.0) return dove_fail(error, DOVE_INPUT, "the coefficient of variation is undefined: the mean is 0");
  *variation = gsl_stats_sd_m(values, 1, count, mean) / fabs(mean);
  return DOVE_OK;
}
