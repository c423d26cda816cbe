#include "dove/studies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dove/memory.h"
#include "dove/statistics.h"

/* Names in order of first appearance; the strings are somebody else's. */
typedef struct name_list {
  const char **names;
  size_t count;
  size_t capacity;
} name_list;

static bool list_add(name_list *list, const char *name) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->names[i], name) == 0) return true;
  }
  void *names = list->names;
  if (!dove_grow(&names, &list->capacity, list->count + 1, sizeof *list->names)) return false;
  list->names = names;
  list->names[list->count++] = name;
  return true;
}

static void list_free(name_list *list) {
  free(list->names);
  *list = (name_list){0};
}

/* The methods and, where `cultures` is not NULL, the cultures of the scores. */
static dove_status list_names(const dove_study_score *scores, size_t count, name_list *methods, name_list *cultures,
                              dove_error *error) {
  if (count == 0) return dove_fail(error, DOVE_INPUT, "there are no scores to study");
  for (size_t i = 0; i < count; i++) {
    if (!list_add(methods, scores[i].method) || (cultures != NULL && !list_add(cultures, scores[i].culture)))
      return dove_fail_memory(error, "studying scores");
  }
  return DOVE_OK;
}

/* Numbers that belong together, to be correlated. */
typedef struct paired {
  double *x;
  double *y;
  size_t count;
} paired;

static dove_status paired_create(paired *pairs, size_t room, dove_error *error) {
  *pairs = (paired){.x = dove_alloc(room, sizeof(double)), .y = dove_alloc(room, sizeof(double))};
  return pairs->x != NULL && pairs->y != NULL ? DOVE_OK : dove_fail_memory(error, "studying scores");
}

static void paired_free(paired *pairs) {
  free(pairs->x);
  free(pairs->y);
}

/* False when the pairs have no correlation: too few, or without variance. */
static bool correlate(const paired *pairs, double *correlation) {
  *correlation = 0.0;
  return dove_pearson(pairs->x, pairs->y, pairs->count, correlation, NULL) == DOVE_OK;
}

/* A mean that counts only what was added. */
typedef struct running_mean {
  double sum;
  size_t count;
} running_mean;

static void mean_add(running_mean *mean, double value) {
  mean->sum += value;
  mean->count++;
}

static double mean_value(const running_mean *mean) { return mean->count > 0 ? mean->sum / (double)mean->count : 0.0; }

static const dove_study_score *find_score(const dove_study_score *scores, size_t count, const char *method,
                                          const char *model, const char *culture) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(scores[i].method, method) == 0 && strcmp(scores[i].model, model) == 0 &&
        strcmp(scores[i].culture, culture) == 0)
      return &scores[i];
  }
  return NULL;
}

/* What predictive validity is computed from. */
typedef struct prediction_data {
  const dove_study_score *scores;
  size_t score_count;
  const dove_study_outcome *outcomes;
  size_t outcome_count;
  name_list benchmarks;
  paired pairs;
} prediction_data;

/* One method's correlation with one benchmark, over all its (model, culture) results that have a score. */
static void correlate_benchmark(prediction_data *data, const char *method, const char *benchmark,
                                dove_study_correlation *result) {
  const char *culture = NULL;
  bool pooled = false;
  data->pairs.count = 0;
  for (size_t i = 0; i < data->outcome_count; i++) {
    const dove_study_outcome *outcome = &data->outcomes[i];
    if (strcmp(outcome->benchmark, benchmark) != 0) continue;
    pooled = pooled || (culture != NULL && strcmp(culture, outcome->culture) != 0);
    culture = outcome->culture;
    const dove_study_score *score =
        find_score(data->scores, data->score_count, method, outcome->model, outcome->culture);
    if (score == NULL) continue;
    data->pairs.x[data->pairs.count] = score->score;
    data->pairs.y[data->pairs.count++] = outcome->f1;
  }
  snprintf(result->name, sizeof result->name, "%s:%s", benchmark, pooled ? "pooled" : culture);
  result->pairs = data->pairs.count;
  result->defined = correlate(&data->pairs, &result->value);
}

static dove_status predict_method(prediction_data *data, const char *method, dove_study_missing missing,
                                  dove_study_prediction *prediction, dove_error *error) {
  *prediction = (dove_study_prediction){.method = method, .count = data->benchmarks.count};
  prediction->correlations = dove_alloc_zero(prediction->count, sizeof *prediction->correlations);
  if (prediction->correlations == NULL) return dove_fail_memory(error, "studying scores");
  running_mean mean = {0};
  for (size_t b = 0; b < prediction->count; b++) {
    dove_study_correlation *correlation = &prediction->correlations[b];
    correlate_benchmark(data, method, data->benchmarks.names[b], correlation);
    prediction->defined = prediction->defined || correlation->defined;
    if (correlation->defined || missing == DOVE_STUDY_MISSING_ZERO) mean_add(&mean, correlation->value);
  }
  prediction->predictive = mean_value(&mean);
  return DOVE_OK;
}

static dove_status list_benchmarks(prediction_data *data, dove_error *error) {
  if (data->outcome_count == 0) return dove_fail(error, DOVE_INPUT, "there are no downstream results");
  for (size_t i = 0; i < data->outcome_count; i++) {
    if (!list_add(&data->benchmarks, data->outcomes[i].benchmark)) return dove_fail_memory(error, "studying scores");
  }
  return paired_create(&data->pairs, data->outcome_count, error);
}

static dove_status predict_methods(prediction_data *data, const name_list *methods, dove_study_missing missing,
                                   dove_study_prediction **predictions, dove_error *error) {
  dove_study_prediction *results = dove_alloc_zero(methods->count, sizeof *results);
  if (results == NULL) return dove_fail_memory(error, "studying scores");
  dove_status status = DOVE_OK;
  for (size_t m = 0; m < methods->count && status == DOVE_OK; m++)
    status = predict_method(data, methods->names[m], missing, &results[m], error);
  if (status == DOVE_OK) {
    *predictions = results;
  } else {
    dove_study_predictions_free(results, methods->count);
  }
  return status;
}

dove_status dove_study_predictive(const dove_study_score *scores, size_t score_count,
                                  const dove_study_outcome *outcomes, size_t outcome_count, dove_study_missing missing,
                                  dove_study_prediction **predictions, size_t *count, dove_error *error) {
  *predictions = NULL;
  *count = 0;
  prediction_data data = {
      .scores = scores, .score_count = score_count, .outcomes = outcomes, .outcome_count = outcome_count};
  name_list methods = {0};
  dove_status status = list_names(scores, score_count, &methods, NULL, error);
  if (status == DOVE_OK) status = list_benchmarks(&data, error);
  if (status == DOVE_OK) status = predict_methods(&data, &methods, missing, predictions, error);
  if (status == DOVE_OK) *count = methods.count;
  list_free(&methods);
  list_free(&data.benchmarks);
  paired_free(&data.pairs);
  return status;
}

void dove_study_predictions_free(dove_study_prediction *predictions, size_t count) {
  for (size_t m = 0; predictions != NULL && m < count; m++) free(predictions[m].correlations);
  free(predictions);
}

/* One method's scores on one culture. */
typedef struct series {
  const char *method;
  const char *culture;
} series;

/* Correlation over the models that both series have. */
static bool correlate_series(const dove_study_score *scores, size_t count, series first, series second, paired *pairs,
                             double *correlation) {
  pairs->count = 0;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(scores[i].method, first.method) != 0 || strcmp(scores[i].culture, first.culture) != 0) continue;
    const dove_study_score *other = find_score(scores, count, second.method, scores[i].model, second.culture);
    if (other == NULL) continue;
    pairs->x[pairs->count] = scores[i].score;
    pairs->y[pairs->count++] = other->score;
  }
  return correlate(pairs, correlation);
}

/* Computes one value per method. */
typedef void (*method_study)(const dove_study_score *scores, size_t count, const name_list *methods,
                             const name_list *cultures, paired *pairs, dove_study_value *value);

static dove_status study_methods(const dove_study_score *scores, size_t count, method_study study,
                                 dove_study_value **values, size_t *value_count, dove_error *error) {
  *values = NULL;
  *value_count = 0;
  name_list methods = {0};
  name_list cultures = {0};
  paired pairs = {0};
  dove_status status = list_names(scores, count, &methods, &cultures, error);
  if (status == DOVE_OK) status = paired_create(&pairs, count, error);
  dove_study_value *results = status == DOVE_OK ? dove_alloc_zero(methods.count, sizeof *results) : NULL;
  if (status == DOVE_OK && results == NULL) status = dove_fail_memory(error, "studying scores");
  for (size_t m = 0; results != NULL && m < methods.count; m++) {
    results[m].method = methods.names[m];
    study(scores, count, &methods, &cultures, &pairs, &results[m]);
  }
  *values = results;
  *value_count = results != NULL ? methods.count : 0;
  list_free(&methods);
  list_free(&cultures);
  paired_free(&pairs);
  return status;
}

static void study_convergent(const dove_study_score *scores, size_t count, const name_list *methods,
                             const name_list *cultures, paired *pairs, dove_study_value *value) {
  running_mean over_cultures = {0};
  for (size_t c = 0; c < cultures->count; c++) {
    running_mean over_methods = {0};
    for (size_t m = 0; m < methods->count; m++) {
      const series own = {value->method, cultures->names[c]};
      const series other = {methods->names[m], cultures->names[c]};
      double correlation;
      if (strcmp(other.method, own.method) == 0) continue;
      if (correlate_series(scores, count, own, other, pairs, &correlation)) mean_add(&over_methods, correlation);
    }
    if (over_methods.count > 0) mean_add(&over_cultures, mean_value(&over_methods));
  }
  value->defined = over_cultures.count > 0;
  value->value = mean_value(&over_cultures);
}

dove_status dove_study_convergent(const dove_study_score *scores, size_t count, dove_study_value **values,
                                  size_t *value_count, dove_error *error) {
  return study_methods(scores, count, study_convergent, values, value_count, error);
}

/* The cultures of SPEC 9: three that are alike, and one that differs from them. */
static const char *const similar_cultures[] = {"KR", "JP", "CN"};
#define SIMILAR_CULTURES 3
#define DISTINCT_CULTURE "US"

static void study_discriminant(const dove_study_score *scores, size_t count, const name_list *methods,
                               const name_list *cultures, paired *pairs, dove_study_value *value) {
  (void)methods;
  (void)cultures;
  running_mean similar = {0};
  running_mean distinct = {0};
  for (size_t i = 0; i < SIMILAR_CULTURES; i++) {
    const series own = {value->method, similar_cultures[i]};
    double correlation;
    for (size_t k = i + 1; k < SIMILAR_CULTURES; k++) {
      const series other = {value->method, similar_cultures[k]};
      if (correlate_series(scores, count, own, other, pairs, &correlation)) mean_add(&similar, correlation);
    }
    const series far = {value->method, DISTINCT_CULTURE};
    if (correlate_series(scores, count, own, far, pairs, &correlation)) mean_add(&distinct, correlation);
  }
  value->defined = similar.count > 0 || distinct.count > 0;
  value->value = mean_value(&similar) - mean_value(&distinct);
}

dove_status dove_study_discriminant(const dove_study_score *scores, size_t count, dove_study_value **values,
                                    size_t *value_count, dove_error *error) {
  return study_methods(scores, count, study_discriminant, values, value_count, error);
}
