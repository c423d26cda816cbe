/* Descriptive statistics, correlations, reliability (SPEC 5, 9), over GSL where it has them. Data with no variance, too
 * few values or values that are not finite give DOVE_INPUT and a message that says which, never NaN. */
#ifndef DOVE_STATISTICS_H
#define DOVE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/error.h"

/* Mean of `count` ≥ 1 values, and the standard deviation with the divisor n (population) or n − 1 (sample, count ≥ 2).
 */
double dove_mean(const double *values, size_t count);
double dove_sd_population(const double *values, size_t count);
double dove_sd_sample(const double *values, size_t count);

/* (value − mean) / population sd of each into z. False, and all z 0, when the values are all equal (SPEC 5). */
bool dove_z_scores(const double *values, size_t count, double *z);

/* Quantile at `probability` in [0, 1] with linear interpolation between order statistics (type 7); the median likewise.
 */
dove_status dove_quantile(const double *values, size_t count, double probability, double *quantile, dove_error *error);
dove_status dove_median(const double *values, size_t count, double *median, dove_error *error);

typedef struct dove_interval {
  double low;
  double high;
} dove_interval;

/* The percentile interval that holds `level` (0.95) of the values, equal tails. */
dove_status dove_percentile_interval(const double *values, size_t count, double level, dove_interval *interval,
                                     dove_error *error);

/* Pearson's and Spearman's correlation of `count` ≥ 2 pairs; ties get mean ranks. */
dove_status dove_pearson(const double *x, const double *y, size_t count, double *correlation, dove_error *error);
dove_status dove_spearman(const double *x, const double *y, size_t count, double *correlation, dove_error *error);

/* Cronbach's α of `subjects` rows × `repetitions` columns, row-major: k/(k−1) · (1 − Σ var(column) / var(row sums)),
 * sample variances. At least two of each. */
dove_status dove_cronbach_alpha(const double *values, size_t subjects, size_t repetitions, double *alpha,
                                dove_error *error);

/* Coefficient of variation: sample sd / |mean|. */
dove_status dove_variation(const double *values, size_t count, double *variation, dove_error *error);

#endif
