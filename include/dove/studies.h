/* Studies of a measuring method's validity (SPEC 9; paper Sec. 4.2, App. E). Records in, numbers out. */
#ifndef DOVE_STUDIES_H
#define DOVE_STUDIES_H

#include <stdbool.h>
#include <stddef.h>

#include "dove/error.h"

/* One score of a model's alignment with a culture. The strings are not owned. */
typedef struct dove_study_score {
  const char *method;
  const char *model;
  const char *culture;
  const char *role; /* persona of value priming ("Korean" … "Control"), "" elsewhere */
  double score;
} dove_study_score;

/* One downstream result of a model. */
typedef struct dove_study_outcome {
  const char *benchmark;
  const char *model;
  const char *culture;
  double f1;
} dove_study_outcome;

/* Records read from a CSV file; texts[i] holds the strings of record i. */
typedef struct dove_study_scores {
  dove_study_score *records;
  char **texts;
  size_t count;
} dove_study_scores;

typedef struct dove_study_outcomes {
  dove_study_outcome *records;
  char **texts;
  size_t count;
} dove_study_outcomes;

/* CSV with the header `method,model,culture,score`, or `method,role,culture,score` (model or role may be left out).
 * Rows without a score are left out; a score that is no number, or a second one for the same case, is refused. */
dove_status dove_study_scores_read(const char *path, dove_study_scores *scores, dove_error *error);
void dove_study_scores_free(dove_study_scores *scores);

/* CSV with the header `benchmark,model,culture,f1`. */
dove_status dove_study_outcomes_read(const char *path, dove_study_outcomes *outcomes, dove_error *error);
void dove_study_outcomes_free(dove_study_outcomes *outcomes);

typedef enum dove_study_missing {
  DOVE_STUDY_MISSING_ZERO = 0, /* a correlation that cannot be computed counts as 0 (the paper's reading) */
  DOVE_STUDY_MISSING_SKIP      /* it is left out of the mean */
} dove_study_missing;

typedef struct dove_study_correlation {
  char name[96]; /* "KOLD:KR", or "D3CODE:pooled" for a benchmark with several cultures */
  size_t pairs;
  bool defined; /* false with fewer than two pairs or without variance; value is then 0 */
  double value;
} dove_study_correlation;

typedef struct dove_study_prediction {
  const char *method; /* points into the scores */
  bool defined;
  double predictive; /* mean of the correlations */
  dove_study_correlation *correlations;
  size_t count;
} dove_study_prediction;

/* Predictive validity of every method, in order of first appearance: the mean over benchmarks of Pearson's correlation
 * between score and F1; a benchmark of one culture is correlated over the models, one of several cultures over all
 * (model, culture) pairs together. The array and its parts are freed with dove_study_predictions_free(). */
dove_status dove_study_predictive(const dove_study_score *scores, size_t score_count,
                                  const dove_study_outcome *outcomes, size_t outcome_count, dove_study_missing missing,
                                  dove_study_prediction **predictions, size_t *count, dove_error *error);
void dove_study_predictions_free(dove_study_prediction *predictions, size_t count);

typedef struct dove_study_value {
  const char *method; /* points into the scores */
  bool defined;       /* false when nothing could be correlated; value is then 0 */
  double value;
} dove_study_value;

/* Convergent validity: mean over cultures of the mean correlation (over models) with the other methods on that culture;
 * correlations that cannot be computed are left out. *values is freed with free(). */
dove_status dove_study_convergent(const dove_study_score *scores, size_t count, dove_study_value **values,
                                  size_t *value_count, dove_error *error);

/* Discriminant validity: mean correlation over the similar pairs of cultures (KR–JP, KR–CN, JP–CN) minus that over the
 * distinct ones (KR–US, JP–US, CN–US), pairs that cannot be correlated left out. *values is freed with free(). */
dove_status dove_study_discriminant(const dove_study_score *scores, size_t count, dove_study_value **values,
                                    size_t *value_count, dove_error *error);

typedef struct dove_study_priming_result {
  const char *method;
  bool own_defined, related_defined, opposed_defined;
  double own;     /* Δ^g: mean change ratio of the roles on their own culture */
  double related; /* Δ^g+: on KR, JP, CN among themselves */
  double opposed; /* Δ^g−: of US on the three and of the three on US */
} dove_study_priming_result;

/* Value priming: change ratios (r_role − r_control) / r_control per method; roles are those of SPEC 9 (Korean,
 * Japanese, Chinese, American, Control). DOVE_INPUT for an unknown role or a control score of 0. *results is freed with
 * free(). */
dove_status dove_study_priming(const dove_study_score *scores, size_t count, dove_study_priming_result **results,
                               size_t *result_count, dove_error *error);

#endif
